package indexer

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"hongniang/indexer/postings"
	"hongniang/internal/search"
)

// A document is decoded once as long as it is of use, and never after it changed.
func TestShelf(t *testing.T) {
	t.Parallel()
	w := filled(t, 3)
	w.openIndex(t)
	w.catchUp(t)
	read := func() search.Document {
		t.Helper()
		docs, err := w.index.Documents(t.Context(), []string{"result/CG-2026-00001"})
		if err != nil || len(docs) != 1 {
			t.Fatalf("%v, %v", docs, err)
		}
		return docs["result/CG-2026-00001"]
	}
	first := read()
	if again := read(); unsafe.StringData(again.Text) != unsafe.StringData(first.Text) {
		t.Error("decoded twice")
	}
	if _ = append(first.Codes, "他人的"); cap(first.Codes) != len(first.Codes) {
		t.Error("who appends to a list writes into that of others")
	}
	first.Title = "他人的"
	docs := []search.Document{read()}
	docs[0].Title, docs[0].Rev = "换了名称", docs[0].Rev+1
	if err := w.index.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if got := read(); got.Title != "换了名称" {
		t.Errorf("%q after the change", got.Title)
	}
}

// What was not asked for lately is forgotten.
func TestShelfIsFull(t *testing.T) {
	t.Parallel()
	var s shelf
	for i := range uint64(100) {
		s.keep(postings.Key{Segment: i}, stored{Text: strings.Repeat("文", shelfRoom/10/3), Document: search.Document{Title: fmt.Sprint(i)}})
		if _, kept := s.get(postings.Key{}); !kept {
			t.Fatalf("what is asked for again and again is gone after %d", i)
		}
	}
	kept := 0
	for i := range uint64(100) {
		if _, have := s.get(postings.Key{Segment: i}); have {
			kept++
		}
	}
	if kept < 5 || kept > 25 {
		t.Errorf("%d of 100 kept, each a tenth of the room", kept)
	}
}
