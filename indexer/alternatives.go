package indexer

import (
	"context"
	"math"

	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// alternatives are a word of a request and the words that keep its company: a
// document that lacks the word may have one of them.
type alternatives struct {
	word   string
	weight float64
	near   []related.Near
}

// alternatives lists the words of clauses that have related words, each once.
func (x *Index) alternatives(clauses []search.Clause, s search.Scoring) []alternatives {
	if s.Related == 0 {
		return nil
	}
	var out []alternatives
	at := map[string]int{}
	for _, c := range clauses {
		for _, t := range counted(zh.Words(c.Text, x.cutter)) {
			i, have := at[t.text]
			if !have {
				near := x.near(t.text)
				if len(near) == 0 {
					continue
				}
				i = len(out)
				at[t.text] = i
				out = append(out, alternatives{word: t.text, near: near})
			}
			out[i].weight += c.Weight * s.Related * math.Pow(t.times, s.Repeat)
		}
	}
	return out
}

// addAlternatives scores, in documents that lack a word, the best of its related
// words: similarity · weight · idf^p · tf, the idf no more than the word's own.
func (s *scorer) addAlternatives(ctx context.Context, a alternatives) error {
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
		gain := s.relatedGain(a, n, own, f)
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

// relatedGain is what a related word is worth: never more than the word itself.
func (s *scorer) relatedGain(a alternatives, n related.Near, own, f frequency) float64 {
	word := s.gainOf(weighted{weight: a.weight}, own)
	return n.Similarity * min(word, s.gainOf(weighted{weight: a.weight}, f))
}
