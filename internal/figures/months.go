package figures

// monthsShown is how many months a course has.
const monthsShown = 12

// MonthCount is what happened in one month, by the same rules as a selection
// of that month with what happened in it.
type MonthCount struct {
	Period Period
	// Needs counts the needs that came to a stage in the month for the first time.
	Needs [stages]int
	// Begun counts the introductions that began in it: the number work.begun.
	Begun int
}

// Months is the course of twelve months, the last of which is the one in which
// the selected period ends, or this one; the period's beginning plays no part.
// Errors: those of a selection.
func (b *Book) Months(scope Scope, sel Selection) ([]MonthCount, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return nil, err
	}
	defer done()
	return l.months(), nil
}

func (l *lens) months() []MonthCount {
	out := make([]MonthCount, monthsShown)
	last := l.Today()
	if to := l.sel.Period.To; to != 0 {
		last = min(last, to)
	}
	for i := monthsShown - 1; i >= 0; i-- {
		out[i].Period = Month(last)
		last = out[i].Period.From - 1
	}
	l.eachNeed(func(n *needFact) {
		for s := range stages {
			if m := monthOf(out, n.reached[s]); m != nil {
				m.Needs[s]++
			}
		}
	})
	l.eachCase(func(c *caseFact) {
		if m := monthOf(out, c.begun); m != nil {
			m.Begun++
		}
	})
	return out
}

// monthOf finds the month of a day; nil for never and for a day outside. Every
// month begins at most 31 days after the one before, so the search starts near.
func monthOf(months []MonthCount, d Day) *MonthCount {
	first := months[0].Period.From
	if d < first || d > months[len(months)-1].Period.To {
		return nil
	}
	for i := min(int(d-first)/28, len(months)-1); i >= 0; i-- {
		if months[i].Period.Holds(d) {
			return &months[i]
		}
	}
	return nil
}
