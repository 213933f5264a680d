package matcher_test

import (
	"math"
	"testing"
	"time"

	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

func demoNeeds(t testing.TB, w *world) []*catalog.Need {
	t.Helper()
	var out []*catalog.Need
	for _, code := range everyNeed(t, w) {
		out = append(out, w.need(t, code))
	}
	return out
}

// A campaign over all demo needs: nobody beyond his room or against the limits,
// alternates who still have room, sums that add up.
func TestPlanOfDemo(t *testing.T) {
	w := demoData(t)
	o := newOracle(t, w)
	needs := demoNeeds(t, w)
	for _, quota := range []int{1, 3} {
		plan, err := w.matcher.Plan(t.Context(), matcher.Campaign{Needs: needs, Quota: quota, Alternates: 3})
		if err != nil {
			t.Fatal(err)
		}
		sum, used := 0.0, map[string]int{}
		for _, n := range plan.Needs {
			if n.Person != nil {
				sum += n.Person.Score
				used[n.Person.Code]++
			}
		}
		for i, n := range plan.Needs {
			placedRightly(t, o, needs[i], n, used, quota)
		}
		if plan.People != len(used) || math.Abs(sum-plan.Total) > 0.1*float64(len(needs)) || plan.Best < plan.Total || plan.Placed < 60 {
			t.Errorf("quota %d: %d people, sum %.1f of %.1f, %d placed; counted %d, %.1f", quota, plan.People, plan.Total, plan.Best, plan.Placed, len(used), sum)
		}
		for _, c := range plan.Costs {
			if c.Score <= 0 && c.Needs <= 0 || c.Label == c.Limit { // needs come before the sum
				t.Errorf("quota %d: cost %+v", quota, c)
			}
		}
		t.Logf("quota %d: %d of %d needs placed, %d at their floor, sum %.1f of at most %.1f; costs %+v", quota, plan.Placed, len(needs), plan.Reached, plan.Total, plan.Best, plan.Costs)
	}
}

func placedRightly(t *testing.T, o *oracle, need *catalog.Need, n campaign.Placed, used map[string]int, quota int) {
	t.Helper()
	helpers := n.Alternates
	if n.Person != nil {
		helpers = append([]campaign.Helper{*n.Person}, helpers...)
	}
	if n.Need != need.Code || (n.Person == nil) && n.Why == "" {
		t.Errorf("%s: %+v", need.Code, n)
	}
	for i, h := range helpers {
		room := quota
		if a := o.experts[h.Code].Availability; a != nil && a.MaxActiveCases > 0 {
			room = min(room, a.MaxActiveCases)
		}
		alternate := i > 0 || n.Person == nil
		if used[h.Code] > room || alternate && used[h.Code] >= room {
			t.Errorf("%s: %s takes %d of %d", need.Code, h.Code, used[h.Code], room)
		}
		if bars := o.bars(need, o.experts[h.Code]); len(bars) > 0 || h.Name == "" || h.Score > n.Best || h.Band == string(matcher.Insufficient) {
			t.Errorf("%s: %+v, barred %v, best %.1f", need.Code, h, bars, n.Best)
		}
	}
}

// Only who takes part is given anything.
func TestPlanAmongSome(t *testing.T) {
	w := demoData(t)
	some := []string{"ZJ-2026-A001", "ZJ-2026-A015", "ZJ-2026-C009"}
	plan, err := w.matcher.Plan(t.Context(), matcher.Campaign{Needs: demoNeeds(t, w), People: some, Quota: 2})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range plan.Needs {
		if n.Person != nil && n.Person.Code != some[0] && n.Person.Code != some[1] && n.Person.Code != some[2] {
			t.Errorf("%s takes no part", n.Person.Code)
		}
	}
	if plan.Placed == 0 || plan.Placed > 6 {
		t.Errorf("three people who take two each take %d", plan.Placed)
	}
}

func TestPlanRefuses(t *testing.T) {
	w := demoData(t)
	needs := []*catalog.Need{w.need(t, "XQ-2026-A001")}
	for name, c := range map[string]matcher.Campaign{
		"nothing":          {},
		"a negative quota": {Needs: needs, Quota: -1},
		"many alternates":  {Needs: needs, Alternates: campaign.MaxAlternates + 1},
		"no number":        {Needs: needs, Floor: math.NaN()},
		"too many people":  {Needs: needs, People: make([]string, campaign.MaxPeople+1)},
	} {
		if _, err := w.matcher.Plan(t.Context(), c); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkPlan is a whole campaign over the demo needs, ranking included.
func BenchmarkPlan(b *testing.B) {
	w := demoData(b)
	needs := demoNeeds(b, w)
	for b.Loop() {
		if _, err := w.matcher.Plan(b.Context(), matcher.Campaign{Needs: needs, Alternates: 2}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCampaign is a year's campaign: 400 needs and 1,652 people, quotas of 3,
// ranking included. What the plan came to is logged.
func BenchmarkCampaign(b *testing.B) {
	w := newRandomWorld(b, 3, 1652, 400)
	w.matcher.Now = time.Now
	for b.Loop() {
		plan, err := w.matcher.Plan(b.Context(), matcher.Campaign{Needs: w.needs, Quota: 3, Alternates: 2})
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d needs, %d people fit any: ranked in %d ms, assigned in %d ms; %d placed, %d at 80 %% of their own best, %d at 80 %% of what is feasible, %.4f of the largest sum, %d bottlenecks, common floor %.3f",
			len(plan.Needs), plan.Considered, plan.RankMillis, plan.SolveMillis, plan.Placed, plan.Reached, plan.Kept, plan.Share(), len(plan.Bottlenecks), plan.CommonFloor)
	}
}
