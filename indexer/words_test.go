package indexer

import (
	"slices"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// A new dictionary is used by documents and queries alike, and by neither before
// the index was rebuilt.
func TestWordsOfTheNextRebuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	const run = "溜槽卡阻检测"
	before := slices.Clone(w.index.cutter.Cut(run))
	w.index.UseWords(segment.New("溜槽卡阻 5000 n\n"), "second")
	if got := w.index.cutter.Cut(run); !slices.Equal(got, before) {
		t.Errorf("cut anew before the rebuild: %v", got)
	}
	if h := health(t, w.index); h.Words != "" || h.Wanted != "second" {
		t.Errorf("before the rebuild %+v", h)
	}
	if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
		t.Fatal(err)
	}
	if got := w.index.cutter.Cut(run); !slices.Contains(got, "溜槽卡阻") || slices.Contains(before, "溜槽卡阻") {
		t.Errorf("%v became %v", before, got)
	}
	if !w.index.cutter.Known("溜槽卡阻") {
		t.Error("the word is not known")
	}
	w.create(t, result(2, "溜槽卡阻"))
	if got := codes(t, w.index, "溜槽卡阻"); len(got) != 1 {
		t.Errorf("found %v", got)
	}
	if h := health(t, w.index); h.Words != "second" || h.Wanted != "second" || h.Documents != 2 || h.Segments < 1 || h.Bytes < 1 || h.Memory > h.Budget {
		t.Errorf("after the rebuild %+v", h)
	}
	w.closeAndOpen(t)
	if h := health(t, w.index); h.Words != "second" || h.Wanted != "" {
		t.Errorf("opened with another dictionary: %+v", h)
	}
}

func (w *world) closeAndOpen(t *testing.T) {
	t.Helper()
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	w.openIndex(t)
}

func health(t *testing.T, x *Index) Health {
	t.Helper()
	h, err := x.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHealthOfAClosedIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.index.Health(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v", err)
	}
}

// Synonyms on trial are seen by their own search alone.
func TestSearchWith(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "二保焊飞溅控制"))
	find := func(s *zh.Synonyms) int {
		t.Helper()
		res, err := w.index.SearchWith(t.Context(), search.Request{Query: "气体保护焊", Kinds: []catalog.Kind{catalog.KindResult}}, s)
		if err != nil {
			t.Fatal(err)
		}
		return res.Total
	}
	if n := find(zh.ParseSynonyms("")); n != 0 {
		t.Errorf("without synonyms %d", n)
	}
	if n := find(zh.ParseSynonyms("二保焊=气体保护焊")); n != 1 {
		t.Errorf("with synonyms %d", n)
	}
	if got := codes(t, w.index, "气体保护焊"); len(got) != 0 {
		t.Errorf("the trial stayed: %v", got)
	}
}
