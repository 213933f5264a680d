package indexer

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/sqlitestore"
)

func (w *world) status(t testing.TB) search.Status {
	t.Helper()
	s, err := w.index.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Saves that never reached the index arrive with CatchUp, from where it stood.
func TestCatchUpFromCheckpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	w.catchUp(t)
	if got := w.status(t); got.Checkpoint != 1 || got.Documents != 1 {
		t.Fatalf("after one save: %+v", got)
	}
	w.service.Index = nil // as another process would save
	for n := 2; n <= 1300; n += 100 {
		var recs []catalog.Record
		for i := n; i < n+100; i++ {
			recs = append(recs, result(i, "曲轴磨削"))
		}
		for _, err := range w.service.SaveAll(t.Context(), "王", recs) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := w.service.Delete(t.Context(), "王", catalog.KindResult, "CG-2026-00001", 0); err != nil {
		t.Fatal(err)
	}
	w.catchUp(t)
	if got := w.status(t); got.Checkpoint != 1302 || got.Documents != 1300 {
		t.Errorf("after catching up: %+v", got)
	}
	w.index.Close()
	w.openIndex(t)
	if got := w.status(t); got.Checkpoint != 1302 || got.Documents != 1300 {
		t.Errorf("after a restart: %+v", got)
	}
	counted := &countingSource{Source: w.store}
	if err := w.index.CatchUp(t.Context(), counted); err != nil || counted.gets.Load() != 0 {
		t.Errorf("an index at the head read %d records again: %v", counted.gets.Load(), err)
	}
}

// countingSource counts the records that are read.
type countingSource struct {
	Source
	gets atomic.Int64
}

func (s *countingSource) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	s.gets.Add(1)
	return s.Source.Get(ctx, kind, code)
}

// A store of which an older state was restored has another feed: it is shorter,
// or it went on differently. Either way the index is made anew.
func TestRestoredDatabase(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]int{"shorter feed": 1, "as long": 3, "longer": 7, "empty": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for n := range 3 {
				w.create(t, result(n, "曲轴磨削"))
			}
			w.catchUp(t)
			restored, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "restored.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer restored.Close()
			service := *w.service
			service.Store, service.Index = restored, nil
			for n := range more {
				if err := service.Create(t.Context(), "王", result(100+n, "换流阀")); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.index.CatchUp(t.Context(), restored); err != nil {
				t.Fatal(err)
			}
			if got := w.status(t); got.Documents != more || got.Checkpoint != int64(more) {
				t.Errorf("%+v, want %d documents", got, more)
			}
			if got := codes(t, w.index, "曲轴磨削"); len(got) != 0 {
				t.Errorf("records that no longer exist are found: %v", got)
			}
			if !strings.Contains(w.log.String(), "not the one") {
				t.Errorf("the log does not say why: %s", w.log)
			}
		})
	}
}

// Searches never fail and always find a known record while the index is made
// anew, and what is saved during that is found after.
func TestRebuildWhileServing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 200 {
		if n%50 == 0 {
			w.create(t, result(n, "轴承清洗"))
			continue
		}
		if err := w.store.Save(t.Context(), []catalog.Write{{Record: published(result(n, "轴承清洗")), Action: catalog.Created, By: "王", At: time.Now()}})[0]; err != nil {
			t.Fatal(err)
		}
	}
	w.create(t, result(999, "换流阀塔检修"))
	w.catchUp(t)
	w.follow(t)

	ctx, stop := context.WithCancel(t.Context())
	var busy sync.WaitGroup
	var searches, saves atomic.Int64
	for range 3 {
		busy.Go(func() {
			for ctx.Err() == nil {
				res, err := w.index.Search(context.Background(), search.Request{Query: "换流阀", Facets: true, Snippets: true})
				if err != nil || res.Total != 1 || res.Hits[0].Code != "CG-2026-00999" {
					t.Errorf("while rebuilding: %v, %+v", err, res.Hits)
					return
				}
				searches.Add(1)
				time.Sleep(time.Millisecond) // else the rebuild hardly gets a turn on two cores
			}
		})
	}
	busy.Go(func() {
		for n := 2000; ctx.Err() == nil; n++ {
			if err := w.service.Create(context.Background(), "王", result(n, "齿轮修形")); err != nil {
				t.Error(err)
				return
			}
			if !finds(t, w.index, fmt.Sprintf("编号:CG-2026-%05d", n), fmt.Sprintf("CG-2026-%05d", n)) {
				t.Errorf("%d was saved and is not found", n)
				return
			}
			saves.Add(1)
		}
	})
	told := 0
	for n := 0; !t.Failed() && (n < 2 || searches.Load() == 0 || saves.Load() == 0); n++ { // a rebuild may be done before anybody had a turn
		if err := w.index.Rebuild(t.Context(), w.store, func(done int) { told = done }); err != nil {
			t.Error(err)
		}
	}
	stop()
	busy.Wait()
	w.catchUp(t)
	want := 201 + int(saves.Load())
	if got := w.status(t); got.Documents != want || got.Rebuilding {
		t.Errorf("%+v, want %d documents", got, want)
	}
	if told < 201 {
		t.Errorf("progress told %d, %d searches, %d saves", told, searches.Load(), saves.Load())
	}
}

// lateSource saves a record when a rebuild has read the feed behind its scan,
// and looks for it whenever the feed is read again.
type lateSource struct {
	Source
	save, look     func()
	scanned, saved bool
}

func (s *lateSource) Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error) {
	s.scanned = true
	return s.Source.Scan(ctx, kind, after, limit)
}

func (s *lateSource) Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error) {
	if s.saved {
		s.look()
	}
	changes, err := s.Source.Changes(ctx, after, limit)
	if s.scanned && !s.saved {
		s.save()
		s.saved = true
	}
	return changes, err
}

// What is saved when a rebuild believes to be at the head of the feed is found
// before, at and after the swap.
func TestSavedAtTheSwap(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "换流阀塔检修"))
	look := func() {
		if !finds(t, w.index, "齿轮修形", "CG-2026-00002") {
			t.Error("a record was saved and is not found")
		}
	}
	source := &lateSource{Source: w.store, save: func() { w.create(t, result(2, "齿轮修形")) }, look: look}
	if err := w.index.Rebuild(t.Context(), source, nil); err != nil {
		t.Fatal(err)
	}
	look()
	if !source.saved {
		t.Error("nothing was saved during the rebuild")
	}
}

// published gives a record as the service would save it.
func published(rec *catalog.Result) *catalog.Result {
	rec.Status, rec.Visibility = "published", "public"
	return rec
}

// pausedSource stops a rebuild in its scan until it is let go.
type pausedSource struct {
	Source
	reached, goOn chan struct{}
	once          sync.Once
}

func (s *pausedSource) Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error) {
	s.once.Do(func() { close(s.reached); <-s.goOn })
	return s.Source.Scan(ctx, kind, after, limit)
}

func TestOneRebuildAtATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	slow := &pausedSource{Source: w.store, reached: make(chan struct{}), goOn: make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- w.index.Rebuild(context.Background(), slow, nil) }()
	<-slow.reached
	if err := w.index.Rebuild(t.Context(), w.store, nil); errs.KindOf(err) != errs.Locked || !strings.Contains(errs.As(err).Message, "正在重建") {
		t.Errorf("a second rebuild: %v", err)
	}
	if !w.status(t).Rebuilding {
		t.Error("Status does not tell of the rebuild")
	}
	w.create(t, result(2, "曲轴磨削")) // saved while the old files serve
	close(slow.goOn)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := codes(t, w.index, "曲轴磨削"); len(got) != 2 {
		t.Errorf("after the rebuild: %v", got)
	}
}

// failingSource fails to scan, and tells of it.
type failingSource struct {
	Source
	fails  int
	failed func()
}

func (s *failingSource) Scan(context.Context, catalog.Kind, string, int) ([]catalog.Record, error) {
	s.fails++
	s.failed()
	return nil, errs.New(errs.Unavailable, "store.away", "数据库暂时连不上。")
}

// A rebuild that fails leaves the old index serving and nothing behind; Follow
// tries it again, after more steps each time.
func TestFailedRebuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	source := &failingSource{Source: w.store, failed: func() {}}
	if err := w.index.Rebuild(t.Context(), source, nil); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("rebuild: %v", err)
	}
	if s, err := w.index.Status(t.Context()); err != nil || s.Rebuilding || s.FailedRebuilds != 1 {
		t.Errorf("status %+v, %v", s, err)
	}
	if dirs, _ := filepath.Glob(filepath.Join(w.indexDir(), "v*")); len(dirs) != 1 {
		t.Errorf("left behind: %v", dirs)
	}
	ctx, stop := context.WithCancel(t.Context())
	source.fails, source.failed = 0, stop
	w.index.reportDamage(errBroken)
	w.index.Follow(ctx, source, time.Millisecond)
	if source.fails != 1 {
		t.Errorf("of the damage, %d rebuilds", source.fails)
	}
	f := follower{index: w.index, source: source, damage: errBroken}
	var tries []int
	for step := range 300 {
		source.failed = func() { tries = append(tries, step) }
		f.step(t.Context())
	}
	if diff := cmp.Diff([]int{0, 2, 5, 10, 19, 36, 69, 134, 199, 264}, tries); diff != "" {
		t.Errorf("rebuilds were tried at these steps (-want +got):\n%s", diff)
	}
	if !finds(t, w.index, "曲轴", "CG-2026-00001") {
		t.Error("the old index does not serve any more")
	}
}

// A closed index answers with a sentence, and closing again is no error.
func TestClosedIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	for range 2 {
		if err := w.index.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, err := range map[string]error{
		"apply":    w.index.Apply(t.Context(), []catalog.Record{published(result(2, "曲轴"))}),
		"catch up": w.index.CatchUp(t.Context(), w.store),
		"rebuild":  w.index.Rebuild(t.Context(), w.store, nil),
	} {
		if errs.KindOf(err) != errs.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.index.Search(t.Context(), search.Request{Query: "曲轴"}); errs.KindOf(err) != errs.Unavailable {
		t.Errorf("search: %v", err)
	}
}

// An operation whose context has ended stops and is no damage.
func TestCancelledContext(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := w.index.Search(ctx, search.Request{Query: "曲轴"}); err == nil {
		t.Error("a cancelled search answered")
	}
	if _, err := w.index.Rank(ctx, search.RankRequest{Clauses: []search.Clause{{Text: "曲轴", Weight: 1}}, Top: 10, Scoring: searchScoring}); err == nil {
		t.Error("a cancelled ranking answered")
	}
	select {
	case err := <-w.index.damaged:
		t.Errorf("taken for damage: %v", err)
	default:
	}
	if !finds(t, w.index, "曲轴", "CG-2026-00001") {
		t.Error("not found afterwards")
	}
}
