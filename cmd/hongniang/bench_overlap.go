package main

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"hongniang/internal/bench"
	"hongniang/internal/bench/brute"
	"hongniang/internal/collection"
	"hongniang/internal/related"
	"hongniang/internal/search"
)

// plainRanker is what the answers of an index are checked by: the formula over
// every document, or an index's own slow path.
type plainRanker interface {
	// Rank gives the true order for the i-th request that was made known to it.
	Rank(ctx context.Context, i int) ([]search.Scored, error)
}

// overlap compares what the index answers with what the formula gives.
func (b benchMatch) overlap(ctx context.Context, r *bench.Report, x *opened, requests []search.RankRequest) error {
	truth, err := readBrute(ctx, x, b.index.corpus, requests)
	if err != nil {
		return err
	}
	return overlaps{engine: x, truth: truth, requests: requests}.report(ctx, r)
}

// overlaps is an engine and what its answers are checked by.
type overlaps struct {
	engine   search.Engine
	truth    plainRanker
	requests []search.RankRequest
}

// report adds the mean overlaps.
func (o overlaps) report(ctx context.Context, r *bench.Report) error {
	const near, far = 10, 200
	var first, all float64
	for i, req := range o.requests {
		want, err := o.truth.Rank(ctx, i)
		if err != nil {
			return err
		}
		req.Top = far
		got, err := o.engine.Rank(ctx, req)
		if err != nil {
			return err
		}
		first += brute.Overlap(want, got.Hits, near)
		all += brute.Overlap(want, got.Hits, far)
	}
	n := len(o.requests)
	r.Fact("overlap_at_10", fmt.Sprintf("与逐篇计算的重合@10（%d 条需求）", n), first/float64(n), "")
	r.Fact("overlap_at_200", fmt.Sprintf("与逐篇计算的重合@200（%d 条需求）", n), all/float64(n), "")
	return nil
}

// readBrute reads the corpus once more; documents are cut side by side.
func readBrute(ctx context.Context, x *opened, corpus string, requests []search.RankRequest) (*brute.Ranker, error) {
	model, err := related.Read(strings.NewReader(string(shippedRelated())))
	if err != nil {
		return nil, err
	}
	ranker := brute.New(brute.Words{Cutter: x.segmenter, Synonyms: x.synonyms, Related: model}, requests)
	docs, counted := make(chan search.Document, 64), make(chan brute.Counted, 64)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for d := range docs {
				counted <- ranker.Count(d)
			}
		})
	}
	var added sync.WaitGroup
	added.Go(func() {
		for c := range counted {
			ranker.Add(c)
		}
	})
	err = entriesOf(corpus, func(e collection.Entry) error {
		select {
		case docs <- benchDocument(e):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	close(docs)
	workers.Wait()
	close(counted)
	added.Wait()
	return ranker, err
}
