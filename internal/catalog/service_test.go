package catalog_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

func newService(t *testing.T) *catalog.Service {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	return &catalog.Service{Store: store, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
}

func organisation(code, name string) *catalog.Organisation {
	return &catalog.Organisation{Meta: catalog.Meta{Code: code}, Name: name}
}

// A number that another record of the same batch brings along is not given.
func TestNumbersBesideCodesOfTheBatch(t *testing.T) {
	t.Parallel()
	s := newService(t)
	if err := s.Create(t.Context(), "王", organisation("DW-2026-0002", "示例二厂")); err != nil {
		t.Fatal(err)
	}
	recs := []catalog.Record{organisation("", "示例一厂"), organisation("DW-2026-0001", "示例三厂"), organisation("", "示例四厂"), organisation("", "")}
	errors := s.SaveAll(t.Context(), "王", recs)
	if errors[0] != nil || errors[1] != nil || errors[2] != nil || !errs.Is(errors[3], errs.Invalid) {
		t.Fatalf("%v", errors)
	}
	var codes []string
	for _, rec := range recs {
		codes = append(codes, rec.Base().Code)
	}
	if diff := cmp.Diff([]string{"DW-2026-0003", "DW-2026-0001", "DW-2026-0004", ""}, codes); diff != "" {
		t.Error(diff)
	}
}

// What may be done to a record that is there, removed, or not there, at which
// revision.
func TestLifeOfARecord(t *testing.T) {
	t.Parallel()
	s, ctx := newService(t), t.Context()
	made := organisation("", "示例一厂")
	made.Source = &catalog.Source{Kind: "import", Ref: "a.csv"}
	if err := s.Create(ctx, "王", made); err != nil || made.Rev != 1 || made.Status != "published" || made.Visibility != "public" {
		t.Fatalf("%v, %+v", err, made)
	}
	code := made.Code
	refused := func(what string, err error, want errs.Kind) {
		t.Helper()
		if !errs.Is(err, want) {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
	change := func(code string, rev int64) error {
		rec := organisation(code, "示例一分厂")
		rec.Rev = rev
		return s.Update(ctx, "李", rec)
	}
	refused("update without a revision", change(code, 0), errs.Invalid)
	refused("update of nothing", change("DW-1", 1), errs.NotFound)
	refused("late update", change(code, 2), errs.Stale)
	if err := change(code, 1); err != nil {
		t.Error(err)
	}
	now, err := s.Get(ctx, catalog.KindOrganisation, code)
	if m := now.Base(); err != nil || m.CreatedBy != "王" || m.UpdatedBy != "李" || m.Source == nil || m.Source.Ref != "a.csv" || m.Rev != 2 {
		t.Errorf("after the update: %v, %+v", err, m)
	}
	_, err = s.Delete(ctx, "李", catalog.KindOrganisation, code, 1)
	refused("late removal", err, errs.Stale)
	for range 2 { // removing twice is no error and no change
		if rec, err := s.Delete(ctx, "李", catalog.KindOrganisation, code, 0); err != nil || !rec.Base().Deleted() || rec.Base().Rev != 3 {
			t.Errorf("removal: %v", err)
		}
	}
	refused("update of a removed record", change(code, 3), errs.NotFound)
	_, err = s.Get(ctx, catalog.KindOrganisation, code)
	refused("reading a removed record", err, errs.NotFound)
	refused("the same again", s.Create(ctx, "王", organisation("", "示例一分厂")), errs.Conflict)
	if rec, err := s.Restore(ctx, "王", catalog.KindOrganisation, code, 3); err != nil || rec.Base().Deleted() || rec.Base().Rev != 4 {
		t.Errorf("restoring: %v", err)
	}
	history, err := s.Store.History(ctx, catalog.KindOrganisation, code)
	var told []string
	for _, c := range history {
		told = append(told, fmt.Sprintf("%s %d %s", c.Action, c.Rev, c.By))
	}
	if diff := cmp.Diff([]string{"create 1 王", "update 2 李", "delete 3 李", "restore 4 王"}, told); diff != "" || err != nil {
		t.Errorf("history: %v\n%s", err, diff)
	}
}
