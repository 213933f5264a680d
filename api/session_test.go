package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"hongniang/api"
	"hongniang/internal/account"
)

// signIn signs in and gives headers with the cookie, as a page of ours sends it.
func (s *service) signIn(login, password string) (answer, []string) {
	s.t.Helper()
	got := s.visitor(http.MethodPost, "/api/v1/session", map[string]any{"name": login, "password": password})
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	return got, []string{"Cookie", cookie, "Origin", s.url}
}

func TestSessionByCookie(t *testing.T) {
	s := start(t)
	s.cast()
	in, own := s.signIn("hongniang", peoplePassword)
	if me := decode[api.Me](t, in); in.status != 201 || me.User.Login != "hongniang" || me.Role != account.Broker {
		t.Fatalf("%d %s", in.status, in.body)
	}
	if c := in.header.Get("Set-Cookie"); !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Errorf("cookie %s", c)
	}
	if me := decode[api.Me](t, s.visitor(http.MethodGet, "/api/v1/me", nil, own...)); me.User.Name != "own broker" || len(me.Actions) == 0 {
		t.Errorf("%+v", me)
	}
	if got := s.visitor(http.MethodPost, "/api/v1/results", samples["results"], own...); got.status != 201 {
		t.Errorf("writing by cookie: %d %s", got.status, got.body)
	}
	foreign := []string{"Cookie", own[1], "Origin", "http://evil.example"}
	for _, req := range [][2]string{{"POST", "/api/v1/results"}, {"DELETE", "/api/v1/me/sessions"}, {"PUT", "/api/v1/me/password"}, {"POST", "/api/v1/session"}, {"DELETE", "/api/v1/session"}} {
		if p := s.visitor(req[0], req[1], "{}", foreign...).problem(t); p.Status != 403 || p.Code != "access.cross_site" {
			t.Errorf("%v from another site: %+v", req, p)
		}
	}
	list := decode[struct{ Items []api.SessionInfo }](t, s.visitor(http.MethodGet, "/api/v1/me/sessions", nil, own...))
	if len(list.Items) != 1 || !list.Items[0].Current {
		t.Errorf("%+v", list)
	}
	if got := s.visitor(http.MethodDelete, "/api/v1/session", nil, own...); got.status != 204 || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d %v", got.status, got.header)
	}
	if got := s.visitor(http.MethodGet, "/api/v1/me", nil, own...); got.status != 401 {
		t.Errorf("after signing out: %d", got.status)
	}
}

func TestSignInRefused(t *testing.T) {
	s := start(t)
	s.cast()
	for i := range 8 {
		for _, name := range []string{"hongniang", "niemand"} {
			got, _ := s.signIn(name, "falsch")
			p := got.problem(t)
			slow := i >= 6
			if slow && (p.Status != 429 || p.Code != "login.slow_down" || got.header.Get("Retry-After") == "") || !slow && (p.Status != 401 || p.Code != "login.failed") {
				t.Errorf("%s, guess %d: %+v", name, i+1, p)
			}
			if got.header.Get("Set-Cookie") != "" {
				t.Errorf("%s got a cookie", name)
			}
		}
	}
	if p := s.visitor(http.MethodPost, "/api/v1/session", map[string]any{"name": "hongniang", "passwort": "geheim-7"}).problem(t); p.Status != 422 || strings.Contains(fmt.Sprint(p), "geheim-7") {
		t.Errorf("an unknown field: %+v", p)
	}
	if log := s.log.String(); strings.Contains(log, "falsch") || strings.Contains(log, "niemand") {
		t.Errorf("the log holds what was typed:\n%s", log)
	}
}

func TestFirstPasswordOpensNothing(t *testing.T) {
	s := start(t)
	s.cast()
	added := decode[api.UserAdded](t, s.staff(http.MethodPost, "/api/v1/users", map[string]any{"login": "neu", "name": "新红娘", "role": "broker", "org": "GH-C", "mobile": "13812345678"}))
	if added.User.Mobile != "138****5678" || !added.User.MustChangePassword || strings.Contains(s.log.String(), added.OneTimePassword) {
		t.Errorf("%+v", added)
	}
	_, own := s.signIn("13812345678", added.OneTimePassword)
	if p := s.visitor(http.MethodPost, "/api/v1/results", samples["results"], own...).problem(t); p.Code != "access.password_first" {
		t.Errorf("%+v", p)
	}
	got := s.visitor(http.MethodPut, "/api/v1/me/password", map[string]any{"current": added.OneTimePassword, "new": peoplePassword}, own...)
	if got.status != 204 {
		t.Fatalf("%d %s", got.status, got.body)
	}
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	if got := s.visitor(http.MethodPost, "/api/v1/results", samples["results"], "Cookie", cookie, "Origin", s.url); got.status != 201 {
		t.Errorf("after the change: %d %s", got.status, got.body)
	}
	if got := s.visitor(http.MethodGet, "/api/v1/me", nil, own...); got.status != 401 {
		t.Errorf("the session before the change: %d", got.status)
	}
}

func TestTokensOverTheAPI(t *testing.T) {
	s := start(t)
	cast := s.cast()
	made := cast["own broker"](http.MethodPost, "/api/v1/me/tokens", map[string]any{"name": "导表", "grants": []string{"read"}, "days": 7})
	token := decode[struct{ ID, Secret string }](t, made)
	reader := []string{"Authorization", "Bearer " + token.Secret}
	if got := s.visitor(http.MethodGet, "/api/v1/me", nil, reader...); got.status != 200 || strings.Contains(string(got.body), token.Secret) {
		t.Errorf("%d %s", got.status, got.body)
	}
	for _, req := range [][2]string{{"POST", "/api/v1/results"}, {"POST", "/api/v1/me/tokens"}, {"GET", "/api/v1/me/tokens"}} {
		if p := s.visitor(req[0], req[1], "{}", reader...).problem(t); p.Status != 403 || p.Code != "access.token_grants" {
			t.Errorf("%v: %+v", req, p)
		}
	}
	if list := cast["own broker"](http.MethodGet, "/api/v1/me/tokens", nil); strings.Contains(string(list.body), token.Secret) || !strings.Contains(string(list.body), token.ID) {
		t.Errorf("%s", list.body)
	}
	if got := cast["own broker"](http.MethodDelete, "/api/v1/me/tokens/"+token.ID, nil); got.status != 204 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if p := s.visitor(http.MethodGet, "/api/v1/me", nil, reader...).problem(t); p.Code != "access.token_wrong" {
		t.Errorf("%+v", p)
	}
}

func TestUsersOverTheAPI(t *testing.T) {
	s := start(t)
	cast := s.cast()
	admin := cast["administrator"]
	added := decode[api.UserAdded](t, admin(http.MethodPost, "/api/v1/users", map[string]any{"login": "neu", "name": "新红娘", "role": "broker", "org": "GH-C"}))
	at := "/api/v1/users/" + added.User.Code
	for name, body := range map[string]map[string]any{
		"login":  {"login": "hongniang", "name": "x", "role": "administrator"},
		"org":    {"login": "neu2", "name": "x", "role": "broker", "org": "QY-1"},
		"org2":   {"login": "neu2", "name": "x", "role": "enterprise", "org": "GH-C"},
		"org3":   {"login": "neu2", "name": "x", "role": "enterprise", "org": "NICHTS"},
		"person": {"login": "neu2", "name": "x", "role": "provider", "person": "NICHTS"},
	} {
		if p := admin(http.MethodPost, "/api/v1/users", body).problem(t); p.Status != 422 && p.Status != 409 {
			t.Errorf("%s: %+v", name, p)
		}
	}
	changed := decode[account.Profile](t, admin(http.MethodPatch, at, map[string]any{"name": "改名", "disabled": true}))
	if changed.Name != "改名" || !changed.Disabled {
		t.Errorf("%+v", changed)
	}
	reset := decode[api.UserAdded](t, admin(http.MethodPost, at+"/password", nil))
	if got, _ := s.signIn("neu", reset.OneTimePassword); got.status != 401 {
		t.Errorf("a disabled user signs in: %d", got.status)
	}
	if p := admin(http.MethodPatch, at, map[string]any{"role": "root"}).problem(t); p.Status != 422 {
		t.Errorf("%+v", p)
	}
	page := decode[struct {
		Items []account.Profile
		Next  string
	}](t, admin(http.MethodGet, "/api/v1/users?limit=4", nil))
	if len(page.Items) != 4 || page.Next == "" {
		t.Errorf("%+v", page)
	}
	all := admin(http.MethodGet, "/api/v1/users?limit=500", nil)
	for _, secret := range []string{"argon2id", "password_hash", "totp_secret"} {
		if strings.Contains(string(all.body), secret) {
			t.Errorf("the list holds %s", secret)
		}
	}
	if one := decode[struct{ Items []account.Profile }](t, admin(http.MethodGet, "/api/v1/users?login=neu", nil)); len(one.Items) != 1 {
		t.Errorf("%+v", one)
	}
}
