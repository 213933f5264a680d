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
	read     []occurrence // the postings read last
	// has and nearest are kept by addAlternatives, empty between its calls.
	has     []bool
	nearest []float32
	scores  []float32
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
// k times in a clause counts k^Repeat times.
func (x *Index) terms(clauses []search.Clause, s search.Scoring) []weighted {
	var out []weighted
	at := map[[2]string]int{}
	add := func(field string, cut []zh.Term, weight float64) {
		for _, t := range counted(cut) {
			key := [2]string{field, t.text}
			i, have := at[key]
			if !have {
				i = len(out)
				at[key] = i
				out = append(out, weighted{field: field, term: t.text})
			}
			out[i].weight += weight * math.Pow(t.times, s.Repeat)
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
	return out
}

// occurring is a term with how often it occurs.
type occurring struct {
	text  string
	times float64
}

// counted counts terms, in the order in which they first occur.
func counted(cut []zh.Term) []occurring {
	var out []occurring
	at := make(map[string]int, len(cut))
	for _, t := range cut {
		i, have := at[t.Text]
		if !have {
			i = len(out)
			at[t.Text] = i
			out = append(out, occurring{text: t.Text})
		}
		out[i].times++
	}
	return out
}

// unknownPart is how much of its idf a term that stands nowhere counts for
// coverage: in full, one slip of the pen would hide what the rest finds.
const unknownPart = 0.25

// add scores one term, gain · tf(k1+1) / (tf + k1(1−b+b·len/mean)), and answers
// its gain; for a term that nothing has, that of the rarest.
func (s *scorer) add(ctx context.Context, t weighted) (gain float64, err error) {
	f, err := s.postings(ctx, t)
	if err != nil {
		return 0, err
	}
	gain = s.gainOf(t, f)
	covers := float32(0)
	s.gained += gain
	if s.coverage != nil && t.covers {
		covers = float32(s.idf(f))
		if f.documents == 0 {
			covers *= unknownPart
		}
		s.whole += covers
	}
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

// occurrence is a document with how often a term stands in it.
type occurrence struct {
	number int
	tf     float64
}

// postings reads a term's postings into s.read, and how frequent it is.
func (s *scorer) postings(ctx context.Context, t weighted) (frequency, error) {
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

// gain looks up what a term is worth.
func (s *scorer) gain(ctx context.Context, t weighted) (float64, error) {
	f, err := s.frequency(ctx, t)
	return s.gainOf(t, f), err
}

// frequency looks up how frequent a term is.
func (s *scorer) frequency(ctx context.Context, t weighted) (frequency, error) {
	if f, known := s.snapshot.counts.Load([2]string{t.field, t.term}); known {
		return f.(frequency), nil
	}
	return s.postings(ctx, t)
}

// gainOf is what a term of a frequency is worth: weight · idf^p · telling.
func (s *scorer) gainOf(t weighted, f frequency) float64 {
	return t.weight * math.Pow(s.idf(f), s.scoring.IDFPower) * s.telling(f)
}

// idf is BM25's ln(1 + (N − df + ½)/(df + ½)). Where needs weigh terms, they are
// not counted among the documents.
func (s *scorer) idf(f frequency) float64 {
	n, d := float64(s.snapshot.live), float64(f.documents)
	if s.scoring.NeedPower > 0 {
		n, d = n-float64(s.snapshot.needs), d-float64(f.needs)
	}
	return math.Log(1 + (max(n-d, 0)+0.5)/(d+0.5))
}

// fewNeeds is added to the number of needs, so that what two of five needs have
// in common is not yet taken for what every need says.
const fewNeeds = 20

// telling is 1 for a term that no need has, and goes to 0 for one that all needs
// have: 研究, 项目, 要求 tell needs from one another as little as they tell
// results.
func (s *scorer) telling(f frequency) float64 {
	if s.scoring.NeedPower == 0 {
		return 1
	}
	n, d := float64(s.snapshot.needs)+fewNeeds, float64(f.needs)
	return math.Pow(math.Log(1+(max(n-d, 0)+0.5)/(d+0.5))/math.Log(1+(n+0.5)/0.5), s.scoring.NeedPower)
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
