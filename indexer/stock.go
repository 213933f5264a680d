package indexer

import (
	"context"
	"math"

	"hongniang/internal/search"
)

// stock is what weighing asks of one state of the index.
type stock interface {
	// documents counts the living ones, and how many of them are needs.
	documents() (live, needs int)
	frequency(ctx context.Context, field, term string) (frequency, error)
	// length of the text of a document, by the number of the index's readers,
	// relative to the mean of its kind.
	length(field string, number int) float64
}

// frequency is in how many documents a term stands, and how many of those are
// needs.
type frequency struct{ documents, needs uint64 }

// weigher says what terms are worth in one state of the index.
type weigher struct {
	stock   stock
	scoring search.Scoring
}

// gain looks up what a term is worth.
func (w weigher) gain(ctx context.Context, t weighted) (float64, error) {
	f, err := w.stock.frequency(ctx, t.field, t.term)
	return w.gainOf(t, f), err
}

// gainOf is what a term of a frequency is worth: weight · idf^p · telling.
func (w weigher) gainOf(t weighted, f frequency) float64 {
	return t.weight * math.Pow(w.idf(f), w.scoring.IDFPower) * w.telling(f)
}

// idf is BM25's ln(1 + (N − df + ½)/(df + ½)). Where needs weigh terms, they are
// not counted among the documents.
func (w weigher) idf(f frequency) float64 {
	live, needs := w.stock.documents()
	n, d := float64(live), float64(f.documents)
	if w.scoring.NeedPower > 0 {
		n, d = n-float64(needs), d-float64(f.needs)
	}
	return math.Log(1 + (max(n-d, 0)+0.5)/(d+0.5))
}

// fewNeeds is added to the number of needs, so that what two of five needs have
// in common is not yet taken for what every need says.
const fewNeeds = 20

// telling is 1 for a term that no need has, and goes to 0 for one that all needs
// have: 研究, 项目, 要求 tell needs from one another as little as they tell
// results.
func (w weigher) telling(f frequency) float64 {
	if w.scoring.NeedPower == 0 {
		return 1
	}
	_, needs := w.stock.documents()
	n, d := float64(needs)+fewNeeds, float64(f.needs)
	return math.Pow(math.Log(1+(max(n-d, 0)+0.5)/(d+0.5))/math.Log(1+(n+0.5)/0.5), w.scoring.NeedPower)
}

// saturate is BM25's term frequency: 0 to k1+1; length is relative to the mean.
func (w weigher) saturate(tf, length float64) float64 {
	k1, b := w.scoring.K1, w.scoring.B
	return tf * (k1 + 1) / (tf + k1*(1-b+b*length))
}

// relatedGain is what a related word is worth: never more than the word itself.
func (w weigher) relatedGain(weight, similarity float64, own, near frequency) float64 {
	t := weighted{weight: weight}
	return similarity * min(w.gainOf(t, own), w.gainOf(t, near))
}
