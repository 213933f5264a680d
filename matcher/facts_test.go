package matcher_test

import (
	"sync"
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
	save(other(""))
	check("at peace")
	able := func(change func(*catalog.Expert)) {
		t.Helper()
		rec, err := w.store.Get(t.Context(), catalog.KindExpert, "ZJ-1")
		if err != nil {
			t.Fatal(err)
		}
		change(rec.(*catalog.Expert))
		save(rec)
	}
	able(func(e *catalog.Expert) { e.Availability = &catalog.Availability{} })
	check("he refuses", "unavailable")
	able(func(e *catalog.Expert) { e.Availability = &catalog.Availability{Accepting: true, MaxActiveCases: 1} })
	check("he accepts again")
	busy := &brokering.Introduction{Code: "DJ-1", Stage: brokering.Invited, CreatedAt: today, UpdatedAt: today, Targets: []brokering.Target{{Kind: "expert", Code: "ZJ-1", Person: "ZJ-1", State: brokering.Current}}}
	if err := w.store.Introductions().Insert(t.Context(), busy); err != nil {
		t.Fatal(err)
	}
	check("he is busy", "over_quota")
}

// A studio's leader counts for it, also when only his record changes.
func TestLeaderCountsForTheStudio(t *testing.T) {
	w := own(t)
	crowd(t, w)
	if err := w.service.Create(t.Context(), "王", &catalog.Studio{Meta: catalog.Meta{Code: "GZS-1"}, Name: "能手创新工作室", LeaderCode: "ZJ-1", Specialties: "曲轴轴颈磨削烧伤，砂轮堵塞，冷却液喷不到位"}); err != nil {
		t.Fatal(err)
	}
	shown := func() int {
		return len(w.match(t, matcher.Request{Text: "曲轴轴颈磨削烧伤，砂轮堵塞，冷却液喷不到位", Kinds: []catalog.Kind{catalog.KindStudio}}).People)
	}
	if shown() != 1 {
		t.Error("the studio is not shown")
	}
	rec, err := w.store.Get(t.Context(), catalog.KindExpert, "ZJ-1")
	if err != nil {
		t.Fatal(err)
	}
	rec.(*catalog.Expert).Availability = &catalog.Availability{}
	if err := w.service.Update(t.Context(), "王", rec); err != nil {
		t.Fatal(err)
	}
	if shown() != 0 {
		t.Error("the studio is shown though its leader takes nothing on")
	}
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

// Many match while records change: nobody is shown as he was before a change that
// was saved before the match began.
func TestFactsWhileRecordsChange(t *testing.T) {
	w := own(t)
	crowd(t, w)
	var crew sync.WaitGroup
	for range 4 {
		crew.Go(func() {
			for range 20 {
				if _, err := w.matcher.Match(t.Context(), matcher.Request{Text: "曲轴轴颈磨削烧伤，砂轮堵塞", Kinds: []catalog.Kind{catalog.KindExpert}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 20 {
		rec, err := w.store.Get(t.Context(), catalog.KindExpert, "ZJ-1")
		if err != nil {
			t.Fatal(err)
		}
		accepts := i%2 == 1
		rec.(*catalog.Expert).Availability = &catalog.Availability{Accepting: accepts}
		if err := w.service.Update(t.Context(), "王", rec); err != nil {
			t.Fatal(err)
		}
		a := w.match(t, matcher.Request{Text: "曲轴轴颈磨削烧伤，砂轮堵塞", Kinds: []catalog.Kind{catalog.KindExpert}})
		if (len(a.People) == 1) != accepts {
			t.Errorf("change %d: accepting %v, shown %d", i, accepts, len(a.People))
		}
	}
	crew.Wait()
}
