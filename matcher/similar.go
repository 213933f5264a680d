package matcher

import (
	"context"
	"math"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Similar is a published need that asks for much the same.
type Similar struct {
	Code     string  `json:"code"`
	Title    string  `json:"title"`
	Strength float64 `json:"strength" doc:"How much of the need it answers, in parts of an ideal text; from 0.45 on it is offered"`
}

const (
	// leastSimilar is from which strength on a need is offered as a near-duplicate:
	// the least of the demonstration's twelve is 0.46; of all its other pairs one in
	// eight hundred reaches it, and most of those are worth a look.
	leastSimilar = 0.45
	// leastGrouped is the mean of both directions from which on two needs may be
	// one common need.
	leastGrouped = 0.5
	mostSimilar  = 10
)

// Similar finds published needs that ask for much the same as a need, best first,
// itself left out. What is compared is all of it with what the public may read of
// the others. Errors: errs.Invalid for an empty need, errs.Unavailable.
func (m *Matcher) Similar(ctx context.Context, need *catalog.Need) ([]Similar, error) {
	r, _, err := FromNeed(need, true).Check()
	if err != nil {
		return nil, err
	}
	hits, err := m.RankDocuments(ctx, r, []catalog.Kind{catalog.KindNeed}, mostSimilar+1)
	if err != nil {
		return nil, err
	}
	hits = slices.DeleteFunc(hits, func(h search.Scored) bool {
		return h.Score < leastSimilar || h.ID == search.ID(catalog.KindNeed, need.Code)
	})
	hits = hits[:min(len(hits), mostSimilar)]
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	docs, err := m.Engine.Documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := []Similar{}
	for _, h := range hits {
		if doc, ok := docs[h.ID]; ok {
			out = append(out, Similar{Code: doc.Code, Title: doc.Title, Strength: math.Round(100*h.Score) / 100})
		}
	}
	return out, nil
}

// Group is several needs that one introduction may serve: a proposal of a common
// need (共性需求).
type Group struct {
	Title    string    `json:"title" doc:"Of the need that the others are most like"`
	Needs    []Grouped `json:"needs" doc:"The most typical first"`
	Strength float64   `json:"strength" doc:"Mean strength of its pairs"`
}

// Grouped is one need of a group.
type Grouped struct {
	Code  string `json:"code"`
	Title string `json:"title"`
}

// Groups proposes common needs among needs: two groups are joined while the mean
// strength between their members is high, the nearest first, so that no chain of
// neighbours becomes one group. Needs that are like no other are in none. Errors:
// errs.Unavailable, the context's.
func (m *Matcher) Groups(ctx context.Context, needs []*catalog.Need) ([]Group, error) {
	return m.GroupsTold(ctx, needs, func(int) {})
}

// GroupsTold is Groups, and tells after each need how many are compared.
func (m *Matcher) GroupsTold(ctx context.Context, needs []*catalog.Need, told func(done int)) ([]Group, error) {
	g := &grouping{needs: needs, near: map[[2]int]float64{}, place: map[string]int{}}
	for i, n := range needs {
		g.place[search.ID(catalog.KindNeed, n.Code)] = i
		g.clusters = append(g.clusters, []int{i})
	}
	for i, n := range needs {
		told(i)
		r, _, err := FromNeed(n, true).Check()
		if err != nil {
			continue // nothing is written in it
		}
		hits, err := m.RankDocuments(ctx, r, []catalog.Kind{catalog.KindNeed}, 3*mostSimilar)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if j, ok := g.place[h.ID]; ok && j != i {
				g.near[[2]int{min(i, j), max(i, j)}] += h.Score / 2
			}
		}
	}
	for g.join() {
	}
	return g.groups(), nil
}

// grouping is clusters of needs being joined.
type grouping struct {
	needs    []*catalog.Need
	place    map[string]int
	near     map[[2]int]float64 // mean of both directions, by the lesser place first
	clusters [][]int
}

// between is the mean strength of the pairs of two clusters.
func (g *grouping) between(a, b []int) float64 {
	sum := 0.0
	for _, i := range a {
		for _, j := range b {
			sum += g.near[[2]int{min(i, j), max(i, j)}]
		}
	}
	return sum / float64(len(a)*len(b))
}

// join joins the two nearest clusters, and says whether any were near enough.
func (g *grouping) join() bool {
	home := map[int]int{}
	for at, c := range g.clusters {
		for _, i := range c {
			home[i] = at
		}
	}
	best, x, y := 0.0, -1, -1
	seen := map[[2]int]bool{}
	for pair := range g.near {
		a, b := min(home[pair[0]], home[pair[1]]), max(home[pair[0]], home[pair[1]])
		if a == b || seen[[2]int{a, b}] {
			continue
		}
		seen[[2]int{a, b}] = true
		s := g.between(g.clusters[a], g.clusters[b])
		if s > best || s == best && x >= 0 && (a < x || a == x && b < y) {
			best, x, y = s, a, b
		}
	}
	if best < leastGrouped {
		return false
	}
	g.clusters[x] = append(g.clusters[x], g.clusters[y]...)
	g.clusters = slices.Delete(g.clusters, y, y+1)
	return true
}

// groups puts the clusters of two and more into order, the largest first.
func (g *grouping) groups() []Group {
	out := []Group{}
	for _, c := range g.clusters {
		if len(c) < 2 {
			continue
		}
		typical := func(i int) float64 {
			return g.between([]int{i}, slices.DeleteFunc(slices.Clone(c), func(j int) bool { return j == i }))
		}
		slices.SortStableFunc(c, func(i, j int) int {
			switch a, b := typical(i), typical(j); {
			case a > b:
				return -1
			case a < b:
				return 1
			}
			return i - j
		})
		group := Group{Title: g.needs[c[0]].Title}
		for _, i := range c {
			group.Needs = append(group.Needs, Grouped{Code: g.needs[i].Code, Title: g.needs[i].Title})
			group.Strength += typical(i) / float64(len(c))
		}
		group.Strength = math.Round(100*group.Strength) / 100
		out = append(out, group)
	}
	slices.SortStableFunc(out, func(a, b Group) int { return len(b.Needs) - len(a.Needs) })
	return out
}
