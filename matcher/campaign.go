package matcher

import (
	"context"

	"hongniang/internal/campaign"
)

// Campaign asks who should take which of many needs, and Plan is the answer.
type (
	Campaign = campaign.Ask
	Plan     = campaign.Plan
)

// considered is how many of the best people of a need may be given to it. More
// never helped: what is worth having stands before.
const considered = 200

// Plan assigns the needs of a campaign; nothing is written anywhere. Errors:
// errs.Invalid with fields, errs.Unavailable, the context's.
func (m *Matcher) Plan(ctx context.Context, c Campaign) (Plan, error) {
	c, err := c.Check()
	if err != nil {
		return Plan{}, err
	}
	quick := *m
	if m.Facts != nil {
		quick.Facts = remember(m.Facts)
	}
	began := m.Now()
	table, err := quick.pairs(ctx, c)
	if err != nil {
		return Plan{}, err
	}
	ranked := m.Now()
	solved, err := table.solve(ctx, relaxed{floor: c.Floor})
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		Total: score(table.total(solved)), Floor: c.Floor, Considered: len(table.people), RankMillis: ranked.Sub(began).Milliseconds(), SolveMillis: m.Now().Sub(ranked).Milliseconds(),
	}
	others, err := table.others(ctx, solved, c.Floor)
	if err != nil {
		return Plan{}, err
	}
	table.price(&plan, solved, others)
	if err := table.prove(ctx, &plan, solved); err != nil {
		return Plan{}, err
	}
	return plan, quick.tell(ctx, &plan, table, solved)
}
