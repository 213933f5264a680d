package exchange

import (
	"context"
	"fmt"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// matcher finds the record that a row means.
type matcher struct {
	store catalog.Store
	kind  catalog.Kind
	// byNature gives, of records that are kept under an external id, the codes
	// by natural key. It is read when first needed.
	byNature map[string][]string
}

func newMatcher(store catalog.Store, kind catalog.Kind) *matcher {
	return &matcher{store: store, kind: kind}
}

// find looks for the record by code, by external id, by natural key. It is nil
// for a new one. The problem says why the row cannot be imported; an error is
// the store's.
func (m *matcher) find(ctx context.Context, rec catalog.Record) (catalog.Record, *problem, error) {
	old, err := m.lookup(ctx, rec)
	if err != nil {
		if e := errs.As(err); e.Code == "match.ambiguous" {
			return nil, &problem{e.Code, e.Message}, nil
		}
		return nil, nil, err
	}
	if old == nil {
		return nil, nil, nil
	}
	code := rec.Base().Code
	if old.Base().Deleted() {
		// Its title may not be for the eyes of who imports.
		return nil, &problem{"match.deleted", fmt.Sprintf("这条记录（编号 %s）已被删除，本行跳过。需要时请先恢复该记录再导入。", old.Base().Code)}, nil
	}
	if code != "" && code != old.Base().Code {
		return nil, &problem{"match.other_code", fmt.Sprintf("系统里已有这条记录，编号是 %s，与本行的 %s 不同。请改成 %s，或清空编号一格；确是另一条时，请填写不同的外部编号。", old.Base().Code, code, old.Base().Code)}, nil
	}
	return old, nil, nil
}

func (m *matcher) lookup(ctx context.Context, rec catalog.Record) (catalog.Record, error) {
	meta := rec.Base()
	if meta.Code != "" {
		if old, err := found(m.store.Get(ctx, m.kind, meta.Code)); old != nil || err != nil {
			return old, err
		}
	}
	if meta.ExternalID != "" {
		if old, err := found(m.store.ByKey(ctx, m.kind, catalog.ExternalKey(meta.ExternalID))); old != nil || err != nil {
			return old, err
		}
	}
	if rec.NaturalKey() == "" {
		return nil, nil
	}
	old, err := found(m.store.ByKey(ctx, m.kind, rec.NaturalKey()))
	if old != nil || err != nil || meta.ExternalID != "" {
		return old, err
	}
	return m.underExternalID(ctx, rec)
}

// found turns NotFound into nil.
func found(rec catalog.Record, err error) (catalog.Record, error) {
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	return rec, err
}

// underExternalID finds a record that is kept under an external id by the
// natural key of a row that has none.
func (m *matcher) underExternalID(ctx context.Context, rec catalog.Record) (catalog.Record, error) {
	if m.byNature == nil {
		if err := m.read(ctx); err != nil {
			return nil, err
		}
	}
	codes := m.byNature[rec.NaturalKey()]
	if len(codes) == 0 || rec.Base().Code != "" && len(codes) > 1 {
		return nil, nil
	}
	if len(codes) > 1 {
		return nil, errs.New(errs.Conflict, "match.ambiguous", fmt.Sprintf("系统里有 %d 条“%s”（编号 %s 等），分不清本行是哪一条。请填写编号或外部编号。", len(codes), rec.Heading(), codes[0]))
	}
	old, err := found(m.store.Get(ctx, m.kind, codes[0]))
	if old != nil && old.NaturalKey() != rec.NaturalKey() {
		return nil, err // renamed since
	}
	return old, err
}

func (m *matcher) read(ctx context.Context) error {
	byNature := map[string][]string{}
	after := ""
	for {
		recs, err := m.store.Scan(ctx, m.kind, after, 500)
		if err != nil {
			return err
		}
		if len(recs) == 0 {
			m.byNature = byNature
			return nil
		}
		for _, rec := range recs {
			after = rec.Base().Code
			if rec.Base().ExternalID != "" {
				byNature[rec.NaturalKey()] = append(byNature[rec.NaturalKey()], after)
			}
		}
	}
}

// note tells of a record that was just saved.
func (m *matcher) note(rec catalog.Record) {
	if m.byNature == nil || rec.Base().ExternalID == "" {
		return
	}
	key, code := rec.NaturalKey(), rec.Base().Code
	for _, known := range m.byNature[key] {
		if known == code {
			return
		}
	}
	m.byNature[key] = append(m.byNature[key], code)
}
