package frontend

import (
	"time"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/verdict"
	"hongniang/matcher"
)

// verdictExhibits are the components by which brokers judge candidates.
func verdictExhibits() []exhibit {
	judged := func(person string, code verdict.Code, typed *view.TypedVerdict) *view.VerdictForm {
		at, candidate := exhibitTime().Add(-24*time.Hour), view.Candidate{Kind: catalog.KindExpert, Code: person, Title: "示例甲", Band: matcher.High}
		answer := view.Answer{People: view.CandidateList{Nearest: []view.Candidate{candidate}}}
		answer.Judge(view.JudgeFacts{Need: "XQ-1", User: "U-1", Now: exhibitTime(), Typed: typed, Opinions: []verdict.Opinion{
			{Verdict: verdict.Verdict{Need: "XQ-1", Kind: catalog.KindExpert, Candidate: person, Code: code, By: "U-1", Name: "示例红娘", At: at}},
			{Verdict: verdict.Verdict{Need: "XQ-1", Kind: catalog.KindExpert, Candidate: person, Code: verdict.AlreadyKnown, Note: "去年来过", By: "U-2", Name: "红娘乙", At: at}},
		}})
		return answer.People.Nearest[0].Verdict
	}
	typed := &view.TypedVerdict{Kind: catalog.KindExpert, Candidate: "ZJ-3", Note: "示例机床厂的人说他合适", Err: errs.New(errs.Invalid, "verdict.note_secret", "说明里有这条需求的保密内容，没有保存；请换个说法。")}
	return []exhibit{
		{Name: "verdict", Title: "评价候选", Use: "需求页和匹配台上，红娘看到的每个候选下面；按一下就记，再按一次收回；数字键同样。", Template: "verdict", Data: judged("ZJ-1", verdict.Useful, nil)},
		{Name: "verdict-away", Title: "评价候选（没空）", Use: "评为没空以后，顺手把服务意愿记下来。", Template: "verdict", Data: judged("ZJ-2", verdict.Unavailable, nil)},
		{Name: "verdict-refused", Title: "评价候选（说明有误）", Use: "说明里有保密内容时：没有保存，写的字还在。", Template: "verdict", Data: judged("ZJ-3", verdict.Withdrawn, typed)},
	}
}
