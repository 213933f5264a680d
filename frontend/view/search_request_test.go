package view

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

func TestParseSearch(t *testing.T) {
	plain := func(change func(*SearchQuery)) SearchQuery {
		q := SearchQuery{Sort: search.ByRelevance, Page: 1, Size: PageSize, Filters: map[search.Facet][]string{}}
		change(&q)
		return q
	}
	tests := []struct {
		name  string
		query string
		want  SearchQuery
		notes []string
	}{
		{"nothing", "", plain(func(*SearchQuery) {}), nil},
		{"words", "q=+电主轴%09修复+", plain(func(q *SearchQuery) { q.Q = "电主轴 修复" }), nil},
		{"everything", "q=a&kind=patent&type=invention&type=utility&region=371000&sort=date&page=3&size=50", plain(func(q *SearchQuery) {
			q.Q, q.Kind, q.Sort, q.Page, q.Size = "a", catalog.KindPatent, search.ByDate, 3, 50
			q.Filters = map[search.Facet][]string{search.FacetType: {"invention", "utility"}, search.FacetRegion: {"371000"}}
		}), nil},
		{"kind in Chinese", "kind=专利", plain(func(q *SearchQuery) { q.Kind = catalog.KindPatent }), nil},
		{"unknown kind", "kind=船", plain(func(*SearchQuery) {}), []string{"没有“船”这一种类，已在全部种类里查找。"}},
		{"page before the first", "page=-1", plain(func(*SearchQuery) {}), []string{"页码无效，已显示第 1 页。"}},
		{"page zero", "page=0", plain(func(*SearchQuery) {}), []string{"页码无效，已显示第 1 页。"}},
		{"page is a word", "page=下一页", plain(func(*SearchQuery) {}), []string{"页码无效，已显示第 1 页。"}},
		{"page too deep", "page=1000000000", plain(func(q *SearchQuery) { q.Page = 500 }), []string{"最多看到第 500 页；请加上检索词或筛选条件来缩小范围。"}},
		{"page beyond numbers", "page=99999999999999999999", plain(func(q *SearchQuery) { q.Page = 500 }), []string{"最多看到第 500 页；请加上检索词或筛选条件来缩小范围。"}},
		{"size too large", "size=1000000000", plain(func(q *SearchQuery) { q.Size = 100 }), []string{"每页条数只能是 1 到 100，已按每页 100 条显示。"}},
		{"size negative", "size=-3", plain(func(q *SearchQuery) { q.Size = 1 }), []string{"每页条数只能是 1 到 100，已按每页 1 条显示。"}},
		{"size is a word", "size=x", plain(func(*SearchQuery) {}), []string{"每页条数只能是 1 到 100，已按每页 20 条显示。"}},
		{"unknown order", "sort=price", plain(func(*SearchQuery) {}), nil},
		{"control characters", "q=a%00b%0Ac%ff", plain(func(q *SearchQuery) { q.Q = "a b c" }), nil},
		{"value twice and empty", "type=a&type=a&type=", plain(func(q *SearchQuery) { q.Filters[search.FacetType] = []string{"a"} }), nil},
		{"value too long", "type=" + strings.Repeat("长", 61), plain(func(*SearchQuery) {}), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			got, notes := ParseSearch(v)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseSearchCutsWhatIsTooMuch(t *testing.T) {
	v := url.Values{"q": {strings.Repeat("难", 10_000)}}
	for i := range 30 {
		v.Add("type", strings.Repeat("x", i+1))
	}
	q, notes := ParseSearch(v)
	if n := len([]rune(q.Q)); n != maxQuery {
		t.Errorf("query of %d runes", n)
	}
	if n := len(q.Filters[search.FacetType]); n != maxFilters {
		t.Errorf("%d filters", n)
	}
	want := []string{"检索词太长（10,000 字），只用了前 400 字。要按整段文字查找，请用“难题匹配”。", "筛选条件太多，只用了前 20 个。"}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
}

func TestSearchURLReadsBack(t *testing.T) {
	for _, q := range []SearchQuery{
		{Sort: search.ByRelevance, Page: 1, Size: PageSize, Filters: map[search.Facet][]string{}},
		{Q: `"换流阀" -风电 & 100%`, Kind: catalog.KindExpert, Sort: search.ByDate, Page: 4, Size: 50,
			Filters: map[search.Facet][]string{search.FacetRegion: {"371000", "210000"}, search.FacetYear: {"2024"}}},
	} {
		u, err := url.Parse(q.URL())
		if err != nil {
			t.Fatal(err)
		}
		got, notes := ParseSearch(u.Query())
		if diff := cmp.Diff(q, got); diff != "" || len(notes) > 0 {
			t.Errorf("%s: %s%v", u, diff, notes)
		}
	}
}

func TestToggledLeavesTheOriginalAlone(t *testing.T) {
	q := SearchQuery{Page: 7, Filters: map[search.Facet][]string{search.FacetType: {"a", "b"}}}
	more, less := q.Toggled(search.FacetType, "c"), q.Toggled(search.FacetType, "a")
	gone := less.Toggled(search.FacetType, "b")
	got := []map[search.Facet][]string{q.Filters, more.Filters, less.Filters, gone.Filters}
	want := []map[search.Facet][]string{{search.FacetType: {"a", "b"}}, {search.FacetType: {"a", "b", "c"}}, {search.FacetType: {"b"}}, {}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if more.Page != 1 {
		t.Errorf("page %d after a change of filters", more.Page)
	}
}

func FuzzParseSearch(f *testing.F) {
	f.Add("q=%E7%94%B5&page=-1&size=9&kind=x&type=a")
	f.Add("q=\"\"\"&page=1e9")
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		q, _ := ParseSearch(v)
		if _, err := q.Request().Check(); err != nil {
			t.Errorf("%q gives a request that the engine refuses: %v", raw, err)
		}
		if len([]rune(q.Q)) > maxQuery {
			t.Errorf("%q keeps a query of %d runes", raw, len([]rune(q.Q)))
		}
	})
}
