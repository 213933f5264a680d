package indexer

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"hongniang/internal/catalog"
)

// While one batch is written, saves gather for the next, and are written together.
func TestSavesGather(t *testing.T) {
	t.Parallel()
	begun, goOn := make(chan int), make(chan error)
	g := gathering{write: func(changes []change) error {
		begun <- len(changes)
		return <-goOn
	}}
	answers := make(chan error)
	save := func(ids ...string) {
		var changes []change
		for _, id := range ids {
			changes = append(changes, change{id: id})
		}
		go func() { answers <- g.add(t.Context(), changes) }()
	}
	save("a")
	if n := <-begun; n != 1 {
		t.Fatalf("the first batch has %d changes", n)
	}
	save("b", "c")
	save("d")
	eventually(t, "both wait", func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.next != nil && g.next.joined == 2
	})
	goOn <- nil
	if err := <-answers; err != nil {
		t.Error(err)
	}
	if n := <-begun; n != 3 {
		t.Errorf("the second batch has %d changes, want those of two saves", n)
	}
	full := errors.New("disk full")
	goOn <- full
	for range 2 {
		if err := <-answers; !errors.Is(err, full) {
			t.Errorf("a save whose batch failed is told %v", err)
		}
	}
	save("e")
	if n := <-begun; n != 1 {
		t.Errorf("the third batch has %d changes", n)
	}
	goOn <- nil
	<-answers
}

// Who gives up waiting has his changes written all the same.
func TestGivenUpSaveIsWritten(t *testing.T) {
	t.Parallel()
	written, goOn := make(chan string, 1), make(chan bool)
	g := gathering{write: func(changes []change) error {
		<-goOn
		written <- changes[0].id
		return nil
	}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.add(ctx, []change{{id: "a"}}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	close(goOn)
	if id := <-written; id != "a" {
		t.Error(id)
	}
}

// A write that panics, as the library does on broken files, is a failure of its batch
// alone.
func TestPanicOfABatch(t *testing.T) {
	t.Parallel()
	broken := true
	g := gathering{write: func([]change) error {
		if broken {
			broken = false
			panic("broken")
		}
		return nil
	}}
	if err := g.add(t.Context(), nil); err == nil {
		t.Error("no error of a batch that panicked")
	}
	if err := g.add(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// Saves from many sides are all found when they were answered, each in its last form.
func TestManySavesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.index.gathering.pause = time.Millisecond
	const hands, each = 8, 6
	failed := make(chan error)
	for hand := range hands {
		go func() {
			var all error
			for i := range each {
				r := result(hand, fmt.Sprintf("电主轴%d号试验%d次", hand, i))
				r.Rev = int64(i + 1)
				all = errors.Join(all, w.index.Apply(t.Context(), []catalog.Record{r}))
			}
			failed <- all
		}()
	}
	for range hands {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	w.index.writing.Lock()
	defer w.index.writing.Unlock()
	if len(w.index.revs) != hands {
		t.Errorf("%d records in the index, want %d", len(w.index.revs), hands)
	}
	for id, rev := range w.index.revs {
		if rev != each {
			t.Errorf("%s is of revision %d, want %d", id, rev, each)
		}
	}
}
