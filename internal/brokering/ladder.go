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

// LadderIn gives what one introduction brought in a period: what Gains lists,
// by the date of each.
func LadderIn(in *Introduction, p Period) Ladder {
	l := Ladder{Benefits: []BenefitRung{}}
	l.Climb(slices.DeleteFunc(Gains(in), func(g Gain) bool { return !p.holds(g.Date) }))
	return l
}

// Rung is a step of the ladder that has an amount.
type Rung int8

// The rungs.
const (
	IntentRung Rung = iota
	ContractRung
	RegisteredRung
	ReceivedRung
	ClaimedRung
	VerifiedRung
	OwedRung
	RewardedRung
)

// Gain is one amount of an introduction, on the day that decides to which
// period it belongs.
type Gain struct {
	Rung Rung
	Date string // YYYY-MM-DD in Chinese time
	Kind string // of a benefit
	Fen  int64
}

// Gains lists what an introduction brought: an intent and a contract by the date
// they were signed on, a registration by the day it was entered, each payment by
// its own date, a claim by the day it was made, and what was verified, with the
// reward owed on it, by the day it was verified.
func Gains(in *Introduction) []Gain {
	var out []Gain
	add := func(rung Rung, date, kind string, fen int64) { out = append(out, Gain{rung, date, kind, fen}) }
	if in.Intent != nil {
		add(IntentRung, in.Intent.Date, "", int64(in.Intent.Fen))
	}
	if c := in.Contract; c != nil {
		add(ContractRung, c.SignDate, "", int64(c.Fen))
		if c.registered() {
			add(RegisteredRung, c.Registration.day(), "", int64(c.Registration.Fen))
		}
		for _, pay := range c.Payments {
			add(ReceivedRung, pay.Date, "", int64(pay.Fen))
		}
	}
	for _, b := range in.Benefits {
		if !moneyKind(b.Kind) || b.Status == Disputed {
			continue
		}
		add(ClaimedRung, dayOf(&b.ClaimedAt), b.Kind, int64(b.Fen))
		if b.Status == Verified {
			add(VerifiedRung, dayOf(b.JudgedAt), b.Kind, int64(b.VerifiedFen))
		}
		if b.Reward != nil && b.Status == Verified {
			add(OwedRung, dayOf(b.JudgedAt), b.Kind, int64(b.Reward.Owed))
		}
		if b.Reward != nil {
			for _, pay := range b.Reward.Payments {
				add(RewardedRung, pay.Date, b.Kind, int64(pay.Fen))
			}
		}
	}
	return out
}

// Climb adds gains of one introduction: its payments are one case that received.
func (l *Ladder) Climb(gains []Gain) {
	received := 0
	for _, g := range gains {
		switch g.Rung {
		case IntentRung:
			l.IntentCases++
			l.Intent += IntentFen(g.Fen)
		case ContractRung:
			l.ContractCases++
			l.Contract += ContractFen(g.Fen)
		case RegisteredRung:
			l.RegisteredCases++
			l.Registered += RegisteredFen(g.Fen)
		case ReceivedRung:
			received = 1
			l.Received += ReceivedFen(g.Fen)
		case ClaimedRung:
			l.rung(BenefitRung{Kind: g.Kind, Claims: 1, Claimed: ClaimedFen(g.Fen)})
		case VerifiedRung:
			l.rung(BenefitRung{Kind: g.Kind, Verifications: 1, Verified: VerifiedFen(g.Fen)})
		case OwedRung:
			l.RewardOwed += RewardFen(g.Fen)
		case RewardedRung:
			l.RewardPaid += RewardFen(g.Fen)
		}
	}
	l.ReceivedCases += received
}

// day is when the decision was entered, else when it was applied for.
func (r *Registration) day() string {
	if r.At.IsZero() {
		return r.AppliedAt
	}
	return dateOf(r.At, 0)
}

// dayOf is the day in China, "" for no time.
func dayOf(t *time.Time) string {
	if t == nil || t.IsZero() {
		return ""
	}
	return dateOf(*t, 0)
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
