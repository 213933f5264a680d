package matcher

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// leadOf is what a saved need says beside its text.
func leadOf(need *catalog.Need) Lead {
	return Lead{
		Field: need.TechField, Industry: need.IndustryCode, Trades: need.Occupations, IPC: need.IPCHint,
		Urgency: need.Urgency, Region: need.RegionCode,
	}
}

// known tells whether there is anything that a candidate could agree with.
func (l Lead) known() bool {
	return l.Field != "" || l.Industry != "" || len(l.Trades) > 0 || len(l.IPC) > 0 || l.Urgency != "" || l.Region != ""
}

// weighSlack is how many candidates beyond those that are asked for are weighed
// in any case: some of the first are barred, or have no reason.
const weighSlack = 10

// weigh adds to the candidates of a list, best first by text, what is known
// beside the text, and orders them anew. want is how many will be shown at most;
// who cannot come among the best 2·want + weighSlack is not looked at. Without
// anything known of the need the list stays as it is, honours too.
func (m *Matcher) weigh(ctx context.Context, r Request, list []found, want int) ([]found, error) {
	if !m.leads(r) || len(list) == 0 {
		return list, nil
	}
	w := m.weights()
	n := w.contenders(list, 2*want+weighSlack)
	docs, err := m.Engine.Documents(ctx, candidateIDs(list[:n]))
	if err != nil {
		return nil, err
	}
	solved, err := m.solved(ctx, r, docs)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	for i, f := range out[:n] {
		out[i] = w.weighed(f, w.Features.Features(r.Lead, docs[f.id], solved[f.id]))
	}
	slices.SortStableFunc(out, byStrength)
	return out, nil
}

// leads tells whether anything beside the text counts for a request.
func (m *Matcher) leads(r Request) bool {
	return r.Lead.known() && m.weights().Features != (FeatureWeights{})
}

// byStrength orders candidates as they are shown.
func byStrength(a, b found) int {
	return cmp.Or(cmp.Compare(b.strength(), a.strength()), strings.Compare(a.id, b.id))
}

// strength is what the order goes by.
func (f found) strength() float64 { return max(f.total, f.lifted) }

// contenders is how many of a list, best first by text, may be among the best
// want whatever is known of them beside the text.
func (w Weights) contenders(list []found, want int) int {
	if want >= len(list) {
		return len(list)
	}
	least, most := list[want-1].total, w.Features.most()
	return want + slices.IndexFunc(append(slices.Clone(list[want:]), found{total: -1}), func(f found) bool {
		return lift(w.chanceOf(f), f.total, most) < least
	})
}

func (w Weights) chanceOf(f found) Chance {
	if isProfile(f.kind) {
		return w.PersonChance
	}
	return w.DocumentChance
}

// weighed is a candidate with the features that move it.
func (w Weights) weighed(f found, features []Feature) found {
	bonus := 0.0
	for _, feature := range features {
		bonus += feature.Odds
	}
	chance := w.chanceOf(f)
	if f.lifted = lift(chance, f.total, bonus); f.lifted > f.total {
		f.chance, f.features = chance.Of(f.lifted), features
	}
	return f
}

func candidateIDs(list []found) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = f.id
	}
	return out
}

// solved asks the facts how many needs people solved. It counts only for who may
// read the need whole: introductions are nobody else's business.
func (m *Matcher) solved(ctx context.Context, r Request, docs map[string]search.Document) (map[string]int, error) {
	if m.Facts == nil || !r.Confidential || m.weights().Features.Solved <= 0 {
		return nil, nil
	}
	var people []string
	for id, doc := range docs {
		if isProfile(doc.Kind) {
			people = append(people, id)
		}
	}
	slices.Sort(people)
	return m.Facts.Solved(ctx, people)
}

// reasonsOf are the sentences of the features that moved a score.
func reasonsOf(features []Feature) []string {
	var out []string
	for _, f := range features {
		out = append(out, f.Reason)
	}
	return out
}

// ranked are candidates with the strengths that they are ordered by.
func ranked(list []found, top int) []search.Scored {
	var out []search.Scored
	for _, f := range list[:min(top, len(list))] {
		out = append(out, search.Scored{ID: f.id, Score: f.strength()})
	}
	return out
}
