package indexer

import (
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// ranked gives the ids that answer a need, best first, with related words at a
// weight.
func ranked(t *testing.T, x *Index, text string, weight float64) []string {
	t.Helper()
	got, err := x.Rank(t.Context(), search.RankRequest{
		Clauses: []search.Clause{{Text: text, Weight: 1}}, Top: 10,
		Scoring: search.Scoring{Words: 0.5, Bigrams: 1, K1: 1.2, B: 0.75, IDFPower: 1.25, Repeat: 1, Related: weight},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, hit := range got.Hits {
		out = append(out, hit.ID)
	}
	return out
}

// A document that lacks a word of the need is reached by a related word, and by
// another name that operators gave it; it never stands before one that has the
// word itself, nor is it reached when related words are left aside.
func TestRelatedWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	docs := []search.Document{
		{ID: "result/own", Kind: catalog.KindResult, Title: "铣刀抖动的抑制和加工参数的一般说明以及其他若干事项"},
		{ID: "result/near", Kind: catalog.KindResult, Title: "颤振"},
		{ID: "result/other", Kind: catalog.KindResult, Title: "换流阀水冷管路"},
	}
	if err := w.index.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if got := ranked(t, w.index, "抖动", 0.5); len(got) != 1 || got[0] != "result/own" {
		t.Errorf("nothing is related yet: %v", got)
	}
	both := func(why string) {
		t.Helper()
		if got := ranked(t, w.index, "抖动", 0.5); len(got) != 2 || got[0] != "result/own" || got[1] != "result/near" {
			t.Errorf("%s: %v", why, got)
		}
		if got := ranked(t, w.index, "抖动", 0); len(got) != 1 {
			t.Errorf("%s, left aside: %v", why, got)
		}
	}
	w.index.UseSynonyms(zh.ParseSynonyms("抖动 = 颤振"))
	both("another name")
	w.index.UseSynonyms(zh.ParseSynonyms(""))
	w.index.words.joined.Store(companyOf(t, "抖动\t颤振\t0.9\n"))
	both("a related word")
}

func companyOf(t *testing.T, lines string) *related.Model {
	t.Helper()
	m, err := related.Read(strings.NewReader("hongniang-related\t1\t1\t0\t0\n" + lines))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
