package indexer

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/configs"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// An index without memory answers what one with memory does, and says that it is
// slow.
func TestWithoutMemory(t *testing.T) {
	t.Parallel()
	quick := demonstration(t)
	slow, err := Open(t.TempDir(), Options{Cutter: cutter(), Memory: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slow.Close() })
	slow.UseSynonyms(zh.ParseSynonyms(configs.Text("synonyms.txt")))
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err == nil {
			err = slow.Apply(t.Context(), recs)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for x, want := range map[*Index]bool{quick: false, slow: true} {
		if status, err := x.Status(t.Context()); err != nil || status.Slow != want {
			t.Errorf("%+v, %v; want slow %v", status, err, want)
		}
	}
	equal := cmp.Options{cmpopts.EquateApprox(1e-5, 0), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(search.Document{}, "Rev", "Date")}
	for _, query := range []string{"曲轴磨削", "換流閥 kind:专利", "焊接 变形 地区:山东"} {
		req := search.Request{Query: query, Facets: true, Snippets: true}
		if diff := cmp.Diff(ask(t, slow, req), ask(t, quick, req), equal); diff != "" {
			t.Errorf("%s (-slow +quick)\n%s", query, diff)
		}
	}
	req := search.RankRequest{Clauses: []search.Clause{{Text: "曲轴连杆颈磨削烧伤", Weight: 1}}, Top: 20, Scoring: searchScoring}
	a, err := slow.Rank(t.Context(), req)
	b, err2 := quick.Rank(t.Context(), req)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	same(t, req, a, b)
}

// A rebuilt index begins with the postings that the old one was asked for.
func TestRebuildBeginsWarm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 30 {
		w.create(t, result(n, "曲轴磨削"))
	}
	ask(t, w.index, search.Request{Query: "曲轴磨削"})
	before := w.index.cache.Asked()
	if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
		t.Fatal(err)
	}
	if after := w.index.cache.Asked(); len(before) == 0 || len(after) != len(before) {
		t.Errorf("%d terms, %d before", len(after), len(before))
	}
}

// An index is made at full speed where nobody asks the one that serves, as at a command
// or at the first start; beside one that was asked it rests after its work.
func TestRebuildLeavesRoomForWhoAsks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	for _, asked := range []bool{false, true} {
		if asked {
			ask(t, w.index, search.Request{Query: "曲轴磨削"})
		}
		fresh, err := w.index.build(t.Context(), w.store, nil)
		if err != nil {
			t.Fatal(err)
		}
		if fresh.beside != asked {
			t.Errorf("somebody asked: %v, but the rebuild takes it for %v", asked, fresh.beside)
		}
		if err := fresh.Close(); err != nil {
			t.Error(err)
		}
	}
	if fault := errors.New("full"); !errors.Is(thenRest(t.Context(), func() error { return fault }), fault) {
		t.Error("what fails is not told")
	}
}

// flickering is a context that is cancelled when it has been asked a few times.
type flickering struct {
	context.Context
	left *atomic.Int64
}

func (f flickering) Err() error {
	if f.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// A search whose caller goes away is no damage, whenever that is.
func TestCancelledSearchIsNoDamage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 30 {
		w.create(t, result(n, "曲轴磨削"))
	}
	for calls := range int64(60) {
		left := &atomic.Int64{}
		left.Store(calls)
		w.index.Search(flickering{t.Context(), left}, search.Request{Query: "曲轴磨削 单位:重工 编号:CG-2026", Facets: true})
		select {
		case err := <-w.index.damaged:
			t.Fatalf("after %d looks at the context: %v", calls, err)
		default:
		}
	}
}
