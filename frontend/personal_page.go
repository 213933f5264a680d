package frontend

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/personal"
)

// Personal gives people their data and takes them away; *personal.Service is one.
type Personal interface {
	Collect(ctx context.Context, of personal.Subject) (*personal.Dossier, error)
	Named(ctx context.Context, a account.Actor, action account.Action, text string) (personal.Subject, error)
	Ask(ctx context.Context, by account.Actor, of personal.Subject, words string) (personal.Request, error)
	Decided(ctx context.Context, a account.Actor) ([]personal.Request, error)
	Decide(ctx context.Context, a account.Actor, code string, carryOut bool, reason string) (personal.Request, error)
	Of(ctx context.Context, user string) (personal.Request, bool, error)
}

// mountPersonal adds the pages of personal data.
func (s *Site) mountPersonal(pages routes) {
	if s.deps.Personal == nil {
		return
	}
	pages.get(view.OwnDataURL, account.AccountSelf, s.ownData)
	pages.post(view.OwnErasureURL, account.AccountSelf, s.accountStep("personal", s.askErasure))
	pages.get(view.PersonalURL, account.PersonalDelete, s.personal)
	pages.post(view.PersonalURL, account.PersonalDelete, s.noteErasure)
	pages.get(view.PersonalURL+"/data", account.PersonalExport, s.personalData)
	pages.post(view.PersonalURL+"/:code", account.PersonalDelete, s.decideErasure)
}

// ownData is GET /account/data.zip.
func (s *Site) ownData(c *gin.Context) {
	if self(c) == "" {
		s.fail(c, errs.New(errs.Denied, "access.no_account", "运维令牌没有自己的账号，请登录后再试。"))
		return
	}
	s.sendData(c, personal.Subject{User: self(c)})
}

func (s *Site) sendData(c *gin.Context, of personal.Subject) {
	d, err := s.deps.Personal.Collect(c.Request.Context(), of)
	var zip *personal.Packed
	if err == nil {
		zip, err = d.Pack(c.Request.Context())
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	defer zip.Close()
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape("个人信息.zip"))
	c.DataFromReader(http.StatusOK, zip.Size, "application/zip", zip, nil)
}

// askErasure is POST /account/erasure; the box must be ticked, so that nobody does
// it by a slip.
func (s *Site) askErasure(c *gin.Context, form url.Values) (view.AccountNotice, error) {
	if form.Get("sure") != "yes" {
		return view.AccountNotice{}, errs.New(errs.Invalid, "personal.sure", "请先勾选“我知道注销后不能恢复”，再提交。")
	}
	_, err := s.deps.Personal.Ask(c.Request.Context(), actorOf(c), personal.Subject{User: self(c)}, form.Get("words"))
	return view.AccountNotice{Done: "erasure"}, err
}

// ownErasure tells the account page how far a request is.
func (s *Site) ownErasure(ctx context.Context, f *view.AccountFacts) error {
	r, asked, err := s.deps.Personal.Of(ctx, f.User.Code)
	f.Personal, f.Erasure, f.MayErase = true, view.ErasureWords(r, asked), !asked || r.State == personal.Refused
	return err
}

// personal is GET /personal: requests that the caller decides, and the form to
// note one; ?of= names somebody to begin with.
func (s *Site) personal(c *gin.Context) {
	s.renderPersonal(c, http.StatusOK, view.Personal{Of: c.Query("of"), Done: c.Query("done")})
}

func (s *Site) renderPersonal(c *gin.Context, status int, v view.Personal) {
	all, err := s.deps.Personal.Decided(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, r := range all {
		v.Items = append(v.Items, view.BuildErasure(r))
	}
	v.Complete()
	s.render(c, status, "personal", page{Title: "个人信息", NoIndex: true, Nav: "personal", Styles: caseStyles(), Body: v})
}

// personalData is GET /personal/data?of=.
func (s *Site) personalData(c *gin.Context) {
	of, err := s.deps.Personal.Named(c.Request.Context(), actorOf(c), account.PersonalExport, c.Query("of"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendData(c, of)
}

// noteErasure is POST /personal: staff note what somebody asked for.
func (s *Site) noteErasure(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	of, err := s.deps.Personal.Named(c.Request.Context(), actorOf(c), account.PersonalDelete, form.Get("of"))
	if err == nil {
		_, err = s.deps.Personal.Ask(c.Request.Context(), actorOf(c), of, form.Get("words"))
	}
	if err != nil {
		s.personalFault(c, err, view.Personal{Of: form.Get("of"), Words: form.Get("words")})
		return
	}
	c.Redirect(http.StatusSeeOther, view.PersonalURL+"?done=asked")
}

func (s *Site) personalFault(c *gin.Context, err error, v view.Personal) {
	httpx.LogError(s.deps.Log, c.Request, err)
	v.Fault(err)
	s.renderPersonal(c, httpx.Status(err), v)
}

// decideErasure is POST /personal/:code.
func (s *Site) decideErasure(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	carryOut, done := form.Get("answer") != "refuse", "refused"
	if carryOut {
		done = "running"
	}
	if carryOut && form.Get("sure") != "yes" {
		err = errs.New(errs.Invalid, "personal.sure", "请先勾选“已向本人核实，知道删除后不能恢复”，再办理。")
	} else {
		_, err = s.deps.Personal.Decide(c.Request.Context(), actorOf(c), c.Param("code"), carryOut, form.Get("reason"))
	}
	switch {
	case errs.Is(err, errs.NotFound):
		s.fail(c, err)
	case err != nil:
		s.personalFault(c, err, view.Personal{At: c.Param("code"), Reason: form.Get("reason")})
	default:
		c.Redirect(http.StatusSeeOther, view.PersonalURL+"?done="+done)
	}
}
