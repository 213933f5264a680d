package paper_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
	"hongniang/internal/sqlitestore"
)

type letter struct {
	Text  string  `json:"text"`
	Score float64 `json:"score"`
}

func TestDrawer(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := paper.Drawer[letter]{Items: store.Accounts(), Kind: account.KindGroup, Code: "letter", Name: "信"}
	kind := func(err error, want errs.Kind, code string) {
		t.Helper()
		if !errs.Is(err, want) || errs.As(err).Code != code || !strings.Contains(errs.As(err).Message, "信") {
			t.Errorf("%v, want %s %s", err, want, code)
		}
	}
	_, _, err = d.Get(t.Context(), "GX-1")
	kind(err, errs.NotFound, "letter.not_found")
	rev, err := d.Put(t.Context(), paper.Head{ID: "GX-1", Owner: "GH-1"}, &letter{Text: "一"})
	if err != nil || rev != 1 {
		t.Fatalf("revision %d, %v", rev, err)
	}
	_, err = d.Put(t.Context(), paper.Head{ID: "GX-1"}, &letter{})
	if !errs.Is(err, errs.Conflict) || errs.As(err).Code != "letter.exists" {
		t.Errorf("a taken id: %v", err)
	}
	if rev, err = d.Put(t.Context(), paper.Head{ID: "GX-1", Rev: 1}, &letter{Text: "二"}); err != nil || rev != 2 {
		t.Fatalf("revision %d, %v", rev, err)
	}
	_, err = d.Put(t.Context(), paper.Head{ID: "GX-1", Rev: 1}, &letter{Text: "三"})
	kind(err, errs.Stale, "letter.stale")
	_, err = d.Put(t.Context(), paper.Head{ID: "GX-2", Rev: 4}, &letter{})
	if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Stale) {
		t.Errorf("over what is not there: %v", err)
	}
	got, rev, err := d.Get(t.Context(), "GX-1")
	if err != nil || got.Text != "二" || rev != 2 {
		t.Errorf("%+v at %d, %v", got, rev, err)
	}
	if err := store.Accounts().Insert(t.Context(), account.Item{Kind: account.KindGroup, ID: "GX-0", Body: []byte(`{"text": 1}`)}); err != nil {
		t.Fatal(err)
	}
	_, _, err = d.Get(t.Context(), "GX-0")
	kind(err, errs.Internal, "letter.unreadable")
}

// Each reads all in order, over many pages, until it is told to stop.
func TestEach(t *testing.T) {
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	d := paper.Drawer[letter]{Items: store.Accounts(), Kind: account.KindGroup, Code: "letter", Name: "信"}
	const n = 230
	for i := range n {
		if _, err := d.Put(t.Context(), paper.Head{ID: fmt.Sprintf("GX-%03d", i)}, &letter{Score: float64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, stop := range []int{1, 100, 101, n, n + 9} {
		read := 0
		err := d.Each(t.Context(), func(v *letter, rev int64) (bool, error) {
			if int(v.Score) != read || rev != 1 {
				t.Errorf("place %d holds %+v", read, v)
			}
			read++
			return read < stop, nil
		})
		if err != nil || read != min(stop, n) {
			t.Errorf("stopped at %d: read %d, %v", stop, read, err)
		}
	}
	if err := d.Delete(t.Context(), "GX-000"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Get(t.Context(), "GX-000"); !errs.Is(err, errs.NotFound) {
		t.Errorf("a deleted one: %v", err)
	}
}
