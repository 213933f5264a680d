package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"hongniang/internal/account"
)

// accounts is the part of the file that keeps accounts.
type accounts struct{ *Store }

// Accounts gives the account.Store in the same file.
func (s *Store) Accounts() account.Store { return accounts{s} }

const (
	itemQuery   = "SELECT kind, id, name, alias, owner, expires, rev, body FROM accounts"
	itemInsert  = "INSERT INTO accounts (name, alias, owner, expires, body, kind, id, rev) VALUES (?, ?, ?, ?, ?, ?, ?, 1)"
	itemReplace = "UPDATE accounts SET name = ?, alias = ?, owner = ?, expires = ?, body = ?, rev = rev + 1 WHERE kind = ? AND id = ? AND rev = ?"
)

// Get reads by the primary key.
func (a accounts) Get(ctx context.Context, kind account.ItemKind, id string) (account.Item, error) {
	return oneItem(a.read.QueryRowContext(ctx, itemQuery+" WHERE kind = ? AND id = ?", kind, id))
}

// ByName reads by one of the unique names.
func (a accounts) ByName(ctx context.Context, kind account.ItemKind, name string) (account.Item, error) {
	return oneItem(a.read.QueryRowContext(ctx, itemQuery+" WHERE kind = ?1 AND (name = ?2 OR alias = ?2)", kind, "+"+name))
}

// Insert saves revision 1.
func (a accounts) Insert(ctx context.Context, it account.Item) error {
	return a.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(itemInsert, itemArgs(it)...)
		return takenItem(err)
	})
}

// Replace writes over the revision that was read.
func (a accounts) Replace(ctx context.Context, it account.Item) error {
	return a.transact(ctx, func(tx *sql.Tx) error {
		res, err := tx.Exec(itemReplace, append(itemArgs(it), it.Rev)...)
		if err != nil {
			return takenItem(err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		if _, err := oneItem(tx.QueryRow(itemQuery+" WHERE kind = ? AND id = ?", it.Kind, it.ID)); err != nil {
			return err
		}
		return account.StaleError()
	})
}

// Delete removes the row.
func (a accounts) Delete(ctx context.Context, kind account.ItemKind, id string) error {
	return a.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM accounts WHERE kind = ? AND id = ?", kind, id)
		return err
	})
}

// Owned reads by owner.
func (a accounts) Owned(ctx context.Context, kind account.ItemKind, owner string) ([]account.Item, error) {
	rows, err := a.read.QueryContext(ctx, itemQuery+" WHERE kind = ? AND owner = ? ORDER BY id", kind, owner)
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanItem)
}

// Latest reads by an index of owner and time.
func (a accounts) Latest(ctx context.Context, q account.Latest) ([]account.Item, error) {
	rows, err := a.read.QueryContext(ctx, itemQuery+" WHERE kind = ? AND owner = ? AND expires > ? ORDER BY expires DESC, id LIMIT ?", q.Kind, q.Owner, max(q.After.UnixMilli(), 0), max(q.Limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanItem)
}

// Scan reads in byte order of the ids.
func (a accounts) Scan(ctx context.Context, kind account.ItemKind, after string, limit int) ([]account.Item, error) {
	rows, err := a.read.QueryContext(ctx, itemQuery+" WHERE kind = ? AND id > ? ORDER BY id LIMIT ?", kind, after, max(limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanItem)
}

// Kinds lists what is there.
func (a accounts) Kinds(ctx context.Context) ([]account.ItemKind, error) {
	rows, err := a.read.QueryContext(ctx, "SELECT DISTINCT kind FROM accounts ORDER BY kind")
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, func(row scanner) (account.ItemKind, error) {
		var kind account.ItemKind
		err := row.Scan(&kind)
		return kind, err
	})
}

// DeleteExpired removes every row whose time is over.
func (a accounts) DeleteExpired(ctx context.Context, now time.Time) (int, error) {
	var n int64
	err := a.transact(ctx, func(tx *sql.Tx) error {
		res, err := tx.Exec("DELETE FROM accounts WHERE expires > 0 AND expires < ?", now.UnixMilli())
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}

func itemArgs(it account.Item) []any {
	expires := int64(0)
	if !it.Expires.IsZero() {
		expires = it.Expires.UnixMilli()
	}
	return []any{uniqueName(it.Name, it.ID), uniqueName(it.Alias, it.ID), it.Owner, expires, string(it.Body), it.Kind, it.ID}
}

// uniqueName keeps names and missing names apart.
func uniqueName(name, id string) string {
	if name == "" {
		return "-" + id
	}
	return "+" + name
}

func givenName(kept string) string {
	if kept[0] == '+' {
		return kept[1:]
	}
	return ""
}

func oneItem(row scanner) (account.Item, error) {
	it, err := scanItem(row)
	if errors.Is(err, sql.ErrNoRows) {
		return it, account.NotFoundError()
	}
	return it, failure(err)
}

func scanItem(row scanner) (account.Item, error) {
	var it account.Item
	var name, alias, body string
	var expires int64
	if err := row.Scan(&it.Kind, &it.ID, &name, &alias, &it.Owner, &expires, &it.Rev, &body); err != nil {
		return it, err
	}
	it.Name, it.Alias, it.Body = givenName(name), givenName(alias), []byte(body)
	if expires > 0 {
		it.Expires = time.UnixMilli(expires).UTC()
	}
	return it, nil
}

// takenItem tells a taken name from a failure of the engine.
func takenItem(err error) error {
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code() == codes.SQLITE_CONSTRAINT_UNIQUE || e.Code() == codes.SQLITE_CONSTRAINT_PRIMARYKEY) {
		return account.ConflictError()
	}
	return err
}
