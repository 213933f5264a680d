package indexer

import (
	"context"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Source is where records and their changes are read; catalog.Store fits.
type Source interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error)
	Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error)
}

const (
	feedPage = 500
	scanPage = 500
)

// Follow keeps the index at the head of the change feed until ctx ends, asking
// every interval, and rebuilds it when its files turn out to be damaged.
// Failures are logged and tried again: the index never stops a save.
func (x *Index) Follow(ctx context.Context, source Source, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	failing := false
	for {
		err := x.CatchUp(ctx, source)
		if err != nil && ctx.Err() == nil && !failing {
			x.log.Warn("following the change feed fails; trying again", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case err := <-x.damaged:
			x.log.Error("index is damaged and is rebuilt", "err", err)
			if err := x.Rebuild(ctx, source, nil); err != nil && ctx.Err() == nil {
				x.log.Error("rebuild failed; trying again", "err", err)
				x.reportDamage(err)
			}
		case <-tick.C:
		}
	}
}

// CatchUp applies every change since the index's checkpoint. An index that
// lost its place in the feed (a feed that is shorter than the checkpoint, as
// after restoring an older database) must be rebuilt.
func (x *Index) CatchUp(ctx context.Context, source Source) error {
	status, err := x.Status(ctx)
	if err != nil {
		return err
	}
	seq := status.Checkpoint
	for {
		changes, err := source.Changes(ctx, seq, feedPage)
		if err != nil || len(changes) == 0 {
			return err
		}
		seq = changes[len(changes)-1].Seq
		todo, err := x.load(ctx, source, changes)
		if err != nil {
			return err
		}
		if err := x.apply(ctx, todo, &seq); err != nil {
			return err
		}
	}
}

// load reads the records that changed, each once, unless the index has the
// revision already.
func (x *Index) load(ctx context.Context, source Source, changes []catalog.Change) ([]change, error) {
	newest := map[string]catalog.Change{}
	for _, c := range changes {
		newest[search.ID(c.Kind, c.Code)] = c
	}
	var out []change
	for id, c := range newest {
		if x.has(id, c.Rev) {
			continue
		}
		rec, err := source.Get(ctx, c.Kind, c.Code)
		if errs.Is(err, errs.NotFound) {
			out = append(out, change{id: id, rev: c.Rev})
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, changeOf(rec))
	}
	return out, nil
}

func (x *Index) has(id string, rev int64) bool {
	x.writing.Lock()
	defer x.writing.Unlock()
	have, seen := x.revs[id]
	return seen && have >= rev
}

// Rebuild makes a new index from all records beside the one that serves, lets
// it catch up, and swaps it in. progress, if any, is told of documents written.
func (x *Index) Rebuild(ctx context.Context, source Source, progress func(done int)) error {
	if !x.rebuilding.CompareAndSwap(false, true) {
		return errs.New(errs.Locked, "index.rebuilding", "索引正在重建，请等它完成。")
	}
	defer x.rebuilding.Store(false)
	fresh, err := x.build(ctx, source, progress)
	if err != nil {
		return err
	}
	if err := x.swap(fresh); err != nil {
		fresh.Close()
		return unavailable(err)
	}
	return x.CatchUp(ctx, source)
}

// build fills a new directory up to the head of the feed.
func (x *Index) build(ctx context.Context, source Source, progress func(int)) (*Index, error) {
	path := x.nextPath()
	opened, err := create(path)
	if err != nil {
		return nil, unavailable(err)
	}
	fresh := &Index{dir: x.dir, cutter: x.cutter, fields: x.fields, log: x.log, damaged: make(chan error, 1), revs: map[string]int64{}, open: opened, path: path}
	head, err := headOf(ctx, source)
	if err == nil {
		err = fresh.fillFrom(ctx, source, head, progress)
	}
	if err == nil {
		err = fresh.CatchUp(ctx, source)
	}
	if err != nil {
		fresh.Close()
		x.removeOthers()
		return nil, err
	}
	return fresh, nil
}

// headOf gives the last sequence number of the feed.
func headOf(ctx context.Context, source Source) (int64, error) {
	var head int64
	for {
		changes, err := source.Changes(ctx, head, 10_000)
		if err != nil || len(changes) == 0 {
			return head, err
		}
		head = changes[len(changes)-1].Seq
	}
}

// fillFrom writes every record; head is where the feed stood before.
func (x *Index) fillFrom(ctx context.Context, source Source, head int64, progress func(int)) error {
	done := 0
	for _, kind := range catalog.Kinds() {
		for after := ""; ; {
			recs, err := source.Scan(ctx, kind, after, scanPage)
			if err != nil {
				return err
			}
			if len(recs) == 0 {
				break
			}
			if err := x.Apply(ctx, recs); err != nil {
				return err
			}
			after = recs[len(recs)-1].Base().Code
			done += len(recs)
			if progress != nil {
				progress(done)
			}
		}
	}
	return x.apply(ctx, nil, &head)
}

// swap makes the files of fresh those that serve, and removes the old ones.
func (x *Index) swap(fresh *Index) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.point(fresh.path); err != nil {
		return err
	}
	old := x.open
	x.open, x.path, x.revs = fresh.open, fresh.path, fresh.revs
	fresh.open = nil
	if old != nil {
		if err := old.Close(); err != nil {
			x.log.Warn("closing the old index", "err", err)
		}
	}
	x.removeOthers()
	return nil
}
