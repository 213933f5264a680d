package view

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

func TestParseNeed(t *testing.T) {
	long := strings.Repeat("电主轴异响", maxPasted/5+1)
	tests := []struct {
		name, text string
		want       string // the text as it is kept
		code       string
		kind       errs.Kind
	}{
		{"good", "  电主轴高速异响，\r\n想找师傅。", "  电主轴高速异响，\n想找师傅。", "", ""},
		{"emoji and all", "电主轴🔧异响怎么办", "电主轴🔧异响怎么办", "", ""},
		{"markup is text", "<script>alert(1)</script>", "<script>alert(1)</script>", "", ""},
		{"empty", "", "", "need.empty", errs.Invalid},
		{"white space", " \r\n\t ", " \n\t ", "need.empty", errs.Invalid},
		{"short", "异响？！", "异响？！", "need.too_short", errs.Invalid},
		{"signs only", "？？？？？？？？？？", "？？？？？？？？？？", "need.too_short", errs.Invalid},
		{"one NUL", "电主轴异响\x00怎么办好呢", "电主轴异响怎么办好呢", "need.binary", errs.Invalid},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe\xfd", "\uFFFDPNG\n\n\rIHDR\uFFFD", "need.binary", errs.Invalid},
		{"bytes of GBK", "\xb5\xe7\xd6\xf7\xd6\xe1\xd2\xec\xcf\xec\xb5\xe7\xd6\xf7", "\uFFFD", "need.binary", errs.Invalid},
		{"a stray control character", "电主轴\x0b异响怎么办", "电主轴异响怎么办", "", ""},
		{"a megabyte", long, long, "need.too_large", errs.TooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := ParseNeed(url.Values{"text": {tt.text}})
			if tt.name != "a picture" && p.Text != tt.want {
				t.Errorf("kept %.60q, want %.60q", p.Text, tt.want)
			}
			if tt.code == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if e := errs.As(err); err == nil || e.Code != tt.code || e.Kind != tt.kind {
				t.Errorf("got %v, want %s", err, tt.code)
			}
		})
	}
}

func FuzzParseNeed(f *testing.F) {
	f.Add("电主轴异响")
	f.Add("\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParseNeed(url.Values{"text": {text}})
		for _, r := range p.Text {
			if r == 0 || r == '\r' {
				t.Fatalf("%q keeps %q", text, r)
			}
		}
		if err == nil && letters(p.Text) < minNeed {
			t.Errorf("%q is matched", text)
		}
	})
}

func TestBuildAnswer(t *testing.T) {
	people := []matcher.Candidate{
		{Kind: catalog.KindExpert, Code: "ZJ/1", Title: "示例甲", Score: 86.5, Band: matcher.VeryHigh, Reasons: []string{"一", "二", "三", "四"},
			Evidence: []matcher.Evidence{{Kind: catalog.KindExpert, Code: "ZJ/1", Share: 0.004}, {Kind: catalog.KindResult, Code: "CG-1", Title: "t", Share: 0.615}},
			Warnings: []matcher.Warning{{Code: "far", Message: "距离较远。"}}},
		{Kind: catalog.KindExpert, Code: "ZJ-2", Title: "不足", Score: 3, Band: matcher.Insufficient},
	}
	got := BuildAnswer(matcher.Answer{Summary: "一句话", People: people})
	want := Answer{
		Summary: "一句话", Documents: CandidateList{ID: "documents", Title: "可用的成果与专利", None: "没有单独对得上的成果或专利"},
		People: CandidateList{ID: "people", Title: "能帮忙的人与工作室", None: "没有合适的人选", Items: []Candidate{{
			URL: "/experts/ZJ%2F1", Code: "ZJ/1", Kind: catalog.KindExpert, Label: "专家工匠", Title: "示例甲", Band: matcher.VeryHigh, BandLabel: "极高", Level: 4, Score: 87, Reasons: []string{"一", "二", "三"}, MoreReasons: []string{"四"},
			Evidence: []Evidence{{URL: "/experts/ZJ%2F1", Label: "专家工匠", Self: true}, {URL: "/results/CG-1", Label: "创新成果", Title: "t", Share: "62%"}},
			Warnings: []string{"距离较远。"},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Where a column is empty the nearest stand under it, marked 不足 and apart from
// the matches; a column with matches shows no hints.
func TestBuildAnswerNearest(t *testing.T) {
	match := matcher.Candidate{Kind: catalog.KindPatent, Code: "ZL-1", Title: "专利", Band: matcher.Low, BandLabel: "低", Score: 14}
	near := func(kind catalog.Kind, code string) matcher.Candidate {
		return matcher.Candidate{Kind: kind, Code: code, Title: code, Band: matcher.Insufficient, BandLabel: "不足", Score: 6.4, Reasons: []string{"只对上一个词。"}}
	}
	hints := []matcher.Candidate{near(catalog.KindExpert, "ZJ-1"), near(catalog.KindResult, "CG-1"), near(catalog.KindStudio, "GZS-1"), near(catalog.KindPatent, "ZL-2")}
	for _, tt := range []struct {
		name                    string
		documents               []matcher.Candidate
		nearPeople, nearResults []string
	}{
		{"nothing and nobody", nil, []string{"ZJ-1", "GZS-1"}, []string{"CG-1", "ZL-2"}},
		{"documents, nobody", []matcher.Candidate{match}, []string{"ZJ-1", "GZS-1"}, nil},
	} {
		got := BuildAnswer(matcher.Answer{Documents: tt.documents, Nearest: hints})
		if diff := cmp.Diff(tt.nearPeople, titles(got.People.Nearest)); diff != "" || len(got.People.Items) != 0 {
			t.Errorf("%s: people (-want +got):\n%s%+v", tt.name, diff, got.People.Items)
		}
		if diff := cmp.Diff(tt.nearResults, titles(got.Documents.Nearest)); diff != "" || len(got.Documents.Items) != len(tt.documents) {
			t.Errorf("%s: documents (-want +got):\n%s%+v", tt.name, diff, got.Documents.Items)
		}
		for _, c := range append(got.People.Nearest, got.Documents.Nearest...) {
			if c.BandLabel != "不足" || c.Level != 0 || c.Score != 6 || len(c.Reasons) != 1 || c.URL == "" {
				t.Errorf("%s: a hint is %+v", tt.name, c)
			}
		}
	}
}

func titles(cs []Candidate) []string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Title)
	}
	return out
}
