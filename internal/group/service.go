package group

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// Records are what groups are made of; a catalog.Store is one.
type Records interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	TakeNumbers(ctx context.Context, series string, n int) (first int64, err error)
}

// Service keeps groups. It is safe for concurrent use, also by several processes:
// what two of them did at once is made good by whoever comes next (settle.go).
type Service struct {
	Items   account.Store
	Records Records
	Now     func() time.Time

	changing sync.Mutex
}

func (s *Service) drawer() paper.Drawer[Group] {
	return paper.Drawer[Group]{Items: s.Items, Kind: account.KindGroup, Code: "group", Name: "共性需求"}
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) get(ctx context.Context, code string) (*Group, error) {
	g, rev, err := s.drawer().Get(ctx, code)
	if err != nil {
		return nil, err
	}
	g.Rev = rev
	return g, nil
}

func (s *Service) put(ctx context.Context, g *Group) error {
	rev, err := s.drawer().Put(ctx, paper.Head{ID: g.Code, Owner: g.Union, Rev: g.Rev}, g)
	if err == nil {
		g.Rev = rev
	}
	return err
}

// open reads a group for somebody, and makes good what a kill left half done.
// Whose it is not is told that there is none.
func (s *Service) open(ctx context.Context, a account.Actor, action account.Action, code string) (*Group, error) {
	g, err := s.get(ctx, code)
	if err != nil {
		return nil, err
	}
	if g.Unions, err = catalog.Lineage(ctx, s.Records, g.Union); err != nil {
		return nil, err
	}
	target := account.Target{Unions: g.Unions}
	switch {
	case account.May(a, action, target):
		return g, nil
	case account.May(a, account.GroupRead, target):
		return nil, errs.New(errs.Denied, "group.not_yours", "共性需求由红娘办理，您可以查看。")
	}
	return nil, s.drawer().NotFound(code)
}

// Create makes a group of needs. Errors: errs.Invalid with fields, errs.Conflict
// when a need is in another group, errs.Denied.
func (s *Service) Create(ctx context.Context, a account.Actor, d Draft) (*Group, error) {
	if scope := account.ScopeOf(a, account.GroupEdit); scope != account.Subtree && scope != account.All {
		return nil, errs.New(errs.Denied, "group.not_yours", "共性需求由红娘确认。")
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	now := s.now()
	g := &Group{State: Open, Title: strings.TrimSpace(d.Title), Summary: strings.TrimSpace(d.Summary), Needs: codes(d.Needs), Union: a.Org, CreatedAt: now, UpdatedAt: now}
	if n := len(g.Needs); n < leastNeeds || n > mostNeeds {
		return nil, fault("needs", "group.needs", fmt.Sprintf("请选 %d 到 %d 项需求。", leastNeeds, mostNeeds), fmt.Sprint(n))
	}
	if err := s.check(ctx, a, g, g.Needs); err != nil {
		return nil, err
	}
	var err error
	if g.Code, err = s.freeCode(ctx); err != nil {
		return nil, err
	}
	if g.Unions, err = catalog.Lineage(ctx, s.Records, g.Union); err != nil {
		return nil, err
	}
	g.History = []Entry{{At: now, By: personOf(a), Step: Create, Needs: g.Needs, Title: g.Title, Summary: g.Summary}}
	if err := s.put(ctx, g); err != nil {
		return nil, err
	}
	return s.settled(ctx, g, g.Needs)
}

func personOf(a account.Actor) Person { return Person{User: a.User, Name: a.Signature()} }

func (s *Service) freeCode(ctx context.Context) (string, error) {
	series := fmt.Sprintf("GX-%d", s.Now().In(catalog.China()).Year())
	n, err := s.Records.TakeNumbers(ctx, series, 1)
	return fmt.Sprintf("%s-%04d", series, n), err
}

// check refuses needs that are not the caller's or are in another group, and
// public words that lead to a firm. fresh are the needs that come.
func (s *Service) check(ctx context.Context, a account.Actor, g *Group, fresh []string) error {
	needs, err := s.own(ctx, a, g, fresh)
	if err != nil {
		return err
	}
	for _, need := range needs {
		if !slices.Contains(goingOn(), need.Status) {
			return fault("needs", "group.need_closed", "这项需求没有发布，或已经办结，不能列入共性需求。", need.Code)
		}
	}
	if err := s.refuseTwice(ctx, g.Code, fresh); err != nil {
		return err
	}
	firms, err := s.firms(ctx, g.Needs)
	if err != nil {
		return err
	}
	return checkPublic(g.Title, g.Summary, firms, s.Now())
}

// own reads needs, and refuses those that are not the caller's or lie outside the
// union of the group: its staff see all of them whole.
func (s *Service) own(ctx context.Context, a account.Actor, g *Group, codes []string) ([]*catalog.Need, error) {
	known := catalog.Remember(s.Records)
	var out []*catalog.Need
	for _, code := range codes {
		need, err := s.need(ctx, code)
		ok := false
		if err == nil {
			var h catalog.Holders
			h, err = catalog.HoldersOf(ctx, known, need)
			ok = account.May(a, account.GroupEdit, account.Target{Orgs: h.Orgs, Unions: h.Unions}) && (g.Union == "" || slices.Contains(h.Unions, g.Union))
		}
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		if !ok {
			return nil, fault("needs", "group.need_unknown", "没有这项需求，或不归您的工会管，请核对编号。", code)
		}
		out = append(out, need)
	}
	return out, nil
}

func (s *Service) need(ctx context.Context, code string) (*catalog.Need, error) {
	return catalog.NeedOf(ctx, s.Records, code)
}

// refuseTwice: a need is in one open group.
func (s *Service) refuseTwice(ctx context.Context, own string, needs []string) error {
	return s.drawer().Each(ctx, func(g *Group, _ int64) (bool, error) {
		for _, code := range g.Needs {
			if g.State == Open && g.Code != own && slices.Contains(needs, code) {
				return false, taken(code, g.Code)
			}
		}
		return true, nil
	})
}

// firms reads the firms of needs, each once.
func (s *Service) firms(ctx context.Context, needs []string) ([]firm, error) {
	var out []firm
	seen := map[string]bool{}
	for _, code := range needs {
		need, err := s.need(ctx, code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		key := firmKey(need)
		if seen[key] {
			continue
		}
		seen[key] = true
		f := firm{name: need.EnterpriseName}
		rec, err := s.Records.Get(ctx, catalog.KindOrganisation, orgOf(need))
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		if org, ok := rec.(*catalog.Organisation); ok {
			f.Firm = coach.Firm{Names: append([]string{org.Name}, org.ShortNames...), USCC: org.USCC}
		}
		out = append(out, f)
	}
	return out, nil
}

func orgOf(need *catalog.Need) string {
	if need.EnterpriseCode != "" {
		return need.EnterpriseCode
	}
	return need.OwnerOrg
}

// firmKey tells firms apart; a need of nobody known is a firm of its own.
func firmKey(need *catalog.Need) string {
	for _, key := range []string{orgOf(need), need.EnterpriseName} {
		if key != "" {
			return key
		}
	}
	return "/" + need.Code
}

// Take takes a step on the revision that was read. Errors: errs.Invalid with
// fields, errs.Conflict, errs.Stale, errs.NotFound, errs.Denied.
func (s *Service) Take(ctx context.Context, a account.Actor, code string, rev int64, step Step) (*Group, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	g, err := s.open(ctx, a, account.GroupEdit, code)
	if err != nil {
		return nil, err
	}
	if rev != g.Rev {
		return nil, s.drawer().Stale(code, g.Rev, rev)
	}
	switch step.Kind {
	case Split:
		return s.split(ctx, a, g, step)
	case Merge:
		return s.merge(ctx, a, g, step)
	case Rename, Add, Remove, Close:
	default:
		return nil, errs.New(errs.Invalid, "group.step_unknown", "没有这一步，请刷新页面再办。")
	}
	next, err := g.apply(step, "", personOf(a), s.now())
	if err != nil {
		return nil, err
	}
	var fresh []string
	if step.Kind == Rename || step.Kind == Add {
		fresh = slices.DeleteFunc(slices.Clone(next.Needs), func(code string) bool { return slices.Contains(g.Needs, code) })
		if err := s.check(ctx, a, next, fresh); err != nil {
			return nil, err
		}
	}
	if err := s.put(ctx, next); err != nil {
		return nil, err
	}
	return s.settled(ctx, next, fresh)
}

// split makes a group of some of the needs. The old group is written first and
// says what is to be made; settle makes it, after a kill too.
func (s *Service) split(ctx context.Context, a account.Actor, g *Group, step Step) (*Group, error) {
	step.Needs = codes(step.Needs)
	if len(step.Needs) < leastNeeds {
		return nil, fault("needs", "group.too_few", "拆出来的至少要有两项需求；只有一项就直接移出。", "")
	}
	firms, err := s.firms(ctx, step.Needs)
	if err != nil {
		return nil, err
	}
	if err := checkPublic(strings.TrimSpace(step.Title), strings.TrimSpace(step.Summary), firms, s.Now()); err != nil {
		return nil, err
	}
	code, err := s.freeCode(ctx)
	if err != nil {
		return nil, err
	}
	next, err := g.apply(step, code, personOf(a), s.now())
	if err != nil {
		return nil, err
	}
	if err := s.put(ctx, next); err != nil {
		return nil, err
	}
	return next, s.settle(ctx)
}

// merge takes over the needs of another group, which says so first.
func (s *Service) merge(ctx context.Context, a account.Actor, g *Group, step Step) (*Group, error) {
	other, err := s.open(ctx, a, account.GroupEdit, strings.TrimSpace(step.Other))
	if errs.Is(err, errs.NotFound) || err == nil && (other.Code == g.Code || other.State != Open) {
		return nil, fault("other", "group.other_unknown", "没有这项可以并入的共性需求，请核对编号。", step.Other)
	}
	if err != nil {
		return nil, err
	}
	trial, err := g.apply(Step{Kind: Merge, Needs: other.Needs}, other.Code, personOf(a), s.now())
	if err != nil {
		return nil, err
	}
	if _, err := s.own(ctx, a, g, other.Needs); err != nil {
		return nil, err
	}
	firms, err := s.firms(ctx, trial.Needs)
	if err != nil {
		return nil, err
	}
	if err := checkPublic(trial.Title, trial.Summary, firms, s.Now()); err != nil {
		return nil, err
	}
	gone, err := other.apply(Step{Kind: MergedIn}, g.Code, personOf(a), s.now())
	if err != nil {
		return nil, err
	}
	if err := s.put(ctx, gone); err != nil {
		return nil, err
	}
	if err := s.settle(ctx); err != nil {
		return nil, err
	}
	return s.get(ctx, g.Code)
}
