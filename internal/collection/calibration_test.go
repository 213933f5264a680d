package collection

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

// population draws pairs that a Logistic describes exactly: at each strength the
// share of useful grades is its chance, to one in five hundred.
func population(l Logistic, top float64) []Pair {
	var out []Pair
	const steps, each = 20, 500
	for i := range steps {
		s := top * float64(i) / (steps - 1)
		useful := int(math.Round(each * l.Of(s)))
		for n := range each {
			p := Pair{Query: fmt.Sprintf("q%d", n%7), Strength: s, Grade: 1, Fold: n % 7}
			if n < useful {
				p.Grade = 3
			}
			out = append(out, p)
		}
	}
	return out
}

func TestFitFindsWhatMadeThePairs(t *testing.T) {
	t.Parallel()
	for _, want := range []Logistic{{-3.6, 8.7, 1}, {-8.4, 10.3, 0.5}, {-2, 3, 0.7}, {1, -4, 1}} {
		got, err := Fit(population(want, 1.2))
		if err != nil {
			t.Fatal(err)
		}
		if got.Power != want.Power || math.Abs(got.Intercept-want.Intercept) > 0.05 || math.Abs(got.Slope-want.Slope) > 0.1 {
			t.Errorf("got %v, want %v", got, want)
		}
	}
}

// Nothing near the fit is more likely.
func TestFitIsABest(t *testing.T) {
	t.Parallel()
	pairs := []Pair{{Strength: .1}, {Strength: .2, Grade: 1}, {Strength: .25, Grade: 2}, {Strength: .4}, {Strength: .6, Grade: 3}, {Strength: 1.1, Grade: 2}}
	best, err := Fit(pairs)
	if err != nil {
		t.Fatal(err)
	}
	points := weighed([][]Pair{pairs})
	raised := weighed([][]Pair{pairs})
	for i, p := range raised {
		raised[i].strength = math.Pow(p.strength, best.Power)
	}
	least, _ := best.loss(raised)
	for _, d := range []Logistic{{.01, 0, 0}, {-.01, 0, 0}, {0, .01, 0}, {0, -.01, 0}} {
		if near := (Logistic{best.Intercept + d.Intercept, best.Slope + d.Slope, best.Power}); better(near, raised, least) {
			t.Errorf("%v is more likely than %v", near, best)
		}
	}
	for _, power := range powers {
		if _, loss := newton(points, power); loss < least {
			t.Errorf("power %g is more likely than %g", power, best.Power)
		}
	}
}

func better(l Logistic, points []point, than float64) bool {
	loss, _ := l.loss(points)
	return loss < than
}

// A set that is ten times as large weighs no more.
func TestSetsWeighTheSame(t *testing.T) {
	t.Parallel()
	steep, flat := population(Logistic{-6, 12, 1}, 1), population(Logistic{-1, 1, 1}, 1)
	var tenfold []Pair
	for range 10 {
		tenfold = append(tenfold, steep...)
	}
	once, err := Fit(steep, flat, nil)
	if err != nil {
		t.Fatal(err)
	}
	often, err := Fit(tenfold, flat)
	if err != nil {
		t.Fatal(err)
	}
	if once.Power != often.Power || math.Abs(once.Intercept-often.Intercept) > 0.01 || math.Abs(once.Slope-often.Slope) > 0.01 {
		t.Errorf("once %v, ten times %v", once, often)
	}
}

// Grades that a bound parts without fault give a fit all the same, and a chance
// that is never certain.
func TestFitOfPartedGrades(t *testing.T) {
	t.Parallel()
	got, err := Fit([]Pair{{Strength: 0}, {Strength: .1}, {Strength: .8, Grade: 2}, {Strength: .9, Grade: 3}})
	if err != nil {
		t.Fatal(err)
	}
	if low, high := got.Of(.1), got.Of(.8); !(low > 0.05 && low < 0.4 && high > 0.6 && high < 0.95) {
		t.Errorf("%v gives %.3f and %.3f", got, low, high)
	}
}

func TestFitNeedsBothKindsOfGrades(t *testing.T) {
	t.Parallel()
	for name, pairs := range map[string][]Pair{"none": nil, "no useful one": {{Grade: 1}, {}}, "useful ones only": {{Grade: 2}, {Grade: 3}}} {
		if _, err := Fit(pairs); errs.As(err) == nil || errs.As(err).Code != "collection.one_sided" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	run := Run{"a": {{"1", .2}, {"1", .5}, {"3", .9}}, "z": {{"1", 1}}}
	got, missing := Pairs(run, Judgements{"b": {"1": 2}, "a": {"2": 1, "1": 3}})
	want := []Pair{{Query: "a", Strength: .5, Grade: 3}, {Query: "a", Grade: 1}, {Query: "b", Grade: 2}}
	if diff := cmp.Diff(want, got); diff != "" || missing != 2 {
		t.Errorf("%d missing, (-want +got):\n%s", missing, diff)
	}
}

// Twins share a fold; a need without a query is its own.
func TestPart(t *testing.T) {
	t.Parallel()
	var pairs []Pair
	var queries []Query
	for i := range 12 {
		id := fmt.Sprintf("q%d", i)
		pairs = append(pairs, Pair{Query: id}, Pair{Query: id, Grade: 2})
		if i < 8 {
			queries = append(queries, Query{ID: id, Title: fmt.Sprintf("need %d", i/2)})
		}
	}
	queries = append(queries, Query{ID: "unjudged", Title: "need 0"})
	if n := Part(pairs, queries, 4); n != 4 {
		t.Fatalf("%d folds", n)
	}
	fold := map[string]int{}
	sizes := map[int]int{}
	for _, p := range pairs {
		if before, seen := fold[p.Query]; seen && before != p.Fold {
			t.Errorf("%s is in two folds", p.Query)
		}
		fold[p.Query] = p.Fold
		sizes[p.Fold]++
	}
	for i := 0; i < 8; i += 2 {
		if a, b := fmt.Sprintf("q%d", i), fmt.Sprintf("q%d", i+1); fold[a] != fold[b] {
			t.Errorf("the twins %s and %s are parted", a, b)
		}
	}
	if diff := cmp.Diff(map[int]int{0: 6, 1: 6, 2: 6, 3: 6}, sizes); diff != "" {
		t.Errorf("pairs by fold (-want +got):\n%s", diff)
	}
	if n := Part(pairs[:2], nil, 5); n != 1 {
		t.Errorf("one need makes %d folds", n)
	}
}

// The chances of a fold come from the other folds alone, of all sets.
func TestHeldOut(t *testing.T) {
	t.Parallel()
	first, second := population(Logistic{-3, 7, 1}, 1), population(Logistic{-1, 2, 1}, 1)
	for i := range first {
		if first[i].Fold == 0 {
			first[i].Grade = 3 // what the fit of fold 0 must not see
		}
	}
	got, err := HeldOut(first, second)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Fit(outside(first, 0), outside(second, 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(got[0]) != len(first) || len(got[1]) != len(second) {
		t.Fatalf("%d and %d forecasts", len(got[0]), len(got[1]))
	}
	if diff := cmp.Diff(Forecasts(inside(first, 0), want.Of), got[0][:len(inside(first, 0))]); diff != "" {
		t.Errorf("fold 0 (-want +got):\n%s", diff)
	}
}

func TestHeldOutNeedsTwoNeeds(t *testing.T) {
	t.Parallel()
	_, err := HeldOut([]Pair{{Query: "a", Grade: 2}, {Query: "a"}})
	if errs.As(err) == nil || errs.As(err).Code != "collection.few_needs" {
		t.Error(err)
	}
	_, err = HeldOut([]Pair{{Grade: 2, Fold: 0}, {Fold: 1}})
	if errs.As(err) == nil || errs.As(err).Code != "collection.one_sided" {
		t.Error(err)
	}
}
