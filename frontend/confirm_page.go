package frontend

import (
	"context"
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
)

// mountConfirm adds the button by which those who are named in a record, or staff,
// confirm it.
func (s *Site) mountConfirm(pages routes) {
	if s.deps.Intake == nil {
		return
	}
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindStudio} {
		pages.post(view.ConfirmURL(kind, ":code"), account.RecordConfirm, s.confirmCredits(kind))
	}
}

// confirmable gives the section of a record's page for who may confirm; nil for
// everybody else.
func (s *Site) confirmable(ctx context.Context, actor account.Actor, rec catalog.Record) (*view.Confirmation, error) {
	if s.deps.Intake == nil || len(rec.Base().Unconfirmed) == 0 {
		return nil, nil
	}
	keys, err := s.deps.Intake.Confirmable(ctx, actor, rec)
	return view.BuildConfirmation(rec, keys), err
}

func (s *Site) confirmCredits(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		form, err := readForm(c)
		if err == nil {
			_, err = s.deps.Intake.Confirm(c.Request.Context(), actorOf(c), kind, c.Param("code"), view.ReadRev(form.Get("rev")))
		}
		if err != nil {
			s.fail(c, hideReason(err))
			return
		}
		c.Redirect(http.StatusSeeOther, view.RecordURL(kind, c.Param("code")))
	}
}
