package figures

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Source is where a book reads. Records give their feed; introductions their
// revisions.
type Source struct {
	Records interface {
		Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
		Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error)
		Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error)
	}
	Cases interface {
		Get(ctx context.Context, code string) (*brokering.Introduction, error)
		List(ctx context.Context, q brokering.Query) ([]*brokering.Introduction, error)
		Revisions(ctx context.Context, after string, limit int) ([]brokering.Revision, error)
	}
}

// page is how much is read at a time.
const page = 500

// feedPlace is the last change that the book has, and when it was made: in
// another feed, such as that of a restored database, it was made at another time.
type feedPlace struct {
	seq int64
	at  time.Time
}

// Follow fills the book and keeps it current until ctx ends. What fails is
// logged once and tried again.
func (b *Book) Follow(ctx context.Context, from Source, every time.Duration, log *slog.Logger) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	failing := false
	for ctx.Err() == nil {
		err := b.Refresh(ctx, from)
		if err != nil && ctx.Err() == nil && !failing {
			log.Warn("figures are not current; trying again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Refresh takes in what changed since the last time; the first time, and when
// the feed is another one, everything. Calls must not overlap.
func (b *Book) Refresh(ctx context.Context, from Source) error {
	b.mu.RLock()
	ready, seen := b.ready, b.seen
	b.mu.RUnlock()
	lost := false
	if ready {
		var err error
		if lost, err = from.lost(ctx, seen); err != nil {
			return err
		}
	}
	if !ready || lost {
		if err := b.load(ctx, from); err != nil {
			return err
		}
	}
	if err := b.follow(ctx, from); err != nil {
		return err
	}
	return b.followCases(ctx, from)
}

// lost tells whether the feed does not have the place.
func (s Source) lost(ctx context.Context, at feedPlace) (bool, error) {
	if at.seq == 0 {
		return false, nil
	}
	changes, err := s.Records.Changes(ctx, at.seq-1, 1)
	if err != nil {
		return false, err
	}
	return len(changes) == 0 || changes[0].Seq != at.seq || !changes[0].At.Equal(at.at), nil
}

// load reads everything into a new book, while the old one answers. The end of
// the feed is found first, so that what changes meanwhile is read again.
func (b *Book) load(ctx context.Context, from Source) error {
	fresh := New(b.now)
	head, err := catalog.Head(ctx, from.Records)
	if err != nil {
		return err
	}
	fresh.seen = feedPlace{head.Seq, head.At}
	for _, kind := range catalog.Kinds() {
		if err := fresh.scan(ctx, from, kind); err != nil {
			return err
		}
	}
	if err := fresh.scanCases(ctx, from); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.version++
	b.tree, b.needs, b.results, b.people, b.studios, b.patents, b.cases = fresh.tree, fresh.needs, fresh.results, fresh.people, fresh.studios, fresh.patents, fresh.cases
	b.of, b.words, b.tied, b.classes, b.firmIDs, b.asked, b.seen, b.ready = fresh.of, fresh.words, fresh.tied, fresh.classes, fresh.firmIDs, fresh.asked, fresh.seen, true
	return nil
}

func (b *Book) scan(ctx context.Context, from Source, kind catalog.Kind) error {
	for after := ""; ; {
		recs, err := from.Records.Scan(ctx, kind, after, page)
		if err != nil || len(recs) == 0 {
			return err
		}
		together(recs)
		for _, rec := range recs {
			after = rec.Base().Code
			b.put(rec)
		}
	}
}

// together puts the codes and titles of records into one piece of memory: collections
// look at one where there were a thousand.
func together(recs []catalog.Record) {
	var texts []*string
	for _, rec := range recs {
		texts = append(texts, &rec.Base().Code)
		switch r := rec.(type) {
		case *catalog.Result:
			texts = append(texts, &r.Title)
		case *catalog.Patent:
			texts = append(texts, &r.Title)
		}
	}
	var all strings.Builder
	for _, t := range texts {
		all.WriteString(*t)
	}
	rest := all.String()
	for _, t := range texts {
		*t, rest = rest[:len(*t)], rest[len(*t):]
	}
}

func (b *Book) scanCases(ctx context.Context, from Source) error {
	for q := (brokering.Query{Limit: page / 5}); ; {
		list, err := from.Cases.List(ctx, q)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, in := range list {
			q.After = in.Code
			b.putCase(in)
		}
	}
}

// follow reads the records of the changes since the last one, each once.
func (b *Book) follow(ctx context.Context, from Source) error {
	for {
		changes, err := from.Records.Changes(ctx, b.place().seq, page)
		if err != nil || len(changes) == 0 {
			return err
		}
		type id struct {
			kind catalog.Kind
			code string
		}
		done := map[id]bool{}
		for _, c := range changes {
			if done[id{c.Kind, c.Code}] {
				continue
			}
			done[id{c.Kind, c.Code}] = true
			rec, err := from.Records.Get(ctx, c.Kind, c.Code)
			switch {
			case errs.Is(err, errs.NotFound):
				b.forget(c.Kind, c.Code)
			case err != nil:
				return err
			default:
				b.Put(rec)
			}
		}
		last := changes[len(changes)-1]
		b.mu.Lock()
		b.seen = feedPlace{last.Seq, last.At}
		b.mu.Unlock()
	}
}

func (b *Book) place() feedPlace {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.seen
}

// forget drops a record that is gone for good.
func (b *Book) forget(kind catalog.Kind, code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.version++
	switch kind {
	case catalog.KindNeed:
		b.needs.drop(code)
	case catalog.KindResult:
		b.results.drop(code)
	case catalog.KindExpert:
		b.people.drop(code)
	case catalog.KindStudio:
		b.studios.drop(code)
	case catalog.KindPatent:
		b.patents.drop(code)
	case catalog.KindOrganisation:
		delete(b.tree.orgs, code)
	}
}

// followCases compares revisions, reads what differs and drops what is gone.
func (b *Book) followCases(ctx context.Context, from Source) error {
	there := make(map[string]bool, len(b.cases.rows))
	for after := ""; ; {
		revs, err := from.Cases.Revisions(ctx, after, 20*page)
		if err != nil {
			return err
		}
		if len(revs) == 0 {
			break
		}
		for _, r := range revs {
			after = r.Code
			there[r.Code] = true
			if b.revOf(r.Code) == r.Rev {
				continue
			}
			in, err := from.Cases.Get(ctx, r.Code)
			if errs.Is(err, errs.NotFound) {
				delete(there, r.Code)
				continue
			}
			if err != nil {
				return err
			}
			b.PutCase(in)
		}
	}
	b.dropMissing(there)
	return nil
}

func (b *Book) revOf(code string) int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if c := b.cases.find(code); c != nil {
		return c.rev
	}
	return 0
}

func (b *Book) dropMissing(there map[string]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(there) == len(b.cases.rows) {
		return
	}
	for i := len(b.cases.rows) - 1; i >= 0; i-- {
		if code := b.cases.code[i]; !there[code] {
			b.dropCase(code)
		}
	}
}
