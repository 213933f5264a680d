package matcher

import (
	"context"
	"maps"
	"math"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/search"
)

// score writes thousandths as 0 to 100 with one decimal.
func score(points int64) float64 { return math.Round(float64(points)/100) / 10 }

// tell puts a solution into words.
func (m *Matcher) tell(ctx context.Context, plan *Plan, t *pairing, s solution) error {
	used := make([]int, len(t.people))
	for need := range t.pairs {
		if p, ok := t.given(s, need); ok {
			used[p.person]++
		}
	}
	named := map[string]bool{}
	for need := range t.pairs {
		placed := t.placed(s, need, used)
		if placed.Person != nil {
			plan.Placed++
		}
		plan.Needs = append(plan.Needs, placed)
		for _, h := range placed.helpers() {
			named[search.ID(catalog.KindExpert, h.Code)] = true
		}
	}
	for _, n := range used {
		if n > 0 {
			plan.People++
		}
	}
	docs, err := m.Engine.Documents(ctx, slices.Sorted(maps.Keys(named)))
	if err != nil {
		return err
	}
	for i := range plan.Needs {
		for _, h := range plan.Needs[i].helpers() {
			doc := docs[search.ID(catalog.KindExpert, h.Code)]
			h.Name, h.Org = doc.Title, first(doc.Orgs)
		}
	}
	return nil
}

// helpers gives all people of a place, to be changed.
func (p *Placed) helpers() []*Helper {
	var out []*Helper
	if p.Person != nil {
		out = append(out, p.Person)
	}
	for i := range p.Alternates {
		out = append(out, &p.Alternates[i])
	}
	return out
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// placed says who takes a need, who could step in, and who may not.
func (t *pairing) placed(s solution, need int, used []int) Placed {
	saved := t.campaign.Needs[need]
	out := Placed{Need: saved.Code, Title: saved.Title}
	chosen, ok := t.given(s, need)
	if ok {
		h := t.helper(need, chosen)
		out.Person = &h
	}
	barred := &gate{count: map[constraint.Reason]int{}}
	best := pair{}
	for _, p := range t.pairs[need] {
		switch {
		case len(p.bars) > 0:
			barred.count[p.bars[0]]++
			continue
		case t.room[p.person] > 0 && p.points > best.points:
			best = p
		}
		if len(out.Alternates) < t.campaign.Alternates && used[p.person] < t.room[p.person] && (!ok || p.person != chosen.person) {
			out.Alternates = append(out.Alternates, t.helper(need, p))
		}
	}
	out.Best, out.NotShown = score(best.points), barred.notShown()
	out.Why = why(out, ok, chosen.points < best.points)
	return out
}

// why says in a sentence what a broker would ask.
func why(p Placed, given, worse bool) string {
	switch {
	case given && worse:
		return "最合适的人名额已满，用在了更需要他的需求上；这位是余下最合适的。"
	case given:
		return ""
	case p.Best > 0:
		return "合适的人名额都已用完：可以提高每人承接上限，或分两批进行。"
	case len(p.NotShown) > 0:
		return "对得上的人都不能推荐。" + unseen(p.NotShown)
	}
	return "没有对得上的人选。"
}

func (t *pairing) helper(need int, p pair) Helper {
	_, code := search.SplitID(t.people[p.person])
	h := Helper{Code: code, Score: points(p.found.chance), Band: BandOf(p.found.chance)}
	for _, w := range t.cases[need].need.Warns(p.found.party) {
		h.Warnings = append(h.Warnings, Warning{Code: w.Code, Message: w.Message})
	}
	return h
}
