package indexer

import (
	"cmp"
	"math"
	"slices"

	"hongniang/internal/search"
)

// board is where the scores of documents are added up, by number or by place.
type board struct {
	scores []float32
	// coverage is, when kept, the summed idf of the distinct covering terms
	// that a document answers.
	coverage []float32
	whole    float32 // coverage of a document that answers every term
	gained   float64 // the gains of all terms together
}

// numbered is a document, by number or by place, with its score.
type numbered struct {
	number int
	score  float32
}

// unknownPart is how much of its idf a term that stands nowhere counts for
// coverage: in full, one slip of the pen would hide what the rest finds.
const unknownPart = 0.25

// expect notes that a term is about to be added, and answers what it adds to
// the coverage of a document.
func (b *board) expect(w weigher, t weighted, f frequency, gain float64) (covers float32) {
	b.gained += gain
	if b.coverage == nil || !t.covers {
		return 0
	}
	covers = float32(w.idf(f))
	if f.documents == 0 {
		covers *= unknownPart
	}
	b.whole += covers
	return covers
}

// bestOf sorts the top of a list by score, ties by id: numbers change when the
// index is rebuilt.
func bestOf(all []numbered, top int, id func(int) (string, error)) ([]search.Scored, error) {
	slices.SortFunc(all, func(a, b numbered) int { return cmp.Compare(b.score, a.score) })
	end := min(top, len(all))
	for end > 0 && end < len(all) && all[end].score == all[end-1].score {
		end++
	}
	out := make([]search.Scored, 0, end)
	for _, hit := range all[:end] {
		name, err := id(hit.number)
		if err != nil {
			return nil, err
		}
		out = append(out, search.Scored{ID: name, Score: float64(hit.score)})
	}
	slices.SortFunc(out, func(a, b search.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out[:min(top, len(out))], nil
}

// covered gives the documents with enough coverage, and those that score well
// without, in order of number.
func (b *board) covered(short bool) []numbered {
	enough, strong := float32(math.SmallestNonzeroFloat32), float32(strongPart/2)
	switch {
	case b.whole == 0: // no bigram was asked for
		enough = 0
	case short:
		strong = strongPart
		enough = max(enough, min(b.whole*leastCoverage, most(b.coverage)*leastOfBest))
	}
	strong *= b.bestWith(enough)
	if strong == 0 {
		strong = math.MaxFloat32
	}
	hits := func(n int, score float32) bool { return score > 0 && (b.coverage[n] >= enough || score >= strong) }
	count := 0
	for n, score := range b.scores {
		if hits(n, score) {
			count++
		}
	}
	out := make([]numbered, 0, count)
	for n, score := range b.scores {
		if !hits(n, score) {
			continue
		}
		if short && b.whole > 0 && b.coverage[n] >= b.whole*0.9999 {
			score *= phraseBonus
		}
		out = append(out, numbered{n, score})
	}
	return out
}

// bestWith gives the best score of a document with enough coverage, 0 of none.
func (b *board) bestWith(enough float32) float32 {
	best := float32(0)
	for n, score := range b.scores {
		if score > best && b.coverage[n] >= enough {
			best = score
		}
	}
	return best
}

// most is the largest value, 0 of none.
func most(values []float32) float32 {
	out := float32(0)
	for _, v := range values {
		out = max(out, v)
	}
	return out
}
