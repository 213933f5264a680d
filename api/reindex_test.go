package api_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"hongniang/api"
	"hongniang/internal/catalog"
	"hongniang/internal/sqlitestore"
)

// A visitor does not rebuild; search answers as before, and the index is a new one.
func TestReindex(t *testing.T) {
	s := seed(t)
	for role, send := range map[string]sender{"visitor": s.visitor} {
		got := send(http.MethodPost, "/api/v1/reindex", nil)
		if p := got.problem(t); got.status != http.StatusUnauthorized || p.Code != "access.sign_in" {
			t.Errorf("%s: %d %+v", role, got.status, p)
		}
	}
	before := decode[api.Status](t, s.staff(http.MethodGet, "/api/v1/status", nil))
	got := decode[api.Reindexed](t, s.staff(http.MethodPost, "/api/v1/reindex", nil))
	if got.Documents == 0 || got.Documents != before.Documents {
		t.Errorf("%d documents in the new index, %d in the old", got.Documents, before.Documents)
	}
	if s.rebuildMay > 9*time.Minute || s.rebuildMay < 8*time.Minute {
		t.Errorf("who asked is answered after %v: a minute before his connection ends would be right", s.rebuildMay)
	}
	if hits := s.visitor(http.MethodGet, "/api/v1/search?q=曲轴", nil); hits.status != http.StatusOK {
		t.Errorf("search after it: %d %s", hits.status, hits.body)
	}
}

// slowStore holds back a rebuild that reads from it.
type slowStore struct {
	*sqlitestore.Store
	reached, release chan struct{}
}

func (s slowStore) Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error) {
	if kind == catalog.Kinds()[0] && after == "" {
		close(s.reached)
		<-s.release
	}
	return s.Store.Scan(ctx, kind, after, limit)
}

// A second rebuild, while one runs, is told so; search goes on.
func TestReindexTwice(t *testing.T) {
	s := seed(t)
	slow := slowStore{s.store, make(chan struct{}), make(chan struct{})}
	done := make(chan error, 1)
	go func() { done <- s.index.Rebuild(t.Context(), slow, nil) }()
	<-slow.reached
	got := s.staff(http.MethodPost, "/api/v1/reindex", nil)
	if p := got.problem(t); got.status != http.StatusLocked || p.Code != "index.rebuilding" || !hasChinese(p.Detail) {
		t.Errorf("%d %+v", got.status, p)
	}
	if status := decode[api.Status](t, s.visitor(http.MethodGet, "/api/v1/status", nil)); status.Index != "rebuilding" || status.Documents == 0 {
		t.Errorf("while rebuilding: %+v", status)
	}
	close(slow.release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
