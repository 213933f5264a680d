package matcher_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

// today is the day on which the demo data are read: they say what is stale and
// who is away at that time.
var today = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// world is the demo data in a real store and a real index.
type world struct {
	store   *sqlitestore.Store
	index   *indexer.Index
	service *catalog.Service
	matcher *matcher.Matcher
}

var (
	worldDir  string
	cutter    = sync.OnceValue(func() *segment.Segmenter { return segment.New(configs.Text("userdict.txt")) })
	demoWorld = sync.OnceValues(func() (*world, error) {
		w, err := newWorld(worldDir)
		if err == nil {
			_, err = demo.Load(context.Background(), w.service)
		}
		return w, err
	})
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hongniang-matcher-")
	if err != nil {
		panic(err)
	}
	worldDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

func newWorld(dir string) (*world, error) {
	store, err := sqlitestore.Open(context.Background(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		return nil, err
	}
	index, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: cutter(), Related: []byte(configs.Text("related.tsv"))})
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	now := func() time.Time { return today }
	return &world{
		store: store, index: index,
		service: &catalog.Service{Store: store, Index: index, Now: now, Log: slog.New(slog.DiscardHandler)},
		matcher: &matcher.Matcher{Engine: index, Now: now, Facts: &matcher.Records{Store: store, Cases: store.Introductions()}},
	}, nil
}

// demoData is the world that all tests share; they only read.
func demoData(t testing.TB) *world {
	t.Helper()
	w, err := demoWorld()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// own is a world of one test, empty.
func own(t testing.TB) *world {
	t.Helper()
	w, err := newWorld(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(w.index.Close(), w.store.Close()); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) need(t testing.TB, code string) *catalog.Need {
	t.Helper()
	rec, err := w.service.Get(t.Context(), catalog.KindNeed, code)
	if err != nil {
		t.Fatal(err)
	}
	return rec.(*catalog.Need)
}

func (w *world) match(t testing.TB, r matcher.Request) matcher.Answer {
	t.Helper()
	answer, err := w.matcher.Match(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// answer matches a saved need with all its text, to the depth of a long list,
// as if nobody were barred: what is measured is the ranking.
func (w *world) answer(t testing.TB, code string) matcher.Answer {
	t.Helper()
	r := matcher.FromNeed(w.need(t, code), true)
	r.Top, r.NoLimits = 50, true
	return w.match(t, r)
}
