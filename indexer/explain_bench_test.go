package indexer

import (
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
)

// BenchmarkExplain60 explains 60 documents, as many as a long list of
// candidates with their documents has.
func BenchmarkExplain60(b *testing.B) {
	x := demonstration(b)
	recs, err := demo.Records(catalog.KindNeed)
	if err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		req := wholeNeed(recs[i%len(recs)].(*catalog.Need))
		b.StopTimer()
		ranking, err := x.Rank(b.Context(), req)
		if err != nil {
			b.Fatal(err)
		}
		var ids []string
		for _, hit := range ranking.Hits {
			ids = append(ids, hit.ID)
		}
		b.StartTimer()
		start := time.Now()
		if _, err := x.Explain(b.Context(), req, ids); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	report95(b, took)
}

// wholeNeed ranks results for all that a need says, as the matcher does.
func wholeNeed(need *catalog.Need) search.RankRequest {
	return search.RankRequest{
		Top: 60, Name: 5, Kinds: []catalog.Kind{catalog.KindResult, catalog.KindPatent},
		Clauses: []search.Clause{{Text: need.Title, Weight: 1}, {Text: need.SummaryPublic + need.Background + need.Detail, Weight: 0.5}},
		Scoring: search.Scoring{Words: 0.5, Bigrams: 1, Characters: 0.8, K1: 1.2, B: 0.75, IDFPower: 1.25, Repeat: 0.7, NeedPower: 0.5},
	}
}
