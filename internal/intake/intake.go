// Package intake is how a need gets in: who may enter, change and move it on,
// whose it is, and what the coach knows of its firm. Pages and API share it.
package intake

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
)

// Service asks the table of permissions and saves through the catalogue.
type Service struct {
	Catalog *catalog.Service
	// Register knows how many enterprises are alike; without it the coach warns of
	// names alone.
	Register *Register
}

// may tells whether the actor may do the action to the need.
func (s *Service) may(ctx context.Context, a account.Actor, action account.Action, need *catalog.Need) (bool, error) {
	return account.Allowed(a, action, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.Catalog.Store, need)
		return account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, err
	})
}

// Open reads a need to be changed. Who may read it whole but not change it is
// refused; for everybody else it is not there. Errors: NotFound, Denied.
func (s *Service) Open(ctx context.Context, a account.Actor, code string) (*catalog.Need, error) {
	rec, err := s.Catalog.Get(ctx, catalog.KindNeed, code)
	need, ok := rec.(*catalog.Need)
	if err != nil || !ok {
		if err == nil || errs.Is(err, errs.NotFound) {
			err = catalog.NotFoundError(catalog.KindNeed, code) // a removed need's title is not told
		}
		return nil, err
	}
	mine, err := s.may(ctx, a, account.NeedEdit, need)
	if err != nil || mine {
		return need, err
	}
	reads, err := s.may(ctx, a, account.NeedReadWhole, need)
	if err == nil {
		err = catalog.NotFoundError(catalog.KindNeed, code)
		if _, public := catalog.PublicView(need); reads || public {
			err = notYours()
		}
	}
	return nil, err
}

// Edit reads a need as its form begins: for who may not publish it, with what of
// his waits for review. Errors: those of Open.
func (s *Service) Edit(ctx context.Context, a account.Actor, code string) (*catalog.Need, error) {
	need, err := s.Open(ctx, a, code)
	if err != nil || need.Pending == nil {
		return need, err
	}
	if publishes, err := s.may(ctx, a, account.NeedPublish, need); err != nil || publishes {
		return need, err
	}
	return need.Proposed()
}

func notYours() error {
	return errs.New(errs.Denied, "access.not_yours", "这项需求不归您的单位（或您的工会）管，不能修改；需要时请联系红娘。")
}

// Save enters a new need (Rev 0) as a draft, or replaces the revision that was
// read, in the state that it has. Whose it is follows from who enters it: the
// own enterprise's, or the one that a broker names. Errors: Invalid with fields,
// NotFound, Denied, Stale, Conflict, Unavailable.
func (s *Service) Save(ctx context.Context, a account.Actor, need *catalog.Need) error {
	if need.Rev != 0 {
		return s.replace(ctx, a, need)
	}
	need.Code, need.Status, need.Source = "", "draft", &catalog.Source{Kind: "form"}
	if err := s.claim(ctx, a, need); err != nil {
		return err
	}
	if ok, err := s.may(ctx, a, account.NeedCreate, need); err != nil || !ok {
		return orElse(err, notYours())
	}
	return s.Catalog.Create(ctx, a.Signature(), need)
}

func (s *Service) replace(ctx context.Context, a account.Actor, need *catalog.Need) error {
	old, err := s.Open(ctx, a, need.Code)
	if err != nil {
		return err
	}
	need.Status, need.OwnerOrg, need.Union = old.Status, old.OwnerOrg, old.Union
	if err := s.claim(ctx, a, need); err != nil {
		return err
	}
	if ok, err := s.may(ctx, a, account.NeedEdit, need); err != nil || !ok {
		return orElse(err, notYours())
	}
	if ok, err := s.may(ctx, a, account.NeedPublish, need); err != nil || !ok {
		if err != nil {
			return err
		}
		return s.Catalog.Propose(ctx, a.Signature(), need)
	}
	return s.Catalog.Update(ctx, a.Signature(), need)
}

// claim says whose a need is.
func (s *Service) claim(ctx context.Context, a account.Actor, need *catalog.Need) error {
	if account.ScopeOf(a, account.NeedCreate) == account.Own {
		rec, err := s.Catalog.Get(ctx, catalog.KindOrganisation, a.Org)
		if errs.Is(err, errs.NotFound) {
			return errs.Wrap(err, errs.Denied, "access.no_organisation", "您的单位还没有登记，请联系管理员核对账号里的单位编号。")
		}
		if err != nil {
			return err
		}
		need.OwnerOrg, need.EnterpriseCode, need.EnterpriseName = a.Org, a.Org, rec.Heading()
		return nil
	}
	if err := s.named(ctx, need); err != nil {
		return err
	}
	h, err := catalog.HoldersOf(ctx, s.Catalog.Store, need)
	if err == nil && len(h.Unions) == 0 && account.ScopeOf(a, account.NeedCreate) == account.Subtree {
		need.Union = a.Org
	}
	return err
}

// named finds the enterprise that a broker wrote by its code or its full name; a
// name that nobody registered stays a name.
func (s *Service) named(ctx context.Context, need *catalog.Need) error {
	ref := strings.TrimSpace(need.EnterpriseName)
	if ref == "" {
		return nil
	}
	rec, err := s.Catalog.Get(ctx, catalog.KindOrganisation, ref)
	if errs.Is(err, errs.NotFound) {
		rec, err = s.Catalog.Store.ByKey(ctx, catalog.KindOrganisation, (&catalog.Organisation{Name: ref}).NaturalKey())
	}
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if org, ok := rec.(*catalog.Organisation); ok && !org.Deleted() {
		need.EnterpriseCode, need.EnterpriseName = org.Code, org.Name
	}
	return nil
}

// Step takes a step on a need; rev 0 means whatever is current. Errors: those of
// Open and of catalog's StepNeed; Denied (need.step_not_yours) when the need is
// the caller's and the step is not.
func (s *Service) Step(ctx context.Context, a account.Actor, code string, rev int64, step catalog.NeedStep) (*catalog.Need, error) {
	need, err := s.Open(ctx, a, code)
	if err != nil {
		return nil, err
	}
	rule, err := catalog.NeedRuleOf(step.Step)
	if err != nil {
		return nil, err
	}
	ok, err := s.may(ctx, a, account.Action(rule.Action), need)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errs.New(errs.Denied, "need.step_not_yours", "“"+rule.What+"”由工会的红娘办理；请提交审核，或联系红娘。")
	}
	return s.Catalog.StepNeed(ctx, a.Signature(), code, rev, step)
}

// Steps lists what the actor may do to a need as it is now.
func (s *Service) Steps(ctx context.Context, a account.Actor, need *catalog.Need) ([]catalog.NeedRule, error) {
	var out []catalog.NeedRule
	for _, rule := range catalog.NeedRules() {
		if !rule.Possible(need) {
			continue
		}
		ok, err := s.may(ctx, a, account.Action(rule.Action), need)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, rule)
		}
	}
	return out, nil
}

// Mine lists the needs that the actor may change and that are not done with,
// those that wait for him first, at most limit. It reads every need.
func (s *Service) Mine(ctx context.Context, a account.Actor, limit int) ([]*catalog.Need, error) {
	done := []string{"closed", "rejected", "merged", "solved"}
	var out []*catalog.Need
	quick := Service{Catalog: &catalog.Service{Store: remembered{s.Catalog.Store, catalog.Remember(s.Catalog.Store)}}}
	for after := ""; ; {
		recs, err := s.Catalog.Store.Scan(ctx, catalog.KindNeed, after, page)
		if err != nil {
			return nil, err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			need, ok := rec.(*catalog.Need)
			if !ok || need.Deleted() || slices.Contains(done, need.Status) {
				continue
			}
			if ok, err = quick.may(ctx, a, account.NeedEdit, need); err != nil {
				return nil, err
			}
			if ok {
				out = append(out, need)
			}
		}
		if len(recs) < page {
			break
		}
	}
	slices.SortStableFunc(out, func(x, y *catalog.Need) int {
		if d := urgencyOf(x) - urgencyOf(y); d != 0 {
			return d
		}
		return y.UpdatedAt.Compare(x.UpdatedAt)
	})
	return out[:min(len(out), limit)], nil
}

const page = 500

// remembered is a store that finds each organisation only once.
type remembered struct {
	catalog.Store
	from catalog.Getter
}

// Get asks the memory.
func (r remembered) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	return r.from.Get(ctx, kind, code)
}

// urgencyOf orders states by how much they wait for somebody.
func urgencyOf(n *catalog.Need) int {
	order := []string{"returned", "draft", "submitted", "expired", "withdrawn"}
	if i := slices.Index(order, n.Status); i >= 0 {
		return i
	}
	return len(order)
}

// Firm gives the names by which a need's firm is known to the coach: those of
// the own organisation, or of the one that a broker names and the public may see.
func (s *Service) Firm(ctx context.Context, a account.Actor, need *catalog.Need) (coach.Firm, error) {
	probe := &catalog.Need{EnterpriseCode: need.EnterpriseCode, EnterpriseName: need.EnterpriseName}
	if account.ScopeOf(a, account.NeedCreate) == account.Own {
		probe.EnterpriseCode = a.Org
	} else if err := s.named(ctx, probe); err != nil {
		return coach.Firm{}, err
	}
	if probe.EnterpriseCode == "" {
		return coach.Firm{}, nil
	}
	rec, err := s.Catalog.Get(ctx, catalog.KindOrganisation, probe.EnterpriseCode)
	if errs.Is(err, errs.NotFound) {
		return coach.Firm{}, nil
	}
	if err != nil {
		return coach.Firm{}, err
	}
	org, ok := rec.(*catalog.Organisation)
	if _, public := catalog.PublicView(rec); !ok || !public && a.Org != rec.Base().Code {
		return coach.Firm{}, nil
	}
	out := coach.Firm{Names: append([]string{org.Name}, org.ShortNames...), USCC: org.USCC}
	if s.Register != nil {
		out.Traces, err = s.Register.Traces(ctx, org)
	}
	return out, err
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
