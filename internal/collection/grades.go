package collection

import (
	"cmp"
	"math"
	"slices"
)

// topGrade is the highest grade that is predicted; higher ones count as it.
const topGrade = 3

// Cuts are three strengths, rising, that part the grades 0 to 3.
type Cuts [topGrade]float64

// Grade predicts the grade of a strength.
func (c Cuts) Grade(strength float64) int {
	grade := 0
	for _, least := range c {
		if strength >= least {
			grade++
		}
	}
	return grade
}

// FitCuts gives the cuts with the least mean absolute error over pairs, exactly:
// every place between two different strengths is tried for each.
func FitCuts(pairs []Pair) Cuts {
	sorted := slices.Clone(pairs)
	slices.SortStableFunc(sorted, func(a, b Pair) int { return cmp.Compare(a.Strength, b.Strength) })
	// cost[g] is the least error of the pairs so far, when the last is given grade g;
	// begun[g] holds where grades 1 to g begin in that case.
	var cost [topGrade + 1]float64
	var begun [topGrade + 1][topGrade]int
	for i, p := range sorted {
		if i == 0 || sorted[i-1].Strength < p.Strength {
			for g := 1; g <= topGrade; g++ {
				if cost[g-1] < cost[g] || i == 0 {
					cost[g], begun[g] = cost[g-1], begun[g-1]
					begun[g][g-1] = i
				}
			}
		}
		for g := range cost {
			cost[g] += math.Abs(float64(min(p.Grade, topGrade) - g))
		}
	}
	least := 0
	for g := range cost {
		if cost[g] < cost[least] {
			least = g
		}
	}
	return cutsAt(sorted, begun[least], least)
}

// cutsAt puts each cut halfway between the strengths on both sides; grades above
// most are never predicted.
func cutsAt(sorted []Pair, begun [topGrade]int, most int) Cuts {
	var out Cuts
	for g := range out {
		switch i := begun[g]; {
		case g >= most:
			out[g] = math.Inf(1)
		case i == 0:
			out[g] = math.Inf(-1)
		default:
			out[g] = (sorted[i-1].Strength + sorted[i].Strength) / 2
		}
	}
	return out
}

// Grading is how well grades are told from strengths.
type Grading struct {
	// Cuts are fitted to all pairs.
	Cuts Cuts
	// Score is 1 / (1 + mean absolute error) over pairs of folds that the cuts
	// were not fitted to; Constant is the same for the one grade that is best
	// over the other folds.
	Score, Constant float64
}

// Grade measures by cross-validation over the folds of pairs (see Part). Errors:
// errs.Invalid (collection.few_needs) when there are not two folds.
func Grade(pairs []Pair) (Grading, error) {
	folds := foldsOf(pairs)
	if len(folds) < 2 {
		return Grading{}, fewNeeds()
	}
	wrong, constant := 0.0, 0.0
	for _, fold := range folds {
		rest := outside(pairs, fold)
		cuts, usual := FitCuts(rest), median(rest)
		for _, p := range inside(pairs, fold) {
			grade := min(p.Grade, topGrade)
			wrong += math.Abs(float64(cuts.Grade(p.Strength) - grade))
			constant += math.Abs(float64(usual - grade))
		}
	}
	n := float64(len(pairs))
	return Grading{Cuts: FitCuts(pairs), Score: 1 / (1 + wrong/n), Constant: 1 / (1 + constant/n)}, nil
}

// median is the one grade with the least mean absolute error.
func median(pairs []Pair) int {
	grades := make([]int, len(pairs))
	for i, p := range pairs {
		grades[i] = min(p.Grade, topGrade)
	}
	slices.Sort(grades)
	return grades[len(grades)/2]
}
