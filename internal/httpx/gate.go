// Package httpx is what every request passes before a handler sees it: who is
// asking (Gate), request ids, the access log, limits, compression, safe
// headers, and one form of error (Problem). It also opens and closes the
// server.
package httpx

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"hongniang/internal/errs"
)

// Role says what a caller may see and do, until accounts replace it.
type Role string

// The roles, weakest first.
const (
	Visitor Role = "visitor" // reads public views
	Desk    Role = "desk"    // sits at the machine itself: writes, but is shown public views
	Staff   Role = "staff"   // holds the staff token: sees everything, writes
)

// MayWrite tells whether the role may change records.
func (r Role) MayWrite() bool { return r == Staff || r == Desk }

// SeesAll tells whether the role is shown confidential fields.
func (r Role) SeesAll() bool { return r == Staff }

// Name is how the role signs a change, in Chinese.
func (r Role) Name() string {
	switch r {
	case Staff:
		return "工作人员"
	case Desk:
		return "本机用户"
	}
	return "访客"
}

// Gate decides the role of a request. Its zero value lets nobody write.
type Gate struct {
	Token          string // the staff token; empty: nobody is staff
	OpenOnLoopback bool   // a person at the machine itself is Desk
}

// Access is the Gate's answer for one request.
type Access struct {
	Role Role
	// WrongToken: a bearer token was sent and is not the staff token. The role
	// is Visitor then, at the machine itself too.
	WrongToken bool
}

// Decide tells who asks, from nothing but the request and the settings.
func (g Gate) Decide(r *http.Request) Access {
	if token, sent := bearer(r); sent {
		if g.tokenMatches(token) {
			return Access{Role: Staff}
		}
		return Access{Role: Visitor, WrongToken: true}
	}
	if g.OpenOnLoopback && fromLoopback(r.RemoteAddr) && loopbackHost(r.Host) && !forwarded(r.Header) && sameSite(r) {
		return Access{Role: Desk}
	}
	return Access{Role: Visitor}
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

func fromLoopback(remote string) bool {
	ap, err := netip.ParseAddrPort(remote)
	return err == nil && ap.Addr().Unmap().WithZone("").IsLoopback()
}

// loopbackHost refuses every name but the machine's own: a name that an
// attacker's DNS points at 127.0.0.1 arrives in the Host header as it is.
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	switch strings.ToLower(strings.Trim(host, "[]")) {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}

// forwarded tells whether a proxy passed the request on: its loopback address
// is then the proxy's, not the caller's.
func forwarded(h http.Header) bool {
	for name := range h {
		switch n := strings.ToLower(name); {
		case strings.HasPrefix(n, "x-forwarded"), strings.HasPrefix(n, "x-original-"):
			return true
		case n == "forwarded", n == "via", n == "x-real-ip", n == "x-client-ip", n == "true-client-ip", n == "cf-connecting-ip":
			return true
		}
	}
	return false
}

// sameSite refuses what a page of another origin made the browser send. A
// missing header is a program or an old browser, which sends Origin with posts.
func sameSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return false
	}
	origins := r.Header.Values("Origin")
	if len(origins) == 0 {
		return true
	}
	u, err := url.Parse(origins[0])
	return err == nil && len(origins) == 1 && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, r.Host)
}

// CheckWrite is nil when the caller may change records, else a Denied error:
// access.token_wrong or access.staff_only.
func (a Access) CheckWrite() error {
	if a.Role.MayWrite() {
		return nil
	}
	return a.denied("访客只能查看公开内容；新增、修改、删除和导入需要工作人员令牌，请在请求头里带上 Authorization: Bearer 令牌，或在服务器本机上用 localhost 打开。")
}

// CheckStaff is nil when the caller sees everything, else a Denied error.
func (a Access) CheckStaff() error {
	if a.Role.SeesAll() {
		return nil
	}
	return a.denied("这里只对工作人员开放，请在请求头里带上 Authorization: Bearer 令牌。")
}

// CheckToken is a Denied error when a token was sent that is not ours: its
// sender must not take the public view for the whole.
func (a Access) CheckToken() error {
	if !a.WrongToken {
		return nil
	}
	return errs.New(errs.Denied, "access.token_wrong", "工作人员令牌不对，请核对后再试；只看公开内容时不必带令牌。")
}

func (a Access) denied(message string) error {
	if err := a.CheckToken(); err != nil {
		return err
	}
	return errs.New(errs.Denied, "access.staff_only", message)
}

type contextKey int

const (
	accessKey contextKey = iota
	requestIDKey
)

// Middleware decides the access of every request once and keeps it in the
// context for AccessOf.
func (g Gate) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(WithAccess(r.Context(), g.Decide(r))))
	})
}

// WithAccess puts an access into a context, as Middleware does.
func WithAccess(ctx context.Context, a Access) context.Context {
	return context.WithValue(ctx, accessKey, a)
}

// AccessOf gives the access that Middleware decided; without it a visitor's.
func AccessOf(ctx context.Context) Access {
	if a, ok := ctx.Value(accessKey).(Access); ok {
		return a
	}
	return Access{Role: Visitor}
}
