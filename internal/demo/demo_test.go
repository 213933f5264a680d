package demo_test

import (
	"log/slog"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/sqlitestore"
)

// The least that the stock must hold of each kind.
var least = map[catalog.Kind]int{
	catalog.KindNeed: 80, catalog.KindResult: 200, catalog.KindPatent: 100,
	catalog.KindExpert: 150, catalog.KindStudio: 40, catalog.KindOrganisation: 60,
}

func TestLoadSavesEveryRecordOnce(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), t.TempDir()+"/demo.db")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	service := &catalog.Service{Store: store, Now: func() time.Time { return time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC) }, Log: slog.New(slog.DiscardHandler)}
	first, err := demo.Load(t.Context(), service)
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for kind, want := range least {
		n, err := store.Count(t.Context(), kind)
		if err != nil || n < want {
			t.Errorf("%s: %d records, want at least %d (%v)", kind, n, want, err)
		}
		total += n
	}
	if first != total {
		t.Errorf("Load says %d, the store has %d", first, total)
	}
	if again, err := demo.Load(t.Context(), service); err != nil || again != 0 {
		t.Errorf("a second Load saved %d records (%v), want 0", again, err)
	}
}

// Whatever a case or a judging is about was entered before it began, and needs
// arrived in many months, none in the future.
func TestStockIsEnteredBeforeItIsUsed(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), t.TempDir()+"/demo.db")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, now := range []time.Time{time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC), time.Date(2029, 2, 28, 8, 0, 0, 0, time.UTC)} {
		for kind := range least {
			recs, err := demo.Records(kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range recs {
				if ago, begun := demo.Entered(rec, now), demo.Begun()[rec.Base().Code]; ago < 1 || ago > 351 || ago <= begun {
					t.Errorf("%s was entered %d days ago, and used %d days ago", rec.Base().Code, ago, begun)
				}
			}
		}
	}
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	if _, err := demo.Load(t.Context(), &catalog.Service{Store: store, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	months := map[string]int{}
	needs, err := store.Scan(t.Context(), catalog.KindNeed, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range needs {
		months[rec.Base().CreatedAt.Format("2006-01")]++
	}
	if len(months) < 7 {
		t.Errorf("needs arrived in %v", months)
	}
}
