package frontend

import (
	"hongniang/frontend/view"
	"hongniang/internal/review"
)

// reviewExhibits are the components of judging results.
func reviewExhibits() []exhibit {
	tied := []review.Winner{{Result: "CG-1", Title: "夹具快换改造"}, {Result: "CG-2", Title: "刀具寿命管理法"}}
	return []exhibit{
		{Name: "scorefield", Title: "一项标准的打分", Use: "评委的评分表：每项标准一行，0 到 100 分。", Template: "scorefield", Data: view.ScoreRow{N: 1, Name: "创新性", Hint: "与原有做法相比新在哪里", Weight: 30, Points: "120", Fault: "每项请打 0 到 100 的整数。"}},
		{Name: "tieform", Title: "并列定先后", Use: "得分相同的成果跨在两个奖级之间时，由评审组长定先后、写理由。", Template: "tieform", Data: view.TieForm{URL: "/reviews", Order: "CG-1 CG-2", N: "CG-1", Rev: 3, Items: tied}},
		{Name: "reviewstep", Title: "评审的一步", Use: "只需一按的一步，如汇总排序。", Template: "reviewstep", Data: view.ReviewStepButton{URL: "/reviews", Step: "rank", Text: "汇总排序", Rev: 3, Main: true}},
	}
}
