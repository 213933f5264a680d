package frontend

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// DemoUser is an account of the demonstration, which the sign-in page lists.
type DemoUser struct {
	Login, Password, Role, Name string
}

// signInView is the sign-in page.
type signInView struct {
	Name     string // what was typed
	Next     string
	WantCode bool
	Notice   string
	Problem  string
	Demo     []DemoUser
}

// loginForm is GET /login. Who is signed in already goes on.
func (s *Site) loginForm(c *gin.Context) {
	next := c.Query("next")
	if httpx.AccessOf(c.Request.Context()).Actor.User != "" {
		c.Redirect(http.StatusSeeOther, view.Landing(next))
		return
	}
	v := signInView{Next: view.LocalPath(next), Demo: s.deps.DemoUsers}
	if httpx.AccessOf(c.Request.Context()).StaleCookie {
		v.Notice = "登录已过期，请重新登录。"
	}
	s.renderLogin(c, http.StatusOK, v)
}

func (s *Site) renderLogin(c *gin.Context, status int, v signInView) {
	c.Header("Cache-Control", "private, no-store")
	s.render(c, status, "login", page{Title: "登录", NoIndex: true, Nav: "login", Body: v})
}

// ownForm reads a form that one of our own pages sent.
func ownForm(c *gin.Context) (url.Values, error) {
	form, err := readForm(c)
	if err == nil {
		err = httpx.AccessOf(c.Request.Context()).CheckOrigin()
	}
	return form, err
}

// login is POST /login.
func (s *Site) login(c *gin.Context) {
	access := httpx.AccessOf(c.Request.Context())
	form, err := ownForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	next := view.Landing(form.Get("next"))
	in, err := s.deps.Accounts.SignIn(c.Request.Context(), account.Credentials{
		Name: form.Get("name"), Password: form.Get("password"), Code: form.Get("code"), Addr: access.Addr, Agent: c.Request.UserAgent(),
	})
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		code := errs.As(err).Code
		retryAfter(c, err)
		s.renderLogin(c, httpx.Status(err), signInView{
			Name: form.Get("name"), Next: next, WantCode: code == "login.code_missing" || code == "login.code_wrong", Problem: sentence(err), Demo: s.deps.DemoUsers,
		})
		return
	}
	httpx.SetSession(c.Writer, access, in.Secret)
	if in.User.MustChangePassword {
		next = "/account"
	}
	c.Redirect(http.StatusSeeOther, next)
}

func retryAfter(c *gin.Context, err error) {
	if wait := account.WaitOf(err); wait > 0 {
		c.Header("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
	}
}

// logout is POST /logout.
func (s *Site) logout(c *gin.Context) {
	access := httpx.AccessOf(c.Request.Context())
	err := access.CheckOrigin()
	if err == nil && access.Session != nil {
		err = s.deps.Accounts.SignOut(c.Request.Context(), access.Secret())
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	httpx.EndSession(c.Writer, access)
	c.Redirect(http.StatusSeeOther, "/")
}

// account is GET /account.
func (s *Site) account(c *gin.Context) {
	s.renderAccount(c, http.StatusOK, view.AccountNotice{Done: c.Query("done")})
}

func (s *Site) renderAccount(c *gin.Context, status int, notice view.AccountNotice) {
	ctx, access := c.Request.Context(), httpx.AccessOf(c.Request.Context())
	if access.Actor.User == "" {
		s.fail(c, errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试。"))
		return
	}
	facts := view.AccountFacts{Now: s.deps.Now()}
	var err error
	if facts.User, err = s.deps.Accounts.User(ctx, access.Actor.User); err == nil {
		facts.Sessions, err = s.deps.Accounts.Sessions(ctx, access.Actor.User)
	}
	if err == nil {
		facts.Tokens, err = s.deps.Accounts.Tokens(ctx, access.Actor.User)
	}
	if err == nil && s.deps.Personal != nil {
		err = s.ownErasure(ctx, &facts)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	if access.Session != nil {
		facts.Current = access.Session.Ref()
	}
	s.render(c, status, "account", page{Title: "我的账号", NoIndex: true, Nav: "account", Body: view.BuildAccount(facts, notice)})
}

// accountStep answers a form of the account page: do does it, and tells what
// was done; part is the section that shows an error.
func (s *Site) accountStep(part string, do func(*gin.Context, url.Values) (view.AccountNotice, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		form, err := readForm(c)
		var notice view.AccountNotice
		if err == nil {
			notice, err = do(c, form)
		}
		switch {
		case err != nil && httpx.Status(err) >= http.StatusInternalServerError:
			s.fail(c, err)
		case err != nil:
			retryAfter(c, err)
			s.renderAccount(c, httpx.Status(err), view.AccountNotice{Part: part, Problem: sentence(err)})
		case notice.Done == "":
			s.renderAccount(c, http.StatusOK, notice)
		default:
			c.Redirect(http.StatusSeeOther, "/account?done="+url.QueryEscape(notice.Done)+"#"+part)
		}
	}
}

// self gives the code of the caller's account.
func self(c *gin.Context) string { return httpx.AccessOf(c.Request.Context()).Actor.User }

func (s *Site) changePassword(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	if form.Get("new") != form.Get("again") {
		return view.AccountNotice{}, errs.New(errs.Invalid, "password.twice", "两次填写的新密码不一样，请重新填写。")
	}
	access := httpx.AccessOf(c.Request.Context())
	in, err := s.deps.Accounts.ChangePassword(c.Request.Context(), account.PasswordChange{
		User: self(c), Current: form.Get("current"), New: form.Get("new"), Addr: access.Addr, Agent: c.Request.UserAgent(),
	})
	if err != nil {
		return view.AccountNotice{}, err
	}
	httpx.SetSession(c.Writer, access, in.Secret)
	return view.AccountNotice{Done: "password"}, nil
}

func (s *Site) endSession(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	if ref := form.Get("ref"); ref != "" {
		return view.AccountNotice{Done: "session"}, s.deps.Accounts.EndSession(c.Request.Context(), self(c), ref)
	}
	return view.AccountNotice{Done: "sessions"}, s.deps.Accounts.SignOutEverywhere(c.Request.Context(), self(c))
}

func (s *Site) beginTOTP(c *gin.Context, _ url.Values) (view.AccountNotice, error) {
	e, err := s.deps.Accounts.BeginTOTP(c.Request.Context(), self(c))
	if err != nil {
		return view.AccountNotice{}, err
	}
	picture := template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(e.PNG)) // our own bytes
	return view.AccountNotice{Part: "totp", Enrolment: &view.Enrolment{Picture: picture, Secret: spaced(e.Secret)}}, nil
}

// spaced puts a blank behind each four characters, to be typed.
func spaced(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (s *Site) confirmTOTP(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	return view.AccountNotice{Done: "totp"}, s.deps.Accounts.ConfirmTOTP(c.Request.Context(), self(c), form.Get("code"))
}

func (s *Site) removeTOTP(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	addr := httpx.AccessOf(c.Request.Context()).Addr
	return view.AccountNotice{Done: "totp-off"}, s.deps.Accounts.RemoveTOTP(c.Request.Context(), self(c), form.Get("password"), addr)
}

func (s *Site) makeToken(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	days, _ := strconv.Atoi(form.Get("days")) // 0 is refused with a sentence
	want := account.NewToken{Name: form.Get("name"), Days: days}
	for _, g := range form["grant"] {
		want.Grants = append(want.Grants, account.Grant(g))
	}
	secret, _, err := s.deps.Accounts.MakeToken(c.Request.Context(), httpx.AccessOf(c.Request.Context()).Actor, want)
	return view.AccountNotice{Part: "tokens", Token: secret}, err
}

func (s *Site) deleteToken(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	return view.AccountNotice{Done: "token"}, s.deps.Accounts.DeleteToken(c.Request.Context(), self(c), form.Get("id"))
}
