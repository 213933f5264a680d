package indexer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/disk"
)

// Each batch leaves a segment, and the library merges them until some twenty are left.
// In each of them every term of a need is looked up and its list read, so that one
// segment answers a need in four fifths of the time, and sooner after a start.

// compactPart is the part of the documents that the largest segment has of an index that
// is compact enough: to merge it with the others would write all of it again for little.
const compactPart = 0.75

// oneSegment is a plan that merges all there is in one go.
func oneSegment() *mergeplan.MergePlanOptions {
	plan := mergeplan.SingleSegmentMergePlanOptions
	plan.SegmentsPerMergeTask = 1 << 20
	plan.ScoreSegments = func(of []mergeplan.Segment, _ *mergeplan.MergePlanOptions) float64 { return -float64(len(of)) } // the more the better
	return &plan
}

// Compact merges the segments of the index into one, when most documents are not in one
// already and the disk has room for it beside what is there; else it changes nothing. It
// takes a minute of one processor for 200,000 documents. Nobody is kept from searching,
// but what is kept in memory of the segments that go away is read anew when it is asked
// for next: it is for who fills an index that is not asked yet. A merge that fails (the
// disk is filled meanwhile) leaves the index broken, as any other merge of the library
// does. Errors: errs.Unavailable.
func (x *Index) Compact(ctx context.Context) error {
	x.mu.RLock()
	opened, path := x.open, x.path
	x.mu.RUnlock()
	if opened == nil {
		return unavailable(errors.New("closed"))
	}
	scattered, size := false, int64(0)
	err := x.read(func(r index.IndexReader) error { scattered, size = isScattered(r), usedBytes(r); return nil })
	if err != nil || !scattered {
		return err
	}
	need := disk.Need(size)
	if free, err := x.free(path); err != nil || free < need {
		x.log.Warn("the index stays in many segments: there may be no room to merge them", "need", need, "free", free, "err", err)
		return nil
	}
	if err := mergeAll(ctx, opened); err != nil {
		return unavailable(fmt.Errorf("merging all segments: %w", err))
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.open != opened {
		return unavailable(errors.New("closed meanwhile"))
	}
	return ctx.Err()
}

// isScattered tells whether no segment has most of the documents.
func isScattered(r index.IndexReader) bool {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return false
	}
	largest, all := int64(0), int64(0)
	for _, s := range snapshot.Segments() {
		largest = max(largest, s.LiveSize())
		all += s.FullSize()
	}
	return len(snapshot.Segments()) > 1 && float64(largest) < compactPart*float64(all)
}

// mergeAll returns when all segments are merged and the files say so, when a background
// task of the index fails, or when ctx ends.
func mergeAll(ctx context.Context, opened bleve.Index) error {
	advanced, err := opened.Advanced()
	if err != nil {
		return err
	}
	files, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil
	}
	return unlessBroken(opened, func() error {
		if err := files.ForceMerge(ctx, oneSegment()); err != nil {
			return err
		}
		return awaitWritten(ctx, opened)
	})
}

// awaitWritten waits until the state that an index has now is written: whoever opens its
// files finds this one or a later one.
func awaitWritten(ctx context.Context, opened bleve.Index) error {
	for now := counter(opened, "CurRootEpoch"); counter(opened, "LastPersistedEpoch") < now && !broken(opened); {
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
