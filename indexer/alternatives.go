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
				near := x.company(t.text)
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

// company gives the other names that operators have given a word, and the words
// that were learned to keep its company, each once.
func (x *Index) company(word string) []related.Near {
	var out []related.Near
	known := map[string]bool{}
	for _, other := range x.synonyms.Load().Others(word) {
		known[other] = true
		out = append(out, related.Near{Word: other, Similarity: 1})
	}
	for _, n := range x.near(word) {
		if !known[n.Word] {
			out = append(out, n)
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

// valued is a word that has related words, with the gains of those.
type valued struct {
	word  string
	near  []string
	gains []float64
}

// keepCompany works out what related words are worth, for all documents.
func (e *explainer) keepCompany(ctx context.Context, all []alternatives) error {
	e.inCompany, e.pairsInCompany = map[string]bool{}, map[string]bool{}
	for _, a := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		own, err := e.scorer.frequency(ctx, weighted{field: fieldWords, term: a.word})
		if err != nil {
			return err
		}
		v := valued{word: a.word}
		e.inCompany[a.word] = true
		for _, n := range a.near {
			f, err := e.scorer.frequency(ctx, weighted{field: fieldWords, term: n.Word})
			if err != nil {
				return err
			}
			v.near, v.gains = append(v.near, n.Word), append(v.gains, e.scorer.relatedGain(a, n, own, f))
			e.inCompany[n.Word] = true
			for _, pair := range zh.Bigrams(n.Word) {
				e.pairsInCompany[pair.Text] = true
			}
		}
		e.company = append(e.company, v)
	}
	return nil
}

// related is what the related words of a word add to a document of which the
// places that are gone are cut out. They are never named: that two words keep
// company does not make one a reason for the other.
func (e *explainer) related(d *reading, v valued, gone func(span) bool) float64 {
	count := func(word string) (n int) {
		for _, at := range d.company[word] {
			if !gone(at) {
				n++
			}
		}
		return n
	}
	if count(v.word) > 0 {
		return 0
	}
	best := 0.0
	for i, near := range v.near {
		if n := count(near); n > 0 {
			best = max(best, v.gains[i]*e.scorer.saturate(float64(n), float64(e.scorer.snapshot.lengths[fieldWords][d.number])))
		}
	}
	return best
}

// shareRelated adds to the shares of pieces what a word and its related words
// lose with them; it is less than nothing when a related word takes the place of
// a word that is cut out.
func (e *explainer) shareRelated(d *reading, v valued, owners []int32, shares []float64) {
	takers := map[int32]bool{}
	owner := func(at span) int32 {
		for _, o := range owners[at.from:at.to] {
			if o > 0 {
				return o
			}
		}
		return 0
	}
	for _, word := range append([]string{v.word}, v.near...) {
		for _, at := range d.company[word] {
			if o := owner(at); o > 0 {
				takers[o] = true
			}
		}
	}
	if len(takers) == 0 {
		return
	}
	loss := e.related(d, v, func(span) bool { return false }) - e.related(d, v, func(at span) bool { return owner(at) > 0 })
	for o := range takers {
		shares[o-1] += loss / float64(len(takers))
	}
}
