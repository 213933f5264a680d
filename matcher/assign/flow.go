package assign

import (
	"container/heap"
	"math"
)

// flow is an optimal assignment of the needs that were added so far, with the
// prices that prove it: for every edge worth ≤ wish + price, with equality where
// it is chosen; a person with room costs nothing, a need without anybody wishes
// nothing.
type flow struct {
	p      Problem
	worth  [][]int64 // by need and edge
	chosen []int
	wish   []int64 // by need
	price  []int64 // by person
	held   [][]int // by person: the needs given to him
	tree   tree
}

// newFlow begins with nobody given anything; worth is by need and edge, less than
// 0 where the edge must not be taken.
func newFlow(p Problem, worth [][]int64) *flow {
	return &flow{
		p: p, worth: worth, chosen: filled(len(p.Edges), -1), wish: make([]int64, len(p.Edges)),
		price: make([]int64, len(p.Room)), held: make([][]int, len(p.Room)), tree: newTree(len(p.Edges), len(p.Room)),
	}
}

func filled(n, with int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = with
	}
	return out
}

// tree is a shortest-path tree from the need that is being added. A need's
// distance is that of the person who would let it go.
type tree struct {
	needAt   []int64 // distance; unreached when not in the tree
	personAt []int64
	from     []int // by person: the need before it
	edge     []int // by person: that need's edge
	done     []bool
	needs    []int // those in the tree
	persons  []int
	queue    queue
}

const unreached = math.MaxInt64

func newTree(needs, persons int) tree {
	t := tree{
		needAt: make([]int64, needs), personAt: make([]int64, persons), from: make([]int, persons), edge: make([]int, persons), done: make([]bool, persons),
	}
	for i := range t.needAt {
		t.needAt[i] = unreached
	}
	for i := range t.personAt {
		t.personAt[i] = unreached
	}
	return t
}

// clear forgets the last tree, in time with its size.
func (t *tree) clear() {
	for _, i := range t.needs {
		t.needAt[i] = unreached
	}
	for _, p := range t.persons {
		t.personAt[p], t.done[p] = unreached, false
	}
	t.needs, t.persons, t.queue = t.needs[:0], t.persons[:0], t.queue[:0]
}

// end is where a path ends: at a person with room, or at a need that goes
// without.
type end struct {
	at     int64
	person int // -1: at a need
	need   int
}

// add brings one need in, along the path that costs least.
func (f *flow) add(need int) {
	for at, e := range f.p.Edges[need] {
		f.wish[need] = max(f.wish[need], f.worth[need][at]-f.price[e.Person])
	}
	f.tree.clear()
	last := f.search(need)
	f.reprice(last.at)
	f.augment(last)
}

// search grows the tree until nothing nearer can end a path.
func (f *flow) search(need int) end {
	best := end{at: unreached, person: -1}
	f.reach(need, 0, &best)
	for len(f.tree.queue) > 0 {
		next := heap.Pop(&f.tree.queue).(node)
		switch {
		case next.at >= best.at:
			return best
		case f.tree.done[next.person]:
			continue
		}
		f.tree.done[next.person] = true
		if len(f.held[next.person]) < f.p.Room[next.person] {
			return end{at: next.at, person: next.person}
		}
		for _, held := range f.held[next.person] {
			if f.tree.needAt[held] == unreached {
				f.reach(held, next.at, &best)
			}
		}
	}
	return best
}

// reach takes a need into the tree: it may go without, or to another person.
func (f *flow) reach(need int, at int64, best *end) {
	t := &f.tree
	t.needAt[need], t.needs = at, append(t.needs, need)
	if without := at + f.wish[need]; without < best.at {
		*best = end{at: without, person: -1, need: need}
	}
	for i, e := range f.p.Edges[need] {
		if f.p.Room[e.Person] <= 0 || i == f.chosen[need] || f.worth[need][i] < 0 {
			continue
		}
		there := at + f.wish[need] + f.price[e.Person] - f.worth[need][i]
		if there >= t.personAt[e.Person] || there >= best.at {
			continue
		}
		if t.personAt[e.Person] == unreached {
			t.persons = append(t.persons, e.Person)
		}
		t.personAt[e.Person], t.from[e.Person], t.edge[e.Person] = there, need, i
		heap.Push(&t.queue, node{at: there, person: e.Person})
	}
}

// reprice moves wishes and prices so that the path costs nothing and every
// proof still holds.
func (f *flow) reprice(length int64) {
	for _, i := range f.tree.needs {
		if at := f.tree.needAt[i]; at < length {
			f.wish[i] -= length - at
		}
	}
	for _, p := range f.tree.persons {
		if at := f.tree.personAt[p]; f.tree.done[p] && at < length {
			f.price[p] += length - at
		}
	}
}

// augment gives along the path: each need on it goes to the person behind it.
func (f *flow) augment(last end) {
	person := last.person
	if person < 0 {
		if f.chosen[last.need] < 0 {
			return // the new need itself goes without
		}
		person = f.p.Edges[last.need][f.chosen[last.need]].Person
		f.drop(person, last.need)
		f.chosen[last.need] = -1
	}
	for {
		need, before := f.tree.from[person], -1
		if at := f.chosen[need]; at >= 0 {
			before = f.p.Edges[need][at].Person
			f.drop(before, need)
		}
		f.chosen[need] = f.tree.edge[person]
		f.held[person] = append(f.held[person], need)
		if before < 0 {
			return
		}
		person = before
	}
}

func (f *flow) drop(person, need int) {
	list := f.held[person]
	for i, n := range list {
		if n == need {
			list[i] = list[len(list)-1]
			f.held[person] = list[:len(list)-1]
			return
		}
	}
}

// node is a person at a distance.
type node struct {
	at     int64
	person int
}

// queue gives the nearest person first, of several the one named first.
type queue []node

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].at < q[j].at || q[i].at == q[j].at && q[i].person < q[j].person
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push and Pop are for package heap.
func (q *queue) Push(x any) { *q = append(*q, x.(node)) }

// Pop takes the last.
func (q *queue) Pop() any {
	old := *q
	n := old[len(old)-1]
	*q = old[:len(old)-1]
	return n
}
