package assign_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
	"hongniang/matcher/assign"
)

// random makes a problem in which people are wanted by many.
func random(r *rand.Rand, needs, persons, edges int, floor float64) assign.Problem {
	p := assign.Problem{Edges: make([][]assign.Edge, needs), Room: make([]int, persons), Floor: floor}
	for i := range p.Room {
		p.Room[i] = r.IntN(4)
	}
	for i := range p.Edges {
		for _, person := range r.Perm(persons)[:r.IntN(min(edges, persons)+1)] {
			p.Edges[i] = append(p.Edges[i], assign.Edge{Person: person, Score: int64(r.IntN(6)) * 200})
		}
	}
	return p
}

// brute tries every assignment: as many needs at their floor as possible, then
// the largest sum. It works the floors out for itself.
func brute(p assign.Problem) (reached int, total int64) {
	best := make([]int64, len(p.Edges))
	for i, edges := range p.Edges {
		for _, e := range edges {
			if p.Room[e.Person] > 0 {
				best[i] = max(best[i], e.Score)
			}
		}
	}
	room := append([]int{}, p.Room...)
	reached, total = -1, -1
	var try func(i, at int, sum int64)
	try = func(i, at int, sum int64) {
		if i == len(p.Edges) {
			if p.Floor == 0 {
				at = 0
			}
			if at > reached || at == reached && sum > total {
				reached, total = at, sum
			}
			return
		}
		try(i+1, at, sum)
		for _, e := range p.Edges[i] {
			if room[e.Person] == 0 {
				continue
			}
			room[e.Person]--
			ok := 0
			if float64(e.Score) >= p.Floor*float64(best[i]) {
				ok = 1
			}
			try(i+1, at+ok, sum+e.Score)
			room[e.Person]++
		}
	}
	try(0, 0, 0)
	return reached, total
}

func TestSolveVersusBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	n := 0
	for range 6000 {
		for _, floor := range []float64{0, 0.8, 1} {
			p := random(r, 1+r.IntN(6), 1+r.IntN(4), 4, floor)
			got := solve(t, p)
			holds(t, p, got)
			reached, total := brute(p)
			if got.Total != total || floor > 0 && got.Reached != reached {
				t.Fatalf("%+v: sum %d with %d at the floor, want %d with %d", p, got.Total, got.Reached, total, reached)
			}
			n++
		}
	}
	t.Logf("%d random problems, each exactly as good as the best of all assignments", n)
}

func solve(t testing.TB, p assign.Problem) assign.Answer {
	t.Helper()
	a, err := assign.Solve(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// holds checks that an answer is an assignment at all.
func holds(t testing.TB, p assign.Problem, a assign.Answer) {
	t.Helper()
	used, total := make([]int, len(p.Room)), int64(0)
	for i, at := range a.Chosen {
		if at >= 0 {
			used[p.Edges[i][at].Person]++
			total += p.Edges[i][at].Score
		}
	}
	for person, n := range used {
		if n > p.Room[person] {
			t.Fatalf("person %d has %d needs and room for %d", person, n, p.Room[person])
		}
	}
	if total != a.Total {
		t.Fatalf("sum %d, said to be %d", total, a.Total)
	}
}

// A person whom two needs want most goes where the other choice is worse.
func TestSolveByHand(t *testing.T) {
	t.Parallel()
	p := assign.Problem{
		Edges: [][]assign.Edge{{{Person: 0, Score: 900}, {Person: 1, Score: 800}}, {{Person: 0, Score: 700}}, {}},
		Room:  []int{1, 1},
	}
	if diff := cmp.Diff(assign.Answer{Chosen: []int{1, 0, -1}, Total: 1500, Reached: 2}, solve(t, p)); diff != "" {
		t.Error(diff)
	}
	// With a floor, a smaller sum is taken where it spares a need a poor one.
	p = assign.Problem{
		Edges: [][]assign.Edge{{{Person: 0, Score: 1000}, {Person: 1, Score: 100}}, {{Person: 0, Score: 300}, {Person: 1, Score: 0}}},
		Room:  []int{1, 1},
	}
	if got := solve(t, p); got.Total != 1000 {
		t.Errorf("the largest sum is 1000, not %d", got.Total)
	}
}

func TestSolveRefuses(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]assign.Problem{
		"unknown person": {Edges: [][]assign.Edge{{{Person: 1, Score: 1}}}, Room: []int{1}},
		"negative score": {Edges: [][]assign.Edge{{{Person: 0, Score: -1}}}, Room: []int{1}},
		"large score":    {Edges: [][]assign.Edge{{{Person: 0, Score: assign.MaxScore + 1}}}, Room: []int{1}},
		"many needs":     {Edges: make([][]assign.Edge, assign.MaxNeeds+1)},
	} {
		if _, err := assign.Solve(t.Context(), p); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := assign.Solve(ctx, assign.Problem{Edges: make([][]assign.Edge, 1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled assignment answers %v", err)
	}
}

// town is a year's campaign: needs × people, quotas of 3, sixty trades of very
// different size. Within a trade people are wanted by every need, more or less;
// outside of it hardly.
func town(needs, persons int, floor float64) assign.Problem {
	r := rand.New(rand.NewPCG(7, 7))
	p := assign.Problem{Edges: make([][]assign.Edge, needs), Room: make([]int, persons), Floor: floor}
	trade, skill := make([]int, persons), make([]float64, persons)
	for i := range p.Room {
		p.Room[i], trade[i], skill[i] = 3, r.IntN(60), 0.4+0.6*r.Float64()
	}
	for i := range p.Edges {
		own := int(60 * math.Pow(r.Float64(), 3)) // many needs of few trades
		for person := range persons {
			fit := 0.15 * r.Float64()
			if trade[person] == own {
				fit = skill[person] * (0.7 + 0.3*r.Float64())
			}
			p.Edges[i] = append(p.Edges[i], assign.Edge{Person: person, Score: int64(1000 * fit)})
		}
	}
	return p
}

// The floor costs little: at least 99 % of the largest sum, and more needs reach
// 80 % of their best than with the largest sum alone. That no other assignment
// lets more reach it is what the brute force shows.
func TestFloorIsCheap(t *testing.T) {
	t.Parallel()
	best, fair := solve(t, town(400, 1652, 0)), solve(t, town(400, 1652, 0.8))
	holds(t, town(400, 1652, 0.8), fair)
	unfair := reachedBy(town(400, 1652, 0.8), best)
	t.Logf("400 needs, 1652 people, quota 3: largest sum %d with %d at 80 %% of their best; with the floor %d (%.4f of it) and %d",
		best.Total, unfair, fair.Total, float64(fair.Total)/float64(best.Total), fair.Reached)
	if fair.Reached < unfair || float64(fair.Total) < 0.99*float64(best.Total) {
		t.Errorf("sum %d of %d, %d needs at their floor", fair.Total, best.Total, fair.Reached)
	}
}

// reachedBy counts the needs of an answer at the floors of a problem.
func reachedBy(p assign.Problem, a assign.Answer) int {
	n, floors := 0, p.Floors()
	for i, at := range a.Chosen {
		if at >= 0 && p.Edges[i][at].Score >= floors[i] {
			n++
		}
	}
	return n
}

func BenchmarkSolve(b *testing.B) {
	p := town(400, 1652, 0.8)
	for b.Loop() {
		solve(b, p)
	}
}

func ExampleSolve() {
	p := assign.Problem{Edges: [][]assign.Edge{{{Person: 0, Score: 90}, {Person: 1, Score: 80}}, {{Person: 0, Score: 70}}}, Room: []int{1, 1}}
	a, err := assign.Solve(context.Background(), p)
	if err != nil {
		return
	}
	fmt.Println(a.Total, a.Chosen)
	// Output: 150 [1 0]
}
