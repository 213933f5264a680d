package matcher

import (
	"context"
	"math"
	"slices"

	"hongniang/internal/campaign"
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
	place    map[string]int
	room     []int // by person, beside what he has open
	cases    []*gate
	pins     []pin // by need
}

// pin is whom the broker decided on: place in the need's pairs, -1 for nobody.
type pin struct {
	at    int
	fault string // in Chinese: why it does not hold
}

// pairs ranks the people for every need.
func (m *Matcher) pairs(ctx context.Context, c Campaign) (*pairing, error) {
	out := &pairing{campaign: c, place: map[string]int{}}
	taking := map[string]bool{}
	for _, code := range c.People {
		taking[search.ID(catalog.KindExpert, code)] = true
	}
	for i, need := range c.Needs {
		if c.Progress != nil {
			c.Progress(i, len(c.Needs))
		}
		if err := m.pairsOf(ctx, out, need, taking); err != nil {
			return nil, err
		}
	}
	out.pin()
	return out, nil
}

// pairsOf adds the people for one need.
func (m *Matcher) pairsOf(ctx context.Context, out *pairing, need *catalog.Need, taking map[string]bool) error {
	r, _, err := FromNeed(need, true).Check()
	if err != nil {
		return err
	}
	r.Kinds = []catalog.Kind{catalog.KindExpert}
	held, err := m.gate(ctx, r)
	if err != nil {
		return err
	}
	list, err := m.fitting(ctx, r, taking)
	if err != nil {
		return err
	}
	list = withPins(list, out.campaign.Pins, need.Code)
	parties, err := held.parties(ctx, m, ids(list))
	if err != nil {
		return err
	}
	out.cases = append(out.cases, held)
	out.pairs = append(out.pairs, out.hold(held, need, list, parties))
	return nil
}

// withPins adds those whom the broker decided on and ranking did not find.
func withPins(list []found, pins []campaign.Pair, need string) []found {
	for _, p := range pins {
		id := search.ID(catalog.KindExpert, p.Person)
		if p.Need == need && !slices.ContainsFunc(list, func(f found) bool { return f.id == id }) {
			list = append(slices.Clip(list), found{id: id, kind: catalog.KindExpert})
		}
	}
	return list
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
func (t *pairing) hold(held *gate, need *catalog.Need, list []found, parties map[string]constraint.Party) []pair {
	var out []pair
	for _, f := range list {
		p, ok := parties[f.id]
		if !ok {
			continue
		}
		f.party = p
		out = append(out, pair{
			person: t.personOf(f.id, p), found: f, points: int64(math.Round(f.chance * 100_000)), bars: append(held.need.Bars(p), t.ownBars(need, f.id, p)...),
		})
	}
	return out
}

// personOf gives the place of a person, who gets room when he is new.
func (t *pairing) personOf(id string, p constraint.Party) int {
	at, known := t.place[id]
	if known {
		return at
	}
	at = len(t.people)
	_, code := search.SplitID(id)
	room, own := t.campaign.Quotas[code]
	if !own {
		room = t.campaign.Quota
	}
	if p.Quota > 0 {
		room = min(room, max(0, p.Quota-p.Active))
	}
	t.place[id], t.people, t.room = at, append(t.people, id), append(t.room, room)
	return at
}

// ownBars gives what this campaign has against a pair.
func (t *pairing) ownBars(need *catalog.Need, id string, p constraint.Party) []constraint.Reason {
	var out []constraint.Reason
	if km, ok := catalog.Distance(need.RegionCode, p.Region); t.campaign.MaxKM > 0 && ok && km > float64(t.campaign.MaxKM) {
		out = append(out, campaign.Distant)
	}
	if t.campaign.Fresh && p.Worked {
		out = append(out, campaign.Met)
	}
	if _, code := search.SplitID(id); slices.Contains(t.campaign.Bans, campaign.Pair{Need: need.Code, Person: code}) {
		out = append(out, campaign.Banned)
	}
	return out
}

// pin finds the pairs that the broker decided on. One that must not be, or for
// which its person has no room, does not hold.
func (t *pairing) pin() {
	room := slices.Clone(t.room)
	for i, need := range t.campaign.Needs {
		t.pins = append(t.pins, pin{at: -1})
		for _, p := range t.campaign.Pins {
			if p.Need == need.Code {
				t.pins[i] = t.pinOf(i, search.ID(catalog.KindExpert, p.Person), room)
			}
		}
	}
}

func (t *pairing) pinOf(need int, id string, room []int) pin {
	at := slices.IndexFunc(t.pairs[need], func(p pair) bool { return p.found.id == id })
	if at < 0 {
		return pin{at: -1, fault: "指定的人选已经没有登记，已另行安排。"}
	}
	p := t.pairs[need][at]
	if len(p.bars) > 0 {
		return pin{at: -1, fault: "指定的人选不能推荐（" + campaign.Label(p.bars[0]) + "），已另行安排。"}
	}
	if room[p.person] <= 0 {
		return pin{at: -1, fault: "指定的人选名额已满，已另行安排。"}
	}
	room[p.person]--
	return pin{at: at}
}
