// Package view makes what the pages show out of what the engine, the matcher and
// the catalogue answer, and reads what addresses and forms say. All of it is
// pure functions over values: no clock, no request, no template.
package view

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Link is a text that leads somewhere; without a URL it is only a text.
type Link struct {
	Text    string
	URL     string
	Current bool
	Count   int
}

// KindPath is where the pages of a kind live: /needs/ and so on.
func KindPath(kind catalog.Kind) string { return "/" + string(kind) + "s/" }

// RecordURL is the page of a record.
func RecordURL(kind catalog.Kind, code string) string { return KindPath(kind) + url.PathEscape(code) }

// KindLabel names a kind in Chinese.
func KindLabel(kind catalog.Kind) string { return catalog.Vocab("kind").Label(string(kind)) }

// ShownKinds is the order of tabs and counts: what people look for first.
func ShownKinds() []catalog.Kind {
	return []catalog.Kind{catalog.KindNeed, catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio, catalog.KindOrganisation}
}

var facetTitles = map[search.Facet]string{
	search.FacetKind: "种类", search.FacetType: "类别", search.FacetField: "技术领域", search.FacetRegion: "地区", search.FacetIndustry: "行业",
	search.FacetStage: "阶段 · 等级", search.FacetHonour: "荣誉", search.FacetYear: "年份", search.FacetOrganisation: "单位",
}

// facetLabel names a value of a facet in the words of a kind ("": of any), for
// values that the engine did not count: a filter that finds nothing has no
// count.
func facetLabel(f search.Facet, value string, kind catalog.Kind) string {
	if f == search.FacetYear {
		return value + " 年"
	}
	return search.FacetLabel(f, value, kind)
}

// Thousands writes a count with separators: 1,234.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// number writes a value without trailing zeros, its whole part with separators.
func number(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	whole, frac, ok := strings.Cut(s, ".")
	if n, err := strconv.Atoi(whole); err == nil && n >= 10_000 {
		whole = Thousands(n)
	}
	if ok {
		return whole + "." + frac
	}
	return whole
}

// Shorten cuts a text to n runes, at the end of a sentence or clause when one
// is near.
func Shorten(text string, n int) string {
	r := []rune(strings.TrimSpace(text))
	if len(r) <= n {
		return string(r)
	}
	for i := n; i > n*3/4; i-- {
		if strings.ContainsRune("。；！？\n", r[i-1]) {
			return string(r[:i])
		}
	}
	return string(r[:n]) + "…"
}

// SearchBox is a search form; there is one a page.
type SearchBox struct {
	ID, Query, Label string
	Hidden           []Hidden
}

// NewSearchBox makes the form; hidden are the parameters that it carries along.
func NewSearchBox(query, label string, hidden []Hidden) SearchBox {
	return SearchBox{ID: "q", Query: query, Label: label, Hidden: hidden}
}

// OrText is s, or other when s is empty.
func OrText(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// beijing is the zone in which dates are shown.
var beijing = catalog.China()

// day writes a moment as its date in China.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02")
}
