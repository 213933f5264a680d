package frontend

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// Creator saves a new record; *catalog.Service is one.
type Creator interface {
	Create(ctx context.Context, by string, rec catalog.Record) error
}

// mountUsers adds the pages of an administrator.
func (s *Site) mountUsers(pages routes) {
	pages.get(view.UsersURL, account.UserRead, s.users)
	pages.get(view.NewUserURL, account.UserEdit, s.newUser)
	pages.post(view.NewUserURL, account.UserEdit, s.addUser)
	if s.deps.Creator != nil {
		pages.post(view.NewUnionURL, account.UserEdit, s.addUnion)
	}
	pages.get(view.UserURL(":code"), account.UserRead, s.user)
	pages.post(view.UserURL(":code"), account.UserEdit, s.userStep)
}

// users is GET /users.
func (s *Site) users(c *gin.Context) {
	q := view.ParseUserQuery(c.Request.URL.Query())
	var found []account.User
	next := ""
	for after := q.After; next == ""; {
		page, err := s.deps.Accounts.Users(c.Request.Context(), after, view.UsersShown)
		if err != nil {
			s.fail(c, err)
			return
		}
		for _, u := range page {
			if after = u.Code; q.Fits(u) && len(found) == view.UsersShown {
				next = found[len(found)-1].Code
				break
			} else if q.Fits(u) {
				found = append(found, u)
			}
		}
		if len(page) < view.UsersShown {
			break
		}
	}
	v := view.BuildUsers(q, found, s.orgNames(c.Request.Context(), found), next)
	s.render(c, http.StatusOK, "users", page{Title: "用户", NoIndex: true, Nav: "users", Styles: caseStyles(), Body: v})
}

// orgNames finds the names of the organisations of users; one that is gone has none.
func (s *Site) orgNames(ctx context.Context, users []account.User) map[string]string {
	out := map[string]string{}
	for _, u := range users {
		if _, known := out[u.Org]; known || u.Org == "" {
			continue
		}
		out[u.Org] = ""
		if rec, err := s.deps.Records.Get(ctx, catalog.KindOrganisation, u.Org); err == nil {
			out[u.Org] = rec.Heading()
		}
	}
	return out
}

// newUser is GET /users/new.
func (s *Site) newUser(c *gin.Context) {
	s.renderNewUser(c, http.StatusOK, view.NewUser{Values: map[string]string{"role": c.Query("role"), "org": c.Query("org")}, Done: c.Query("done")})
}

func (s *Site) renderNewUser(c *gin.Context, status int, v view.NewUser) {
	v.Complete(s.deps.Creator != nil)
	if v.Made != nil {
		c.Header("Cache-Control", "private, no-store")
	}
	s.render(c, status, "user-new", page{Title: "添加用户", NoIndex: true, Nav: "users", Styles: caseStyles(), Body: v})
}

// addUser is POST /users/new: the one-time password is shown once, on the answer.
func (s *Site) addUser(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	n := account.NewUser{
		Login: form.Get("login"), Mobile: form.Get("mobile"), Name: form.Get("name"), Role: account.Role(form.Get("role")), Org: form.Get("org"), Person: form.Get("person"),
	}
	n.Org = s.orgCode(c.Request.Context(), n.Org)
	u, oneTime, err := s.deps.Accounts.AddUser(c.Request.Context(), n)
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderNewUser(c, httpx.Status(err), view.NewUserFaults(form, "user", err))
		return
	}
	s.renderNewUser(c, http.StatusOK, view.NewUser{Made: view.BuildMade(u, oneTime)})
}

// orgCode finds an organisation that was written by its full name.
func (s *Site) orgCode(ctx context.Context, text string) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	if _, err := s.deps.Records.Get(ctx, catalog.KindOrganisation, text); err == nil {
		return text
	}
	res, err := s.deps.Engine.Search(ctx, view.OrganisationNamed(text))
	if err != nil {
		return text
	}
	for _, hit := range res.Hits {
		if hit.Document.Title == text {
			return hit.Document.Code
		}
	}
	return text
}

// addUnion is POST /users/union: staff need a union to belong to, and a new
// installation has none.
func (s *Site) addUnion(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx := c.Request.Context()
	union := &catalog.Organisation{Name: form.Get("union"), OrganisationKind: "union", UnionLevel: form.Get("union_level"), ParentCode: s.orgCode(ctx, form.Get("parent"))}
	union.RegionCode = form.Get("region")
	if err := s.deps.Creator.Create(ctx, actorOf(c).Signature(), union); err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderNewUser(c, httpx.Status(err), view.NewUserFaults(form, "union", err))
		return
	}
	c.Redirect(http.StatusSeeOther, view.NewUserURL+"?role=broker&done=union&org="+url.QueryEscape(union.Code))
}

// user is GET /users/:code.
func (s *Site) user(c *gin.Context) {
	s.renderUser(c, http.StatusOK, view.UserNotice{Done: c.Query("done")})
}

func (s *Site) renderUser(c *gin.Context, status int, n view.UserNotice) {
	ctx := c.Request.Context()
	u, err := s.deps.Accounts.User(ctx, c.Param("code"))
	f := view.UserFacts{User: u, Own: u.Code == self(c), Now: s.deps.Now(), MayChange: httpx.AccessOf(ctx).Check(account.UserEdit) == nil}
	if err == nil {
		f.Sessions, err = s.deps.Accounts.Sessions(ctx, u.Code)
	}
	if err == nil && u.Role.Staff() && s.deps.Introductions != nil {
		f.OpenCases, err = s.openCases(ctx, u.Code)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	_, f.Handover = s.actions[http.MethodGet+" /handover"]
	_, f.Personal = s.actions[http.MethodGet+" "+view.PersonalURL]
	f.OrgName = s.orgNames(ctx, []account.User{u})[u.Org]
	if n.OneTime != "" {
		c.Header("Cache-Control", "private, no-store")
	}
	s.render(c, status, "user", page{Title: u.Name, NoIndex: true, Nav: "users", Styles: caseStyles(), Body: view.BuildUser(f, n)})
}

// openCases counts what somebody carries; at most a hundred.
func (s *Site) openCases(ctx context.Context, user string) (int, error) {
	list, err := s.deps.Introductions.Store.List(ctx, brokering.Query{Broker: user, Open: true, Limit: 100})
	return len(list), err
}

// userStep is POST /users/:code.
func (s *Site) userStep(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	done, oneTime, err := s.changeUser(c, form)
	switch {
	case err != nil && (errs.Is(err, errs.NotFound) || httpx.Status(err) >= http.StatusInternalServerError):
		s.fail(c, err)
	case err != nil:
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderUser(c, httpx.Status(err), view.UserNotice{Err: err, Typed: form})
	case oneTime != "":
		s.renderUser(c, http.StatusOK, view.UserNotice{OneTime: oneTime})
	default:
		c.Redirect(http.StatusSeeOther, view.UserURL(c.Param("code"))+"?done="+done)
	}
}

// changeUser does what the button of the form says.
func (s *Site) changeUser(c *gin.Context, form url.Values) (done, oneTime string, err error) {
	ctx, code, accounts := c.Request.Context(), c.Param("code"), s.deps.Accounts
	yes, no := true, false
	switch done = form.Get("do"); done {
	case "password":
		oneTime, err = accounts.ResetPassword(ctx, code)
	case "sessions":
		err = accounts.EndSessions(ctx, code)
	case "disable":
		if code == self(c) {
			return "", "", errs.New(errs.Conflict, "user.self", "不能停用自己的账号，请让另一位管理员来办。")
		}
		_, err = accounts.ChangeUser(ctx, code, account.UserChange{Disabled: &yes})
	case "enable":
		_, err = accounts.ChangeUser(ctx, code, account.UserChange{Disabled: &no})
	case "change":
		err = s.editUser(ctx, code, form)
	default:
		err = errs.New(errs.Invalid, "form.malformed", "表单没有传完整，请刷新页面再办。")
	}
	return done, oneTime, err
}

// editUser changes what the form shows; the mobile number is masked there, and
// stays when nothing is typed.
func (s *Site) editUser(ctx context.Context, code string, form url.Values) error {
	text := func(key string) *string { v := strings.TrimSpace(form.Get(key)); return &v }
	role := account.Role(form.Get("role"))
	org := s.orgCode(ctx, form.Get("org"))
	change := account.UserChange{Name: text("name"), Role: &role, Org: &org, Person: text("person")}
	if mobile := text("mobile"); *mobile != "" {
		change.Mobile = mobile
	}
	if form.Get("no_mobile") == "yes" {
		none := ""
		change.Mobile = &none
	}
	_, err := s.deps.Accounts.ChangeUser(ctx, code, change)
	return err
}
