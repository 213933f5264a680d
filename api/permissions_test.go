package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
)

// actors are the people as permissions see them.
func (s *service) actors() map[string]account.Actor {
	s.t.Helper()
	out := map[string]account.Actor{"visitor": {}, "operator": account.Operator()}
	for who, n := range people {
		u, err := s.users.ByLogin(s.t.Context(), n.Login)
		if err != nil {
			s.t.Fatal(err)
		}
		out[who] = u.Actor()
	}
	return out
}

// TestEveryRouteWithEveryRole walks the router: each route must name an action
// of the table, and answer each role as the table says, about a record of the
// own firm's.
func TestEveryRouteWithEveryRole(t *testing.T) {
	s := start(t)
	cast := s.cast()
	codes, targets := map[string]string{}, map[string]account.Target{}
	for plural := range samples {
		at := s.mustCreate(s.staff, plural, owned(plural))
		codes[plural] = at[strings.LastIndexByte(at, '/')+1:]
		rec, err := s.store.Get(t.Context(), catalog.Kind(strings.TrimSuffix(plural, "s")), codes[plural])
		if err != nil {
			t.Fatal(err)
		}
		h, err := catalog.HoldersOf(t.Context(), s.store, rec)
		if err != nil {
			t.Fatal(err)
		}
		targets[plural] = account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}
	}
	listed, actors, cases := s.api.Routes(), s.actors(), 0
	for _, route := range s.engine.Routes() {
		action, ok := listed[route.Method+" "+route.Path]
		if !ok || action == "" {
			t.Errorf("%s %s names no action of the table of permissions", route.Method, route.Path)
			continue
		}
		plural, _, _ := strings.Cut(strings.TrimPrefix(route.Path, "/api/v1/"), "/")
		path := strings.NewReplacer(":code", orNone(codes[plural]), ":kind", "need", ":file", "need.xlsx", ":ref", "none", ":id", "none").Replace(route.Path)
		if route.Method == http.MethodDelete && codes[plural] != "" {
			path += "?rev=999" // refused as stale, so that nothing is deleted
		}
		for who, send := range cast {
			cases++
			may := account.ScopeOf(actors[who], action) != account.None
			if may && strings.Contains(route.Path, ":code") && codes[plural] != "" && action != account.OfferMake { // an offer is about who makes it
				may = account.May(actors[who], action, targets[plural])
			}
			if who == "operator" && account.ScopeOf(actors[who], action) == account.Own && action != account.AccountRead {
				may = false // it has no account
			}
			checkRefusal(t, who+" "+route.Method+" "+path, send(route.Method, path, bodyFor(route.Method), "X-Forwarded-For", "192.0.2.1"), may)
		}
	}
	t.Logf("%d routes, %d cases", len(s.engine.Routes()), cases)
}

func orNone(code string) string {
	if code == "" {
		return "none"
	}
	return code
}

func bodyFor(method string) any {
	if method == http.MethodGet || method == http.MethodHead || method == http.MethodDelete {
		return nil
	}
	return "{}"
}

// checkRefusal holds that an answer is about access exactly when the caller may
// not.
func checkRefusal(t *testing.T, what string, a answer, may bool) {
	t.Helper()
	var p httpx.Problem
	_ = json.Unmarshal(a.body, &p) // other answers have no code
	refused := (a.status == 401 || a.status == 403) && strings.HasPrefix(p.Code, "access.")
	if refused == may {
		t.Errorf("%s: may %v, answered %d %s", what, may, a.status, a.body)
	}
	if strings.HasPrefix(what, "visitor") && refused != (a.status == 401 && p.Code == "access.sign_in") {
		t.Errorf("%s is not asked to sign in: %d %s", what, a.status, p.Code)
	}
	if a.status >= 500 {
		t.Errorf("%s: %d %s", what, a.status, a.body)
	}
}

// A draft need of a firm: who sees it whole, who changes it, who publishes.
func TestWhoSeesAFirmsNeed(t *testing.T) {
	s := start(t)
	cast := s.cast()
	body := with(samples["needs"], "detail", "壁厚 1.2 mm", "status", "draft")
	at := s.mustCreate(cast["own firm"], "needs", body)
	whole := []string{"own firm", "own broker", "own leader", "administrator", "operator"}
	for who, send := range cast {
		got := send(http.MethodGet, at, nil)
		if sees := got.status == 200 && strings.Contains(string(got.body), "1.2 mm"); sees != slices.Contains(whole, who) || !sees && got.status != 404 {
			t.Errorf("the draft to %s: %d %s", who, got.status, got.body)
		}
		list := decode[struct{ Items []map[string]any }](t, send(http.MethodGet, "/api/v1/needs", nil))
		if sees := len(list.Items) == 1; sees != slices.Contains(whole, who) {
			t.Errorf("%s lists %v", who, list.Items)
		}
	}
	if p := cast["own firm"](http.MethodPatch, at, map[string]any{"status": "published", "rev": 1}).problem(t); p.Code != "need.step_state" {
		t.Errorf("a draft is published: %+v", p)
	}
	decode[map[string]any](t, cast["own firm"](http.MethodPatch, at, map[string]any{"status": "submitted", "rev": 1}))
	if p := cast["own firm"](http.MethodPatch, at, map[string]any{"status": "published", "rev": 2}).problem(t); p.Code != "access.publish" {
		t.Errorf("a firm publishes: %+v", p)
	}
	decode[map[string]any](t, cast["own broker"](http.MethodPatch, at, map[string]any{"status": "published", "rev": 2}))
	for who, send := range cast {
		got := send(http.MethodGet, at, nil)
		if sees := strings.Contains(string(got.body), "1.2 mm"); got.status != 200 || sees != slices.Contains(whole, who) {
			t.Errorf("the published need to %s: %d %s", who, got.status, got.body)
		}
	}
	exported := decodeLines(t, cast["own broker"](http.MethodGet, "/api/v1/exports/need?confidential=true&format=jsonl", nil))
	if len(exported) != 1 || exported[0]["detail"] == nil {
		t.Errorf("the own broker's file: %v", exported)
	}
	if other := decodeLines(t, cast["other broker"](http.MethodGet, "/api/v1/exports/need?confidential=true&format=jsonl", nil)); len(other) != 0 {
		t.Errorf("the other broker's file: %v", other)
	}
}

func decodeLines(t *testing.T, a answer) []map[string]any {
	t.Helper()
	var out []map[string]any
	for line := range strings.Lines(string(a.body)) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil || a.status != 200 {
			t.Fatalf("%d %s: %v", a.status, line, err)
		}
		out = append(out, v)
	}
	return out
}

// What somebody enters is his own, whatever the body says; and nobody gives it
// away or takes more by changing it.
func TestNobodyTakesWhatIsNotHis(t *testing.T) {
	s := start(t)
	cast := s.cast()
	made := decode[map[string]any](t, cast["own firm"](http.MethodPost, "/api/v1/needs", with(samples["needs"], "owner_org", "QY-2", "union", "GH-X", "enterprise_code", "QY-2", "enterprise_name", "别家")))
	for key, want := range map[string]any{"owner_org": "QY-1", "union": nil, "enterprise_code": "QY-1", "enterprise_name": "单位QY-1", "status": "submitted"} {
		if made[key] != want {
			t.Errorf("%s is %v, want %v", key, made[key], want)
		}
	}
	need := "/api/v1/needs/" + made["code"].(string)
	published := decode[map[string]any](t, cast["own broker"](http.MethodPost, "/api/v1/results", samples["results"]))
	if published["union"] != "GH-C" || published["status"] != "published" {
		t.Errorf("a broker's record: %v", published)
	}
	for name, c := range map[string]struct {
		who, method, path string
		body              map[string]any
		code              string
	}{
		"a firm gives its need away":            {"own firm", "PATCH", need, map[string]any{"owner_org": "QY-2", "rev": 1}, "access.ties"},
		"a firm chooses its union":              {"own firm", "PATCH", need, map[string]any{"union": "GH-X", "rev": 1}, "access.ties"},
		"a firm becomes a union":                {"own firm", "PATCH", "/api/v1/organisations/QY-1", map[string]any{"organisation_kind": "union", "rev": 1}, "access.ties"},
		"a firm joins a group":                  {"own firm", "PATCH", "/api/v1/organisations/QY-1", map[string]any{"parent_code": "QY-2", "rev": 1}, "access.ties"},
		"a firm chooses a code":                 {"own firm", "POST", "/api/v1/needs", with(samples["needs"], "title", "自选编号的需求", "code", "XQ-2026-9999"), "record.invalid"},
		"a firm enters another":                 {"own firm", "POST", "/api/v1/organisations", map[string]any{"name": "新单位", "organisation_kind": "企业"}, "access.denied"},
		"a firm enters a person":                {"own firm", "POST", "/api/v1/experts", samples["experts"], "access.denied"},
		"a craftsman enters another person":     {"craftsman", "POST", "/api/v1/experts", samples["experts"], "access.not_yours"},
		"a craftsman changes who he is":         {"craftsman", "PATCH", "/api/v1/experts/ZJ-1", map[string]any{"verified_by": "示例工会", "rev": 1}, "access.ties"},
		"a craftsman honours himself":           {"craftsman", "PATCH", "/api/v1/experts/ZJ-1", map[string]any{"honours": []any{map[string]any{"name": "全国劳动模范", "level": "national"}}, "rev": 1}, "access.attested"},
		"a craftsman has served a lot":          {"craftsman", "PATCH", "/api/v1/experts/ZJ-1", map[string]any{"services_done": 999, "rev": 1}, "access.attested"},
		"a broker writes for another's union":   {"own broker", "POST", "/api/v1/results", with(samples["results"], "title", "另一项成果", "union", "GH-X"), "access.not_yours"},
		"a broker gives a record away":          {"own broker", "PATCH", "/api/v1/results/" + published["code"].(string), map[string]any{"union": "GH-X", "rev": 1}, "access.not_yours"},
		"a broker takes another's organisation": {"own broker", "PATCH", "/api/v1/organisations/QY-2", map[string]any{"union": "GH-C", "rev": 1}, "access.denied"},
		"a leader changes a need":               {"own leader", "PATCH", need, map[string]any{"urgency": "high", "rev": 1}, "access.denied"},
	} {
		if p := cast[c.who](c.method, c.path, c.body).problem(t); p.Code != c.code || p.Status != 403 && p.Status != 422 {
			t.Errorf("%s: %d %s %s", name, p.Status, p.Code, p.Detail)
		}
	}
	for name, got := range map[string]answer{
		"a firm's own words":      cast["own firm"](http.MethodPatch, need, map[string]any{"urgency": "high", "rev": 1}),
		"a craftsman's own skill": cast["craftsman"](http.MethodPatch, "/api/v1/experts/ZJ-1", map[string]any{"expertise": "曲轴磨削", "rev": 1}),
		"an institute's result":   cast["institute"](http.MethodPost, "/api/v1/results", with(samples["results"], "title", "院所的成果")),
		"a broker's new union":    cast["own broker"](http.MethodPost, "/api/v1/organisations", map[string]any{"name": "县工会", "organisation_kind": "工会", "parent_code": "GH-C"}),
	} {
		if got.status != 200 && got.status != 201 {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

// A need that is being dealt with is neither deleted by its firm nor put back
// past the table of its steps.
func TestOwnNeedUnderIntroduction(t *testing.T) {
	s := start(t)
	cast := s.cast()
	made := decode[map[string]any](t, cast["own firm"](http.MethodPost, "/api/v1/needs", samples["needs"]))
	at := "/api/v1/needs/" + made["code"].(string)
	decode[map[string]any](t, cast["own broker"](http.MethodPatch, at, map[string]any{"status": "published", "rev": 1}))
	decode[map[string]any](t, cast["own broker"](http.MethodPatch, at, map[string]any{"status": "introduced", "rev": 2}))
	if p := cast["own firm"](http.MethodPatch, at, map[string]any{"status": "draft", "rev": 3}).problem(t); p.Status != 409 || p.Code != "need.step_state" {
		t.Errorf("put back: %d %s", p.Status, p.Code)
	}
	for _, to := range []string{"draft", "published", "submitted", "rejected"} { // staff keep to the table too
		if p := cast["own broker"](http.MethodPatch, at, map[string]any{"status": to, "rev": 3}).problem(t); p.Status != 409 || p.Code != "need.step_state" {
			t.Errorf("staff bring it to %s: %d %s", to, p.Status, p.Code)
		}
	}
	if p := cast["own broker"](http.MethodPatch, at, map[string]any{"status": "closed", "rev": 3}).problem(t); p.Status != 422 {
		t.Errorf("closed without a reason: %d %s", p.Status, p.Code)
	}
	if p := cast["own firm"](http.MethodDelete, at+"?rev=3", nil).problem(t); p.Status != 409 || p.Code != "need.in_introduction" {
		t.Errorf("deleted: %d %s", p.Status, p.Code)
	}
}

// A file is judged row by row.
func TestImportKeepsToTheOwnUnion(t *testing.T) {
	s := start(t)
	cast := s.cast()
	s.mustCreate(s.staff, "organisations", map[string]any{"code": "DW-9", "name": "别处的厂", "organisation_kind": "企业", "union": "GH-X"})
	csv := "编号,单位名称,单位类别\nDW-9,别处的厂改名,企业\n,本地新厂,企业\n"
	report := decode[map[string]any](t, cast["own broker"](http.MethodPost, "/api/v1/imports/organisation?filename=x.csv", csv))
	if report["failed"] != 1.0 || report["created"] != 1.0 {
		t.Errorf("%v", report)
	}
	if other := decode[map[string]any](t, s.staff(http.MethodGet, "/api/v1/organisations/DW-9", nil)); other["name"] != "别处的厂" {
		t.Errorf("changed by a file: %v", other)
	}
}
