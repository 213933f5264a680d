package figures

import (
	"sync"

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
	Months    []MonthCount
}

// overviewKey is what an overview depends on beside the book.
type overviewKey struct {
	scope Scope
	sel   Selection
	by    By
	today Day // late cases become more with every day
}

// mostOverviews bounds how many overviews are remembered, each of some 50 KB.
const mostOverviews = 100

// overviews remembers answers until the book changes: leaders look again and
// again at the same page.
type overviews struct {
	mu      sync.Mutex
	version int64
	known   map[overviewKey]Overview
}

func (o *overviews) get(version int64, key overviewKey) (Overview, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.version != version {
		return Overview{}, false
	}
	out, ok := o.known[key]
	return out, ok
}

func (o *overviews) put(version int64, key overviewKey, v Overview) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.version != version || o.known == nil || len(o.known) >= mostOverviews {
		o.version, o.known = version, map[overviewKey]Overview{}
	}
	o.known[key] = v
}

// Overview gives every number of a selection; the answer is shared and must not
// be changed. Errors: those of a selection.
func (b *Book) Overview(scope Scope, sel Selection, by By) (Overview, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Overview{}, err
	}
	defer done()
	key := overviewKey{scope, sel, by, b.Today()}
	if out, ok := b.overviews.get(b.version, key); ok {
		return out, nil
	}
	out := Overview{By: by, Ladder: l.ladder(), Four: l.four(), Coverage: l.coverage(), Frontline: l.frontline(), Stock: l.stock(), Months: l.months()}
	out.Funnel, out.Rows = l.funnels(by)
	out.Work, out.Brokers = l.workload()
	b.overviews.put(b.version, key, out)
	return out, nil
}
