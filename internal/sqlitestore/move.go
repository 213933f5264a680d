package sqlitestore

import (
	"context"
	"database/sql"

	"hongniang/internal/catalog"
)

// ImportRecords puts records as they are; see catalog.Importer.
func (s *Store) ImportRecords(ctx context.Context, recs []catalog.Record) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		for _, rec := range recs {
			if err := putAsIs(tx, rec); err != nil {
				return err
			}
		}
		return nil
	})
}

func putAsIs(tx *sql.Tx, rec catalog.Record) error {
	m := rec.Base()
	body, err := catalog.Encode(rec)
	if err != nil {
		return err
	}
	const put = `INSERT INTO records (kind, code, key, rev, deleted, body) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, code) DO UPDATE SET key = excluded.key, rev = excluded.rev, deleted = excluded.deleted, body = excluded.body`
	_, err = tx.Exec(put, rec.Kind(), m.Code, catalog.Key(rec), m.Rev, m.Deleted(), string(body))
	return taken(err, rec)
}

// ImportChanges appends lines of another feed; see catalog.Importer.
func (s *Store) ImportChanges(ctx context.Context, changes []catalog.Change) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		const put = "INSERT INTO changes (seq, kind, code, rev, action, by, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (seq) DO NOTHING"
		for _, c := range changes {
			if _, err := tx.Exec(put, c.Seq, c.Kind, c.Code, c.Rev, c.Action, c.By, c.At.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Series reads every counter.
func (s *Store) Series(ctx context.Context) (map[string]int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name, n FROM series")
	if err != nil {
		return nil, failure(err)
	}
	out := map[string]int64{}
	_, err = collect(rows, func(row scanner) (struct{}, error) {
		var name string
		var n int64
		err := row.Scan(&name, &n)
		out[name] = n
		return struct{}{}, err
	})
	return out, err
}

// RaiseSeries raises counters; see catalog.Importer.
func (s *Store) RaiseSeries(ctx context.Context, series map[string]int64) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		const raise = "INSERT INTO series (name, n) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET n = max(n, excluded.n)"
		for name, n := range series {
			if _, err := tx.Exec(raise, name, n); err != nil {
				return err
			}
		}
		return nil
	})
}
