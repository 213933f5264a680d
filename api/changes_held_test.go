package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What an owner changes of the words of a published record waits for staff of its
// union; they accept it or give it back with a reason, and nobody else does either.
func TestHeldChangesAreDecided(t *testing.T) {
	s := start(t)
	cast := s.cast()
	at := s.mustCreate(s.staff, "results", owned("results"))
	const wish = "未审的成果名称"
	propose := func() {
		t.Helper()
		rev := decode[map[string]any](t, s.staff(http.MethodGet, at, nil))["rev"]
		if got := decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"title": wish, "rev": rev})); got["pending"] == nil || got["title"] == wish {
			t.Fatalf("not held: %v", got)
		}
	}
	propose()
	for who, want := range map[string]int{"visitor": 401, "own firm": 403, "other firm": 403, "craftsman": 403, "own leader": 403, "other broker": 403} {
		if got := cast[who](http.MethodPost, at+"/change", map[string]any{"accept": true}); got.status != want {
			t.Errorf("%s accepts: %d %s", who, got.status, got.body)
		}
	}
	broker := cast["own broker"]
	if p := broker(http.MethodPost, at+"/change", map[string]any{}).problem(t); p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Field != "reason" {
		t.Errorf("given back without a reason: %+v", p)
	}
	if p := broker(http.MethodPost, at+"/change", map[string]any{"accept": true, "rev": 1}).problem(t); p.Status != 412 && p.Status != 409 {
		t.Errorf("on an old revision: %+v", p)
	}
	back := decode[map[string]any](t, broker(http.MethodPost, at+"/change", map[string]any{"reason": "请写全称"}))
	if held, _ := back["pending"].(map[string]any); held["returned"] != "请写全称" || back["title"] == wish {
		t.Errorf("given back: %v", back)
	}
	if p := broker(http.MethodPost, at+"/change", map[string]any{"accept": true}).problem(t); p.Code != "record.no_change" {
		t.Errorf("decided twice: %+v", p)
	}
	propose()
	decode[map[string]any](t, broker(http.MethodPost, at+"/change", map[string]any{"accept": true}))
	if public := decode[map[string]any](t, s.visitor(http.MethodGet, at, nil)); public["title"] != wish || public["pending"] != nil || public["decided"] != nil {
		t.Errorf("accepted, everybody reads %v", public)
	}
}

// A change that nobody reviewed hides nobody either whom a published record names.
func TestHeldChangesHideNobody(t *testing.T) {
	s := start(t)
	cast := s.cast()
	credited := func(name string) []any { return []any{map[string]any{"name": name, "expert_code": "ZJ-1"}} }
	at := s.mustCreate(s.staff, "results", with(owned("results"), "completers", credited("示例工匠")))
	changed := decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"completers": credited("示例工匠二"), "rev": 1}))
	if changed["pending"] == nil {
		t.Fatalf("not held: %v", changed)
	}
	if got := string(s.visitor(http.MethodGet, at, nil).body); !strings.Contains(got, `"ZJ-1"`) || strings.Contains(got, "示例工匠二") {
		t.Errorf("everybody reads %s", got)
	}
	stranger := append(credited("示例工匠"), map[string]any{"name": "别厂名人", "org": "单位QY-2"})
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"completers": stranger, "rev": 2}))
	decode[map[string]any](t, cast["own broker"](http.MethodPost, at+"/change", map[string]any{"accept": true}))
	if got := string(s.visitor(http.MethodGet, at, nil).body); !strings.Contains(got, `"ZJ-1"`) || strings.Contains(got, "别厂名人") {
		t.Errorf("accepted, everybody reads one who has not confirmed it: %s", got)
	}
}

// A list does not leave a condition unheeded: whoever asked for some would take all for
// them.
func TestListsRefuseWhatTheyDoNotKnow(t *testing.T) {
	s := start(t)
	for plural := range samples {
		for _, query := range []string{"?status=draft", "?limit=1&page=2"} {
			if p := s.visitor(http.MethodGet, "/api/v1/"+plural+query, nil).problem(t); p.Status != 422 || p.Code != "params.invalid" || len(p.Errors) != 1 || !strings.Contains(p.Errors[0].Message, "/api/v1/search") {
				t.Errorf("%s%s: %+v", plural, query, p)
			}
		}
		if got := s.visitor(http.MethodGet, "/api/v1/"+plural+"?limit=1&after=A", nil); got.status != 200 {
			t.Errorf("%s: %d %s", plural, got.status, got.body)
		}
	}
}

// What owners are told of a decision holds neither the reason, nor words that nobody
// reviewed, nor what only some may read; and nobody but the owner is told.
func TestNothingConfidentialIsInDecisions(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.writable()
	tell := func() {
		t.Helper()
		if err := s.notices.Decisions(t.Context(), s.store); err != nil {
			t.Fatal(err)
		}
	}
	tell()
	secret := with(samples["needs"], "title", "泄密金丝雀的难题", "detail", "泄密金丝雀", "confidentiality", "broker_only")
	need := s.mustCreate(cast["own firm"], "needs", secret)
	step := func(body map[string]any) {
		decode[map[string]any](t, cast["own broker"](http.MethodPost, need+"/steps", body))
		tell()
	}
	step(map[string]any{"step": "return", "reason": "理由密语"})
	decode[map[string]any](t, cast["own firm"](http.MethodPost, need+"/steps", map[string]any{"step": "submit"}))
	step(map[string]any{"step": "publish"})
	result := s.mustCreate(cast["own firm"], "results", with(samples["results"], "title", "泄密金丝雀的成果"))
	decode[map[string]any](t, cast["own broker"](http.MethodPatch, result, map[string]any{"status": "returned", "rev": 1}))
	tell()
	shown := s.mustCreate(s.staff, "results", owned("results"))
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, shown, map[string]any{"title": "泄密金丝雀的修改", "rev": 1}))
	decode[map[string]any](t, cast["own broker"](http.MethodPost, shown+"/change", map[string]any{"reason": "理由密语"}))
	tell()
	told := []string{}
	for who, send := range cast {
		got := send(http.MethodGet, "/api/v1/notices", nil)
		var box struct{ Notices []struct{ Text string } }
		if got.status != http.StatusOK || json.Unmarshal(got.body, &box) != nil {
			continue
		}
		if sings(got.body) != "" || strings.Contains(string(got.body), "理由密语") {
			t.Errorf("%s is told %s", who, got.body)
		}
		if len(box.Notices) > 0 {
			told = append(told, who)
		}
		if who == "own firm" && len(box.Notices) != 4 {
			t.Errorf("the firm is told %+v", box.Notices)
		}
	}
	if !slices.Equal(told, []string{"own firm"}) {
		t.Errorf("told are %v", told)
	}
	letters, err := json.Marshal(s.letters)
	if err != nil || len(s.letters) < 4 || sings(letters) != "" || strings.Contains(string(letters), "理由密语") {
		t.Errorf("%v, %d letters: %s", err, len(s.letters), letters)
	}
	if c := sings([]byte(s.log.String())); c != "" {
		t.Errorf("the log holds %s", c)
	}
}
