package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/matcher"
)

// Each step's action is one of the table of permissions.
func TestNeedStepsAreInTheTable(t *testing.T) {
	for _, rule := range catalog.NeedRules() {
		if account.ScopeOf(account.Operator(), account.Action(rule.Action)) != account.All {
			t.Errorf("%s needs %q, which is no action", rule.Step, rule.Action)
		}
	}
}

// A need goes from the enterprise's draft over a return to publication; each may
// do his part of it and no other.
func TestNeedSteps(t *testing.T) {
	s := start(t)
	cast := s.cast()
	at := s.mustCreate(cast["own firm"], "needs", with(samples["needs"], "status", "draft")) + "/steps"
	for _, tt := range []struct {
		who    string
		step   map[string]any
		status int
		want   string // state, or the code of the problem
	}{
		{"visitor", map[string]any{"step": "submit"}, 401, ""},
		{"other firm", map[string]any{"step": "submit"}, 404, "record.not_found"},
		{"other broker", map[string]any{"step": "submit"}, 404, "record.not_found"},
		{"own leader", map[string]any{"step": "submit"}, 403, ""},
		{"own firm", map[string]any{"step": "publish"}, 403, "need.step_not_yours"},
		{"own firm", map[string]any{"step": "fly"}, 422, ""},
		{"own firm", map[string]any{"step": "submit", "because": "x"}, 422, ""},
		{"own firm", map[string]any{"step": "submit", "rev": 1}, 200, "submitted"},
		{"own broker", map[string]any{"step": "return"}, 422, ""},
		{"own broker", map[string]any{"step": "return", "reason": "请补上指标", "rev": 1}, 409, "record.stale"},
		{"own broker", map[string]any{"step": "return", "reason": "请补上指标", "rev": 2}, 200, "returned"},
		{"own broker", map[string]any{"step": "publish"}, 409, "need.step_state"},
		{"own firm", map[string]any{"step": "submit"}, 200, "submitted"},
		{"own broker", map[string]any{"step": "publish", "valid_to": "2027-03-01"}, 200, "published"},
		{"own firm", map[string]any{"step": "renew"}, 200, "published"},
		{"own broker", map[string]any{"step": "close", "reason": "企业自己解决了"}, 200, "closed"},
		{"own firm", map[string]any{"step": "renew"}, 409, "need.step_state"},
	} {
		got := cast[tt.who](http.MethodPost, at, tt.step)
		if got.status != tt.status {
			t.Errorf("%s %v: %d %s", tt.who, tt.step, got.status, got.body)
			continue
		}
		if got.status == http.StatusOK {
			if n := decode[catalog.Need](t, got); n.Status != tt.want || len(n.Steps) == 0 || n.Steps[len(n.Steps)-1].By != tt.who {
				t.Errorf("%s %v: %s, %+v", tt.who, tt.step, n.Status, n.Steps)
			}
		} else if p := got.problem(t); tt.want != "" && p.Code != tt.want {
			t.Errorf("%s %v: %+v", tt.who, tt.step, p)
		}
	}
	if public := s.visitor(http.MethodGet, strings.TrimSuffix(at, "/steps"), nil); strings.Contains(string(public.body), "steps") || strings.Contains(string(public.body), "补上指标") {
		t.Errorf("a visitor reads the history: %s", public.body)
	}
	whole := decode[map[string]any](t, cast["own firm"](http.MethodGet, strings.TrimSuffix(at, "/steps"), nil))
	whole["detail"] = "改过一个字"
	if back := cast["own firm"](http.MethodPut, strings.TrimSuffix(at, "/steps"), whole); back.status != http.StatusOK || !strings.Contains(string(back.body), "补上指标") {
		t.Errorf("what was read cannot be sent back, or loses its history: %d %s", back.status, back.body)
	}
}

func TestCoach(t *testing.T) {
	s := start(t)
	cast := s.cast()
	const at = "/api/v1/needs/coach"
	codes := func(who string, body map[string]any) (string, bool) {
		a := decode[coach.Advice](t, cast[who](http.MethodPost, at, body))
		var out []string
		for _, r := range a.Remarks {
			out = append(out, r.Code)
		}
		return strings.Join(out, " "), a.Ready
	}
	if got, ready := codes("own firm", map[string]any{}); ready || !strings.Contains(got, "target.missing") {
		t.Errorf("an empty form: %v %s", ready, got)
	}
	full := with(samples["needs"], "detail", "42CrMo 锻件曲轴，用刚玉砂轮切入磨削，水基冷却液，磨完表面烧伤，探伤返工多，两班连续生产。",
		"targets", []any{map[string]any{"name": "烧伤件比例", "op": "<=", "value": 0.5, "unit": "%"}}, "budget_negotiable", true)
	if got, ready := codes("own firm", full); !ready || got != "" {
		t.Errorf("a complete need: %v %q", ready, got)
	}
	// The caller's own firm is known without being named; staff name it.
	if got, ready := codes("own firm", with(full, "summary_public", "单位qy-1的曲轴烧伤")); ready || !strings.Contains(got, "summary.names_enterprise") {
		t.Errorf("the firm's own name: %v %q", ready, got)
	}
	if got, _ := codes("own broker", with(full, "summary_public", "单位QY-1的曲轴烧伤", "enterprise_code", "QY-1")); !strings.Contains(got, "summary.names_enterprise") {
		t.Errorf("the firm that a broker names: %q", got)
	}
	for who, status := range map[string]int{"visitor": 401, "craftsman": 403, "own leader": 403} {
		if got := cast[who](http.MethodPost, at, full); got.status != status {
			t.Errorf("%s: %d %s", who, got.status, got.body)
		}
	}
	for name, body := range map[string]map[string]any{"a number for a title": {"title": 1}, "an unknown field": {"titel": "x"}} {
		if p := cast["own firm"](http.MethodPost, at, body).problem(t); p.Status != 422 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	if page := decode[map[string]any](t, s.staff(http.MethodGet, "/api/v1/needs", nil)); len(page["items"].([]any)) != 0 {
		t.Errorf("the coach saved something: %v", page)
	}
}

// What others ask for is found by all that was typed and shown by its public
// title alone.
func TestSimilarAndGroupedNeeds(t *testing.T) {
	s := start(t)
	cast := s.cast()
	for i := range 40 {
		s.mustCreate(s.staff, "needs", map[string]any{"title": fmt.Sprintf("食堂烹饪排烟的难题第%d号", i), "summary_public": "油烟机吸不净。"})
	}
	needs := s.town(2)
	other := with(owned("needs"), "title", "曲轴磨削烧伤怎样在线检测", "detail", "磨削后曲轴轴颈表面出现烧伤，需要在线发现。")
	found := decode[struct{ Items []matcher.Similar }](t, cast["own firm"](http.MethodPost, "/api/v1/needs/similar", other))
	if len(found.Items) != 2 || !strings.Contains(found.Items[0].Title, "曲轴磨削烧伤") {
		t.Errorf("similar needs: %+v", found)
	}
	groups := decode[struct{ Items []matcher.Group }](t, cast["own broker"](http.MethodPost, "/api/v1/needs/groups", map[string]any{"needs": needs}))
	if len(groups.Items) != 1 || len(groups.Items[0].Needs) != 2 {
		t.Errorf("groups: %+v", groups)
	}
	for path, tt := range map[string]struct {
		who    string
		body   map[string]any
		status int
	}{
		"/api/v1/needs/similar": {"own firm", map[string]any{}, 422}, "/api/v1/needs/groups": {"other broker", map[string]any{"needs": needs}, 422},
	} {
		if p := cast[tt.who](http.MethodPost, path, tt.body).problem(t); p.Status != tt.status {
			t.Errorf("%s %s: %+v", tt.who, path, p)
		}
	}
}

// What a firm changes of the words that everybody reads waits for a broker; until
// then nobody but those who read the need whole learns of it.
func TestPublicWordsWaitForReview(t *testing.T) {
	s := start(t)
	cast := s.cast()
	at := s.mustCreate(cast["own firm"], "needs", samples["needs"])
	decode[map[string]any](t, cast["own broker"](http.MethodPost, at+"/steps", map[string]any{"step": "publish"}))
	const wish = "未审的新标题"
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"title": wish, "rev": 2}))
	changed := decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"detail": "新的详情", "rev": 3}))
	if changed["title"] == wish || changed["pending"] == nil || changed["detail"] != "新的详情" {
		t.Errorf("the firm reads %v", changed)
	}
	whole := []string{"own firm", "own broker", "own leader", "administrator", "operator"}
	for who, send := range cast {
		if found := decode[struct{ Total int }](t, send(http.MethodGet, "/api/v1/search?q="+url.QueryEscape(wish), nil)); found.Total != 0 {
			t.Errorf("%s finds the title that nobody reviewed", who)
		}
		for _, path := range []string{at, "/api/v1/needs", "/api/v1/exports/need?format=jsonl"} {
			got := send(http.MethodGet, path, nil)
			if strings.Contains(string(got.body), wish) && !slices.Contains(whole, who) {
				t.Errorf("%s reads the title that nobody reviewed at %s: %s", who, path, got.body)
			}
		}
	}
	if p := cast["own firm"](http.MethodPost, at+"/steps", map[string]any{"step": "accept_change"}).problem(t); p.Code != "need.step_not_yours" {
		t.Errorf("the firm accepts its own change: %+v", p)
	}
	decode[map[string]any](t, cast["own broker"](http.MethodPost, at+"/steps", map[string]any{"step": "accept_change"}))
	if public := decode[map[string]any](t, s.visitor(http.MethodGet, at, nil)); public["title"] != wish || public["pending"] != nil {
		t.Errorf("accepted: %v", public)
	}
}
