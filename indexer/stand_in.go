package indexer

import (
	"math"

	"hongniang/indexer/postings"
)

// standIn is the best of a word's related words in a document that lacks the word. It is
// of the word of its turn: what an earlier word left there need not be wiped away.
type standIn struct {
	turn  uint32
	worth float32
}

// itself is worth more than any that stands in for it.
const itself = math.MaxFloat32

// of gives the stand-in of a turn, worth nothing at first.
func (s *standIn) of(turn uint32) *standIn {
	if s.turn != turn {
		*s = standIn{turn: turn}
	}
	return s
}

// nextWord begins the turn of another word, or of the same one in another span.
func (r *ranker) nextWord() {
	if r.near == nil {
		r.near = standIns.get(r.view.Size())
	}
	r.turn++
}

// addNear adds, to documents that lack a word, the best of its related words.
func (r *ranker) addNear(s *source, span postings.Span) {
	r.nextWord()
	for chunk := range s.term.Chunks(span) {
		near := r.near[chunk.Base:]
		for i, times := range chunk.Times {
			if times > 0 {
				near[chunk.Place(i)] = standIn{r.turn, itself}
			}
		}
	}
	c := r.curve(s.field, span.Kind)
	for _, n := range s.near {
		gain := n.gain * float32(r.scoring.K1+1)
		for chunk := range n.term.Chunks(span) {
			r.lift(chunk, c, chunk.Lengths(s.field), gain)
		}
	}
}

// lift adds what a related word is worth beyond those that stood in before it.
func (r *ranker) lift(chunk postings.Chunk, c curve, lengths []float32, gain float32) {
	scores, near := r.scores[chunk.Base:], r.near[chunk.Base:]
	for i, times := range chunk.Times {
		if times == 0 {
			continue
		}
		place := chunk.Place(i)
		tf := exactly(chunk, place, times)
		worth, best := gain*tf/(tf+c.flat+c.steep*lengths[place]), near[place].of(r.turn)
		if more := worth - best.worth; more > 0 {
			scores[place] += more
			best.worth = worth
		}
	}
}

// addNearTo is addNear for a few documents of a span.
func (r *ranker) addNearTo(places []int32, s source, span postings.Span) {
	r.nextWord()
	for i, worth := range r.meet(places, s.field, s.term, span, 1) {
		if worth > 0 {
			r.near[places[i]] = standIn{r.turn, itself}
		}
	}
	for _, n := range s.near {
		for i, worth := range r.meet(places, s.field, n.term, span, n.gain) {
			best := r.near[places[i]].of(r.turn)
			if more := worth - best.worth; more > 0 {
				r.scores[places[i]] += more
				best.worth = worth
			}
		}
	}
}
