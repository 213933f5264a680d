package view

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Bounds of the search page. What is longer than maxQuery belongs into the
// match box, and the page says so.
const (
	PageSize       = 20
	maxQuery       = 400 // runes
	maxFilters     = 20  // values of all filters together
	maxFilterRunes = 60
)

// SearchQuery is what the address of a search page says. It is the one place
// that knows the names of the parameters.
type SearchQuery struct {
	Q       string
	Kind    catalog.Kind // "": all
	Filters map[search.Facet][]string
	Sort    search.Sort
	Page    int
	Size    int
}

// filterFacets are the facets that are filters of their own on the page; the
// kind is a tab.
func filterFacets() []search.Facet {
	return slices.DeleteFunc(search.Facets(), func(f search.Facet) bool { return f == search.FacetKind })
}

// ParseSearch reads an address. Nothing in it is an error: what cannot be meant
// is put right, and a note says so in Chinese.
func ParseSearch(v url.Values) (SearchQuery, []string) {
	q := SearchQuery{Sort: search.ByRelevance, Page: 1, Size: PageSize, Filters: map[search.Facet][]string{}}
	var notes []string
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	q.Q = plainLine(v.Get("q"))
	if n := utf8.RuneCountInString(q.Q); n > maxQuery {
		q.Q = string([]rune(q.Q)[:maxQuery])
		note("检索词太长（%s 字），只用了前 %d 字。要按整段文字查找，请用“难题匹配”。", Thousands(n), maxQuery)
	}
	if text := v.Get("kind"); text != "" {
		if kind, err := catalog.ParseKind(text); err == nil {
			q.Kind = kind
		} else {
			note("没有“%s”这一种类，已在全部种类里查找。", Shorten(plainLine(text), 20))
		}
	}
	if search.Sort(v.Get("sort")) == search.ByDate {
		q.Sort = search.ByDate
	}
	q.readFilters(v, note)
	q.readPage(v, note)
	return q, notes
}

func (q *SearchQuery) readFilters(v url.Values, note func(string, ...any)) {
	count := 0
	for _, f := range filterFacets() {
		for _, value := range v[string(f)] {
			value = plainLine(value)
			if value == "" || utf8.RuneCountInString(value) > maxFilterRunes || slices.Contains(q.Filters[f], value) {
				continue
			}
			if count++; count > maxFilters {
				note("筛选条件太多，只用了前 %d 个。", maxFilters)
				return
			}
			q.Filters[f] = append(q.Filters[f], value)
		}
	}
}

func (q *SearchQuery) readPage(v url.Values, note func(string, ...any)) {
	if text := v.Get("size"); text != "" {
		n, err := strconv.Atoi(text)
		q.Size = min(max(n, 1), search.MaxSize)
		if err != nil {
			q.Size = PageSize
		}
		if err != nil || n != q.Size {
			note("每页条数只能是 1 到 %d，已按每页 %d 条显示。", search.MaxSize, q.Size)
		}
	}
	text := v.Get("page")
	if text == "" {
		return
	}
	n, err := strconv.Atoi(text)
	last := search.MaxDepth / q.Size
	q.Page = min(max(n, 1), last)
	switch {
	case err != nil && q.Page != last, n < 1:
		q.Page = 1
		note("页码无效，已显示第 1 页。")
	case n > last:
		note("最多看到第 %s 页；请加上检索词或筛选条件来缩小范围。", Thousands(last))
	}
}

// Request is what the engine is asked.
func (q SearchQuery) Request() search.Request {
	r := search.Request{Query: q.Q, Filters: q.Filters, Sort: q.Sort, Page: q.Page, Size: q.Size, Facets: true, Snippets: true}
	if q.Kind != "" {
		r.Kinds = []catalog.Kind{q.Kind}
	}
	return r
}

// Empty tells whether nothing was asked for: such a page shows what there is.
func (q SearchQuery) Empty() bool { return q.Q == "" && q.Kind == "" && len(q.Filters) == 0 }

// URL is the address of the search, without what is as usual.
func (q SearchQuery) URL() string {
	v := url.Values{}
	if q.Q != "" {
		v.Set("q", q.Q)
	}
	if q.Kind != "" {
		v.Set("kind", string(q.Kind))
	}
	for f, values := range q.Filters {
		v[string(f)] = values
	}
	if q.Sort != "" && q.Sort != search.ByRelevance {
		v.Set("sort", string(q.Sort))
	}
	if q.Size != 0 && q.Size != PageSize {
		v.Set("size", strconv.Itoa(q.Size))
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if len(v) == 0 {
		return "/search"
	}
	return "/search?" + v.Encode()
}

// The changes of a search each give the address of its first page.

func (q SearchQuery) withKind(kind catalog.Kind) SearchQuery { q.Kind, q.Page = kind, 1; return q }
func (q SearchQuery) withSort(sort search.Sort) SearchQuery  { q.Sort, q.Page = sort, 1; return q }
func (q SearchQuery) withPage(n int) SearchQuery             { q.Page = n; return q }
func (q SearchQuery) withQuery(text string) SearchQuery      { q.Q, q.Page = text, 1; return q }
func (q SearchQuery) withoutFilters() SearchQuery            { q.Filters, q.Page = nil, 1; return q }

// Toggled adds a filter value, or removes it when it is there.
func (q SearchQuery) Toggled(f search.Facet, value string) SearchQuery {
	filters := map[search.Facet][]string{}
	maps.Copy(filters, q.Filters)
	values := slices.Clone(filters[f])
	if i := slices.Index(values, value); i >= 0 {
		values = slices.Delete(values, i, i+1)
	} else {
		values = append(values, value)
	}
	if filters[f] = values; len(values) == 0 {
		delete(filters, f)
	}
	q.Filters, q.Page = filters, 1
	return q
}

// Without is the search without the choice of one facet, nil when there is none.
func (q SearchQuery) Without(f search.Facet) *SearchQuery {
	switch {
	case f == search.FacetKind && q.Kind != "":
		q.Kind = ""
		return &q
	case len(q.Filters[f]) > 0:
		filters := maps.Clone(q.Filters)
		delete(filters, f)
		q.Filters = filters
		return &q
	}
	return nil
}

func (q SearchQuery) has(f search.Facet, value string) bool {
	return slices.Contains(q.Filters[f], value)
}

// plainLine makes one line of what somebody typed: valid UTF-8, no control
// characters, single spaces.
func plainLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
