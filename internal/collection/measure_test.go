package collection_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/internal/collection"
)

// four compares figures to four decimals.
var four = cmpopts.EquateApprox(0, 0.00005)

// ranking gives ids falling scores.
func ranking(ids ...string) []collection.Ranked {
	out := make([]collection.Ranked, len(ids))
	for i, id := range ids {
		out[i] = collection.Ranked{ID: id, Score: float64(-i)}
	}
	return out
}

func filler(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("filler%03d", i)
	}
	return out
}

// The figures are worked out by hand: DCG of b x a c with grades 1 - 3 0 is
// 1/1 + 7/2 = 4.5, the ideal of 3 2 1 0 is 7 + 3/1.58496 + 1/2 = 9.39279.
func TestScore(t *testing.T) {
	t.Parallel()
	graded := map[string]int{"a": 3, "b": 1, "c": 0, "d": 2}
	many := map[string]int{}
	for _, id := range filler(20) {
		many[id] = 1
	}
	for _, tt := range []struct {
		name    string
		measure collection.Measuring
		judged  map[string]int
		run     []collection.Ranked
		want    collection.Scores
	}{
		{"graded", collection.Measuring{}, graded, ranking("b", "x", "a", "c"), collection.Scores{NDCG: 0.4791, MRR: 1, Recall10: 0.6667, Recall100: 0.6667}},
		{"least grade", collection.Measuring{MinGrade: 2}, graded, ranking("b", "x", "a", "c"), collection.Scores{NDCG: 0.4791, MRR: 0.3333, Recall10: 0.5, Recall100: 0.5}},
		{"condensed", collection.Measuring{Condensed: true, MinGrade: 2}, graded, ranking("b", "x", "a", "c"), collection.Scores{NDCG: 0.5767, MRR: 0.5, Recall10: 0.5, Recall100: 0.5}},
		{"perfect", collection.Measuring{}, graded, ranking("a", "d", "b"), collection.Scores{NDCG: 1, MRR: 1, Recall10: 1, Recall100: 1}},
		{"missing", collection.Measuring{}, graded, nil, collection.Scores{}},
		{"given twice", collection.Measuring{}, graded, ranking("c", "a", "a", "a"), collection.Scores{NDCG: 7 / 1.58496 / 9.39279, MRR: 0.5, Recall10: 0.3333, Recall100: 0.3333}},
		{"twenty for ten places", collection.Measuring{}, many, ranking(filler(12)...), collection.Scores{NDCG: 1, MRR: 1, Recall10: 1, Recall100: 0.6}},
		{"eleventh", collection.Measuring{}, map[string]int{"a": 1}, ranking(append(filler(10), "a")...), collection.Scores{Recall100: 1}},
		{"beyond a hundred", collection.Measuring{}, map[string]int{"a": 1}, ranking(append(filler(100), "a")...), collection.Scores{}},
	} {
		got := tt.measure.Score(collection.Run{"q": tt.run}, collection.Judgements{"q": tt.judged}, []string{"q"})
		if diff := cmp.Diff(map[string]collection.Scores{"q": tt.want}, got, four); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// A query counts when it has a document of the least grade, whether the run has
// the query or not.
func TestScoreCounts(t *testing.T) {
	t.Parallel()
	judged := collection.Judgements{"good": {"a": 2}, "fair": {"a": 1}, "none": {"a": 0}}
	queries := []string{"good", "fair", "none", "unjudged"}
	for least, want := range map[int][]string{0: {"fair", "good"}, 1: {"fair", "good"}, 2: {"good"}, 3: {}} {
		scores := collection.Measuring{MinGrade: least}.Score(collection.Run{"good": ranking("a")}, judged, queries)
		got := []string{}
		for q := range scores {
			got = append(got, q)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("least grade %d (-want +got):\n%s", least, diff)
		}
	}
	all := collection.Measuring{}.Score(collection.Run{"good": ranking("a")}, judged, queries)
	if diff := cmp.Diff(collection.Scores{NDCG: 0.5, MRR: 0.5, Recall10: 0.5, Recall100: 0.5}, collection.Mean(all)); diff != "" {
		t.Errorf("mean (-want +got):\n%s", diff)
	}
	if got := collection.Mean(nil); got != (collection.Scores{}) {
		t.Errorf("mean of nothing: %v", got)
	}
}

// Order is by score, ties by id; it leaves its argument alone.
func TestOrder(t *testing.T) {
	t.Parallel()
	answered := []collection.Ranked{{"c", 1}, {"b", 2}, {"a", 1}, {"b", 3}, {"d", 2}}
	before := slices.Clone(answered)
	want := []collection.Ranked{{"b", 3}, {"d", 2}, {"a", 1}, {"c", 1}}
	if diff := cmp.Diff(want, collection.Measuring{}.Order(answered, nil)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:3], collection.Measuring{Condensed: true}.Order(answered, map[string]int{"d": 0, "a": 1})); diff != "" {
		t.Errorf("condensed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, answered); diff != "" {
		t.Errorf("the argument was changed (-before +after):\n%s", diff)
	}
}

// For random judgements and rankings: every measure is within 0 and 1, the
// perfect ranking has 1, swapping equals changes nothing, and moving a better
// document up never lowers nDCG.
func TestScoreProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		judged, ids := map[string]int{}, filler(2+r.IntN(30))
		for _, id := range ids {
			judged[id] = r.IntN(4)
		}
		judged[ids[0]] = 1 + r.IntN(3)
		r.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
		score := func() collection.Scores {
			return collection.Measuring{}.Score(collection.Run{"q": ranking(ids...)}, collection.Judgements{"q": judged}, []string{"q"})["q"]
		}
		shuffled := score()
		for _, v := range []float64{shuffled.NDCG, shuffled.MRR, shuffled.Recall10, shuffled.Recall100} {
			if v < 0 || v > 1 || math.IsNaN(v) {
				t.Fatalf("out of bounds: %+v", shuffled)
			}
		}
		i, j := r.IntN(len(ids)), r.IntN(len(ids))
		i, j = min(i, j), max(i, j)
		better := judged[ids[j]] - judged[ids[i]]
		ids[i], ids[j] = ids[j], ids[i]
		if after := score().NDCG; better == 0 && after != shuffled.NDCG || better > 0 && after < shuffled.NDCG || better < 0 && after > shuffled.NDCG {
			t.Fatalf("nDCG %f → %f after a swap by %d grades", shuffled.NDCG, after, better)
		}
		slices.SortStableFunc(ids, func(a, b string) int { return judged[b] - judged[a] })
		if perfect := score(); math.Abs(perfect.NDCG-1) > 1e-12 || perfect.MRR != 1 || perfect.Recall10 != 1 || perfect.Recall100 != 1 {
			t.Fatalf("a perfect ranking has %+v", perfect)
		}
	}
}

func TestNDCG(t *testing.T) {
	t.Parallel()
	got := collection.NDCG(map[string]collection.Scores{"a": {NDCG: .25, MRR: 1}, "b": {}})
	if diff := cmp.Diff(map[string]float64{"a": .25, "b": 0}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
