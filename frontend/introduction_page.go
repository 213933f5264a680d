package frontend

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// TakesAttachment tells whether an address takes a form with a file, of an
// introduction or to be imported: its body may be larger than others, up to
// brokering.MaxFile and what surrounds it.
func TakesAttachment(path string) bool {
	return path == view.ImportsURL || strings.HasPrefix(path, "/introductions/") && strings.HasSuffix(path, "/steps")
}

// introduction is GET /introductions/:code.
func (s *Site) introduction(c *gin.Context) {
	s.renderIntroduction(c, http.StatusOK, c.Param("code"), nil)
}

// renderIntroduction shows the case; typed is a form that was not taken.
func (s *Site) renderIntroduction(c *gin.Context, status int, code string, typed *view.Typed) {
	ctx, actor := c.Request.Context(), actorOf(c)
	sight, err := s.deps.Introductions.Show(ctx, actor, code)
	if err != nil {
		s.fail(c, err)
		return
	}
	f := view.IntroductionFacts{Sight: sight, Now: s.deps.Now(), Done: c.Query("done"), Typed: typed}
	if sight.Introduction.Stage == brokering.Invited && brokers(c) {
		if token, inv, err := s.deps.Introductions.InvitationLink(ctx, actor, code); err == nil {
			f.Link, f.Due = s.passedOn("/invitations/"+token), inv.Due
		}
	}
	v := view.BuildIntroduction(f)
	s.render(c, status, "introduction", page{Title: v.Code + " " + v.Title, NoIndex: true, Nav: "introductions", Styles: caseStyles(), Scripts: []string{"copy.js"}, Body: v})
}

// passedOn gives the whole address of a link that people pass on; "" when nobody
// has said where the service is reached: the Host of a request is whatever its
// sender likes, and the link would lead there with its token.
func (s *Site) passedOn(path string) string {
	switch {
	case s.deps.BaseURL != "":
		return s.deps.BaseURL + path
	case s.deps.LocalURL != "":
		return s.deps.LocalURL + path
	}
	return ""
}

// stepForm is the posted form of a step with the files that came along.
type stepForm struct {
	url.Values
	files map[string][]*multipart.FileHeader
}

// introductionStep is POST /introductions/:code/steps.
func (s *Site) introductionStep(c *gin.Context) {
	form, err := readStepForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	code := c.Param("code")
	if err := s.takeStep(c, code, form); err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		if errs.Is(err, errs.NotFound) || httpx.Status(err) >= http.StatusInternalServerError {
			s.fail(c, err)
			return
		}
		s.renderIntroduction(c, httpx.Status(err), code, &view.Typed{Values: form.Values, Err: err})
		return
	}
	to := "/introductions/" + url.PathEscape(code) + "?done=" + url.QueryEscape(form.Get("step"))
	if form.Get("step") == string(brokering.Handover) {
		to = "/introductions?tab=all" // the case may be out of sight now
	}
	c.Redirect(http.StatusSeeOther, to)
}

// readStepForm reads a form with its files; nothing goes to the disk.
func readStepForm(c *gin.Context) (stepForm, error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, brokering.MaxFile+maxForm)
	err := c.Request.ParseMultipartForm(brokering.MaxFile + maxForm)
	if errors.Is(err, http.ErrNotMultipart) {
		err = c.Request.ParseForm()
	}
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return stepForm{}, errs.New(errs.TooLarge, "file.too_large", "附件最大 20 MB，请压缩或分开上传。")
	case err != nil:
		return stepForm{}, errs.Wrap(err, errs.Invalid, "form.malformed", "表单没有传完整，请回到上一页再提交一次。")
	}
	form := stepForm{Values: c.Request.PostForm, files: map[string][]*multipart.FileHeader{}}
	if c.Request.MultipartForm != nil {
		form.files = c.Request.MultipartForm.File
	}
	return form, nil
}

// takeStep takes the step of a form; files that come along are attached first,
// so that the step can refer to them, and stay when the step is not taken.
func (s *Site) takeStep(c *gin.Context, code string, form stepForm) error {
	ctx, actor := c.Request.Context(), actorOf(c)
	kind := brokering.StepKind(form.Get("step"))
	rev, _ := strconv.ParseInt(form.Get("rev"), 10, 64) // 0 is refused below
	words := kind == brokering.Write || kind == brokering.Attach
	if rev <= 0 && !words {
		return errs.New(errs.Invalid, "introduction.rev_missing", "表单没有传完整，请刷新页面再办。")
	}
	if kind == brokering.Attach {
		u, err := uploadOf(form, "file", form.Get("visibility"))
		if err != nil {
			return err
		}
		u.Note, u.Need = form.Get("note"), form.Get("need")
		_, err = s.deps.Introductions.Attach(ctx, actor, code, 0, u)
		return err
	}
	step, err := view.ParseStep(form.Values)
	if err != nil {
		return err
	}
	if step.Broker != nil {
		if step.Broker.User, err = s.brokerByLogin(c, step.Broker.User); err != nil {
			return err
		}
	}
	if rev, err = s.attachAlong(c, code, rev, form); err != nil {
		return err
	}
	if step, err = view.ParseStep(withBroker(form.Values, step)); err != nil {
		return err
	}
	_, err = s.deps.Introductions.Take(ctx, actor, code, rev, step)
	return err
}

// withBroker puts the account that a login stands for into the form.
func withBroker(v url.Values, step brokering.Step) url.Values {
	if step.Broker == nil {
		return v
	}
	out := url.Values{}
	for key, list := range v {
		out[key] = list
	}
	out.Set("broker.user", step.Broker.User)
	return out
}

// brokerByLogin finds an account by what its owner signs in with; what is no
// login may be a code.
func (s *Site) brokerByLogin(c *gin.Context, login string) (string, error) {
	u, err := s.deps.Accounts.ByLogin(c.Request.Context(), login)
	if errs.Is(err, errs.NotFound) {
		return login, nil
	}
	return u.Code, err
}

// attachAlong attaches the files that came with a step, puts their ids into the
// form, and gives the revision that the step is to be taken on.
func (s *Site) attachAlong(c *gin.Context, code string, rev int64, form stepForm) (int64, error) {
	for _, field := range view.FileFields(brokering.StepKind(form.Get("step"))) {
		name := view.NewFile(field)
		if files := form.files[name]; len(files) == 0 || files[0].Size == 0 {
			continue
		}
		u, err := uploadOf(form, name, form.Get(name+".for"))
		if err != nil {
			return rev, err
		}
		u.Need = form.Get("need")
		in, err := s.deps.Introductions.Attach(c.Request.Context(), actorOf(c), code, rev, u)
		if err != nil {
			return rev, err
		}
		rev = in.Rev
		form.Add(field, in.Attachments[len(in.Attachments)-1].ID)
		if single := view.HoldsOneFile(brokering.StepKind(form.Get("step")), field); single {
			form.Set(field, in.Attachments[len(in.Attachments)-1].ID)
		}
	}
	return rev, nil
}

// uploadOf reads one file of a form.
func uploadOf(form stepForm, name, visibility string) (brokering.Upload, error) {
	missing := errs.New(errs.Invalid, "form.no_file", "没有收到文件，请选择一个文件。")
	if len(form.files[name]) == 0 {
		return brokering.Upload{}, missing
	}
	head := form.files[name][0]
	from, err := head.Open()
	if err != nil {
		return brokering.Upload{}, errs.Wrap(err, errs.Invalid, "form.no_file", missing.Message)
	}
	defer from.Close()
	if head.Size > brokering.MaxFile {
		return brokering.Upload{}, errs.New(errs.TooLarge, "file.too_large", "附件最大 20 MB，请压缩或分开上传。")
	}
	data := make([]byte, head.Size)
	if _, err := io.ReadFull(from, data); err != nil {
		return brokering.Upload{}, errs.Wrap(err, errs.Invalid, "form.malformed", "文件没有传完整，请再选一次。")
	}
	return brokering.Upload{Name: head.Filename, Type: head.Header.Get("Content-Type"), Visibility: brokering.Audience(visibility), Data: data}, nil
}

// introductionFile answers with the bytes for saving, never for showing: what
// somebody uploaded must not run as a page of ours.
func (s *Site) introductionFile(c *gin.Context) {
	file, data, err := s.deps.Introductions.File(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(file.Name))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	c.Data(http.StatusOK, "application/octet-stream", data)
}
