package frontend

import (
	"context"
	"maps"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// Routes gives the action of every page, by method, blank and pattern, such as
// "GET /needs/:code".
func (s *Site) Routes() map[string]account.Action { return maps.Clone(s.actions) }

// routes adds pages to a router, each with its action in the table of
// permissions.
type routes struct {
	site  *Site
	group *gin.RouterGroup
}

func (r routes) get(path string, action account.Action, h gin.HandlerFunc) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r.add(method, path, action, h)
	}
}

func (r routes) post(path string, action account.Action, h gin.HandlerFunc) {
	r.add(http.MethodPost, path, action, h)
}

func (r routes) add(method, path string, action account.Action, h gin.HandlerFunc) {
	r.site.actions[method+" "+path] = action
	r.group.Handle(method, path, r.site.need(action), h)
}

// need turns away who may do the action to nothing: a visitor who reads is
// sent to sign in, and somebody with a first password to change it.
func (s *Site) need(action account.Action) gin.HandlerFunc {
	return func(c *gin.Context) {
		err := httpx.AccessOf(c.Request.Context()).Check(action)
		if err == nil {
			return
		}
		c.Abort()
		reads := c.Request.Method == http.MethodGet
		switch code := errs.As(err).Code; {
		case reads && code == "access.sign_in":
			c.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(c.Request.URL.RequestURI()))
		case reads && code == "access.password_first":
			c.Redirect(http.StatusSeeOther, "/account")
		default:
			s.fail(c, err)
		}
	}
}

// whole tells whether the caller may see the whole of a record.
func (s *Site) whole(ctx context.Context, rec catalog.Record) (bool, error) {
	return s.may(ctx, account.ReadWhole(string(rec.Kind())), rec)
}

// may tells whether the caller may do the action to a record.
func (s *Site) may(ctx context.Context, action account.Action, rec catalog.Record) (bool, error) {
	return account.Allowed(httpx.AccessOf(ctx).Actor, action, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.deps.Records, rec)
		return account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, err
	})
}
