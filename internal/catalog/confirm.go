package catalog

import (
	"context"
	"slices"

	"hongniang/internal/errs"
)

// Credit is a person whom a record names as one of those who did it: a completer,
// an inventor, a studio's leader or member.
type Credit struct {
	Code string // of the expert, "" for a name alone
	Name string // "" for a code alone
	Org  string // as written, "" when left out
}

// Key is how Meta.Unconfirmed names the credit: the code, else the name.
func (c Credit) Key() string {
	if c.Code != "" {
		return c.Code
	}
	return c.Name
}

// Credits lists whom a record names, in its order; nobody for kinds that name
// nobody.
func Credits(rec Record) []Credit {
	var out []Credit
	switch r := rec.(type) {
	case *Result:
		for _, c := range r.Completers {
			out = append(out, Credit{Code: c.ExpertCode, Name: c.Name, Org: c.Org})
		}
	case *Patent:
		for _, code := range r.InventorCodes {
			out = append(out, Credit{Code: code})
		}
	case *Studio:
		if r.LeaderCode != "" || r.LeaderName != "" {
			out = append(out, Credit{Code: r.LeaderCode, Name: r.LeaderName})
		}
		for _, code := range r.MemberCodes {
			out = append(out, Credit{Code: code})
		}
	}
	return out
}

// Confirm takes keys off the list of those who have not confirmed; all of them
// when none is named. It tells whether anything changed.
func (m *Meta) Confirm(keys ...string) bool {
	before := len(m.Unconfirmed)
	m.Unconfirmed = slices.DeleteFunc(slices.Clone(m.Unconfirmed), func(key string) bool { return len(keys) == 0 || slices.Contains(keys, key) })
	return len(m.Unconfirmed) != before
}

// keepUnconfirmed hands the list on to a changed record, without those whom it
// names no more.
func keepUnconfirmed(rec, old Record) {
	credits := Credits(rec)
	if wanted, err := Proposed(old); err == nil && wanted != old {
		credits = append(credits, Credits(wanted)...) // whom a change that waits names
	}
	rec.Base().Unconfirmed = slices.DeleteFunc(slices.Clone(old.Base().Unconfirmed), func(key string) bool {
		return !slices.ContainsFunc(credits, func(c Credit) bool { return c.Key() == key })
	})
}

// dropUnconfirmed leaves out of a public view whom nobody has confirmed.
func dropUnconfirmed(rec Record) {
	open := rec.Base().Unconfirmed
	if len(open) == 0 {
		return
	}
	waits := func(c Credit) bool { return slices.Contains(open, c.Key()) }
	code := func(s string) bool { return waits(Credit{Code: s}) }
	switch r := rec.(type) {
	case *Result:
		r.Completers = slices.DeleteFunc(r.Completers, func(c Completer) bool { return waits(Credit{Code: c.ExpertCode, Name: c.Name}) })
	case *Patent:
		r.InventorCodes = slices.DeleteFunc(r.InventorCodes, code)
	case *Studio:
		if waits(Credit{Code: r.LeaderCode, Name: r.LeaderName}) {
			r.LeaderCode, r.LeaderName = "", ""
		}
		r.MemberCodes = slices.DeleteFunc(r.MemberCodes, code)
	}
	rec.Base().Unconfirmed = nil
}

// Confirmation says whose credits are confirmed: those of Keys, all when empty.
// Rev 0 means whatever is current.
type Confirmation struct {
	Kind Kind
	Code string
	Rev  int64
	Keys []string
}

// Confirm makes credits public. Errors: Conflict (record.nothing_to_confirm),
// NotFound, Stale, Unavailable.
func (s *Service) Confirm(ctx context.Context, by string, c Confirmation) (Record, error) {
	rec, err := s.Get(ctx, c.Kind, c.Code)
	if err != nil {
		return nil, err
	}
	if c.Rev != 0 && c.Rev != rec.Base().Rev {
		return nil, StaleError(rec, c.Rev)
	}
	if !rec.Base().Confirm(c.Keys...) {
		return nil, NothingToConfirm()
	}
	return rec, s.saveOne(ctx, by, Updated, rec)
}

// NothingToConfirm is record.nothing_to_confirm (Conflict).
func NothingToConfirm() error {
	return errs.New(errs.Conflict, "record.nothing_to_confirm", "这条记录里没有等待您确认的署名，可能已经确认过了。")
}
