package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A firm may name anybody; the public sees people of others only when they, or
// their union, have confirmed it.
func TestCreditsOfOthersWait(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.mustCreate(s.staff, "experts", with(samples["experts"], "code", "ZJ-9", "name", "别厂工匠", "employer_code", "QY-2", "employer_name", "单位QY-2"))
	completers := []any{map[string]any{"name": "自家工人"}, map[string]any{"name": "示例工匠", "expert_code": "ZJ-1"}, map[string]any{"name": "别厂名人", "org": "单位QY-2"}}
	made := decode[map[string]any](t, cast["own firm"](http.MethodPost, "/api/v1/results", with(samples["results"], "completers", completers, "unconfirmed", []any{})))
	at := "/api/v1/results/" + made["code"].(string)
	if waits, _ := made["unconfirmed"].([]any); len(waits) != 2 || waits[0] != "ZJ-1" || waits[1] != "别厂名人" {
		t.Fatalf("who waits: %v", made["unconfirmed"])
	}
	decode[map[string]any](t, cast["own broker"](http.MethodPatch, at, map[string]any{"status": "published", "rev": 1}))
	public := func() string { return string(s.visitor(http.MethodGet, at, nil).body) }
	if got := public(); strings.Contains(got, "ZJ-1") || strings.Contains(got, "名人") || strings.Contains(got, "unconfirmed") || !strings.Contains(got, "自家工人") {
		t.Errorf("published, the public reads %s", got)
	}
	for who, status := range map[string]int{"visitor": 401, "own firm": 403, "other firm": 403, "institute": 403, "other broker": 403, "own leader": 403} {
		if a := cast[who](http.MethodPost, at+"/confirm", nil); a.status != status {
			t.Errorf("%s confirms: %d %s", who, a.status, a.body)
		}
	}
	decode[map[string]any](t, cast["craftsman"](http.MethodPost, at+"/confirm", nil))
	if got := public(); !strings.Contains(got, "ZJ-1") || strings.Contains(got, "名人") {
		t.Errorf("confirmed by himself alone, the public reads %s", got)
	}
	if p := cast["craftsman"](http.MethodPost, at+"/confirm", nil).problem(t); p.Code != "record.nothing_to_confirm" {
		t.Errorf("confirmed twice: %+v", p)
	}
	decode[map[string]any](t, cast["own broker"](http.MethodPost, at+"/confirm?rev=3", nil))
	if got := public(); !strings.Contains(got, "名人") {
		t.Errorf("confirmed by staff, the public reads %s", got)
	}

	// Members that a firm adds to its published studio wait as well.
	studio := s.mustCreate(s.staff, "studios", with(owned("studios"), "enterprise_code", "QY-1"))
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, studio, map[string]any{"member_codes": []any{"ZJ-9"}, "rev": 1}))
	if got := string(s.visitor(http.MethodGet, studio, nil).body); strings.Contains(got, "ZJ-9") {
		t.Errorf("a member nobody confirmed is public: %s", got)
	}
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, studio, map[string]any{"equipment": []any{"磨床"}, "rev": 2}))
	if got := string(s.visitor(http.MethodGet, studio, nil).body); strings.Contains(got, "ZJ-9") {
		t.Errorf("with another change the member passes: %s", got)
	}
}
