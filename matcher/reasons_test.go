package matcher

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

func TestDistinct(t *testing.T) {
	if got := distinct([]string{"首席技师", "劳模", "首席技师"}); len(got) != 2 || got[1] != "劳模" {
		t.Errorf("distinct: %q", got)
	}
}

var (
	spray = search.Document{
		ID: "result/CG-1", Kind: catalog.KindResult, Code: "CG-1", Title: "水帘喷房漆雾凝聚剂投加",
		Text: "漆雾进水帘后\n加A剂\n再絮凝浮渣", Places: []string{"摘要", "原理", "创新点"},
	}
	painter = search.Document{
		ID: "expert/ZJ-1", Kind: catalog.KindExpert, Code: "ZJ-1", Title: "示例甲",
		Text: "三十年喷漆，会辨漆渣\n看色辨漆渣：手捻\n涂装工", Places: []string{"简介", "绝技绝活", "工种"}, HonourNames: []string{"威海工匠"},
	}
)

// said makes the reasons of a candidate with one proof of his own.
func said(doc search.Document, why search.Explanation) []string {
	p := evidence(doc, why)
	p.Share = 1
	return reasons(doc, []proof{p}, "没有登记成果，凭本人简介。")
}

func TestReasons(t *testing.T) {
	both := search.TermScore{Term: "漆雾", Score: 4, Title: true, Body: true}
	title := search.TermScore{Term: "凝聚", Score: 3, Title: true}
	body := search.TermScore{Term: "絮凝", Score: 1, Body: true}
	skill := search.TermScore{Term: "漆渣", Score: 3, Body: true}
	trade := search.TermScore{Term: "涂装工", Score: 1, Body: true}
	for _, tt := range []struct {
		name  string
		doc   search.Document
		terms []search.TermScore
		score float64
		want  []string
	}{
		{"main and more", spray, []search.TermScore{both, title, body}, 10, []string{"标题和正文都写到“漆雾”，标题写到“凝聚”，这是对上的主要原因；创新点还提到“絮凝”。"}},
		{"all is main", spray, []search.TermScore{both}, 6, []string{"标题和正文都写到“漆雾”，这是对上的主要原因。"}},
		{"no main", spray, []search.TermScore{title, body}, 10, []string{"标题写到“凝聚”，创新点写到“絮凝”。"}},
		{"one word", spray, []search.TermScore{body}, 10, []string{"创新点只对上“絮凝”一个词。"}},
		{"skill first", painter, []search.TermScore{skill, trade}, 5, []string{
			"本人绝技绝活写到“漆渣”，这是对上的主要原因；工种还提到“涂装工”。", "没有登记成果，凭本人简介。", "荣誉：威海工匠。",
		}},
	} {
		if diff := cmp.Diff(tt.want, said(tt.doc, search.Explanation{Score: tt.score, Terms: tt.terms})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A document that speaks for a person is called by its name, and nothing is said
// of missing ones.
func TestReasonsOfVoices(t *testing.T) {
	voice := evidence(spray, search.Explanation{Score: 4, Terms: []search.TermScore{{Term: "絮凝", Score: 1, Body: true}}})
	voice.Share = 0.4
	studio := search.Document{Kind: catalog.KindStudio, Code: "GZS-1"}
	for doc, want := range map[*search.Document]string{
		&painter: "参与的创新成果《水帘喷房漆雾凝聚剂投加》创新点只对上“絮凝”一个词。",
		&studio:  "工作室的创新成果《水帘喷房漆雾凝聚剂投加》创新点只对上“絮凝”一个词。",
	} {
		if got := reasons(*doc, []proof{voice}, ""); got[0] != want {
			t.Errorf("%q, want %q", got[0], want)
		}
	}
	if diff := cmp.Diff([]string{"创新点"}, placesOf(spray, linesOf(spray), search.TermScore{Term: "絮凝", Body: true})); diff != "" {
		t.Error(diff)
	}
	old := spray
	old.Places = nil
	if got := placesOf(old, linesOf(old), search.TermScore{Term: "絮凝", Title: true, Body: true}); len(got) != 2 || got[1] != "正文" {
		t.Errorf("without places: %q", got)
	}
}
