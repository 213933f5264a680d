package matcher

import (
	"context"

	"hongniang/internal/search"
)

// FreePairs gives, for each need of a campaign, the codes of all who may be given
// to it: what a plan chooses from.
func (m *Matcher) FreePairs(ctx context.Context, c Campaign) ([][]string, error) {
	table, err := m.pairs(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([][]string, len(table.pairs))
	for need, list := range table.pairs {
		for _, p := range list {
			if _, code := search.SplitID(p.found.id); len(p.bars) == 0 {
				out[need] = append(out[need], code)
			}
		}
	}
	return out, nil
}

// Remembering is a matcher that asks its facts only once.
func (m *Matcher) Remembering() *Matcher {
	out := *m
	out.Facts = remember(m.Facts)
	return &out
}

// Lift is what features make of a strength.
func Lift(c Chance, strength, bonus float64) float64 { return lift(c, strength, bonus) }
