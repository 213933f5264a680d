package frontend

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// Registrar saves enterprises that register themselves; *catalog.Service is one.
type Registrar interface {
	RegisterEnterprise(ctx context.Context, by string, r catalog.EnterpriseRegistration) (*catalog.Organisation, error)
}

// formView is a page with one form: what was typed, and what is wrong with it.
type formView struct {
	Values    map[string]string
	Problem   string
	Faults    map[string]string // by field
	MinLength int
	Claimed   view.Link // of a claim: the record
	Done      string
}

// registerForm is GET /register.
func (s *Site) registerForm(c *gin.Context) { s.renderRegister(c, http.StatusOK, formView{}) }

func (s *Site) renderRegister(c *gin.Context, status int, v formView) {
	v.MinLength = account.MinPassword
	c.Header("Cache-Control", "private, no-store")
	s.render(c, status, "register", page{Title: "企业注册", NoIndex: true, Nav: "login", Body: v})
}

// register is POST /register.
func (s *Site) register(c *gin.Context) {
	access := httpx.AccessOf(c.Request.Context())
	form, err := ownForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	in, err := s.deps.Accounts.Register(c.Request.Context(), account.Registration{
		Login: catalog.LoginOfEnterprise(form.Get("uscc")), Name: form.Get("name"), Password: form.Get("password"), Addr: access.Addr, Agent: c.Request.UserAgent(),
	}, func(ctx context.Context) (string, error) {
		org, err := s.deps.Registrar.RegisterEnterprise(ctx, form.Get("name"), catalog.EnterpriseRegistration{
			USCC: form.Get("uscc"), Name: form.Get("enterprise"), Region: form.Get("region"), ContactName: form.Get("name"), Telephone: form.Get("phone"),
		})
		if err != nil {
			return "", err
		}
		return org.Code, nil
	})
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		retryAfter(c, err)
		v := faultyForm(err, map[string]string{
			"uscc": form.Get("uscc"), "enterprise": form.Get("enterprise"), "region": form.Get("region"), "name": form.Get("name"), "phone": form.Get("phone"),
		})
		v.missing(map[string]string{"enterprise": "请填写企业名称。", "region": "请填写所在的市或县，如 威海市。", "phone": "请填写联系电话。"})
		s.renderRegister(c, httpx.Status(err), v)
		return
	}
	httpx.SetSession(c.Writer, access, in.Secret)
	c.Redirect(http.StatusSeeOther, "/account?done=registered")
}

// faultyForm shows a form again with what is wrong beside each field.
func faultyForm(err error, values map[string]string) formView {
	v := formView{Values: values, Faults: map[string]string{}}
	for _, f := range errs.As(err).Fields {
		field := f.Field
		message := f.Message
		if field == "login" { // it is made of the credit code, and says nothing of it
			field, message = "uscc", "统一社会信用代码应是营业执照上的 18 位数字和字母。"
		}
		if v.Faults[field] == "" {
			v.Faults[field] = message
		}
	}
	if v.Problem = errs.As(err).Message; len(v.Faults) > 0 {
		v.Problem = "有几处需要改正，请看各栏下面的提示。"
	}
	return v
}

// missing adds what was left empty to what is wrong already, so that nobody
// learns of one field after the other.
func (v *formView) missing(wanted map[string]string) {
	for field, message := range wanted {
		if len(v.Faults) > 0 && v.Values[field] == "" && v.Faults[field] == "" {
			v.Faults[field] = message
		}
	}
}

// claimForm is GET of a claim's page.
func (s *Site) claimForm(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		rec, _, err := s.shownRecord(c.Request.Context(), kind, c.Param("code"))
		if err != nil {
			s.fail(c, hideReason(err))
			return
		}
		s.renderClaim(c, http.StatusOK, rec, formView{})
	}
}

func (s *Site) renderClaim(c *gin.Context, status int, rec catalog.Record, v formView) {
	v.Claimed = view.Link{Text: rec.Heading(), URL: view.RecordURL(rec.Kind(), rec.Base().Code)}
	s.render(c, status, "claim", page{Title: "认领", NoIndex: true, Body: v})
}

// claim is POST of a claim's page.
func (s *Site) claim(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		access := httpx.AccessOf(c.Request.Context())
		form, err := ownForm(c)
		var rec catalog.Record
		if err == nil {
			rec, _, err = s.shownRecord(c.Request.Context(), kind, c.Param("code"))
		}
		if err != nil {
			s.fail(c, hideReason(err))
			return
		}
		_, err = s.deps.Accounts.RequestClaim(c.Request.Context(), account.Claim{
			Kind: string(kind), Record: rec.Base().Code, Person: catalog.PersonOf(rec), User: access.Actor.User, Name: form.Get("name"), Phone: form.Get("phone"), Words: form.Get("words"),
		}, access.Addr)
		if err != nil {
			httpx.LogError(s.deps.Log, c.Request, err)
			retryAfter(c, err)
			s.renderClaim(c, httpx.Status(err), rec, faultyForm(err, map[string]string{"name": form.Get("name"), "phone": form.Get("phone"), "words": form.Get("words")}))
			return
		}
		s.renderClaim(c, http.StatusOK, rec, formView{Done: "已收到您的申请。经办的红娘会打电话与您核对，核对后告诉您账号和一次性密码。"})
	}
}

// claims is GET /claims, the list of who decides.
func (s *Site) claims(c *gin.Context) { s.renderClaims(c, http.StatusOK, view.Claims{}) }

func (s *Site) renderClaims(c *gin.Context, status int, v view.Claims) {
	all, err := s.deps.Accounts.Claims(c.Request.Context())
	for _, claim := range all {
		rec, ok, errRec := s.decides(c.Request.Context(), claim)
		if errRec != nil {
			err = errRec
			break
		}
		if ok {
			v.Items = append(v.Items, view.BuildClaim(claim, rec))
		}
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, status, "claims", page{Title: "认领申请", NoIndex: true, Nav: "claims", Body: v})
}

// decides tells whether the caller decides on a claim, and gives its record.
func (s *Site) decides(ctx context.Context, claim account.Claim) (catalog.Record, bool, error) {
	rec, err := s.deps.Records.Get(ctx, catalog.Kind(claim.Kind), claim.Record)
	if errs.Is(err, errs.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	ok, err := s.may(ctx, account.ClaimDecide, rec)
	return rec, ok, err
}

// decideClaim is POST /claims/:code.
func (s *Site) decideClaim(c *gin.Context) {
	ctx, actor := c.Request.Context(), httpx.AccessOf(c.Request.Context()).Actor
	form, err := readForm(c)
	var claim account.Claim
	if err == nil {
		claim, err = s.deps.Accounts.Claim(ctx, c.Param("code"))
	}
	if err == nil {
		var ok bool
		if _, ok, err = s.decides(ctx, claim); err == nil && !ok {
			err = errs.New(errs.NotFound, "claim.unknown", "没有这个认领申请，可能已过期。请刷新列表。")
		}
	}
	v := view.Claims{}
	switch {
	case err != nil:
		s.fail(c, err)
		return
	case form.Get("answer") == "grant":
		var u account.User
		var oneTime string
		if u, oneTime, err = s.deps.Accounts.GrantClaim(ctx, claim.Code, actor); err == nil {
			v.Granted = view.BuildGranted(claim, u, oneTime)
		}
	default:
		_, err = s.deps.Accounts.RefuseClaim(ctx, claim.Code, actor, form.Get("reason"))
	}
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		v.Problem = sentence(err)
		s.renderClaims(c, httpx.Status(err), v)
		return
	}
	s.renderClaims(c, http.StatusOK, v)
}
