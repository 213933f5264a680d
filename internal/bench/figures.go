// Package bench measures: how long things take one after the other or side by
// side, how much memory they need, and what stands beside a yardstick. What is
// measured is not its business.
package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Times says how long something took, many times over, in milliseconds.
type Times struct {
	Runs      int     `json:"runs"`
	Failed    int     `json:"failed"`
	Mean      float64 `json:"mean_ms"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Max       float64 `json:"max_ms"`
	PerSecond float64 `json:"per_second"` // of those that succeeded, side by side
	// Processor is for how many milliseconds processors worked for each run, what
	// the garbage collector does beside it included; 0 where nobody counted.
	Processor float64 `json:"processor_ms,omitempty"`
}

// TimesOf sums up durations that were taken within a span. A percentile is the
// smallest duration that is not below so many percent of them. Of no durations
// all figures are 0.
func TimesOf(took []time.Duration, failed int, span time.Duration) Times {
	out := Times{Runs: len(took) + failed, Failed: failed}
	if len(took) == 0 {
		return out
	}
	took = slices.Sorted(slices.Values(took))
	sum := time.Duration(0)
	for _, d := range took {
		sum += d
	}
	out.Mean = Milliseconds(sum) / float64(len(took))
	out.P50, out.P95, out.P99, out.Max = percentile(took, 50), percentile(took, 95), percentile(took, 99), Milliseconds(took[len(took)-1])
	if span > 0 {
		out.PerSecond = float64(len(took)) / span.Seconds()
	}
	return out
}

func percentile(sorted []time.Duration, percent int) float64 {
	return Milliseconds(sorted[(len(sorted)*percent+99)/100-1])
}

// Milliseconds gives a duration with its fraction.
func Milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// Clock tells the time; tests set it.
type Clock func() time.Time

// Load is a piece of work that clients do side by side.
type Load struct {
	Clients int // at least 1
	// Runs is how often the work is done in all; 0 means until Until is closed, and
	// once at least, so that there is something to tell.
	Runs  int
	Until <-chan struct{}
	// Work does the i-th piece. An error counts as a failure; only a context that
	// has ended stops a load.
	Work func(ctx context.Context, i int) error
	Now  Clock
}

// Run does a load and says how long each piece took. Error: that of ctx.
func (l Load) Run(ctx context.Context) (Times, error) {
	var next, failed atomic.Int64
	took := make([][]time.Duration, max(l.Clients, 1))
	var clients sync.WaitGroup
	start := l.Now()
	for c := range took {
		clients.Go(func() {
			for i := int(next.Add(1)) - 1; l.goesOn(ctx, i); i = int(next.Add(1)) - 1 {
				begin := l.Now()
				if err := l.Work(ctx, i); err != nil {
					failed.Add(1)
					continue
				}
				took[c] = append(took[c], l.Now().Sub(begin))
			}
		})
	}
	clients.Wait()
	span := l.Now().Sub(start)
	if err := ctx.Err(); err != nil {
		return Times{}, err
	}
	return TimesOf(slices.Concat(took...), int(failed.Load()), span), nil
}

// goesOn tells whether the i-th piece is still to be done.
func (l Load) goesOn(ctx context.Context, i int) bool {
	if ctx.Err() != nil {
		return false
	}
	if l.Runs > 0 {
		return i < l.Runs
	}
	if i == 0 {
		return true
	}
	select {
	case <-l.Until:
		return false
	default:
		return true
	}
}
