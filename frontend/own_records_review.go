package frontend

import (
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
)

// What staff say of a change of words that everybody reads.
const (
	acceptChange = "accept_change"
	refuseChange = "refuse_change"
)

// decideChange is POST /review/KIND/CODE for a published record of which the owner
// wants other public words. What is refused, for want of a reason or because
// somebody was faster, is told on the form with both texts.
func (s *Site) decideChange(c *gin.Context, kind catalog.Kind, form url.Values) {
	ctx, actor, code := c.Request.Context(), actorOf(c), c.Param("code")
	_, err := s.deps.Intake.DecideChange(ctx, actor, catalog.Decision{
		Kind: kind, Code: code, Rev: view.ReadRev(form.Get("rev")), Accept: form.Get("step") == acceptChange, Reason: form.Get("reason"),
	})
	if err == nil {
		c.Redirect(http.StatusSeeOther, view.ReviewURL+"?done="+form.Get("step"))
		return
	}
	rec, openErr := s.deps.Intake.EditRecord(ctx, actor, kind, code)
	if openErr != nil {
		s.fail(c, hideReason(openErr))
		return
	}
	httpx.LogError(s.deps.Log, c.Request, err)
	s.renderRecordForm(c, httpx.Status(err), view.RecordFormFacts{Record: rec, Err: err, Reason: form.Get("reason")})
}
