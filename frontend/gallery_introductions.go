package frontend

import "hongniang/frontend/view"

// introductionExhibits are the components of introductions.
func introductionExhibits() []exhibit {
	form := view.StepForm{
		Step: "visit", What: "记录考察交流", URL: "/introductions/DJ-2026-0001/steps", Rev: 7, Problem: "有几处需要改正，请看各栏下面的提示。", Upload: true,
		Fields: []view.FormField{
			{ID: "g-kind", Name: "visit.kind", Label: "方式", Kind: "choice", Required: true, Options: []view.FormOption{{Label: "请选择"}, {Value: "onsite", Label: "现场考察", Chosen: true}}},
			{ID: "g-date", Name: "visit.date", Label: "日期", Kind: "date", Required: true, Value: "2027-01-01", Fault: "“日期”还没有到，事情发生以后再登记。"},
			{ID: "g-findings", Name: "visit.findings", Label: "看到了什么、议定了什么", Kind: "area", Value: "裂在圆角处。"},
			{ID: "g-files", Name: "visit.files", Label: "附件", Kind: "files", NewName: "new:visit.files", Options: []view.FormOption{{Value: "F1", Label: "照片.jpg（F1）", Chosen: true}}, Audiences: []view.FormOption{{Value: "brokers", Label: "只给红娘", Chosen: true}}},
			{ID: "g-solved", Name: "help.problem_solved", Label: "难题已解决", Kind: "yes"},
		},
	}
	next := view.NextStep{What: "答复是否有意向", Who: "企业", Due: "2026-12-01", Yours: true, Late: "已超期 3 天"}
	card := view.BoardCard{URL: "/introductions/DJ-2026-0001", Title: "电主轴高速异响的修复", Stage: "已推荐给企业", Target: "示例甲", Due: "2026-12-01", Yours: true, Late: "已超期 3 天"}
	return []exhibit{
		{Name: "board", Title: "看板", Use: "对接单按阶段并排，先到期的在上面；窄屏横着滑。", Template: "board", Data: []view.BoardColumn{{Title: "推荐", Items: []view.BoardCard{card}, More: 2}, {Title: "交流洽谈"}}},
		{Name: "noticeline", Title: "一条通知", Use: "通知页的一行：为什么告诉您，去哪里办，不想要的一键关掉。", Template: "noticeline", Data: view.NoticeLine{At: "2026-11-20 09:00", Text: "有一项新成果可能对得上您的需求", Topic: "匹配提醒", Band: "高", Why: []string{"标题写到“电主轴”“修复”。"}, NeedURL: "/needs/XQ-1", OffTopic: "results", New: true}},
		{Name: "stepform", Title: "办一步", Use: "对接单页上每一步的表单：有错时错误在各栏下面，填过的都在。", Template: "stepform", Data: form},
		{Name: "stages", Title: "阶段", Use: "对接单走到哪一步；跳过的阶段是虚线。", Template: "stages", Data: []view.StageMark{{Label: "已邀约", State: "done", Date: "2026-11-01"}, {Label: "专家接受", State: "now", Date: "2026-11-05"}, {Label: "已推荐给企业", State: "todo"}}},
		{Name: "caseline", Title: "一张对接单", Use: "列表和需求页上的一行：下一步该谁办、何时以前。", Template: "caseline", Data: view.IntroductionLine{URL: "/introductions/DJ-2026-0001", Code: "DJ-2026-0001", Title: "电主轴高速异响的修复", Stage: "已推荐给企业", Target: "示例甲", Broker: "示例红娘", Updated: "2026-11-20", Next: next}},
		{Name: "reasons", Title: "先选原因", Use: "婉拒以前：选一个原因，再按确认。", Template: "reasons", Data: []view.FormOption{{Value: "too_busy", Label: "没有时间"}, {Value: "other", Label: "其他", Chosen: true}}},
		{Name: "asked", Title: "等您回的话", Use: "对接单页上：对方或红娘最后说的话，下面就能回。", Template: "question", Data: &view.Question{Who: "服务方", Text: "现有滚压设备的最大压力是多少？", Form: view.StepForm{Step: "message", What: "发出回话", URL: "/introductions/DJ-2026-0001/steps", Hint: "先发给红娘，由红娘转达。", Fields: []view.FormField{{ID: "g-reply", Name: "text", Label: "您的回话", Kind: "area", Required: true}}}}},
		{Name: "next", Title: "下一步", Use: "该谁做什么，何时以前，过期多久。", Template: "next", Data: next},
	}
}
