package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/zh/segment"
)

// After an import the index is at the head of the feed, so that the next process has
// nothing to index.
func TestImportLeavesNothingToIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	var rows strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&rows, `{"external_id":"o%d","name":"示例第%d号有限公司","region_code":"371000"}`+"\n", i, i)
	}
	path := filepath.Join(t.TempDir(), "o.jsonl")
	if err := os.WriteFile(path, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := imported(t, "organisation", path, "--data", dir); got.Created != 1200 {
		t.Fatalf("%+v", got)
	}
	store, err := sqlitestore.Open(t.Context(), filepath.Join(dir, "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	x, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: segment.New("")})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	status, err := x.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	head, err := catalog.Head(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	if status.Checkpoint != head.Seq || head.Seq < 1200 {
		t.Errorf("the index stands at %d, the feed at %d", status.Checkpoint, head.Seq)
	}
}
