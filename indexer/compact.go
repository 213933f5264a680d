package indexer

import (
	"context"
	"errors"
	"fmt"

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
	return &plan
}

// Compact merges the segments of the index into one, when most documents are not in one
// already and the disk has room for it beside what is there; else it changes nothing. It
// takes a minute of one processor for 200,000 documents. Nobody is kept from searching,
// but what is kept in memory of the segments that go away is read anew when it is asked
// for next: it is for who fills an index that is not asked yet. Errors: errs.Unavailable.
func (x *Index) Compact(ctx context.Context) error {
	x.mu.RLock()
	opened, path := x.open, x.path
	x.mu.RUnlock()
	if opened == nil {
		return unavailable(errors.New("closed"))
	}
	scattered, err := isScattered(opened)
	if err != nil || !scattered {
		return err
	}
	size := sizeOf(path)
	if free, err := x.free(path); err != nil || free < disk.Need(size) {
		x.log.Warn("the index stays in many segments: the disk has no room to merge them", "need", disk.Need(size), "free", free, "err", err)
		return nil
	}
	if err := mergeAll(ctx, opened); err != nil {
		return unavailable(fmt.Errorf("merging all segments: %w", err))
	}
	return ctx.Err()
}

// isScattered tells whether merging would bring most documents together.
func isScattered(opened bleve.Index) (scattered bool, err error) {
	err = withReader(opened, func(r index.IndexReader) error {
		snapshot, ok := r.(*scorch.IndexSnapshot)
		if !ok {
			return nil
		}
		largest, all := int64(0), int64(0)
		for _, s := range snapshot.Segments() {
			largest = max(largest, s.LiveSize())
			all += s.FullSize()
		}
		scattered = len(snapshot.Segments()) > 1 && float64(largest) < compactPart*float64(all)
		return nil
	})
	return scattered, err
}

// mergeAll returns when all segments are merged, when a background task of the index
// fails, or when ctx ends.
func mergeAll(ctx context.Context, opened bleve.Index) error {
	advanced, err := opened.Advanced()
	if err != nil {
		return err
	}
	files, ok := advanced.(*scorch.Scorch)
	if !ok {
		return nil
	}
	return unlessBroken(opened, func() error { return files.ForceMerge(ctx, oneSegment()) })
}
