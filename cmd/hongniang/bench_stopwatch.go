package main

import (
	"context"
	"time"

	"hongniang/internal/bench"
	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// whereTimeGoes matches every need once more and reports what of that the engine
// takes for each of its tasks; the rest is the matcher's own.
func whereTimeGoes(ctx context.Context, r *bench.Report, x *opened, needs []collection.Query) error {
	w := &stopwatch{Engine: x}
	m := &matcher.Matcher{Engine: w, Now: time.Now}
	start := time.Now()
	for _, q := range needs {
		if _, err := m.Match(ctx, requestOf(q)); err != nil {
			return err
		}
	}
	rest := time.Since(start) - w.rank - w.documents - w.explain
	each := func(d time.Duration) float64 { return bench.Milliseconds(d) / float64(len(needs)) }
	r.Fact("match_rank_milliseconds", "一次完整匹配里：检索文档和人选", each(w.rank), "毫秒")
	r.Fact("match_documents_milliseconds", "一次完整匹配里：读文档", each(w.documents), "毫秒")
	r.Fact("match_explain_milliseconds", "一次完整匹配里：找理由", each(w.explain), "毫秒")
	r.Fact("match_rest_milliseconds", "一次完整匹配里：其余", each(rest), "毫秒")
	return nil
}

// stopwatch adds up how long an engine takes. It is for one caller at a time.
type stopwatch struct {
	search.Engine
	rank, documents, explain time.Duration
}

// Rank hands on.
func (w *stopwatch) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	defer w.time(&w.rank)()
	return w.Engine.Rank(ctx, req)
}

// Documents hands on.
func (w *stopwatch) Documents(ctx context.Context, ids []string) (map[string]search.Document, error) {
	defer w.time(&w.documents)()
	return w.Engine.Documents(ctx, ids)
}

// Explain hands on.
func (w *stopwatch) Explain(ctx context.Context, req search.RankRequest, ids []string) (map[string]search.Explanation, error) {
	defer w.time(&w.explain)()
	return w.Engine.Explain(ctx, req, ids)
}

// time starts, and adds to sum when its answer is called.
func (w *stopwatch) time(sum *time.Duration) (stop func()) {
	start := time.Now()
	return func() { *sum += time.Since(start) }
}
