package assign

import "context"

// rounds settles needs round by round. What was settled holds: whoever is
// served stays served, whoever reached his floor keeps it. The others are then
// promised the floor of the best that is left for each of them.
type rounds struct {
	p        Problem
	round    int
	served   []bool  // after the first round: somebody takes it, in every round
	done     []bool  // reached its floor
	least    []int64 // by need: its floor
	feasible []int64 // by need: the best that least is the floor of
	at       []int   // by need: the round in which it was done
}

func newRounds(p Problem) *rounds {
	n := len(p.Edges)
	r := &rounds{p: p, served: make([]bool, n), done: make([]bool, n), least: p.Floors(), feasible: make([]int64, n), at: make([]int, n)}
	for i, edges := range p.Edges {
		r.feasible[i] = -1
		for _, e := range edges {
			if p.Room[e.Person] > 0 {
				r.feasible[i] = max(r.feasible[i], e.Score)
			}
		}
	}
	return r
}

// solve finds the best assignment of this round.
func (r *rounds) solve(ctx context.Context) ([]int, error) {
	r.round++
	f := newFlow(r.p, r.worth())
	for need := range r.p.Edges {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.add(need)
	}
	return f.chosen, nil
}

// worth is by need and edge what it is worth to be given: a need more at its
// floor outweighs whatever the scores of all can differ, and a need more that is
// served outweighs that.
func (r *rounds) worth() [][]int64 {
	atFloor := int64(len(r.p.Edges))*MaxScore + 1
	serve := int64(len(r.p.Edges)+1) * atFloor
	if r.p.Floor == 0 {
		atFloor, serve = 0, 0
	}
	out := make([][]int64, len(r.p.Edges))
	for i, edges := range r.p.Edges {
		out[i] = make([]int64, len(edges))
		for at, e := range edges {
			switch reaches := e.Score >= r.least[i]; {
			case r.done[i] && !reaches, r.round > 1 && !r.served[i]:
				out[i][at] = -1
			case reaches:
				out[i][at] = serve + atFloor + e.Score
			default:
				out[i][at] = serve + e.Score
			}
		}
	}
	return out
}

// settle notes who is served and who reached his floor, and says what is
// feasible for the others.
func (r *rounds) settle(chosen []int) {
	for i, at := range chosen {
		if r.round == 1 {
			r.served[i] = at >= 0
		}
		if at >= 0 && !r.done[i] && r.p.Edges[i][at].Score >= r.least[i] {
			r.done[i], r.at[i] = true, r.round
		}
		if at < 0 {
			r.feasible[i] = -1
		}
	}
	if r.p.Floor == 0 || r.open() == 0 {
		return
	}
	free := newFreeing(r, chosen)
	for i := range r.p.Edges {
		if r.served[i] && !r.done[i] {
			r.feasible[i] = free.best(i)
			r.least[i] = r.p.floorOf(r.feasible[i])
		}
	}
}

// open counts the needs that are served and not yet done.
func (r *rounds) open() int {
	n := 0
	for i := range r.served {
		if r.served[i] && !r.done[i] {
			n++
		}
	}
	return n
}

func (r *rounds) answer(chosen []int) Answer {
	out := Answer{Chosen: chosen, Feasible: r.feasible, Round: r.at}
	floors := r.p.Floors()
	for i, at := range chosen {
		if at < 0 {
			continue
		}
		score := r.p.Edges[i][at].Score
		out.Total += score
		if score >= floors[i] {
			out.Reached++
		}
		if r.p.Floor > 0 && score < r.least[i] {
			out.Short++
		}
	}
	if r.p.Floor == 0 {
		clear(out.Round)
	}
	return out
}
