package httpx_test

import (
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/sqlitestore"
)

const operatorToken = "zhaogongjiang-0123456789"

// accounts is a service with one broker, a session of his and a token that can
// only read.
func accounts(t *testing.T) (service *account.Service, session, token string, close func() error) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hongniang.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &account.Service{Store: store.Accounts(), Hasher: hasher, Now: time.Now, Random: rand.Reader, Log: slog.New(slog.DiscardHandler)}
	const password = "铣床 晨雾 47 橘子树"
	u, _, err := s.AddUser(t.Context(), account.NewUser{Login: "wang", Name: "王红娘", Role: account.Broker, Org: "GH-1", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.SignIn(t.Context(), account.Credentials{Name: "wang", Password: password, Addr: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err = s.MakeToken(t.Context(), u.Actor(), account.NewToken{Name: "导表", Grants: []account.Grant{account.GrantRead}, Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s, in.Secret, token, store.Close
}

func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = "203.0.113.9:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func code(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Code
}

func TestGateDecide(t *testing.T) {
	t.Parallel()
	service, session, token, _ := accounts(t)
	gate := httpx.Gate{Token: operatorToken, Accounts: service, BaseURL: "https://hn.example"}
	const page = "http://hn.example:8080/needs"
	cookie := "hongniang_session=" + session
	own := []string{"Cookie", cookie, "Origin", "http://hn.example:8080", "Sec-Fetch-Site", "same-origin"}
	tests := []struct {
		name   string
		method string
		header []string
		role   account.Role
		write  string // what the check of writing says
	}{
		{"nobody", "POST", nil, account.Visitor, "access.sign_in"},
		{"the operator", "POST", []string{"Authorization", "Bearer " + operatorToken}, account.Administrator, ""},
		{"the operator through any page", "POST", []string{"Authorization", "bearer  " + operatorToken, "Origin", "http://evil.example"}, account.Administrator, ""},
		{"a wrong token", "POST", []string{"Authorization", "Bearer " + operatorToken + "x"}, account.Visitor, "access.token_wrong"},
		{"a wrong token with a good cookie", "POST", append([]string{"Authorization", "Bearer no"}, own...), account.Visitor, "access.token_wrong"},
		{"an empty token", "POST", []string{"Authorization", "Bearer "}, account.Visitor, "access.token_wrong"},
		{"an API token nobody has", "POST", []string{"Authorization", "Bearer hn_xyz"}, account.Visitor, "access.token_wrong"},
		{"an API token", "POST", []string{"Authorization", "Bearer " + token}, account.Broker, "access.token_grants"},
		{"another scheme is no token", "POST", []string{"Authorization", "Basic " + operatorToken}, account.Visitor, "access.sign_in"},
		{"reading by cookie", "GET", []string{"Cookie", cookie}, account.Broker, ""},
		{"a link from elsewhere", "GET", []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"}, account.Broker, ""},
		{"writing by cookie", "POST", own, account.Broker, ""},
		{"writing over plain http", "POST", []string{"Cookie", cookie, "Origin", "http://hn.example:8080"}, account.Broker, ""},
		{"writing at the public address behind a proxy", "POST", []string{"Cookie", cookie, "Origin", "https://hn.example"}, account.Broker, ""},
		{"a cookie that is over", "POST", []string{"Cookie", cookie + "x", "Origin", "http://hn.example:8080"}, account.Visitor, "access.sign_in"},
		{"another site", "POST", []string{"Cookie", cookie, "Sec-Fetch-Site", "cross-site"}, account.Visitor, "access.cross_site"},
		{"another port of the machine", "DELETE", []string{"Cookie", cookie, "Sec-Fetch-Site", "same-site", "Origin", "http://hn.example:3000"}, account.Visitor, "access.cross_site"},
		{"an old browser on another site", "PUT", []string{"Cookie", cookie, "Origin", "http://evil.example"}, account.Visitor, "access.cross_site"},
		{"a forged Sec-Fetch-Site does not excuse a foreign origin", "PATCH", []string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin", "Origin", "http://evil.example"}, account.Visitor, "access.cross_site"},
		{"an opaque origin", "POST", []string{"Cookie", cookie, "Origin", "null"}, account.Visitor, "access.cross_site"},
		{"two origins", "POST", []string{"Cookie", cookie, "Origin", "http://hn.example:8080", "Origin", "http://evil.example"}, account.Visitor, "access.cross_site"},
		{"a program with a browser's cookie", "POST", []string{"Cookie", cookie}, account.Visitor, "access.cross_site"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := gate.Decide(request(tt.method, page, tt.header...))
			if got := code(a.Check(account.NeedCreate)); a.Role() != tt.role || got != tt.write {
				t.Errorf("role %s, writing %q; want %s, %q", a.Role(), got, tt.role, tt.write)
			}
			if err := a.Check(account.CatalogueRead); err != nil {
				t.Errorf("reading what is public: %v", err)
			}
		})
	}
}

func TestGateWithoutAToken(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"Bearer ", "Bearer x"} {
		if a := (httpx.Gate{}).Decide(request("GET", "/", "Authorization", sent)); a.Actor.SignedIn() || !a.WrongToken {
			t.Errorf("%q: %+v", sent, a)
		}
	}
}

// Without the store nobody is taken for a visitor who has no business here: he
// is told to come back.
func TestGateWithoutTheStore(t *testing.T) {
	t.Parallel()
	service, session, token, closeStore := accounts(t)
	if err := closeStore(); err != nil {
		t.Fatal(err)
	}
	gate := httpx.Gate{Accounts: service}
	for _, header := range [][]string{{"Cookie", "hongniang_session=" + session}, {"Authorization", "Bearer " + token}} {
		a := gate.Decide(request("GET", "http://hn.example/", header...))
		if err := a.Check(account.NeedCreate); !errs.Is(err, errs.Unavailable) || a.WrongToken || a.StaleCookie {
			t.Errorf("%s: %v, %+v", header[0], err, a)
		}
		if err := a.Check(account.CatalogueRead); err != nil {
			t.Errorf("reading what is public: %v", err)
		}
	}
}

func TestClientAddr(t *testing.T) {
	t.Parallel()
	trusted, err := httpx.ParsePrefixes("127.0.0.0/8, ::1 10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		remote, forwarded, want string
		trusted                 []netip.Prefix
	}{
		{"203.0.113.9:1", "", "203.0.113.9", trusted},
		{"203.0.113.9:1", "1.2.3.4", "203.0.113.9", trusted},
		{"127.0.0.1:1", "1.2.3.4", "127.0.0.1", nil},
		{"127.0.0.1:1", "1.2.3.4", "1.2.3.4", trusted},
		{"[::1]:1", "6.6.6.6, 1.2.3.4", "1.2.3.4", trusted},
		{"[::ffff:127.0.0.1]:1", "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4", trusted},
		{"127.0.0.1:1", "rubbish", "127.0.0.1", trusted},
		{"127.0.0.1:1", "2001:db8::1", "2001:db8::1", trusted},
		{"@", "1.2.3.4", "", trusted},
	}
	for _, tt := range tests {
		r := request("GET", "/", "X-Forwarded-For", tt.forwarded)
		r.RemoteAddr = tt.remote
		if got := (httpx.Gate{Trusted: tt.trusted}).Decide(r).Addr; got != tt.want {
			t.Errorf("%s with %q: %q, want %q", tt.remote, tt.forwarded, got, tt.want)
		}
	}
	if _, err := httpx.ParsePrefixes("10.0.0.0/8 nonsense"); code(err) != "config.bad_value" {
		t.Errorf("nonsense: %v", err)
	}
}

func TestSessionCookieIsGuarded(t *testing.T) {
	t.Parallel()
	trusted, _ := httpx.ParsePrefixes("127.0.0.1")
	plain := request("GET", "http://hn.example/")
	encrypted := request("GET", "http://hn.example/")
	encrypted.TLS = &tls.ConnectionState{}
	proxied, lying := request("GET", "/", "X-Forwarded-Proto", "https"), request("GET", "/", "X-Forwarded-Proto", "https")
	proxied.RemoteAddr = "127.0.0.1:1"
	tests := []struct {
		name   string
		gate   httpx.Gate
		r      *http.Request
		secure bool
	}{
		{"plain http", httpx.Gate{Trusted: trusted}, plain, false},
		{"TLS", httpx.Gate{}, encrypted, true},
		{"TLS at a trusted proxy", httpx.Gate{Trusted: trusted}, proxied, true},
		{"said by anybody", httpx.Gate{Trusted: trusted}, lying, false},
		{"a public address with TLS", httpx.Gate{BaseURL: "https://hn.example"}, plain, true},
	}
	for _, tt := range tests {
		w := httptest.NewRecorder()
		httpx.SetSession(w, tt.gate.Decide(tt.r), "geheim")
		c := w.Result().Cookies()[0]
		if c.Name != httpx.SessionCookie || c.Value != "geheim" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure != tt.secure || c.Path != "/" || c.Domain != "" {
			t.Errorf("%s: %+v", tt.name, c)
		}
	}
	w := httptest.NewRecorder()
	httpx.EndSession(w, httpx.Access{})
	if c := w.Result().Cookies()[0]; c.MaxAge >= 0 || c.Value != "" {
		t.Errorf("signing out leaves %+v", c)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	leader := account.Actor{User: "U1", Role: account.Leader, Org: "GH-1"}
	first := leader
	first.Restricted = true
	tests := []struct {
		access httpx.Access
		want   string
		status int
	}{
		{httpx.Access{}, "access.sign_in", 401},
		{httpx.Access{Actor: leader}, "access.denied", 403},
		{httpx.Access{Actor: first}, "access.password_first", 403},
		{httpx.Access{CrossSite: true}, "access.cross_site", 403},
		{httpx.Access{WrongToken: true}, "access.token_wrong", 401},
	}
	for _, tt := range tests {
		err := tt.access.Check(account.NeedEdit)
		if got := code(err); got != tt.want || httpx.Status(err) != tt.status {
			t.Errorf("%+v: %s %d, want %s %d", tt.access, got, httpx.Status(err), tt.want, tt.status)
		}
	}
	if err := (httpx.Access{CrossSite: true}).CheckOrigin(); code(err) != "access.cross_site" {
		t.Errorf("signing in from another site: %v", err)
	}
	if got := httpx.AccessOf(t.Context()).Role(); got != account.Visitor {
		t.Errorf("without the middleware the role is %q, want visitor", got)
	}
}
