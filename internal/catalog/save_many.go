package catalog

import (
	"context"

	"hongniang/internal/errs"
)

// Saving is one of many records to be saved.
type Saving struct {
	Record Record
	// Old is what the record replaces, as it was read; nil for a new record, and for
	// one whose old state is to be read.
	Old Record
}

// SaveAll saves many records at once: those with Rev 0 are created, the others
// replace that revision as Update does. It answers one error a record.
func (s *Service) SaveAll(ctx context.Context, by string, recs []Record) []error {
	savings := make([]Saving, len(recs))
	for i, rec := range recs {
		savings[i].Record = rec
	}
	return s.SaveEach(ctx, by, savings)
}

// SaveEach is SaveAll for who has read what he replaces, as an import has: it is
// not read again.
func (s *Service) SaveEach(ctx context.Context, by string, savings []Saving) []error {
	out, recs := make([]error, len(savings)), make([]Record, len(savings))
	for i, one := range savings {
		recs[i] = one.Record
		if out[i] = s.begin(ctx, by, one); out[i] == nil {
			out[i] = s.prepare(by, one.Record)
		}
	}
	s.number(ctx, recs, out)
	s.checkTree(ctx, recs, out)
	var writes []Write
	var at []int
	for i, rec := range recs {
		if out[i] != nil {
			continue
		}
		action := Updated
		if rec.Base().Rev == 0 {
			action = Created
		}
		writes = append(writes, Write{Record: rec, Action: action, By: by, At: s.now()})
		at = append(at, i)
	}
	for j, err := range s.write(ctx, writes) {
		out[at[j]] = err
	}
	return out
}

// begin gives a new record its maker, and a changed one what it may not change.
func (s *Service) begin(ctx context.Context, by string, one Saving) error {
	rec := one.Record
	m := rec.Base()
	if m.Rev == 0 {
		m.CreatedBy, m.CreatedAt, m.DeletedAt = by, s.now(), nil
		return nil
	}
	old := one.Old
	if old == nil {
		var err error
		if old, err = s.Store.Get(ctx, rec.Kind(), m.Code); err != nil {
			return err
		}
	}
	switch {
	case old.Base().Deleted():
		return gone(old)
	case old.Base().Rev != m.Rev:
		return StaleError(old, m.Rev)
	case old.Base().Code != m.Code:
		return errs.New(errs.Invalid, "record.other", "要保存的记录与读到的不是同一条，请重新读取后再保存。")
	}
	return s.succeed(by, rec, old)
}
