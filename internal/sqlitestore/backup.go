package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"

	"hongniang/internal/errs"
)

// Snapshot writes the whole database as it is at this moment into a new file, while
// others read and write. The file must not be there. Errors: errs.Unavailable
// (store.full, store.cannot_open, store.cancelled, store.io).
func (s *Store) Snapshot(ctx context.Context, path string) error {
	if s.closed.Load() {
		return failure(sql.ErrConnDone)
	}
	db, err := open(s.path, 1, "")
	if err != nil {
		return failure(err)
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return failure(err)
}

// Contents is what a file of ours holds.
type Contents struct {
	Records       int
	Introductions int
	Last          int64 // place of the newest change in the feed
}

// Verify reads a whole file and changes nothing. Errors: errs.Internal
// (store.damaged, store.foreign, store.newer), errs.Unavailable.
func Verify(ctx context.Context, path string) (Contents, error) {
	var out Contents
	abs, err := filepath.Abs(path)
	if err != nil {
		return out, failure(err)
	}
	dsn := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(abs), RawQuery: "mode=ro&immutable=1"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return out, failure(err)
	}
	defer db.Close()
	var version int
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return out, failure(err)
	}
	switch {
	case version > len(layouts):
		return out, errs.New(errs.Internal, "store.newer", fmt.Sprintf("文件“%s”由更新的版本写成（格式 %d，本程序只认到 %d）。请升级本程序后再用它。", path, version, len(layouts)))
	case version == 0:
		return out, errs.New(errs.Internal, "store.foreign", fmt.Sprintf("文件“%s”不是本程序的数据库，请换一个。", path))
	}
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil {
		return out, failure(err)
	}
	if said != "ok" {
		return out, errs.Wrap(fmt.Errorf("integrity check: %s", said), errs.Internal, "store.damaged", fmt.Sprintf("文件“%s”已损坏，请换一个备份。", path))
	}
	for query, into := range map[string]any{
		"SELECT count(*) FROM records": &out.Records, "SELECT count(*) FROM introductions": &out.Introductions, "SELECT coalesce(max(seq), 0) FROM changes": &out.Last,
	} {
		if err := db.QueryRowContext(ctx, query).Scan(into); err != nil {
			return out, failure(err)
		}
	}
	return out, nil
}
