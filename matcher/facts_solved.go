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
// accepted work.
func (r *Records) Solved(ctx context.Context, ids []string) (map[string]int, error) {
	out := map[string]int{}
	for _, id := range ids {
		s, err := r.side(ctx, id)
		if errs.Is(err, errs.NotFound) || err == nil && s.person == "" {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := r.Cases.List(ctx, brokering.Query{Persons: []string{s.person}, Stages: solvedStages, Limit: mostSolved})
		if err != nil {
			return nil, err
		}
		if n := solvedBy(id, list); n > 0 {
			out[id] = n
		}
	}
	return out, nil
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
