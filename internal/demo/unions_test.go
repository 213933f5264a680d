package demo_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/sqlitestore"
)

// Every record is managed by a union, and what lies in a city by the province
// too.
func TestEveryRecordHasAUnion(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), t.TempDir()+"/demo.db")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	service := &catalog.Service{Store: store, Now: func() time.Time { return time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler)}
	if _, err := demo.Load(t.Context(), service); err != nil {
		t.Fatal(err)
	}
	managed, from := map[string]int{}, catalog.Remember(store)
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			h, err := catalog.HoldersOf(t.Context(), from, rec)
			if err != nil || len(h.Unions) == 0 {
				t.Errorf("%s is managed by %v, %v", rec.Base().Code, h.Unions, err)
				continue
			}
			managed[h.Unions[0]]++
			if h.Unions[0] == "DW-2026-U002" && !slices.Contains(h.Unions, "DW-2026-U001") {
				t.Errorf("%s: the province does not see it", rec.Base().Code)
			}
		}
	}
	for _, union := range []string{"DW-2026-U001", "DW-2026-U002", "DW-2026-U003"} {
		if managed[union] < 50 {
			t.Errorf("%s manages %d records", union, managed[union])
		}
	}
}
