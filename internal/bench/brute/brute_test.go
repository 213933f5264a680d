package brute_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/bench/brute"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

// world is the demonstration's public records in a real index and in a ranker
// for what the matcher asks for its needs.
type world struct {
	index    *indexer.Index
	requests []search.RankRequest
	ranker   *brute.Ranker
}

// listener notes what a matcher asks an engine.
type listener struct {
	search.Engine
	heard []search.RankRequest
}

func (l *listener) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	l.heard = append(l.heard, req)
	return l.Engine.Rank(ctx, req)
}

func newWorld(t testing.TB) world {
	t.Helper()
	shipped := configs.Text("related.tsv")
	model, err := related.Read(strings.NewReader(shipped))
	if err != nil {
		t.Fatal(err)
	}
	w := brute.Words{Cutter: segment.New(configs.Text("userdict.txt")), Synonyms: zh.ParseSynonyms(configs.Text("synonyms.txt")), Related: model}
	x, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: w.Cutter, Related: []byte(shipped)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	x.UseSynonyms(w.Synonyms)
	var docs []search.Document
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range recs {
			if d, public := search.FromRecord(rec); public {
				docs = append(docs, d)
			}
		}
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	ear := &listener{Engine: x}
	m := matcher.Matcher{Engine: ear}
	for _, d := range docs {
		if d.Kind != catalog.KindNeed || len(ear.heard) >= 60 {
			continue
		}
		if _, err := m.RankPeople(t.Context(), matcher.Request{Title: d.Title, Text: d.Text}, catalog.KindExpert, 10); err != nil {
			t.Fatal(err)
		}
	}
	out := world{index: x, requests: ear.heard, ranker: brute.New(w, ear.heard)}
	counted := make([]brute.Counted, len(docs)) // side by side, as the bench does
	var workers sync.WaitGroup
	for half := range 2 {
		workers.Go(func() {
			for i := half; i < len(docs); i += 2 {
				counted[i] = out.ranker.Count(docs[i])
			}
		})
	}
	workers.Wait()
	for _, c := range counted {
		out.ranker.Add(c)
	}
	return out
}

// Every document and every score of the index is the one that the formula gives,
// for documents and for profiles, related words and boilerplate included.
func TestIndexAgrees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if len(w.requests) < 60 {
		t.Fatalf("only %d requests", len(w.requests))
	}
	for i, req := range w.requests {
		truth, err := w.ranker.Rank(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		req.Top = 10_000
		got, err := w.index.Rank(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Hits) != len(truth) || len(truth) == 0 {
			t.Fatalf("request %d: the index finds %d, the formula %d", i, len(got.Hits), len(truth))
		}
		scores := map[string]float64{}
		for _, s := range truth {
			scores[s.ID] = s.Score
		}
		for _, h := range got.Hits {
			if math.Abs(h.Score/scores[h.ID]-1) > 1e-5 {
				t.Fatalf("request %d: %s scores %.6f, by the formula %.6f", i, h.ID, h.Score, scores[h.ID])
			}
		}
		if o := brute.Overlap(truth, got.Hits, 200); o != 1 {
			t.Errorf("request %d: overlap@200 %.3f", i, o)
		}
	}
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	list := func(scored ...any) []search.Scored {
		var out []search.Scored
		for i := 0; i < len(scored); i += 2 {
			out = append(out, search.Scored{ID: scored[i].(string), Score: scored[i+1].(float64)})
		}
		return out
	}
	truth := list("a", 5.0, "b", 4.0, "c", 3.0, "d", 3.0, "e", 1.0)
	for name, c := range map[string]struct {
		truth, got []search.Scored
		k          int
		want       float64
	}{
		"the same":                   {truth, truth, 3, 1},
		"another of the same score":  {truth, list("b", 4.0, "a", 5.0, "d", 3.0), 3, 1},
		"one wrong":                  {truth, list("a", 5.0, "b", 4.0, "e", 1.0), 3, 2.0 / 3},
		"one missing":                {truth, list("a", 5.0, "b", 4.0), 3, 2.0 / 3},
		"one twice":                  {truth, list("a", 5.0, "a", 5.0, "b", 4.0), 3, 2.0 / 3},
		"rounded":                    {list("a", 1.0, "b", 0.999999), list("b", 1.0), 1, 1},
		"fewer true ones":            {list("a", 1.0), list("a", 1.0), 10, 1},
		"more than there are":        {list("a", 1.0), list("b", 1.0, "a", 0.5), 10, 0},
		"nothing to find":            {nil, nil, 10, 1},
		"nothing to find, one found": {nil, list("a", 1.0), 10, 1},
	} {
		if got := brute.Overlap(c.truth, c.got, c.k); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %.3f, want %.3f", name, got, c.want)
		}
	}
}

// A ranker sorts like the engine: by score, then by id; and ends with its context.
func TestRankOrderAndContext(t *testing.T) {
	t.Parallel()
	w := brute.Words{Cutter: segment.New("")}
	req := search.RankRequest{Clauses: []search.Clause{{Text: "换流阀", Weight: 1}}, Kinds: []catalog.Kind{catalog.KindResult}, Scoring: search.DefaultScoring()}
	r := brute.New(w, []search.RankRequest{req})
	for _, id := range []string{"result/b", "result/a", "patent/c"} {
		kind, _ := search.SplitID(id)
		r.Add(r.Count(search.Document{ID: id, Kind: kind, Title: "换流阀"}))
	}
	got, err := r.Rank(t.Context(), 0)
	if err != nil || len(got) != 2 || got[0].ID != "result/a" || got[1].ID != "result/b" {
		t.Errorf("%v, %v", got, err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := r.Rank(ended, 0); err == nil {
		t.Error("it goes on after its context")
	}
	if !slices.IsSortedFunc(got, func(a, b search.Scored) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("ties are not in order of id")
	}
}
