package collection

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Depths of the measures.
const (
	depth     = 10
	deepDepth = 100
)

// Measuring says how a run is measured.
type Measuring struct {
	// Condensed drops documents that nobody judged before anything is measured.
	Condensed bool
	// MinGrade is the grade from which a document counts as relevant for MRR and
	// recall; 0 means 1. A query without one does not count.
	MinGrade int
}

// Scores are the measures of one query, or their means, each 0 to 1.
type Scores struct {
	// NDCG is nDCG@10 with gains 2^grade − 1 and discounts log2(rank + 1): Järvelin
	// and Kekäläinen, ACM TOIS 20(4), 2002, with the gains of Burges et al., 2005.
	NDCG float64
	// MRR is 1 / rank of the first relevant document among the first ten.
	MRR float64
	// Recall10 is the relevant ones among the first ten, of the most that ten
	// places could hold; Recall100 those among the first hundred, of all.
	Recall10, Recall100 float64
}

func (m Measuring) least() int { return max(1, m.MinGrade) }

// Relevant tells whether a grade counts for MRR and recall.
func (m Measuring) Relevant(grade int) bool { return grade >= m.least() }

// Counts tells whether a query with these judgements is measured.
func (m Measuring) Counts(judged map[string]int) bool { return m.relevant(judged) > 0 }

func (m Measuring) relevant(judged map[string]int) int {
	n := 0
	for _, grade := range judged {
		if m.Relevant(grade) {
			n++
		}
	}
	return n
}

// Order puts what a run answered to one query into the order that is measured:
// by score, ties by id; a document given twice keeps its best place; unjudged
// ones are dropped when Condensed. The argument is left as it is.
func (m Measuring) Order(answered []Ranked, judged map[string]int) []Ranked {
	sorted := slices.Clone(answered)
	slices.SortFunc(sorted, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	seen := make(map[string]bool, len(sorted))
	return slices.DeleteFunc(sorted, func(r Ranked) bool {
		_, isJudged := judged[r.ID]
		drop := seen[r.ID] || m.Condensed && !isJudged
		seen[r.ID] = true
		return drop
	})
}

// Score measures a run for those of queries that count; a query missing from
// the run scores 0.
func (m Measuring) Score(run Run, judged Judgements, queries []string) map[string]Scores {
	out := map[string]Scores{}
	for _, q := range queries {
		if m.Counts(judged[q]) {
			out[q] = m.score(m.Order(run[q], judged[q]), judged[q])
		}
	}
	return out
}

func (m Measuring) score(ranked []Ranked, judged map[string]int) Scores {
	grades := make([]int, len(ranked))
	for i, r := range ranked {
		grades[i] = judged[r.ID]
	}
	ideal := slices.SortedFunc(maps.Values(judged), func(a, b int) int { return b - a })
	wanted := m.relevant(judged)
	return Scores{
		NDCG:      dcg(grades) / dcg(ideal),
		MRR:       m.reciprocalRank(grades),
		Recall10:  m.hits(grades, depth) / float64(min(depth, wanted)),
		Recall100: m.hits(grades, deepDepth) / float64(wanted),
	}
}

// dcg sums the discounted gains of the first ten grades.
func dcg(grades []int) float64 {
	sum := 0.0
	for i, g := range grades[:min(depth, len(grades))] {
		sum += (math.Exp2(float64(g)) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

func (m Measuring) reciprocalRank(grades []int) float64 {
	if i := slices.IndexFunc(grades[:min(depth, len(grades))], m.Relevant); i >= 0 {
		return 1 / float64(i+1)
	}
	return 0
}

func (m Measuring) hits(grades []int, within int) float64 {
	n := 0.0
	for _, g := range grades[:min(within, len(grades))] {
		if m.Relevant(g) {
			n++
		}
	}
	return n
}

// Mean is the mean over queries; of none it is 0. It adds in the order of the
// ids, so that the same scores give the same last digit.
func Mean(all map[string]Scores) Scores {
	var sum Scores
	for _, q := range slices.Sorted(maps.Keys(all)) {
		s := all[q]
		sum.NDCG += s.NDCG
		sum.MRR += s.MRR
		sum.Recall10 += s.Recall10
		sum.Recall100 += s.Recall100
	}
	n := float64(max(1, len(all)))
	return Scores{NDCG: sum.NDCG / n, MRR: sum.MRR / n, Recall10: sum.Recall10 / n, Recall100: sum.Recall100 / n}
}

// NDCG gives the nDCG@10 of each query, as Compare takes it.
func NDCG(all map[string]Scores) map[string]float64 {
	out := make(map[string]float64, len(all))
	for q, s := range all {
		out[q] = s.NDCG
	}
	return out
}
