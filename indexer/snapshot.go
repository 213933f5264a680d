package indexer

import (
	"context"
	"math"
	"slices"
	"sync"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// snapshot is what scoring needs to know of one state of the index: which
// documents live, of what kind, and how long they are. It is made once for each
// state and shared by its searches.
type snapshot struct {
	live   int
	needs  int     // live documents that are needs
	ofKind [16]int // live documents of each number of kinds
	// lengths is, per text field, the number of terms of each document number
	// divided by the mean of the document's kind; 0 for a number without a live
	// document.
	lengths map[string][]float32
	kinds   []uint8 // per document number: 1 + place in catalog.Kinds(), 0 without
	// counts remembers how frequent a term is, [field, term] → frequency, for
	// terms that occur: one match asks for the same terms several times.
	counts sync.Map
}

// needKind is the number of needs in snapshot.kinds.
var needKind = uint8(1 + slices.Index(catalog.Kinds(), catalog.KindNeed))

// plainStock is a stock that asks bleve's reader.
type plainStock struct {
	*snapshot
	reader index.IndexReader
}

func (s plainStock) documents() (live, needs int) { return s.live, s.needs }

func (s plainStock) length(field string, number int) float64 {
	return float64(s.lengths[field][number])
}

func (s plainStock) frequency(ctx context.Context, field, term string) (frequency, error) {
	if f, known := s.counts.Load([2]string{field, term}); known {
		return f.(frequency), nil
	}
	return newPlainScorer(s, nil, search.Scoring{}).postings(ctx, weighted{field: field, term: term})
}

// snapshots keeps the snapshot of the newest reader.
type snapshots struct {
	mu     sync.Mutex
	reader index.IndexReader
	latest *snapshot
}

// of gives the snapshot of a reader, made now when it is new.
func (s *snapshots) of(ctx context.Context, reader index.IndexReader) (*snapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reader == reader && s.latest != nil {
		return s.latest, nil
	}
	made, err := newSnapshot(ctx, reader)
	if err != nil {
		return nil, err
	}
	s.reader, s.latest = reader, made
	return made, nil
}

func newSnapshot(ctx context.Context, reader index.IndexReader) (*snapshot, error) {
	s := &snapshot{lengths: map[string][]float32{}}
	for i, kind := range catalog.Kinds() {
		err := eachPosting(ctx, reader, posting{field: string(search.FacetKind), term: string(kind)}, func(n int, _ *index.TermFieldDoc) {
			s.kinds = grown(s.kinds, n)
			s.kinds[n] = uint8(i + 1)
			s.live++
			s.ofKind[i+1]++
			if kind == catalog.KindNeed {
				s.needs++
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for _, field := range textFields {
		lengths := make([]float32, len(s.kinds))
		err := eachPosting(ctx, reader, posting{field: field, term: analysis.Everything, norms: true}, func(n int, p *index.TermFieldDoc) {
			lengths = grown(lengths, n)
			lengths[n] = float32(math.Round(1 / (p.Norm * p.Norm))) // whole, so that sums do not depend on their order
		})
		if err != nil {
			return nil, err
		}
		s.divideByMean(lengths)
		s.lengths[field] = lengths
	}
	return s, nil
}

// divideByMean makes lengths relative to the mean of their own kind: a patent's
// claims are long beside other patents, not beside a studio's name.
func (s *snapshot) divideByMean(lengths []float32) {
	var sum [256]float64
	var count [256]float64
	for n, l := range lengths {
		if l > 0 && n < len(s.kinds) {
			sum[s.kinds[n]] += float64(l)
			count[s.kinds[n]]++
		}
	}
	for n, l := range lengths {
		if l > 0 && n < len(s.kinds) {
			lengths[n] = float32(float64(l) * count[s.kinds[n]] / sum[s.kinds[n]])
		}
	}
}

// wanted tells, per kind number of kinds, whether it is asked for; no kinds
// means all.
func wanted(kinds []catalog.Kind) [16]bool {
	var out [16]bool
	for i, kind := range catalog.Kinds() {
		out[i+1] = len(kinds) == 0
		for _, k := range kinds {
			out[i+1] = out[i+1] || k == kind
		}
	}
	return out
}

// hasAny tells whether a live document is of a wanted kind.
func (s *snapshot) hasAny(wanted [16]bool) bool {
	for kind, n := range s.ofKind {
		if n > 0 && wanted[kind] {
			return true
		}
	}
	return false
}

// posting names a term of a field and what to read of its postings.
type posting struct {
	field, term  string
	freqs, norms bool
}

// eachPosting calls visit for each live document of a term, in order of
// document numbers. The TermFieldDoc is only valid during the call.
func eachPosting(ctx context.Context, reader index.IndexReader, p posting, visit func(number int, doc *index.TermFieldDoc)) error {
	r, err := reader.TermFieldReader(ctx, []byte(p.term), p.field, p.freqs, p.norms, false)
	if err != nil {
		return err
	}
	defer r.Close()
	var doc index.TermFieldDoc
	for {
		next, err := r.Next(doc.Reset())
		if err != nil || next == nil {
			return err
		}
		visit(int(next.ID.Value()), next)
	}
}

// grown makes room for number n.
func grown[T any](s []T, n int) []T {
	if n < len(s) {
		return s
	}
	return append(s, make([]T, n+1-len(s)+len(s)/4)...)
}
