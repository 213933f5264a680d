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

// Bounds of a problem. Far above them, sums of int64 would overflow.
const (
	MaxScore = 1_000_000
	MaxNeeds = 1_000
)

// Problem is who may be given what.
type Problem struct {
	Edges [][]Edge // by need; who is not named must not be given it
	Room  []int    // by person: how many needs at most
	// Floor is the part, 0 to 1, of a need's best feasible score that it is
	// promised; see Answer.Feasible. 0: the sum alone counts.
	Floor float64
}

// Answer is a best assignment: of all that serve as many needs as can be served,
// and let as many of these as possible reach the floor of their best score, the
// one with the largest sum in which every need that is left reaches the floor
// of what is feasible for it.
type Answer struct {
	Chosen []int // by need: place in its Edges, -1 for nobody
	Total  int64 // sum of the scores
	// Reached counts the needs at or above the floor of their own best score, as if
	// nobody else wanted anything; those that nobody may be given count not. No
	// assignment that serves as many lets more reach it.
	Reached int
	// Feasible is by need the best score that it can get while every need that was
	// settled before it keeps its floor and as many are served: -1 for nobody. Of
	// needs that reach the floor of their own best it is that best.
	Feasible []int64
	// Round is by need in which round it was settled: 1 for the needs that reach the
	// floor of their own best, 0 for nobody. With a Floor of 0 all are 0.
	Round []int
	Short int // needs below the floor of what is feasible; 0 unless maxRounds were not enough
}

// maxRounds bounds the rounds, of which each is a solution of its own. Needs and
// people of a real campaign settle in two or three.
const maxRounds = 12

// Solve finds a best assignment. Its time grows with rounds × needs × edges,
// mostly far less. Errors: errs.Invalid for a problem out of bounds, the context's.
func Solve(ctx context.Context, p Problem) (Answer, error) {
	if err := p.check(); err != nil {
		return Answer{}, err
	}
	r := newRounds(p)
	for {
		chosen, err := r.solve(ctx)
		if err != nil {
			return Answer{}, err
		}
		if r.settle(chosen); p.Floor == 0 || r.open() == 0 || r.round == maxRounds {
			return r.answer(chosen), nil
		}
	}
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
		out[i] = p.floorOf(best)
	}
	return out
}

// floorOf gives the least score that is the floor's part of another.
func (p Problem) floorOf(best int64) int64 {
	least := int64(p.Floor * float64(best))
	if float64(least) < p.Floor*float64(best) {
		least++
	}
	return least
}
