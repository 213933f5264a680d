package view

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Search is the search page.
type Search struct {
	Query      string
	Hidden     []Hidden // what a new query keeps: kind and order
	Tabs       []Link
	Chips      []Link // filters that are set; each URL removes one
	ClearURL   string
	Facets     []FacetGroup
	Sorts      []Link
	Heading    string
	Hits       []Hit
	Pager      Pager
	Notes      []string
	DidYouMean *Link
	Nothing    *Nothing
	Save       *SaveSearch
	Address    string // of these results
	Export     string // where what was found is had as a table; "" when there is nothing
}

// Hidden is a parameter that a form carries along.
type Hidden struct{ Name, Value string }

// FacetGroup is one facet with its values; More are folded away.
type FacetGroup struct {
	Title  string
	Values []Link
	More   []Link
	Open   bool
}

// Hit is one result.
type Hit struct {
	URL      string
	Kind     catalog.Kind
	Label    string
	Code     string
	Title    template.HTML
	Facts    []string
	People   string
	Snippets []template.HTML
	Year     int
}

// Pager leads to other pages of a list.
type Pager struct {
	Prev, Next string
	Pages      []Link // a link without URL and text is a gap
	Page, Last int
}

// Nothing says what to do when nothing was found.
type Nothing struct {
	Query    string
	Advice   []string
	Links    []Link
	MatchBox bool
}

// facetShown is how many values of a facet are shown unfolded.
const facetShown = 6

// FacetCounts are the values of each facet with their counts.
type FacetCounts = map[search.Facet][]search.FacetCount

// BuildSearch makes the page of an answer. open are the counts of each facet
// without its own choice.
func BuildSearch(q SearchQuery, res search.Response, open FacetCounts, notes []string) Search {
	v := Search{
		Query: q.Q, Tabs: KindTabs(q, open[search.FacetKind]), Chips: chips(q, open), ClearURL: q.withoutFilters().URL(),
		Sorts: []Link{
			{Text: "最相关", URL: q.withSort(search.ByRelevance).URL(), Current: q.Sort != search.ByDate},
			{Text: "最新", URL: q.withSort(search.ByDate).URL(), Current: q.Sort == search.ByDate},
		},
		Heading: searchHeading(q, res.Total), Pager: BuildPager(q, res.Total), Notes: append(notes, res.Notes...),
	}
	if q.Kind != "" {
		v.Hidden = append(v.Hidden, Hidden{"kind", string(q.Kind)})
	}
	if q.Sort == search.ByDate {
		v.Hidden = append(v.Hidden, Hidden{"sort", string(q.Sort)})
	}
	for _, f := range filterFacets() {
		if g, ok := BuildFacet(q, f, open[f], res.Facets[f]); ok {
			v.Facets = append(v.Facets, g)
		}
	}
	for _, h := range res.Hits {
		v.Hits = append(v.Hits, BuildHit(h))
	}
	if better := res.DidYouMean; better != "" && better != q.Q {
		v.DidYouMean = &Link{Text: better, URL: q.withQuery(better).URL()}
	}
	if res.Total > 0 {
		v.Export, v.Address = q.exportURL(), q.URL()
	}
	if len(res.Hits) == 0 {
		v.Nothing = BuildNothing(q, res.Total)
	}
	return v
}

// ExportURL is where the hits of a search are had as a table.
const ExportURL = "/search/export"

func (q SearchQuery) exportURL() string {
	q.Page, q.Size = 1, PageSize
	return strings.Replace(q.URL(), "/search", ExportURL, 1)
}

// ID is the id by which a hit is chosen to be compared.
func (h Hit) ID() string { return string(h.Kind) + "/" + h.Code }

func searchHeading(q SearchQuery, total int) string {
	what := "条记录"
	if q.Kind != "" {
		what = "条" + KindLabel(q.Kind)
	}
	if q.Q == "" {
		return "共 " + Thousands(total) + " " + what
	}
	return "找到 " + Thousands(total) + " " + what
}

// KindTabs makes the tabs; kinds are the counts without a tab chosen.
func KindTabs(q SearchQuery, kinds []search.FacetCount) []Link {
	counts, all := map[string]int{}, 0
	for _, k := range kinds {
		counts[k.Value] = k.Count
		all += k.Count
	}
	tabs := []Link{{Text: "全部", URL: q.withKind("").URL(), Current: q.Kind == "", Count: all}}
	for _, kind := range ShownKinds() {
		tabs = append(tabs, Link{Text: KindLabel(kind), URL: q.withKind(kind).URL(), Current: q.Kind == kind, Count: counts[string(kind)]})
	}
	return tabs
}

func chips(q SearchQuery, counted FacetCounts) []Link {
	var out []Link
	for _, f := range filterFacets() {
		for _, value := range q.Filters[f] {
			label := facetLabel(f, value, q.Kind)
			for _, c := range counted[f] {
				if c.Value == value && c.Label != "" {
					label = c.Label
				}
			}
			out = append(out, Link{Text: facetTitles[f] + "：" + label, URL: q.Toggled(f, value).URL()})
		}
	}
	return out
}

// BuildFacet shows a facet that can still divide the results or is set. counts
// may lack a chosen value, since engines count only the commonest; chosen are
// the counts with the choice made.
func BuildFacet(q SearchQuery, f search.Facet, counts, chosen []search.FacetCount) (FacetGroup, bool) {
	g := FacetGroup{Title: facetTitles[f], Open: len(q.Filters[f]) > 0}
	seen := map[string]bool{}
	add := func(value, label string, count int) {
		seen[value] = true
		l := Link{Text: label, URL: q.Toggled(f, value).URL(), Current: q.has(f, value), Count: count}
		if len(g.Values) < facetShown || l.Current {
			g.Values = append(g.Values, l)
		} else {
			g.More = append(g.More, l)
		}
	}
	for _, c := range counts {
		add(c.Value, OrText(c.Label, facetLabel(f, c.Value, q.Kind)), c.Count)
	}
	for _, value := range q.Filters[f] {
		if !seen[value] {
			add(value, facetLabel(f, value, q.Kind), CountOf(chosen, value))
		}
	}
	return g, len(counts) > 1 || g.Open || (len(counts) == 1 && f != search.FacetYear)
}

// CountOf finds the count of a value, 0 when it was not counted.
func CountOf(counts []search.FacetCount, value string) int {
	for _, c := range counts {
		if c.Value == value {
			return c.Count
		}
	}
	return 0
}

// BuildHit makes one result.
func BuildHit(h search.Hit) Hit {
	v := Hit{
		URL: RecordURL(h.Kind, h.Code), Kind: h.Kind, Label: KindLabel(h.Kind), Code: h.Code,
		Title: markHTML(h.Title, h.TitleMarks), Facts: facts(h.Document), People: peopleLine(h.Document), Year: h.Year,
	}
	for _, s := range h.Snippets {
		if strings.TrimSpace(s.Text) != "" {
			v.Snippets = append(v.Snippets, markHTML(fromWord(s.Text, s.Marks)))
		}
	}
	if len(v.Snippets) == 0 && h.Summary != "" {
		v.Snippets = []template.HTML{markHTML(Shorten(h.Summary, 120), nil)}
	}
	return v
}

// facts is the line under a title: what it is, where, in which state.
func facts(d search.Document) []string {
	var out []string
	add := func(text string) {
		if text != "" && !slices.Contains(out, text) { // a 首席技师 may be so by kind and by level
			out = append(out, text)
		}
	}
	for _, t := range d.Types {
		add(search.FacetLabel(search.FacetType, t, d.Kind))
	}
	if d.Stage != "" && !(d.Kind == catalog.KindResult && d.TRL > 0) {
		add(search.FacetLabel(search.FacetStage, d.Stage, d.Kind))
	}
	if d.TRL > 0 {
		add("技术就绪度 " + strconv.Itoa(d.TRL) + " 级")
	}
	if d.Kind == catalog.KindNeed && d.Status != "" {
		add(catalog.Vocab("need_status").Label(d.Status))
	}
	add(strings.Join(catalog.PlacePath(d.Region), ""))
	if d.Year > 0 && d.Kind != catalog.KindNeed {
		add(strconv.Itoa(d.Year) + " 年")
	}
	return out
}

// peopleLine names who stands behind a document and where they work.
func peopleLine(d search.Document) string {
	var names []string
	if d.Kind != catalog.KindExpert {
		for _, p := range d.People {
			if p.Name != "" {
				names = append(names, p.Name)
			}
		}
	}
	var parts []string
	if len(names) > 0 {
		parts = append(parts, listed(names, 4))
	}
	if len(d.Orgs) > 0 && d.Kind != catalog.KindOrganisation {
		parts = append(parts, listed(once(d.Orgs), 2)) // who applied for a patent may own it still
	}
	return strings.Join(parts, " · ")
}

// once keeps the first of names that are given twice.
func once(names []string) []string {
	var out []string
	for _, name := range names {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// listed joins at most n names and says how many there are in all.
func listed(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:n], "、") + " 等 " + strconv.Itoa(len(names)) + " 个"
}

// BuildPager makes the way through total results, as far as an engine goes.
func BuildPager(q SearchQuery, total int) Pager {
	last := min((total+q.Size-1)/q.Size, search.MaxDepth/q.Size)
	return pagerOf(q.Page, last, func(n int) string { return q.withPage(n).URL() })
}

// NewPager leads through the pages of a list, from 1 to last; a page that there
// is not is the nearest that there is.
func NewPager(page, last int, url func(n int) string) Pager {
	return pagerOf(min(max(page, 1), max(last, 1)), last, url)
}

func pagerOf(page, last int, url func(n int) string) Pager {
	p := Pager{Page: page, Last: last}
	if last < 2 {
		return p
	}
	if page > 1 {
		p.Prev = url(min(page-1, last))
	}
	if page < last {
		p.Next = url(page + 1)
	}
	for n := 1; n <= last; n++ {
		near := n >= page-2 && n <= page+2
		switch {
		case n == 1, n == last, near:
			p.Pages = append(p.Pages, Link{Text: strconv.Itoa(n), URL: url(n), Current: n == page})
		case n == page-3, n == page+3:
			p.Pages = append(p.Pages, Link{})
		}
	}
	return p
}

// BuildNothing says what to do about a page without hits; total tells whether
// other pages have some.
func BuildNothing(q SearchQuery, total int) *Nothing {
	v := &Nothing{Query: q.Q}
	if total > 0 {
		v.Advice = []string{"这一页已经没有结果了。"}
		v.Links = []Link{{Text: "回到第 1 页", URL: q.withPage(1).URL()}}
		return v
	}
	v.MatchBox = true
	if len(q.Filters) > 0 {
		v.Links = append(v.Links, Link{Text: "去掉全部筛选条件", URL: q.withoutFilters().URL()})
	}
	if q.Kind != "" {
		v.Links = append(v.Links, Link{Text: "在全部种类里查找", URL: q.withKind("").URL()})
	}
	v.Advice = []string{"少写几个词，只留最关键的设备、工艺或材料名称", "换一个叫法，如“数控机床”和“CNC”", "去掉引号、减号和“字段:值”这样的条件"}
	return v
}
