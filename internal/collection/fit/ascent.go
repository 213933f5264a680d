package fit

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

const (
	// passes is how often every weight is tried.
	passes = 2
	// leastGain is by how much mean nDCG@10 must rise for a weight to move: less
	// is noise, which other needs would not repeat.
	leastGain = 0.001
	// shown is how many places are measured.
	shown = 10
	// wholeList is deeper than any list: what nobody judged is dropped from it.
	wholeList = 1 << 20
)

// which chooses among needs.
type which func(need) bool

func everything(need) bool { return true }

func (l *learner) inside(fold int) which  { return func(n need) bool { return n.fold == fold } }
func (l *learner) outside(fold int) which { return func(n need) bool { return n.fold != fold } }

// ascend moves one weight after the other to the best of the values tried,
// measured on some of the needs, until a pass moves nothing.
func (l *learner) ascend(ctx context.Context, from matcher.Weights, on which) (matcher.Weights, error) {
	best, err := l.at(ctx, from, on)
	if err != nil {
		return from, err
	}
	for range passes {
		before := best.worth
		for _, t := range l.tuned {
			if best, err = l.climb(ctx, t, best, on); err != nil {
				return from, err
			}
		}
		if best.worth == before {
			break
		}
	}
	return best.weights, nil
}

// place is a setting with its mean nDCG@10.
type place struct {
	weights matcher.Weights
	worth   float64
}

func (l *learner) at(ctx context.Context, w matcher.Weights, on which) (place, error) {
	outcomes, err := l.measure(ctx, w)
	if err != nil {
		return place{}, err
	}
	return place{w, l.mean(outcomes, on)}, nil
}

// climb tries the values of one weight.
func (l *learner) climb(ctx context.Context, t tuned, from place, on which) (place, error) {
	best := from
	for _, way := range t.ways(*t.of(&from.weights)) {
		last := from.worth
		for _, value := range way {
			if w := t.with(from.weights, value); ranksNothing(w) {
				break
			} else if next, err := l.at(ctx, w, on); err != nil {
				return from, err
			} else if next.worth < last {
				break
			} else {
				last = next.worth
				best = better(best, next, from.worth+leastGain)
			}
		}
	}
	return best, nil
}

func better(a, b place, least float64) place {
	if b.worth >= least && b.worth > a.worth {
		return b
	}
	return a
}

// ranksNothing tells whether a list would have no terms to rank by.
func ranksNothing(w matcher.Weights) bool {
	none := func(s search.Scoring) bool { return s.Words+s.Bigrams+s.Characters == 0 }
	return none(w.Documents) || none(w.Profiles)
}

// outcome is how a setting does on a need.
type outcome struct {
	ndcg     float64
	strength float64 // mean of the first ten, to keep the chances in step
}

// mean is that over sets of the mean over their needs; a set with none of the
// needs does not count.
func (l *learner) mean(outcomes []outcome, on which) float64 {
	return l.meanOf(on, func(i int) float64 { return outcomes[i].ndcg })
}

func (l *learner) meanOf(on which, value func(i int) float64) float64 {
	sums, counts := make([]float64, len(l.sets)), make([]float64, len(l.sets))
	for i, n := range l.needs {
		if on(n) {
			sums[n.set] += value(i)
			counts[n.set]++
		}
	}
	total, sets := 0.0, 0.0
	for s, count := range counts {
		if count > 0 {
			total += sums[s] / count
			sets++
		}
	}
	return total / max(1, sets)
}

func (l *learner) both(ctx context.Context, a, b matcher.Weights) (before, after []outcome, err error) {
	if before, err = l.measure(ctx, a); err != nil {
		return nil, nil, err
	}
	after, err = l.measure(ctx, b)
	return before, after, err
}

// measure ranks every need with a setting, on all processors; a setting is
// measured once, whatever folds ask for it.
func (l *learner) measure(ctx context.Context, w matcher.Weights) ([]outcome, error) {
	key := fmt.Sprint(w)
	if known, have := l.known[key]; have {
		return known, nil
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := make([]outcome, len(l.needs))
	var next atomic.Int64
	var running sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		running.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(out)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				var err error
				if out[i], err = l.rank(ctx, l.needs[i], w); err != nil {
					stop(err)
				}
			}
		})
	}
	running.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	l.known[key] = out
	if l.options.Tried != nil {
		l.options.Tried(len(l.known))
	}
	return out, nil
}

// rank measures one need.
func (l *learner) rank(ctx context.Context, n need, w matcher.Weights) (outcome, error) {
	set, top := l.sets[n.set], shown
	if set.Measuring.Condensed {
		top = wholeList
	}
	hits, err := set.Rank(ctx, &matcher.Matcher{Engine: set.Engine, Weights: &w}, n.query, top)
	if err != nil {
		return outcome{}, err
	}
	var answered []collection.Ranked
	strength := 0.0
	for i, h := range hits {
		_, code := search.SplitID(h.ID)
		answered = append(answered, collection.Ranked{ID: code, Score: h.Score})
		if i < shown {
			strength += h.Score / shown
		}
	}
	scores := set.Measuring.Score(collection.Run{n.query.ID: answered}, set.Judged, []string{n.query.ID})
	return outcome{ndcg: scores[n.query.ID].NDCG, strength: strength}, nil
}

// withChances keeps what a strength promises: other weights make strengths
// larger or smaller as a whole, and the chances are of those set by hand.
func (l *learner) withChances(w matcher.Weights, before, after []outcome) matcher.Weights {
	for kind, chance := range map[string]*matcher.Chance{result: &w.DocumentChance, expert: &w.PersonChance} {
		of := func(n need) bool { return l.sets[n.set].Kind == kind }
		was := l.meanOf(of, func(i int) float64 { return before[i].strength })
		is := l.meanOf(of, func(i int) float64 { return after[i].strength })
		if was > 0 && is > 0 {
			chance.Slope *= math.Pow(was/is, chance.Power)
		}
	}
	return w
}
