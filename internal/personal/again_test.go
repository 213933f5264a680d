package personal_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/personal"
	"hongniang/internal/sqlitestore"
)

// earlier gives the same installation as it was before, in a file of its own.
func (w *town) earlier(snapshot string) *town {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "earlier.db")
	data, err := os.ReadFile(snapshot)
	w.must(err)
	w.must(os.WriteFile(path, data, 0o600))
	store, err := sqlitestore.Open(w.t.Context(), path)
	w.must(err)
	w.t.Cleanup(func() { store.Close() })
	old := *w
	old.path, old.store, old.items = path, store, store.Accounts()
	records, users := *w.records, *w.users
	records.Store, users.Store = store, old.items
	old.records, old.users = &records, &users
	old.person = old.service(old.items)
	return &old
}

// Whoever was erased after a copy was made is erased in the copy too before it is
// used again, also when that is killed at any write and done again.
func TestErasedInAnEarlierCopy(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		w := newTown(t)
		snapshot := filepath.Join(t.TempDir(), "copy.db")
		ask := func() personal.Request {
			r, err := w.person.Ask(t.Context(), w.him.Actor(), personal.Subject{User: w.him.Code}, "")
			w.must(err)
			return r
		}
		var r personal.Request
		if asked { // the copy has the request, and not what became of it
			r = ask()
		}
		w.must(w.store.Snapshot(t.Context(), snapshot))
		if !asked {
			r = ask()
		}
		_, err := w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
		w.must(err)
		w.must(w.person.Go(t.Context()))
		begun, err := w.person.Begun(t.Context())
		w.must(err)
		for n := 0; ; n += 9 {
			old := w.earlier(snapshot)
			if len(old.left()) < len(canaries)-2 {
				t.Fatalf("the canaries are not planted: %v", old.left())
			}
			_, err := old.service(&dying{old.items, n}).Again(t.Context(), begun)
			if err != nil && !errors.Is(err, errKilled) {
				t.Fatal(err)
			}
			if err != nil {
				if again, err := old.person.Again(t.Context(), begun); err != nil || again != 1 {
					t.Errorf("%d erased again, %v", again, err)
				}
			}
			if found := old.left(); len(found) > 0 {
				t.Errorf("left after %d writes: %v", n, found)
			}
			old.settled(r.Code)
			if n, err := old.person.Again(t.Context(), begun); n != 0 || err != nil {
				t.Errorf("%d are erased a third time, %v", n, err)
			}
			if err == nil {
				break
			}
		}
	}
}

// Of whom a copy knows nothing, it has the request alone: it was carried out.
func TestErasedBeforeHeWasKnown(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	snapshot := filepath.Join(t.TempDir(), "copy.db")
	w.must(w.store.Snapshot(t.Context(), snapshot))
	w.create("导入", &catalog.Expert{Meta: catalog.Meta{Code: "ZJ-9", Union: "GH-1"}, Name: "后来的人"})
	r, err := w.person.Ask(t.Context(), w.broker.Actor(), personal.Subject{Person: "ZJ-9"}, "本人来函提出")
	w.must(err)
	r, err = w.person.CarryOut(t.Context(), w.broker.Actor(), r.Code)
	w.must(err)
	old := w.earlier(snapshot)
	if n, err := old.person.Again(context.WithoutCancel(t.Context()), []personal.Request{r}); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	if got, err := old.person.Request(t.Context(), r.Code); err != nil || got.State != personal.Done || got.Name+got.Words != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if items, err := old.items.Owned(t.Context(), account.KindNotice, "person/ZJ-1"); err != nil || len(items) != 1 {
		t.Errorf("others lost something: %v, %v", items, err)
	}
	if _, err := old.person.Request(t.Context(), "ZX-none"); !errs.Is(err, errs.NotFound) {
		t.Error(err)
	}
}
