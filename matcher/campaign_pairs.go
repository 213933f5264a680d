package matcher

import (
	"context"
	"math"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/search"
)

// pair is a person who fits a need, with why he must not be proposed for it.
type pair struct {
	person int
	found  found
	points int64 // thousandths of 0 to 100
	bars   []constraint.Reason
}

// pairing is who fits which need, and how many each person can take.
type pairing struct {
	campaign Campaign
	pairs    [][]pair // by need, best first
	people   []string // document ids
	room     []int    // by person, beside what he has open
	cases    []*gate
}

// pairs ranks the people for every need.
func (m *Matcher) pairs(ctx context.Context, c Campaign) (*pairing, error) {
	out := &pairing{campaign: c}
	place := map[string]int{}
	taking := map[string]bool{}
	for _, code := range c.People {
		taking[search.ID(catalog.KindExpert, code)] = true
	}
	for _, need := range c.Needs {
		r, _, err := FromNeed(need, true).Check()
		if err != nil {
			return nil, err
		}
		r.Kinds = []catalog.Kind{catalog.KindExpert}
		held, err := m.gate(ctx, r)
		if err != nil {
			return nil, err
		}
		list, err := m.fitting(ctx, r, taking)
		if err != nil {
			return nil, err
		}
		parties, err := held.parties(ctx, m, ids(list))
		if err != nil {
			return nil, err
		}
		out.cases = append(out.cases, held)
		out.pairs = append(out.pairs, out.hold(held, list, parties, place))
	}
	return out, nil
}

// fitting ranks those who take part and match at all.
func (m *Matcher) fitting(ctx context.Context, r Request, taking map[string]bool) ([]found, error) {
	documents, err := m.retrieve(ctx, r)
	if err != nil {
		return nil, err
	}
	list, err := m.people(ctx, r, documents)
	if err != nil {
		return nil, err
	}
	list = above(list, bounds[len(bounds)-1].least)
	if len(taking) > 0 {
		list = slices.DeleteFunc(list, func(f found) bool { return !taking[f.id] })
	}
	return list[:min(len(list), considered)], nil
}

func ids(list []found) []string {
	var out []string
	for _, f := range list {
		out = append(out, f.id)
	}
	return out
}

// hold holds the people found for a need against its limits.
func (t *pairing) hold(held *gate, list []found, parties map[string]constraint.Party, place map[string]int) []pair {
	var out []pair
	for _, f := range list {
		p, ok := parties[f.id]
		if !ok {
			continue
		}
		at, known := place[f.id]
		if !known {
			at = len(t.people)
			place[f.id], t.people = at, append(t.people, f.id)
			room := t.campaign.Quota
			if p.Quota > 0 {
				room = min(room, max(0, p.Quota-p.Active))
			}
			t.room = append(t.room, room)
		}
		f.party = p
		out = append(out, pair{person: at, found: f, points: int64(math.Round(f.chance * 100_000)), bars: held.need.Bars(p)})
	}
	return out
}
