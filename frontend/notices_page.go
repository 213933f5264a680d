package frontend

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/httpx"
)

// notices is GET /notices.
func (s *Site) notices(c *gin.Context) {
	box, err := s.deps.Notices.Of(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, http.StatusOK, "notices", page{Title: "通知", NoIndex: true, Nav: "notices", Styles: caseStyles(), Body: view.BuildNotices(box)})
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

// unread counts what somebody was told since he last looked; a failure is
// logged, and the menu goes without.
func (s *Site) unread(ctx context.Context) int {
	access := httpx.AccessOf(ctx)
	if s.deps.Notices == nil || access.Check(account.IntroductionRead) != nil {
		return 0
	}
	box, err := s.deps.Notices.Of(ctx, access.Actor)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "menu without the count of notices", "err", err)
	}
	return box.Unread
}
