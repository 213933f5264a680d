package indexer

import (
	"math"
	"slices"

	"hongniang/indexer/postings"
)

// pruneEvery is after how many sources the contenders are looked through for
// those that have fallen behind.
const pruneEvery = 8

// finish adds the sources that are left to the contenders alone, dropping those
// that can no longer come into the top; left is what can still be added, from
// each source on.
func (r *ranker) finish(contenders []int32, sources []source, left []float64, top int) []numbered {
	var values []float32
	for i, s := range sources {
		if s.near != nil {
			r.makeRoom()
		}
		if i%pruneEvery == 0 && len(contenders) > top {
			values = values[:0]
			for _, place := range contenders {
				values = append(values, r.scores[place])
			}
			least := kth(values, top)*(1-slack) - float32(left[i])*(1+slack)
			contenders = slices.DeleteFunc(contenders, func(place int32) bool { return r.scores[place] < least && !r.also[place] })
		}
		r.addTo(contenders, s)
	}
	all := make([]numbered, 0, len(contenders))
	for _, place := range contenders {
		if r.scores[place] > 0 {
			all = append(all, numbered{int(place), r.scores[place]})
		}
	}
	return all
}

// addTo adds a source to documents given by rising places.
func (r *ranker) addTo(places []int32, s source) {
	at := 0
	for _, span := range r.spans {
		from := at
		for at < len(places) && int(places[at]) < span.To {
			at++
		}
		if from == at {
			continue
		}
		of := places[from:at]
		if s.near != nil {
			r.addNearTo(of, s, span)
			continue
		}
		r.meet(of, s.field, s.term, span, s.gain, func(place int32, score float32) { r.scores[place] += score })
	}
}

// addNearTo is addNear for a few documents of a span.
func (r *ranker) addNearTo(places []int32, s source, span postings.Span) {
	r.meet(places, s.field, s.term, span, 0, func(place int32, _ float32) { r.has[place] = true })
	for _, n := range s.near {
		r.meet(places, s.field, n.term, span, n.gain, func(place int32, score float32) {
			if more := score - r.nearest[place]; more > 0 && !r.has[place] {
				r.scores[place] += more
				r.nearest[place] = score
			}
		})
	}
	for _, place := range places {
		r.has[place], r.nearest[place] = false, 0
	}
}

// meet hands over those postings of a span that are of the given places, rising.
func (r *ranker) meet(places []int32, field int, t postings.Term, s postings.Span, gain float32, each func(place int32, score float32)) {
	c := r.curve(field, s.Kind)
	gain *= float32(r.scoring.K1 + 1)
	at := 0
	for chunk := range t.Chunks(s) {
		lengths := chunk.Lengths(field)
		worth := func(place int, times uint8) float32 {
			tf := exactly(chunk, place, times)
			return gain * tf / (tf + c.flat + c.steep*lengths[place])
		}
		if chunk.Places == nil {
			for ; at < len(places) && int(places[at])-chunk.Base < len(chunk.Times); at++ {
				if i := int(places[at]) - chunk.Base; i >= 0 && chunk.Times[i] > 0 {
					each(places[at], worth(i, chunk.Times[i]))
				}
			}
			continue
		}
		i, last := 0, int(chunk.Places[len(chunk.Places)-1])
		for ; at < len(places) && int(places[at])-chunk.Base <= last; at++ {
			place := int(places[at]) - chunk.Base
			if place < 0 {
				continue
			}
			if i = seek(chunk.Places, i, uint16(place)); int(chunk.Places[i]) == place {
				each(places[at], worth(place, chunk.Times[i]))
			}
		}
	}
}

// seek gives the first index from i on whose place is not before the wanted one;
// there is one.
func seek(places []uint16, i int, want uint16) int {
	step := 1
	for i+step < len(places) && places[i+step] < want {
		i += step
		step *= 2
	}
	low, high := i, min(i+step, len(places)-1)
	for low < high {
		if mid := int(uint(low+high) >> 1); places[mid] < want {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// histogram counts scores by steps of about 3 %: the bits of a positive float
// rise with it. What is not positive is counted in its first step and its second
// half, where nobody looks.
type histogram [1 << 14]int32

// negative is the first step of negative scores.
const negative = len(histogram{}) / 2

const stepBits = 18

func (h *histogram) count(scores []float32) {
	for _, s := range scores {
		h[math.Float32bits(s)>>stepBits]++
	}
}

// atLeast gives a score that at least top documents reach, 0 when fewer have
// any, and no more than 3 % below the highest such.
func (h *histogram) atLeast(top int) float32 {
	n := 0
	for step := negative - 1; step > 0; step-- {
		if n += int(h[step]); n >= top && n > 0 {
			return math.Float32frombits(uint32(step) << stepBits)
		}
	}
	return 0
}

// above counts the documents that reach a score, and up to 3 % less.
func (h *histogram) above(score float32) int {
	n := 0
	for _, c := range h[max(1, math.Float32bits(score)>>stepBits):negative] {
		n += int(c)
	}
	return n
}

// kth gives the k-th largest of more than k values, k > 0, and mixes them up.
func kth(values []float32, k int) float32 {
	low, high, want := 0, len(values)-1, k-1
	for low < high {
		pivot, i, j := values[(low+high)/2], low, high
		for i <= j {
			for values[i] > pivot {
				i++
			}
			for values[j] < pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case want <= j:
			high = j
		case want >= i:
			low = i
		default:
			return values[want]
		}
	}
	return values[want]
}
