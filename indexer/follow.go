package indexer

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"

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
// Failures are logged and tried again: the index never stops a save. Beside
// that it keeps the related words fresh, and proves the files that were opened
// unproved.
func (x *Index) Follow(ctx context.Context, source Source, interval time.Duration) {
	var beside sync.WaitGroup
	beside.Go(func() { x.keepRelated(ctx, backgroundLearning()) })
	beside.Go(func() { x.proveSealed(ctx) })
	defer beside.Wait()
	f := follower{index: x, source: source}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for ctx.Err() == nil {
		f.step(ctx)
		select {
		case <-ctx.Done():
			return
		case err := <-x.damaged:
			f.damage = err
		case <-tick.C:
		}
	}
}

// follower is the memory of Follow from one step to the next.
type follower struct {
	index   *Index
	source  Source
	failing bool
	damage  error // why the index must be rebuilt
	tries   int   // rebuilds that failed in a row
	waits   int   // steps until the next try
}

func (f *follower) step(ctx context.Context) {
	if f.damage == nil && f.index.isBroken() {
		f.damage = errBroken
	}
	if f.damage != nil {
		f.repair(ctx)
		return
	}
	err := f.index.CatchUp(ctx, f.source)
	if err != nil && ctx.Err() == nil && !f.failing {
		f.index.log.Warn("following the change feed fails; trying again", "err", err)
	}
	f.failing = err != nil
}

// repair rebuilds; after a failure (a full disk, a store that is away) it waits
// longer each time.
func (f *follower) repair(ctx context.Context) {
	const longest = 64
	if f.waits > 0 {
		f.waits--
		return
	}
	f.index.log.Error("index is damaged and is rebuilt", "err", f.damage)
	err := f.index.Rebuild(ctx, f.source, nil)
	if err == nil {
		f.damage, f.tries = nil, 0
		return
	}
	f.waits = min(1<<f.tries, longest)
	f.tries = min(f.tries+1, 10)
	if ctx.Err() == nil {
		f.index.log.Error("rebuild failed; trying again", "err", err)
	}
}

// isBroken tells whether a background task of the current index failed.
func (x *Index) isBroken() bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.open != nil && broken(x.open)
}

// place is where in a feed an index stands: the number of the last change that
// it has, and the mark of that change. A feed in which that change has another
// mark, or none, is another feed: an older database was restored, or the
// records were moved to another store.
type place struct {
	seq  int64
	mark uint64
}

var checkpointKey = []byte("checkpoint")

// placeAt is the place of a change; of none, where an empty feed begins.
func placeAt(c catalog.Change) place {
	if c.Seq == 0 {
		return place{}
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%d/%s/%d", c.Kind, c.Code, c.Rev, c.Action, c.At.UnixMilli())
	return place{seq: c.Seq, mark: h.Sum64()}
}

func (p place) encode() []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, uint64(p.seq)), p.mark)
}

// placeOf reads the checkpoint of an index; the zero place without.
func placeOf(r index.IndexReader) (place, error) {
	data, err := r.GetInternal(checkpointKey)
	if err != nil || len(data) != 16 {
		return place{}, err
	}
	return place{seq: int64(binary.BigEndian.Uint64(data)), mark: binary.BigEndian.Uint64(data[8:])}, nil
}

// CatchUp applies every change since the index's checkpoint. When the feed is
// not the one that the checkpoint is of, the index is rebuilt.
func (x *Index) CatchUp(ctx context.Context, source Source) error {
	lost, err := x.catchUp(ctx, source)
	if err != nil || !lost {
		return err
	}
	x.log.Warn("the change feed is not the one that the index followed; the index is rebuilt")
	return x.Rebuild(ctx, source, nil)
}

// catchUp is CatchUp, but answers that the place is lost instead of rebuilding.
func (x *Index) catchUp(ctx context.Context, source Source) (lost bool, err error) {
	x.feed.Lock()
	defer x.feed.Unlock()
	var at place
	if err := x.read(func(r index.IndexReader) error { at, err = placeOf(r); return err }); err != nil {
		return false, err
	}
	changes, lost, err := changesFrom(ctx, source, at)
	for ; err == nil && len(changes) > 0; changes, err = source.Changes(ctx, at.seq, feedPage) {
		at = placeAt(changes[len(changes)-1])
		todo, err := x.load(ctx, source, changes)
		if err != nil {
			return false, err
		}
		if err := x.apply(ctx, todo, &at); err != nil {
			return false, err
		}
	}
	return lost, err
}

// changesFrom reads the first changes behind a place, and whether the feed
// does not have that place.
func changesFrom(ctx context.Context, source Source, at place) (changes []catalog.Change, lost bool, err error) {
	if at.seq == 0 {
		changes, err = source.Changes(ctx, 0, feedPage)
		return changes, false, err
	}
	changes, err = source.Changes(ctx, at.seq-1, feedPage)
	if err != nil || len(changes) == 0 || placeAt(changes[0]) != at {
		return nil, err == nil, err
	}
	return changes[1:], false, nil
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
// it catch up, and swaps it in. progress, if any, is told of records read.
func (x *Index) Rebuild(ctx context.Context, source Source, progress func(done int)) (err error) {
	if !x.rebuilding.CompareAndSwap(false, true) {
		return errs.New(errs.Locked, "index.rebuilding", "索引正在重建，请等它完成。")
	}
	defer func() {
		if err != nil {
			x.failures.Add(1)
		}
		x.rebuilding.Store(false)
	}()
	fresh, err := x.build(ctx, source, progress)
	if err != nil {
		return err
	}
	if err := fresh.warm(ctx, x.cache.Asked()); err != nil {
		x.log.Warn("the new index begins cold", "err", err)
	}
	if err := x.swap(ctx, source, fresh); err != nil {
		fresh.Close()
		x.removeOthers()
		return err
	}
	return nil
}

// build fills a new directory up to the head of the feed.
func (x *Index) build(ctx context.Context, source Source, progress func(int)) (*Index, error) {
	path := x.nextPath()
	opened, err := create(path)
	if err != nil {
		return nil, unavailable(err)
	}
	words := x.cutters.wanted()
	cuts := newCutters(words.Cutter, words.name)
	fresh := &Index{dir: x.dir, cutters: cuts, cutter: &rememberer{Cutter: cuts}, fields: newFieldWriter(cuts), log: x.log, damaged: make(chan error, 1), revs: map[string]int64{}, open: opened, path: path, memory: x.memory, cache: newCache(x.memory), shelf: &shelf{}, beside: len(x.cache.Asked()) > 0, free: x.free}
	fresh.proof.Store(&proof{path: path})
	last, err := catalog.Head(ctx, source)
	head := placeAt(last)
	if err == nil {
		err = nameWords(opened, words.name)
	}
	if err == nil {
		err = fresh.fillFrom(ctx, source, head, progress)
	}
	if err == nil {
		err = fresh.Compact(ctx)
	}
	if err == nil {
		_, err = fresh.catchUp(ctx, source)
	}
	if err != nil {
		fresh.Close()
		x.removeOthers()
		return nil, err
	}
	return fresh, nil
}

// fillFrom writes every record; head is where the feed stood before. Where another index
// answers meanwhile it does so batch after batch, and rests.
func (x *Index) fillFrom(ctx context.Context, source Source, head place, progress func(int)) error {
	fill := func(do func(func() error) error) error {
		f := filling{write: func(changes []change) error {
			return do(func() error { return x.applyApart(ctx, changes) })
		}}
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
				for _, rec := range recs {
					if err := f.add(changeOf(rec)); err != nil {
						return err
					}
				}
				after = recs[len(recs)-1].Base().Code
				done += len(recs)
				if progress != nil {
					progress(done)
				}
			}
		}
		return f.flush()
	}
	var err error
	if x.beside {
		err = fill(func(work func() error) error { return thenRest(ctx, work) })
	} else {
		err = twoAtOnce(fill)
	}
	if err != nil {
		return err
	}
	return x.apply(ctx, nil, &head)
}

// thenRest does some work, and rests half as long as it took.
func thenRest(ctx context.Context, work func() error) error {
	begin := time.Now()
	if err := work(); err != nil {
		return err
	}
	return pause(ctx, time.Since(begin)/2)
}

// pause answers after so long, with an error when ctx ends before.
func pause(ctx context.Context, long time.Duration) error {
	select {
	case <-time.After(long):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// swap makes the files of fresh those that serve, and removes the old ones.
// While no change is applied it lets fresh catch up for the last time, so that
// what somebody just saved is found all along.
func (x *Index) swap(ctx context.Context, source Source, fresh *Index) error {
	x.feed.Lock()
	defer x.feed.Unlock()
	x.writing.Lock()
	defer x.writing.Unlock()
	if _, err := fresh.catchUp(ctx, source); err != nil {
		return err
	}
	old, err := x.exchange(fresh)
	if err != nil {
		return err
	}
	if err := closeFiles(old); err != nil {
		x.log.Warn("closing the old index", "err", err)
	}
	x.sealFiles()
	x.removeOthers()
	return nil
}

// exchange waits for running searches and gives the old files to be closed.
func (x *Index) exchange(fresh *Index) (bleve.Index, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open == nil {
		return nil, unavailable(errors.New("closed"))
	}
	if err := x.point(fresh.path); err != nil {
		return nil, unavailable(err)
	}
	old := x.open
	x.cache.Close()
	x.proof.Swap(fresh.proof.Load()).letGo()
	x.open, x.path, x.revs, x.cache, x.shelf = fresh.open, fresh.path, fresh.revs, fresh.cache, fresh.shelf
	x.adopt(fresh)
	fresh.open = nil
	select {
	case <-x.damaged: // of the old files
	default:
	}
	return old, nil
}
