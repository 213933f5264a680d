package matcher

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/search"
)

// NotShown counts the candidates that would have been shown but for one reason.
type NotShown struct {
	Reason constraint.Reason `json:"reason" enum:"own_group,conflict,no_consent,unavailable,over_quota,too_far"`
	Label  string            `json:"label" doc:"The reason in Chinese"`
	Count  int               `json:"count" doc:"Never who: that may be confidential"`
}

// gate holds the candidates of one need against the world.
type gate struct {
	facts  Facts // nil: only what the index knows
	need   constraint.Case
	worked map[string]bool
	open   bool // nobody is left out
	count  map[constraint.Reason]int
}

// gate reads what the need's limits depend on. Without Facts, names and codes
// of organisations are what the index knows of them.
func (m *Matcher) gate(ctx context.Context, r Request) (*gate, error) {
	out := &gate{facts: m.Facts, open: r.NoLimits, count: map[constraint.Reason]int{}}
	need := constraint.Need{Enterprise: given(r.Enterprise, r.EnterpriseCode), Excluded: r.Excluded, Region: r.Region, Onsite: r.Onsite, Declared: r.Confidential}
	orgs, err := m.organisations(ctx, need)
	if err != nil {
		return nil, err
	}
	out.need = orgs.Case(need, m.Now())
	if m.Facts != nil && r.Confidential {
		out.worked, err = m.Facts.Worked(ctx, r.EnterpriseCode)
	}
	return out, err
}

func (m *Matcher) organisations(ctx context.Context, need constraint.Need) (*constraint.Organisations, error) {
	if m.Facts != nil {
		return m.Facts.Organisations(ctx)
	}
	var ids []string
	for _, org := range slices.Concat(need.Enterprise, need.Excluded) {
		ids = append(ids, search.ID(catalog.KindOrganisation, org))
	}
	docs, err := m.Engine.Documents(ctx, ids)
	var known []constraint.Organisation
	for _, doc := range docs {
		known = append(known, constraint.Organisation{Code: doc.Code, Names: doc.Orgs})
	}
	return constraint.NewOrganisations(known...), err
}

// next takes from the top of a list until want of them may be proposed; rest is
// what it did not look at. Telling several at once costs little more than one.
func (g *gate) next(ctx context.Context, m *Matcher, list []found, want int) (free, rest []found, err error) {
	for len(free) < want && len(list) > 0 {
		n := min(len(list), want-len(free))
		some, err := g.free(ctx, m, list[:n])
		if err != nil {
			return nil, nil, err
		}
		free, list = append(free, some...), list[n:]
	}
	return free, list, nil
}

// free keeps those of a list who may be proposed, and counts the others.
func (g *gate) free(ctx context.Context, m *Matcher, list []found) ([]found, error) {
	var ids []string
	for _, f := range list {
		ids = append(ids, f.id)
	}
	parties, err := g.parties(ctx, m, ids)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, f := range list {
		p, ok := parties[f.id]
		if !ok {
			continue // no such record: removed since it was indexed
		}
		f.party = p
		bars := g.need.Bars(p)
		if len(bars) == 0 || g.open {
			out = append(out, f)
			continue
		}
		g.count[bars[0]]++
	}
	return out, nil
}

// uncounted are the same limits for hints, which nobody misses.
func (g *gate) uncounted() *gate {
	out := *g
	out.count = map[constraint.Reason]int{}
	return &out
}

// parties asks the facts, or the index where there are none.
func (g *gate) parties(ctx context.Context, m *Matcher, ids []string) (map[string]constraint.Party, error) {
	if g.facts != nil {
		out, err := g.facts.Parties(ctx, ids)
		for id, p := range out {
			_, code := search.SplitID(id)
			p.Worked = g.worked[code]
			out[id] = p
		}
		return out, err
	}
	docs, err := m.Engine.Documents(ctx, ids)
	out := map[string]constraint.Party{}
	for id, doc := range docs {
		p := constraint.Party{Orgs: slices.Concat(doc.Orgs, doc.OrgCodes), Region: doc.Region, Consent: true, Confirmed: doc.Confirmed, Person: isProfile(doc.Kind), Verified: true}
		if p.Refuses = doc.Unavailable == "always"; !p.Refuses {
			p.UnavailableUntil = doc.Unavailable
		}
		out[id] = p
	}
	return out, err
}

// notShown lists the counts in the order of the reasons.
func (g *gate) notShown() []NotShown {
	var out []NotShown
	for _, reason := range constraint.Reasons() {
		if n := g.count[reason]; n > 0 {
			out = append(out, NotShown{Reason: reason, Label: reason.Label(), Count: n})
		}
	}
	return out
}

// unseen says in one sentence who is not shown; "" when nobody is left out.
func unseen[T NotShown | campaign.Withheld](list []T) string {
	total := 0
	var parts []string
	for _, one := range list {
		n := NotShown(one)
		total += n.Count
		parts = append(parts, fmt.Sprintf("%s %d 个", n.Label, n.Count))
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf("另有 %d 个对得上的没有列出：%s。", total, strings.Join(parts, "，"))
}
