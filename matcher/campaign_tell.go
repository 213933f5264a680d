package matcher

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/search"
	"hongniang/matcher/assign"
)

// score writes thousandths as 0 to 100 with one decimal.
func score(points int64) float64 { return math.Round(float64(points)/100) / 10 }

// prove says how far the floor can be held, and why not farther; and puts the
// needs into the plan.
func (t *pairing) prove(ctx context.Context, plan *campaign.Plan, s solution) error {
	p, _ := t.problem(relaxed{floor: plan.Floor})
	common, err := assign.CommonFloor(ctx, p)
	if err != nil {
		return err
	}
	plan.CommonFloor = float64(common) / 1000
	list, err := assign.Bottlenecks(ctx, p)
	if err != nil {
		return err
	}
	plan.Bottlenecks = []campaign.Bottleneck{}
	for _, b := range list {
		plan.Bottlenecks = append(plan.Bottlenecks, t.bottleneck(b))
	}
	return nil
}

func (t *pairing) bottleneck(b assign.Bottleneck) campaign.Bottleneck {
	out := campaign.Bottleneck{Needs: []string{}, People: []string{}, Places: b.Places}
	for _, need := range b.Needs {
		out.Needs = append(out.Needs, t.campaign.Needs[need].Code)
	}
	for _, person := range b.People {
		_, code := search.SplitID(t.people[person])
		out.People = append(out.People, code)
	}
	out.Why = fmt.Sprintf("%d 项需求都只有这 %d 位专家足够合适，他们一共还能接 %d 项：至少 %d 项要退而求其次。可以提高每人承接上限、请来更多同类专家，或分两批进行。",
		len(b.Needs), len(b.People), b.Places, len(b.Needs)-b.Places)
	return out
}

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
		placed := t.placed(plan, s, need, used)
		plan.Needs = append(plan.Needs, placed)
		for _, h := range helpersOf(&placed) {
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
		for _, h := range helpersOf(&plan.Needs[i]) {
			doc := docs[search.ID(catalog.KindExpert, h.Code)]
			h.Name, h.Org = doc.Title, first(doc.Orgs)
		}
	}
	return nil
}

// helpersOf gives all people of a place, to be changed.
func helpersOf(p *campaign.Placed) []*campaign.Helper {
	var out []*campaign.Helper
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

// placed says who takes a need, who could step in, and who may not, and counts
// it in the plan.
func (t *pairing) placed(plan *campaign.Plan, s solution, need int, used []int) campaign.Placed {
	saved := t.campaign.Needs[need]
	out := campaign.Placed{Need: saved.Code, Title: saved.Title, Pinned: t.pins[need].at >= 0}
	chosen, ok := t.given(s, need)
	if ok {
		h := t.helper(need, chosen)
		out.Person = &h
		plan.Placed++
	}
	count := map[constraint.Reason]int{}
	best := int64(0)
	for _, p := range t.pairs[need] {
		switch {
		case len(p.bars) > 0:
			count[p.bars[0]]++
			continue
		case t.room[p.person] > 0:
			best = max(best, p.points)
		}
		if len(out.Alternates) < t.campaign.Alternates && used[p.person] < t.room[p.person] && p.points > 0 && (!ok || p.person != chosen.person) {
			out.Alternates = append(out.Alternates, t.helper(need, p))
		}
	}
	feasible := max(0, s.answer.Feasible[need])
	if out.Pinned {
		feasible = chosen.points
	}
	out.Best, out.Feasible, out.NotShown = score(best), score(feasible), withheld(count)
	out.Below = !ok || float64(chosen.points) < plan.Floor*float64(best)
	if ok && !out.Below {
		plan.Reached++
	}
	if ok && float64(chosen.points) >= plan.Floor*float64(feasible) {
		plan.Kept++
	}
	out.Limits = t.limitsOn(plan, out)
	out.Why = t.why(plan, out, need, chosen.points < best)
	return out
}

// withheld lists the counts in the order of the reasons.
func withheld(count map[constraint.Reason]int) []campaign.Withheld {
	var out []campaign.Withheld
	for _, reason := range campaign.Reasons() {
		if n := count[reason]; n > 0 {
			out = append(out, campaign.Withheld{Reason: reason, Label: campaign.Label(reason), Count: n})
		}
	}
	return out
}

// limitsOn gives the limits without any one of which a need below its floor would
// reach it.
func (t *pairing) limitsOn(plan *campaign.Plan, p campaign.Placed) []string {
	if !p.Below {
		return nil
	}
	var out []string
	for _, c := range plan.Costs {
		at := slices.IndexFunc(c.Lines, func(l campaign.CostLine) bool { return l.Need == p.Need })
		if c.Limit != noFloor && at >= 0 && c.Lines[at].Without > c.Lines[at].Now && c.Lines[at].Without >= plan.Floor*p.Best {
			out = append(out, c.Label)
		}
	}
	return out
}

// why says in a sentence or two what a broker would ask.
func (t *pairing) why(plan *campaign.Plan, p campaign.Placed, need int, worse bool) string {
	var said []string
	say := func(s string) { said = append(said, s) }
	if fault := t.pins[need].fault; fault != "" {
		say(fault)
	}
	at := slices.IndexFunc(plan.Bottlenecks, func(b campaign.Bottleneck) bool { return slices.Contains(b.Needs, p.Need) })
	switch {
	case p.Pinned && p.Below:
		say("按红娘的指定；不指定时另有更合适的人。")
	case p.Pinned:
	case p.Below && at >= 0 && p.Best > 0:
		b := plan.Bottlenecks[at]
		say(fmt.Sprintf("足够合适的 %d 位专家还能接 %d 项，而 %d 项需求都要他们。", len(b.People), b.Places, len(b.Needs)))
	case p.Person != nil && worse:
		say("最合适的人名额已满，用在了更需要他的需求上；这位是余下最合适的。")
	case p.Person != nil:
	case p.Best > 0:
		say("合适的人名额都已用完：可以提高每人承接上限，或分两批进行。")
	case len(p.NotShown) > 0:
		say("对得上的人都不能推荐。" + unseen(p.NotShown))
	default:
		say("没有对得上的人选。")
	}
	if len(p.Limits) > 0 {
		say("去掉其中一条限制就能达到保底：" + strings.Join(p.Limits, "、") + "。")
	}
	return strings.Join(said, "")
}

func (t *pairing) helper(need int, p pair) campaign.Helper {
	_, code := search.SplitID(t.people[p.person])
	h := campaign.Helper{Code: code, Score: points(p.found.chance), Band: string(BandOf(p.found.chance))}
	for _, w := range t.cases[need].need.Warns(p.found.party) {
		h.Cautions = append(h.Cautions, campaign.Caution{Code: w.Code, Message: w.Message})
	}
	return h
}
