package brokering

import (
	"cmp"
	"slices"
	"time"
)

// Ladder is the honest ladder of one or many introductions: each rung with its
// own amount and its own number of cases. There is no sum of rungs, and no
// method gives one: 意向 ≠ 合同 ≠ 登记 ≠ 到账 ≠ 见效.
type Ladder struct {
	IntentCases     int           `json:"intent_cases"`
	Intent          IntentFen     `json:"intent_fen" doc:"意向"`
	ContractCases   int           `json:"contract_cases"`
	Contract        ContractFen   `json:"contract_fen" doc:"合同"`
	RegisteredCases int           `json:"registered_cases"`
	Registered      RegisteredFen `json:"registered_fen" doc:"登记: 核定技术交易额"`
	ReceivedCases   int           `json:"received_cases"`
	Received        ReceivedFen   `json:"received_fen" doc:"到账"`
	Benefits        []BenefitRung `json:"benefits" doc:"见效, kind by kind: kinds overlap and are not added either"`
	RewardOwed      RewardFen     `json:"reward_owed_fen"`
	RewardPaid      RewardFen     `json:"reward_paid_fen"`
}

// BenefitRung is the benefit of one money kind.
type BenefitRung struct {
	Kind          string      `json:"kind" doc:"Vocabulary case_benefit_kind"`
	Claims        int         `json:"claims" doc:"Not disputed"`
	Claimed       ClaimedFen  `json:"claimed_fen" doc:"自报, verified ones too"`
	Verifications int         `json:"verifications"`
	Verified      VerifiedFen `json:"verified_fen" doc:"已核实: the only figure to report"`
}

// LadderOf gives the ladder of one introduction.
func LadderOf(in *Introduction) Ladder { return LadderIn(in, Period{}) }

// LadderIn gives what one introduction brought in a period: an intent and a
// contract by the date they were signed on, a registration by the day it was
// entered, each payment by its own date, a claim by the day it was made, and
// what was verified, with the reward owed on it, by the day it was verified.
func LadderIn(in *Introduction, p Period) Ladder {
	l := Ladder{Benefits: []BenefitRung{}}
	if in.Intent != nil && p.holds(in.Intent.Date) {
		l.IntentCases, l.Intent = 1, in.Intent.Fen
	}
	if in.Contract != nil {
		l.contract(in.Contract, p)
	}
	for _, b := range in.Benefits {
		l.benefit(b, p)
	}
	return l
}

func (l *Ladder) contract(c *Contract, p Period) {
	if p.holds(c.SignDate) {
		l.ContractCases, l.Contract = 1, c.Fen
	}
	if c.registered() && p.holds(c.Registration.day()) {
		l.RegisteredCases, l.Registered = 1, c.Registration.Fen
	}
	for _, pay := range c.Payments {
		if p.holds(pay.Date) {
			l.ReceivedCases = 1
			l.Received += pay.Fen
		}
	}
}

// day is when the decision was entered, else when it was applied for.
func (r *Registration) day() string {
	if r.At.IsZero() {
		return r.AppliedAt
	}
	return dateOf(r.At, 0)
}

func (l *Ladder) benefit(b Benefit, p Period) {
	if !moneyKind(b.Kind) || b.Status == Disputed {
		return
	}
	r := BenefitRung{Kind: b.Kind}
	if p.holds(dayOf(&b.ClaimedAt)) {
		r.Claims, r.Claimed = 1, b.Fen
	}
	if b.Status == Verified && p.holds(dayOf(b.JudgedAt)) {
		r.Verifications, r.Verified = 1, b.VerifiedFen
		if b.Reward != nil {
			l.RewardOwed += b.Reward.Owed
		}
	}
	if b.Reward != nil {
		l.RewardPaid += b.Reward.paidIn(p)
	}
	if r.Claims+r.Verifications > 0 {
		l.rung(r)
	}
}

// dayOf is the day in China, "" for no time.
func dayOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return dateOf(*t, 0)
}

// paidIn is what was paid of the reward in a period.
func (r Reward) paidIn(p Period) RewardFen {
	var sum RewardFen
	for _, pay := range r.Payments {
		if p.holds(pay.Date) {
			sum += pay.Fen
		}
	}
	return sum
}

func (l *Ladder) rung(r BenefitRung) {
	at, found := slices.BinarySearchFunc(l.Benefits, r, func(a, b BenefitRung) int { return cmp.Compare(a.Kind, b.Kind) })
	if !found {
		l.Benefits = slices.Insert(l.Benefits, at, r)
		return
	}
	have := &l.Benefits[at]
	have.Claims += r.Claims
	have.Claimed += r.Claimed
	have.Verifications += r.Verifications
	have.Verified += r.Verified
}

// Plus adds another ladder rung by rung.
func (l Ladder) Plus(o Ladder) Ladder {
	l.IntentCases += o.IntentCases
	l.Intent += o.Intent
	l.ContractCases += o.ContractCases
	l.Contract += o.Contract
	l.RegisteredCases += o.RegisteredCases
	l.Registered += o.Registered
	l.ReceivedCases += o.ReceivedCases
	l.Received += o.Received
	l.RewardOwed += o.RewardOwed
	l.RewardPaid += o.RewardPaid
	l.Benefits = slices.Clone(l.Benefits)
	for _, r := range o.Benefits {
		l.rung(r)
	}
	return l
}
