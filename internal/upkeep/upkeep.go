// Package upkeep is what whoever looks after an installation sees and does: how
// the index is, rebuilding it once at a time in the background, and who changed
// what.
package upkeep

import (
	"context"
	"sync"
	"time"

	"hongniang/internal/errs"
)

// Index is how a search index is.
type Index struct {
	Documents  int   // public ones
	Segments   int   // many small ones make searches slower
	Bytes      int64 // on disk
	Memory     int64 // bytes of it in memory
	Budget     int64 // of that; less than 1: nothing is kept there
	Checkpoint int64 // the last change of the feed that is in it
	Rebuilding bool
	// NewWords: the user dictionary is another than the index was made with.
	NewWords bool
	Related  Related
}

// Related tells of the related words of an index.
type Related struct {
	Words     int
	Own       bool      // learned from this installation, else what ships
	Documents int       // learned from, when Own
	At        time.Time // when, when Own
}

// Progress is how far a rebuild has come.
type Progress struct {
	Running bool
	Asked   bool // waits for its turn
	Done    int  // records written
	Total   int  // records there are; 0: not known
	Began   time.Time
	Ended   time.Time // of the last one; zero while the first runs
	By      string    // who asked for it
	Err     error     // of the last one
}

// Rebuild makes an index anew in the background, one at a time. A process that
// ends in the middle leaves the old index as it was; ask again then. It is safe
// for concurrent use.
type Rebuild struct {
	// Do rebuilds; it tells how many records were written. Errors: errs.Locked while
	// somebody else rebuilds.
	Do func(ctx context.Context, progress func(done int)) error
	// Count says how many records there are.
	Count func(ctx context.Context) (int, error)
	Now   func() time.Time

	mu    sync.Mutex
	state Progress
	asked chan struct{}
}

// ask gives the place where one wish waits.
func (r *Rebuild) ask() chan struct{} {
	if r.asked == nil {
		r.asked = make(chan struct{}, 1)
	}
	return r.asked
}

// Ask asks Work for a rebuild. Errors: errs.Locked when one runs or waits.
func (r *Rebuild) Ask(by string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state.Running || r.state.Asked {
		return errs.New(errs.Locked, "index.rebuilding", "索引正在重建，请等它完成。")
	}
	r.ask() <- struct{}{}
	r.state = Progress{Asked: true, By: by, Ended: r.state.Ended}
	return nil
}

// Await asks Work for a rebuild and answers when it has ended. It goes on when who asked
// waits no longer. Errors: those of Do, errs.Locked when one runs or waits, errs.Unavailable
// (index.still_rebuilding) when ctx ends before.
func (r *Rebuild) Await(ctx context.Context, by string) error {
	if err := r.Ask(by); err != nil {
		return err
	}
	look := time.NewTicker(awaiting)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return errs.Wrap(ctx.Err(), errs.Unavailable, "index.still_rebuilding", "索引还在重建，会自己完成，其间检索照常。进度请看“运行状态”页，不必再点一次。")
		case <-look.C:
			if s := r.State(); !s.Running && !s.Asked {
				return s.Err
			}
		}
	}
}

// awaiting is how often Await looks.
const awaiting = 100 * time.Millisecond

// State tells how far it is.
func (r *Rebuild) State() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

func (r *Rebuild) change(f func(*Progress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.state)
}

// Work does what is asked until ctx ends.
func (r *Rebuild) Work(ctx context.Context) {
	r.mu.Lock()
	asked := r.ask()
	r.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case <-asked:
			r.once(ctx)
		}
	}
}

func (r *Rebuild) once(ctx context.Context) {
	r.change(func(p *Progress) { p.Running, p.Asked, p.Began, p.Err = true, false, r.Now(), nil })
	total, err := r.Count(ctx)
	if err == nil {
		r.change(func(p *Progress) { p.Total = total })
		err = r.Do(ctx, func(done int) { r.change(func(p *Progress) { p.Done = max(p.Done, done) }) })
	}
	r.change(func(p *Progress) { p.Running, p.Ended, p.Err = false, r.Now(), err })
}
