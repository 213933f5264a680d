package frontend

import (
	"hongniang/frontend/view"
	"hongniang/internal/lexicon"
)

// adminExhibits are the components of the pages by which an installation is looked
// after.
func adminExhibits() []exhibit {
	moved := view.TrialExample{Query: "二保焊", Summary: "结果 3 条 → 5 条",
		Before: []view.TrialPlace{{At: 1, Title: "二保焊焊枪改造", URL: "/results/CG-2"}, {At: 2, Title: "焊接夹具", URL: "/results/CG-9", Moved: "掉出前十"}},
		After:  []view.TrialPlace{{At: 1, Title: "二保焊焊枪改造", URL: "/results/CG-2"}, {At: 2, Title: "气体保护焊飞溅控制", URL: "/results/CG-1", Moved: "新进前十"}}}
	return []exhibit{
		{Name: "admintabs", Title: "系统管理的页", Use: "系统管理各页的顶部。", Template: "admintabs", Data: view.AdminTabs(view.AdminURL, func(string) bool { return true })},
		{Name: "rebuild", Title: "重建索引", Use: "运行状态页：为什么要重建，一个按钮。", Template: "rebuild", Data: view.RebuildPanel{Why: "用户词典改过，索引还是按旧词典做的。", MayStart: true, Last: "上一次在 2026-11-20 09:00 完成。"}},
		{Name: "rebuild-running", Title: "重建索引（进行中）", Use: "没有 JavaScript 时按“刷新进度”。", Template: "rebuild", Data: view.RebuildPanel{Running: true, Text: "正在重建：5,000 / 20,000 条。", Done: 25}},
		{Name: "linefaults", Title: "词表里写错的行", Use: "词表页：哪一行、写的什么、怎么改。", Template: "linefaults", Data: []view.LineFault{{Number: 12, Text: "数控机床", Says: "一行至少要有两个说法，用“=”隔开，如：数控机床=CNC。"}}},
		{Name: "difference", Title: "改了哪些行", Use: "词表页：两份文字的差别。", Template: "difference", Data: lexicon.Difference{Added: []string{"二保焊=CO2气体保护焊"}, Removed: []string{"二保焊=电焊"}}},
		{Name: "savesearch", Title: "保存这个检索", Use: "检索结果上方，登录后才有。", Template: "savesearch", Data: view.SaveSearch{Name: "电主轴 · 创新成果", Ask: "kind=result&q=电主轴"}},
		{Name: "savedsearch", Title: "一个保存的检索", Use: "“保存的检索”页的一项。", Template: "savedsearch", Data: view.SavedSearch{Code: "g1", Name: "电主轴成果", URL: "/search?q=电主轴", Post: "/searches/g1", Facts: []string{"“电主轴”", "创新成果"}, Told: "2026-11-20 08:00 提醒过 3 条新结果"}},
		{Name: "trialplaces", Title: "前十条", Use: "试改的例子里的一列；变了位置的写明。", Template: "trialplaces", Data: moved.After},
		{Name: "trialexample", Title: "试改的例子", Use: "词表页：一个检索在改动前后的前十条。", Template: "trialexample", Data: moved},
	}
}
