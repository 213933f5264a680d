package upkeep_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/upkeep"
)

var clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// One rebuild runs, a second is refused, and who looks sees how far it is.
func TestRebuild(t *testing.T) {
	atWork, goOn := make(chan struct{}), make(chan error)
	r := &upkeep.Rebuild{
		Now: func() time.Time { return clock }, Count: func(context.Context) (int, error) { return 40, nil },
		Do: func(_ context.Context, progress func(int)) error {
			progress(20)
			progress(10) // two writers may tell in either order
			atWork <- struct{}{}
			return <-goOn
		},
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	if err := r.Ask("U1"); err != nil { // before anybody works
		t.Fatal(err)
	}
	if err := r.Ask("U2"); !errs.Is(err, errs.Locked) {
		t.Errorf("while one waits: %v", err)
	}
	go func() { r.Work(ctx); close(ended) }()
	<-atWork
	if s := r.State(); !s.Running || s.Asked || s.Done != 20 || s.Total != 40 || s.By != "U1" || !s.Began.Equal(clock) {
		t.Errorf("%+v", s)
	}
	if err := r.Ask("U2"); !errs.Is(err, errs.Locked) {
		t.Errorf("while one runs: %v", err)
	}
	goOn <- errors.New("full disk")
	for r.State().Running { // the last change of the state comes behind what it waits for
		runtime.Gosched()
	}
	if s := r.State(); s.Err == nil || !s.Ended.Equal(clock) {
		t.Errorf("%+v", s)
	}
	if err := r.Ask("U2"); err != nil {
		t.Fatal(err)
	}
	<-atWork
	if s := r.State(); s.Err != nil || s.By != "U2" {
		t.Errorf("%+v", s)
	}
	goOn <- nil
	stop()
	<-ended
}

func TestRebuildOfWhatCannotBeCounted(t *testing.T) {
	away := errs.New(errs.Unavailable, "store.unavailable", "数据库连不上。")
	done := make(chan struct{})
	r := &upkeep.Rebuild{Now: func() time.Time { return clock }, Count: func(context.Context) (int, error) { defer close(done); return 0, away }}
	if err := r.Ask("U1"); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go r.Work(ctx)
	<-done
	for r.State().Running {
		runtime.Gosched()
	}
	if !errors.Is(r.State().Err, away) {
		t.Errorf("%+v", r.State())
	}
}

// filled is a real store with 30 records, changed at one a minute.
func filled(t *testing.T) *sqlitestore.Store {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	var writes []catalog.Write
	for i := range 30 {
		var rec catalog.Record = &catalog.Result{Title: fmt.Sprint("成果", i)}
		if i%3 == 0 {
			rec = &catalog.Need{Title: fmt.Sprint("需求", i)}
		}
		rec.Base().Code = fmt.Sprintf("X-%02d", i)
		writes = append(writes, catalog.Write{Record: rec, Action: catalog.Created, By: fmt.Sprintf("U%d 某人", i%2), At: clock.Add(time.Duration(i) * time.Minute)})
	}
	for _, err := range store.Save(t.Context(), writes) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return store
}

func TestLog(t *testing.T) {
	store := filled(t)
	seqs := func(w upkeep.Wanted, limit int) ([]int64, upkeep.Page) {
		t.Helper()
		p, err := upkeep.Log(t.Context(), store, w, limit)
		if err != nil {
			t.Fatal(err)
		}
		var out []int64
		for _, c := range p.Changes {
			out = append(out, c.Seq)
		}
		return out, p
	}
	if got, p := seqs(upkeep.Wanted{}, 3); !slices.Equal(got, []int64{30, 29, 28}) || p.Next != 28 {
		t.Errorf("%v, next %d", got, p.Next)
	}
	if got, p := seqs(upkeep.Wanted{Before: 3}, 3); !slices.Equal(got, []int64{2, 1}) || p.Next != 0 {
		t.Errorf("the last page: %v, next %d", got, p.Next)
	}
	if got, p := seqs(upkeep.Wanted{}, 30); len(got) != 30 || p.Next != 0 {
		t.Errorf("all: %d, next %d", len(got), p.Next)
	}
	for name, tt := range map[string]struct {
		w    upkeep.Wanted
		want int
	}{
		"kind":     {upkeep.Wanted{Kind: catalog.KindNeed}, 10},
		"code":     {upkeep.Wanted{Code: "x-07"}, 1},
		"by":       {upkeep.Wanted{By: "U1"}, 15},
		"action":   {upkeep.Wanted{Action: catalog.Deleted}, 0},
		"time":     {upkeep.Wanted{Since: clock.Add(5 * time.Minute), Until: clock.Add(8 * time.Minute)}, 3},
		"long ago": {upkeep.Wanted{Since: clock.Add(48 * time.Hour)}, 0},
	} {
		if got, _ := seqs(tt.w, 100); len(got) != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n, err := upkeep.Behind(t.Context(), store, 25, 1000); err != nil || n != 5 {
		t.Errorf("%d behind, %v", n, err)
	}
}

// A page gives up after enough was looked through, and says where to go on.
func TestLogGivesUp(t *testing.T) {
	feed := endless{}
	p, err := upkeep.Log(t.Context(), feed, upkeep.Wanted{Before: 200_001, Code: "nobody"}, 50)
	if err != nil || !p.Cut || p.Next != 150_001 || len(p.Changes) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// endless is a feed in which every place is taken.
type endless struct{}

func (endless) Changes(_ context.Context, after int64, limit int) ([]catalog.Change, error) {
	out := make([]catalog.Change, limit)
	for i := range out {
		out[i] = catalog.Change{Seq: after + int64(i) + 1, At: clock}
	}
	return out, nil
}
