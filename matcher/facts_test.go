package matcher_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// barsOf asks the limits of a need of firm DW-1 about the craftsman of DW-2.
func barsOf(t *testing.T, w *world) []string {
	t.Helper()
	text := "曲轴轴颈磨削烧伤，砂轮堵塞，冷却液喷不到位"
	a := w.match(t, matcher.Request{Text: text, Enterprise: "DW-1", Confidential: true, Kinds: []catalog.Kind{catalog.KindExpert}})
	for _, n := range a.NotShown {
		return []string{string(n.Reason)}
	}
	if len(a.People) != 1 {
		t.Errorf("%d people, not shown %v", len(a.People), a.NotShown)
	}
	return nil
}

// What changes in the records holds for the next match, in the same process: an
// organisation joins a group, leaves it, competes, is removed and comes back.
func TestFactsFollowTheRecords(t *testing.T) {
	w := own(t)
	crowd(t, w)
	save := func(rec catalog.Record) {
		t.Helper()
		if old, err := w.store.Get(t.Context(), rec.Kind(), rec.Base().Code); err == nil {
			rec.Base().Rev = old.Base().Rev
		}
		if err := w.service.SaveAll(t.Context(), "王", []catalog.Record{rec})[0]; err != nil {
			t.Fatal(err)
		}
	}
	other := func(parent string, competitors ...string) *catalog.Organisation {
		return &catalog.Organisation{Meta: catalog.Meta{Code: "DW-2"}, Name: "乙厂", OrganisationKind: "enterprise", ParentCode: parent, Competitors: competitors}
	}
	save(&catalog.Organisation{Meta: catalog.Meta{Code: "DW-1"}, Name: "甲厂", OrganisationKind: "enterprise"})
	save(other(""))
	check := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, barsOf(t, w)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("strangers")
	save(other("DW-1"))
	check("one group", "own_group")
	save(other(""))
	check("strangers again")
	save(other("", "甲厂"))
	check("a declared competitor", "conflict")
	if _, err := w.service.Delete(t.Context(), "王", catalog.KindOrganisation, "DW-2", 0); err != nil {
		t.Fatal(err)
	}
	check("removed: what it declared is gone")
	if _, err := w.service.Restore(t.Context(), "王", catalog.KindOrganisation, "DW-2", 0); err != nil {
		t.Fatal(err)
	}
	check("back again", "conflict")
}

// crowd makes one able craftsman of DW-2 and many others who cannot help.
func crowd(t *testing.T, w *world) {
	t.Helper()
	recs := []catalog.Record{&catalog.Expert{Meta: catalog.Meta{Code: "ZJ-1"}, Name: "能手", EmployerCode: "DW-2", VerifiedBy: "市总工会", Expertise: "曲轴轴颈磨削烧伤，砂轮堵塞，冷却液喷不到位，三十年磨工"}}
	for _, name := range []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"} {
		recs = append(recs, &catalog.Expert{Name: name, Expertise: "食堂烹饪与营养配餐，面点制作"})
	}
	for _, err := range w.service.SaveAll(t.Context(), "王", recs) {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever was recommended to the firm once is marked, for those who may read the
// need; whom another firm was offered is not.
func TestWorkedTogether(t *testing.T) {
	w := own(t)
	crowd(t, w)
	for i, in := range []*brokering.Introduction{
		{Needs: []brokering.NeedRef{{Code: "XQ-1", Org: "DW-9"}}},
		{Needs: []brokering.NeedRef{{Code: "XQ-2", Org: "DW-1"}}},
	} {
		in.Code, in.Stage, in.CreatedAt, in.UpdatedAt = "DJ-"+string(rune('1'+i)), brokering.ClosedSuccess, today, today
		in.Targets = []brokering.Target{{Kind: "expert", Code: "ZJ-1", Person: "ZJ-1", State: brokering.Ended, RecommendedAt: &today}}
		if err := w.store.Introductions().Insert(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		firm         string
		confidential bool
		want         []string
	}{{"DW-1", true, []string{"worked_together"}}, {"DW-1", false, []string{}}, {"DW-3", true, []string{}}} {
		a := w.match(t, matcher.Request{Text: "曲轴轴颈磨削烧伤，砂轮堵塞", EnterpriseCode: tt.firm, Confidential: tt.confidential, Kinds: []catalog.Kind{catalog.KindExpert}})
		if len(a.People) != 1 {
			t.Fatalf("%d people", len(a.People))
		}
		if diff := cmp.Diff(tt.want, warningsOf(a.People[0])); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt, diff)
		}
	}
}
