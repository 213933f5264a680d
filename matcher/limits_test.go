package matcher_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// topics are what the records of a random world are about: everybody of a topic
// matches every need of it.
var topics = []string{
	"曲轴轴颈磨削烧伤与裂纹，砂轮修整和冷却液喷射角度", "喷漆室循环水漆雾凝聚，漆渣上浮打捞和水质发臭",
	"盐渍海带烫漂护绿，脱水率控制和切丝不断条", "镀锌板机器人焊接飞溅与气孔，焊枪姿态和脉冲电流",
}

var worldRegions = []string{"371000", "370600", "370200", "370100", "210200", "210100", "530100", "110000", ""}

// randomWorld is a store and an index full of random organisations in random
// groups that compete at random, people in every state, and needs.
type randomWorld struct {
	*world
	r     *rand.Rand
	t     testing.TB
	needs []*catalog.Need
}

func (w *randomWorld) pick(list []string) string { return list[w.r.IntN(len(list))] }

func (w *randomWorld) chance(p float64) bool { return w.r.Float64() < p }

func newRandomWorld(t testing.TB, seed uint64, people, needs int) *randomWorld {
	w := &randomWorld{world: own(t), r: rand.New(rand.NewPCG(seed, seed)), t: t}
	w.save(80, func(i int) catalog.Record { return w.organisation(i) })
	w.save(people, func(i int) catalog.Record { return w.expert(i) })
	w.save(people/8, func(i int) catalog.Record { return w.studio(i, people) })
	w.save(people/4, func(i int) catalog.Record { return w.result(i, people) })
	w.save(needs, func(i int) catalog.Record {
		n := w.need(i)
		w.needs = append(w.needs, n)
		return n
	})
	for i := range people * 2 {
		w.introduction(i, people)
	}
	return w
}

func (w *randomWorld) save(n int, make func(i int) catalog.Record) {
	w.t.Helper()
	var recs []catalog.Record
	for i := range n {
		recs = append(recs, make(i))
	}
	for i, err := range w.service.SaveAll(w.t.Context(), "测试", recs) {
		if err != nil {
			w.t.Fatalf("%s: %v", recs[i].Base().Code, err)
		}
	}
}

func orgCode(i int) string { return fmt.Sprintf("DW-%03d", i) }
func orgName(i int) string { return fmt.Sprintf("示例第%d机械有限公司", i) }

// orgRef names an organisation by its code, its name in one of two spellings or
// its short name.
func (w *randomWorld) orgRef() string {
	i := w.r.IntN(80)
	return w.pick([]string{orgCode(i), orgName(i), "示例第 " + fmt.Sprint(i) + " 机械有限公司", fmt.Sprintf("第%d机械", i)})
}

func (w *randomWorld) organisation(i int) catalog.Record {
	org := &catalog.Organisation{Meta: catalog.Meta{Code: orgCode(i)}, Name: orgName(i), ShortNames: []string{fmt.Sprintf("第%d机械", i)}, OrganisationKind: "enterprise"}
	if i%13 == 0 {
		org.OrganisationKind = "union"
	}
	if i > 0 && w.chance(0.4) {
		above := w.r.IntN(i)
		if org.OrganisationKind != "union" || above%13 == 0 {
			org.ParentCode = orgCode(above)
		}
	}
	for range w.r.IntN(3) {
		org.Competitors = append(org.Competitors, w.orgRef())
	}
	return org
}

func (w *randomWorld) expert(i int) catalog.Record {
	e := &catalog.Expert{
		Meta: catalog.Meta{Code: fmt.Sprintf("ZJ-%04d", i), RegionCode: w.pick(worldRegions)}, Name: fmt.Sprintf("示例%d", i), Expertise: w.pick(topics),
		EmployerName: fmt.Sprintf("无名单位%d", i),
	}
	if i%3 > 0 {
		if e.EmployerCode, e.EmployerName = orgCode(w.r.IntN(80)), ""; i%3 == 1 {
			e.EmployerCode, e.EmployerName = "", w.orgRef()
		}
	}
	if w.chance(0.8) {
		e.Availability = &catalog.Availability{Accepting: w.chance(0.85), MaxActiveCases: w.r.IntN(4), TravelRadiusKM: w.r.IntN(3) * 300}
		if w.chance(0.3) {
			e.Availability.UnavailableUntil = w.pick([]string{"2026-11-19", "2026-11-20", "2027-02-01", "2025-01-01"})
		}
		for _, mode := range []string{"onsite", "online", "training"} {
			if w.chance(0.4) {
				e.Availability.Modes = append(e.Availability.Modes, mode)
			}
		}
	}
	if w.chance(0.5) {
		e.Consent = &catalog.Consent{ProfilePublic: w.chance(0.8)}
	}
	return e
}

func (w *randomWorld) studio(i, people int) catalog.Record {
	s := &catalog.Studio{Meta: catalog.Meta{Code: fmt.Sprintf("GZS-%04d", i), RegionCode: w.pick(worldRegions)}, Name: fmt.Sprintf("示例%d创新工作室", i), Specialties: w.pick(topics), EnterpriseCode: orgCode(w.r.IntN(80))}
	if w.chance(0.7) {
		s.LeaderCode = fmt.Sprintf("ZJ-%04d", w.r.IntN(people))
	}
	return s
}

func (w *randomWorld) result(i, people int) catalog.Record {
	return &catalog.Result{
		Meta: catalog.Meta{Code: fmt.Sprintf("CG-%04d", i)}, Title: fmt.Sprintf("第%d号成果", i), Summary: w.pick(topics), CompletingOrgs: []string{w.orgRef()},
		Completers: []catalog.Completer{{Name: "完成人", ExpertCode: fmt.Sprintf("ZJ-%04d", w.r.IntN(people))}},
	}
}

func (w *randomWorld) need(i int) *catalog.Need {
	n := &catalog.Need{Meta: catalog.Meta{Code: fmt.Sprintf("XQ-%04d", i), RegionCode: w.pick(worldRegions)}, Title: fmt.Sprintf("难题之%d", i), Detail: w.pick(topics)}
	firm := w.r.IntN(80)
	switch w.r.IntN(3) {
	case 0:
		n.EnterpriseCode = orgCode(firm)
	case 1:
		n.EnterpriseName = orgName(firm)
	case 2:
		n.EnterpriseCode, n.EnterpriseName = orgCode(firm), orgName(firm)
	}
	for range w.r.IntN(3) {
		n.ExcludedOrgs = append(n.ExcludedOrgs, w.orgRef())
	}
	n.CooperationModes = [][]string{{"onsite_guidance"}, {"onsite_guidance", "training"}, {"onsite_guidance", "license"}, {"consulting"}, nil}[w.r.IntN(5)]
	return n
}

// introduction keeps somebody busy, or did so once.
func (w *randomWorld) introduction(i, people int) {
	w.t.Helper()
	person := fmt.Sprintf("ZJ-%04d", w.r.IntN(people))
	in := &brokering.Introduction{
		Code: fmt.Sprintf("DJ-%05d", i), Stage: brokering.Invited, Needs: []brokering.NeedRef{{Code: "XQ-0000"}},
		Targets: []brokering.Target{{Kind: "expert", Code: person, Person: person, State: brokering.Current}}, CreatedAt: today, UpdatedAt: today,
	}
	if w.chance(0.4) {
		in.Stage, in.Targets[0].State = brokering.ClosedFail, brokering.Ended
	}
	if err := w.store.Introductions().Insert(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
}

// shown holds all candidates of a match against the oracle.
func (w *randomWorld) shown(o *oracle, need *catalog.Need, tally map[string]int) {
	w.t.Helper()
	r := matcher.FromNeed(need, true)
	r.Top = matcher.MaxTop
	a := w.match(w.t, r)
	for _, c := range slices.Concat(a.Documents, a.People, a.Nearest) {
		rec, err := w.store.Get(w.t.Context(), c.Kind, c.Code)
		if err != nil {
			w.t.Fatal(err)
		}
		w.judge(o, need, rec, tally)
	}
	for _, n := range a.NotShown {
		tally[string(n.Reason)] += n.Count
	}
}

func (w *randomWorld) judge(o *oracle, need *catalog.Need, rec catalog.Record, tally map[string]int) {
	w.t.Helper()
	tally["proposals"]++
	if bars := o.bars(need, rec); len(bars) > 0 {
		tally["violations"]++
		w.t.Errorf("%s is proposed for %s against %v", rec.Base().Code, need.Code, bars)
	}
}

// TestLimitsOfRandomWorlds: whatever the records are, nobody is proposed, in a
// match or in a campaign, whom the records bar. The oracle knows nothing of the
// code that it judges.
func TestLimitsOfRandomWorlds(t *testing.T) {
	tally := map[string]int{}
	for seed := range uint64(1) {
		w := newRandomWorld(t, seed+1, 1000, 1160)
		o := newOracle(t, w.world)
		for _, need := range w.needs[:40] {
			w.shown(o, need, tally)
		}
		for chunk := range slices.Chunk(w.needs, campaign.MaxNeeds) {
			pairs, err := w.matcher.Remembering().FreePairs(t.Context(), matcher.Campaign{Needs: chunk, Quota: 3})
			if err != nil {
				t.Fatal(err)
			}
			for i, codes := range pairs {
				for _, code := range codes {
					w.judge(o, chunk[i], o.experts[code], tally)
				}
			}
		}
	}
	t.Logf("%d proposals, %d violations; not shown: %v", tally["proposals"], tally["violations"], tally)
	if tally["proposals"] < 100_000 {
		t.Errorf("only %d proposals", tally["proposals"])
	}
	for _, reason := range []string{"own_group", "conflict", "unavailable", "over_quota", "too_far"} {
		if tally[reason] == 0 {
			t.Errorf("nobody is barred by %s: the worlds are too kind", reason)
		}
	}
}
