package group

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Line is a group in a list.
type Line struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Summary string `json:"summary,omitempty"`
	State   State  `json:"state"`
	Needs   int    `json:"needs"`
	Firms   int    `json:"firms" doc:"Different enterprises"`
}

// List gives the groups that somebody may see, open ones first, then the newest.
func (s *Service) List(ctx context.Context, a account.Actor) ([]Line, error) {
	out, known := []Line{}, catalog.Remember(s.Records)
	err := s.drawer().Each(ctx, func(g *Group, _ int64) (bool, error) {
		unions, err := catalog.Lineage(ctx, known, g.Union)
		if err != nil || !account.May(a, account.GroupRead, account.Target{Unions: unions}) {
			return true, err
		}
		members, err := s.members(ctx, g)
		if err != nil {
			return false, err
		}
		out = append(out, Line{Code: g.Code, Title: g.Title, Summary: g.Summary, State: g.State, Needs: len(g.Needs), Firms: firmsOf(members)})
		return true, nil
	})
	slices.SortStableFunc(out, func(x, y Line) int {
		if (x.State == Open) != (y.State == Open) {
			if x.State == Open {
				return -1
			}
			return 1
		}
		return strings.Compare(y.Code, x.Code)
	})
	return out, err
}

// Sight is a group as staff see it.
type Sight struct {
	Group   *Group          `json:"group"`
	Members []*catalog.Need `json:"members" doc:"Its needs, whole, as they are now; those that are gone, or under another union by now, are left out"`
	Firms   int             `json:"firms"`
	Steps   []StepKind      `json:"steps" doc:"What you may do now"`
}

// Show gives a group to staff. Errors: errs.NotFound, also for whom it does not
// concern.
func (s *Service) Show(ctx context.Context, a account.Actor, code string) (Sight, error) {
	g, err := s.open(ctx, a, account.GroupRead, code)
	if err != nil {
		return Sight{}, err
	}
	out := Sight{Group: g, Steps: []StepKind{}}
	all, err := s.members(ctx, g)
	if err != nil {
		return Sight{}, err
	}
	out.Firms = firmsOf(all)
	if out.Members, err = s.readable(ctx, a, all); err != nil {
		return Sight{}, err
	}
	if g.State == Open && account.May(a, account.GroupEdit, account.Target{Unions: g.Unions}) {
		out.Steps = append(out.Steps, Rename, Add, Remove, Split, Merge, Close)
	}
	return out, nil
}

// readable leaves out needs that have come under another union since.
func (s *Service) readable(ctx context.Context, a account.Actor, members []*catalog.Need) ([]*catalog.Need, error) {
	known, out := catalog.Remember(s.Records), []*catalog.Need{}
	for _, need := range members {
		h, err := catalog.HoldersOf(ctx, known, need)
		if err != nil {
			return nil, err
		}
		if account.May(a, account.NeedReadWhole, account.Target{Orgs: h.Orgs, Unions: h.Unions}) {
			out = append(out, need)
		}
	}
	return out, nil
}

func (s *Service) members(ctx context.Context, g *Group) ([]*catalog.Need, error) {
	out := []*catalog.Need{}
	for _, code := range g.Needs {
		need, err := s.need(ctx, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, need)
	}
	return out, nil
}

func firmsOf(members []*catalog.Need) int {
	seen := map[string]bool{}
	for _, need := range members {
		seen[firmKey(need)] = true
	}
	return len(seen)
}

// Belonging is what may be known of the common need that a need is part of. Code
// and Title are for staff.
type Belonging struct {
	Firms int    `json:"firms" doc:"How many enterprises have such a need; 0: the need is part of no common need"`
	Needs int    `json:"needs"`
	Code  string `json:"code,omitempty" doc:"For staff"`
	Title string `json:"title,omitempty" doc:"For staff"`
}

// Of says whether a need is part of a common need, to who may read the need
// whole. Errors: errs.Denied for all others, errs.NotFound.
func (s *Service) Of(ctx context.Context, a account.Actor, code string) (Belonging, error) {
	need, err := s.need(ctx, code)
	if err != nil {
		return Belonging{}, err
	}
	h, err := catalog.HoldersOf(ctx, s.Records, need)
	if err != nil {
		return Belonging{}, err
	}
	if !account.May(a, account.NeedReadWhole, account.Target{Orgs: h.Orgs, Unions: h.Unions}) {
		return Belonging{}, errs.New(errs.Denied, "access.not_yours", "这项需求不归您的单位（或您的工会）管，看不到它属于哪项共性需求。")
	}
	var found *Group
	err = s.drawer().Each(ctx, func(g *Group, _ int64) (bool, error) {
		if g.State == Open && slices.Contains(g.Needs, code) {
			found = g
		}
		return found == nil, nil
	})
	if err != nil || found == nil {
		return Belonging{}, err
	}
	members, err := s.members(ctx, found)
	if err != nil {
		return Belonging{}, err
	}
	out := Belonging{Firms: firmsOf(members), Needs: len(members)}
	unions, err := catalog.Lineage(ctx, s.Records, found.Union)
	if account.May(a, account.GroupRead, account.Target{Unions: unions}) {
		out.Code, out.Title = found.Code, found.Title
	}
	return out, err
}

// Introducible gives the codes of the needs for which somebody may be introduced
// now. Errors: errs.Conflict when the group is over or none is left.
func (v Sight) Introducible() ([]string, error) {
	var out []string
	for _, m := range v.Members {
		if slices.Contains(goingOn(), m.Status) {
			out = append(out, m.Code)
		}
	}
	if v.Group.State != Open || len(out) == 0 {
		return nil, errs.New(errs.Conflict, "group.over", "这项共性需求已经撤销、并入别的，或其中的需求都已办结，不能开对接单。")
	}
	return out, nil
}

// goingOn are the states of a need that may be in a group.
func goingOn() []string {
	return []string{"published", "matching", "introduced", "signed", "implementing"}
}

// Wish gives the need that a group stands for, to be matched: of its members
// what everybody may read, and all whom they keep away from, their own firms
// among them.
func (v Sight) Wish() *catalog.Need {
	wish := &catalog.Need{Title: v.Group.Title, SummaryPublic: v.Group.Summary}
	var texts []string
	for _, m := range v.Members {
		if view, public := catalog.PublicView(m); public {
			if need, ok := view.(*catalog.Need); ok {
				texts = append(texts, need.Title, need.SummaryPublic)
				wish.Keywords = append(wish.Keywords, need.Keywords...)
			}
		}
		wish.ExcludedOrgs = append(wish.ExcludedOrgs, m.ExcludedOrgs...)
		for _, org := range []string{m.OwnerOrg, m.EnterpriseCode, m.EnterpriseName} {
			if org != "" {
				wish.ExcludedOrgs = append(wish.ExcludedOrgs, org)
			}
		}
		if wish.RegionCode == "" {
			wish.RegionCode, wish.NeedType, wish.TechField, wish.IndustryCode = m.RegionCode, m.NeedType, m.TechField, m.IndustryCode
		}
	}
	wish.Detail = strings.Join(texts, "\n")
	slices.Sort(wish.Keywords)
	wish.Keywords = slices.Compact(wish.Keywords)
	return wish
}

// Taken tells which needs are in an open group.
func (s *Service) Taken(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.drawer().Each(ctx, func(g *Group, _ int64) (bool, error) {
		for _, code := range g.Needs {
			out[code] = out[code] || g.State == Open
		}
		return true, nil
	})
	return out, err
}
