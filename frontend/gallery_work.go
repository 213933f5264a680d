package frontend

import (
	"hongniang/frontend/view"
	"hongniang/internal/catalog"
)

// workExhibits are the components of the pages that people work from.
func workExhibits() []exhibit {
	next := &view.NextThing{Text: "答复邀约", URL: "/introductions/DJ-2026-0001", Why: "对接单《电主轴高速异响的修复》，请在 2026-12-01 前办理", Late: "已超期 3 天", Action: "去办理"}
	list := view.WorkList{
		ID: "g-due", Title: "轮到我办", Total: 12, More: &view.Link{Text: "全部（12）", URL: "/introductions"},
		Items: []view.WorkLine{
			{URL: "/introductions/DJ-2026-0001", Title: "电主轴高速异响的修复", Kind: "已推荐给企业", Note: "答复是否有意向", Late: "已超期 3 天", Yours: true, Facts: []string{"示例甲", "2026-12-01 前"}},
			{URL: "/introductions/DJ-2026-0002", Title: "换流阀清灰", Kind: "洽谈", Note: "等红娘：促成洽谈，记录结果", Facts: []string{"示例乙"}},
		},
	}
	item := view.ReviewItem{URL: "/needs/XQ-1", Edit: "/needs/XQ-1/edit", Title: "喷漆房漆泥糊泵", Code: "XQ-1", Kind: "技术需求", Since: "2 天前交来", Post: "/needs/XQ-1/steps", Rev: 3, Need: true, Facts: []string{"威海市", "示例渔具有限公司"}, Public: &view.PublicWords{Title: "喷漆房漆泥糊泵", Summary: "水帘喷漆房的漆泥黏、糊泵。", Keywords: "漆泥、水泵", Warnings: []string{"公开的部分出现了企业的名称或简称“示例渔具”，一看就知道是谁。"}}}
	desk := view.Desk{URL: "/needs/XQ-1/desk", Kinds: []view.FormOption{{Value: "expert", Label: "专家工匠", Chosen: true}, {Value: "result", Label: "创新成果"}}, Floors: []view.FormOption{{Value: "low", Label: "匹配度不限", Chosen: true}}}
	picked := view.Candidate{URL: "/experts/ZJ-2", Code: "ZJ-2", Kind: catalog.KindExpert, Label: "专家工匠", Title: "示例丁", Subtitle: "示例机床厂", Band: "high", BandLabel: "高", Level: 3, Score: 71, Reasons: []string{"本人绝技绝活写到“径向跳动”。"}, Introduce: "/introductions/new?target=expert%2FZJ-2", Pick: "expert/ZJ-2", Picked: true}
	other := view.Candidate{URL: "/results/CG-2", Code: "CG-2", Kind: catalog.KindResult, Label: "创新成果", Title: "电主轴修复技术", Band: "medium", BandLabel: "中", Level: 2, Score: 48, Reasons: []string{"标题写到“电主轴”。"}, Warnings: []string{"资料已超过 12 个月未确认。"}}
	return []exhibit{
		{Name: "deskfilter", Title: "匹配台的筛选", Use: "候选上方；没有 JavaScript 也能用。", Template: "deskfilter", Data: desk},
		{Name: "deskcandidate", Title: "匹配台的候选", Use: "比需求页多一个对比的勾。", Template: "candidate", Data: picked},
		{Name: "comparison", Title: "并排对比", Use: "匹配台和检索：最多四个；手机上横着滑。", Template: "comparison", Data: view.CompareCandidates([]view.Candidate{picked, other})},
		{Name: "openneed", Title: "公开的难题", Use: "揭榜页的一项：只有公开内容。", Template: "openneed", Data: view.OpenNeed{URL: "/needs/XQ-1", Title: "电主轴高速异响的修复", Summary: "电主轴高速时有异响，径向跳动超差。", Facts: []string{"XQ-1", "威海市", "资金面议"}}},
		{Name: "tiles", Title: "数字", Use: "工作台顶部：每个数字点进去就是它数的那些；红色是过期的，灰色是没有。", Template: "tiles", Data: []view.Tile{{Label: "轮到我办", Count: 5, URL: "/introductions"}, {Label: "已经过期", Count: 2, URL: "/introductions?late=reminder", Grave: true}, {Label: "等我审核", URL: "/review"}}},
		{Name: "nextthing", Title: "先办这件", Use: "工作台顶部：只有一件，最急的那件。", Template: "nextthing", Data: next},
		{Name: "worklist", Title: "待办列表", Use: "工作台的每一栏：一行一件，写明下一步和期限。", Template: "worklist", Data: list},
		{Name: "worklist-empty", Title: "待办列表（空）", Use: "空着也要说清楚为什么、怎么办。", Template: "worklist", Data: view.WorkList{ID: "g-none", Title: "等我审核", Empty: "没有新交来的需求和资料。"}},
		{Name: "own-switch", Title: "接单开关", Use: "服务方的工作台顶部：现在接不接，一按就改；也可以停到某一天。", Template: "switch", Data: view.BuildProfile(&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1"}, Name: "示例甲"}, exhibitTime())},
		{Name: "own-switch-off", Title: "接单开关（停着）", Use: "停到哪一天写明白。", Template: "switch", Data: view.BuildProfile(&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1"}, Name: "示例甲", Availability: &catalog.Availability{Accepting: true, UnavailableUntil: "2026-12-31"}}, exhibitTime())},
		{Name: "own-profile", Title: "匹配时怎么看您", Use: "服务方的工作台和修改个人资料的表单旁边：写了多少，还缺什么，匹配时看到什么。", Template: "profile", Data: view.BuildProfile(&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1", RegionCode: "371000"}, Name: "示例甲", Expertise: "电主轴拆检与精度恢复。", Keywords: []string{"电主轴", "轴承"}}, exhibitTime())},
		{Name: "reviewhere", Title: "待审核（在这条资料的页上）", Use: "有权审核的人打开待审的需求或资料：同样的字和按钮，不用先找审核页。", Template: "reviewhere", Data: view.ReviewItem{Title: item.Title, Code: "XQ-2", Post: item.Post, Rev: 3, Need: true, Here: true, Public: item.Public}},
		{Name: "reviewitem", Title: "待审核", Use: "审核页的一项：先看发布后谁都能看到的话，再按发布；退回要写原因。", Template: "reviewitem", Data: item},
	}
}
