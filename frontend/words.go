package frontend

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// link is a text that leads somewhere; without a URL it is only a text.
type link struct {
	Text    string
	URL     string
	Current bool
	Count   int
}

// kindPath is where the pages of a kind live: /needs/ and so on.
func kindPath(kind catalog.Kind) string { return "/" + string(kind) + "s/" }

// recordURL is the page of a record.
func recordURL(kind catalog.Kind, code string) string { return kindPath(kind) + url.PathEscape(code) }

func kindLabel(kind catalog.Kind) string { return catalog.Vocab("kind").Label(string(kind)) }

// shownKinds is the order of tabs and counts: what people look for first.
func shownKinds() []catalog.Kind {
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

// thousands writes a count with separators: 1,234.
func thousands(n int) string {
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
		whole = thousands(n)
	}
	if ok {
		return whole + "." + frac
	}
	return whole
}

// shorten cuts a text to n runes, at the end of a sentence or clause when one
// is near.
func shorten(text string, n int) string {
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

// searchBoxView is a search form; there is one a page.
type searchBoxView struct {
	ID, Query, Label string
	Hidden           []hidden
}

func searchBox(query, label string, hidden []hidden) searchBoxView {
	return searchBoxView{ID: "q", Query: query, Label: label, Hidden: hidden}
}

func orText(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

// beijing is the zone in which dates are shown.
var beijing = time.FixedZone("CST", 8*60*60)

// day writes a moment as its date in China.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02")
}
