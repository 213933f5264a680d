package api_test

import (
	"net/http"
	"strings"
	"testing"

	"hongniang/internal/offer"
)

// Who takes up a need says so to the staff of its union, and to nobody else.
func TestOffers(t *testing.T) {
	s := start(t)
	cast := s.cast()
	need := s.mustCreate(s.staff, "needs", owned("needs"))
	draft := s.mustCreate(s.staff, "needs", with(owned("needs"), "title", "还没有发布的难题", "status", "draft"))
	craftsman := cast["craftsman"]
	if p := craftsman(http.MethodGet, need+"/offer", nil).problem(t); p.Status != 404 {
		t.Errorf("nothing said yet: %+v", p)
	}
	if p := craftsman(http.MethodPut, need+"/offer", map[string]any{"note": strings.Repeat("长", offer.MaxNote+1)}).problem(t); p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Field != "note" {
		t.Errorf("too long: %+v", p)
	}
	for _, note := range []string{"修过同样的机床", "修过三台同样的机床"} {
		if made := decode[offer.Offer](t, craftsman(http.MethodPut, need+"/offer", map[string]any{"note": note})); made.Person != "ZJ-1" || made.Note != note || !made.At.Equal(testTime) {
			t.Errorf("made: %+v", made)
		}
	}
	if said := decode[offer.Offer](t, craftsman(http.MethodGet, need+"/offer", nil)); said.Note != "修过三台同样的机床" {
		t.Errorf("said: %+v", said)
	}
	for who, status := range map[string]int{"institute": 422, "own firm": 403, "own broker": 403, "visitor": 401} {
		if got := cast[who](http.MethodPut, need+"/offer", map[string]any{"note": "我来"}); got.status != status {
			t.Errorf("%s offers: %d %s", who, got.status, got.body)
		}
	}
	if p := craftsman(http.MethodPut, draft+"/offer", map[string]any{}).problem(t); p.Status != 404 || strings.Contains(p.Detail, "还没有发布的难题") {
		t.Errorf("an unpublished need is taken up: %+v", p)
	}
	whoReads(t, cast, need, draft)
	for range 2 {
		if got := craftsman(http.MethodDelete, need+"/offer", nil); got.status != http.StatusNoContent {
			t.Errorf("taken back: %d %s", got.status, got.body)
		}
	}
	if left := decode[struct{ Items []offer.Offer }](t, cast["own broker"](http.MethodGet, need+"/offers", nil)); len(left.Items) != 0 {
		t.Errorf("left: %+v", left)
	}
}

// whoReads holds that offers reach the union's staff alone, and that what one may
// not see is not there.
func whoReads(t *testing.T, cast map[string]sender, need, draft string) {
	t.Helper()
	for who, send := range cast {
		got, hidden := send(http.MethodGet, need+"/offers", nil), send(http.MethodGet, draft+"/offers", nil)
		switch who {
		case "own broker", "own leader", "administrator", "operator":
			if list := decode[struct{ Items []offer.Offer }](t, got); len(list.Items) != 1 || list.Items[0].Name != "示例工匠" || hidden.status != 200 {
				t.Errorf("%s reads %s, of the draft %d", who, got.body, hidden.status)
			}
		default:
			if got.status == 200 || strings.Contains(string(got.body), "示例工匠") || strings.HasPrefix(who, "other ") && who != "other firm" && hidden.status != 404 {
				t.Errorf("%s reads %d %s, of the draft %d", who, got.status, got.body, hidden.status)
			}
		}
	}
}
