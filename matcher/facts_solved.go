package matcher

import (
	"context"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// solvedStages are those of an introduction whose work was accepted.
var solvedStages = []brokering.Stage{brokering.AcceptedWork, brokering.Benefiting, brokering.ClosedSuccess}

// mostSolved bounds the introductions of a person that are looked at: more say
// no more.
const mostSolved = 20

// Solved reads, for each person, the introductions that he brought to an
// accepted work. What was read is remembered until some need changes, as of the
// last Organisations: a need's state follows its introductions.
func (r *Records) Solved(ctx context.Context, ids []string) (map[string]int, error) {
	out := map[string]int{}
	for _, id := range ids {
		n, known, seq := r.rememberedSolved(id)
		if !known {
			var err error
			if n, err = r.countSolved(ctx, id); err != nil {
				return nil, err
			}
			r.rememberSolved(id, n, seq)
		}
		if n > 0 {
			out[id] = n
		}
	}
	return out, nil
}

// countSolved asks the introductions; nobody stands behind who is not there.
func (r *Records) countSolved(ctx context.Context, id string) (int, error) {
	s, err := r.side(ctx, id)
	if errs.Is(err, errs.NotFound) || err == nil && s.person == "" {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	list, err := r.Cases.List(ctx, brokering.Query{Persons: []string{s.person}, Stages: solvedStages, Limit: mostSolved})
	return solvedBy(id, list), err
}

func (r *Records) rememberedSolved(id string) (n int, known bool, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, known = r.solved[id]
	return n, known, r.seq
}

// rememberSolved keeps a count, unless the feed went on meanwhile.
func (r *Records) rememberSolved(id string, n int, seq int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seq != seq {
		return
	}
	if r.solved == nil || len(r.solved) >= mostKnown {
		r.solved = map[string]int{}
	}
	r.solved[id] = n
}

// solvedBy counts the needs that a person or studio solved, each once.
func solvedBy(id string, list []*brokering.Introduction) int {
	kind, code := search.SplitID(id)
	needs := map[string]bool{}
	for _, in := range list {
		t, ok := in.CurrentTarget()
		if !ok || t.Code != code && (kind != catalog.KindExpert || t.Person != code) {
			continue
		}
		for _, n := range in.Needs {
			needs[n.Code] = true
		}
	}
	return len(needs)
}
