package frontend

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/notice"
)

// mountNotices adds the page of notices, and those behind the links of letters.
func (s *Site) mountNotices(pages routes) {
	pages.get("/notices", account.NoticeRead, s.notices)
	pages.post("/notices", account.NoticeRead, s.noticesRead)
	pages.post("/notices/preferences", account.NoticeChoose, s.chooseNotices)
	pages.post("/notices/off", account.NoticeChoose, s.offNotices)
	pages.get("/letters/off/:token", account.LettersOff, s.lettersOff)
	pages.post("/letters/off/:token", account.LettersOff, s.turnLettersOff)
	pages.get("/letters/confirm/:token", account.LettersOff, s.confirmForm)
	pages.post("/letters/confirm/:token", account.LettersOff, s.confirmMail)
}

// noticesDone says what a step on the page led to.
var noticesDone = map[string]string{
	"saved": "已保存。",
	"match": "匹配提醒已关掉，邮件和这里都不再提醒；要再打开，在下面选。",
}

// notices is GET /notices.
func (s *Site) notices(c *gin.Context) {
	s.renderNotices(c, http.StatusOK, func(v *view.Notices, _ notice.Settings) { v.Prefs.Done = noticesDone[c.Query("done")] })
}

func (s *Site) renderNotices(c *gin.Context, status int, change func(*view.Notices, notice.Settings)) {
	ctx := c.Request.Context()
	box, err := s.deps.Notices.Of(ctx, actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	settings, err := s.deps.Notices.Settings(ctx, self(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildNotices(box, settings)
	change(&v, settings)
	s.render(c, status, "notices", page{Title: "通知", NoIndex: true, Nav: "notices", Styles: caseStyles(), Body: v})
}

// noticesRead is POST /notices: what was shown is read.
func (s *Site) noticesRead(c *gin.Context) {
	form, err := readForm(c)
	if err == nil {
		if upTo, malformed := time.Parse(time.RFC3339Nano, form.Get("upto")); malformed == nil {
			err = s.deps.Notices.Looked(c.Request.Context(), actorOf(c), upTo)
		}
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/notices")
}

// chooseNotices is POST /notices/preferences. What was typed comes back when it
// cannot be taken.
func (s *Site) chooseNotices(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	wish := notice.Wish{Modes: view.ParseModes(form)}
	if form.Has("mail") {
		address := form.Get("mail")
		wish.Mail = &address
	}
	_, err = s.deps.Notices.Choose(c.Request.Context(), self(c), wish)
	switch {
	case err == nil:
		c.Redirect(http.StatusSeeOther, "/notices?done=saved#preferences")
	case errs.Is(err, errs.Invalid):
		s.renderNotices(c, httpx.Status(err), func(v *view.Notices, now notice.Settings) { v.Prefs = view.BuildNoticePrefs(now, form, err) })
	default:
		s.fail(c, err)
	}
}

// offNotices is POST /notices/off: one click beside an alert.
func (s *Site) offNotices(c *gin.Context) {
	form, err := readForm(c)
	if err == nil {
		_, err = s.deps.Notices.Choose(c.Request.Context(), self(c), notice.Wish{Modes: map[notice.Topic]notice.Mode{notice.Topic(form.Get("topic")): notice.Off}})
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/notices?done="+url.QueryEscape(form.Get("topic"))+"#preferences")
}

// lettersOff is GET /letters/off/:token. It changes nothing: mail scanners open
// links.
func (s *Site) lettersOff(c *gin.Context) {
	token := c.Param("token")
	choice, err := s.deps.Notices.Choice(c.Request.Context(), token)
	s.renderLetters(c, view.BuildLetters(token, choice), err)
}

// turnLettersOff is POST /letters/off/:token, by the button or by a mail reader's
// own (RFC 8058): the link is the key, no cookie counts.
func (s *Site) turnLettersOff(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	token := c.Param("token")
	choice, err := s.deps.Notices.TurnOff(c.Request.Context(), token, form.Get("what") == "all")
	v := view.BuildLetters(token, choice)
	v.Done = "已退订“" + v.Topic + "”。登录后在“通知”页可以再打开。"
	if form.Get("what") == "all" {
		v.Done = "已退订全部邮件。登录后在“通知”页可以再打开。"
	}
	s.renderLetters(c, v, err)
}

// confirmForm is GET /letters/confirm/:token.
func (s *Site) confirmForm(c *gin.Context) {
	s.renderLetters(c, view.Letters{Title: "确认邮箱", Token: c.Param("token"), Confirm: true}, nil)
}

// confirmMail is POST /letters/confirm/:token.
func (s *Site) confirmMail(c *gin.Context) {
	_, err := s.deps.Notices.Confirm(c.Request.Context(), c.Param("token"))
	s.renderLetters(c, view.Letters{Title: "确认邮箱", Done: "邮箱已确认，以后的通知会发到这里。"}, err)
}

func (s *Site) renderLetters(c *gin.Context, v view.Letters, err error) {
	status := http.StatusOK
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		switch errs.As(err).Code {
		case "link.wrong":
			status = http.StatusNotFound
		case "link.used":
			status = http.StatusGone
		default:
			s.fail(c, err)
			return
		}
		v = view.Letters{Title: v.Title, Over: errs.As(err).Message}
	}
	c.Header("Cache-Control", "private, no-store")
	c.Header("Referrer-Policy", "same-origin") // the address is a key
	s.render(c, status, "letters", page{Title: v.Title, NoIndex: true, Styles: caseStyles(), Body: v})
}

// unread counts what somebody was told since he last looked, up to
// notice.MostCounted; a failure is logged, and the menu goes without.
func (s *Site) unread(ctx context.Context) int {
	access := httpx.AccessOf(ctx)
	if s.deps.Notices == nil || access.Check(account.NoticeRead) != nil {
		return 0
	}
	n, err := s.deps.Notices.Unread(ctx, access.Actor)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "menu without the count of notices", "err", err)
	}
	return n
}
