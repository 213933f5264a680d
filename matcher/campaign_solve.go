package matcher

import (
	"context"
	"slices"

	"hongniang/internal/constraint"
	"hongniang/matcher/assign"
)

// relaxed says which limits hold.
type relaxed struct {
	without constraint.Reason // this one does not
	noQuota bool
	floor   float64
}

// solution is an answer with the edges that it chose from.
type solution struct {
	answer assign.Answer
	edges  [][]int // by need and edge: place in pairs
}

// given gives the pair that a need got, false for none.
func (t *pairing) given(s solution, need int) (pair, bool) {
	at := s.answer.Chosen[need]
	if at < 0 {
		return pair{}, false
	}
	return t.pairs[need][s.edges[need][at]], true
}

func (t *pairing) solve(ctx context.Context, limits relaxed) (solution, error) {
	p := assign.Problem{Edges: make([][]assign.Edge, len(t.pairs)), Room: t.room, Floor: limits.floor}
	if limits.noQuota || limits.without == constraint.OverQuota {
		p.Room = t.roomier(limits)
	}
	edges := make([][]int, len(t.pairs))
	for need, list := range t.pairs {
		for at, pair := range list {
			if slices.ContainsFunc(pair.bars, func(r constraint.Reason) bool { return r != limits.without }) {
				continue
			}
			p.Edges[need] = append(p.Edges[need], assign.Edge{Person: pair.person, Score: pair.points})
			edges[need] = append(edges[need], at)
		}
	}
	answer, err := assign.Solve(ctx, p)
	return solution{answer, edges}, err
}

// roomier gives the room of people whose quota is looked away from.
func (t *pairing) roomier(limits relaxed) []int {
	out := slices.Clone(t.room)
	for i := range out {
		if limits.noQuota {
			out[i] = max(out[i], len(t.pairs))
		} else {
			out[i] = max(out[i], t.campaign.Quota)
		}
	}
	return out
}

// costs solves the campaign again without each limit in turn. The last answer is
// the largest sum without a floor.
func (t *pairing) costs(ctx context.Context, plan solution, floor float64) ([]Cost, float64, error) {
	out := []Cost{}
	add := func(limit, label string, r relaxed) (float64, error) {
		other, err := t.solve(ctx, r)
		if err != nil {
			return 0, err
		}
		c := Cost{Limit: limit, Label: label, Score: score(other.answer.Total - plan.answer.Total), Needs: t.differ(plan, other)}
		if c.Score > 0 {
			out = append(out, c)
		}
		return score(other.answer.Total), nil
	}
	for _, reason := range t.reasons() {
		if _, err := add(string(reason), reason.Label(), relaxed{without: reason, floor: floor}); err != nil {
			return nil, 0, err
		}
	}
	if _, err := add("quota", "每人承接上限", relaxed{noQuota: true, floor: floor}); err != nil {
		return nil, 0, err
	}
	best, err := add("floor", "每项需求的保底", relaxed{})
	return out, best, err
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
	return slices.DeleteFunc(constraint.Reasons(), func(r constraint.Reason) bool { return !seen[r] })
}

// differ counts the needs that are worth more to somebody in the other plan.
func (t *pairing) differ(a, b solution) int {
	n := 0
	for need := range t.pairs {
		x, _ := t.given(a, need)
		y, _ := t.given(b, need)
		if y.points > x.points {
			n++
		}
	}
	return n
}
