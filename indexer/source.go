package indexer

import (
	"context"

	"hongniang/indexer/postings"
)

// source is what a term of a request, or a word with its related words, adds to
// the scores of documents.
type source struct {
	field int // in keptFields
	term  postings.Term
	gain  float32 // of the term; 0 for a word that has only its related words added
	near  []nearby
	bound float64 // the most that it adds to one document
	// covers: of a typed text, whoever has the term answers it.
	covers bool
	count  int // postings that are read to add it everywhere
}

// nearby is a related word with what it is worth in a document that lacks the
// word itself.
type nearby struct {
	term postings.Term
	gain float32
}

// curve is BM25's saturation among the documents of a span:
// gain·tf·(k1+1) / (tf + flat + steep·length), length in terms.
type curve struct{ flat, steep float32 }

// curve gives the saturation of a text among the documents of a kind.
func (r *ranker) curve(field, kind int) curve {
	k1, b := r.scoring.K1, r.scoring.B
	return curve{float32(max(k1*(1-b), leastFlat)), float32(k1 * b / r.view.Mean(field, kind))}
}

// leastFlat keeps 0 times in a text of no length worth 0, and changes nothing else.
const leastFlat = 1e-30

// most is the largest saturation that a term can have.
func (r *ranker) most(field int, t postings.Term) float64 {
	out, tf := 0.0, float64(t.Most)
	for kind, wanted := range r.wanted {
		if wanted && r.view.Live(kind) > 0 {
			shortest := r.view.Shortest(field, kind) / r.view.Mean(field, kind)
			out = max(out, r.saturate(tf, shortest))
		}
	}
	return out
}

// add adds a chunk of postings to scores, those of the places from its Base on.
// gain is the term's, times k1+1.
func (c curve) add(scores []float32, chunk postings.Chunk, lengths []float32, gain float32) {
	if chunk.Places == nil {
		c.addDense(scores, chunk, lengths, gain)
		return
	}
	times := chunk.Times[:len(chunk.Places)]
	for i, place := range chunk.Places {
		tf := exactly(chunk, int(place), times[i])
		scores[place] += gain * tf / (tf + c.flat + c.steep*lengths[place])
	}
}

// addDense adds to all places, 0 where the term does not stand: to ask at each
// whether it does takes longer, since processors guess wrong (BenchmarkAdd).
func (c curve) addDense(scores []float32, chunk postings.Chunk, lengths []float32, gain float32) {
	scores, lengths = scores[:len(chunk.Times)], lengths[:len(chunk.Times)]
	if chunk.Large != nil {
		for i, times := range chunk.Times {
			tf := exactly(chunk, i, times)
			scores[i] += gain * tf / (tf + c.flat + c.steep*lengths[i])
		}
		return
	}
	for i, times := range chunk.Times {
		tf := float32(times)
		scores[i] += gain * tf / (tf + c.flat + c.steep*lengths[i])
	}
}

// exactly is a number of times as a float, looked up where a byte cannot hold it.
func exactly(chunk postings.Chunk, place int, times uint8) float32 {
	if times < 255 {
		return float32(times)
	}
	return float32(chunk.Exactly(place))
}

// add notes a term, for flush to add it to all documents.
func (r *ranker) add(_ context.Context, t weighted) (float64, error) {
	field := keptField(t.field)
	term, err := r.view.Term(field, t.term)
	if err != nil {
		return 0, err
	}
	gain := r.gainOf(t, frequencyOf(term))
	r.noted = append(r.noted, covering{source{field: field, term: term, gain: float32(gain)}, r.expect(r.weigher, t, frequencyOf(term), gain)})
	return gain, nil
}

// covering is a source with what it adds to the coverage of a document.
type covering struct {
	source
	covers float32
}

// flush adds what was noted, one span after the other.
func (r *ranker) flush() {
	for _, span := range r.spans {
		for i := range r.noted {
			s := &r.noted[i]
			r.addSpan(&s.source, span)
			if s.covers == 0 {
				continue
			}
			for chunk := range s.term.Chunks(span) {
				cover(r.coverage[chunk.Base:], chunk, s.covers)
			}
		}
	}
	r.noted = nil
}

func cover(coverage []float32, chunk postings.Chunk, covers float32) {
	if chunk.Places != nil {
		for _, place := range chunk.Places {
			coverage[place] += covers
		}
		return
	}
	worth := [2]float32{0, covers}
	for i, times := range chunk.Times {
		coverage[i] += worth[min(times, 1)]
	}
}

func (r *ranker) raise(_ context.Context, t weighted, factor func(times float64) float64) error {
	r.flush()
	term, err := r.view.Term(keptField(t.field), t.term)
	for _, span := range r.spans {
		if err != nil {
			break
		}
		for chunk := range term.Chunks(span) {
			for i, times := range chunk.Times {
				if place := chunk.Place(i); times > 0 {
					r.scores[chunk.Base+place] *= float32(factor(float64(exactly(chunk, place, times))))
				}
			}
		}
	}
	return err
}

func (r *ranker) sheet() *board {
	r.flush()
	return &r.board
}
