package indexer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
)

// report95 reports the 95th percentile.
func report95(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func BenchmarkSearchShort(b *testing.B) {
	x := demonstration(b)
	queries := []string{"曲轴磨削烧伤", "换流阀", "数控机床", "kind:专利 焊接变形", "静电除雾", "轴承异响 地区:山东", "T3.3-3650", "不锈钢管道氩弧焊气孔"}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if _, err := x.Search(b.Context(), search.Request{Query: queries[i%len(queries)], Facets: true, Snippets: true}); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	report95(b, took)
}

func BenchmarkRankNeed(b *testing.B) {
	x := demonstration(b)
	recs, err := demo.Records(catalog.KindNeed)
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		need := recs[i%len(recs)].(*catalog.Need)
		req := search.RankRequest{Top: 300, Clauses: []search.Clause{{Text: need.Title, Weight: 1}, {Text: need.SummaryPublic + need.Background + need.Detail, Weight: 0.3}}}
		start := time.Now()
		if _, err := x.Rank(b.Context(), req); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	report95(b, took)
}

func BenchmarkSuggest(b *testing.B) {
	x := demonstration(b)
	for i := 0; b.Loop(); i++ {
		if _, err := x.Suggest(b.Context(), []string{"q", "qz", "曲", "shuk"}[i%4], 8); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkIndex writes batches of 500 of the demonstration's texts.
func BenchmarkIndex(b *testing.B) {
	var docs []search.Document
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			b.Fatal(err)
		}
		for _, rec := range recs {
			rec.Base().Status, rec.Base().Visibility = "published", "public"
			if doc, public := search.FromRecord(rec); public {
				docs = append(docs, doc)
			}
		}
	}
	w := newWorld(b)
	n := 0
	for b.Loop() {
		batch := make([]search.Document, 500)
		for i := range batch {
			batch[i] = docs[n%len(docs)]
			batch[i].ID = fmt.Sprintf("%s-%d", batch[i].ID, n)
			n++
		}
		if err := w.index.AddDocuments(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "docs/s")
}

// BenchmarkLearnRelated learns from 5,000 short documents, read from the index.
func BenchmarkLearnRelated(b *testing.B) {
	x := relatedWorld(b, b.TempDir(), newClock(), &lockedBuffer{})
	addTexts(b, x, 0, 5000)
	for b.Loop() {
		if err := x.LearnRelated(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(5000*float64(b.N)/b.Elapsed().Seconds(), "docs/s")
}
