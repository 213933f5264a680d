package brokering

import (
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// The rule of rewards: 1 % to 5 % of a benefit, in basis points.
const (
	minReward = 100
	maxReward = 500
)

func checkClaim(m *move) {
	m.room(len(m.in.Benefits), 300, "成效")
	if !m.present("benefit", m.step.Benefit == nil) {
		return
	}
	b := m.step.Benefit
	m.wantNeed()
	if !periodPattern.MatchString(b.Period) {
		m.fault("benefit.period", "period.malformed", "期间应像 2026 或 2026-06。", b.Period)
	} else if b.Period > dateOf(m.now, 0)[:len(b.Period)] {
		m.fault("benefit.period", "date.future", "这个期间还没有到，见效以后再填报。", b.Period)
	}
	m.oneOf("benefit.beneficiary", "受益方", "beneficiary", b.Beneficiary)
	if m.oneOf("benefit.kind", "成效类别", "case_benefit_kind", b.Kind) {
		m.checkAmount(b)
	}
	m.given("benefit.method", "怎样算出来的", b.Method)
	m.files("benefit.evidence", b.Evidence)
	if b.Reward != nil && (b.Reward.BasisPoints < minReward || b.Reward.BasisPoints > maxReward) {
		m.fault("benefit.reward.basis_points", "reward.range", "奖励按成效的 1% 到 5% 计，请填 100 到 500（万分之一）。", fmt.Sprint(b.Reward.BasisPoints))
	}
	m.refuseTwice(b)
}

func (m *move) checkAmount(b *Benefit) {
	if moneyKind(b.Kind) {
		m.fen("benefit.amount_fen", "金额", int64(b.Fen), true)
		if b.Quantity != 0 {
			m.fault("benefit.quantity", "benefit.not_money", "这一类成效填金额，不填数量。", "")
		}
		return
	}
	if b.Quantity <= 0 || b.Quantity > 1e12 {
		m.fault("benefit.quantity", "number.range", "请填写数量，应大于 0。", fmt.Sprint(b.Quantity))
	}
	m.given("benefit.unit", "计量单位", b.Unit)
	if b.Fen != 0 || b.Reward != nil {
		m.fault("benefit.amount_fen", "benefit.not_money", "这一类成效填数量和单位，不填金额和奖励。", "")
	}
}

// refuseTwice: the same benefit of the same time is counted once; a year holds
// its months.
func (m *move) refuseTwice(b *Benefit) {
	for _, old := range m.in.Benefits {
		overlap := strings.HasPrefix(old.Period, b.Period) || strings.HasPrefix(b.Period, old.Period)
		if old.Need == m.need && old.Kind == b.Kind && old.Beneficiary == b.Beneficiary && overlap && old.Status != Disputed {
			m.refuse = errs.New(errs.Conflict, "introduction.benefit_twice", fmt.Sprintf("这项成效在 %s 已经填报过（%s），不能重复计算。", old.Period, old.ID))
		}
	}
}

func doClaim(m *move) {
	b := *m.step.Benefit
	b.ID, b.Need, b.Status = nextID("B", len(m.in.Benefits)), m.need, Claimed
	b.ClaimedBy, b.ClaimedPart, b.ClaimedAt = m.who.User, m.who.Seat.Part, m.now
	b.VerifiedFen, b.Proof, b.JudgedBy, b.JudgedAt = 0, "", "", nil
	if b.Reward != nil {
		b.Reward = &Reward{BasisPoints: b.Reward.BasisPoints}
	}
	m.ref = b.ID
	m.in.Benefits = append(m.in.Benefits, b)
}

func (m *move) benefit() *Benefit {
	for i := range m.in.Benefits {
		if b := &m.in.Benefits[i]; b.ID == m.step.ID && (m.who.Seat.Part != Enterprise || m.who.Seat.owns(b.Need)) {
			return b
		}
	}
	m.fault("id", "introduction.id_unknown", "没有这条成效，请核对编号。", m.step.ID)
	return nil
}

func checkJudge(m *move) {
	b := m.benefit()
	if b == nil || !m.present("verdict", m.step.Verdict == nil) {
		return
	}
	v := m.step.Verdict
	switch {
	case v.Status != Verified && v.Status != Disputed:
		m.fault("verdict.status", "choice.unknown", "请选 verified（已核实）或 disputed（有争议）。", string(v.Status))
	case v.Status == b.Status:
		m.refuse = errs.New(errs.Conflict, "introduction.done_already", "这条成效已经是这个结论了。")
	case b.ClaimedBy == m.who.User && (b.ClaimedBy != "" || b.ClaimedPart.staff()): // the operator's token has no account
		m.refuse = errs.New(errs.Denied, "introduction.four_eyes", "这条成效是您填报的，要由另一位工作人员核实。")
	case v.Status == Disputed:
		m.given("note", "有什么争议", m.step.Note)
	default:
		m.checkVerified(b, v)
	}
}

func (m *move) checkVerified(b *Benefit, v *Verdict) {
	m.oneOf("verdict.proof", "核实依据", "benefit_proof", v.Proof)
	m.files("verdict.files", v.Files)
	if len(v.Files) == 0 && len(b.Evidence) == 0 {
		m.fault("verdict.files", "introduction.evidence_missing", "没有证明材料不能核实，请先上传财务证明、应用证明等，再填附件编号。", "")
	}
	if !moneyKind(b.Kind) {
		if v.Fen != 0 {
			m.fault("verdict.verified_fen", "benefit.not_money", "这一类成效不计金额。", "")
		}
		return
	}
	m.fen("verdict.verified_fen", "核实金额", int64(v.Fen), true)
	if int64(v.Fen) > int64(b.Fen) {
		m.fault("verdict.verified_fen", "benefit.more_than_claimed", "核实金额不能大于自报金额。", "")
	}
}

func doJudge(m *move) {
	b, v := m.benefit(), m.step.Verdict
	b.Status, b.VerifiedFen, b.Proof, b.JudgedBy, b.JudgedAt = v.Status, v.Fen, v.Proof, m.who.User, &m.now
	if v.Status == Disputed {
		b.VerifiedFen, b.Proof = 0, ""
	}
	b.Evidence = append(slices.Clone(b.Evidence), v.Files...)
	if b.Reward != nil {
		r := *b.Reward
		r.Owed = owed(b.VerifiedFen, r.BasisPoints)
		b.Reward = &r
	}
	m.ref = b.ID
}

// owed reckons a reward, rounded to the 分.
func owed(verified VerifiedFen, basisPoints int) RewardFen {
	return RewardFen((int64(verified)*int64(basisPoints) + 5000) / 10000)
}

func checkReward(m *move) {
	b := m.benefit()
	if b == nil || !m.present("reward", m.step.Reward == nil) {
		return
	}
	if b.Reward == nil || b.Status != Verified {
		m.refuse = errs.New(errs.Conflict, "introduction.no_reward", "这条成效没有核实，或没有约定奖励比例，不能登记发放。")
		return
	}
	m.room(len(b.Reward.Payments), 100, "奖励发放记录")
	p := m.step.Reward
	m.pastDate("reward.date", "发放日期", p.Date)
	m.fen("reward.amount_fen", "发放金额", int64(p.Fen), true)
	m.given("reward.to", "发给谁", p.To)
	m.file("reward.file", p.File)
}

func doReward(m *move) {
	b := m.benefit()
	r := *b.Reward
	r.Payments = append(slices.Clip(r.Payments), *m.step.Reward)
	b.Reward = &r
	m.ref = b.ID
}

func checkRating(m *move) {
	if !m.present("rating", m.step.Rating == nil) {
		return
	}
	if m.step.Rating.Score < 1 || m.step.Rating.Score > 5 {
		m.fault("rating.score", "number.range", "请打 1 到 5 分。", fmt.Sprint(m.step.Rating.Score))
	}
	if m.who.Seat.Part == Enterprise {
		m.wantNeed()
	}
}

func doRating(m *move) {
	r := *m.step.Rating
	r.Part, r.At, r.Need, r.Target = m.who.Seat.Part, m.now, "", m.in.currentCode()
	if r.Part == Enterprise {
		r.Need = m.need
	}
	m.in.Ratings = append(slices.DeleteFunc(slices.Clone(m.in.Ratings), func(old Rating) bool {
		return old.Part == r.Part && old.Need == r.Need && old.Target == r.Target
	}), r)
}

func checkSuccess(m *move) {
	outcome := m.step.Outcome
	if outcome == "" {
		outcome = m.in.Outcome
	}
	if !m.oneOf("outcome", "对接结果", "outcome_kind", outcome) {
		return
	}
	m.step.Outcome = outcome
	done := m.in.Stage == AcceptedWork || m.in.Stage == Benefiting
	switch {
	case outcome == "none":
		m.fault("outcome", "introduction.no_outcome", "没有结果的对接单请用“未成办结”。", "")
	case needsContract(outcome) && (m.in.Contract == nil || !done):
		m.fault("outcome", "introduction.needs_contract", "转让、许可和委托开发要有合同并通过验收，才算办成。", outcome)
	case m.in.Contract != nil && !done:
		m.fault("outcome", "introduction.not_accepted", "签了合同的对接单要通过验收，才算办成。", "")
	case m.in.Contract == nil && !slices.ContainsFunc(m.in.Helps, Help.counts):
		m.fault("help", "introduction.nothing_done", "没有合同，也没有确认过的帮扶记录，不能算办成；请先记录做了什么。", "")
	}
}

func checkFail(m *move) { m.checkReason("未成原因") }

func doClose(m *move) {
	if m.to == ClosedFail {
		m.in.Outcome, m.in.Reason = "none", m.step.Reason
		return
	}
	m.in.Outcome, m.in.Reason = m.step.Outcome, ""
}

func checkReopen(m *move) { m.given("note", "为什么重新打开", m.step.Note) }

// doReopen goes back to the stage in which the case was closed.
func doReopen(m *move) {
	for _, e := range slices.Backward(m.in.History) {
		if e.Step == CloseFail {
			m.to = e.From
			break
		}
	}
	m.in.Outcome, m.in.Reason = "", ""
}

// counts tells whether somebody other than the helper vouches for the help.
func (h Help) counts() bool { return h.ConfirmedAt != nil }
