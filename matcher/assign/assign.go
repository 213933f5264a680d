// Package assign gives each of many needs one of many people so that the sum of
// scores is as large as it can be: exact min-cost flow by successive shortest
// paths, over integers, so that the answer is the same on every machine.
package assign

import (
	"context"
	"fmt"

	"hongniang/internal/errs"
)

// Edge says that a need may be given to a person.
type Edge struct {
	Person int   // place in Problem.Room
	Score  int64 // what it is worth, 0..MaxScore
}

// Bounds of a problem, far below where sums of int64 overflow.
const (
	MaxScore = 1_000_000
	MaxNeeds = 100_000
)

// Problem is who may be given what.
type Problem struct {
	Edges [][]Edge // by need; who is not named must not be given it
	Room  []int    // by person: how many needs at most
	// Floor is the part, 0 to 1, of a need's best score below which it should not
	// be put off. First as many needs as possible reach their floor; of all ways
	// to do that, the one with the largest sum is taken. 0: the sum alone counts.
	Floor float64
}

// Answer is a best assignment.
type Answer struct {
	Chosen  []int // by need: place in its Edges, -1 for nobody
	Total   int64 // sum of the scores
	Reached int   // needs at or above their floor; those that nobody may be given count not
}

// Solve finds a best assignment. Its time grows with needs × edges, mostly far
// less. Errors: errs.Invalid for a problem out of bounds, the context's.
func Solve(ctx context.Context, p Problem) (Answer, error) {
	if err := p.check(); err != nil {
		return Answer{}, err
	}
	f := newFlow(p)
	for need := range p.Edges {
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
		f.add(need)
	}
	return p.answer(f.chosen), nil
}

func (p Problem) check() error {
	if len(p.Edges) > MaxNeeds {
		return errs.New(errs.Invalid, "assign.too_many", fmt.Sprintf("一次最多分派 %d 项需求，请分批进行。", MaxNeeds))
	}
	for _, edges := range p.Edges {
		for _, e := range edges {
			if e.Person < 0 || e.Person >= len(p.Room) || e.Score < 0 || e.Score > MaxScore {
				return errs.New(errs.Invalid, "assign.out_of_bounds", "分派的数据超出范围，请检查人员和分数。")
			}
		}
	}
	return nil
}

// Floors gives for each need the least score that reaches its floor: of those to
// whom it may be given and who have room at all, the best counts.
func (p Problem) Floors() []int64 {
	out := make([]int64, len(p.Edges))
	for i, edges := range p.Edges {
		best := int64(0)
		for _, e := range edges {
			if p.Room[e.Person] > 0 {
				best = max(best, e.Score)
			}
		}
		if out[i] = int64(p.Floor * float64(best)); float64(out[i]) < p.Floor*float64(best) {
			out[i]++
		}
	}
	return out
}

func (p Problem) answer(chosen []int) Answer {
	out := Answer{Chosen: chosen}
	floors := p.Floors()
	for i, at := range chosen {
		if at < 0 {
			continue
		}
		score := p.Edges[i][at].Score
		out.Total += score
		if score >= floors[i] {
			out.Reached++
		}
	}
	return out
}
