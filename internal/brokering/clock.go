package brokering

import "time"

// Level is who should see that a case stands still.
type Level int

// The levels. Each begins a week after the one before.
const (
	OnTime       Level = iota
	Remind             // whoever owes the next action
	OnBrokerList       // the broker's own list
	OnLeaderList       // the list of the union's leaders
)

// Days of the clocks.
const (
	silentDays = 7  // an invitation or a recommendation without an answer
	idleDays   = 14 // anything else without a step
	levelDays  = 7
)

// Alarm is what the clock says of a case.
type Alarm struct {
	Level Level  `json:"level" doc:"0 on time, 1 reminder, 2 broker's list, 3 leader's list"`
	Late  string `json:"late_since,omitempty" doc:"YYYY-MM-DD: the due date of the next action"`
	Days  int    `json:"days_late,omitempty" doc:"Days since that date"`
	Who   Part   `json:"who,omitempty" doc:"Who owes the next action"`
}

// Clock tells whether a case stands still: seven days without an answer or
// fourteen without a step, or past the due date that staff planned, whichever
// is later. A message is no step. Once it rings, days are counted from the due
// date, which is the one that people read; levels from the day it first rang. It
// is a pure function of both arguments.
func Clock(in *Introduction, now time.Time) Alarm {
	if !in.Stage.Open() || in.Next == nil {
		return Alarm{}
	}
	today := dateOf(now, 0)
	still := daysBetween(lateFrom(in), today)
	if still <= 0 {
		return Alarm{Who: in.Next.Who}
	}
	level := Remind
	switch {
	case still > 2*levelDays:
		level = OnLeaderList
	case still > levelDays:
		level = OnBrokerList
	}
	return Alarm{Level: level, Late: in.Next.Due, Days: daysBetween(in.Next.Due, today), Who: in.Next.Who}
}

// lateFrom gives the last day that is still on time.
func lateFrom(in *Introduction) string {
	limit := idleDays
	if in.Stage == Invited || in.Stage == Recommended {
		limit = silentDays
	}
	late := dateOf(in.lastStep(), limit)
	return max(late, in.Next.Due)
}

// lastStep is when something last happened that is more than words.
func (in *Introduction) lastStep() time.Time {
	last := in.CreatedAt
	for _, e := range in.History {
		if e.Step != Write && e.Step != Attach && e.Step != Handover {
			last = e.At
		}
	}
	return last
}

// WakeDate is the first day on which Clock may ring, YYYY-MM-DD: what stores
// list by. Empty for closed cases.
func (in *Introduction) WakeDate() string {
	if !in.Stage.Open() || in.Next == nil {
		return ""
	}
	t, err := time.Parse(time.DateOnly, lateFrom(in))
	if err != nil {
		return in.Next.Due
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

func daysBetween(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}
