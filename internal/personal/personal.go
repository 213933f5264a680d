// Package personal knows what is kept about a person, gives it to him, and takes
// it away when he asks. A person is an account, a record of the catalogue, or
// both.
//
// Erasing leaves what the law or others' rights keep (contracts, verified
// benefits, who signed which change) under the name 已注销人员, and takes
// everything else out of every store and out of the index.
package personal

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Gone is what stands where a name stood.
const Gone = "已注销人员"

// removed stands where telephone numbers, addresses and words stood.
const removed = "（已按本人要求删除）"

// Subject is the person whom it is about: an account, an expert, or both.
type Subject struct {
	User   string `json:"user,omitempty" doc:"Code of the account"`
	Person string `json:"person,omitempty" doc:"Code of the expert"`
}

// Service collects and erases. It is safe for concurrent use; one process erases
// at a time.
type Service struct {
	Catalog  *catalog.Service
	Accounts *account.Service
	Items    account.Store // of the accounts
	Cases    brokering.Store
	// Rebuild makes the search index anew, so that nothing erased is left in its
	// files; nil: there is none.
	Rebuild func(ctx context.Context) error
	Now     func() time.Time
	Log     *slog.Logger

	collecting sync.Mutex // what is kept of one person
}

// known is a subject with what the stores know of him; either part may be nil.
type known struct {
	Subject
	user   *account.User
	expert *catalog.Expert
}

// find reads account and record of a subject, and completes the one from the
// other. Errors: NotFound (personal.unknown) when there is neither.
func (s *Service) find(ctx context.Context, of Subject) (known, error) {
	k := known{Subject: of}
	if of.User != "" {
		u, err := s.Accounts.User(ctx, of.User)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return k, err
		}
		if err == nil {
			k.user = &u
			if k.Person == "" {
				k.Person = u.Person
			}
		}
	}
	if err := s.findExpert(ctx, &k); err != nil {
		return k, err
	}
	if k.user == nil && k.expert == nil {
		return k, errs.New(errs.NotFound, "personal.unknown", "没有这个账号或专家，可能已经注销。请核对编号。")
	}
	return k, nil
}

func (s *Service) findExpert(ctx context.Context, k *known) error {
	if k.Person == "" {
		return nil
	}
	rec, err := s.Catalog.Store.Get(ctx, catalog.KindExpert, k.Person)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if e, ok := rec.(*catalog.Expert); ok && err == nil && e.Name != Gone {
		k.expert = e
	}
	if k.user != nil {
		return nil
	}
	items, err := s.Items.Owned(ctx, account.KindUser, k.Person)
	if err != nil || len(items) == 0 {
		return err
	}
	u, err := s.Accounts.User(ctx, items[0].ID)
	if err != nil {
		return err
	}
	k.user, k.User = &u, u.Code
	return nil
}

// HoldersOf tells to whom the subject is: the unions that manage his record, or
// those of the organisation to which his account belongs. Staff are nobody's but
// the administrators'. Errors: NotFound.
func (s *Service) HoldersOf(ctx context.Context, of Subject) (account.Target, error) {
	k, err := s.find(ctx, of)
	if err != nil {
		return account.Target{}, err
	}
	if k.user != nil && k.user.Role.Staff() {
		return account.Target{}, nil
	}
	var rec catalog.Record = k.expert
	if k.expert == nil {
		if k.user == nil || k.user.Org == "" {
			return account.Target{}, nil
		}
		if rec, err = s.Catalog.Store.Get(ctx, catalog.KindOrganisation, k.user.Org); errs.Is(err, errs.NotFound) {
			return account.Target{}, nil
		} else if err != nil {
			return account.Target{}, err
		}
	}
	h, err := catalog.HoldersOf(ctx, s.Catalog.Store, rec)
	return account.Target{Persons: given(k.Person), Unions: h.Unions}, err
}

func given(codes ...string) []string {
	var out []string
	for _, c := range codes {
		if c != "" {
			out = append(out, c)
		}
	}
	return out
}

// eachCase calls f with every introduction.
func (s *Service) eachCase(ctx context.Context, f func(*brokering.Introduction) error) error {
	for after := ""; ; {
		list, err := s.Cases.List(ctx, brokering.Query{After: after, Limit: 100})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, in := range list {
			after = in.Code
			if err := f(in); err != nil {
				return err
			}
		}
	}
}

// eachRecord calls f with every record of every kind, removed ones too.
func (s *Service) eachRecord(ctx context.Context, f func(catalog.Record) error) error {
	for _, kind := range catalog.Kinds() {
		for after := ""; ; {
			recs, err := s.Catalog.Store.Scan(ctx, kind, after, 500)
			if err != nil {
				return err
			}
			for _, rec := range recs {
				after = rec.Base().Code
				if err := f(rec); err != nil {
					return err
				}
			}
			if len(recs) < 500 {
				break
			}
		}
	}
	return nil
}

// eachItem calls f with every item of a kind.
func (s *Service) eachItem(ctx context.Context, kind account.ItemKind, f func(account.Item) error) error {
	for after := ""; ; {
		items, err := s.Items.Scan(ctx, kind, after, 200)
		if err != nil || len(items) == 0 {
			return err
		}
		for _, it := range items {
			after = it.ID
			if err := f(it); err != nil {
				return err
			}
		}
	}
}
