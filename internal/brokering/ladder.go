package brokering

import (
	"cmp"
	"slices"
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
func LadderOf(in *Introduction) Ladder {
	l := Ladder{Benefits: []BenefitRung{}}
	if in.Intent != nil {
		l.IntentCases, l.Intent = 1, in.Intent.Fen
	}
	if c := in.Contract; c != nil {
		l.ContractCases, l.Contract = 1, c.Fen
		if c.registered() {
			l.RegisteredCases, l.Registered = 1, c.Registration.Fen
		}
		for _, p := range c.Payments {
			l.ReceivedCases = 1
			l.Received += p.Fen
		}
	}
	for _, b := range in.Benefits {
		l.benefit(b)
	}
	return l
}

func (l *Ladder) benefit(b Benefit) {
	if !moneyKind(b.Kind) || b.Status == Disputed {
		return
	}
	r := BenefitRung{Kind: b.Kind, Claims: 1, Claimed: b.Fen}
	if b.Status == Verified {
		r.Verifications, r.Verified = 1, b.VerifiedFen
		if b.Reward != nil {
			l.RewardOwed += b.Reward.Owed
		}
	}
	if b.Reward != nil {
		l.RewardPaid += b.Reward.Paid()
	}
	l.rung(r)
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
