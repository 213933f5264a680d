package catalog_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// reading counts the records that are read one by one.
type reading struct {
	catalog.Store
	gets int
}

func (r *reading) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	r.gets++
	return r.Store.Get(ctx, kind, code)
}

// Whatever way it is saved, a record keeps what an update may not change; what was
// read already is not read again.
func TestSaveEachKeepsWhatUpdateKeeps(t *testing.T) {
	t.Parallel()
	type kept struct {
		By, Ref string
		Steps   int
		Status  string
	}
	results := map[string]kept{}
	for way, save := range map[string]func(*catalog.Service, catalog.Record, catalog.Record) error{
		"update": func(s *catalog.Service, rec, _ catalog.Record) error { return s.Update(t.Context(), "李", rec) },
		"all": func(s *catalog.Service, rec, _ catalog.Record) error {
			return s.SaveAll(t.Context(), "李", []catalog.Record{rec})[0]
		},
		"each": func(s *catalog.Service, rec, old catalog.Record) error {
			return s.SaveEach(t.Context(), "李", []catalog.Saving{{Record: rec, Old: old}})[0]
		},
	} {
		s := newService(t)
		store := &reading{Store: s.Store}
		need := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Status: "submitted", Source: &catalog.Source{Kind: "import", Ref: "a.csv"}}, Title: "曲轴磨削烧伤"}
		if err := s.Create(t.Context(), "王", need); err != nil {
			t.Fatal(err)
		}
		old, err := s.Get(t.Context(), catalog.KindNeed, "XQ-1")
		if err != nil {
			t.Fatal(err)
		}
		s.Store = store
		rec := &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Rev: 1, Status: "published"}, Title: "曲轴磨削烧伤怎样避免"}
		if err := save(s, rec, old); err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		if want := map[string]int{"update": 1, "all": 1, "each": 0}[way]; store.gets != want {
			t.Errorf("%s: %d records read, want %d", way, store.gets, want)
		}
		after, err := s.Get(t.Context(), catalog.KindNeed, "XQ-1")
		if err != nil {
			t.Fatal(err)
		}
		n := after.(*catalog.Need)
		results[way] = kept{n.CreatedBy, n.Source.Ref, len(n.Steps), n.Status}
	}
	same := kept{"王", "a.csv", 1, "published"}
	if diff := cmp.Diff(map[string]kept{"update": same, "all": same, "each": same}, results); diff != "" {
		t.Error(diff)
	}
}

// Each of many is refused by itself.
func TestSaveEachRefuses(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, code := range []string{"DW-1", "DW-2", "DW-3", "DW-4"} {
		if err := s.Create(t.Context(), "王", organisation(code, "示例"+code)); err != nil {
			t.Fatal(err)
		}
	}
	read := func(code string) catalog.Record {
		rec, err := s.Get(t.Context(), catalog.KindOrganisation, code)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	changed := func(code string, rev int64) catalog.Record {
		o := organisation(code, "改名"+code)
		o.Rev = rev
		return o
	}
	stale := read("DW-2")
	if err := s.Update(t.Context(), "别人", changed("DW-2", 1)); err != nil {
		t.Fatal(err)
	}
	other, removed := read("DW-1"), read("DW-3")
	if _, err := s.Delete(t.Context(), "别人", catalog.KindOrganisation, "DW-3", 0); err != nil {
		t.Fatal(err)
	}
	for i, err := range s.SaveEach(t.Context(), "李", []catalog.Saving{
		{Record: changed("DW-1", 1), Old: read("DW-1")},
		{Record: changed("DW-2", 1), Old: stale},       // changed since it was read
		{Record: changed("DW-2", 1)},                   // the same, read now
		{Record: changed("DW-3", 1), Old: removed},     // removed since it was read
		{Record: changed("DW-3", 2)},                   // removed, read now
		{Record: changed("DW-4", 1), Old: other},       // another record
		{Record: changed("DW-9", 1)},                   // nowhere
		{Record: organisation("DW-4", "与别人同编号的新记录示例")}, // taken
	}) {
		want := []errs.Kind{"", errs.Stale, errs.Stale, errs.Stale, errs.NotFound, errs.Invalid, errs.NotFound, errs.Conflict}[i]
		if errs.KindOf(err) != want {
			t.Errorf("%d: %v, want %q", i, err, want)
		}
	}
}
