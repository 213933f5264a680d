package figures

import (
	"time"

	"hongniang/internal/brokering"
)

// caseFact is what numbers need of an introduction.
type caseFact struct {
	code           string
	rev            int64
	union, helping string // managing union, and that of the co-broker
	region         string
	broker         brokering.Broker
	stage          brokering.Stage
	begun, closed  Day
	late           Day // last day before the clock rings, 0 when closed
	due            Day // of the next action: days late are counted from it
	next           *brokering.NextAction
	outcome        string
	needs          []caseNeed
	targets        []caseTarget
	waits          []wait
	gains          []gain
	// help as the rule of the four numbers reads it; nil when there is none
	helped *brokering.Introduction
}

// gain is a gain with its day as a number.
type gain struct {
	brokering.Gain
	on Day
}

// caseNeed is a need of a case, and how far the case brought it.
type caseNeed struct {
	code, title, firm, firmName, region string
	reached                             Reached
}

type caseTarget struct {
	kind, code, name, person string
	current                  bool
	invited                  Day
}

// wait is how long somebody took to answer.
type wait struct {
	who     brokering.Part // Provider: an invitation, Enterprise: a recommendation, Staff: from the beginning to the first recommendation
	day     Day            // of the answer
	minutes int32
}

func caseOf(in *brokering.Introduction) caseFact {
	c := caseFact{
		code: in.Code, rev: in.Rev, union: in.Union, region: in.RegionCode, broker: in.Broker, stage: in.Stage, begun: DayOf(in.CreatedAt),
		next: in.Next, outcome: in.Outcome, waits: waitsOf(in), helped: helpedBy(in), late: lastOnTime(in),
	}
	for _, g := range brokering.Gains(in) {
		c.gains = append(c.gains, gain{g, ParseDay(g.Date)})
	}
	if in.Next != nil {
		c.due = ParseDay(in.Next.Due)
	}
	if in.CoBroker != nil {
		c.helping = in.CoBroker.Union
	}
	if in.ClosedAt != nil {
		c.closed = DayOf(*in.ClosedAt)
	}
	for _, n := range in.Needs {
		region := n.RegionCode
		if region == "" {
			region = in.RegionCode
		}
		c.needs = append(c.needs, caseNeed{code: n.Code, title: n.Title, firm: n.Org, firmName: n.OrgName, region: region, reached: reachedBy(in, n.Code)})
	}
	for _, t := range in.Targets {
		target := caseTarget{kind: t.Kind, code: t.Code, name: t.Name, person: t.Person, current: t.State == brokering.Current}
		if t.InvitedAt != nil {
			target.invited = DayOf(*t.InvitedAt)
		}
		c.targets = append(c.targets, target)
	}
	return c
}

// daysLate is how late the next action is once the clock rings, as brokering.Clock
// counts; 0 before.
func (c *caseFact) daysLate(today Day) int {
	if c.late == 0 || today <= c.late {
		return 0
	}
	if c.due == 0 || c.due > c.late {
		return int(today - c.late)
	}
	return int(today - c.due)
}

// lastOnTime is the day before the clock rings.
func lastOnTime(in *brokering.Introduction) Day {
	if wake := ParseDay(in.WakeDate()); wake != 0 {
		return wake - 1
	}
	return 0
}

// helpedBy keeps what brokering.Tally reads, and no word of what was said.
func helpedBy(in *brokering.Introduction) *brokering.Introduction {
	if len(in.Helps) == 0 {
		return nil
	}
	out := &brokering.Introduction{Code: in.Code, RegionCode: in.RegionCode}
	for _, n := range in.Needs {
		out.Needs = append(out.Needs, brokering.NeedRef{Code: n.Code, Org: n.Org, RegionCode: n.RegionCode})
	}
	for _, h := range in.Helps {
		out.Helps = append(out.Helps, brokering.Help{ID: h.ID, Kind: h.Kind, Date: h.Date, Persons: h.Persons, Problem: h.Problem, ProblemSolved: h.ProblemSolved, PeopleTrained: h.PeopleTrained, Need: h.Need, ConfirmedAt: h.ConfirmedAt})
	}
	return out
}

// waitsOf reads from the history who answered how soon.
func waitsOf(in *brokering.Introduction) []wait {
	var out []wait
	var asked, shown time.Time
	recommended := false
	add := func(who brokering.Part, from, to time.Time) {
		out = append(out, wait{who: who, day: DayOf(to), minutes: int32(min(max(to.Sub(from).Minutes(), 0), 1<<30))})
	}
	for _, e := range in.History {
		switch e.Step {
		case brokering.Invite:
			asked = e.At
		case brokering.Accept, brokering.Decline, brokering.Interest:
			if !asked.IsZero() && e.Step != brokering.Interest {
				add(brokering.Provider, asked, e.At)
				asked = time.Time{}
			}
			if !shown.IsZero() && e.Step != brokering.Accept {
				add(brokering.Enterprise, shown, e.At)
				shown = time.Time{}
			}
		case brokering.Recommend:
			shown = e.At
			if !recommended {
				add(brokering.Staff, in.CreatedAt, e.At)
				recommended = true
			}
		}
	}
	return out
}

// under tells whether the case lies in a union's subtree by one of its sides.
func (c *caseFact) under(in func(union string) bool) bool {
	return in(c.union) || c.helping != "" && in(c.helping)
}
