// Package errand has work done in the background that stands in a store: by one
// process at a time, at once when it is asked for, and by another when the one that
// was at it is silent for too long. What the work is, and how it stands in the
// store, its users know; a revision there decides between two who begin at once.
package errand

import (
	"context"
	"sync"
	"time"

	"hongniang/internal/errs"
)

// Runner does the errands of one sort for one process. It is safe for concurrent use.
type Runner struct {
	// Worker names the process among those on one database; Patience is how long the
	// work of another may be silent before it is taken over: 0 where no other can be.
	Worker   string
	Patience time.Duration
	Now      func() time.Time

	wake  chan struct{} // holds one: something is to be done
	mu    sync.Mutex
	stops map[string]context.CancelFunc // by code: what this process is at
}

// New gives a runner.
func New(worker string, patience time.Duration, now func() time.Time) *Runner {
	return &Runner{Worker: worker, Patience: patience, Now: now, wake: make(chan struct{}, 1), stops: map[string]context.CancelFunc{}}
}

// Follow calls pass until ctx ends: at once, for what a dead process left, whenever it
// is woken, and every look for what other processes gave up. failed is told why one
// failed; the next comes all the same.
func (r *Runner) Follow(ctx context.Context, look time.Duration, pass func(context.Context) error, failed func(error)) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		if err := pass(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// Wake has Follow look now.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default: // it will
	}
}

// Pass does everything that is due, one after another, until due answers "".
func Pass(ctx context.Context, due func(context.Context) (string, error), do func(ctx context.Context, code string) error) error {
	for {
		code, err := due(ctx)
		if err != nil || code == "" {
			return err
		}
		if err := do(ctx, code); err != nil {
			return err
		}
	}
}

// Claim is who is at an errand that is not done.
type Claim struct {
	Queued bool      // nobody is
	Worker string    // the process that began it
	Beat   time.Time // when that was last heard of
}

// Free tells whether nobody is at an errand. What this process began, and is not at,
// was left behind by a fault.
func (r *Runner) Free(code string, c Claim) bool {
	switch {
	case c.Queued:
		return true
	case c.Worker == r.Worker:
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.stops[code] == nil
	}
	return r.Now().Sub(c.Beat) >= r.Patience
}

// Begin notes that this process is at an errand until end is called. ctx ends with
// parent, and by Stop.
func (r *Runner) Begin(parent context.Context, code string) (ctx context.Context, end func()) {
	ctx, stop := context.WithCancel(parent)
	r.mu.Lock()
	r.stops[code] = stop
	r.mu.Unlock()
	return ctx, func() {
		stop()
		r.mu.Lock()
		delete(r.stops, code)
		r.mu.Unlock()
	}
}

// Stop ends what this process does for an errand, if it is at it.
func (r *Runner) Stop(code string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stop := r.stops[code]; stop != nil {
		stop()
	}
}

// Passing drops errors that mean that somebody else was faster.
func Passing(err error) error {
	if errs.Is(err, errs.Stale) || errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}
