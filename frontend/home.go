package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// homeView is the first page.
type homeView struct {
	Entries  []entry
	Total    int
	Searches []view.Link
	Box      view.NeedBox
	Notice   string
	Waits    []view.Link // what waits for the caller's firm, or for him
}

// entry leads to one kind of record, with what is in stock.
type entry struct {
	Kind  catalog.Kind
	Label string
	What  string
	URL   string
	Count int
}

var kindPurposes = map[catalog.Kind]string{
	catalog.KindNeed:         "企业自己解决不了的技术难题",
	catalog.KindResult:       "五小、操作法、绝活和科研成果",
	catalog.KindPatent:       "可转让、可许可的发明与实用新型",
	catalog.KindExpert:       "工匠、劳模、技师、教授和工程师",
	catalog.KindStudio:       "能上门攻关的劳模和工匠团队",
	catalog.KindOrganisation: "企业、高校、院所和工会",
}

// exampleSearches are what a newcomer may try; the last two show the language.
var exampleSearches = []string{"电主轴 修复", "换流阀清灰", "曲轴磨削", "种类:专利 数控", "绝活 地区:沈阳"}

// home is /. It answers without its counts when the index is out of reach.
func (s *Site) home(c *gin.Context) {
	res, err := s.deps.Engine.Search(c.Request.Context(), search.Request{Page: 1, Size: 1, Facets: true})
	v := homeView{Total: res.Total, Box: view.NewNeedBox("")}
	if err != nil {
		s.deps.Log.ErrorContext(c.Request.Context(), "home page without counts", "err", err)
		v.Notice = "检索服务正在启动或暂时不可用，请稍后刷新页面。"
	}
	v.Waits = s.homeWaits(c)
	v.Entries = buildEntries(res.Facets[search.FacetKind])
	for _, text := range exampleSearches {
		v.Searches = append(v.Searches, view.Link{Text: text, URL: view.SearchQuery{Q: text}.URL()})
	}
	s.render(c, http.StatusOK, "home", page{
		Description: view.SiteSentence, Path: "/", Nav: "home", OwnSearch: true, Scripts: []string{"suggest.js"}, JSONLD: view.SiteJSONLD(s.base(c.Request)), Body: v,
	})
}

// homeWaits tells a firm or a helper what waits for him: needs that came back or
// ran out, and cases in which it is his turn. A failure leaves the page without.
func (s *Site) homeWaits(c *gin.Context) []view.Link {
	ctx, actor := c.Request.Context(), actorOf(c)
	if actor.Role != account.Enterprise && actor.Role != account.Provider {
		return nil
	}
	var needs []*catalog.Need
	var cases brokering.Lines
	var err error
	if s.deps.Desk != nil && actor.Role == account.Enterprise {
		needs, err = s.deps.Desk.Needs(ctx, actor)
	}
	if err == nil && s.deps.Introductions != nil {
		cases, err = s.deps.Introductions.List(ctx, actor, brokering.Filter{Open: true, Mine: true, Limit: 50})
	}
	if err != nil && !errs.Is(err, errs.Denied) {
		s.deps.Log.WarnContext(ctx, "home page without what waits", "err", err)
	}
	return view.HomeWaits(needs, cases.Items)
}

func buildEntries(counts []search.FacetCount) []entry {
	var out []entry
	for _, kind := range view.ShownKinds() {
		out = append(out, entry{Kind: kind, Label: view.KindLabel(kind), What: kindPurposes[kind], URL: view.SearchQuery{Kind: kind}.URL(), Count: view.CountOf(counts, string(kind))})
	}
	return out
}
