package intake

import (
	"context"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ownWork makes a new record the work of the caller himself where he is a person:
// his name among the authors gets his code, and without any he is the first. Who
// acts for no organisation is looked after by his own union.
func (g Gate) ownWork(ctx context.Context, rec catalog.Record) error {
	if g.Actor.Person == "" {
		return nil
	}
	found, err := g.From.Get(ctx, catalog.KindExpert, g.Actor.Person)
	self, ok := found.(*catalog.Expert)
	if err != nil || !ok || self.Deleted() {
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		return err
	}
	credit(rec, self)
	if g.Actor.Org != "" || rec.Kind() == catalog.KindExpert {
		return nil
	}
	h, err := catalog.HoldersOf(ctx, g.From, self)
	if err == nil && len(h.Unions) > 0 {
		rec.Base().Union = h.Unions[0]
	}
	return err
}

// credit names a person among the authors of a result or a patent.
func credit(rec catalog.Record, self *catalog.Expert) {
	switch r := rec.(type) {
	case *catalog.Result:
		if slices.ContainsFunc(r.Completers, func(c catalog.Completer) bool { return c.ExpertCode != "" }) {
			return
		}
		at := slices.IndexFunc(r.Completers, func(c catalog.Completer) bool { return c.Name == self.Name })
		if at < 0 {
			at, r.Completers = 0, append([]catalog.Completer{{Name: self.Name, Org: self.EmployerName, JobRole: self.JobRole, IsFrontline: self.IsFrontline}}, r.Completers...)
		}
		r.Completers[at].ExpertCode = self.Code
	case *catalog.Patent:
		if len(r.InventorCodes) > 0 {
			return
		}
		if !slices.Contains(r.Inventors, self.Name) {
			r.Inventors = append([]string{self.Name}, r.Inventors...)
		}
		r.InventorCodes = []string{self.Code}
	}
}

// markStrangers notes whom somebody who acts for his own organisation names
// newly although they are not his: until they or a union's staff confirm it, the
// public does not see them. old is nil for a new record.
func (g Gate) markStrangers(ctx context.Context, old, rec catalog.Record) error {
	if account.ScopeOf(g.Actor, account.Create(string(rec.Kind()))) != account.Own {
		return nil
	}
	var before []catalog.Credit
	if old != nil {
		before = catalog.Credits(old)
	}
	m := rec.Base()
	for _, c := range catalog.Credits(rec) {
		if slices.Contains(before, c) || slices.Contains(m.Unconfirmed, c.Key()) {
			continue
		}
		own, err := g.ownPerson(ctx, c)
		if err != nil {
			return err
		}
		if !own {
			m.Unconfirmed = append(m.Unconfirmed, c.Key())
		}
	}
	return nil
}

// ownPerson tells whether a credit is of the caller himself or of somebody whom
// his organisation employs.
func (g Gate) ownPerson(ctx context.Context, c catalog.Credit) (bool, error) {
	if c.Code == "" {
		return g.ownOrgName(ctx, c.Org)
	}
	rec, err := g.From.Get(ctx, catalog.KindExpert, c.Code)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	expert, ok := rec.(*catalog.Expert)
	if err != nil || !ok {
		return false, err
	}
	his := c.Code == g.Actor.Person || g.Actor.Org != "" && expert.EmployerCode == g.Actor.Org
	return his && (c.Name == "" || c.Name == expert.Name), nil
}

// ownOrgName tells whether an organisation that was written, or left out, is the
// caller's.
func (g Gate) ownOrgName(ctx context.Context, name string) (bool, error) {
	if name == "" || g.Actor.Org == "" {
		return name == "", nil
	}
	rec, err := g.From.Get(ctx, catalog.KindOrganisation, g.Actor.Org)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	org, ok := rec.(*catalog.Organisation)
	return ok && err == nil && (org.Name == name || slices.Contains(org.ShortNames, name)), err
}
