// Package fit learns the weights of the matcher from judged collections, and
// says by cross-validation whether they are better than those set by hand.
package fit

import (
	"context"
	"fmt"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Ranker ranks a query with the weights and over the engine of a matcher, the
// best first.
type Ranker func(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error)

// Set is a judged collection in an engine that holds it.
type Set struct {
	Name      string
	Kind      string // result or expert: which weights are learned from it
	Queries   []collection.Query
	Judged    collection.Judgements
	Measuring collection.Measuring
	Engine    search.Engine // answers the same as long as a fit lasts
	Rank      Ranker
}

// Options say how to learn.
type Options struct {
	Folds int // 2 or more
	// Seed decides in which order the weights are tried; 0 is the order of the
	// list. The same seed gives the same weights.
	Seed uint64
	// Date goes into the record of the training: 2006-01-02.
	Date string
	// Tried, when set, is told after each setting how many were measured.
	Tried func(settings int)
	// Learned, when set, is told of each fold.
	Learned func(Fold)
}

// Fold is what was learned without one fold of the needs, and how it does on
// them; both are mean nDCG@10, each set weighing the same.
type Fold struct {
	Number, Of     int // from 1
	Needs, HeldOut int
	ByHand, Fitted float64
	Changes        []Change
}

// Change is a weight that was moved.
type Change struct {
	Weight   string // documents.words
	From, To float64
}

// Result is what was learned of all needs; its record is of held-out ones.
type Result struct {
	matcher.Fitted
	Changes []Change
	// Seen is mean nDCG@10 on the needs that the weights were learned from: it
	// flatters them.
	SeenByHand, SeenFitted float64
}

// Learn moves the weights from where they were set by hand by coordinate ascent
// on mean nDCG@10, each set weighing the same (Metzler and Croft, Linear
// feature-based models for information retrieval, Information Retrieval 10,
// 2007), once without each fold and once of everything. Errors: errs.Invalid
// (fit.kind, fit.folds, fit.few_needs), collection.nothing_judged, those of the
// engine.
func Learn(ctx context.Context, sets []Set, o Options) (Result, error) {
	l, err := newLearner(sets, o)
	if err != nil {
		return Result{}, err
	}
	trained, err := l.validate(ctx)
	if err != nil {
		return Result{}, err
	}
	byHand := matcher.DefaultWeights()
	weights, err := l.ascend(ctx, byHand, everything)
	if err != nil {
		return Result{}, err
	}
	before, after, err := l.both(ctx, byHand, weights)
	if err != nil {
		return Result{}, err
	}
	out := Result{
		Changes:    l.changes(byHand, weights),
		SeenByHand: l.mean(before, everything), SeenFitted: l.mean(after, everything),
	}
	out.Fitted = matcher.NewFitted(l.withChances(weights, before, after), trained)
	return out, nil
}

// need is a query of a set that counts.
type need struct {
	set   int
	query collection.Query
	fold  int // from 0
}

// learner is a fit under way.
type learner struct {
	sets    []Set
	options Options
	tuned   []tuned
	needs   []need
	folds   int
	counted []int // needs of each set
	known   map[string][]outcome
}

func newLearner(sets []Set, o Options) (*learner, error) {
	l := &learner{options: o, counted: make([]int, len(sets)), known: map[string][]outcome{}}
	if o.Folds < 2 {
		return nil, errs.New(errs.Invalid, "fit.folds", "折数至少为 2：要留出一部分需求来检验。")
	}
	for i, s := range sets {
		if s.Kind != result && s.Kind != expert {
			return nil, errs.New(errs.Invalid, "fit.kind", "只能学习 result（成果）和 expert（专家）的权重。")
		}
		for _, q := range s.Queries {
			if s.Measuring.Counts(s.Judged[q.ID]) {
				l.needs = append(l.needs, need{set: i, query: q})
				l.counted[i]++
			}
		}
		if l.counted[i] == 0 {
			return nil, collection.NothingJudged(s.Measuring)
		}
		s.Engine = remember(s.Engine)
		l.sets = append(l.sets, s)
	}
	l.tuned = tunedFor(l.sets, o.Seed)
	l.part()
	if l.folds < 2 {
		return nil, errs.New(errs.Invalid, "fit.few_needs", "有评判的需求太少，留不出一部分来检验；至少要有 2 个不同的需求，几十个以上才可能有结论。")
	}
	return l, nil
}

// part gives every need its fold. Twins share one, in different sets too: what
// is learned of one must not be tested on the other.
func (l *learner) part() {
	queries, at := make([]collection.Query, len(l.needs)), map[string]int{}
	for i, n := range l.needs {
		queries[i] = collection.Query{ID: fmt.Sprint(i), Title: n.query.Title, Text: n.query.Text}
		at[queries[i].ID] = i
	}
	folds := collection.Folds(queries, l.options.Folds)
	for f, fold := range folds {
		for _, q := range fold {
			l.needs[at[q.ID]].fold = f
		}
	}
	l.folds = len(folds)
}

// validate learns without each fold, and compares what was learned with the
// weights set by hand on the fold that was held out, all folds together.
func (l *learner) validate(ctx context.Context) (matcher.Trained, error) {
	byHand := matcher.DefaultWeights()
	hand, fitted := make([]outcome, len(l.needs)), make([]outcome, len(l.needs))
	for f := range l.folds {
		weights, err := l.ascend(ctx, byHand, l.outside(f))
		if err != nil {
			return matcher.Trained{}, err
		}
		before, after, err := l.both(ctx, byHand, weights)
		if err != nil {
			return matcher.Trained{}, err
		}
		for i, n := range l.needs {
			if n.fold == f {
				hand[i], fitted[i] = before[i], after[i]
			}
		}
		l.tell(f, before, after, l.changes(byHand, weights))
	}
	return l.record(hand, fitted), nil
}

func (l *learner) tell(f int, before, after []outcome, changes []Change) {
	if l.options.Learned == nil {
		return
	}
	held := 0
	for _, n := range l.needs {
		if n.fold == f {
			held++
		}
	}
	l.options.Learned(Fold{
		Number: f + 1, Of: l.folds, Needs: len(l.needs) - held, HeldOut: held,
		ByHand: l.mean(before, l.inside(f)), Fitted: l.mean(after, l.inside(f)), Changes: changes,
	})
}

// record says what the weights are worth on held-out needs. The needs of a set
// count so much each that every set weighs the same.
func (l *learner) record(hand, fitted []outcome) matcher.Trained {
	out := matcher.Trained{Date: l.options.Date, Folds: l.folds, ByHand: l.mean(hand, everything), Fitted: l.mean(fitted, everything)}
	a, b := map[string]float64{}, map[string]float64{}
	for i, n := range l.needs {
		weight := float64(len(l.needs)) / float64(len(l.sets)*l.counted[n.set])
		a[fmt.Sprint(i)], b[fmt.Sprint(i)] = weight*hand[i].ndcg, weight*fitted[i].ndcg
	}
	_, out.P = collection.Compare(a, b)
	for s, set := range l.sets {
		of := func(n need) bool { return n.set == s }
		out.Collections = append(out.Collections, matcher.TrainedOn{
			Name: set.Name, Kind: set.Kind, Needs: l.counted[s], ByHand: l.mean(hand, of), Fitted: l.mean(fitted, of),
		})
	}
	return out
}
