package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Save writes the whole slice in one transaction. A write that is refused
// (Conflict, Stale, NotFound) leaves the others alone; when the engine fails,
// none of the slice is kept.
func (s *Store) Save(ctx context.Context, writes []catalog.Write) []error {
	out := make([]error, len(writes))
	if len(writes) == 0 {
		return out
	}
	before := make([]int64, len(writes))
	for i, w := range writes {
		before[i] = w.Record.Base().Rev
	}
	err := s.transact(ctx, func(tx *sql.Tx) error { return saveAll(ctx, tx, writes, out) })
	if err == nil {
		return out
	}
	for i := len(writes) - 1; i >= 0; i-- { // backwards: a record may stand in the slice twice
		writes[i].Record.Base().Rev = before[i]
		if out[i] == nil {
			out[i] = err
		}
	}
	return out
}

// saveAll answers only what makes the whole transaction worthless.
func saveAll(ctx context.Context, tx *sql.Tx, writes []catalog.Write, out []error) error {
	b, err := newBatch(tx)
	if err != nil {
		return err
	}
	defer b.close()
	for i, w := range writes {
		if err := ctx.Err(); err != nil {
			out[i] = failure(err)
			continue
		}
		err := b.save(w)
		var refused *errs.Error
		if err != nil && !errors.As(err, &refused) {
			return err
		}
		out[i] = err
	}
	return nil
}

// batch holds the statements of one transaction.
type batch struct {
	tx                      *sql.Tx
	insert, replace, change *sql.Stmt
}

func newBatch(tx *sql.Tx) (*batch, error) {
	b := &batch{tx: tx}
	for _, p := range []struct {
		stmt **sql.Stmt
		text string
	}{
		{&b.insert, "INSERT INTO records (key, rev, deleted, body, kind, code) VALUES (?, ?, ?, ?, ?, ?)"},
		{&b.replace, "UPDATE records SET key = ?, rev = ?, deleted = ?, body = ? WHERE kind = ? AND code = ? AND rev = ?"},
		{&b.change, "INSERT INTO changes (kind, code, rev, action, by, at) VALUES (?, ?, ?, ?, ?, ?)"},
	} {
		stmt, err := tx.Prepare(p.text)
		if err != nil {
			b.close()
			return nil, err
		}
		*p.stmt = stmt
	}
	return b, nil
}

func (b *batch) close() {
	for _, stmt := range []*sql.Stmt{b.insert, b.replace, b.change} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

// save writes one record and its line in the feed. An *errs.Error is a refusal
// that left no trace; any other error is the engine's.
func (b *batch) save(w catalog.Write) error {
	m := w.Record.Base()
	read := m.Rev
	m.Rev = read + 1
	err := b.put(w.Record, read)
	if err == nil {
		_, err = b.change.Exec(w.Record.Kind(), m.Code, m.Rev, w.Action, w.By, w.At.UnixMilli())
	}
	if err != nil {
		m.Rev = read
	}
	return err
}

func (b *batch) put(rec catalog.Record, read int64) error {
	m := rec.Base()
	if m.Code == "" {
		return errs.New(errs.Invalid, "record.code_missing", "记录没有编号，未能保存。请先填写编号。")
	}
	body, err := catalog.Encode(rec)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "record.malformed", "记录里有无法保存的值（例如不是数的数），请检查后再保存。")
	}
	args := []any{catalog.Key(rec), m.Rev, m.Deleted(), string(body), rec.Kind(), m.Code}
	if read == 0 {
		_, err := b.insert.Exec(args...)
		return taken(err, rec)
	}
	res, err := b.replace.Exec(append(args, read)...)
	if err != nil {
		return taken(err, rec)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return b.missed(rec, read)
}

// missed says why there was nothing to replace.
func (b *batch) missed(rec catalog.Record, read int64) error {
	kind, code := rec.Kind(), rec.Base().Code
	current, err := scanRecord(kind, b.tx.QueryRow(recordQuery+" WHERE kind = ? AND code = ?", kind, code))
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.NotFoundError(kind, code)
	}
	if err != nil {
		return err
	}
	return catalog.StaleError(current, read)
}

// TakeNumbers counts in the table series.
func (s *Store) TakeNumbers(ctx context.Context, series string, n int) (int64, error) {
	var last int64
	err := s.transact(ctx, func(tx *sql.Tx) error {
		const next = "INSERT INTO series (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = n + excluded.n RETURNING n"
		return tx.QueryRow(next, series, n).Scan(&last)
	})
	return last - int64(n) + 1, err
}
