package indexer

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// walk says which terms of a field to visit: those that begin with prefix, and
// that accept and keep take when they are set; most bounds the visited ones in
// each segment, 0: all.
type walk struct {
	field, prefix string
	accept        segment.Automaton
	keep          func(term string) bool
	most          int
}

// terms gives the terms of a walk that a live document has, with the number of
// those documents. Unlike bleve's own dictionaries it leaves out what only
// removed documents have, and reads in the caller's goroutine, where a fault
// of a damaged file can be recovered.
func (w walk) terms(ctx context.Context, r index.IndexReader) (map[string]uint64, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("reader is a %T", r)
	}
	out := map[string]uint64{}
	for _, s := range snapshot.Segments() {
		if err := w.segment(ctx, s, out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (w walk) segment(ctx context.Context, s *scorch.SegmentSnapshot, out map[string]uint64) error {
	dict, err := s.Segment().Dictionary(w.field)
	if err != nil {
		return err
	}
	it := dict.AutomatonIterator(w.accept, []byte(w.prefix), behind(w.prefix))
	for seen := 0; w.most == 0 || seen < w.most; seen++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		entry, err := it.Next()
		if err != nil || entry == nil {
			return err
		}
		if w.keep != nil && !w.keep(entry.Term) {
			continue
		}
		n := entry.Count
		if s.Deleted() != nil {
			list, err := dict.PostingsList([]byte(entry.Term), s.Deleted(), nil)
			if err != nil {
				return err
			}
			n = list.Count()
		}
		if n > 0 {
			out[entry.Term] += n
		}
	}
	return nil
}

// behind gives the first term that is behind all terms with the prefix.
func behind(prefix string) []byte {
	end := []byte(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
