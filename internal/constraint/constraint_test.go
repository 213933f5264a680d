package constraint_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// A small country: a group of three, its competitor, a union above both, and two
// firms that call themselves the same.
func country() *constraint.Organisations {
	return constraint.NewOrganisations(
		constraint.Organisation{Code: "U", Names: []string{"市总工会"}, Governs: true},
		constraint.Organisation{Code: "G", Names: []string{"重工集团有限公司", "重工"}, Parent: "U", Competitors: []string{"对手 公司"}},
		constraint.Organisation{Code: "G1", Names: []string{"重工轴承有限公司"}, Parent: "G"},
		constraint.Organisation{Code: "G2", Names: []string{"重工铸造有限公司"}, Parent: "G1"},
		constraint.Organisation{Code: "R", Names: []string{"对手公司"}, Parent: "U"},
		constraint.Organisation{Code: "R1", Names: []string{"对手研究所"}, Parent: "R", Competitors: []string{"N"}},
		constraint.Organisation{Code: "N", Names: []string{"新锐公司", "同名"}},
		constraint.Organisation{Code: "M", Names: []string{"名器公司", "同名"}},
		constraint.Organisation{Code: "X", Names: []string{"甲厂"}, Parent: "Y"},
		constraint.Organisation{Code: "Y", Names: []string{"乙厂"}, Parent: "Z"},
		constraint.Organisation{Code: "Z", Names: []string{"丙厂"}, Parent: "X"},
	)
}

// free is a party whom nothing bars.
func free(orgs ...string) constraint.Party { return constraint.Party{Orgs: orgs, Consent: true} }

func TestBars(t *testing.T) {
	t.Parallel()
	firm := func(refs ...string) constraint.Need { return constraint.Need{Enterprise: refs, Declared: true} }
	with := func(change func(*constraint.Party)) constraint.Party {
		p := free("N")
		change(&p)
		return p
	}
	onsite := constraint.Need{Enterprise: []string{"G"}, Region: "371000", Onsite: true}
	for _, tt := range []struct {
		name  string
		need  constraint.Need
		party constraint.Party
		want  []constraint.Reason
	}{
		{"a stranger", firm("G"), free("N"), nil},
		{"nobody's", firm(), free(), nil},
		{"the firm itself, by name in another width", firm("G1"), free("重工轴承 有限公司"), []constraint.Reason{constraint.OwnGroup}},
		{"a firm that is not catalogued", firm("无名厂"), free("无名 厂"), []constraint.Reason{constraint.OwnGroup}},
		{"a sister's child", firm("重工"), free("G2"), []constraint.Reason{constraint.OwnGroup}},
		{"the same union above makes no group", firm("G"), free("U"), nil},
		{"a competitor of the group", firm("G2"), free("对手公司"), []constraint.Reason{constraint.Conflict}},
		{"a competitor's child", firm("G2"), free("R1"), []constraint.Reason{constraint.Conflict}},
		{"declared by the other side", firm("N"), free("R1"), []constraint.Reason{constraint.Conflict}},
		{"declared, but not for the public", constraint.Need{Enterprise: []string{"G2"}}, free("R"), nil},
		{"excluded by name", constraint.Need{Excluded: []string{"新锐公司"}}, free("N"), []constraint.Reason{constraint.Conflict}},
		{"excluded by a name that two have", constraint.Need{Excluded: []string{"同名"}}, free("M"), []constraint.Reason{constraint.Conflict}},
		{"a ring of parents", firm("X"), free("丙厂"), []constraint.Reason{constraint.OwnGroup}},
		{"no consent", firm("G"), with(func(p *constraint.Party) { p.Consent = false }), []constraint.Reason{constraint.NoConsent}},
		{"refuses", firm("G"), with(func(p *constraint.Party) { p.Refuses = true }), []constraint.Reason{constraint.Unavailable}},
		{"away until today", firm("G"), with(func(p *constraint.Party) { p.UnavailableUntil = "2026-11-20" }), []constraint.Reason{constraint.Unavailable}},
		{"back since yesterday", firm("G"), with(func(p *constraint.Party) { p.UnavailableUntil = "2026-11-19" }), nil},
		{"at his quota", firm("G"), with(func(p *constraint.Party) { p.Quota, p.Active = 3, 3 }), []constraint.Reason{constraint.OverQuota}},
		{"below his quota", firm("G"), with(func(p *constraint.Party) { p.Quota, p.Active = 3, 2 }), nil},
		{"too far", onsite, with(func(p *constraint.Party) { p.Region, p.TravelKM = "370100", 300 }), []constraint.Reason{constraint.TooFar}},
		{"far, but travels", onsite, with(func(p *constraint.Party) { p.Region, p.TravelKM = "370100", 600 }), nil},
		{"stays away", onsite, with(func(p *constraint.Party) { p.StaysAway = true }), []constraint.Reason{constraint.TooFar}},
		{"no place known", onsite, with(func(p *constraint.Party) { p.TravelKM = 100 }), nil},
		{"everything at once", onsite, constraint.Party{Orgs: []string{"G2"}, Refuses: true, Quota: 1, Active: 9, StaysAway: true},
			[]constraint.Reason{constraint.OwnGroup, constraint.NoConsent, constraint.Unavailable, constraint.OverQuota, constraint.TooFar}},
	} {
		if diff := cmp.Diff(tt.want, country().Case(tt.need, day).Bars(tt.party)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// The day is that of China: early in the morning UTC is still at yesterday.
func TestBarsByTheDayInChina(t *testing.T) {
	t.Parallel()
	party := free("N")
	party.UnavailableUntil = "2026-11-19"
	for at, want := range map[string][]constraint.Reason{"2026-11-19T15:59:00Z": {constraint.Unavailable}, "2026-11-19T16:01:00Z": nil} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, country().Case(constraint.Need{Enterprise: []string{"G"}}, now).Bars(party)); diff != "" {
			t.Errorf("%s: %s", at, diff)
		}
	}
}

func TestWarns(t *testing.T) {
	t.Parallel()
	need := constraint.Need{Region: "371000", Declared: true}
	all := constraint.Party{Person: true, Confirmed: "2025-06", Juror: true, Worked: true, Region: "210100", TravelKM: 100}
	got := country().Case(need, day).Warns(all)
	var codes []string
	for _, w := range got {
		codes = append(codes, w.Code)
		if w.Message == "" {
			t.Errorf("%s says nothing", w.Code)
		}
	}
	if diff := cmp.Diff([]string{"worked_together", "juror", "unverified", "far", "stale"}, codes); diff != "" {
		t.Error(diff)
	}
	need.Declared = false
	if slices.ContainsFunc(country().Case(need, day).Warns(all), func(w constraint.Warning) bool { return w.Code == "juror" }) {
		t.Error("the public is told who judges awards")
	}
	if got := country().Case(need, day).Warns(constraint.Party{Person: true, Verified: true, Confirmed: "2025-11-30"}); len(got) != 0 {
		t.Errorf("nothing speaks against him, but %v", got)
	}
}

// With changes names, parents and competitors, and leaves the old one as it was.
func TestWith(t *testing.T) {
	t.Parallel()
	old := country()
	next := old.With([]constraint.Organisation{{Code: "G2", Names: []string{"独立铸造"}}}, []string{"N"})
	bars := func(o *constraint.Organisations, ref string) []constraint.Reason {
		return o.Case(constraint.Need{Enterprise: []string{"G"}, Excluded: []string{"N"}}, day).Bars(free(ref))
	}
	if len(bars(next, "G2")) != 0 || len(bars(next, "重工铸造有限公司")) != 0 || len(bars(next, "独立铸造")) != 0 {
		t.Error("who left the group is still in it")
	}
	if len(bars(next, "新锐公司")) != 0 || next.Len() != old.Len()-1 {
		t.Errorf("who is gone is still known by name; %d of %d", next.Len(), old.Len())
	}
	if len(bars(old, "G2")) != 1 || len(bars(old, "新锐公司")) != 1 {
		t.Error("the old one changed")
	}
}

// Belonging together is the same from either side, whatever the tree is.
func TestGroupsAreSymmetric(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	n := 0
	for range 300 {
		var orgs []constraint.Organisation
		for i := range 12 {
			orgs = append(orgs, constraint.Organisation{Code: fmt.Sprint("D", i), Names: []string{fmt.Sprint("名", i%9)}, Parent: fmt.Sprint("D", r.IntN(16)), Governs: r.IntN(5) == 0})
		}
		all := constraint.NewOrganisations(orgs...)
		own := func(a, b string) bool {
			return len(all.Case(constraint.Need{Enterprise: []string{a}}, day).Bars(free(b))) > 0
		}
		for _, a := range orgs {
			for _, b := range orgs {
				n++
				if own(a.Code, b.Code) != own(b.Code, a.Code) || !own(a.Code, a.Code) {
					t.Fatalf("%s and %s differ: %+v", a.Code, b.Code, orgs)
				}
			}
		}
	}
	t.Logf("%d pairs", n)
}

// What a record says is what the limits see.
func TestOrganisationOf(t *testing.T) {
	t.Parallel()
	got := constraint.OrganisationOf(&catalog.Organisation{Meta: catalog.Meta{Code: "A"}, Name: "全称", ShortNames: []string{"简称"}, OrganisationKind: "union", ParentCode: "B", Competitors: []string{"C"}})
	want := constraint.Organisation{Code: "A", Names: []string{"全称", "简称"}, Parent: "B", Governs: true, Competitors: []string{"C"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range constraint.Reasons() {
		if r.Label() == string(r) {
			t.Errorf("%s has no Chinese label", r)
		}
	}
}

func ExampleCase_Bars() {
	orgs := constraint.NewOrganisations(constraint.Organisation{Code: "A", Names: []string{"甲厂"}})
	need := orgs.Case(constraint.Need{Enterprise: []string{"甲厂"}}, day)
	fmt.Println(need.Bars(constraint.Party{Orgs: []string{"A"}, Consent: true}))
	// Output: [own_group]
}
