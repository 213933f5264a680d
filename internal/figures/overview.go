package figures

import (
	"hongniang/internal/brokering"
)

// Overview is the leader's one page: every number of a selection, of one moment.
type Overview struct {
	Funnel    Funnel
	By        By
	Rows      []Row
	Ladder    brokering.Ladder
	Four      brokering.FourNumbers
	Coverage  Coverage
	Work      Work
	Brokers   []Work
	Frontline Frontline
	Stock     Stock
}

// Overview gives every number of a selection. Errors: those of a selection.
func (b *Book) Overview(scope Scope, sel Selection, by By) (Overview, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Overview{}, err
	}
	defer done()
	out := Overview{By: by, Ladder: l.ladder(), Four: l.four(), Coverage: l.coverage(), Frontline: l.frontline(), Stock: l.stock()}
	out.Funnel, out.Rows = l.funnels(by)
	out.Work, out.Brokers = l.workload()
	return out, nil
}
