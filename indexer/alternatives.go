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

// valued is a word that has related words, with the gains of those.
type valued struct {
	word  string
	near  []string
	gains []float64
}

// keepCompany works out what related words are worth, for all documents.
func (l *lookout) keepCompany(ctx context.Context, w weigher, all []alternatives) error {
	l.inCompany = map[string]bool{}
	for _, a := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		own, err := w.stock.frequency(ctx, fieldWords, a.word)
		if err != nil {
			return err
		}
		v := valued{word: a.word}
		l.inCompany[a.word] = true
		for _, n := range a.near {
			f, err := w.stock.frequency(ctx, fieldWords, n.Word)
			if err != nil {
				return err
			}
			v.near, v.gains = append(v.near, n.Word), append(v.gains, w.relatedGain(a.weight, n.Similarity, own, f))
			l.inCompany[n.Word] = true
		}
		l.company = append(l.company, v)
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
			best = max(best, v.gains[i]*e.saturate(float64(n), d.lengths[keptField(fieldWords)]))
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
