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
