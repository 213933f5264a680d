package indexer

import (
	"math"
	"slices"

	"hongniang/indexer/postings"
)

// pruneEvery is after how many sources the contenders are looked through for
// those that have fallen behind.
const pruneEvery = 8

// remainder is what sources can still add, from each on.
type remainder struct {
	bound []float64 // to one document at most
	count []int     // postings
}

func newRemainder(sources []source) remainder {
	out := remainder{make([]float64, len(sources)+1), make([]int, len(sources)+1)}
	for i := len(sources) - 1; i >= 0; i-- {
		out.bound[i] = out.bound[i+1] + sources[i].bound
		out.count[i] = out.count[i+1] + sources[i].count
	}
	return out
}

// contenders gives the places of all documents that can still come into the top,
// nil when they are so many that it is better to go on as before.
func (r *ranker) contenders(left remainder, at, top int) []int32 {
	var steps histogram
	for _, span := range r.spans {
		steps.count(r.scores[span.From:span.To])
	}
	least := steps.atLeast(top)*(1-slack) - float32(left.bound[at])*(1+slack)
	if least <= 0 {
		return nil
	}
	many := steps.above(least)
	if many*(len(left.bound)-1-at)*r.lookUp > left.count[at] {
		return nil
	}
	out := make([]int32, 0, many+len(r.also))
	for _, span := range r.spans {
		for i, score := range r.scores[span.From:span.To] {
			if score >= least {
				out = append(out, int32(span.From+i))
			}
		}
	}
	for place := range r.also {
		if r.scores[place] < least {
			out = append(out, place)
		}
	}
	if len(r.also) > 0 {
		slices.Sort(out)
	}
	return out
}

// finish adds the sources that are left to the contenders alone, dropping those
// that can no longer come into the top; left is what can still be added, from
// each source on.
func (r *ranker) finish(contenders []int32, sources []source, left []float64, top int) []numbered {
	values := floats.get(len(contenders))
	defer floats.put(values)
	for i, s := range sources {
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
		for i, worth := range r.meet(of, s.field, s.term, span, s.gain) {
			r.scores[of[i]] += worth
		}
	}
}

// meet gives what a term is worth in each of some documents of a span, by rising
// places; the list is good until the next call.
func (r *ranker) meet(places []int32, field int, t postings.Term, s postings.Span, gain float32) []float32 {
	r.met = slices.Grow(r.met[:0], len(places))[:len(places)]
	t.Look(s, places, r.met)
	c := r.curve(field, s.Kind)
	gain *= float32(r.scoring.K1 + 1)
	lengths := r.view.Lengths(field, s)
	for i, tf := range r.met {
		r.met[i] = gain * tf / (tf + c.flat + c.steep*lengths[int(places[i])-s.From])
	}
	return r.met
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

// kth gives the k-th largest of at least k values, k > 0, and mixes them up: the first k
// are the largest then.
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
