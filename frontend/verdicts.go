package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// mountVerdicts adds what brokers say of the candidates of a need.
func (s *Site) mountVerdicts(pages routes) {
	if s.deps.Verdicts == nil {
		return
	}
	pages.post(view.VerdictsURL(":code"), account.MatchVerdict, s.judgeCandidate)
	pages.post(view.AwayURL(":code"), account.MatchVerdict, s.sayAway)
}

// typedVerdictKey is where a form that was not taken waits for the page that
// shows it again.
const typedVerdictKey = "verdict.typed"

// offerVerdicts puts verdict forms on the candidates of a need, for who may judge
// them. Without the store the page is shown without them.
func (s *Site) offerVerdicts(c *gin.Context, need, back string, answer *view.Answer) {
	if s.deps.Verdicts == nil || answer == nil || httpx.AccessOf(c.Request.Context()).Check(account.MatchVerdict) != nil {
		return
	}
	actor := actorOf(c)
	said, err := s.deps.Verdicts.Of(c.Request.Context(), actor, need)
	if err != nil {
		if !errs.Is(err, errs.Denied) && !errs.Is(err, errs.NotFound) {
			s.deps.Log.WarnContext(c.Request.Context(), "candidates without verdicts", "need", need, "err", err)
		}
		return
	}
	answer.Judge(view.JudgeFacts{Need: need, User: actor.User, Opinions: said, Typed: typedVerdict(c), Back: back, Now: s.deps.Now()})
}

func typedVerdict(c *gin.Context) *view.TypedVerdict {
	kept, _ := c.Get(typedVerdictKey)
	typed, _ := kept.(*view.TypedVerdict)
	return typed
}

// judgeCandidate is POST /needs/:code/verdicts.
func (s *Site) judgeCandidate(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	j := view.ReadVerdict(c.Param("code"), form)
	if _, err = s.deps.Verdicts.Judge(c.Request.Context(), actorOf(c), j); err == nil {
		c.Redirect(http.StatusSeeOther, view.JudgedURL(j, form.Get("back")))
		return
	}
	s.notTaken(c, form.Get("back"), &view.TypedVerdict{Kind: j.Kind, Candidate: j.Candidate, Note: j.Note, Err: err})
}

// sayAway is POST /needs/:code/verdicts/away.
func (s *Site) sayAway(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	code, person, until := c.Param("code"), form.Get("candidate"), form.Get("until")
	if err = s.deps.Verdicts.Away(c.Request.Context(), actorOf(c), person, until); err == nil {
		to := view.RecordURL(catalog.KindNeed, code) + "?away=yes#matches"
		if q, desk := view.ReadDeskBack(form.Get("back")); desk {
			to = view.DeskAgain(code, q, "away", "yes")
		}
		c.Redirect(http.StatusSeeOther, to)
		return
	}
	s.notTaken(c, form.Get("back"), &view.TypedVerdict{Kind: catalog.KindExpert, Candidate: person, Until: view.OrText(until, " "), Err: err})
}

// notTaken shows the need's page, or the desk, again with what was typed; what is
// no fault of the form has a page of its own.
func (s *Site) notTaken(c *gin.Context, back string, typed *view.TypedVerdict) {
	httpx.LogError(s.deps.Log, c.Request, typed.Err)
	if !errs.Is(typed.Err, errs.Invalid) && !errs.Is(typed.Err, errs.Denied) || errs.As(typed.Err).Code == "access.not_yours" {
		s.fail(c, typed.Err)
		return
	}
	c.Set(typedVerdictKey, typed)
	if q, desk := view.ReadDeskBack(back); desk {
		s.showDesk(c, q)
		return
	}
	s.record(catalog.KindNeed)(c)
}
