package frontend

import (
	"bytes"
	"html/template"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// exhibitTime is when the gallery is, so that its pictures do not change.
func exhibitTime() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }

// exhibit is one component of the gallery with made-up content. Golden files
// hold the HTML of each.
type exhibit struct {
	Name     string // anchor and golden file
	Title    string
	Use      string
	Template string
	Data     any
	HTML     template.HTML // filled by gallery
	Line     bool          // filled by gallery: it is a line of a list
}

// gallery is /gallery.
func (s *Site) gallery(c *gin.Context) {
	all := exhibits()
	for i := range all {
		body, err := s.views.component(all[i].Template, all[i].Data)
		if err != nil {
			s.fail(c, err)
			return
		}
		all[i].HTML, all[i].Line = template.HTML(body), bytes.HasPrefix(body, []byte("<li"))
	}
	s.render(c, http.StatusOK, "gallery", page{Title: "组件陈列", NoIndex: true, Path: "/gallery", Styles: append(append(needStyles(), figureStyles()...), "verdict.css", "admin.css", "review.css", "import.css"), Body: all})
}

func exhibits() []exhibit {
	return slices.Concat(basicExhibits(), searchExhibits(), matchExhibits(), needExhibits(), introductionExhibits(), workExhibits(), campaignExhibits(), verdictExhibits(), offerExhibits(), figureExhibits(), adminExhibits(), reviewExhibits(), importExhibits())
}

func basicExhibits() []exhibit {
	target := &view.Table{Head: []string{"指标", "要求", "现状"}, Rows: [][]view.Link{{{Text: "径向跳动"}, {Text: "≤ 0.005 mm"}, {Text: "0.02 mm"}}}}
	people := &view.Table{Head: []string{"姓名", "单位"}, Rows: [][]view.Link{{{Text: "示例甲", URL: "/experts/ZJ-1"}, {Text: "示例机床厂"}}}}
	return []exhibit{
		{Name: "searchbox", Title: "检索框", Use: "每页一个：页眉里，或页面自己的。有 JavaScript 时带输入提示。", Template: "searchbox", Data: view.SearchBox{ID: "gallery-q", Query: "电主轴", Label: "检索"}},
		{Name: "kind", Title: "种类", Use: "记录属于哪一种。", Template: "kind", Data: view.Hit{Kind: catalog.KindResult, Label: "创新成果"}},
		{Name: "crumbs", Title: "所在位置", Use: "记录页的顶部。", Template: "crumbs", Data: view.Crumbs(catalog.KindNeed, "电主轴高速异响的诊断与修复")},
		{Name: "notice", Title: "提醒", Use: "整页的内容有保留时。", Template: "notice", Data: "数据库暂时连不上，这里显示的是检索库中的摘要。"},
		{Name: "problem", Title: "填写有误", Use: "表单上方，说明哪里不对、怎么改。", Template: "problem", Data: "还没有写难题。请把遇到的问题贴进来，一两句话也可以。"},
		{Name: "notes", Title: "说明", Use: "检索词或难题被怎样理解。", Template: "notes", Data: []string{"页码无效，已显示第 1 页。"}},
		{Name: "links", Title: "词条", Use: "关键词、工种、分类等短值。", Template: "links", Data: []view.Link{{Text: "电主轴", URL: "/search?q=电主轴"}, {Text: "不带链接的"}}},
		{Name: "section", Title: "记录的一节", Use: "记录页按节列出字段。", Template: "section", Data: view.Section{Title: "难题与要求", Items: []view.Item{
			{Label: "需求简介", Text: []string{"电主轴转速上到 18000 转以后温升快、有异响。"}}, {Label: "主要技术指标", Table: target}, {Label: "主要完成人", Table: people},
			{Label: "关键词", Links: view.KeywordLinks([]string{"电主轴", "轴承"})}}}},
		{Name: "related", Title: "相关记录", Use: "人员和单位页的侧栏。", Template: "related", Data: view.RelatedGroup{Title: "参与的创新成果", Items: []view.Link{{Text: "电主轴修复技术", URL: "/results/CG-1"}}, More: "/search?kind=result"}},
		{Name: "recordfield", Title: "成果、专利的一栏", Use: "本人登记成果、专利的表单；写错的留着，旁边说明怎么改。", Template: "recordfield", Data: view.RecordField{ID: "g-record-title", Name: "title", Label: "成果名称", Hint: "做了什么、怎么做的、用在哪里。", Input: "text", Type: "text", Value: "修", Max: 60, Required: true, Fault: "名称太短。"}},
		{Name: "recordfield-rows", Title: "成果、专利的多行栏", Use: "完成人、指标等一行一条的内容。", Template: "recordfield", Data: view.RecordField{ID: "g-record-people", Name: "completers", Label: "完成人", Input: "rows", Rows: []view.RecordRow{{Number: 1, Cells: []view.RecordField{{ID: "g-record-people-name", Name: "completers.name", Label: "姓名", Input: "text", Type: "text", Value: "示例甲", Max: 40}}}}}},
		{Name: "showgroup", Title: "单位的公开内容", Use: "单位页：每种最新的几条。", Template: "showgroup", Data: view.ShowGroup{ID: "g-own", Title: "创新成果", Total: 12, More: "/search?kind=result", Items: []view.ShowItem{{URL: "/results/CG-1", Title: "电主轴修复技术", Summary: "高速电主轴的拆检与修复。", People: "示例甲", Facts: []string{"技术攻关", "2024 年"}}}}},
		{Name: "ask", Title: "怎么找他", Use: "记录页：外面的人怎么请红娘牵线。", Template: "ask", Data: *view.NewAsk(catalog.KindExpert, "ZJ-1", false)},
		{Name: "entry", Title: "入口", Use: "首页各种类的入口和数量。", Template: "entry", Data: entry{Label: "创新成果", What: kindPurposes[catalog.KindResult], URL: "/search?kind=result", Count: 1234}},
	}
}

func searchExhibits() []exhibit {
	q := view.SearchQuery{Q: "电主轴", Page: 4, Size: view.PageSize, Filters: map[search.Facet][]string{search.FacetType: {"invention"}}}
	counts := []search.FacetCount{{Value: "invention", Label: "发明", Count: 12}, {Value: "utility", Label: "实用新型", Count: 5}}
	facet, _ := view.BuildFacet(q, search.FacetType, counts, nil)
	picked := view.Search{Chips: []view.Link{{Text: "类别：发明", URL: "/search"}, {Text: "地区：威海市", URL: "/search"}}, ClearURL: "/search"}
	hit := search.Hit{Document: search.Document{
		Kind: catalog.KindResult, Code: "CG-1", Title: "电主轴修复技术的自主研发", Types: []string{"tech_breakthrough"}, TRL: 9, Year: 2024,
		People: []search.Person{{Name: "示例甲"}}, Orgs: []string{"示例机床厂"}},
		TitleMarks: []search.Range{{Start: 0, End: 9}}, Snippets: []search.Snippet{{Text: "高速电主轴的拆检与修复", Marks: []search.Range{{Start: 6, End: 15}}}}}
	return []exhibit{
		{Name: "tabs", Title: "种类页签", Use: "检索页顶部，带数量；手机上横向滑动。", Template: "tabs", Data: view.KindTabs(q, []search.FacetCount{{Value: "patent", Count: 17}, {Value: "result", Count: 1203}})},
		{Name: "facet", Title: "筛选", Use: "检索页左侧；手机上收在“筛选条件”里。", Template: "facet", Data: facet},
		{Name: "picked", Title: "已选条件", Use: "点一下去掉。", Template: "picked", Data: picked},
		{Name: "hit", Title: "检索结果", Use: "命中的词有底色。", Template: "hit", Data: view.BuildHit(hit)},
		{Name: "pager", Title: "翻页", Use: "列表底部。", Template: "pager", Data: view.BuildPager(q, 300)},
		{Name: "nothing", Title: "没有结果", Use: "说明接下来可以怎么做。", Template: "nothing", Data: view.BuildNothing(view.SearchQuery{Q: "不存在的词", Kind: catalog.KindPatent, Size: view.PageSize}, 0)},
	}
}

func matchExhibits() []exhibit {
	candidate := matcher.Candidate{
		Kind: catalog.KindExpert, Code: "ZJ-1", Title: "示例甲", Subtitle: "示例机床厂 · 数控机床装调维修工 · 山东省威海市", Summary: "擅长电主轴拆检与精度恢复。",
		Score: 86.4, Band: matcher.VeryHigh, BandLabel: "极高", Reasons: []string{"本人绝技绝活写到“径向跳动”。", "参与的创新成果《电主轴修复技术》标题和正文都写到“电主轴”“修复”，这是对上的主要原因。"},
		Evidence: []matcher.Evidence{{Kind: catalog.KindResult, Code: "CG-1", Title: "电主轴修复技术", Terms: []string{"电主轴", "修复"}, Parts: []float64{0.6, 0.25}, Place: "标题、摘要", Share: 0.62}, {Kind: catalog.KindExpert, Code: "ZJ-1", Title: "示例甲", Terms: []string{"径向跳动"}, Parts: []float64{0.4}, Place: "绝技绝活", Share: 0.38}},
		Warnings: []matcher.Warning{{Code: "stale", Message: "资料已超过 12 个月未确认。"}},
	}
	low := candidate
	low.Title, low.Band, low.BandLabel, low.Score, low.Warnings, low.Reasons = "示例乙", matcher.Low, "低", 31, nil, []string{"本人简介只对上“机床”一个词。", "没有登记成果，凭本人简介。"}
	answer := view.BuildAnswer(matcher.Answer{Summary: "找到 2 位可能帮得上忙的人；没有单独对得上的成果或专利。", People: []matcher.Candidate{candidate, low}, Notes: []string{"难题太长，只用了前 20000 字。"}})
	hint := low
	hint.Title, hint.Band, hint.BandLabel, hint.Score = "示例丙", matcher.Insufficient, "不足", 6
	nobody := view.BuildAnswer(matcher.Answer{Nearest: []matcher.Candidate{hint}}).People
	nobody.ID = "nobody-people"
	box := view.NewNeedBox("")
	box.Problem = "写得太短，还看不出要解决什么。"
	return []exhibit{
		{Name: "band", Title: "匹配度", Use: "四档，图形、颜色和文字说同一件事。", Template: "band", Data: view.BuildCandidate(candidate)},
		{Name: "candidate", Title: "候选", Use: "匹配结果里的一项：理由、顾虑、依据。", Template: "candidate", Data: view.BuildCandidate(candidate)},
		{Name: "answer", Title: "匹配结果", Use: "成果与人并排，手机上上下排列；没有也是回答。", Template: "answer", Data: &answer},
		{Name: "nobody", Title: "没有合适的", Use: "匹配结果里空着的一栏：说明怎么办；最接近的几条折叠着，标为不足，只作线索。", Template: "candidates", Data: nobody},
		{Name: "failed", Title: "没有算成", Use: "匹配服务出错或内容有误时。", Template: "answer", Data: &view.Answer{Failed: "检索服务暂时不可用，请稍后再试。"}},
		{Name: "needbox", Title: "难题框", Use: "首页和难题匹配页；出错时保留已写的字。", Template: "needbox", Data: box},
	}
}
