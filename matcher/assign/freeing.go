package assign

// freeing knows which people could take one need more while everybody who is
// served stays served, and whoever is done keeps his floor.
type freeing struct {
	r      *rounds
	holder []int   // by need: who has it, -1 for nobody
	wants  [][]int // by person: the needs that may move to him
	spare  []bool  // by person: can be freed from the start, whoever asks
}

func newFreeing(r *rounds, chosen []int) *freeing {
	f := &freeing{r: r, holder: filled(len(chosen), -1), wants: make([][]int, len(r.p.Room))}
	used := make([]int, len(r.p.Room))
	for i, edges := range r.p.Edges {
		if chosen[i] < 0 {
			continue
		}
		f.holder[i] = edges[chosen[i]].Person
		used[f.holder[i]]++
		for _, e := range edges {
			if !r.done[i] || e.Score >= r.least[i] {
				f.wants[e.Person] = append(f.wants[e.Person], i)
			}
		}
	}
	f.spare = make([]bool, len(r.p.Room))
	var roomy []int
	for person, n := range used {
		if n < r.p.Room[person] {
			roomy = append(roomy, person)
		}
	}
	f.spread(f.spare, roomy, -1)
	return f
}

// spread marks the people from who holds a need, one after another, can hand it on
// to somebody marked; the need that asks is not moved.
func (f *freeing) spread(marked []bool, from []int, asks int) {
	for _, person := range from {
		marked[person] = true
	}
	for len(from) > 0 {
		person := from[len(from)-1]
		from = from[:len(from)-1]
		for _, need := range f.wants[person] {
			if h := f.holder[need]; need != asks && h >= 0 && !marked[h] {
				marked[h] = true
				from = append(from, h)
			}
		}
	}
}

// best gives the best score that a need can get.
func (f *freeing) best(need int) int64 {
	can := append([]bool{}, f.spare...)
	if h := f.holder[need]; h >= 0 && !can[h] { // its own place is free then
		f.spread(can, []int{h}, need)
	}
	best := int64(-1)
	for _, e := range f.r.p.Edges[need] {
		if can[e.Person] && f.r.p.Room[e.Person] > 0 {
			best = max(best, e.Score)
		}
	}
	return best
}
