package indexer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// oneOfMany is a document of manyDocuments.
func oneOfMany(i, rev int) search.Document {
	code := fmt.Sprintf("CG-%d", i)
	doc := search.Document{ID: "result/" + code, Kind: catalog.KindResult, Code: code, Rev: int64(rev), Title: fmt.Sprintf("清洗第%d次", i%7)}
	if i%8 == 0 { // short: they are many
		doc.Title, doc.Text = "轴承"+doc.Title, strings.Repeat("换流阀塔检修机器人。", i%5+1)
	}
	return doc
}

// manyDocuments is a batch whose segment the library does not merge by itself at once.
func manyDocuments(batch int) (docs []search.Document) {
	for i := range batchSize {
		docs = append(docs, oneOfMany(batchSize*batch+i, 1))
	}
	return docs
}

// scattered fills an index batch by batch, and changes and takes out some of it.
func scattered(t *testing.T, x *Index) {
	t.Helper()
	for batch := range batches {
		docs := manyDocuments(batch)
		if batch > 0 {
			docs = append(docs, oneOfMany(batchSize*batch-3, 2))
		}
		if err := x.AddDocuments(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.apply(t.Context(), []change{{id: "result/CG-5", rev: 9}, {id: "result/CG-77", rev: 9}}, nil); err != nil {
		t.Fatal(err)
	}
	if n := segmentsOf(t, x); n < batches {
		t.Fatalf("%d segments: nothing to merge", n)
	}
}

const batches, batchSize = 3, 2500

func segmentsOf(t testing.TB, x *Index) int {
	t.Helper()
	health, err := x.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return health.Segments
}

// bytesBelow adds up all files of a directory.
func bytesBelow(t *testing.T, dir string) (sum int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the library removes what was merged away
		}
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// What was merged is merged still should the process be killed at once.
func TestCompactIsKept(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("many documents")
	}
	w := newWorld(t)
	for batch := range 2 {
		if err := w.index.AddDocuments(t.Context(), manyDocuments(batch)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	states, err := os.ReadFile(filepath.Join(w.index.path, "store", "root.bolt")) // at once: a little later it is written anyway
	if err != nil {
		t.Fatal(err)
	}
	var left string
	eventually(t, "a copy", func() bool { // while the library removes what was merged away
		left = t.TempDir()
		return os.CopyFS(left, os.DirFS(w.index.path)) == nil
	})
	if err := os.WriteFile(filepath.Join(left, "store", "root.bolt"), states, 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := openFiles(left, true)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	err = withReader(opened, func(r index.IndexReader) error {
		if files := segmentFiles(r); len(files) != 1 {
			t.Errorf("%v are found again", files)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	scattered(t, w.index)
	answers := func() (any, any) {
		ranked, err := w.index.Rank(t.Context(), search.RankRequest{Clauses: []search.Clause{{Text: "换流阀塔检修，轴承清洗第三次", Weight: 1}}, Scoring: search.Scoring{Words: 1, Bigrams: .5, Characters: .2, K1: 1.2, B: .75, Repeat: 1, IDFPower: 1}, Top: 300})
		if err != nil {
			t.Fatal(err)
		}
		return ranked, ask(t, w.index, search.Request{Query: "轴承", Facets: true, Snippets: true, Page: 1, Size: 50})
	}
	ranked, page := answers()
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := segmentsOf(t, w.index); n != 1 {
		t.Errorf("%d segments are left", n)
	}
	if used, all := health(t, w.index).Bytes, bytesBelow(t, w.index.path); used < 1 || used >= all {
		t.Errorf("%d bytes are said to be used of %d: those merged away count too", used, all)
	}
	again, pageAgain := answers()
	if diff := cmp.Diff(ranked, again); diff != "" {
		t.Errorf("ranked otherwise:\n%s", diff)
	}
	if diff := cmp.Diff(page, pageAgain); diff != "" {
		t.Errorf("found otherwise:\n%s", diff)
	}
	if n := w.status(t).Documents; n != batches*batchSize-2 {
		t.Errorf("%d documents", n)
	}

	// For one document all others are not written again.
	if err := w.index.AddDocuments(t.Context(), []search.Document{{ID: "result/CG-90000", Kind: catalog.KindResult, Code: "CG-90000", Rev: 1, Title: "焊缝"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := segmentsOf(t, w.index); n != 2 {
		t.Errorf("%d segments after one more document", n)
	}
	if got := ask(t, w.index, search.Request{Query: "焊缝"}); got.Total != 1 {
		t.Errorf("%d found after it", got.Total)
	}
}

// A disk without room for all segments once more keeps them as they are.
func TestCompactWithoutRoom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	scattered(t, w.index)
	before := segmentsOf(t, w.index)
	w.index.free = func(string) (int64, error) { return 64 << 20, nil }
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := segmentsOf(t, w.index); n != before {
		t.Errorf("%d segments of %d are left", n, before)
	}
	if said := w.log.String(); !strings.Contains(said, "no room to merge") {
		t.Errorf("the log does not tell: %s", said)
	}
}

func TestCompactEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	scattered(t, w.index)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := w.index.Compact(ctx); err == nil {
		t.Error("nobody is told that it was given up")
	}
	if n := segmentsOf(t, w.index); n < batches || w.index.isBroken() {
		t.Errorf("it went on: %d segments, broken: %t", n, w.index.isBroken())
	}
	if got := ask(t, w.index, search.Request{Query: "轴承"}); got.Total == 0 {
		t.Error("nothing is found any more")
	}
	if err := w.index.Compact(t.Context()); err != nil || segmentsOf(t, w.index) != 1 {
		t.Errorf("later: %v, %d segments", err, segmentsOf(t, w.index))
	}
	w.index.Close()
	if err := w.index.Compact(t.Context()); err == nil {
		t.Error("a closed index is compacted")
	}
}

// What a rebuild makes is one segment.
func TestRebuildCompacts(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("many documents")
	}
	w := newWorld(t)
	const records = fillSize * 3 / 2 // two batches
	for n := 0; n < records; n += 500 {
		var writes []catalog.Write
		for i := range 500 {
			writes = append(writes, catalog.Write{Record: published(result(n+i, "轴承清洗")), Action: catalog.Created, By: "王", At: time.Now()})
		}
		for _, err := range w.store.Save(t.Context(), writes) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
		t.Fatal(err)
	}
	if n := segmentsOf(t, w.index); n != 1 || w.status(t).Documents != records {
		t.Errorf("%d segments, %d documents", n, w.status(t).Documents)
	}
}
