package main

import (
	"context"
	"time"

	"hongniang/internal/figures"
)

// recountEvery is how often the figures take in what changed: a step that
// somebody takes is in the leaders' numbers this much later at most.
const recountEvery = 2 * time.Second

// figuresSource is where the figures of an installation are read.
func (in *installation) figuresSource() figures.Source {
	return figures.Source{Records: in.store, Cases: in.store.Introductions()}
}

// followFigures fills the book of figures and keeps it current.
func (in *installation) followFigures(ctx context.Context) {
	in.figures.Follow(ctx, in.figuresSource(), recountEvery, in.log)
}
