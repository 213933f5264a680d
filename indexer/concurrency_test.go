package indexer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Eight readers of every kind of question and four writers at once: each answer
// is right in itself, and at the end everything is there. Run with -race.
func TestReadersAndWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(0, "换流阀塔检修"))
	w.follow(t)
	const writers, saves = 4, 10
	ctx, stop := context.WithCancel(t.Context())
	var reading, writing sync.WaitGroup
	for n := range 8 {
		reading.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 1))
			for again := true; again; again = ctx.Err() == nil { // once at least, however quick the writers are
				if err := w.askAnything(random); err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Millisecond) // else the writers hardly get a turn on two cores
			}
		})
	}
	for n := range writers {
		writing.Go(func() {
			for i := range saves {
				rec := result(1000*(n+1)+i, "轴承清洗")
				if err := w.service.Create(t.Context(), fmt.Sprint("第", n, "人"), rec); err != nil {
					t.Error(err)
					return
				}
				rec.Title = fmt.Sprintf("齿轮修形第%d号", 1000*(n+1)+i)
				if err := w.service.Update(t.Context(), "王", rec); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	if got := w.status(t).Documents; got != writers*saves+1 {
		t.Errorf("%d documents, want %d", got, writers*saves+1)
	}
	if got := ask(t, w.index, search.Request{Query: "标题:齿轮修形"}).Total; got != writers*saves {
		t.Errorf("%d of %d have their last title", got, writers*saves)
	}
	if got := ask(t, w.index, search.Request{Query: "标题:轴承清洗"}).Total; got != 0 {
		t.Errorf("%d still have their first title", got)
	}
}

// askAnything asks one question whose answer is known in part.
func (w *world) askAnything(random *rand.Rand) error {
	ctx := context.Background()
	switch random.IntN(5) {
	case 0:
		res, err := w.index.Search(ctx, search.Request{Query: "换流阀", Facets: true, Snippets: true})
		if err != nil || res.Total != 1 || len(res.Facets[search.FacetKind]) != 1 || res.Facets[search.FacetKind][0].Count != 1 {
			return fmt.Errorf("search: %w, %d hits, %v", err, res.Total, res.Facets)
		}
	case 1:
		res, err := w.index.Search(ctx, search.Request{Query: "kind:成果", Sort: search.ByDate})
		if err != nil || res.Total < 1 {
			return fmt.Errorf("list: %w, %d hits", err, res.Total)
		}
	case 2:
		if list, err := w.index.Suggest(ctx, "hlf", 3); err != nil || len(list) == 0 {
			return fmt.Errorf("suggest: %w, %v", err, list)
		}
	case 3:
		res, err := w.index.Rank(ctx, search.RankRequest{Clauses: []search.Clause{{Text: "换流阀塔检修", Weight: 1}}, Kinds: []catalog.Kind{catalog.KindResult}, Top: 3})
		if err != nil || len(res.Hits) < 1 || res.Hits[0].ID != "result/CG-2026-00000" {
			return fmt.Errorf("rank: %w, %v", err, res.Hits)
		}
	default:
		docs, err := w.index.Documents(ctx, []string{"result/CG-2026-00000"})
		if err != nil || len(docs) != 1 {
			return fmt.Errorf("documents: %w, %v", err, docs)
		}
	}
	return nil
}
