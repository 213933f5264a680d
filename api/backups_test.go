package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"hongniang/api"
	"hongniang/internal/backup"
	"hongniang/internal/sqlitestore"
)

// backups keeps those of a test's store.
func backups(dir string, store *sqlitestore.Store) *backup.Keeper {
	verify := func(ctx context.Context, path string) (string, error) {
		_, err := sqlitestore.Verify(ctx, path)
		return "", err
	}
	return &backup.Keeper{Dir: dir, Now: time.Now, DB: backup.Database{Snapshot: store.Snapshot, Verify: verify}}
}

func TestBackups(t *testing.T) {
	s := seed(t)
	if got := s.visitor(http.MethodPost, "/api/v1/backups", nil); got.status != http.StatusUnauthorized {
		t.Errorf("a visitor: %d", got.status)
	}
	made := s.staff(http.MethodPost, "/api/v1/backups", nil)
	if made.status != http.StatusCreated {
		t.Fatalf("%d %s", made.status, made.body)
	}
	b := decode[backup.Backup](t, made)
	list := decode[api.BackupList](t, s.staff(http.MethodGet, "/api/v1/backups", nil))
	if len(list.Backups) != 1 || list.Backups[0] != b || len(b.Sum) != 64 || b.Bytes == 0 {
		t.Errorf("%+v, of %+v", list, b)
	}
}
