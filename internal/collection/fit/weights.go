package fit

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"

	"hongniang/matcher"
)

// The kinds of sets.
const (
	result = "result"
	expert = "expert"
)

// tuned is a weight that is learned.
type tuned struct {
	name string
	of   func(*matcher.Weights) *float64
	most float64
	// off is whether the weight can be left out; on is tried when it is out.
	off bool
	on  float64
}

// tunedByKind are few weights, each of which says something: with a hundred
// judged needs more would only learn the needs by heart. Those left out move
// the order little (k1) or are held as the unit of the rest (title).
func tunedByKind(kind string) []tuned {
	if kind == expert {
		return []tuned{
			{"profiles.words", func(w *matcher.Weights) *float64 { return &w.Profiles.Words }, 5, true, 0.5},
			{"profiles.bigrams", func(w *matcher.Weights) *float64 { return &w.Profiles.Bigrams }, 5, true, 1},
			{"profiles.characters", func(w *matcher.Weights) *float64 { return &w.Profiles.Characters }, 5, true, 0.5},
			{"profiles.b", func(w *matcher.Weights) *float64 { return &w.Profiles.B }, 1, true, 0.5},
			{"vote", func(w *matcher.Weights) *float64 { return &w.Vote }, 5, true, 1},
		}
	}
	return []tuned{
		{"documents.words", func(w *matcher.Weights) *float64 { return &w.Documents.Words }, 5, true, 0.5},
		{"documents.bigrams", func(w *matcher.Weights) *float64 { return &w.Documents.Bigrams }, 5, true, 1},
		{"documents.characters", func(w *matcher.Weights) *float64 { return &w.Documents.Characters }, 5, true, 0.5},
		{"text", func(w *matcher.Weights) *float64 { return &w.Text }, 10, true, 1},
		{"text_length", func(w *matcher.Weights) *float64 { return &w.TextLength }, 2, true, 0.5},
		{"documents.need_power", func(w *matcher.Weights) *float64 { return &w.Documents.NeedPower }, 2, true, 0.5},
		{"documents.repeat", func(w *matcher.Weights) *float64 { return &w.Documents.Repeat }, 1, true, 0.5},
		{"documents.idf_power", func(w *matcher.Weights) *float64 { return &w.Documents.IDFPower }, 3, false, 1},
	}
}

// tunedFor lists the weights that sets can teach, in the order of a seed.
func tunedFor(sets []Set, seed uint64) []tuned {
	var out []tuned
	for _, kind := range []string{result, expert} {
		if slices.ContainsFunc(sets, func(s Set) bool { return s.Kind == kind }) {
			out = append(out, tunedByKind(kind)...)
		}
	}
	if seed != 0 {
		slices.SortFunc(out, func(a, b tuned) int { return cmp.Compare(lot(seed, a.name), lot(seed, b.name)) })
	}
	return out
}

// lot draws a place in the order.
func lot(seed uint64, name string) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", seed, name)
	return h.Sum64()
}

// steps are by what a weight is multiplied, either way; a way is gone on until it
// gets worse.
func steps() [][]float64 { return [][]float64{{0.7, 0.5}, {1.4, 2}} }

// ways lists the values to try from one, each way in turn.
func (t tuned) ways(from float64) [][]float64 {
	if from == 0 {
		return [][]float64{{t.on}}
	}
	var out [][]float64
	for _, way := range steps() {
		var values []float64
		for _, by := range way {
			if value := min(from*by, t.most); value != from && !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
		out = append(out, values)
	}
	if t.off {
		out = append(out, []float64{0})
	}
	return out
}

// with gives weights in which one has another value.
func (t tuned) with(w matcher.Weights, value float64) matcher.Weights {
	*t.of(&w) = value
	return w
}

// changes lists the weights that differ.
func (l *learner) changes(from, to matcher.Weights) []Change {
	var out []Change
	for _, t := range l.tuned {
		if a, b := *t.of(&from), *t.of(&to); a != b {
			out = append(out, Change{Weight: t.name, From: a, To: b})
		}
	}
	return out
}
