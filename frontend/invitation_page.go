package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// invitation is GET /invitations/:token. It changes nothing: mail scanners open
// links.
func (s *Site) invitation(c *gin.Context) { s.renderInvitation(c, http.StatusOK, nil) }

// renderInvitation shows what a link is for: the question, or the three
// questions once it was accepted; typed is a form that was not taken.
func (s *Site) renderInvitation(c *gin.Context, status int, typed *view.Typed) {
	ctx, token := c.Request.Context(), c.Param("token")
	v := view.Invitation{Token: token}
	asked, err := s.deps.Introductions.Asked(ctx, token)
	if err != nil && errs.As(err).Code == "link.used" {
		var open error
		if asked, open = s.deps.Introductions.Questions(ctx, token); open == nil {
			err, v.Questions = nil, true
		}
	}
	if err != nil {
		s.renderOver(c, err)
		return
	}
	v.Fill(asked, typed)
	s.showInvitation(c, status, v)
}

func (s *Site) showInvitation(c *gin.Context, status int, v view.Invitation) {
	c.Header("Cache-Control", "private, no-store")
	c.Header("Referrer-Policy", "same-origin") // the address is a key
	s.render(c, status, "invitation", page{Title: "邀约", NoIndex: true, Styles: caseStyles(), Body: v})
}

// renderOver says that a link is no good, or good no more.
func (s *Site) renderOver(c *gin.Context, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	status := httpx.Status(err)
	switch errs.As(err).Code {
	case "link.wrong":
		status = http.StatusNotFound
	case "link.expired", "link.used":
		status = http.StatusGone
	}
	s.showInvitation(c, status, view.Invitation{Over: errs.As(err).Message})
}

// answerInvitation is POST /invitations/:token: one click.
func (s *Site) answerInvitation(c *gin.Context) {
	form, err := readForm(c) // from wherever it was sent: the link is the key, no cookie counts
	if err != nil {
		s.fail(c, err)
		return
	}
	accept, token := form.Get("answer") == "accept", c.Param("token")
	if !accept && form.Get("reason") == "" {
		s.renderInvitation(c, http.StatusUnprocessableEntity, &view.Typed{Values: form, Err: errs.New(errs.Invalid, "invitation.answer", "请点“接受邀约”；不方便的，选一个原因再点“确认婉拒”。")})
		return
	}
	_, err = s.deps.Introductions.AnswerLink(c.Request.Context(), token, accept, form.Get("reason"), form.Get("note"))
	switch {
	case err == nil && accept:
		c.Redirect(http.StatusSeeOther, "/invitations/"+url.PathEscape(token))
	case err == nil:
		s.showInvitation(c, http.StatusOK, view.Invitation{Thanks: "已婉拒。谢谢您的答复，红娘会另找合适的人。"})
	case errs.Is(err, errs.Invalid):
		s.renderInvitation(c, httpx.Status(err), &view.Typed{Values: form, Err: err})
	default:
		s.renderOver(c, err)
	}
}

// answerQuestions is POST /invitations/:token/answers.
func (s *Site) answerQuestions(c *gin.Context) {
	form, err := readForm(c) // from wherever it was sent: the link is the key, no cookie counts
	if err != nil {
		s.fail(c, err)
		return
	}
	form.Set("step", string(brokering.Answer))
	step, err := view.ParseStep(form)
	if err == nil {
		err = s.deps.Introductions.AnswerQuestions(c.Request.Context(), c.Param("token"), *step.Answers)
	}
	switch {
	case err == nil:
		s.showInvitation(c, http.StatusOK, view.Invitation{Thanks: "已收到您的回答，谢谢。红娘会把您推荐给企业，有进展就联系您。"})
	case errs.Is(err, errs.Invalid):
		s.renderInvitation(c, httpx.Status(err), &view.Typed{Values: form, Err: err})
	default:
		s.renderOver(c, err)
	}
}
