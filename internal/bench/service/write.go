package service

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"hongniang/internal/bench"
	"hongniang/internal/errs"
)

// Writing changes results at a steady pace, and once a second makes a new one
// that it then looks for. The new ones are removed at the end; the changed ones
// keep a remark in their prospect.
type Writing struct {
	Service   *Service
	PerSecond int // changes, 1 and up
	Now       bench.Clock
	// Pause waits until the next look for a new record; nil: two milliseconds.
	Pause func()
}

// Written is what became of a Writing.
type Written struct {
	Changes bench.Times // how long a change took to be answered
	Found   bench.Times // from the answer to a save until a search found the record
}

// writers is how many changes are under way at most: people who save at their desks do
// not wait for each other.
const writers = 32

// Run writes until until is closed or ctx ends. Errors: those of the service
// when there is nothing to change or nobody may; later failures are counted.
func (w Writing) Run(ctx context.Context, until <-chan struct{}) (Written, error) {
	held, err := w.targets(ctx)
	if err != nil {
		return Written{}, err
	}
	run := &writingRun{Writing: w, held: held, found: &tally{}, changed: &tally{}}
	start := w.Now()
	run.loop(ctx, until)
	span := w.Now().Sub(start)
	return Written{run.changed.times(span), run.found.times(span)}, ctx.Err()
}

// target is a record that is changed.
type target struct {
	Code string `json:"code"`
	Rev  int64  `json:"rev"`
}

// targets lists results that can be changed.
func (w Writing) targets(ctx context.Context) ([]target, error) {
	var page struct {
		Items []target `json:"items"`
	}
	if err := w.Service.ask(ctx, get("/api/v1/results?limit=500"), &page); err != nil {
		return nil, err
	}
	if len(page.Items) == 0 {
		return nil, errs.New(errs.Invalid, "bench.no_results", "服务里没有成果，没有可改的记录。请先导入数据。")
	}
	return page.Items, nil
}

// writingRun is a Writing on its way.
type writingRun struct {
	Writing
	held           []target
	found, changed *tally
}

// loop hands out changes at the pace, the first at once, so many at a time; one that
// finds all hands busy waits, so that a slow service shows as fewer changes a second.
func (r *writingRun) loop(ctx context.Context, until <-chan struct{}) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	jobs := make(chan int)
	var hands sync.WaitGroup
	n := min(writers, len(r.held))
	for hand := range n {
		mine := r.held[hand*len(r.held)/n : (hand+1)*len(r.held)/n]
		hands.Go(func() { r.change(ctx, mine, jobs) })
	}
	hands.Go(func() { r.seek(ctx, until) })
	jobs <- 0
	tick := time.NewTicker(time.Second / time.Duration(max(r.PerSecond, 1)))
	defer tick.Stop()
	for i := 1; ; i++ {
		select {
		case <-tick.C:
			select {
			case jobs <- i:
			case <-until:
			case <-ctx.Done():
			}
			continue
		case <-until:
		case <-ctx.Done():
		}
		break
	}
	close(jobs)
	hands.Wait()
}

// change patches records, one or more, that are this hand's own, so that revisions do
// not clash.
func (r *writingRun) change(ctx context.Context, mine []target, jobs <-chan int) {
	for n := range jobs {
		t := &mine[n%len(mine)]
		start := r.Now()
		body := map[string]any{"rev": t.Rev, "prospect": fmt.Sprintf("量速时第 %d 次修改。", n)}
		var after target
		err := r.Service.ask(ctx, question{http.MethodPatch, "/api/v1/results/" + url.PathEscape(t.Code), body}, &after)
		if err == nil {
			t.Rev = after.Rev
		}
		r.changed.add(r.Now().Sub(start), err)
	}
}

// seek makes a record, looks until it is found, and goes on with the next second.
func (r *writingRun) seek(ctx context.Context, until <-chan struct{}) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for more := true; more; {
		r.found.add(r.saveAndFind(ctx))
		select {
		case <-tick.C:
		case <-until:
			more = false
		case <-ctx.Done():
			more = false
		}
	}
}

// lost is after how long a new record is given up.
const lost = 2 * time.Minute

// saveAndFind gives the time from the answer to a save until it is found.
func (r *writingRun) saveAndFind(ctx context.Context) (time.Duration, error) {
	mark := marker()
	var made target
	body := map[string]any{"title": "量速记录" + mark, "summary": "量速时新建，随后删除。", "status": "published", "visibility": "public"}
	if err := r.Service.ask(ctx, post("/api/v1/results", body), &made); err != nil {
		return 0, err
	}
	start := r.Now()
	err := r.await(ctx, mark, made.Code)
	took := r.Now().Sub(start)
	remove := question{method: http.MethodDelete, path: "/api/v1/results/" + url.PathEscape(made.Code)}
	if removal := r.Service.ask(context.WithoutCancel(ctx), remove, nil); err == nil {
		err = removal
	}
	return took, err
}

func (r *writingRun) await(ctx context.Context, mark, code string) error {
	for start := r.Now(); r.Now().Sub(start) < lost; r.pause() {
		var page struct {
			Hits []target `json:"hits"`
		}
		if err := r.Service.ask(ctx, get("/api/v1/search?size=10&q="+mark), &page); err != nil {
			return err
		}
		for _, h := range page.Hits {
			if h.Code == code {
				return nil
			}
		}
	}
	return errs.New(errs.Unavailable, "bench.not_found", "新建的记录过了两分钟还检索不到，请查看服务的日志。")
}

func (r *writingRun) pause() {
	if r.Pause != nil {
		r.Pause()
		return
	}
	time.Sleep(2 * time.Millisecond)
}

// marker is a word of letters that no record has.
func marker() string {
	var raw [14]byte
	_, _ = rand.Read(raw[:]) // it never fails
	out := make([]byte, len(raw))
	for i, b := range raw {
		out[i] = 'a' + b%26
	}
	return string(out)
}

// tally gathers durations from several hands.
type tally struct {
	mu     sync.Mutex
	took   []time.Duration
	failed int
}

func (t *tally) add(d time.Duration, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.failed++
		return
	}
	t.took = append(t.took, d)
}

func (t *tally) times(span time.Duration) bench.Times {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bench.TimesOf(t.took, t.failed, span)
}
