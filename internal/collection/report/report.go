// Package report tells, query by query, what a run found, what it missed, and
// why; two runs can be laid side by side.
package report

import (
	"cmp"
	"context"
	"slices"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// Bounds of what is shown of one query.
const (
	depth       = 10 // documents found, as deep as the measures look
	shownMissed = 20
	shownTerms  = 6
	shownLacks  = 5
	excerptSize = 120 // runes of the need
	shownMoves  = 10  // queries that rose or fell most
)

// Input is what a report is made of.
type Input struct {
	Kind      string // result, expert or search
	Queries   []collection.Query
	Judged    collection.Judgements
	Measuring collection.Measuring
	Run       Side
	Against   *Side // nil: there is no other run
	Explain   Explainer
}

// Side is one run with the name under which it is shown.
type Side struct {
	Name string
	Run  collection.Run
}

// Report is what is shown.
type Report struct {
	Kind      string // Chinese
	Measuring collection.Measuring
	MinGrade  int
	Queries   int // that count
	Uncounted int // that have no document of the least grade
	Runs      []Measured
	// Difference is the mean nDCG@10 of the run less that of the other, with its
	// two-sided p.
	Difference, P float64
	Rose, Fell    []Move // those that changed most, when there is another run
	Notes         []string
	Needs         []Need // the worst of the run first
}

// Measured is a run with its mean measures.
type Measured struct {
	Name   string
	Scores collection.Scores
}

// Move is a query whose nDCG@10 changed between the runs.
type Move struct {
	Anchor, Title string
	Change        float64
}

// Need is one query: what was found, and what was missed.
type Need struct {
	Anchor         string // unique within the report
	ID             string
	Title, Excerpt string
	NDCG           []float64 // of the run, and of the other
	Found, Missed  []Row
	MoreMissed     int // beyond those that are shown
}

// Row is one document of a need.
type Row struct {
	Ranks    []int  // in the run, and in the other; 0 for not there
	Grade    string // Chinese; 未评 for what nobody judged
	Relevant bool
	ID       string
	Title    string
	Why      []Term
	Voices   []Voice
	Says     string // Chinese: why it was missed, or that it is unknown
}

// Check refuses what no report can be made of, before the corpus is indexed.
// Errors: errs.Invalid (collection.nothing_judged, eval.kind, eval.run_foreign for
// a run without a query of the collection).
func (in Input) Check() error {
	if kinds[in.Kind] == "" {
		return errs.New(errs.Invalid, "eval.kind", "--kind 只能是 result、expert 或 search。")
	}
	b := newBuilder(in)
	if len(b.scores[0]) == 0 {
		return collection.NothingJudged(in.Measuring)
	}
	for _, s := range b.sides {
		if err := b.checkIDs(s); err != nil {
			return err
		}
	}
	return nil
}

// Build explains every query that counts. Errors: those of Check and of the
// explainer.
func Build(ctx context.Context, in Input) (Report, error) {
	if err := in.Check(); err != nil {
		return Report{}, err
	}
	b := newBuilder(in)
	out := b.head()
	for _, q := range in.Queries {
		if _, counts := b.scores[0][q.ID]; !counts || b.done[q.ID] {
			continue
		}
		b.done[q.ID] = true
		need, err := b.need(ctx, q)
		if err != nil {
			return Report{}, err
		}
		out.Needs = append(out.Needs, need)
	}
	slices.SortStableFunc(out.Needs, func(x, y Need) int {
		return cmp.Or(cmp.Compare(x.NDCG[0], y.NDCG[0]), cmp.Compare(x.ID, y.ID))
	})
	out.number()
	out.Notes = b.notes()
	return out, nil
}

var kinds = map[string]string{"result": "需求找成果", "expert": "需求找专家", "search": "检索"}

// number names the needs in their order, and lists those that moved most.
func (r *Report) number() {
	for i := range r.Needs {
		r.Needs[i].Anchor = anchor(i + 1)
	}
	if len(r.Runs) < 2 {
		return
	}
	var moves []Move
	for _, n := range r.Needs {
		if change := n.NDCG[0] - n.NDCG[1]; change != 0 {
			moves = append(moves, Move{Anchor: n.Anchor, Title: n.heading(), Change: change})
		}
	}
	slices.SortStableFunc(moves, func(x, y Move) int { return cmp.Compare(y.Change, x.Change) })
	for _, m := range moves {
		if m.Change > 0 && len(r.Rose) < shownMoves {
			r.Rose = append(r.Rose, m)
		}
	}
	slices.Reverse(moves)
	for _, m := range moves {
		if m.Change < 0 && len(r.Fell) < shownMoves {
			r.Fell = append(r.Fell, m)
		}
	}
}

// heading is the title, or the text of a need without one.
func (n Need) heading() string { return cmp.Or(n.Title, n.Excerpt, n.ID) }
