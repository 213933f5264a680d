package matcher

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/search"
)

// randomPairing is who fits whom by chance: some barred, some pinned, some ruled
// out, with people of any room.
func randomPairing(r *rand.Rand, needs, people int) *pairing {
	t := &pairing{place: map[string]int{}, campaign: Campaign{Quota: 1 + r.IntN(4), Quotas: map[string]int{}, Alternates: r.IntN(6), Floor: 0.8}}
	for i := range people {
		t.people = append(t.people, search.ID(catalog.KindExpert, fmt.Sprint("ZJ-", i)))
		t.room = append(t.room, r.IntN(5))
	}
	reasons := append(constraint.Reasons(), campaign.Distant, campaign.Met, campaign.Banned)
	free := &gate{need: constraint.NewOrganisations().Case(constraint.Need{}, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))}
	for i := range needs {
		code := fmt.Sprint("XQ-", i)
		t.campaign.Needs = append(t.campaign.Needs, &catalog.Need{Meta: catalog.Meta{Code: code}, Title: code})
		var list []pair
		for _, person := range r.Perm(people)[:r.IntN(min(people, 60)+1)] {
			p := pair{person: person, found: found{id: t.people[person], chance: r.Float64()}}
			p.points = int64(100_000 * p.found.chance)
			if r.IntN(4) == 0 {
				p.bars = []constraint.Reason{reasons[r.IntN(len(reasons))]}
			}
			list = append(list, p)
		}
		slices.SortFunc(list, func(a, b pair) int { return int(b.points - a.points) })
		t.pairs, t.cases = append(t.pairs, list), append(t.cases, free)
		if len(list) > 0 && r.IntN(6) == 0 {
			_, person := search.SplitID(list[r.IntN(len(list))].found.id)
			t.campaign.Pins = append(t.campaign.Pins, campaign.Pair{Need: code, Person: person})
		}
	}
	t.pin()
	return t
}

// planOf makes a plan of a pairing as Plan does, but for the names.
func planOf(t *testing.T, table *pairing) Plan {
	t.Helper()
	ctx := t.Context()
	solved, err := table.solve(ctx, relaxed{floor: table.campaign.Floor})
	if err != nil {
		t.Fatal(err)
	}
	others, err := table.others(ctx, solved, table.campaign.Floor)
	if err != nil {
		t.Fatal(err)
	}
	plan := Plan{Total: score(table.total(solved)), Floor: table.campaign.Floor}
	table.price(&plan, solved, others)
	if err := table.prove(ctx, &plan, solved); err != nil {
		t.Fatal(err)
	}
	used := make([]int, len(table.people))
	for need := range table.pairs {
		if p, ok := table.given(solved, need); ok {
			used[p.person]++
		}
	}
	for need := range table.pairs {
		plan.Needs = append(plan.Needs, table.placed(&plan, solved, need, used))
	}
	return plan
}

// TestPlansKeepEveryLimit: whatever the pairs are, a plan gives nobody more than
// he has room for, nobody who is barred or ruled out, whom the broker decided on
// where he may be, alternates who have room left, and every need what it was
// promised.
func TestPlansKeepEveryLimit(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	pairs, pinned, below, costs := 0, 0, 0, 0
	for pairs < 120_000 {
		table := randomPairing(r, 1+r.IntN(120), 1+r.IntN(80))
		plan := planOf(t, table)
		used := map[string]int{}
		for _, n := range plan.Needs {
			if n.Person != nil {
				used[n.Person.Code]++
			}
		}
		for i, n := range plan.Needs {
			pairs += checkPlaced(t, table, plan, i, used)
			if n.Pinned {
				pinned++
			}
			if n.Below {
				below++
				if n.Why == "" {
					t.Fatalf("%s is below its floor without a word", n.Need)
				}
			}
		}
		if plan.Kept != plan.Placed || plan.Total > plan.Best+0.1*float64(len(plan.Needs)) && len(table.campaign.Pins) == 0 {
			t.Fatalf("%d of %d have what was promised, %.1f of %.1f", plan.Kept, plan.Placed, plan.Total, plan.Best)
		}
		costs += len(plan.Costs)
	}
	if pinned < 500 || below < 500 || costs < 500 {
		t.Errorf("%d pinned, %d below, %d costs: the test tests little", pinned, below, costs)
	}
	t.Logf("%d pairs in plans, 0 violations; %d pinned, %d below the floor of their own best, %d costs", pairs, pinned, below, costs)
}

// checkPlaced checks a need of a plan and counts its people.
func checkPlaced(t *testing.T, table *pairing, plan Plan, need int, used map[string]int) int {
	t.Helper()
	n := plan.Needs[need]
	people := n.Alternates
	if n.Person != nil {
		people = append([]campaign.Helper{*n.Person}, people...)
	}
	for k, h := range people {
		at := slices.IndexFunc(table.pairs[need], func(p pair) bool { return p.found.id == search.ID(catalog.KindExpert, h.Code) })
		if at < 0 {
			t.Fatalf("%s: %s does not fit at all", n.Need, h.Code)
		}
		p := table.pairs[need][at]
		room, alternate := table.room[p.person], k > 0 || n.Person == nil
		if len(p.bars) > 0 || used[h.Code] > room || alternate && used[h.Code] >= room {
			t.Fatalf("%s: %s is barred by %v, or has %d of %d", n.Need, h.Code, p.bars, used[h.Code], room)
		}
		for _, other := range people[:k] {
			if other.Code == h.Code {
				t.Fatalf("%s names %s twice", n.Need, h.Code)
			}
		}
	}
	for _, p := range table.campaign.Pins {
		if p.Need == n.Need && n.Pinned && (n.Person == nil || n.Person.Code != p.Person) {
			t.Fatalf("%s goes to %+v and not to %s", n.Need, n.Person, p.Person)
		}
	}
	return len(people)
}
