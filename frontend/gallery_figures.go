package frontend

import (
	"hongniang/frontend/view"
	"hongniang/internal/figures"
)

// figureExhibits are the components of the pages of figures.
func figureExhibits() []exhibit {
	bars := []view.Bar{{Label: "征集需求", Value: "398 项"}, {Label: "推荐给企业", Value: "86 项"}, {Label: "合同签约", Value: "15 项"}}
	chart := view.NewChart("g-chart", "从需求到见效，各阶段各有多少", bars, []float64{398, 86, 15})
	again := *chart
	again.ID = "g-chart-part"
	total := view.FigureRow{Label: view.Link{Text: "合计"}, Cells: []view.Figure{{Text: "398"}, {Text: "100%"}}}
	table := view.FigureTable{Caption: "各阶段的需求和企业", Head: []string{"阶段", "需求（项）", "占需求"}, Foot: &total, Rows: []view.FigureRow{
		{Label: view.Link{Text: "推荐给企业", URL: "/leader"}, Cells: []view.Figure{{Text: "86", URL: "/leader/behind?key=funnel.introduced"}, {Text: "21.6%"}}},
	}}
	filter := view.FigureFilter{
		Action: "/leader", Quick: []view.Link{{Text: "今年", URL: "/leader?from=2026-01-01&to=2026-12-31", Current: true}, {Text: "全部", URL: "/leader"}}, From: "2026-01-01", To: "2026-13-31", Region: "威海市",
		Unions: []view.FormOption{{Label: "范围内全部"}, {Value: "GH-1", Label: "　威海市总工会", Chosen: true}}, Trades: []view.FormOption{{Label: "全部行业"}}, Bases: []view.Link{{Text: "本期发生了多少", URL: "/leader", Current: true}, {Text: "本期登记的需求走到哪一步", URL: "/leader?basis=arrived"}}, Counted: "每一步算在它第一次发生的那天，不论需求是哪天登记的；月报也这样数。",
		Bys: []view.FormOption{{Value: "region", Label: "地区"}}, Faults: map[string]string{"to": "日期应像 2026-06-01。"},
	}
	return []exhibit{
		{Name: "chart", Title: "条形图", Use: "服务器画的图：读屏软件念说明，旁边总有同样数字的表格。", Template: "chart", Data: chart},
		{Name: "columns", Title: "按月的柱图", Use: "一个数一张图，近十二个月；同样的数字在旁边的表里。", Template: "columns", Data: columnsExhibit()},
		{Name: "figuretable", Title: "数字表", Use: "数字点进去是它数的记录；没有链接的就是没有记录可看。", Template: "figuretable", Data: table},
		{Name: "figurepart", Title: "统计的一节", Use: "图和表并排，手机上上下排列。", Template: "figurepart", Data: view.FigurePart{ID: "g-funnel", Title: "从需求到见效", Lead: "每个数字点进去，就是它数的那些记录。", Chart: &again, Tables: []view.FigureTable{table}}},
		{Name: "figurepart-empty", Title: "统计的一节（空）", Use: "没有数时说明怎么办。", Template: "figurepart", Data: view.FigurePart{ID: "g-figures-none", Title: "红娘工作", Empty: "没有对接单。"}},
		{Name: "figurefilter", Title: "统计的筛选", Use: "成效页、报表页的顶部；写错的留着，旁边说明怎么改。", Template: "figurefilter", Data: filter},
	}
}

func columnsExhibit() view.Columns {
	var months []figures.Period
	var values []int
	day := figures.ParseDay("2026-11-20")
	for i := range 12 {
		months, day = append([]figures.Period{figures.Month(day)}, months...), figures.Month(day).From-1
		values = append(values, i*i%7*9)
	}
	return view.NewColumns("g-columns", "征集需求", "项", months, values)
}
