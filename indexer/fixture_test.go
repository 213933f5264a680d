package indexer

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"hongniang/configs"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// cutter loads the dictionary once for all tests: it takes a second.
var cutter = sync.OnceValue(func() zh.Cutter { return segment.New(configs.Text("userdict.txt")) })

// world is a real store with a real index that follows it.
type world struct {
	dir     string
	store   *sqlitestore.Store
	service *catalog.Service
	index   *Index
	log     *lockedBuffer
}

// lockedBuffer is a log that a test may read while it is written.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return openWorld(t, t.TempDir())
}

// openWorld opens the store and the index of a directory.
func openWorld(t testing.TB, dir string) *world {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	w := &world{dir: dir, store: store, log: &lockedBuffer{}}
	w.openIndex(t)
	w.service = &catalog.Service{Store: store, Index: w.index, Now: newClock(), Log: slog.New(slog.NewTextHandler(w.log, nil))}
	return w
}

// openIndex opens the index again, as after a restart.
func (w *world) openIndex(t testing.TB) {
	t.Helper()
	index, err := Open(w.indexDir(), Options{Cutter: cutter(), Log: slog.New(slog.NewTextHandler(w.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	w.index = index
	if w.service != nil {
		w.service.Index = index
	}
}

func (w *world) indexDir() string { return filepath.Join(w.dir, "index") }

// newClock gives a clock that goes on by a second a call.
func newClock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func (w *world) create(t testing.TB, rec catalog.Record) catalog.Record {
	t.Helper()
	if err := w.service.Create(t.Context(), "王", rec); err != nil {
		t.Fatalf("create %s: %v", rec.Heading(), err)
	}
	return rec
}

func (w *world) catchUp(t testing.TB) {
	t.Helper()
	if err := w.index.CatchUp(t.Context(), w.store); err != nil {
		t.Fatal(err)
	}
}

// follow runs Follow until the test ends.
func (w *world) follow(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.index.Follow(ctx, w.store, 10*time.Millisecond)
	}()
	t.Cleanup(func() { stop(); <-done })
}

// testPatience is how long tests wait for what will be: far longer than it takes, also
// with the race detector on a machine that does much else.
const testPatience = 5 * time.Minute

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(testPatience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}

func ask(t testing.TB, x *Index, req search.Request) search.Response {
	t.Helper()
	res, err := x.Search(t.Context(), req)
	if err != nil {
		t.Fatalf("search %+v: %v", req, err)
	}
	return res
}

// codes gives the codes of the hits of a query, in order.
func codes(t testing.TB, x *Index, query string) []string {
	t.Helper()
	var out []string
	for _, h := range ask(t, x, search.Request{Query: query, Size: search.MaxSize}).Hits {
		out = append(out, h.Code)
	}
	return out
}

func finds(t testing.TB, x *Index, query, code string) bool {
	t.Helper()
	return slices.Contains(codes(t, x, query), code)
}

// result makes a small result; n makes it unlike every other.
func result(n int, text string) *catalog.Result {
	return &catalog.Result{
		Meta:  catalog.Meta{Code: fmt.Sprintf("CG-2026-%05d", n)},
		Title: fmt.Sprintf("%s第%d号", text, n), Summary: text + "的做法",
	}
}

var demoIndex = sync.OnceValues(func() (*Index, error) {
	store, err := sqlitestore.Open(context.Background(), filepath.Join(testDir, "demo.db"))
	if err != nil {
		return nil, err
	}
	defer store.Close()
	index, err := Open(filepath.Join(testDir, "demo-index"), Options{Cutter: cutter()})
	if err != nil {
		return nil, err
	}
	index.UseSynonyms(zh.ParseSynonyms(configs.Text("synonyms.txt")))
	service := &catalog.Service{Store: store, Index: index, Now: newClock(), Log: slog.New(slog.DiscardHandler)}
	_, err = demo.Load(context.Background(), service)
	return index, err
})

// demonstration is the index of the demo data, shared by tests that only read.
func demonstration(t testing.TB) *Index {
	t.Helper()
	index, err := demoIndex()
	if err != nil {
		t.Fatal(err)
	}
	return index
}

// testDir holds what tests share.
var testDir string

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		os.Exit(child(dir, os.Getenv(childWork)))
	}
	var err error
	if testDir, err = os.MkdirTemp("", "indexer-test-*"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(testDir)
	os.Exit(code)
}
