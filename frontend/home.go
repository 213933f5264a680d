package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// homeView is the first page.
type homeView struct {
	Entries  []entry
	Total    int
	Searches []link
	Box      needBox
	Notice   string
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
var exampleSearches = []string{"电主轴 修复", "换流阀清灰", "曲轴磨削", "kind:专利 数控", "绝活 地区:沈阳"}

// home is /. It answers without its counts when the index is out of reach.
func (s *Site) home(c *gin.Context) {
	res, err := s.deps.Engine.Search(c.Request.Context(), search.Request{Page: 1, Size: 1, Facets: true})
	v := homeView{Total: res.Total, Box: newNeedBox("")}
	if err != nil {
		s.deps.Log.ErrorContext(c.Request.Context(), "home page without counts", "err", err)
		v.Notice = "检索服务正在启动或暂时不可用，请稍后刷新页面。"
	}
	v.Entries = buildEntries(res.Facets[search.FacetKind])
	for _, text := range exampleSearches {
		v.Searches = append(v.Searches, link{Text: text, URL: searchQuery{Q: text}.url()})
	}
	s.render(c, http.StatusOK, "home", page{
		Description: siteSentence, Path: "/", Nav: "home", OwnSearch: true, Scripts: []string{"suggest.js"}, JSONLD: siteJSONLD(s.base(c.Request)), Body: v,
	})
}

// siteSentence says in one sentence what this is.
const siteSentence = "技术红娘把企业解决不了的技术难题，和能解决它的工匠、专家、成果、专利撮合到一起，并说明为什么合适。"

func buildEntries(counts []search.FacetCount) []entry {
	var out []entry
	for _, kind := range shownKinds() {
		out = append(out, entry{Kind: kind, Label: kindLabel(kind), What: kindPurposes[kind], URL: searchQuery{Kind: kind}.url(), Count: countOf(counts, string(kind))})
	}
	return out
}
