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
	in.noteIndexed(t.Context())
	health, err := in.index.Health(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if health.Segments != 1 || health.Documents != 7500 {
		t.Errorf("%d segments with %d documents", health.Segments, health.Documents)
	}
}
