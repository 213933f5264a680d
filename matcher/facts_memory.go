package matcher

import (
	"context"

	"hongniang/internal/constraint"
)

// memory asks other facts for everything only once: a campaign looks at the same
// people for hundreds of needs, and plans with one state of the world. It is for
// one goroutine.
type memory struct {
	from    Facts
	orgs    *constraint.Organisations
	parties map[string]constraint.Party
	absent  map[string]bool
	worked  map[string]map[string]bool
	solved  map[string]int // 0: asked, and none
}

func remember(from Facts) *memory {
	return &memory{from: from, parties: map[string]constraint.Party{}, absent: map[string]bool{}, worked: map[string]map[string]bool{}, solved: map[string]int{}}
}

// Organisations asks once.
func (m *memory) Organisations(ctx context.Context) (*constraint.Organisations, error) {
	var err error
	if m.orgs == nil {
		m.orgs, err = m.from.Organisations(ctx)
	}
	return m.orgs, err
}

// Parties asks for those whom it does not know yet.
func (m *memory) Parties(ctx context.Context, ids []string) (map[string]constraint.Party, error) {
	var ask []string
	for _, id := range ids {
		if _, ok := m.parties[id]; !ok && !m.absent[id] {
			ask = append(ask, id)
		}
	}
	if len(ask) > 0 {
		got, err := m.from.Parties(ctx, ask)
		if err != nil {
			return nil, err
		}
		for _, id := range ask {
			if p, ok := got[id]; ok {
				m.parties[id] = p
			} else {
				m.absent[id] = true
			}
		}
	}
	out := map[string]constraint.Party{}
	for _, id := range ids {
		if p, ok := m.parties[id]; ok {
			out[id] = p
		}
	}
	return out, nil
}

// Worked asks once a firm.
func (m *memory) Worked(ctx context.Context, firm string) (map[string]bool, error) {
	if w, ok := m.worked[firm]; ok {
		return w, nil
	}
	w, err := m.from.Worked(ctx, firm)
	if err == nil {
		m.worked[firm] = w
	}
	return w, err
}

// Solved asks for those whom it does not know yet.
func (m *memory) Solved(ctx context.Context, ids []string) (map[string]int, error) {
	var ask []string
	for _, id := range ids {
		if _, ok := m.solved[id]; !ok {
			ask = append(ask, id)
		}
	}
	got, err := m.from.Solved(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for _, id := range ask {
		m.solved[id] = got[id]
	}
	for _, id := range ids {
		if n := m.solved[id]; n > 0 {
			out[id] = n
		}
	}
	return out, nil
}
