// Package sqlitestore keeps the catalogue in one SQLite file: the store of an
// installation that has no MongoDB, and of every test.
//
// The file is in WAL mode with synchronous=FULL: what Save answered survives
// the loss of power. One connection writes, several read, and readers never
// wait for the writer. Two processes on one file are kept apart by the lock on
// the data directory (package datadir), not here.
package sqlitestore

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

//go:embed schema.sql accounts.sql introductions.sql introduction_revisions.sql introduction_lists.sql
var schemaFS embed.FS

// layouts are the steps from an empty file to the layout of this release; each
// ends by setting user_version to its place, from 1.
var layouts = []string{"schema.sql", "accounts.sql", "introductions.sql", "introduction_revisions.sql", "introduction_lists.sql"}

const (
	// readers bounds the connections that read at the same time.
	readers = 4
	// checkEvery is how many saves pass between two looks at the size of the
	// WAL, and walLimit the size in bytes at which it is emptied.
	checkEvery = 64
	walLimit   = 8 << 20
)

// Store is a catalog.Store on one SQLite file.
type Store struct {
	path   string
	write  *sql.DB // one connection; transactions begin immediate
	read   *sql.DB
	saves  atomic.Int64
	closed atomic.Bool
}

var (
	_ catalog.Store    = (*Store)(nil)
	_ catalog.Importer = (*Store)(nil)
)

// Open opens the file, making it when it is missing; its directory must exist.
// Errors: Unavailable when it cannot be opened or written, Internal with code
// store.damaged when it is not (or no longer) a SQLite file of ours, and with
// store.newer when a later release wrote it.
func Open(ctx context.Context, path string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, failure(err)
	}
	s := &Store{path: abs}
	if s.write, err = open(abs, 1, "_txlock=immediate"); err != nil {
		return nil, failure(err)
	}
	if s.read, err = open(abs, readers, "_pragma=query_only(1)"); err != nil {
		return nil, failure(err)
	}
	if err := s.prepare(ctx); err != nil {
		s.write.Close()
		s.read.Close()
		return nil, err
	}
	return s, nil
}

func open(path string, conns int, more string) (*sql.DB, error) {
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)&"
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path), RawQuery: pragmas + more}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// prepare brings an empty file, or one of an earlier release, to the layout and
// refuses a foreign one.
func (s *Store) prepare(ctx context.Context) error {
	var version, tables int
	if err := s.write.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return failure(err)
	}
	if err := s.write.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return failure(err)
	}
	switch {
	case version > len(layouts):
		return errs.New(errs.Internal, "store.newer", fmt.Sprintf("数据文件“%s”由更新的版本写成（格式 %d，本程序只认到 %d）。请升级本程序后再打开。", s.path, version, len(layouts)))
	case version == 0 && tables > 0:
		return errs.New(errs.Internal, "store.foreign", fmt.Sprintf("文件“%s”是别的程序的数据库，没有动它。请换一个数据目录。", s.path))
	}
	// The mode stays in the file; it is set here and not by every connection,
	// so that a foreign file is left as it is.
	if _, err := s.write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return failure(err)
	}
	for _, name := range layouts[version:] {
		step, err := schemaFS.ReadFile(name)
		if err != nil {
			return failure(err)
		}
		if err := s.transact(ctx, func(tx *sql.Tx) error { _, err := tx.Exec(string(step)); return err }); err != nil {
			return err
		}
	}
	return nil
}

// transact runs f in a write transaction and commits it when f answers nil.
// The context bounds the wait for the writer only: a transaction that has
// begun ends by itself, so that a cancelled caller never leaves it open whether
// its work was kept. Errors are already translated.
func (s *Store) transact(ctx context.Context, f func(*sql.Tx) error) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return failure(err)
	}
	defer conn.Close()
	if err := ctx.Err(); err != nil {
		return failure(err)
	}
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		return failure(err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := f(tx); err != nil {
		return failure(err)
	}
	if err := tx.Commit(); err != nil {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // some failures leave it open, most do not
		return failure(err)
	}
	s.trim(conn)
	return nil
}

// trim empties the WAL from time to time: SQLite reuses it but never makes it
// smaller. A failure is no harm; the next look tries again.
func (s *Store) trim(conn *sql.Conn) {
	if s.saves.Add(1)%checkEvery != 0 {
		return
	}
	if info, err := os.Stat(s.path + "-wal"); err != nil || info.Size() < walLimit {
		return
	}
	rows, err := conn.QueryContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil {
		rows.Close()
	}
}

// Ping tells whether the file can be read.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	return failure(s.read.QueryRowContext(ctx, "SELECT count(*) FROM series").Scan(&n))
}

// Close moves what is in the WAL into the file and closes it. Closing twice is
// no error.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	readErr := s.read.Close()
	_, err := s.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	if closeErr := s.write.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = readErr
	}
	return failure(err)
}
