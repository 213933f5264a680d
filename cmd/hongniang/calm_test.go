package main

import (
	"testing"
	"time"

	"hongniang/indexer"
)

// What reads a whole stock begins when the index is ready: with a small stock at once,
// with one that is felt two seconds later.
func TestCalm(t *testing.T) {
	t.Parallel()
	for documents, want := range map[int]time.Duration{0: 0, 19_999: 0, 20_000: 2 * time.Second, 1_000_000: 2 * time.Second} {
		if got := calmFor(documents); got != want {
			t.Errorf("%d documents: %v", documents, got)
		}
	}
	segmenter, err := newSegmenter("")
	if err != nil {
		t.Fatal(err)
	}
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: segmenter})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	in, warm, calm := &installation{index: index}, make(chan struct{}), make(chan bool, 1)
	go func() { calm <- in.untilCalm(t.Context(), warm) }()
	select {
	case <-calm:
		t.Error("it is calm before the index is ready")
	case <-time.After(50 * time.Millisecond):
	}
	close(warm)
	if !<-calm {
		t.Error("it was given up")
	}
}
