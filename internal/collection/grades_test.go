package collection

import (
	"math"
	"math/rand/v2"
	"testing"

	"hongniang/internal/errs"
)

func errorOf(c Cuts, pairs []Pair) float64 {
	sum := 0.0
	for _, p := range pairs {
		sum += math.Abs(float64(c.Grade(p.Strength) - min(p.Grade, topGrade)))
	}
	return sum
}

// leastError tries every three cuts at the strengths and above them all.
func leastError(pairs []Pair) float64 {
	places := []float64{math.Inf(1)}
	for _, p := range pairs {
		places = append(places, p.Strength)
	}
	least := math.Inf(1)
	for _, a := range places {
		for _, b := range places {
			for _, c := range places {
				if a <= b && b <= c {
					least = min(least, errorOf(Cuts{a, b, c}, pairs))
				}
			}
		}
	}
	return least
}

// The fast way finds cuts as good as trying all of them, also with many equal
// strengths.
func TestFitCutsAgainstAllCuts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		pairs := make([]Pair, 1+random.IntN(14))
		for i := range pairs {
			s := random.IntN(8)
			pairs[i] = Pair{Strength: float64(s) / 8, Grade: max(0, min(5, s/2+random.IntN(4)-2))}
		}
		cuts := FitCuts(pairs)
		if cuts[0] > cuts[1] || cuts[1] > cuts[2] {
			t.Errorf("%v do not rise", cuts)
		}
		if got, want := errorOf(cuts, pairs), leastError(pairs); got != want {
			t.Errorf("%v: error %g, the least is %g, for %v", cuts, got, want, pairs)
		}
	}
}

func TestGrade(t *testing.T) {
	t.Parallel()
	var clear, blind []Pair
	for i := range 80 {
		grade := i % 4
		clear = append(clear, Pair{Strength: float64(grade) + float64(i)/1000, Grade: grade, Fold: i / 16})
		blind = append(blind, Pair{Strength: 1, Grade: grade, Fold: i / 16})
	}
	got, err := Grade(clear)
	if err != nil || got.Score != 1 || got.Constant != 0.5 {
		t.Errorf("grades that strengths tell: %+v, %v", got, err)
	}
	if got, err = Grade(blind); err != nil || got.Score != got.Constant {
		t.Errorf("grades that strengths do not tell: %+v, %v", got, err)
	}
	if _, err = Grade(clear[:3]); errs.As(err) == nil || errs.As(err).Code != "collection.few_needs" {
		t.Error(err)
	}
}

// Cuts are fitted without the fold that they are measured on: where each fold
// has a scale of its own, they fail.
func TestGradeIsHeldOut(t *testing.T) {
	t.Parallel()
	var pairs []Pair
	for fold, grade := range []int{0, 3} {
		for range 10 {
			pairs = append(pairs, Pair{Strength: float64(fold), Grade: grade, Fold: fold})
		}
	}
	if got, err := Grade(pairs); err != nil || got.Score != 0.25 {
		t.Errorf("%+v, %v", got, err)
	}
	if got := errorOf(FitCuts(pairs), pairs); got != 0 {
		t.Errorf("fitted to all: error %g", got)
	}
}
