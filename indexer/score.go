package indexer

import (
	"context"
	"math"
	"sort"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// scorer ranks the documents of one reader term at a time: the scores of each
// term's postings are added into an array over document numbers.
type scorer struct {
	reader   index.IndexReader
	snapshot *snapshot
	scoring  search.Scoring
	wanted   [16]bool
	scores   []float32
	// coverage is, when kept, the summed idf of the distinct covering terms
	// that a document answers.
	coverage []float32
	whole    float32 // coverage of a document that answers every term
	gained   float64 // the gains of all terms together
}

// weighted is a term of a field with its weight in the query.
type weighted struct {
	field, term string
	weight      float64
	covers      bool    // counts for coverage
	gain        float64 // weight · idf^p, once known
}

func newScorer(ctx context.Context, reader index.IndexReader, shots *snapshots, kinds []catalog.Kind, scoring search.Scoring) (*scorer, error) {
	shot, err := shots.of(ctx, reader)
	if err != nil {
		return nil, err
	}
	return &scorer{reader: reader, snapshot: shot, scoring: scoring, wanted: wanted(kinds), scores: make([]float32, len(shot.kinds))}, nil
}

// terms cuts clauses into weighted terms, in a fixed order. A term that occurs
// k times in a clause counts k times.
func (x *Index) terms(clauses []search.Clause, s search.Scoring) []weighted {
	sum := map[[2]string]float64{}
	var order [][2]string
	add := func(field string, cut []zh.Term, weight float64) {
		for _, t := range cut {
			key := [2]string{field, t.Text}
			if _, have := sum[key]; !have {
				order = append(order, key)
			}
			sum[key] += weight
		}
	}
	for _, c := range clauses {
		if s.Words > 0 {
			add(fieldWords, zh.Words(c.Text, x.cutter), c.Weight*s.Words)
		}
		if s.Bigrams > 0 {
			add(fieldBigrams, zh.Bigrams(c.Text), c.Weight*s.Bigrams)
		}
		if s.Characters > 0 {
			add(fieldCharacters, zh.Characters(c.Text), c.Weight*s.Characters)
		}
	}
	out := make([]weighted, len(order))
	for i, key := range order {
		out[i] = weighted{field: key[0], term: key[1], weight: sum[key]}
	}
	return out
}

// unknownPart is how much of its idf a term that stands nowhere counts for
// coverage: in full, one slip of the pen would hide what the rest finds.
const unknownPart = 0.25

// add scores one term, gain · tf(k1+1) / (tf + k1(1−b+b·len/mean)), and answers
// its gain: weight · idf^p, for a term that nothing has that of the rarest.
func (s *scorer) add(ctx context.Context, t weighted) (gain float64, err error) {
	r, err := s.reader.TermFieldReader(ctx, []byte(t.term), t.field, true, false, false)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	df := r.Count()
	if df > 0 {
		s.snapshot.counts.Store([2]string{t.field, t.term}, df)
	}
	idf := s.idf(df)
	gain = t.weight * math.Pow(idf, s.scoring.IDFPower)
	covers := float32(0)
	s.gained += gain
	if s.coverage != nil && t.covers {
		covers = float32(idf)
		if df == 0 {
			covers *= unknownPart
		}
		s.whole += covers
	}
	lengths := s.snapshot.lengths[t.field]
	var doc index.TermFieldDoc
	for {
		next, err := r.Next(doc.Reset())
		if err != nil || next == nil {
			return gain, err
		}
		n := int(next.ID.Value())
		if n >= len(s.scores) || !s.wanted[s.snapshot.kinds[n]] {
			continue
		}
		s.scores[n] += float32(gain * s.saturate(float64(next.Freq), float64(lengths[n])))
		if covers > 0 {
			s.coverage[n] += covers
		}
	}
}

// idf is BM25's ln(1 + (N − df + ½)/(df + ½)).
func (s *scorer) idf(df uint64) float64 {
	n, d := float64(s.snapshot.live), float64(df)
	return math.Log(1 + (max(n-d, 0)+0.5)/(d+0.5))
}

// gain looks up what a term is worth.
func (s *scorer) gain(ctx context.Context, t weighted) (float64, error) {
	if df, known := s.snapshot.counts.Load([2]string{t.field, t.term}); known {
		return t.weight * math.Pow(s.idf(df.(uint64)), s.scoring.IDFPower), nil
	}
	r, err := s.reader.TermFieldReader(ctx, []byte(t.term), t.field, false, false, false)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	return t.weight * math.Pow(s.idf(r.Count()), s.scoring.IDFPower), nil
}

// saturate is BM25's term frequency: 0 to k1+1; length is relative to the mean.
func (s *scorer) saturate(tf, length float64) float64 {
	k1, b := s.scoring.K1, s.scoring.B
	return tf * (k1 + 1) / (tf + k1*(1-b+b*length))
}

// numbered is a document number with its score.
type numbered struct {
	number int
	score  float64
}

// best gives the top documents with a score, ties by id: numbers change when
// the index is rebuilt.
func (s *scorer) best(top int) ([]search.Scored, error) {
	var all []numbered
	for n, score := range s.scores {
		if score > 0 {
			all = append(all, numbered{n, float64(score)})
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i].score > all[j].score })
	end := min(top, len(all))
	for end > 0 && end < len(all) && all[end].score == all[end-1].score {
		end++
	}
	var out []search.Scored
	for _, hit := range all[:end] {
		id, err := s.externalID(hit.number)
		if err != nil {
			return nil, err
		}
		out = append(out, search.Scored{ID: id, Score: hit.score})
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].Score != out[j].Score {
			return out[i].Score > out[j].Score
		}
		return out[i].ID < out[j].ID
	})
	return out[:min(top, len(out))], nil
}

// externalID gives the document id of a number.
func (s *scorer) externalID(number int) (string, error) {
	return s.reader.ExternalID(index.NewIndexInternalID(nil, uint64(number)))
}
