package collection

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"hongniang/internal/errs"
)

// UsefulGrade is the grade from which staff call a pair fairly strong, and
// which a calibrated chance is the chance of.
const UsefulGrade = 2

// Pair is a judged candidate with the strength that a ranking gave it.
type Pair struct {
	Query    string
	Strength float64 // comparable between queries, 0 and up
	Grade    int
	Fold     int // of its query in cross-validation, from 0
}

func (p Pair) useful() bool { return p.Grade >= UsefulGrade }

// Pairs joins a run with judgements, in the order of query, then document. A
// judged document that the run did not answer gets strength 0; missing says how
// many: in a whole run they share nothing with their query.
func Pairs(run Run, judged Judgements) (pairs []Pair, missing int) {
	for _, query := range slices.Sorted(maps.Keys(judged)) {
		strengths := map[string]float64{}
		for _, r := range run[query] {
			strengths[r.ID] = max(strengths[r.ID], r.Score)
		}
		for _, id := range slices.Sorted(maps.Keys(judged[query])) {
			s, answered := strengths[id]
			if !answered {
				missing++
			}
			pairs = append(pairs, Pair{Query: query, Strength: s, Grade: judged[query][id]})
		}
	}
	return pairs, missing
}

// Part sets the folds of pairs, k at most, twins in one (see Folds). Without the
// queries, or for those that are missing, each id is a need of its own. It
// answers how many folds there are.
func Part(pairs []Pair, queries []Query, k int) int {
	asked := map[string]Query{}
	for _, p := range pairs {
		asked[p.Query] = Query{ID: p.Query, Title: p.Query}
	}
	for _, q := range queries {
		if _, judged := asked[q.ID]; judged {
			asked[q.ID] = q
		}
	}
	list := slices.SortedFunc(maps.Values(asked), func(a, b Query) int { return cmp.Compare(a.ID, b.ID) })
	place, folds := map[string]int{}, Folds(list, k)
	for i, fold := range folds {
		for _, q := range fold {
			place[q.ID] = i
		}
	}
	for i := range pairs {
		pairs[i].Fold = place[pairs[i].Query]
	}
	return len(folds)
}

// Logistic turns a strength into the chance of a useful grade:
// 1 / (1 + exp(−(Intercept + Slope · strength^Power))).
type Logistic struct{ Intercept, Slope, Power float64 }

// Of gives the chance of a strength, 0 to 1.
func (l Logistic) Of(strength float64) float64 {
	return 1 / (1 + math.Exp(-(l.Intercept + l.Slope*math.Pow(max(0, strength), l.Power))))
}

// powers are tried for Logistic.Power.
var powers = []float64{0.5, 0.7, 1}

// Fit fits a Logistic to sets of pairs, each set weighing the same however
// large. Targets are those of Platt, *Probabilistic outputs for support vector
// machines*, 1999, which keep the fit finite when a bound parts the grades
// without fault; the power is the most likely of 0.5, 0.7 and 1. Errors:
// errs.Invalid (collection.one_sided) when not both kinds of grades are there.
func Fit(sets ...[]Pair) (Logistic, error) {
	points := weighed(sets)
	if len(points) == 0 || points[0].target == points[len(points)-1].target {
		return Logistic{}, errs.New(errs.Invalid, "collection.one_sided",
			"校准既要有 2 级以上的评判，也要有 2 级以下的评判，这里缺了一种；请补充评判，或检查评判文件。")
	}
	best, least := Logistic{}, math.Inf(1)
	for _, power := range powers {
		if l, loss := newton(points, power); loss < least {
			best, least = l, loss
		}
	}
	return best, nil
}

// point is a pair as the fit sees it.
type point struct{ strength, target, weight float64 }

// weighed lists the pairs of all sets, the useful ones first.
func weighed(sets [][]Pair) []point {
	sets = slices.DeleteFunc(slices.Clone(sets), func(s []Pair) bool { return len(s) == 0 })
	total := 0
	for _, set := range sets {
		total += len(set)
	}
	var useful, useless []point
	positive := 0.0
	for _, set := range sets {
		weight := float64(total) / float64(len(sets)*len(set))
		for _, p := range set {
			if p.useful() {
				positive += weight
				useful = append(useful, point{strength: max(0, p.Strength), weight: weight})
			} else {
				useless = append(useless, point{strength: max(0, p.Strength), weight: weight})
			}
		}
	}
	for i := range useful {
		useful[i].target = (positive + 1) / (positive + 2)
	}
	for i := range useless {
		useless[i].target = 1 / (float64(total) - positive + 2)
	}
	return append(useful, useless...)
}

// newton minimises the loss for one power, with the step halved until the loss
// falls: Lin, Lin and Weng, *A note on Platt's probabilistic outputs for support
// vector machines*, Machine Learning 68, 2007.
func newton(points []point, power float64) (Logistic, float64) {
	const rounds, enough = 100, 1e-9
	points = slices.Clone(points)
	for i, p := range points {
		points[i].strength = math.Pow(p.strength, power)
	}
	l := Logistic{Power: power}
	loss, slopes := l.loss(points)
	for range rounds {
		da, db := slopes.step()
		for step := 1.0; ; step /= 2 {
			next := Logistic{l.Intercept - step*da, l.Slope - step*db, power}
			lower, there := next.loss(points)
			if lower < loss-enough {
				l, loss, slopes = next, lower, there
				break
			}
			if step < 1e-3 {
				return l, loss
			}
		}
	}
	return l, loss
}

// slopes are the first and second derivatives of a loss.
type slopes struct{ a, b, aa, ab, bb float64 }

// step is the Newton step, with a ridge that keeps the matrix regular.
func (d slopes) step() (intercept, slope float64) {
	const ridge = 1e-12
	det := (d.aa+ridge)*(d.bb+ridge) - d.ab*d.ab
	return ((d.bb+ridge)*d.a - d.ab*d.b) / det, ((d.aa+ridge)*d.b - d.ab*d.a) / det
}

// loss is the negative log likelihood of the targets, for points whose strengths
// have the power already.
func (l Logistic) loss(points []point) (float64, slopes) {
	sum, d := 0.0, slopes{}
	for _, p := range points {
		z := l.Intercept + l.Slope*p.strength
		small := math.Exp(-math.Abs(z))
		sum += p.weight * (max(z, 0) + math.Log1p(small) - p.target*z)
		chance := 1 / (1 + small)
		if z < 0 {
			chance = 1 - chance
		}
		g, h := p.weight*(chance-p.target), p.weight*chance*(1-chance)
		d.a, d.b = d.a+g, d.b+g*p.strength
		d.aa, d.ab, d.bb = d.aa+h, d.ab+h*p.strength, d.bb+h*p.strength*p.strength
	}
	return sum, d
}

// HeldOut gives the pairs of each set the chances of a Logistic that was fitted
// to the other folds of all sets (see Part). Errors: as for Fit, and
// collection.few_needs when all pairs are in one fold.
func HeldOut(sets ...[]Pair) ([][]Forecast, error) {
	out := make([][]Forecast, len(sets))
	for _, fold := range foldsOf(sets...) {
		rest := make([][]Pair, len(sets))
		for i, set := range sets {
			rest[i] = outside(set, fold)
		}
		if len(slices.Concat(rest...)) == 0 {
			return nil, fewNeeds()
		}
		l, err := Fit(rest...)
		if err != nil {
			return nil, err
		}
		for i, set := range sets {
			out[i] = append(out[i], Forecasts(inside(set, fold), l.Of)...)
		}
	}
	return out, nil
}

func fewNeeds() error {
	return errs.New(errs.Invalid, "collection.few_needs", "交叉验证至少要有两条不同的需求有评判。")
}

func foldsOf(sets ...[]Pair) []int {
	var folds []int
	for _, p := range slices.Concat(sets...) {
		folds = append(folds, p.Fold)
	}
	slices.Sort(folds)
	return slices.Compact(folds)
}

func inside(pairs []Pair, fold int) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return p.Fold != fold })
}

func outside(pairs []Pair, fold int) []Pair {
	return slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return p.Fold == fold })
}
