package matcher

import (
	"cmp"
	"context"
	"math"
	"slices"

	"hongniang/internal/campaign"
	"hongniang/internal/constraint"
	"hongniang/matcher/assign"
)

// relaxed says which limits hold.
type relaxed struct {
	without constraint.Reason // this one does not
	noQuota bool
	noPins  bool
	floor   float64
}

// solution is an answer with the edges that it chose from.
type solution struct {
	answer assign.Answer
	edges  [][]int // by need and edge: place in pairs
	chosen []int   // by need: place in pairs, -1 for nobody; pins among them
}

// given gives the pair that a need got, false for none.
func (t *pairing) given(s solution, need int) (pair, bool) {
	at := s.chosen[need]
	if at < 0 {
		return pair{}, false
	}
	return t.pairs[need][at], true
}

func (t *pairing) total(s solution) int64 {
	sum := int64(0)
	for need := range t.pairs {
		p, _ := t.given(s, need)
		sum += p.points
	}
	return sum
}

// problem gives what is left to decide beside the pins, with the place in pairs
// of every edge.
func (t *pairing) problem(limits relaxed) (assign.Problem, [][]int) {
	p := assign.Problem{Edges: make([][]assign.Edge, len(t.pairs)), Room: t.roomWith(limits), Floor: limits.floor}
	edges := make([][]int, len(t.pairs))
	for need, list := range t.pairs {
		if t.pinned(need, limits) {
			continue
		}
		for at, pair := range list {
			if slices.ContainsFunc(pair.bars, func(r constraint.Reason) bool { return r != limits.without }) || pair.points == 0 {
				continue
			}
			p.Edges[need] = append(p.Edges[need], assign.Edge{Person: pair.person, Score: pair.points})
			edges[need] = append(edges[need], at)
		}
	}
	return p, edges
}

func (t *pairing) pinned(need int, limits relaxed) bool {
	return t.pins[need].at >= 0 && !limits.noPins
}

// roomWith gives the room that the pins leave, and that of people whose quota is
// looked away from.
func (t *pairing) roomWith(limits relaxed) []int {
	out := slices.Clone(t.room)
	for i := range out {
		switch {
		case limits.noQuota:
			out[i] = max(out[i], len(t.pairs))
		case limits.without == constraint.OverQuota:
			out[i] = max(out[i], t.campaign.Quota)
		}
	}
	for need := range t.pairs {
		if t.pinned(need, limits) {
			out[t.pairs[need][t.pins[need].at].person]--
		}
	}
	return out
}

func (t *pairing) solve(ctx context.Context, limits relaxed) (solution, error) {
	p, edges := t.problem(limits)
	answer, err := assign.Solve(ctx, p)
	if err != nil {
		return solution{}, err
	}
	s := solution{answer: answer, edges: edges, chosen: make([]int, len(t.pairs))}
	for need, at := range answer.Chosen {
		switch s.chosen[need] = -1; {
		case t.pinned(need, limits):
			s.chosen[need] = t.pins[need].at
		case at >= 0:
			s.chosen[need] = edges[need][at]
		}
	}
	return s, nil
}

// other is the campaign solved again without one limit.
type other struct {
	limit, label string
	solution     solution
}

const noFloor = "floor" // the other solution in which the sum alone counts

// others solves the campaign again without each limit in turn.
func (t *pairing) others(ctx context.Context, plan solution, floor float64) ([]other, error) {
	var out []other
	add := func(limit, label string, r relaxed) error {
		s, err := t.solve(ctx, r)
		out = append(out, other{limit, label, s})
		return err
	}
	for _, reason := range t.reasons() {
		if err := add(string(reason), campaign.Label(reason), relaxed{without: reason, floor: floor}); err != nil {
			return nil, err
		}
	}
	if slices.ContainsFunc(t.pins, func(p pin) bool { return p.at >= 0 }) {
		if err := add("pins", "红娘指定的人选", relaxed{noPins: true, floor: floor}); err != nil {
			return nil, err
		}
	}
	if err := add("quota", "每人承接上限", relaxed{noQuota: true, floor: floor}); err != nil {
		return nil, err
	}
	return out, add(noFloor, "每项需求的保底", relaxed{})
}

// reasons lists those that bar anybody.
func (t *pairing) reasons() []constraint.Reason {
	seen := map[constraint.Reason]bool{}
	for _, list := range t.pairs {
		for _, p := range list {
			for _, r := range p.bars {
				seen[r] = true
			}
		}
	}
	return slices.DeleteFunc(campaign.Reasons(), func(r constraint.Reason) bool { return !seen[r] })
}

// price says what each limit costs, in all and by need.
func (t *pairing) price(plan *campaign.Plan, s solution, others []other) {
	plan.Costs = []campaign.Cost{}
	for _, o := range others {
		sum := t.total(o.solution)
		if o.limit == noFloor {
			plan.Best = score(sum)
		}
		c := campaign.Cost{Limit: o.limit, Label: o.label, Score: score(sum - t.total(s)), Lines: t.lines(s, o.solution)}
		for _, l := range c.Lines {
			if l.Without > l.Now {
				c.Needs++
			}
		}
		if c.Score > 0 || placedOf(o.solution) > placedOf(s) {
			plan.Costs = append(plan.Costs, c)
		}
	}
}

func placedOf(s solution) int {
	n := 0
	for _, at := range s.chosen {
		if at >= 0 {
			n++
		}
	}
	return n
}

// lines gives the needs that two solutions give different scores.
func (t *pairing) lines(a, b solution) []campaign.CostLine {
	out := []campaign.CostLine{}
	for need := range t.pairs {
		x, _ := t.given(a, need)
		y, _ := t.given(b, need)
		if line := (campaign.CostLine{Need: t.campaign.Needs[need].Code, Now: score(x.points), Without: score(y.points)}); line.Now != line.Without {
			line.Without, line.Now = math.Round(10*line.Without)/10, math.Round(10*line.Now)/10
			out = append(out, line)
		}
	}
	slices.SortStableFunc(out, func(x, y campaign.CostLine) int { return cmp.Compare(y.Without-y.Now, x.Without-x.Now) })
	return out
}
