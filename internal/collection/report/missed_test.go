package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
)

func why(text string, score float64, terms ...Term) Why {
	return Why{Score: score, Terms: terms, text: text}
}

// ten are ten documents that have 曲轴 and 磨削烧伤, the last with a score of 5.
func ten() ([]collection.Ranked, map[string]Why) {
	var found []collection.Ranked
	known := map[string]Why{}
	for i := range 10 {
		id := string(rune('a' + i))
		found = append(found, collection.Ranked{ID: id})
		known[id] = why("曲轴磨削烧伤", float64(14-i), Term{Text: "曲轴", Share: .6}, Term{Text: "磨削烧伤", Share: .3})
	}
	return found, known
}

func TestWhyMissed(t *testing.T) {
	t.Parallel()
	found, known := ten()
	full := aheadOf(found, known)
	few := aheadOf(found[:3], known)
	for _, tt := range []struct {
		name  string
		w     Why
		known bool
		ahead rivals
		want  []string
		not   string
	}{
		{"unknown", Why{}, false, full, []string{"语料里没有这个编号"}, "得"},
		{"nothing in common", why("茶叶", 0), true, full, []string{"没有一个共同的字", "没有写到“曲轴”“磨削烧伤”，前面的有"}, "零散"},
		{"scraps", Why{Score: 1, text: "磨床", Scraps: []string{"磨"}}, true, full, []string{"零散的字：“磨”", "没有写到“曲轴”", "得 1.000，前面各项至少 5.000"}, "没有一个"},
		{"lacks one", why("曲轴", 3, Term{Text: "曲轴", Share: 1}), true, full, []string{"没有写到“磨削烧伤”，", "至少 5.000"}, "“曲轴”"},
		{"lacks nothing", why("曲轴的磨削烧伤", 4, Term{Text: "曲轴", Share: 1}), true, full, []string{"主要用语它都有", "得 4.000"}, "没有写到"},
		{"scores higher now", why("曲轴的磨削烧伤", 40, Term{Text: "曲轴", Share: 1}), true, full, []string{"得 40.0，并不低于前面各项（最低 5.000）"}, "至少"},
		{"places left", why("曲轴", 4, Term{Text: "曲轴", Share: 1}), true, few, []string{"没有写到“磨削烧伤”", "前 10 名没有排满"}, "至少"},
		{"nobody ahead", why("曲轴", 4, Term{Text: "曲轴", Share: 1}), true, aheadOf(nil, nil), []string{"前 10 名没有排满"}, "前面"},
	} {
		got := whyMissed(tt.w, tt.known, tt.ahead)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s lacks %s", tt.name, got, want)
			}
		}
		if strings.Contains(got, tt.not) {
			t.Errorf("%s: %s says %s", tt.name, got, tt.not)
		}
	}
}

// The terms ahead stand by what they bring in all, those of documents that speak
// for a person with them; of overlapping lacks the stronger is named.
func TestAheadOf(t *testing.T) {
	t.Parallel()
	found := []collection.Ranked{{ID: "a"}, {ID: "b"}, {ID: "unknown"}}
	ahead := aheadOf(found, map[string]Why{
		"a": {Score: 2, Terms: []Term{{Text: "甲", Share: .5}, {Text: "乙", Share: .2}}},
		"b": {Score: 1, Voices: []Voice{{Terms: []Term{{Text: "乙乙", Share: .1}, {Text: "丙", Share: .6}}}}},
	})
	if diff := cmp.Diff([]string{"丙", "甲", "乙", "乙乙"}, ahead.terms); diff != "" || ahead.full || ahead.last != 1 {
		t.Errorf("%+v (-want +got):\n%s", ahead, diff)
	}
	if got := lacking(why("丁", 1), ahead); got != "它没有写到“丙”“甲”“乙”，前面的有。" {
		t.Error(got)
	}
}
