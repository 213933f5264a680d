package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

const (
	recordQuery = "SELECT code, rev, body FROM records"
	changeQuery = "SELECT seq, kind, code, rev, action, by, at FROM changes"
)

// Get reads by the primary key.
func (s *Store) Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	return s.one(ctx, kind, code, " WHERE kind = ? AND code = ?")
}

// ByKey reads by the unique key.
func (s *Store) ByKey(ctx context.Context, kind catalog.Kind, key string) (catalog.Record, error) {
	return s.one(ctx, kind, key, " WHERE kind = ? AND key = ?")
}

func (s *Store) one(ctx context.Context, kind catalog.Kind, name, where string) (catalog.Record, error) {
	rec, err := scanRecord(kind, s.read.QueryRowContext(ctx, recordQuery+where, kind, name))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, catalog.NotFoundError(kind, name)
	}
	if err != nil {
		return nil, failure(err)
	}
	return rec, nil
}

// Scan reads in byte order of the codes, removed records too.
func (s *Store) Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error) {
	rows, err := s.read.QueryContext(ctx, recordQuery+" WHERE kind = ? AND code > ? ORDER BY code LIMIT ?", kind, after, max(limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, func(row scanner) (catalog.Record, error) { return scanRecord(kind, row) })
}

// Count counts the live records of the kind.
func (s *Store) Count(ctx context.Context, kind catalog.Kind) (int, error) {
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM records WHERE kind = ? AND deleted = 0", kind).Scan(&n)
	return n, failure(err)
}

// Changes reads the feed.
func (s *Store) Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error) {
	rows, err := s.read.QueryContext(ctx, changeQuery+" WHERE seq > ? ORDER BY seq LIMIT ?", after, max(limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanChange)
}

// Head reads the last line of the feed.
func (s *Store) Head(ctx context.Context) (catalog.Change, error) {
	c, err := scanChange(s.read.QueryRowContext(ctx, changeQuery+" ORDER BY seq DESC LIMIT 1"))
	if errors.Is(err, sql.ErrNoRows) {
		return catalog.Change{}, nil
	}
	return c, failure(err)
}

// History reads the part of the feed that is one record's.
func (s *Store) History(ctx context.Context, kind catalog.Kind, code string) ([]catalog.Change, error) {
	rows, err := s.read.QueryContext(ctx, changeQuery+" WHERE kind = ? AND code = ? ORDER BY seq", kind, code)
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanChange)
}

// scanner is a row of either shape that database/sql has.
type scanner interface{ Scan(into ...any) error }

func scanRecord(kind catalog.Kind, row scanner) (catalog.Record, error) {
	var code, body string
	var rev int64
	if err := row.Scan(&code, &rev, &body); err != nil {
		return nil, err
	}
	rec, err := catalog.Decode(kind, []byte(body))
	if err != nil {
		return nil, errs.Wrap(err, errs.Internal, "record.unreadable", fmt.Sprintf("数据库里的记录 %s/%s 读不出来，内容可能已损坏。请从备份恢复这条记录。", kind, code))
	}
	rec.Base().Rev = rev
	return rec, nil
}

func scanChange(row scanner) (catalog.Change, error) {
	var c catalog.Change
	var at int64
	err := row.Scan(&c.Seq, &c.Kind, &c.Code, &c.Rev, &c.Action, &c.By, &at)
	c.At = time.UnixMilli(at).UTC()
	return c, err
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(scanner) (T, error)) ([]T, error) {
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, failure(err)
		}
		out = append(out, v)
	}
	return out, failure(rows.Err())
}
