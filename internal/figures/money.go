package figures

import (
	"strings"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

func ladderNumbers() []Number {
	rung := func(key, term, counts, period string, unit Unit) Number {
		return Number{Key: "ladder." + key, Term: term, Counts: counts, Period: period, Subtree: caseUnion, Source: caseSource, Unit: unit}
	}
	return []Number{
		rung("intent", "意向金额", "意向书上写的金额；意向不是合同", "意向日期", Fen),
		rung("contract", "合同金额", "合同成交总金额", "合同签订日期", Fen),
		rung("registered", "认定登记金额", "技术合同认定登记核定的技术交易额", "登记结论录入日期", Fen),
		rung("received", "到账金额", "合同项下每一笔到账", "每笔到账日期", Fen),
		rung("claimed", "自报效益", "企业自报的效益，有争议的不算；按类别分列，类别之间有重叠，不相加", "填报日期", Fen),
		rung("verified", "核实效益", "经填报人以外的人凭证明核实的效益；按类别分列，类别之间有重叠，不相加", "核实日期", Fen),
		rung("owed", "应发奖励", "按核实效益的 1% 到 5% 应给职工的奖励", "核实日期", Fen),
		rung("rewarded", "已发奖励", "已发给职工的奖励", "每笔发放日期", Fen),
		rung("intents", "意向件数", "签了意向的对接单", "意向日期", Cases),
		rung("contracts", "合同件数", "签了合同的对接单", "合同签订日期", Cases),
		rung("registrations", "登记件数", "合同通过认定登记的对接单", "登记结论录入日期", Cases),
		rung("payments", "到账件数", "有资金到账的对接单", "每笔到账日期", Cases),
	}
}

// text gives the period in the form of brokering.
func (p Period) text() brokering.Period {
	return brokering.Period{From: p.From.String(), To: p.To.String()}
}

// Ladder gives the ladder of a selection: what happened in its period.
func (b *Book) Ladder(scope Scope, sel Selection) (brokering.Ladder, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return brokering.Ladder{}, err
	}
	defer done()
	return l.ladder(), nil
}

// ladder sums what was gained in the period.
func (l *lens) ladder() brokering.Ladder {
	if l.sum != nil {
		return *l.sum
	}
	sum := brokering.Ladder{Benefits: []brokering.BenefitRung{}}
	var scratch []brokering.Gain
	l.eachCase(func(c *caseFact) {
		scratch = l.gained(c, scratch[:0])
		sum.Climb(scratch)
	})
	l.sum = &sum
	return sum
}

// gained appends what a case gained in the period.
func (l *lens) gained(c *caseFact, to []brokering.Gain) []brokering.Gain {
	everything := l.sel.Period == (Period{})
	for _, g := range c.gains {
		if everything || l.sel.Period.Holds(g.on) {
			to = append(to, g.Gain)
		}
	}
	return to
}

// walkLadder: kind is the kind of a benefit. Without one, the kinds of a case
// stand apart, each with its name: they overlap.
func (l *lens) walkLadder(rung, kind string, emit func(Entry)) {
	l.eachCase(func(c *caseFact) {
		gains := l.gained(c, nil)
		if len(gains) == 0 {
			return
		}
		ladder := brokering.Ladder{}
		ladder.Climb(gains)
		n, fen, isRung := rungOf(ladder, rung)
		switch {
		case !isRung:
			l.walkBenefits(c, ladder, rung+"/"+kind, emit)
		case n > 0 || fen > 0:
			e := l.caseEntry(c, l.lastGain(c, rung, ""))
			e.Fen = fen
			emit(e)
		}
	})
}

// lastGain is the day of the last gain of a number in the period; a kind narrows it
// to one kind of benefit.
func (l *lens) lastGain(c *caseFact, number, kind string) Day {
	var last Day
	for _, g := range c.gains {
		if counts(g.Rung, number) && (kind == "" || g.Kind == kind) && (l.sel.Period == Period{} || l.sel.Period.Holds(g.on)) {
			last = max(last, g.on)
		}
	}
	return last
}

// counts tells whether a gain counts in a number of the ladder.
func counts(r brokering.Rung, number string) bool {
	switch r {
	case brokering.IntentRung:
		return number == "intent" || number == "intents"
	case brokering.ContractRung:
		return number == "contract" || number == "contracts"
	case brokering.RegisteredRung:
		return number == "registered" || number == "registrations"
	case brokering.ReceivedRung:
		return number == "received" || number == "payments"
	case brokering.ClaimedRung:
		return number == "claimed"
	case brokering.VerifiedRung:
		return number == "verified"
	case brokering.OwedRung:
		return number == "owed"
	}
	return number == "rewarded"
}

// rungOf gives the cases and the amount of a number that is no benefit.
func rungOf(l brokering.Ladder, rung string) (cases int, fen int64, ok bool) {
	switch rung {
	case "intent", "intents":
		return l.IntentCases, int64(l.Intent), true
	case "contract", "contracts":
		return l.ContractCases, int64(l.Contract), true
	case "registered", "registrations":
		return l.RegisteredCases, int64(l.Registered), true
	case "received", "payments":
		return l.ReceivedCases, int64(l.Received), true
	case "owed":
		return 0, int64(l.RewardOwed), true
	case "rewarded":
		return 0, int64(l.RewardPaid), true
	}
	return 0, 0, false
}

// countLadder gives a number of the ladder without its records.
func (l *lens) countLadder(rung, kind string, unit Unit) int64 {
	ladder := l.ladder()
	if cases, fen, ok := rungOf(ladder, rung); ok && unit == Fen {
		return fen
	} else if ok {
		return int64(cases)
	}
	var sum int64
	for _, r := range ladder.Benefits {
		if kind == "" || kind == r.Kind {
			if rung == "verified" {
				sum += int64(r.Verified)
			} else {
				sum += int64(r.Claimed)
			}
		}
	}
	return sum
}

func (l *lens) walkBenefits(c *caseFact, ladder brokering.Ladder, what string, emit func(Entry)) {
	rung, kind, _ := strings.Cut(what, "/")
	for _, r := range ladder.Benefits {
		n, fen := r.Claims, int64(r.Claimed)
		if rung == "verified" {
			n, fen = r.Verifications, int64(r.Verified)
		}
		if n > 0 && (kind == "" || kind == r.Kind) {
			e := l.caseEntry(c, l.lastGain(c, rung, r.Kind))
			e.Fen, e.Note = fen, catalog.Vocab("case_benefit_kind").Label(r.Kind)+"，"+e.Note
			emit(e)
		}
	}
}
