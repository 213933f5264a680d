package api_test

import (
	"net/http"
	"testing"

	"hongniang/internal/figures"
)

// recount has the figures take in what was written.
func (s *service) recount() {
	s.t.Helper()
	if err := s.book.Refresh(s.t.Context(), figures.Source{Records: s.store, Cases: s.store.Introductions()}); err != nil {
		s.t.Fatal(err)
	}
}

func TestFiguresOfAnEmptyHouse(t *testing.T) {
	s := start(t)
	got := decode[map[string]any](t, s.staff(http.MethodGet, "/api/v1/reports/figures", nil))
	if len(got["funnel"].([]any)) != 8 {
		t.Errorf("%v", got)
	}
}
