package indexer

import (
	"cmp"
	"context"
	"slices"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// plainScorer ranks the documents of one reader term at a time, with nothing but
// bleve's public readers: the scores of each term's postings are added into an
// array over document numbers. It answers where no postings are kept in memory,
// and is what the fast path is held against.
type plainScorer struct {
	weigher
	reader   index.IndexReader
	snapshot *snapshot
	board    // by document number
	wanted   [16]bool
	read     []occurrence // the postings read last
	// has and nearest are kept by addAlternatives, empty between its calls.
	has     []bool
	nearest []float32
}

func newPlainScorer(st plainStock, kinds []catalog.Kind, scoring search.Scoring) *plainScorer {
	return &plainScorer{
		weigher: weigher{st, scoring}, reader: st.reader, snapshot: st.snapshot,
		wanted: wanted(kinds), board: board{scores: make([]float32, len(st.kinds))},
	}
}

// add scores one term, gain · tf(k1+1) / (tf + k1(1−b+b·len/mean)), and answers
// its gain; for a term that nothing has, that of the rarest.
func (s *plainScorer) add(ctx context.Context, t weighted) (gain float64, err error) {
	f, err := s.postings(ctx, t)
	if err != nil {
		return 0, err
	}
	gain = s.gainOf(t, f)
	covers := s.expect(s.weigher, t, f, gain)
	lengths := s.snapshot.lengths[t.field]
	for _, p := range s.read {
		if !s.wanted[s.snapshot.kinds[p.number]] {
			continue
		}
		s.scores[p.number] += float32(gain * s.saturate(p.tf, float64(lengths[p.number])))
		if covers > 0 {
			s.coverage[p.number] += covers
		}
	}
	return gain, nil
}

func (s *plainScorer) raise(ctx context.Context, t weighted, factor func(times float64) float64) error {
	_, err := s.postings(ctx, t)
	for _, p := range s.read {
		s.scores[p.number] *= float32(factor(p.tf))
	}
	return err
}

func (s *plainScorer) sheet() *board { return &s.board }

// occurrence is a document with how often a term stands in it.
type occurrence struct {
	number int
	tf     float64
}

// postings reads a term's postings into s.read, and how frequent it is.
func (s *plainScorer) postings(ctx context.Context, t weighted) (frequency, error) {
	s.read = s.read[:0]
	r, err := s.reader.TermFieldReader(ctx, []byte(t.term), t.field, true, false, false)
	if err != nil {
		return frequency{}, err
	}
	defer r.Close()
	f := frequency{documents: r.Count()}
	var doc index.TermFieldDoc
	for {
		next, err := r.Next(doc.Reset())
		if err != nil {
			return frequency{}, err
		}
		if next == nil {
			break
		}
		n := int(next.ID.Value())
		if n >= len(s.scores) {
			continue
		}
		if s.snapshot.kinds[n] == needKind {
			f.needs++
		}
		s.read = append(s.read, occurrence{n, float64(next.Freq)})
	}
	if f.documents > 0 {
		s.snapshot.counts.Store([2]string{t.field, t.term}, f)
	}
	return f, nil
}

// best gives the top documents with a score.
func (s *plainScorer) best(req search.RankRequest) ([]search.Scored, error) {
	var all []numbered
	for n, score := range s.scores {
		if score > 0 {
			all = append(all, numbered{n, score})
		}
	}
	id := func(n int) (string, error) { return s.reader.ExternalID(index.NewIndexInternalID(nil, uint64(n))) }
	out, err := bestOf(all, req.Top, id)
	if err == nil {
		out, err = s.andAlso(out, req.Also)
	}
	for i := range out {
		if err != nil || !req.Backs {
			break
		}
		var doc search.Document
		doc, err = documentByID(s.reader, out[i].ID)
		out[i].Backs = unique(doc.Backs())
	}
	return out, err
}

// andAlso puts those that are asked for by name behind the top.
func (s *plainScorer) andAlso(top []search.Scored, ids []string) ([]search.Scored, error) {
	var more []search.Scored
	for _, name := range ids {
		internal, err := s.reader.InternalID(name)
		if err != nil {
			return nil, err
		}
		known := slices.ContainsFunc(append(top, more...), func(hit search.Scored) bool { return hit.ID == name })
		if internal == nil || known {
			continue
		}
		if score := s.scores[internal.Value()]; score > 0 {
			more = append(more, search.Scored{ID: name, Score: float64(score)})
		}
	}
	slices.SortFunc(more, func(a, b search.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return append(top, more...), nil
}

// addAlternatives scores, in documents that lack a word, the best of its related
// words: similarity · weight · idf^p · tf, the idf no more than the word's own.
func (s *plainScorer) addAlternatives(ctx context.Context, a alternatives) error {
	own, err := s.postings(ctx, weighted{field: fieldWords, term: a.word})
	if err != nil {
		return err
	}
	if s.has == nil {
		s.has, s.nearest = make([]bool, len(s.scores)), make([]float32, len(s.scores))
	}
	var touched []int
	for _, p := range s.read {
		s.has[p.number] = true
		touched = append(touched, p.number)
	}
	lengths := s.snapshot.lengths[fieldWords]
	for _, n := range a.near {
		f, err := s.postings(ctx, weighted{field: fieldWords, term: n.Word})
		if err != nil {
			return err
		}
		gain := s.relatedGain(a.weight, n.Similarity, own, f)
		for _, p := range s.read {
			if s.has[p.number] || !s.wanted[s.snapshot.kinds[p.number]] {
				continue
			}
			score := float32(gain * s.saturate(p.tf, float64(lengths[p.number])))
			if more := score - s.nearest[p.number]; more > 0 {
				s.scores[p.number] += more
				s.nearest[p.number] = score
				touched = append(touched, p.number)
			}
		}
	}
	for _, n := range touched {
		s.has[n], s.nearest[n] = false, 0
	}
	return nil
}
