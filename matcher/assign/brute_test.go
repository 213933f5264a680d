package assign_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hongniang/matcher/assign"
)

// every calls visit with every assignment: by need a place in its edges or -1.
func every(p assign.Problem, visit func(chosen []int)) {
	room, chosen := append([]int{}, p.Room...), make([]int, len(p.Edges))
	var try func(i int)
	try = func(i int) {
		if i == len(p.Edges) {
			visit(chosen)
			return
		}
		chosen[i] = -1
		try(i + 1)
		for at, e := range p.Edges[i] {
			if room[e.Person] > 0 {
				room[e.Person]--
				chosen[i] = at
				try(i + 1)
				room[e.Person]++
			}
		}
	}
	try(0)
}

// worthOf gives the score of a need in an assignment, -1 for nobody.
func worthOf(p assign.Problem, chosen []int, need int) int64 {
	if chosen[need] < 0 {
		return -1
	}
	return p.Edges[need][chosen[need]].Score
}

// reaches tells whether a score is the floor's part of another.
func reaches(p assign.Problem, score, best int64) bool {
	return score >= 0 && float64(score) >= p.Floor*float64(best)
}

// ownBest is by need the best score as if nobody else wanted anything.
func ownBest(p assign.Problem) []int64 {
	out := make([]int64, len(p.Edges))
	for i, edges := range p.Edges {
		out[i] = -1
		for _, e := range edges {
			if p.Room[e.Person] > 0 {
				out[i] = max(out[i], e.Score)
			}
		}
	}
	return out
}

// first checks what the first round promises: as many served, and of these as
// many at the floor of their own best, as any assignment has.
func first(t *testing.T, p assign.Problem, got assign.Answer) {
	t.Helper()
	best, most, reached := ownBest(p), 0, 0
	every(p, func(chosen []int) {
		served, at := 0, 0
		for i := range chosen {
			if score := worthOf(p, chosen, i); score >= 0 {
				served++
				if reaches(p, score, best[i]) {
					at++
				}
			}
		}
		if served > most || served == most && at > reached {
			most, reached = served, at
		}
	})
	served := 0
	for _, at := range got.Chosen {
		if at >= 0 {
			served++
		}
	}
	if served != most || got.Reached != reached || got.Short != 0 {
		t.Fatalf("%+v: %d served, %d at their floor, %d short; %d and %d can be", p, served, got.Reached, got.Short, most, reached)
	}
}

// round checks one round of an answer by trying everything that keeps the rounds
// before: what is feasible, and that as many as can be reach its floor.
func round(t *testing.T, p assign.Problem, got assign.Answer, n int) {
	t.Helper()
	keeps := func(chosen []int) bool {
		for i := range chosen {
			score := worthOf(p, chosen, i)
			if got.Chosen[i] >= 0 && score < 0 || got.Round[i] > 0 && got.Round[i] < n && !reaches(p, score, got.Feasible[i]) {
				return false
			}
		}
		return true
	}
	feasible := make([]int64, len(p.Edges))
	every(p, func(chosen []int) {
		if keeps(chosen) {
			for i := range chosen {
				feasible[i] = max(feasible[i], worthOf(p, chosen, i))
			}
		}
	})
	if n == 1 {
		feasible = ownBest(p)
	}
	most, have := 0, 0
	every(p, func(chosen []int) {
		if !keeps(chosen) {
			return
		}
		at := 0
		for i := range chosen {
			if got.Round[i] >= n && reaches(p, worthOf(p, chosen, i), feasible[i]) {
				at++
			}
		}
		most = max(most, at)
	})
	for i := range p.Edges {
		if got.Round[i] == n {
			have++
			if got.Feasible[i] != feasible[i] || !reaches(p, worthOf(p, got.Chosen, i), feasible[i]) {
				t.Fatalf("%+v: need %d gets %d of %d, feasible is %d", p, i, worthOf(p, got.Chosen, i), got.Feasible[i], feasible[i])
			}
		}
	}
	if n > 1 && have != most {
		t.Fatalf("%+v: round %d settles %d, %d can be", p, n, have, most)
	}
}

// largest is the largest sum of the assignments that keep every promise of an
// answer.
func largest(p assign.Problem, got assign.Answer) int64 {
	best := int64(-1)
	every(p, func(chosen []int) {
		sum := int64(0)
		for i := range chosen {
			score := worthOf(p, chosen, i)
			if p.Floor > 0 && (got.Chosen[i] >= 0) != (score >= 0) || p.Floor > 0 && score >= 0 && !reaches(p, score, got.Feasible[i]) {
				return
			}
			sum += max(score, 0)
		}
		best = max(best, sum)
	})
	return best
}

func TestSolveVersusBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	n, later := 0, 0
	for range 2500 {
		for _, floor := range []float64{0, 0.8, 1} {
			p := random(r, 1+r.IntN(5), 1+r.IntN(4), 4, floor)
			got := solve(t, p)
			holds(t, p, got)
			if floor > 0 {
				first(t, p, got)
				for k := 1; k <= slices.Max(got.Round); k++ {
					round(t, p, got, k)
				}
				later += max(0, slices.Max(got.Round)-1)
			}
			if want := largest(p, got); got.Total != want {
				t.Fatalf("%+v: sum %d, want %d", p, got.Total, want)
			}
			n++
		}
	}
	if later < 100 {
		t.Errorf("only %d rounds behind the first: the test tests little", later)
	}
	t.Logf("%d random problems with %d rounds behind the first, each as good as the best of all assignments", n, later)
}

// Bottlenecks prove what is missed: no assignment has more at their own floors
// than they leave, and one has as many.
func TestBottlenecksVersusBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	found := 0
	for range 2000 {
		p := random(r, 1+r.IntN(6), 1+r.IntN(4), 4, 0.8)
		list, err := assign.Bottlenecks(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		best, lists := ownBest(p), len(p.Edges)
		inNeeds, inPeople := map[int]bool{}, map[int]bool{}
		for _, b := range list {
			lists -= len(b.Needs) - b.Places
			found++
			for _, person := range b.People {
				if inPeople[person] {
					t.Fatalf("%+v: person %d stands in two", p, person)
				}
				inPeople[person] = true
			}
			for _, need := range b.Needs {
				if inNeeds[need] {
					t.Fatalf("%+v: need %d stands in two", p, need)
				}
				inNeeds[need] = true
				for _, e := range p.Edges[need] {
					if p.Room[e.Person] > 0 && reaches(p, e.Score, best[need]) && !slices.Contains(b.People, e.Person) {
						t.Fatalf("%+v: person %d is good enough for %d and not named in %+v", p, e.Person, need, b)
					}
				}
			}
		}
		for _, own := range best {
			if own < 0 {
				lists--
			}
		}
		most := 0
		every(p, func(chosen []int) {
			at := 0
			for i := range chosen {
				if reaches(p, worthOf(p, chosen, i), best[i]) {
					at++
				}
			}
			most = max(most, at)
		})
		if most != lists {
			t.Fatalf("%+v: %d can reach their floor, %+v leaves %d", p, most, list, lists)
		}
	}
	t.Logf("%d bottlenecks", found)
}

// The common floor is the largest that all can reach.
func TestCommonFloorVersusBruteForce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for range 1500 {
		p := random(r, 1+r.IntN(5), 1+r.IntN(4), 4, 0)
		got, err := assign.CommonFloor(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		best, most, want := ownBest(p), 0, 1.0
		every(p, func(chosen []int) {
			served, least := 0, 1.0
			for i := range chosen {
				if score := worthOf(p, chosen, i); score >= 0 {
					served++
					if best[i] > 0 {
						least = min(least, float64(score)/float64(best[i]))
					}
				}
			}
			if served > most || served == most && least > want {
				most, want = served, least
			}
		})
		if math.Abs(float64(got)/1000-want) > 0.001 {
			t.Fatalf("%+v: common floor %d, want %.3f", p, got, want)
		}
	}
}
