package indexer

import (
	"context"
	"sync"
	"time"
)

// gathering writes saves that come close together in one batch: a batch of fifty
// documents costs the index, and everybody who searches meanwhile, little more than one
// of a single document. Who saves alone does not wait.
type gathering struct {
	pause time.Duration // between the ends of batches and the next, while saves come together
	write func([]change) error

	turn   sync.Mutex       // who writes
	rested <-chan time.Time // nil when nobody came together for the last batch

	mu   sync.Mutex
	next *gathered // that others may join; nil: none
}

// gathered are the changes of one batch.
type gathered struct {
	changes []change
	joined  int
	done    chan struct{}
	err     error // once done
}

// add has changes written, and answers when they are. When ctx ends before, they are
// written all the same.
func (g *gathering) add(ctx context.Context, changes []change) error {
	batch, first := g.join(changes)
	if first {
		go g.run(batch)
	}
	select {
	case <-batch.done:
		return batch.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join puts changes into the next batch, and tells whether they are its first.
func (g *gathering) join(changes []change) (batch *gathered, first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if first = g.next == nil; first {
		g.next = &gathered{done: make(chan struct{})}
	}
	batch = g.next
	batch.changes = append(batch.changes, changes...)
	batch.joined++
	return batch, first
}

// run writes a batch when it is its turn; until then others join it.
func (g *gathering) run(batch *gathered) {
	defer close(batch.done)
	g.turn.Lock()
	defer g.turn.Unlock()
	if g.rested != nil {
		<-g.rested
	}
	g.mu.Lock()
	g.next = nil
	g.mu.Unlock()
	batch.err = recovered(func() error { return g.write(batch.changes) })
	if g.rested = nil; batch.joined > 1 {
		g.rested = time.After(g.pause)
	}
}
