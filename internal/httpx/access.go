package httpx

import (
	"context"
	"net/http"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Access is the Gate's answer for one request.
type Access struct {
	Actor   account.Actor
	Session *account.Session // of a caller who signed in by cookie
	Addr    string           // the caller's IP address
	TLS     bool             // the cookie must not travel in the clear
	// Local: a program of this machine asks, not through a proxy of this machine.
	Local bool
	// WrongToken: a bearer token was sent that is nobody's. The actor is a
	// visitor then, whatever cookie came along.
	WrongToken bool
	// CrossSite: a page of another origin, or nobody knows who, wants to change
	// something. The cookie was not looked at.
	CrossSite bool
	// StaleCookie: the cookie's session is over.
	StaleCookie bool
	secret      string // of the cookie
	failure     error  // why it could not be found out who asks
}

// Role gives the role of the caller, for logs.
func (a Access) Role() account.Role {
	if a.Actor.Role == "" {
		return account.Visitor
	}
	return a.Actor.Role
}

// Secret gives what is in the session's cookie, for signing out.
func (a Access) Secret() string { return a.secret }

// Check is nil when there is anything that the caller may do the action to;
// what exactly, account.May says. Errors: access.token_wrong, access.sign_in,
// access.cross_site, access.password_first, access.token_grants, access.denied
// (Denied all), and errs.Unavailable when nobody could be looked up.
func (a Access) Check(action account.Action) error {
	if account.ScopeOf(a.Actor, action) != account.None {
		return nil
	}
	unlimited := a.Actor
	unlimited.Grants = nil
	if account.ScopeOf(unlimited, action) != account.None {
		return errs.New(errs.Denied, "access.token_grants", "这个令牌没有这项权限，请用权限够的令牌，或登录后操作。")
	}
	return a.Refusal()
}

// Refusal says why the caller may not do what he asked for.
func (a Access) Refusal() error {
	switch {
	case a.WrongToken:
		return account.WrongToken()
	case a.failure != nil:
		return a.failure
	case a.CrossSite:
		return crossSite()
	case !a.Actor.SignedIn():
		return errs.New(errs.Denied, "access.sign_in", "这里需要登录：请先登录再试；程序请在请求头里带上 Authorization: Bearer 令牌。")
	case a.Actor.Restricted:
		return errs.New(errs.Denied, "access.password_first", "请先到“我的账号”把一次性密码改成自己的，再继续。")
	}
	return errs.New(errs.Denied, "access.denied", "您的角色（"+a.Actor.Role.Label()+"）不能这样做，或者它不归您的单位管。需要时请联系管理员。")
}

// CheckToken is a Denied error when a token was sent that is not ours: its
// sender must not take the public view for the whole.
func (a Access) CheckToken() error {
	if a.WrongToken {
		return account.WrongToken()
	}
	return nil
}

// CheckOrigin is a Denied error when another site sent the request: for what a
// visitor may do too and another site must not make him do, such as signing in.
func (a Access) CheckOrigin() error {
	if a.CrossSite {
		return crossSite()
	}
	return nil
}

func crossSite() error {
	return errs.New(errs.Denied, "access.cross_site", "这个请求不是从本站的页面发出的，没有执行。请回到本站的页面再操作一次；服务在反向代理后面时，请管理员核对设置 server.base_url。")
}

// SessionCookie names the cookie of a session.
const SessionCookie = "hongniang_session"

// SetSession gives the browser a session.
func SetSession(w http.ResponseWriter, a Access, secret string) {
	http.SetCookie(w, a.Cookie(secret))
}

// EndSession takes the session's cookie from the browser.
func EndSession(w http.ResponseWriter, a Access) { http.SetCookie(w, a.Cookie("")) }

// Cookie is the cookie of a session; without a secret it takes the cookie away.
// It cannot be read by a page's script, does not travel with another site's
// posts, and over TLS never without it.
func (a Access) Cookie(secret string) *http.Cookie {
	life := int(account.SessionLongest.Seconds())
	if secret == "" {
		life = -1
	}
	return &http.Cookie{
		Name: SessionCookie, Value: secret, Path: "/", MaxAge: life,
		HttpOnly: true, Secure: a.TLS, SameSite: http.SameSiteLaxMode,
	}
}

type contextKey int

const (
	accessKey contextKey = iota
	requestIDKey
)

// WithAccess puts an access into a context, as Middleware does.
func WithAccess(ctx context.Context, a Access) context.Context {
	return context.WithValue(ctx, accessKey, a)
}

// AccessOf gives the access that Middleware decided; without it a visitor's.
func AccessOf(ctx context.Context) Access {
	a, _ := ctx.Value(accessKey).(Access)
	return a
}

// HasAccess tells whether a Middleware decided already.
func HasAccess(ctx context.Context) bool {
	_, ok := ctx.Value(accessKey).(Access)
	return ok
}
