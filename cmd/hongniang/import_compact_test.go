package main

import (
	"fmt"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/config"
	"hongniang/internal/search"
)

// Most of what is in the index after a large import lies in one segment.
func TestImportCompacts(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load("", []string{"HONGNIANG_DATA_DIR=" + t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	in, err := open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer in.close()
	for batch := range 3 {
		var docs []search.Document
		for i := range 2500 { // more than the library merges by itself at once
			code := fmt.Sprintf("CG-%d-%d", batch, i)
			docs = append(docs, search.Document{ID: "result/" + code, Kind: catalog.KindResult, Code: code, Rev: 1, Title: "轴承清洗"})
		}
		if err := in.index.AddDocuments(t.Context(), docs); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ saved, segments int }{{largeImport - 1, 3}, {largeImport, 1}} {
		in.compactAfter(t.Context(), c.saved)
		health, err := in.index.Health(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if health.Segments != c.segments || health.Documents != 7500 {
			t.Errorf("behind %d saved: %d segments with %d documents", c.saved, health.Segments, health.Documents)
		}
	}
}
