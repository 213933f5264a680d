package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

func TestShowcase(t *testing.T) {
	t.Parallel()
	org := &catalog.Organisation{Meta: catalog.Meta{Code: "DW-1"}, Name: "示例机床厂"}
	asks := ShowcaseQuestions(org)
	if len(asks) != 5 || asks[0].Request.Filters[search.FacetOrganisation][0] != "示例机床厂" || asks[0].Request.Size != showcaseShown {
		t.Fatalf("%+v", asks)
	}
	var v Showcase
	need := search.Document{ID: "need/XQ-1", Kind: catalog.KindNeed, Code: "XQ-1", Title: "异响", Summary: strings.Repeat("长", 200), Region: "371000", Orgs: []string{"示例机床厂"}, Status: "published"}
	v.Show(asks[0], search.Response{Total: 9, Hits: []search.Hit{{Document: need}}})
	v.Show(asks[1], search.Response{})
	v.Show(asks[3], search.Response{Total: 1, Hits: []search.Hit{{Document: search.Document{Kind: catalog.KindExpert, Code: "ZJ-1", Title: "示例甲"}}}})
	v.Finish()
	if len(v.Groups) != 2 || v.Empty != "" {
		t.Fatalf("%+v", v)
	}
	g := v.Groups[0]
	if g.Title != "公开的技术需求" || g.Total != 9 || !strings.HasPrefix(g.More, "/search?") || strings.Contains(g.More, "size=4") || len([]rune(g.Items[0].Summary)) > 91 {
		t.Errorf("%+v", g)
	}
	if diff := cmp.Diff([]string{"已发布"}, g.Items[0].Facts); diff != "" || g.Items[0].People != "" {
		t.Errorf("what the page says already stands again: %s %s", diff, g.Items[0].People)
	}
	if v.Groups[1].More != "" || v.Tiles[1].URL != "#own-expert" || v.Tiles[0].Count != 9 {
		t.Errorf("%+v", v)
	}
	var none Showcase
	if none.Finish(); none.Empty == "" {
		t.Error("an organisation without anything says nothing")
	}
}

func TestNewAsk(t *testing.T) {
	t.Parallel()
	for _, kind := range catalog.Kinds() {
		a := NewAsk(kind, "BH-1", false)
		if a.Title == "" || !strings.Contains(a.Text, "BH-1") || a.Link.URL == "" {
			t.Errorf("%s: %+v", kind, a)
		}
	}
	if a := NewAsk(catalog.KindExpert, "ZJ-1", true); a.Link.URL != NewNeedURL {
		t.Errorf("who enters needs is led to %s", a.Link.URL)
	}
	if a := NewAsk(catalog.KindNeed, "XQ-1", true); a.Link.URL != OpenNeedsURL+"#how" {
		t.Errorf("who wants to help is led to %s", a.Link.URL)
	}
}

// A narrow field beside which no other stands takes the whole line.
func TestPair(t *testing.T) {
	t.Parallel()
	wide, narrow := Item{Text: []string{"一", "二"}}, Item{Text: []string{"短"}}
	items := []Item{narrow, wide, narrow, narrow, narrow}
	pair(items)
	var got []bool
	for _, it := range items {
		got = append(got, it.Wide())
	}
	if diff := cmp.Diff([]bool{true, true, false, false, true}, got); diff != "" {
		t.Error(diff)
	}
}
