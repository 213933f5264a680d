package frontend

import (
	"html/template"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// searchView is the search page.
type searchView struct {
	Query      string
	Hidden     []hidden // what a new query keeps: kind and order
	Tabs       []link
	Chips      []link // filters that are set; each URL removes one
	ClearURL   string
	Facets     []facetGroup
	Sorts      []link
	Heading    string
	Hits       []hitView
	Pager      pager
	Notes      []string
	DidYouMean *link
	Nothing    *nothingView
}

// hidden is a parameter that a form carries along.
type hidden struct{ Name, Value string }

// facetGroup is one facet with its values; More are folded away.
type facetGroup struct {
	Title  string
	Values []link
	More   []link
	Open   bool
}

// hitView is one result.
type hitView struct {
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

// pager leads to other pages of a list.
type pager struct {
	Prev, Next string
	Pages      []link // a link without URL and text is a gap
	Page, Last int
}

// nothingView says what to do when nothing was found.
type nothingView struct {
	Query    string
	Advice   []string
	Links    []link
	MatchBox bool
}

// facetShown is how many values of a facet are shown unfolded.
const facetShown = 6

// facetCounts are the values of each facet with their counts.
type facetCounts = map[search.Facet][]search.FacetCount

// buildSearch makes the page of an answer. open are the counts of each facet
// without its own choice.
func buildSearch(q searchQuery, res search.Response, open facetCounts, notes []string) searchView {
	v := searchView{
		Query: q.Q, Tabs: kindTabs(q, open[search.FacetKind]), Chips: chips(q, open), ClearURL: q.withoutFilters().url(),
		Sorts: []link{
			{Text: "最相关", URL: q.withSort(search.ByRelevance).url(), Current: q.Sort != search.ByDate},
			{Text: "最新", URL: q.withSort(search.ByDate).url(), Current: q.Sort == search.ByDate},
		},
		Heading: searchHeading(q, res.Total), Pager: buildPager(q, res.Total), Notes: append(notes, res.Notes...),
	}
	if q.Kind != "" {
		v.Hidden = append(v.Hidden, hidden{"kind", string(q.Kind)})
	}
	if q.Sort == search.ByDate {
		v.Hidden = append(v.Hidden, hidden{"sort", string(q.Sort)})
	}
	for _, f := range filterFacets() {
		if g, ok := buildFacet(q, f, open[f], res.Facets[f]); ok {
			v.Facets = append(v.Facets, g)
		}
	}
	for _, h := range res.Hits {
		v.Hits = append(v.Hits, buildHit(h))
	}
	if better := res.DidYouMean; better != "" && better != q.Q {
		v.DidYouMean = &link{Text: better, URL: q.withQuery(better).url()}
	}
	if len(res.Hits) == 0 {
		v.Nothing = buildNothing(q, res.Total)
	}
	return v
}

func searchHeading(q searchQuery, total int) string {
	what := "条记录"
	if q.Kind != "" {
		what = "条" + kindLabel(q.Kind)
	}
	if q.Q == "" {
		return "共 " + thousands(total) + " " + what
	}
	return "找到 " + thousands(total) + " " + what
}

func kindTabs(q searchQuery, kinds []search.FacetCount) []link {
	counts, all := map[string]int{}, 0
	for _, k := range kinds {
		counts[k.Value] = k.Count
		all += k.Count
	}
	tabs := []link{{Text: "全部", URL: q.withKind("").url(), Current: q.Kind == "", Count: all}}
	for _, kind := range shownKinds() {
		tabs = append(tabs, link{Text: kindLabel(kind), URL: q.withKind(kind).url(), Current: q.Kind == kind, Count: counts[string(kind)]})
	}
	return tabs
}

func chips(q searchQuery, counted facetCounts) []link {
	var out []link
	for _, f := range filterFacets() {
		for _, value := range q.Filters[f] {
			label := facetLabel(f, value, q.Kind)
			for _, c := range counted[f] {
				if c.Value == value && c.Label != "" {
					label = c.Label
				}
			}
			out = append(out, link{Text: facetTitles[f] + "：" + label, URL: q.toggled(f, value).url()})
		}
	}
	return out
}

// buildFacet shows a facet that can still divide the results or is set. counts
// may lack a chosen value, since engines count only the commonest; chosen are
// the counts with the choice made.
func buildFacet(q searchQuery, f search.Facet, counts, chosen []search.FacetCount) (facetGroup, bool) {
	g := facetGroup{Title: facetTitles[f], Open: len(q.Filters[f]) > 0}
	seen := map[string]bool{}
	add := func(value, label string, count int) {
		seen[value] = true
		l := link{Text: label, URL: q.toggled(f, value).url(), Current: q.has(f, value), Count: count}
		if len(g.Values) < facetShown || l.Current {
			g.Values = append(g.Values, l)
		} else {
			g.More = append(g.More, l)
		}
	}
	for _, c := range counts {
		add(c.Value, orText(c.Label, facetLabel(f, c.Value, q.Kind)), c.Count)
	}
	for _, value := range q.Filters[f] {
		if !seen[value] {
			add(value, facetLabel(f, value, q.Kind), countOf(chosen, value))
		}
	}
	return g, len(counts) > 1 || g.Open || (len(counts) == 1 && f != search.FacetYear)
}

func countOf(counts []search.FacetCount, value string) int {
	for _, c := range counts {
		if c.Value == value {
			return c.Count
		}
	}
	return 0
}

func buildHit(h search.Hit) hitView {
	v := hitView{
		URL: recordURL(h.Kind, h.Code), Kind: h.Kind, Label: kindLabel(h.Kind), Code: h.Code,
		Title: markHTML(h.Title, h.TitleMarks), Facts: facts(h.Document), People: peopleLine(h.Document), Year: h.Year,
	}
	for _, s := range h.Snippets {
		if strings.TrimSpace(s.Text) != "" {
			v.Snippets = append(v.Snippets, markHTML(s.Text, s.Marks))
		}
	}
	if len(v.Snippets) == 0 && h.Summary != "" {
		v.Snippets = []template.HTML{markHTML(shorten(h.Summary, 120), nil)}
	}
	return v
}

// facts is the line under a title: what it is, where, in which state.
func facts(d search.Document) []string {
	var out []string
	add := func(text string) {
		if text != "" {
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
		parts = append(parts, listed(d.Orgs, 2))
	}
	return strings.Join(parts, " · ")
}

// listed joins at most n names and says how many there are in all.
func listed(names []string, n int) string {
	if len(names) <= n {
		return strings.Join(names, "、")
	}
	return strings.Join(names[:n], "、") + " 等 " + strconv.Itoa(len(names)) + " 个"
}

func buildPager(q searchQuery, total int) pager {
	last := min((total+q.Size-1)/q.Size, search.MaxDepth/q.Size)
	p := pager{Page: q.Page, Last: last}
	if last < 2 {
		return p
	}
	if q.Page > 1 {
		p.Prev = q.withPage(min(q.Page-1, last)).url()
	}
	if q.Page < last {
		p.Next = q.withPage(q.Page + 1).url()
	}
	for n := 1; n <= last; n++ {
		near := n >= q.Page-2 && n <= q.Page+2
		switch {
		case n == 1, n == last, near:
			p.Pages = append(p.Pages, link{Text: strconv.Itoa(n), URL: q.withPage(n).url(), Current: n == q.Page})
		case n == q.Page-3, n == q.Page+3:
			p.Pages = append(p.Pages, link{})
		}
	}
	return p
}

func buildNothing(q searchQuery, total int) *nothingView {
	v := &nothingView{Query: q.Q}
	if total > 0 {
		v.Advice = []string{"这一页已经没有结果了。"}
		v.Links = []link{{Text: "回到第 1 页", URL: q.withPage(1).url()}}
		return v
	}
	v.MatchBox = true
	if len(q.Filters) > 0 {
		v.Links = append(v.Links, link{Text: "去掉全部筛选条件", URL: q.withoutFilters().url()})
	}
	if q.Kind != "" {
		v.Links = append(v.Links, link{Text: "在全部种类里查找", URL: q.withKind("").url()})
	}
	v.Advice = []string{"少写几个词，只留最关键的设备、工艺或材料名称", "换一个叫法，如“数控机床”和“CNC”", "去掉引号、减号和“字段:值”这样的条件"}
	return v
}
