package sqlitestore

import (
	"context"
	"database/sql"
)

// Resign writes over the signatures of the feed.
func (s *Store) Resign(ctx context.Context, from, to string) (int, error) {
	var n int64
	err := s.transact(ctx, func(tx *sql.Tx) error {
		res, err := tx.Exec("UPDATE changes SET by = ? WHERE by = ?", to, from)
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}

// Scrub writes the file anew, so that no free page holds what was deleted, and
// empties the WAL. Writers wait meanwhile; readers do not.
func (s *Store) Scrub(ctx context.Context) error {
	for _, statement := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			return failure(err)
		}
	}
	return nil
}
