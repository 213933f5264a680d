package collection_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/collection"
)

// With n equal differences only the two outcomes with all signs equal are as
// large: p = 2 / 2ⁿ. Figures of the sampled test lie within .015 of the exact.
func TestCompare(t *testing.T) {
	t.Parallel()
	series := func(values ...float64) map[string]float64 {
		out := map[string]float64{}
		for i, v := range values {
			out[fmt.Sprint(i)] = v
		}
		return out
	}
	for _, tt := range []struct {
		name          string
		a, b          map[string]float64
		difference, p float64
	}{
		{"nothing", nil, nil, 0, 1},
		{"nothing in common", map[string]float64{"x": 1}, map[string]float64{"y": 1}, 0, 1},
		{"the same", series(.1, .2, .3), series(.1, .2, .3), 0, 1},
		{"one query", series(.1), series(.6), .5, 1},
		{"two queries", series(.1, .1), series(.6, .6), .5, .5},
		{"five queries", series(0, 0, 0, 0, 0), series(.5, .5, .5, .5, .5), .5, .0625},
		{"five worse", series(.5, .5, .5, .5, .5), series(0, 0, 0, 0, 0), -.5, .0625},
		{"for and against", series(.2, .4), series(.4, .2), 0, 1},
		// |±.3 ±.2 ±.1| ≥ .4 in 4 of 8 cases.
		{"one against", series(0, 0, .1), series(.3, .2, 0), .4 / 3, .5},
	} {
		difference, p := collection.Compare(tt.a, tt.b)
		if math.Abs(difference-tt.difference) > 1e-12 || math.Abs(p-tt.p) > .015 {
			t.Errorf("%s: %f, p %f, want %f, p %f", tt.name, difference, p, tt.difference, tt.p)
		}
		if _, again := collection.Compare(tt.a, tt.b); again != p {
			t.Errorf("%s: p %f, then %f", tt.name, p, again)
		}
		if back, same := collection.Compare(tt.b, tt.a); math.Abs(back+difference) > 1e-12 || same != p {
			t.Errorf("%s the other way: %f, p %f", tt.name, back, same)
		}
	}
}

// A hundred queries, so that more than one word of signs is drawn: alternating
// differences mean nothing, a lasting one does.
func TestCompareMany(t *testing.T) {
	t.Parallel()
	zero, alternating, lasting := map[string]float64{}, map[string]float64{}, map[string]float64{}
	for i := range 100 {
		id := fmt.Sprint(i)
		zero[id], alternating[id], lasting[id] = 0, .1-.2*float64(i%2), .1
	}
	if _, p := collection.Compare(zero, alternating); p != 1 {
		t.Errorf("alternating: p %f", p)
	}
	if _, p := collection.Compare(zero, lasting); p != 0 {
		t.Errorf("lasting: p %f", p)
	}
}

func queriesOf(n int) []collection.Query {
	var out []collection.Query
	for i := range n {
		out = append(out, collection.Query{ID: fmt.Sprint("q", i), Title: fmt.Sprint("需求", i)})
	}
	return out
}

// Every query stands in one fold, folds differ by one at most, and neither the
// order nor another run changes who is with whom.
func TestFolds(t *testing.T) {
	t.Parallel()
	queries := queriesOf(23)
	folds := collection.Folds(queries, 5)
	seen, sizes := map[string]bool{}, []int{}
	for _, fold := range folds {
		sizes = append(sizes, len(fold))
		for _, q := range fold {
			seen[q.ID] = true
		}
	}
	slices.Sort(sizes)
	if diff := cmp.Diff([]int{4, 4, 5, 5, 5}, sizes); diff != "" || len(seen) != 23 {
		t.Errorf("%d queries (-want +got):\n%s", len(seen), diff)
	}
	slices.Reverse(queries)
	backwards := collection.Folds(queries, 5)
	for _, fold := range backwards {
		slices.Reverse(fold)
	}
	if diff := cmp.Diff(folds, backwards); diff != "" {
		t.Errorf("another order (-first +second):\n%s", diff)
	}
}

func TestFoldsKeepTwinsTogether(t *testing.T) {
	t.Parallel()
	queries := append(queriesOf(6),
		collection.Query{ID: "t1", Title: "需求0 "}, collection.Query{ID: "t2", Title: " 需求0", Text: "别的正文"},
		collection.Query{ID: "u1", Text: "只有正文"}, collection.Query{ID: "u2", Text: "另一段正文"}, collection.Query{ID: "u3", Text: "只有正文"})
	fold := map[string]int{}
	for i, f := range collection.Folds(queries, 4) {
		for _, q := range f {
			fold[q.ID] = i
		}
	}
	if fold["q0"] != fold["t1"] || fold["q0"] != fold["t2"] || fold["u1"] != fold["u3"] {
		t.Errorf("twins are apart: %v", fold)
	}
	if fold["u1"] == fold["u2"] {
		t.Errorf("queries without a title are taken for twins: %v", fold)
	}
}

func TestFoldsFew(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ queries, k, want int }{{0, 5, 0}, {3, 5, 3}, {3, 0, 1}, {3, -1, 1}, {3, 1, 1}} {
		if got := collection.Folds(queriesOf(tt.queries), tt.k); len(got) != tt.want {
			t.Errorf("%d queries in %d folds: %d", tt.queries, tt.k, len(got))
		}
	}
}
