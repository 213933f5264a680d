package sqlitestore

import (
	"context"
	"database/sql"
	"errors"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
)

// introductions is the part of the file that keeps introductions.
type introductions struct{ *Store }

// Introductions gives the brokering.Store in the same file.
func (s *Store) Introductions() brokering.Store { return introductions{s} }

const introductionQuery = "SELECT rev, told, body FROM introductions"

// Get reads by the primary key.
func (s introductions) Get(ctx context.Context, code string) (*brokering.Introduction, error) {
	u, err := scanIntroduction(s.read.QueryRowContext(ctx, introductionQuery+" WHERE code = ?", code))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brokering.NotFoundError(code)
	}
	return u.Introduction, failure(err)
}

func scanIntroduction(row scanner) (brokering.Untold, error) {
	var rev, told int64
	var body string
	if err := row.Scan(&rev, &told, &body); err != nil {
		return brokering.Untold{}, err
	}
	in, err := brokering.Decode([]byte(body), rev)
	return brokering.Untold{Introduction: in, Told: told}, err
}

// Insert saves revision 1 with its words.
func (s introductions) Insert(ctx context.Context, in *brokering.Introduction) error {
	const insert = "INSERT INTO introductions (rev, stage, open, wake, body, code, told, pending) VALUES (?, ?, ?, ?, ?, ?, 0, 1)"
	err := s.transact(ctx, func(tx *sql.Tx) error {
		args, err := introductionArgs(in, 1)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(insert, args...); err != nil {
			return takenIntroduction(err, in.Code)
		}
		return putWords(tx, in)
	})
	if err == nil {
		in.Rev = 1
	}
	return err
}

// introductionArgs gives the columns rev, stage, open, wake, body, code.
func introductionArgs(in *brokering.Introduction, rev int64) ([]any, error) {
	saved := *in
	saved.Rev = rev
	body, err := brokering.Encode(&saved)
	if err != nil {
		return nil, err
	}
	keys := brokering.KeysOf(in)
	return []any{rev, in.Stage, keys.Open, keys.Wake, string(body), in.Code}, nil
}

func takenIntroduction(err error, code string) error {
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == codes.SQLITE_CONSTRAINT {
		return brokering.ConflictError(code)
	}
	return err
}

// putWords writes the words of an introduction anew.
func putWords(tx *sql.Tx, in *brokering.Introduction) error {
	if _, err := tx.Exec("DELETE FROM introduction_words WHERE code = ?", in.Code); err != nil {
		return err
	}
	k := brokering.KeysOf(in)
	for _, w := range []struct {
		sort  string
		words []string
	}{
		{"need", k.Needs}, {"helping", k.Helping}, {"broker", k.Brokers}, {"org", k.Orgs}, {"person", k.Persons}, {"union", k.Unions},
		{"stage", underUnions(string(in.Stage), k.Unions)}, {"owes", underUnions(string(k.Owes), k.Unions)},
	} {
		for _, word := range w.words {
			if _, err := tx.Exec("INSERT OR IGNORE INTO introduction_words (sort, word, code) VALUES (?, ?, ?)", w.sort, word, in.Code); err != nil {
				return err
			}
		}
	}
	return nil
}

// Replace writes over the revision that was read.
func (s introductions) Replace(ctx context.Context, in *brokering.Introduction) error {
	const replace = "UPDATE introductions SET rev = ?, stage = ?, open = ?, wake = ?, body = ?, pending = 1 WHERE code = ? AND rev = ?"
	err := s.transact(ctx, func(tx *sql.Tx) error {
		args, err := introductionArgs(in, in.Rev+1)
		if err != nil {
			return err
		}
		res, err := tx.Exec(replace, append(args, in.Rev)...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return missedIntroduction(tx, in)
		}
		return putWords(tx, in)
	})
	if err == nil {
		in.Rev++
	}
	return err
}

// missedIntroduction says why there was nothing to replace.
func missedIntroduction(tx *sql.Tx, in *brokering.Introduction) error {
	var current int64
	err := tx.QueryRow("SELECT rev FROM introductions WHERE code = ?", in.Code).Scan(&current)
	if errors.Is(err, sql.ErrNoRows) {
		return brokering.NotFoundError(in.Code)
	}
	if err != nil {
		return err
	}
	return brokering.StaleError(in.Code, current, in.Rev)
}

// Revisions reads an index alone.
func (s introductions) Revisions(ctx context.Context, after string, limit int) ([]brokering.Revision, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT code, rev FROM introductions WHERE code > ? ORDER BY code LIMIT ?", after, max(limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, func(row scanner) (brokering.Revision, error) {
		var r brokering.Revision
		err := row.Scan(&r.Code, &r.Rev)
		return r, err
	})
}

// Untold reads what is pending.
func (s introductions) Untold(ctx context.Context, limit int) ([]brokering.Untold, error) {
	rows, err := s.read.QueryContext(ctx, introductionQuery+" WHERE pending = 1 ORDER BY code LIMIT ?", max(limit, 0))
	if err != nil {
		return nil, failure(err)
	}
	return collect(rows, scanIntroduction)
}

// Told raises told, and ends pending when nothing is left.
func (s introductions) Told(ctx context.Context, code string, seq int64) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("UPDATE introductions SET told = max(told, ?1), pending = max(told, ?1) < rev WHERE code = ?2", seq, code)
		return err
	})
}

// piece is how many bytes of a file stand in one row.
const piece = 1 << 20

// PutFile writes the pieces in one transaction.
func (s introductions) PutFile(ctx context.Context, sha256 string, data []byte) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		for i := 0; i*piece < len(data) || i == 0; i++ {
			part := data[i*piece : min((i+1)*piece, len(data))]
			if _, err := tx.Exec("INSERT OR IGNORE INTO files (sha256, piece, data) VALUES (?, ?, ?)", sha256, i, part); err != nil {
				return err
			}
		}
		return nil
	})
}

// File reads the pieces.
func (s introductions) File(ctx context.Context, sha256 string) ([]byte, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT data FROM files WHERE sha256 = ? ORDER BY piece", sha256)
	if err != nil {
		return nil, failure(err)
	}
	parts, err := collect(rows, func(row scanner) ([]byte, error) {
		var part []byte
		err := row.Scan(&part)
		return part, err
	})
	if err == nil && len(parts) == 0 {
		err = brokering.NoFileError()
	}
	var out []byte
	for _, part := range parts {
		out = append(out, part...)
	}
	return out, err
}

// DeleteFile removes the pieces.
func (s introductions) DeleteFile(ctx context.Context, sha256 string) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("DELETE FROM files WHERE sha256 = ?", sha256)
		return err
	})
}

// Import puts an introduction as it is.
func (s introductions) Import(ctx context.Context, u brokering.Untold) error {
	const put = `INSERT INTO introductions (rev, stage, open, wake, body, code, told, pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (code) DO UPDATE SET rev = excluded.rev, stage = excluded.stage, open = excluded.open, wake = excluded.wake,
		body = excluded.body, told = excluded.told, pending = excluded.pending`
	in := u.Introduction
	if in.Rev <= 0 {
		return errs.New(errs.Invalid, "introduction.rev_missing", "对接单没有版本号，不能原样导入。")
	}
	return s.transact(ctx, func(tx *sql.Tx) error {
		args, err := introductionArgs(in, in.Rev)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(put, append(args, u.Told, u.Told < in.Rev)...); err != nil {
			return err
		}
		return putWords(tx, in)
	})
}
