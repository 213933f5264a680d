package group

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"hongniang/internal/errs"
)

// settleTries is how often settling begins anew when another process writes the
// same groups.
const settleTries = 20

// settledBy signs what is made good.
const settledBy = "系统"

// Settle makes good what a kill left half done, and what two processes did at
// once; for the start of a process.
func (s *Service) Settle(ctx context.Context) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	return s.settle(ctx)
}

// settled settles behind a change, and tells whether the needs that came are still
// there: another process may have had them first. Errors: errs.Conflict.
func (s *Service) settled(ctx context.Context, g *Group, fresh []string) (*Group, error) {
	if len(fresh) == 0 {
		return g, nil
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	now, err := s.get(ctx, g.Code)
	if err != nil {
		return nil, err
	}
	now.Unions = g.Unions
	for _, code := range fresh {
		if !slices.Contains(now.Needs, code) {
			return nil, taken(code, "另一项")
		}
	}
	return now, nil
}

func taken(need, where string) error {
	return errs.New(errs.Conflict, "group.taken", fmt.Sprintf("需求 %s 已在共性需求 %s 里；请先从那里移出，或把两项共性需求合并。", need, where))
}

// settle does the second halves of splits and merges that are not done, which
// stand in the first, and takes a need out of all groups but the one that had it
// first. Whatever another process writes meanwhile is looked at again.
func (s *Service) settle(ctx context.Context) error {
	for try := 1; ; try++ {
		err := s.settleOnce(ctx)
		if err == nil || try == settleTries || !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) {
			return err
		}
	}
}

func (s *Service) settleOnce(ctx context.Context) error {
	all := map[string]*Group{}
	var order []string
	err := s.drawer().Each(ctx, func(g *Group, rev int64) (bool, error) {
		g.Rev, all[g.Code], order = rev, g, append(order, g.Code)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, code := range order {
		for _, e := range all[code].History {
			if err := s.settleEntry(ctx, all, all[code], e); err != nil {
				return err
			}
		}
	}
	return s.settleTwice(ctx, all)
}

func (s *Service) settleEntry(ctx context.Context, all map[string]*Group, g *Group, e Entry) error {
	other := all[e.Other]
	switch {
	case e.Step == Split && other == nil:
		made := &Group{
			Code: e.Other, State: Open, Title: e.Title, Summary: e.Summary, Needs: e.Needs, Union: g.Union, Unions: g.Unions, From: g.Code, CreatedAt: e.At, UpdatedAt: e.At,
			History: []Entry{{At: e.At, By: e.By, Step: Create, Needs: e.Needs, Other: g.Code, Title: e.Title, Summary: e.Summary}},
		}
		all[made.Code] = made
		return s.put(ctx, made)
	case e.Step == MergedIn && other != nil && other.State == Open && !slices.ContainsFunc(other.History, func(h Entry) bool { return h.Step == Merge && h.Other == g.Code }):
		next := other.absorb(g.Code, e)
		all[next.Code] = next
		return s.put(ctx, next)
	}
	return nil
}

// absorb takes over the needs of a group that was merged into this one. It cannot
// be refused any more: a group that grew meanwhile is larger than one may make.
func (g Group) absorb(from string, e Entry) *Group {
	g.Needs, g.History = codes(slices.Concat(g.Needs, e.Needs)), append(slices.Clone(g.History), Entry{At: e.At, By: e.By, Step: Merge, Needs: e.Needs, Other: from})
	g.UpdatedAt = e.At
	return &g
}

// settleTwice leaves a need in the group that had it first.
func (s *Service) settleTwice(ctx context.Context, all map[string]*Group) error {
	holds := map[string][]*Group{}
	for _, g := range all {
		if g.State != Open {
			continue
		}
		for _, code := range g.Needs {
			holds[code] = append(holds[code], g)
		}
	}
	loses := map[string][]string{} // by group
	for code, groups := range holds {
		slices.SortFunc(groups, func(a, b *Group) int {
			return cmp.Or(a.hasSince(code).At.Compare(b.hasSince(code).At), cmp.Compare(a.Code, b.Code))
		})
		for _, g := range groups[1:] {
			loses[g.Code] = append(loses[g.Code], code)
		}
	}
	for code, needs := range loses {
		slices.Sort(needs)
		if err := s.put(ctx, all[code].without(needs, Entry{At: s.now(), By: Person{Name: settledBy}})); err != nil {
			return err
		}
	}
	return nil
}

// hasSince is the line of the history by which a need came last.
func (g Group) hasSince(code string) Entry {
	for _, e := range slices.Backward(g.History) {
		if slices.Contains([]StepKind{Create, Add, Merge}, e.Step) && slices.Contains(e.Needs, code) {
			return e
		}
	}
	return Entry{At: g.CreatedAt}
}

// without takes needs out that another group had first; what is left with less
// than two is no common need and is closed.
func (g Group) without(needs []string, e Entry) *Group {
	e.Step, e.Needs, e.Note = Remove, needs, "已在别的共性需求里"
	g.Needs = slices.DeleteFunc(slices.Clone(g.Needs), func(code string) bool { return slices.Contains(needs, code) })
	g.History, g.UpdatedAt = append(slices.Clone(g.History), e), e.At
	if len(g.Needs) < leastNeeds {
		e.Step, e.Needs, e.Note = Close, g.Needs, "其余需求已在别的共性需求里"
		g.State, g.History = Closed, append(g.History, e)
	}
	return &g
}
