package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/verdict"
)

// judgedNeed makes a need of the own firm's and somebody to be judged; it gives
// the address of the verdicts and the code of the candidate.
func judgedNeed(s *service) (at, candidate string) {
	s.t.Helper()
	need := s.mustCreate(s.staff, "needs", owned("needs"))
	result := s.mustCreate(s.staff, "results", samples["results"])
	return need + "/verdicts", result[strings.LastIndexByte(result, '/')+1:]
}

// Who judges, who reads, and what is kept.
func TestVerdicts(t *testing.T) {
	s := start(t)
	cast := s.cast()
	at, candidate := judgedNeed(s)
	say := func(code, note string) map[string]any {
		return map[string]any{"kind": "result", "candidate": candidate, "verdict": code, "note": note}
	}
	judges, readers := []string{"own broker", "administrator", "operator"}, []string{"own broker", "own leader", "administrator", "operator"}
	said := 0
	for who, send := range cast {
		got := send(http.MethodPut, at, say("useful", "可以先打电话"))
		if may := slices.Contains(judges, who); may != (got.status == 200) {
			t.Errorf("%s judges: %d %s", who, got.status, got.body)
		} else if may {
			said++
			if e := decode[verdict.Opinion](t, got); e.Code != verdict.Useful || e.Run.NeedRev != 1 || e.Run.Weights == "" || e.Name == "" {
				t.Errorf("%s: %+v", who, e)
			}
		}
	}
	for who, send := range cast {
		got := send(http.MethodGet, at, nil)
		if may := slices.Contains(readers, who); may != (got.status == 200) {
			t.Errorf("%s reads: %d %s", who, got.status, got.body)
		} else if may && len(decode[struct{ Items []verdict.Opinion }](t, got).Items) != said {
			t.Errorf("%s reads %s, %d were said", who, got.body, said)
		}
		page := send(http.MethodGet, "/api/v1/verdicts?limit=1", nil)
		if slices.Contains(readers, who) {
			if p := decode[verdict.Opinions](t, page); len(p.Items) != 1 || p.Next == "" {
				t.Errorf("%s lists %s", who, page.body)
			}
		} else if strings.Contains(string(page.body), candidate) {
			t.Errorf("%s lists %s", who, page.body)
		}
	}
	again := decode[verdict.Opinion](t, cast["own broker"](http.MethodPut, at, say("wrong_field", "")))
	if again.Code != verdict.WrongField || len(again.Earlier) != 1 || again.Earlier[0].Code != verdict.Useful {
		t.Errorf("replaced: %+v", again)
	}
	for name, c := range map[string]struct {
		body   any
		status int
	}{
		"no verdict":        {say("", ""), 422},
		"unknown":           {say("great", ""), 422},
		"unknown field":     {map[string]any{"kind": "result", "candidate": candidate, "verdict": "useful", "rank": 1}, 422},
		"unknown candidate": {map[string]any{"kind": "result", "candidate": "CG-0", "verdict": "useful"}, 404},
		"no JSON":           {"{", 400},
	} {
		if got := cast["own broker"](http.MethodPut, at, c.body); got.status != c.status {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

// No confidential word of a need gets into a verdict, and what is refused is not
// said again: not in an answer, not in the log.
func TestNothingConfidentialInVerdicts(t *testing.T) {
	s := start(t)
	shown, hidden := plantAll(t, s)
	at := "/api/v1/needs/" + shown["needs"] + "/verdicts"
	say := func(note string) map[string]any {
		return map[string]any{"kind": "result", "candidate": shown["results"], "verdict": "strong", "note": note}
	}
	for _, c := range canaries {
		got := s.staff(http.MethodPut, at, say("他认识"+c+"的人"))
		if p := got.problem(t); p.Code != "record.invalid" || sings(got.body) != "" {
			t.Errorf("%s: %d %s", c, got.status, got.body)
		}
	}
	decode[verdict.Opinion](t, s.staff(http.MethodPut, at, say("曲轴磨削他做过多年")))
	senders := s.outsiders()
	senders["operator"] = s.staff
	for role, send := range senders {
		for _, got := range []answer{
			send(http.MethodGet, at, nil), send(http.MethodGet, "/api/v1/verdicts", nil), send(http.MethodPut, at, say("")),
			send(http.MethodGet, "/api/v1/needs/"+hidden["needs"]+"/verdicts", nil),
		} {
			if c := sings(got.body); c != "" {
				t.Errorf("%s got %s from %s %s: %s", role, c, got.method, got.path, got.body)
			}
		}
	}
	if c := sings([]byte(s.log.String())); c != "" {
		t.Errorf("the log holds %s", c)
	}
}
