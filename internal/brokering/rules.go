package brokering

import (
	"slices"

	"hongniang/internal/account"
)

// Rule is one line of the state machine: in which stages a step may be taken,
// by whom, where it leads, and who is told.
type Rule struct {
	Step   StepKind
	What   string         // in Chinese, as a button says it
	Action account.Action // that the table of permissions must allow
	From   []Stage
	To     Stage // "": stays, or decided by what the step says
	May    []Part
	Behalf bool   // when staff take it for a side, a note must say who answered, when and how
	Tell   []Part // whom to tell, but for who took the step
	Renews bool   // the next action is set anew even where the stage stays

	fits  func(*Introduction, Part) bool // nil: always; else whether the step makes sense now
	check func(*move)                    // adds faults
	do    func(*move)                    // changes the copy; may choose the stage
}

// Rules gives the state machine, in the usual order of the steps. An
// administrator may do what staff may.
func Rules() []Rule { return rules }

func ruleOf(kind StepKind) (Rule, bool) {
	for i := range rules {
		if rules[i].Step == kind {
			return rules[i], true
		}
	}
	return Rule{}, false
}

func (r Rule) allows(p Part) bool {
	return slices.Contains(r.May, p) || p == Administrator && slices.Contains(r.May, Staff)
}

// Possible lists the steps that a part may take now, in the order of Rules. A
// step may still need something that is missing.
func Possible(in *Introduction, p Part) []Rule {
	var out []Rule
	for _, r := range rules {
		if r.allows(p) && slices.Contains(r.From, in.Stage) && (r.fits == nil || r.fits(in, p)) {
			out = append(out, r)
		}
	}
	return out
}

// Parties of the table.
var (
	staffOnly  = []Part{Staff}
	forFirm    = []Part{Enterprise, Staff}
	forHelper  = []Part{Provider, Staff}
	allParties = []Part{Enterprise, Provider, Staff}
)

// rules is a compiled table, filled by init because its functions read it.
var rules []Rule

func init() {
	rules = slices.Concat(meetingRules(), contractRules(), benefitRules(), upkeepRules())
}

func meetingRules() []Rule {
	step := account.IntroductionStep
	together := between(Interested, Benefiting)
	return []Rule{
		{Step: Review, What: "确认推荐", Action: step, From: []Stage{Proposed}, To: Reviewed, May: staffOnly},
		{Step: Invite, What: "发出邀约", Action: step, From: []Stage{Reviewed, Invited}, To: Invited, May: staffOnly, Tell: []Part{Provider}, Renews: true, check: checkInvite, do: doInvite},
		{Step: Accept, What: "接受邀约", Action: step, From: []Stage{Invited}, To: Accepted, May: forHelper, Behalf: true, Tell: staffOnly, do: doAccept},
		{Step: Decline, What: "婉拒", Action: step, From: append(between(Proposed, Accepted), between(Recommended, Negotiating)...), May: allParties, Behalf: true, Tell: allParties, fits: mayDecline, check: checkDecline, do: doDecline},
		{Step: Answer, What: "回答三个问题", Action: step, From: append([]Stage{Invited}, append([]Stage{Accepted}, between(Recommended, Negotiating)...)...), May: forHelper, Behalf: true, Tell: staffOnly, Renews: true, check: checkAnswer, do: doAnswer},
		{Step: Recommend, What: "推荐给企业", Action: step, From: []Stage{Accepted}, To: Recommended, May: staffOnly, Tell: []Part{Enterprise}, check: checkRecommend, do: doRecommend},
		{Step: Interest, What: "有合作意向", Action: step, From: []Stage{Recommended}, To: Interested, May: forFirm, Behalf: true, Tell: []Part{Provider, Staff}},
		{Step: RecordVisit, What: "记录考察交流", Action: step, From: together, May: allParties, Tell: allParties, Renews: true, check: checkVisit, do: doVisit},
		{Step: RecordHelp, What: "记录帮扶", Action: step, From: together, May: allParties, Tell: forFirm, Renews: true, check: checkHelp, do: doHelp},
		{Step: ConfirmHelp, What: "确认帮扶记录", Action: step, From: append(slices.Clone(together), ClosedSuccess), May: forFirm, fits: unconfirmed, check: checkConfirm, do: doConfirm},
		{Step: Negotiate, What: "开始洽谈", Action: step, From: []Stage{Interested, Visiting}, To: Negotiating, May: allParties, Tell: allParties},
	}
}

func contractRules() []Rule {
	contract := account.IntroductionContract
	signed := between(ContractSigned, Benefiting)
	return []Rule{
		{Step: SignIntent, What: "登记意向", Action: contract, From: []Stage{Visiting, Negotiating}, To: IntentSigned, May: forFirm, Tell: allParties, check: checkIntent, do: doIntent},
		{Step: SignContract, What: "登记合同", Action: contract, From: []Stage{Visiting, Negotiating, IntentSigned, Implementing}, To: ContractSigned, May: allParties, Tell: allParties, fits: withoutContract, check: checkSign, do: doSign},
		{Step: AmendContract, What: "更正合同", Action: contract, From: signed, May: allParties, Tell: allParties, fits: unregistered, check: checkAmend, do: doAmend},
		{Step: Register, What: "填报认定登记", Action: contract, From: signed, May: forHelper, Tell: allParties, fits: unregistered, check: checkRegister, do: doRegister},
		{Step: ReceivePayment, What: "登记到账", Action: contract, From: append(slices.Clone(signed), ClosedSuccess), May: allParties, Tell: forHelper, fits: withContract, check: checkPayment, do: doPayment},
		{Step: Start, What: "开始实施", Action: account.IntroductionStep, From: []Stage{Visiting, Negotiating, IntentSigned, ContractSigned}, To: Implementing, May: forFirm, Tell: allParties, check: checkStart, do: doStart},
		{Step: AcceptWork, What: "验收", Action: account.IntroductionStep, From: []Stage{Implementing}, May: forFirm, Behalf: true, Tell: allParties, Renews: true, check: checkAcceptance, do: doAcceptance},
	}
}

func benefitRules() []Rule {
	benefit := account.IntroductionBenefit
	late := []Stage{AcceptedWork, Benefiting}
	return []Rule{
		{Step: ClaimBenefit, What: "填报成效", Action: benefit, From: late, To: Benefiting, May: forFirm, Tell: staffOnly, Renews: true, check: checkClaim, do: doClaim},
		{Step: JudgeBenefit, What: "核实成效", Action: account.IntroductionVerify, From: []Stage{Benefiting, ClosedSuccess}, May: staffOnly, Tell: []Part{Enterprise}, Renews: true, check: checkJudge, do: doJudge},
		{Step: PayReward, What: "登记奖励发放", Action: benefit, From: []Stage{Benefiting, ClosedSuccess}, May: forFirm, Tell: staffOnly, check: checkReward, do: doReward},
		{Step: Rate, What: "评价", Action: account.IntroductionStep, From: append(between(Visiting, Benefiting), ClosedSuccess, ClosedFail), May: []Part{Enterprise, Provider}, Tell: staffOnly, check: checkRating, do: doRating},
		{Step: CloseSuccess, What: "成功办结", Action: account.IntroductionStep, From: append(between(Visiting, Negotiating), between(Implementing, Benefiting)...), To: ClosedSuccess, May: staffOnly, Tell: allParties, check: checkSuccess, do: doClose},
		{Step: CloseFail, What: "未成办结", Action: account.IntroductionStep, From: openStages(), To: ClosedFail, May: staffOnly, Tell: allParties, check: checkFail, do: doClose},
		{Step: Reopen, What: "重新打开", Action: account.IntroductionStep, From: []Stage{ClosedFail}, May: staffOnly, Tell: staffOnly, check: checkReopen, do: doReopen},
	}
}

func upkeepRules() []Rule {
	step, open := account.IntroductionStep, openStages()
	met := between(Accepted, Benefiting)
	return []Rule{
		{Step: Write, What: "留言", Action: step, From: open, May: allParties, Tell: allParties, check: checkMessage, do: doMessage},
		{Step: Attach, What: "上传附件", Action: step, From: open, May: allParties, check: checkAttachment, do: doAttachment},
		{Step: ReleaseStep, What: "开放信息", Action: account.IntroductionRelease, From: met, May: allParties, Tell: allParties, check: checkRelease, do: doRelease},
		{Step: WithdrawRelease, What: "收回开放", Action: account.IntroductionRelease, From: met, May: allParties, check: checkWithdraw, do: doWithdraw},
		{Step: Plan, What: "安排下一步", Action: step, From: open, May: staffOnly, check: checkPlan},
		{Step: AddTargets, What: "增加推荐对象", Action: step, From: append(between(Proposed, Negotiating), Declined), May: staffOnly, check: checkTargets, do: doTargets},
		{Step: Handover, What: "移交", Action: account.IntroductionHandover, From: open, May: staffOnly, check: checkHandover, do: doHandover},
	}
}

func withContract(in *Introduction, _ Part) bool    { return in.Contract != nil }
func withoutContract(in *Introduction, _ Part) bool { return in.Contract == nil }
func unregistered(in *Introduction, _ Part) bool {
	return in.Contract != nil && !in.Contract.registered()
}

func unconfirmed(in *Introduction, _ Part) bool {
	return slices.ContainsFunc(in.Helps, func(h Help) bool { return !h.counts() })
}

// mayDecline: staff pass over a target at any time, a provider answers when
// asked, an enterprise when it has been told who would help.
func mayDecline(in *Introduction, p Part) bool {
	switch p {
	case Enterprise:
		return slices.Contains(between(Recommended, Negotiating), in.Stage)
	case Provider:
		return !in.unasked()
	}
	return true
}
