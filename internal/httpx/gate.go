// Package httpx is what every request passes before a handler sees it: who is
// asking (Gate), request ids, the access log, limits, compression, safe
// headers, and one form of error (Problem). It also opens and closes the
// server.
package httpx

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Accounts finds who holds a secret; *account.Service is one.
type Accounts interface {
	BySession(ctx context.Context, secret string) (account.User, account.Session, error)
	ByToken(ctx context.Context, secret string) (account.User, account.Token, error)
}

// Gate finds out who sends a request. With its zero value everybody is a
// visitor.
type Gate struct {
	Token    string         // the operator's token; empty: there is none
	Accounts Accounts       // nil: nobody can sign in
	BaseURL  string         // the public address, if it is known
	Trusted  []netip.Prefix // proxies whose X-Forwarded headers are believed
}

// Decide tells who asks. A bearer token counts alone; else the session's
// cookie, which a page of another origin cannot use to change anything.
func (g Gate) Decide(r *http.Request) Access {
	a := Access{Addr: g.clientAddr(r), TLS: g.overTLS(r), CrossSite: !safeMethod(r.Method) && !g.sameOrigin(r), Local: isLocal(r)}
	if token, sent := bearer(r); sent {
		return g.byToken(r.Context(), a, token)
	}
	cookie, err := r.Cookie(SessionCookie)
	if err != nil || cookie.Value == "" || g.Accounts == nil || a.CrossSite {
		return a
	}
	u, session, err := g.Accounts.BySession(r.Context(), cookie.Value)
	switch {
	case err == nil:
		a.Actor, a.Session, a.secret = u.Actor(), &session, cookie.Value
	case !errs.Is(err, errs.Denied):
		a.failure = err
	default:
		a.StaleCookie = true
	}
	return a
}

func (g Gate) byToken(ctx context.Context, a Access, token string) Access {
	a.CrossSite = false // a browser sends no token by itself
	if g.tokenMatches(token) {
		a.Actor = account.Operator()
		return a
	}
	if g.Accounts == nil || !strings.HasPrefix(token, account.TokenPrefix) {
		a.WrongToken = true
		return a
	}
	u, t, err := g.Accounts.ByToken(ctx, token)
	switch {
	case err == nil:
		a.Actor = u.Actor()
		a.Actor.Grants = append([]account.Grant{}, t.Grants...)
	case errs.Is(err, errs.Denied):
		a.WrongToken = true
	default:
		a.failure = err
	}
	return a
}

// tokenMatches compares digests, so that neither content nor length shows in
// the time it takes.
func (g Gate) tokenMatches(token string) bool {
	want, got := sha256.Sum256([]byte(g.Token)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1 && g.Token != ""
}

func bearer(r *http.Request) (token string, sent bool) {
	scheme, token, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

func safeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// sameOrigin tells whether one of our own pages made the browser send this. A
// browser says so in Sec-Fetch-Site, or (over plain http, and older ones) in
// Origin; a request with neither comes from a program, which must not use a
// browser's cookie.
func (g Gate) sameOrigin(r *http.Request) bool {
	origins := r.Header.Values("Origin")
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site != "" && site != "same-origin" && site != "none":
		return false
	case len(origins) == 0:
		_, err := r.Cookie(SessionCookie)
		return site != "" || err != nil
	}
	u, err := url.Parse(origins[0])
	if err != nil || len(origins) != 1 || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) || g.BaseURL != "" && strings.EqualFold(origins[0], originOf(g.BaseURL))
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// clientAddr is the caller's IP address: the last one that a trusted proxy
// added, else the connection's.
func (g Gate) clientAddr(r *http.Request) string {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	addr := ap.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && g.trusts(addr); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = hop.Unmap().WithZone("")
	}
	return addr.String()
}

// forwarding are the headers that proxies add, believed or not.
var forwarding = []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"}

// isLocal tells whether the connection comes from this machine itself and no
// proxy says that it only hands on.
func isLocal(r *http.Request) bool {
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return false
	}
	return !slices.ContainsFunc(forwarding, func(name string) bool { return r.Header.Get(name) != "" })
}

func (g Gate) trusts(addr netip.Addr) bool {
	for _, prefix := range g.Trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// overTLS tells whether the browser speaks to us, or to a proxy that we trust,
// through TLS.
func (g Gate) overTLS(r *http.Request) bool {
	if r.TLS != nil || strings.HasPrefix(g.BaseURL, "https://") {
		return true
	}
	ap, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && g.trusts(ap.Addr().Unmap().WithZone("")) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// ParsePrefixes reads a list of networks or addresses, separated by commas or
// blanks.
func ParsePrefixes(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if addr, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, errs.Wrap(err, errs.Invalid, "config.bad_value", "“"+text+"”不是网段，应形如 10.0.0.0/8 或 192.168.1.2。")
		}
		out = append(out, prefix)
	}
	return out, nil
}

// Middleware decides the access of every request once and keeps it in the
// context for AccessOf. Static files are everybody's: nobody is looked up.
func (g Gate) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			r = r.WithContext(WithAccess(r.Context(), g.Decide(r)))
		}
		next.ServeHTTP(w, r)
	})
}
