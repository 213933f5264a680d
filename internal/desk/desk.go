// Package desk keeps in memory what of the catalogue waits for somebody: needs
// that are not done with, and records of other kinds that are not published yet.
// Stores answer by code only, and the index holds public views only; a page that
// says what is to be done today can wait for neither to read everything.
//
// A Desk is filled from a scan and kept by the change feed, so that it holds
// again what is true after any restart, and what other processes wrote.
package desk

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Desk is safe for concurrent use. Its zero value with a Store is ready: the
// first question fills it.
type Desk struct {
	Store catalog.Store

	reading sync.Mutex     // held while the store is read; nobody who lists waits for a record
	filled  bool           // of who reads
	at      catalog.Change // of who reads: the last change that is in here

	mu sync.Mutex // of what follows
	work
}

// work is what is kept.
type work struct {
	lines map[string]*line
	orgs  map[string]*catalog.Organisation // every organisation, for whose a record is
	turn  int64                            // counts changes of organisations: holders of an older turn are found anew
}

// line is one record that waits, cut down to what a list shows.
type line struct {
	rec     catalog.Record
	holders account.Target
	turn    int64
}

const (
	// page is how much is read from the store at a time.
	page = 500
	// mostAtOnce is how many changes a question takes in before it is answered:
	// enough to see what one has just saved. While thousands are imported, Follow
	// takes in the rest.
	mostAtOnce = 2 * page
)

// doneNeeds are the states in which nobody waits for a need.
var doneNeeds = []string{"closed", "rejected", "merged", "solved"}

// waitingRecords are the states in which a record of another kind waits.
var waitingRecords = []string{"draft", "submitted", "returned", "withdrawn"}

// Ask selects records: those that Keep lets through and to which the caller may
// do Action, both given the cut-down record.
type Ask struct {
	Keep   func(rec catalog.Record) bool
	Action func(rec catalog.Record) account.Action
}

// List answers with cut-down records, longest unchanged first: code, revision,
// state, title, times and whose they are; of a need also its firm, until when it
// is open, and the last step. They are shared and must not be changed. Errors:
// those of the store.
func (d *Desk) List(ctx context.Context, a account.Actor, ask Ask) ([]catalog.Record, error) {
	if err := d.catchUp(ctx, mostAtOnce); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []catalog.Record
	for _, l := range d.lines {
		if !ask.Keep(l.rec) {
			continue
		}
		target, err := d.holdersOf(ctx, l)
		if err != nil {
			return nil, err
		}
		if account.May(a, ask.Action(l.rec), target) {
			out = append(out, l.rec)
		}
	}
	slices.SortFunc(out, func(x, y catalog.Record) int {
		return cmp.Or(x.Base().UpdatedAt.Compare(y.Base().UpdatedAt), cmp.Compare(x.Base().Code, y.Base().Code))
	})
	return out, nil
}

// ToReview lists what somebody handed in and the caller may publish: needs first.
func (d *Desk) ToReview(ctx context.Context, a account.Actor) ([]catalog.Record, error) {
	out, err := d.List(ctx, a, Ask{
		Keep: func(rec catalog.Record) bool {
			return rec.Base().Status == "submitted" || catalog.ChangeWaits(rec)
		},
		Action: func(rec catalog.Record) account.Action {
			if rec.Kind() == catalog.KindNeed {
				return account.NeedReview
			}
			return account.Publish(string(rec.Kind()))
		},
	})
	slices.SortStableFunc(out, func(x, y catalog.Record) int { return rankOf(x) - rankOf(y) })
	return out, err
}

func rankOf(rec catalog.Record) int {
	if rec.Kind() == catalog.KindNeed {
		return 0
	}
	return 1
}

// Needs lists the needs that the caller may change and that are not done with:
// those that wait for him first, then the latest changed.
func (d *Desk) Needs(ctx context.Context, a account.Actor) ([]*catalog.Need, error) {
	recs, err := d.List(ctx, a, Ask{
		Keep:   func(rec catalog.Record) bool { return rec.Kind() == catalog.KindNeed },
		Action: func(catalog.Record) account.Action { return account.NeedEdit },
	})
	var out []*catalog.Need
	for _, rec := range recs {
		if need, ok := rec.(*catalog.Need); ok {
			out = append(out, need)
		}
	}
	slices.SortStableFunc(out, func(x, y *catalog.Need) int {
		return cmp.Or(cmp.Compare(urgencyOf(x), urgencyOf(y)), y.UpdatedAt.Compare(x.UpdatedAt))
	})
	return out, err
}

// urgencyOf orders states by how much they wait for whoever entered the need.
func urgencyOf(n *catalog.Need) int {
	order := []string{"returned", "draft", "submitted", "expired", "withdrawn"}
	if i := slices.Index(order, n.Status); i >= 0 {
		return i
	}
	return len(order)
}

// holdersOf finds whose a line is, from memory, again after any organisation
// changed.
func (d *Desk) holdersOf(ctx context.Context, l *line) (account.Target, error) {
	if l.turn == d.turn {
		return l.holders, nil
	}
	h, err := catalog.HoldersOf(ctx, known{d.orgs}, l.rec)
	if err != nil {
		return account.Target{}, err
	}
	l.holders, l.turn = account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, d.turn
	return l.holders, nil
}

// known is a catalog.Getter of the organisations in memory.
type known struct {
	orgs map[string]*catalog.Organisation
}

// Get errors: NotFound for whatever is not an organisation in memory.
func (k known) Get(_ context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	if org, ok := k.orgs[code]; ok && kind == catalog.KindOrganisation {
		return org, nil
	}
	return nil, catalog.NotFoundError(kind, code)
}

// Follow keeps the desk current every so often until ctx ends, so that a
// question finds little to catch up with; told hears of each failure.
func (d *Desk) Follow(ctx context.Context, every time.Duration, told func(error)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := d.CatchUp(ctx); err != nil && ctx.Err() == nil {
			told(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// CatchUp takes in what changed since the last time, or everything at first and
// when the database is another one.
func (d *Desk) CatchUp(ctx context.Context) error { return d.catchUp(ctx, 0) }

// catchUp takes in no more than most changes, 0 for all, and a page of them beyond.
func (d *Desk) catchUp(ctx context.Context, most int) error {
	d.reading.Lock()
	defer d.reading.Unlock()
	if d.filled {
		lost, err := d.lost(ctx)
		if err != nil {
			return err
		}
		d.filled = !lost
	}
	if !d.filled {
		if err := d.fill(ctx); err != nil {
			return err
		}
	}
	for taken := 0; most == 0 || taken < most; taken += page {
		changes, err := d.Store.Changes(ctx, d.at.Seq, page)
		if err != nil {
			return err
		}
		if err := d.takeIn(ctx, changes); err != nil {
			return err
		}
		if len(changes) < page {
			break
		}
	}
	return nil
}

// lost tells whether the feed does not have the last change that is in here: the
// database is another one, such as one that was restored.
func (d *Desk) lost(ctx context.Context) (bool, error) {
	if d.at.Seq == 0 {
		return false, nil
	}
	changes, err := d.Store.Changes(ctx, d.at.Seq-1, 1)
	if err != nil {
		return false, err
	}
	return len(changes) == 0 || changes[0].Seq != d.at.Seq || !changes[0].At.Equal(d.at.At), nil
}

// takeIn reads the records of changes as they are now, each once.
func (d *Desk) takeIn(ctx context.Context, changes []catalog.Change) error {
	fresh := map[string]catalog.Record{} // nil: gone
	for _, c := range changes {
		key := keyOf(c.Kind, c.Code)
		if _, read := fresh[key]; read || d.has(key, c.Rev) {
			continue
		}
		rec, err := d.Store.Get(ctx, c.Kind, c.Code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if fresh[key] = rec; err != nil {
			fresh[key] = nil
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for key, rec := range fresh {
		if rec == nil {
			delete(d.lines, key)
		} else {
			d.put(rec)
		}
	}
	if n := len(changes); n > 0 {
		d.at = changes[n-1]
	}
	return nil
}

// has tells whether a revision is in here already: the scan came later.
func (d *Desk) has(key string, rev int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l, ok := d.lines[key]
	return ok && l.rec.Base().Rev >= rev
}

// fill notes where the feed stands before it reads the records: what changes
// meanwhile is read twice, and nothing is missed.
func (d *Desk) fill(ctx context.Context) error {
	fresh := work{lines: map[string]*line{}, orgs: map[string]*catalog.Organisation{}, turn: 1}
	head, err := catalog.Head(ctx, d.Store)
	if err != nil {
		return err
	}
	for _, kind := range catalog.Kinds() {
		for after := ""; ; {
			recs, err := d.Store.Scan(ctx, kind, after, page)
			if err != nil {
				return err
			}
			for _, rec := range recs {
				after = rec.Base().Code
				fresh.put(rec)
			}
			if len(recs) < page {
				break
			}
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work, d.at, d.filled = fresh, head, true
	return nil
}

func keyOf(kind catalog.Kind, code string) string { return string(kind) + "/" + code }

// put takes a record as it is now.
func (w *work) put(rec catalog.Record) {
	m := rec.Base()
	if org, ok := rec.(*catalog.Organisation); ok {
		w.orgs[m.Code] = &catalog.Organisation{Meta: metaOf(m), Name: org.Name, OrganisationKind: org.OrganisationKind, ParentCode: org.ParentCode}
		w.turn++
	}
	key := keyOf(rec.Kind(), m.Code)
	if m.Deleted() || !waits(rec) {
		delete(w.lines, key)
		return
	}
	w.lines[key] = &line{rec: cut(rec)}
}

func waits(rec catalog.Record) bool {
	if rec.Kind() == catalog.KindNeed {
		return !slices.Contains(doneNeeds, rec.Base().Status)
	}
	return slices.Contains(waitingRecords, rec.Base().Status) || rec.Base().Pending != nil
}
