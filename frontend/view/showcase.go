package view

import (
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// showcaseShown is how many records of a kind an organisation's page shows.
const showcaseShown = 4

// Showcase is what an organisation has to show to everybody, whoever looks: the
// public views of what is its own, in the order in which people look for it.
type Showcase struct {
	Tiles  []Tile // how much of each kind, each leading to all of it
	Groups []ShowGroup
	Empty  string // what to do where there is nothing yet
}

// ShowGroup is the newest records of one kind.
type ShowGroup struct {
	ID, Title string
	Total     int
	Items     []ShowItem
	More      string // where all are; "" when these are all
}

// ShowItem is one of them.
type ShowItem struct {
	URL, Title, Summary, People string
	Facts                       []string
}

// ShowcaseQuestions ask for the records of each kind that belong to an
// organisation.
func ShowcaseQuestions(o *catalog.Organisation) []RelatedQuestion {
	var out []RelatedQuestion
	q := SearchQuery{Filters: map[search.Facet][]string{search.FacetOrganisation: {o.Name}}, Page: 1, Size: showcaseShown, Sort: search.ByDate}
	for _, kind := range ShownKinds() {
		if kind == catalog.KindOrganisation {
			continue
		}
		q := q.withKind(kind)
		req := q.Request()
		req.Facets, req.Snippets = false, false
		out = append(out, RelatedQuestion{title: KindLabel(kind), Request: req, more: q, self: search.ID(o.Kind(), o.Code)})
	}
	return out
}

// Show adds what was found to a question; a kind of which there is nothing is
// left out.
func (v *Showcase) Show(ask RelatedQuestion, res search.Response) {
	if len(res.Hits) == 0 {
		return
	}
	kind := ask.more.Kind
	g := ShowGroup{ID: "own-" + string(kind), Title: ask.title, Total: res.Total}
	if kind == catalog.KindNeed {
		g.Title = "公开的" + ask.title
	}
	ask.more.Size = PageSize
	if res.Total > len(res.Hits) {
		g.More = ask.more.URL()
	}
	for _, h := range res.Hits {
		g.Items = append(g.Items, showItem(h.Document))
	}
	v.Groups = append(v.Groups, g)
	v.Tiles = append(v.Tiles, Tile{Label: g.Title, Count: res.Total, URL: "#" + g.ID})
}

// showItem leaves out what the whole page says already: where and whose.
func showItem(d search.Document) ShowItem {
	d.Orgs, d.Region = nil, ""
	return ShowItem{URL: RecordURL(d.Kind, d.Code), Title: d.Title, Summary: Shorten(d.Summary, 90), People: peopleLine(d), Facts: facts(d)}
}

// Finish says what to do when nothing was found.
func (v *Showcase) Finish() {
	if len(v.Groups) == 0 {
		v.Empty = "这家单位还没有公开的需求、成果、专利和人员。是您的单位？请联系当地工会的红娘登记。"
	}
}

// Ask says how somebody from outside comes to what a page shows.
type Ask struct {
	Title, Text string
	Link        Link
}

// NewAsk is for the page of a record, whose code the reader passes on. Whoever
// can enter needs is led to that, others to the matching of a pasted text.
func NewAsk(kind catalog.Kind, code string, enters bool) *Ask {
	a := &Ask{Title: map[catalog.Kind]string{
		catalog.KindNeed: "您有办法？", catalog.KindResult: "想用这项成果？", catalog.KindPatent: "想用这项专利？", catalog.KindExpert: "想请这位专家工匠帮忙？",
		catalog.KindStudio: "想请这个工作室帮忙？", catalog.KindOrganisation: "想和这家单位对接？",
	}[kind]}
	if kind == catalog.KindNeed {
		a.Text = "请把编号 " + code + " 报给当地工会的红娘，由红娘征得企业同意后安排双方见面。"
		a.Link = Link{Text: "怎么揭榜", URL: OpenNeedsURL + "#how"}
		return a
	}
	a.Text = "联系方式由红娘核对双方情况后提供。先把难题贴进来看看合不合适；要牵线，请把编号 " + code + " 报给当地工会的红娘。"
	a.Link = Link{Text: "把难题贴进来", URL: "/match"}
	if enters {
		a.Text = "联系方式由红娘核对双方情况后提供。登记一项需求并写上编号 " + code + "，红娘会替您联系。"
		a.Link = Link{Text: "登记需求", URL: NewNeedURL}
	}
	return a
}
