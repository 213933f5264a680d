package assign

import (
	"context"
	"slices"
)

// Bottleneck proves that some needs cannot all reach their floor: the people who
// are good enough for any of these needs have too few places for them.
type Bottleneck struct {
	Needs  []int // all for whom nobody else is good enough
	People []int
	Places int // fewer than Needs; the difference must do with less
}

// Bottlenecks gives every reason why needs miss the floor of their own best
// score. They share no need and no person, so that at least the sum of their
// differences misses it in whatever assignment.
func Bottlenecks(ctx context.Context, p Problem) ([]Bottleneck, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	m := newPlaces(p, p.Floors())
	for need := range p.Edges {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.add(need)
	}
	return m.bottlenecks(), nil
}

// CommonFloor gives, in thousandths, the largest part of its own best score that
// all needs can get at the same time, of those that can be served together.
func CommonFloor(ctx context.Context, p Problem) (int, error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	count := func(thousandths int) int {
		q := p
		q.Floor = float64(thousandths) / 1000
		m, n := newPlaces(q, q.Floors()), 0
		for need := range p.Edges {
			if m.add(need) {
				n++
			}
		}
		return n
	}
	all, low, high := count(0), 0, 1001
	for low+1 < high {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		if mid := (low + high) / 2; count(mid) == all {
			low = mid
		} else {
			high = mid
		}
	}
	return low, nil
}

// places is a largest set of needs that reach their floors together: bipartite
// matching with room, by augmenting paths.
type places struct {
	room []int
	good [][]int // by need: people who reach its floor
	at   []int   // by need: who has it, -1 for nobody
	held [][]int // by person
	seen []int   // by person: the need whose search saw him last, plus one
}

func newPlaces(p Problem, least []int64) *places {
	m := &places{room: p.Room, good: make([][]int, len(p.Edges)), at: filled(len(p.Edges), -1), held: make([][]int, len(p.Room)), seen: make([]int, len(p.Room))}
	for i, edges := range p.Edges {
		for _, e := range edges {
			if p.Room[e.Person] > 0 && e.Score >= least[i] {
				m.good[i] = append(m.good[i], e.Person)
			}
		}
	}
	return m
}

func (m *places) add(need int) bool { return m.place(need, need+1) }

// place finds a place for a need, moving others when it must.
func (m *places) place(need, mark int) bool {
	for _, person := range m.good[need] {
		if len(m.held[person]) < m.room[person] {
			m.held[person], m.at[need] = append(m.held[person], need), person
			return true
		}
	}
	for _, person := range m.good[need] {
		if m.seen[person] == mark {
			continue
		}
		m.seen[person] = mark
		for k, other := range slices.Clone(m.held[person]) {
			if m.place(other, mark) {
				m.held[person][k], m.at[need] = need, person
				return true
			}
		}
	}
	return false
}

// bottlenecks parts the needs and people from whom no path leads to a free place
// into those that have nothing to do with each other.
func (m *places) bottlenecks() []Bottleneck {
	home := filled(len(m.room), -1) // by person: place in out of the list that has him
	var out []Bottleneck
	seen := make([]bool, len(m.at))
	for need, at := range m.at {
		if at >= 0 || seen[need] || len(m.good[need]) == 0 {
			continue
		}
		b, touched := m.around(need, seen, home)
		for _, other := range touched {
			b.Needs, b.People = append(b.Needs, out[other].Needs...), append(b.People, out[other].People...)
			out[other] = Bottleneck{}
		}
		for _, person := range b.People {
			home[person] = len(out)
		}
		out = append(out, b)
	}
	out = slices.DeleteFunc(out, func(b Bottleneck) bool { return len(b.Needs) == 0 })
	for i := range out {
		slices.Sort(out[i].Needs)
		slices.Sort(out[i].People)
		for _, person := range out[i].People {
			out[i].Places += m.room[person]
		}
	}
	return out
}

// around gathers what hangs together with a need that found no place, and which
// lists it touches.
func (m *places) around(need int, seen []bool, home []int) (b Bottleneck, touched []int) {
	mine := map[int]bool{}
	seen[need] = true
	for queue := []int{need}; len(queue) > 0; {
		next := queue[0]
		queue = queue[1:]
		b.Needs = append(b.Needs, next)
		for _, person := range m.good[next] {
			if other := home[person]; other >= 0 && !slices.Contains(touched, other) {
				touched = append(touched, other)
			}
			if mine[person] || home[person] >= 0 {
				continue
			}
			mine[person], b.People = true, append(b.People, person)
			for _, other := range m.held[person] {
				if !seen[other] {
					seen[other] = true
					queue = append(queue, other)
				}
			}
		}
	}
	return b, touched
}
