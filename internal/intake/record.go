package intake

import (
	"context"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// OpenRecord reads a record of any kind to be changed; a need is for Open. Who may
// read it whole but not change it is refused; for everybody else it is not there.
// Errors: NotFound, Denied.
func (s *Service) OpenRecord(ctx context.Context, a account.Actor, kind catalog.Kind, code string) (catalog.Record, error) {
	rec, err := s.Catalog.Get(ctx, kind, code)
	if err != nil {
		if errs.Is(err, errs.NotFound) {
			err = catalog.NotFoundError(kind, code) // a removed record's title is not told
		}
		return nil, err
	}
	gate := NewGate(s.Catalog.Store, a)
	mine, err := gate.May(ctx, account.Edit(string(kind)), rec)
	if err != nil || mine {
		return rec, err
	}
	sees, err := gate.sees(ctx, rec)
	if err == nil {
		err = catalog.NotFoundError(kind, code)
		if sees {
			err = gate.refused()
		}
	}
	return nil, err
}

// EditRecord reads a record as its form begins: for who may not publish it, with what
// of his waits for review. Errors: those of OpenRecord.
func (s *Service) EditRecord(ctx context.Context, a account.Actor, kind catalog.Kind, code string) (catalog.Record, error) {
	rec, err := s.OpenRecord(ctx, a, kind, code)
	if err != nil || rec.Base().Pending == nil {
		return rec, err
	}
	if publishes, err := NewGate(s.Catalog.Store, a).May(ctx, account.Publish(string(kind)), rec); err != nil || publishes {
		return rec, err
	}
	return catalog.Proposed(rec)
}

// DecideChange says yes or no to what an owner wants to change of a published
// record. Errors: those of OpenRecord and of catalog's DecideChange.
func (s *Service) DecideChange(ctx context.Context, a account.Actor, d catalog.Decision) (catalog.Record, error) {
	rec, err := s.OpenRecord(ctx, a, d.Kind, d.Code)
	if err != nil {
		return nil, err
	}
	gate := NewGate(s.Catalog.Store, a)
	if ok, err := gate.May(ctx, account.Publish(string(d.Kind)), rec); err != nil || !ok {
		return nil, orElse(err, gate.refused())
	}
	return s.Catalog.DecideChange(ctx, a.Signature(), d)
}

// SaveRecord enters a new record (Rev 0), or replaces the revision that was read.
// submit hands it in for review; else a new one is a draft, and another keeps its
// state; of a published one, what its owner changes of words that everybody reads
// waits for review (see catalog.Hold). Whose it is follows from who enters it. Errors: Invalid with fields,
// NotFound, Denied, Stale, Conflict, Unavailable.
func (s *Service) SaveRecord(ctx context.Context, a account.Actor, rec catalog.Record, submit bool) error {
	service, m := Guard(s.Catalog, a), rec.Base()
	if m.Rev == 0 {
		m.Code, m.Status, m.Source = "", "draft", &catalog.Source{Kind: "form"}
		if submit {
			m.Status = "submitted"
		}
		if err := NewGate(s.Catalog.Store, a).Prepare(ctx, rec); err != nil {
			return err
		}
		return service.Create(ctx, a.Signature(), rec)
	}
	old, err := s.OpenRecord(ctx, a, rec.Kind(), m.Code)
	if err != nil {
		return err
	}
	was := old.Base()
	m.Status, m.OwnerOrg, m.Union = was.Status, was.OwnerOrg, was.Union
	if submit && was.Status != "published" {
		m.Status = "submitted"
	}
	return service.Update(ctx, a.Signature(), rec)
}

// Withdraw takes a record back from the public, or from the queue of reviews; rev is
// that of SaveRecord. Errors: those of SaveRecord.
func (s *Service) Withdraw(ctx context.Context, a account.Actor, kind catalog.Kind, code string, rev int64) error {
	rec, err := s.OpenRecord(ctx, a, kind, code)
	if err != nil {
		return err
	}
	wanted, err := catalog.Proposed(rec) // nothing that waits is lost
	if err != nil {
		return err
	}
	changed := catalog.Clone(wanted)
	changed.Base().Status = "withdrawn"
	if rev != 0 {
		changed.Base().Rev = rev
	}
	return Guard(s.Catalog, a).Update(ctx, a.Signature(), changed)
}
