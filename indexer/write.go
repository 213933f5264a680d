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
	id  string
	rev int64
	doc *search.Document
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
// so that two saves may be applied in either order.
func (x *Index) Apply(ctx context.Context, recs []catalog.Record) error {
	changes := make([]change, len(recs))
	for i, rec := range recs {
		changes[i] = changeOf(rec)
	}
	return x.apply(ctx, changes, nil)
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
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.open == nil {
		return unavailable(errors.New("closed"))
	}
	changes = x.newer(changes)
	batch := x.open.NewBatch()
	if err := x.fill(batch, changes); err != nil {
		return unavailable(err)
	}
	if at != nil {
		batch.SetInternal(checkpointKey, at.encode())
	}
	if len(changes) == 0 && at == nil {
		return nil
	}
	if err := writeBatch(x.open, batch); err != nil {
		x.reportDamage(err)
		return unavailable(err)
	}
	for _, c := range changes {
		x.revs[c.id] = c.rev
	}
	return nil
}

func (x *Index) fill(batch *bleve.Batch, changes []change) error {
	docs, err := x.layOut(changes)
	if err != nil {
		return err
	}
	for i, c := range changes {
		if docs[i] == nil {
			batch.Delete(c.id)
			continue
		}
		if err := batch.IndexAdvanced(docs[i]); err != nil {
			return err
		}
	}
	return nil
}

// layOut makes the index documents of changes, on all processors; nil for what
// is to be taken out.
func (x *Index) layOut(changes []change) ([]*document.Document, error) {
	docs, failed := make([]*document.Document, len(changes)), make([]error, len(changes))
	workers := min(runtime.GOMAXPROCS(0), len(changes))
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := worker; i < len(changes); i += workers {
				if doc := changes[i].doc; doc != nil {
					docs[i], failed[i] = x.fields.document(*doc)
				}
			}
		})
	}
	wait.Wait()
	return docs, errors.Join(failed...)
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
