package view

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

func TestBuildPager(t *testing.T) {
	texts := func(p Pager) (out []string) {
		for _, l := range p.Pages {
			text := OrText(l.Text, "…")
			if l.Current {
				text = "[" + text + "]"
			}
			out = append(out, text)
		}
		return out
	}
	tests := []struct {
		page, total int
		want        []string
		prev, next  bool
	}{
		{1, 0, nil, false, false},
		{1, 20, nil, false, false},
		{1, 21, []string{"[1]", "2"}, false, true},
		{2, 21, []string{"1", "[2]"}, true, false},
		{6, 240, []string{"1", "…", "4", "5", "[6]", "7", "8", "…", "12"}, true, true},
		{1, 240, []string{"[1]", "2", "3", "…", "12"}, false, true},
		{9, 30, []string{"1", "2"}, true, false},
		{500, 1_000_000, []string{"1", "…", "498", "499", "[500]"}, true, false},
	}
	for _, tt := range tests {
		p := BuildPager(SearchQuery{Page: tt.page, Size: PageSize}, tt.total)
		if diff := cmp.Diff(tt.want, texts(p)); diff != "" {
			t.Errorf("page %d of %d: %s", tt.page, tt.total, diff)
		}
		if (p.Prev != "") != tt.prev || (p.Next != "") != tt.next {
			t.Errorf("page %d of %d: prev %q next %q", tt.page, tt.total, p.Prev, p.Next)
		}
	}
}

func TestBuildFacet(t *testing.T) {
	q := SearchQuery{Filters: map[search.Facet][]string{search.FacetRegion: {"371000", "999999"}}}
	counts := []search.FacetCount{
		{Value: "370000", Label: "山东省", Count: 9}, {Value: "371000", Label: "威海市", Count: 5}, {Value: "1", Count: 1}, {Value: "2", Count: 1},
		{Value: "3", Count: 1}, {Value: "4", Count: 1}, {Value: "5", Count: 1},
	}
	g, ok := BuildFacet(q, search.FacetRegion, counts, []search.FacetCount{{Value: "999999", Count: 2}})
	if !ok || !g.Open || g.Title != "地区" {
		t.Errorf("group %+v shown %v", g, ok)
	}
	if len(g.Values) != facetShown+1 || len(g.More) != 1 {
		t.Fatalf("%d values shown, %d folded", len(g.Values), len(g.More))
	}
	set, outside := g.Values[1], g.Values[facetShown]
	if diff := cmp.Diff(Link{Text: "威海市", URL: "/search?region=999999", Current: true, Count: 5}, set); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Link{Text: "999999", URL: "/search?region=371000", Current: true, Count: 2}, outside); diff != "" {
		t.Errorf("a chosen value outside the counts: %s", diff)
	}
	if _, ok := BuildFacet(SearchQuery{}, search.FacetYear, nil, nil); ok {
		t.Error("a facet without values is shown")
	}
}

func TestFacts(t *testing.T) {
	tests := []struct {
		doc  search.Document
		want []string
	}{
		{search.Document{Kind: catalog.KindNeed, Types: []string{"quality"}, Status: "matching", Year: 2026}, []string{"质量提升", "匹配中"}},
		{search.Document{Kind: catalog.KindResult, Types: []string{"small_invention"}, Stage: "mature", TRL: 9, Year: 2020}, []string{"小发明", "技术就绪度 9 级", "2020 年"}},
		{search.Document{Kind: catalog.KindPatent, Types: []string{"utility"}, Stage: "granted"}, []string{"实用新型", "授权"}},
		{search.Document{Kind: catalog.KindExpert, Types: []string{"master_craftsman", "model_worker"}, Stage: "senior_technician"}, []string{"工匠", "劳模", "高级技师"}},
		{search.Document{Kind: catalog.KindExpert, Types: []string{"chief_technician", "model_worker"}, Stage: "chief_technician"}, []string{"首席技师", "劳模"}},
		{search.Document{Kind: catalog.KindStudio, Stage: "provincial"}, []string{"省级"}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, facts(tt.doc)); diff != "" {
			t.Errorf("%s: %s", tt.doc.Kind, diff)
		}
	}
}

func TestBuildSearch(t *testing.T) {
	q := SearchQuery{Q: "电主抽", Kind: catalog.KindPatent, Page: 1, Size: PageSize}
	v := BuildSearch(q, search.Response{DidYouMean: "电主轴", Notes: []string{"引擎的说明"}}, FacetCounts{search.FacetKind: {{Value: "patent", Count: 2}, {Value: "need", Count: 1}}}, []string{"页面的说明"})
	if diff := cmp.Diff(&Link{Text: "电主轴", URL: "/search?kind=patent&q=%E7%94%B5%E4%B8%BB%E8%BD%B4"}, v.DidYouMean); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"页面的说明", "引擎的说明"}, v.Notes); diff != "" {
		t.Error(diff)
	}
	if v.Tabs[0].Count != 3 || !v.Tabs[3].Current || v.Tabs[3].Count != 2 {
		t.Errorf("tabs %+v", v.Tabs)
	}
	if v.Nothing == nil || !v.Nothing.MatchBox || len(v.Nothing.Advice) == 0 {
		t.Errorf("no advice for an empty answer: %+v", v.Nothing)
	}
	if diff := cmp.Diff([]Hidden{{"kind", "patent"}}, v.Hidden); diff != "" {
		t.Error(diff)
	}
	beyond := BuildSearch(SearchQuery{Page: 9, Size: PageSize}, search.Response{Total: 30}, nil, nil)
	if beyond.Nothing == nil || beyond.Nothing.MatchBox || beyond.Nothing.Links[0].URL != "/search" {
		t.Errorf("a page beyond the last: %+v", beyond.Nothing)
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := Thousands(n); got != want {
			t.Errorf("thousands(%d) = %s", n, got)
		}
	}
	for v, want := range map[float64]string{0.02: "0.02", 85: "85", 1234: "1234", 12345.5: "12,345.5"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %s", v, got)
		}
	}
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{{"短", 5, "短"}, {"一二三四五六七八九十", 5, "一二三四五…"}, {"一二三四五六七。八九十", 9, "一二三四五六七。"}} {
		if got := Shorten(tt.text, tt.n); got != tt.want {
			t.Errorf("shorten(%q, %d) = %q", tt.text, tt.n, got)
		}
	}
}

func TestBuildHitNamesOrganisationsOnce(t *testing.T) {
	h := BuildHit(search.Hit{Document: search.Document{Kind: catalog.KindPatent, Code: "ZL-1", Orgs: []string{"甲厂", "甲厂", "乙厂"}}})
	if h.People != "甲厂、乙厂" {
		t.Errorf("%q", h.People)
	}
}
