package frontend_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hongniang/frontend"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/sqlitestore"
)

const goodPassword = "铣床 晨雾 47 橘子树"

func newAccounts(t testing.TB, store *sqlitestore.Store, log *slog.Logger) *account.Service {
	t.Helper()
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &account.Service{Store: store.Accounts(), Hasher: hasher, Now: func() time.Time { return clock }, Random: rand.Reader, Log: log}
}

// browser is a person with a cookie jar at our pages.
type browser struct {
	w      *world
	cookie string
	origin string
}

func (w *world) browser() *browser { return &browser{w: w, origin: "http://hn.example"} }

func (b *browser) do(method, path string, form url.Values) (*http.Response, string) {
	b.w.t.Helper()
	r := httptest.NewRequestWithContext(b.w.t.Context(), method, "http://hn.example"+path, strings.NewReader(form.Encode()))
	if method != http.MethodGet {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", b.origin)
	}
	if b.cookie != "" {
		r.Header.Set("Cookie", b.cookie)
	}
	res, body := b.w.do(r)
	for _, c := range res.Cookies() {
		b.cookie = c.Name + "=" + c.Value
	}
	if strings.Contains(body, "</html>") {
		checkPage(b.w.t, body)
	}
	return res, body
}

func (b *browser) get(path string) (*http.Response, string) {
	b.w.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

func (b *browser) post(path string, pairs ...string) (*http.Response, string) {
	b.w.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
		b.w.typed = append(b.w.typed, pairs[i+1])
	}
	return b.do(http.MethodPost, path, form)
}

// people are users by what they are to DW-1, which the union GH-1 looks after.
var people = map[string]account.NewUser{
	"own firm":      {Login: "qiye", Role: account.Enterprise, Org: "DW-1"},
	"other firm":    {Login: "qiye2", Role: account.Enterprise, Org: "DW-2"},
	"craftsman":     {Login: "gongjiang", Role: account.Provider, Person: "ZJ-5"},
	"own broker":    {Login: "hongniang", Role: account.Broker, Org: "GH-1"},
	"other broker":  {Login: "hongniang2", Role: account.Broker, Org: "GH-2"},
	"own leader":    {Login: "lingdao", Role: account.Leader, Org: "GH-1"},
	"administrator": {Login: "guanli", Role: account.Administrator},
}

// cast makes the people, a need of DW-1, and a browser for each.
func (w *world) cast() map[string]*browser {
	w.t.Helper()
	for _, rec := range []catalog.Record{
		&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "示例一工会", OrganisationKind: "union"},
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-77", Union: "GH-1"}, Title: "轧辊表面剥落的难题", EnterpriseCode: "DW-1", EnterpriseName: "示例轧钢厂", Detail: "合格率 71 %"},
		&catalog.Need{Meta: catalog.Meta{Code: "XQ-78", Union: "GH-1", Status: "draft"}, Title: "还没有公开的难题", EnterpriseCode: "DW-1", Detail: "合格率 71 %"},
	} {
		if err := w.records.Create(w.t.Context(), "test", rec); err != nil {
			w.t.Fatal(err)
		}
	}
	out := map[string]*browser{"visitor": w.browser()}
	for who, n := range people {
		n.Name, n.Password = who, goodPassword
		if _, _, err := w.users.AddUser(w.t.Context(), n); err != nil {
			w.t.Fatal(err)
		}
		b := w.browser()
		if res, body := b.post("/login", "name", n.Login, "password", goodPassword, "next", "/help"); res.StatusCode != 303 || res.Header.Get("Location") != "/help" {
			w.t.Fatalf("%s does not get in: %d %s", who, res.StatusCode, body)
		}
		out[who] = b
	}
	return out
}

// TestEveryPageWithEveryRole walks the router as the API's test does.
func TestEveryPageWithEveryRole(t *testing.T) {
	w := newWorld(t)
	cast, listed := w.cast(), w.site.Routes()
	for _, route := range w.router.Routes() {
		action, ok := listed[route.Method+" "+route.Path]
		if !ok || action == "" {
			t.Errorf("%s %s names no action of the table of permissions", route.Method, route.Path)
			continue
		}
		if route.Path == "/logout" || route.Path == "/account/sessions" { // they would end the test's own sessions
			continue
		}
		path := strings.NewReplacer(":code", "none", ":part", "0.xml", ":hash", "x", ":name", "site.css").Replace(route.Path)
		for who, b := range cast {
			role := people[who].Role
			may := account.ScopeOf(account.Actor{Role: role}, action) != account.None
			before := *b
			res, body := b.do(route.Method, path, url.Values{})
			*b = before
			signIn := strings.HasPrefix(res.Header.Get("Location"), "/login?next=")
			refused := signIn || (res.StatusCode == 401 || res.StatusCode == 403) && (route.Method == http.MethodHead || strings.Contains(body, "access."))
			if refused == may || res.StatusCode >= 500 {
				t.Errorf("%s %s %s: may %v, answered %d %s", who, route.Method, path, may, res.StatusCode, res.Header.Get("Location"))
			}
			if who == "visitor" && refused && route.Method == http.MethodGet && !signIn {
				t.Errorf("%s is not led to the sign-in page from %s", who, path)
			}
		}
	}
}

func TestWhoSeesANeedWhole(t *testing.T) {
	w := newWorld(t)
	whole := []string{"own firm", "own broker", "own leader", "administrator"}
	for who, b := range w.cast() {
		sees := slices.Contains(whole, who)
		res, body := b.get("/needs/XQ-77")
		if res.StatusCode != 200 || strings.Contains(body, "合格率 71 %") != sees || strings.Contains(body, "含保密部分") != sees {
			t.Errorf("%s: %d, whole %v", who, res.StatusCode, !sees)
		}
		if sees && (!strings.Contains(body, `content="noindex"`) || strings.Contains(body, "ld+json")) {
			t.Errorf("%s: the whole need speaks to search engines", who)
		}
		if who != "visitor" && res.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: what is shown may be cached: %s", who, res.Header.Get("Cache-Control"))
		}
		if res, _ := b.get("/needs/XQ-78"); (res.StatusCode == 200) != sees {
			t.Errorf("%s: the draft gives %d", who, res.StatusCode)
		}
	}
}

func TestSignInPage(t *testing.T) {
	w := newWorld(t, func(d *frontend.Deps) {
		d.DemoUsers = []frontend.DemoUser{{Login: "demo1", Password: "sehr-geheim", Role: "红娘"}}
	})
	w.cast()
	b := w.browser()
	res, body := b.get("/login?next=/needs/XQ-77%3Fa=b")
	if res.StatusCode != 200 || !strings.Contains(body, `value="/needs/XQ-77?a=b"`) || !strings.Contains(body, "demo1") || !strings.Contains(body, "sehr-geheim") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	res, body = b.post("/login", "name", "qiye", "password", "falsch", "next", "/needs/XQ-77")
	if res.StatusCode != 401 || !strings.Contains(body, "账号或密码不对") || !strings.Contains(body, `value="qiye"`) || strings.Contains(body, "falsch") || b.cookie != "" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	foreign := w.browser()
	foreign.origin = "http://evil.example"
	if res, _ := foreign.post("/login", "name", "qiye", "password", goodPassword); res.StatusCode != 403 || foreign.cookie != "" {
		t.Errorf("signed in from another site: %d", res.StatusCode)
	}
	for _, next := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/login?next=/login", ""} {
		b := w.browser()
		if res, _ := b.post("/login", "name", "qiye", "password", goodPassword, "next", next); res.Header.Get("Location") != "/today" {
			t.Errorf("%q leads to %s", next, res.Header.Get("Location"))
		}
	}
	b = w.browser()
	b.post("/login", "name", "qiye", "password", goodPassword)
	if _, body = b.get("/help"); !strings.Contains(body, "own firm") || !strings.Contains(body, `action="/logout"`) {
		t.Error("the header does not name who is signed in")
	}
	if res, _ := b.get("/login?next=/match"); res.Header.Get("Location") != "/match" {
		t.Errorf("signing in twice leads to %q", res.Header.Get("Location"))
	}
	old := *b
	if res, _ := b.post("/logout"); res.StatusCode != 303 {
		t.Errorf("signing out: %d", res.StatusCode)
	}
	if res, _ := old.get("/account"); !strings.HasPrefix(res.Header.Get("Location"), "/login?next=%2Faccount") {
		t.Errorf("the old cookie still opens the account: %d", res.StatusCode)
	}
	if _, body := old.get("/login"); !strings.Contains(body, "登录已过期") {
		t.Error("nobody is told why he has to sign in again")
	}
}

func TestGuessingOnThePage(t *testing.T) {
	w := newWorld(t)
	w.cast()
	var said [2]string
	for range 7 {
		for i, name := range []string{"qiye", "niemand"} {
			res, body := w.browser().post("/login", "name", name, "password", "falsch")
			body = regexp.MustCompile(name).ReplaceAllString(body, "")
			said[i] = fmt.Sprint(res.StatusCode, res.Header.Get("Retry-After"), body)
		}
		if said[0] != said[1] {
			t.Fatalf("the page tells who has an account:\n%s\n%s", said[0], said[1])
		}
	}
	if !strings.HasPrefix(said[0], "429") || !strings.Contains(said[0], "尝试的次数太多") {
		t.Errorf("%.200s", said[0])
	}
}

func TestFirstPasswordIsChanged(t *testing.T) {
	w := newWorld(t)
	_, oneTime, err := w.users.AddUser(t.Context(), account.NewUser{Login: "neu", Name: "新红娘", Role: account.Broker, Org: "GH-1"})
	if err != nil {
		t.Fatal(err)
	}
	b := w.browser()
	if res, _ := b.post("/login", "name", "neu", "password", oneTime, "next", "/help"); res.Header.Get("Location") != "/account" {
		t.Errorf("a first password leads to %s", res.Header.Get("Location"))
	}
	if _, body := b.get("/account"); !strings.Contains(body, "一次性密码") || strings.Contains(body, "API 令牌") {
		t.Errorf("%s", body)
	}
	if res, body := b.post("/account/tokens", "name", "x", "grant", "read", "days", "1"); res.StatusCode != 403 || !strings.Contains(body, "access.password_first") {
		t.Errorf("a token with a first password: %d", res.StatusCode)
	}
	for _, c := range [][4]string{{oneTime, goodPassword, goodPassword + "x", "不一样"}, {oneTime, "kurz", "kurz", "至少"}, {"falsch", goodPassword, goodPassword, "现在的密码不对"}} {
		res, body := b.post("/account/password", "current", c[0], "new", c[1], "again", c[2])
		if res.StatusCode < 400 || !strings.Contains(body, c[3]) || strings.Contains(body, c[1]) {
			t.Errorf("%v: %d %s", c, res.StatusCode, body)
		}
	}
	old := *b
	if res, _ := b.post("/account/password", "current", oneTime, "new", goodPassword, "again", goodPassword); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if _, body := b.get("/account?done=password"); !strings.Contains(body, "密码已改好") || !strings.Contains(body, "API 令牌") {
		t.Error("the change is not told")
	}
	if res, _ := old.get("/account"); res.StatusCode != 303 {
		t.Errorf("the session before the change is alive: %d", res.StatusCode)
	}
}

func TestAccountPage(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	b, other := cast["own broker"], w.browser()
	other.post("/login", "name", "hongniang", "password", goodPassword)
	_, body := b.get("/account")
	refs := regexp.MustCompile(`name="ref" value="([0-9a-f]+)"`).FindStringSubmatch(body)
	if refs == nil {
		t.Fatalf("the other session is not there: %s", body)
	}
	if res, _ := b.post("/account/sessions", "ref", refs[1]); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if res, _ := other.get("/account"); res.StatusCode != 303 {
		t.Error("the ended session is alive")
	}
	_, body = b.post("/account/tokens", "name", "导表", "grant", "read", "grant", "write", "days", "30")
	token := regexp.MustCompile(`hn_[A-Za-z0-9_-]{43}`).FindString(body)
	if token == "" {
		t.Fatalf("no token: %s", body)
	}
	if _, body = b.get("/account"); strings.Contains(body, token) || !strings.Contains(body, "导表") || !strings.Contains(body, "读取、填写和修改") {
		t.Error("the token is shown again, or not listed")
	}
	id := regexp.MustCompile(`name="id" value="([a-z0-9]+)"`).FindStringSubmatch(body)
	if res, _ := b.post("/account/tokens/delete", "id", id[1]); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if res, body := b.post("/account/tokens", "name", "x", "days", "30"); res.StatusCode != 422 || !strings.Contains(body, "至少选一项") {
		t.Errorf("%d", res.StatusCode)
	}
	if res, _ := b.post("/account/sessions"); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	if res, _ := b.get("/account"); !strings.HasPrefix(res.Header.Get("Location"), "/login") {
		t.Error("signed out everywhere but here")
	}
}

func TestSecondFactorOnThePage(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	b := cast["own broker"]
	_, body := b.post("/account/totp/begin")
	secret := regexp.MustCompile(`密钥：<code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(body)
	if secret == nil || !strings.Contains(body, `src="data:image/png;base64,`) {
		t.Fatalf("no picture: %s", body)
	}
	if res, body := b.post("/account/totp/confirm", "code", "000000"); res.StatusCode != 401 || !strings.Contains(body, "验证码不对") || !strings.Contains(body, "确认开启") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	code := oneTimeCode(t, strings.ReplaceAll(secret[1], " ", ""), clock)
	if res, _ := b.post("/account/totp/confirm", "code", code); res.StatusCode != 303 {
		t.Errorf("%d", res.StatusCode)
	}
	again := w.browser()
	res, body := again.post("/login", "name", "hongniang", "password", goodPassword)
	if res.StatusCode != 401 || !strings.Contains(body, "6 位验证码") || again.cookie != "" {
		t.Errorf("without the code: %d", res.StatusCode)
	}
	if res, body := b.post("/account/totp/remove", "password", goodPassword); res.StatusCode != 303 {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := again.post("/login", "name", "hongniang", "password", goodPassword); res.StatusCode != 303 {
		t.Errorf("after switching it off: %d", res.StatusCode)
	}
	if _, body := cast["own firm"].get("/account"); strings.Contains(body, "两步验证") {
		t.Error("a firm is offered the second factor")
	}
}

// oneTimeCode is what an app on a phone shows (RFC 6238 with its defaults).
func oneTimeCode(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}
