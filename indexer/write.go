package indexer

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// change is what a batch does to one id: put a document, or take it out when
// there is none.
type change struct {
	id   string
	rev  int64
	doc  *search.Document
	laid *document.Document // doc in fields, see layOut
}

func changeOf(rec catalog.Record) change {
	c := change{id: search.ID(rec.Kind(), rec.Base().Code), rev: rec.Base().Rev}
	if doc, public := search.FromRecord(rec); public {
		c.doc = &doc
	}
	return c
}

// Apply puts the public view of records into the index and takes out what the
// public may not see. A record older than what the index has is passed over,
// so that two saves may be applied in either order. Saves that come together are
// written together; when ctx ends before, they are written all the same.
func (x *Index) Apply(ctx context.Context, recs []catalog.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(recs) >= manyRecords {
		return x.apply(ctx, changesOf(recs), nil)
	}
	return x.gathering.add(ctx, changesOf(recs))
}

// manyRecords are a batch of their own: they are cut while another is written.
const manyRecords = 50

func changesOf(recs []catalog.Record) []change {
	changes := make([]change, len(recs))
	for i, rec := range recs {
		changes[i] = changeOf(rec)
	}
	return changes
}

// AddDocuments puts documents that do not come from records, as the evaluation
// of judged collections does.
func (x *Index) AddDocuments(ctx context.Context, docs []search.Document) error {
	changes := make([]change, len(docs))
	for i := range docs {
		changes[i] = change{id: docs[i].ID, rev: docs[i].Rev, doc: &docs[i]}
	}
	return x.apply(ctx, changes, nil)
}

// apply writes one batch; with a place in the feed, batch and checkpoint become
// durable together.
func (x *Index) apply(ctx context.Context, changes []change, at *place) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := x.layOut(changes); err != nil {
		return unavailable(err)
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	changes = x.newer(changes)
	if len(changes) == 0 && at == nil {
		return nil
	}
	if err := x.write(changes, at); err != nil {
		return err
	}
	x.note(changes)
	return nil
}

// applyApart is apply for changes of ids of which nobody else applies any, to an index that
// nobody swaps: such batches are written side by side, since bleve makes each on one
// processor. Of an id that comes twice any revision may stay.
func (x *Index) applyApart(ctx context.Context, changes []change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := x.layOut(changes); err != nil {
		return unavailable(err)
	}
	if err := x.write(changes, nil); err != nil {
		return err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	x.note(changes)
	return nil
}

// write writes a batch, and the place in the feed when there is one.
func (x *Index) write(changes []change, at *place) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.open == nil {
		return unavailable(errors.New("closed"))
	}
	batch := x.open.NewBatch()
	if err := fillBatch(batch, changes); err != nil {
		return unavailable(err)
	}
	if at != nil {
		batch.SetInternal(checkpointKey, at.encode())
	}
	if err := writeBatch(x.open, batch); err != nil {
		x.reportDamage(err)
		return unavailable(err)
	}
	return nil
}

// note notes the revisions that the index has now.
func (x *Index) note(changes []change) {
	for _, c := range changes {
		x.revs[c.id] = c.rev
	}
}

func fillBatch(batch *bleve.Batch, changes []change) error {
	for _, c := range changes {
		if c.laid == nil {
			batch.Delete(c.id)
		} else if err := batch.IndexAdvanced(c.laid); err != nil {
			return err
		}
	}
	return nil
}

// layOut cuts the documents of changes and lays them out in fields, on all
// processors (of an index that is made beside another, on half of them, so that who
// searches has the others) and before anything is locked: it takes half the time of
// writing.
func (x *Index) layOut(changes []change) error {
	failed := make([]error, len(changes))
	workers := min(runtime.GOMAXPROCS(0), len(changes))
	if x.beside {
		workers = min((workers+1)/2, len(changes))
	}
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := worker; i < len(changes); i += workers {
				if doc := changes[i].doc; doc != nil {
					failed[i] = recovered(func() (err error) {
						changes[i].laid, err = x.fields.document(*doc)
						return err
					})
				}
			}
		})
	}
	wait.Wait()
	return errors.Join(failed...)
}

const (
	// fillSize is how many documents a batch of a new index has at most, and fillText how
	// many bytes of text, unless one document has more: it takes some sixty times as much
	// memory while it is written. Each makes a dictionary of its own, and dictionaries are
	// merged again and again.
	fillSize = 4000
	fillText = 6 << 20
)

// filling gathers the documents of a new index into batches.
type filling struct {
	write   func([]change) error
	changes []change
	text    int // bytes
}

// add takes a change, and has a batch written that is full, or would have too much text.
func (f *filling) add(c change) error {
	text := 0
	if c.doc != nil {
		text = len(c.doc.Title) + len(c.doc.Text)
	}
	if f.text+text > fillText {
		if err := f.flush(); err != nil {
			return err
		}
	}
	f.changes, f.text = append(f.changes, c), f.text+text
	if len(f.changes) < fillSize {
		return nil
	}
	return f.flush()
}

// flush has written what is left.
func (f *filling) flush() error {
	changes := f.changes
	f.changes, f.text = nil, 0
	if len(changes) == 0 {
		return nil
	}
	return f.write(changes)
}

// Fill puts many documents into a new index, each id once, two batches side by side, and
// compacts it.
func (x *Index) Fill(ctx context.Context, source func(each func(search.Document) error) error) error {
	err := twoAtOnce(func(do func(func() error) error) error {
		f := filling{write: func(changes []change) error {
			return do(func() error { return x.applyApart(ctx, changes) })
		}}
		if err := source(func(d search.Document) error { return f.add(change{id: d.ID, rev: d.Rev, doc: &d}) }); err != nil {
			return err
		}
		return f.flush()
	})
	if err != nil {
		return err
	}
	return x.Compact(ctx)
}

// twoAtOnce runs the pieces of work that produce hands over, two at a time.
// After one has failed no more are taken.
func twoAtOnce(produce func(do func(func() error) error) error) error {
	var (
		wait   sync.WaitGroup
		room   = make(chan struct{}, 2)
		mu     sync.Mutex
		failed error
	)
	fail := func(err error) error {
		mu.Lock()
		defer mu.Unlock()
		if failed == nil {
			failed = err
		}
		return failed
	}
	err := produce(func(work func() error) error {
		room <- struct{}{}
		if err := fail(nil); err != nil {
			<-room
			return err
		}
		wait.Go(func() {
			fail(recovered(work))
			<-room
		})
		return nil
	})
	wait.Wait()
	return fail(err)
}

// newer drops changes that the index has already; of several changes of one id
// the last revision stays.
func (x *Index) newer(changes []change) []change {
	last := make(map[string]int, len(changes))
	for i, c := range changes {
		if have, seen := x.revs[c.id]; seen && c.rev <= have && c.rev > 0 {
			continue
		}
		if j, seen := last[c.id]; seen && changes[j].rev > c.rev {
			continue
		}
		last[c.id] = i
	}
	var out []change
	for i, c := range changes {
		if j, keep := last[c.id]; keep && i == j {
			out = append(out, c)
		}
	}
	return out
}
