package intake

import (
	"context"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

// Confirmable gives those of a record's unconfirmed credits that the actor may
// confirm: a person himself, a union's staff all of them; see catalog.Credit.
func (s *Service) Confirmable(ctx context.Context, a account.Actor, rec catalog.Record) ([]string, error) {
	open := rec.Base().Unconfirmed
	switch account.ScopeOf(a, account.RecordConfirm) {
	case account.None:
		return nil, nil
	case account.Own:
		if a.Person != "" && slices.Contains(open, a.Person) {
			return []string{a.Person}, nil
		}
		return nil, nil
	}
	ok, err := account.Allowed(a, account.RecordConfirm, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.Catalog.Store, rec)
		return account.Target{Persons: h.Persons, Unions: h.Unions}, err
	})
	if err != nil || !ok {
		return nil, err
	}
	return open, nil
}

// Confirm makes public what of a record the actor may confirm. Errors: NotFound,
// Conflict (record.nothing_to_confirm), Stale; rev 0 means whatever is current.
func (s *Service) Confirm(ctx context.Context, a account.Actor, kind catalog.Kind, code string, rev int64) (catalog.Record, error) {
	rec, err := s.Catalog.Get(ctx, kind, code)
	if err != nil {
		return nil, err
	}
	keys, err := s.Confirmable(ctx, a, rec)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, catalog.NothingToConfirm()
	}
	return s.Catalog.Confirm(ctx, a.Signature(), catalog.Confirmation{Kind: kind, Code: code, Rev: rev, Keys: keys})
}
