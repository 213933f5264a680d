package frontend

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/matcher"
)

// mountIntroductions adds the pages of introductions, and invitations, and those of notices.
func (s *Site) mountIntroductions(pages routes) {
	read, create, answer := account.IntroductionRead, account.IntroductionCreate, account.IntroductionAnswer
	pages.get("/introductions", read, s.introductions)
	pages.post("/introductions", create, s.begin)
	pages.get("/introductions/new", create, s.beginForm)
	pages.get("/introductions/:code", read, s.introduction)
	pages.post("/introductions/:code/steps", account.IntroductionStep, s.introductionStep)
	pages.get("/introductions/:code/files/:id", read, s.introductionFile)
	pages.get("/invitations/:token", answer, s.invitation)
	pages.post("/invitations/:token", answer, s.answerInvitation)
	pages.post("/invitations/:token/answers", answer, s.answerQuestions)
	s.mountNotices(pages)
}

// caseStyles is the style sheet of these pages, beside that of all.
func caseStyles() []string { return []string{"introduction.css"} }

func actorOf(c *gin.Context) account.Actor { return httpx.AccessOf(c.Request.Context()).Actor }

// introductions is GET /introductions.
func (s *Site) introductions(c *gin.Context) {
	q, actor := view.ParseListQuery(c.Request.URL.Query()), actorOf(c)
	if actor.Role == account.Administrator && actor.User == "" && q.Tab == "mine" {
		q.Tab = "all" // the operator's token has no cases of its own
	}
	lines, err := s.deps.Introductions.List(c.Request.Context(), actor, q.Filter(actor))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, http.StatusOK, "introductions", page{Title: "对接单", NoIndex: true, Nav: "introductions", Styles: caseStyles(), Body: view.BuildIntroductions(q, lines, actor)})
}

// beginForm is GET /introductions/new, filled in from a candidate's link.
func (s *Site) beginForm(c *gin.Context) {
	v := view.Begin{Need: c.Query("need"), Target: c.Query("target"), Band: c.Query("band")}
	s.renderBegin(c, http.StatusOK, v, nil, "")
}

// renderBegin shows the form, with the other candidates as alternates.
func (s *Site) renderBegin(c *gin.Context, status int, v view.Begin, chosen []string, mode string) {
	ctx := c.Request.Context()
	target := view.TargetOf(strings.TrimSpace(v.Target), "")
	v.Target = view.TargetText(target)
	if v.NextDue == "" {
		v.NextDue = catalog.Day(s.deps.Now().AddDate(0, 0, 7))
	}
	if rec, whole, err := s.shownRecord(ctx, catalog.KindNeed, v.Need); err == nil {
		if need, ok := rec.(*catalog.Need); ok {
			v.NeedTitle = need.Title
			v.Alternates = view.AlternatesOf(s.needAnswer(ctx, matcher.FromNeed(need, whole)), target, chosen)
		}
	}
	if rec, _, err := s.shownRecord(ctx, catalog.Kind(target.Kind), target.Code); err == nil {
		v.TargetName = rec.Heading()
	}
	v.Modes = view.ServiceModes(mode)
	s.render(c, status, "begin", page{Title: "引荐", NoIndex: true, Nav: "introductions", Styles: caseStyles(), Body: v})
}

// begin is POST /introductions.
func (s *Site) begin(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	asked, ctx, actor := view.ParseBegin(form), c.Request.Context(), actorOf(c)
	err = view.CheckNext(asked.Next, s.deps.Now())
	var made *brokering.Introduction
	if err == nil {
		made, err = s.deps.Introductions.Begin(ctx, actor, asked.Proposal)
	}
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		v := view.Begin{
			Need: form.Get("need"), Target: form.Get("target"), Band: form.Get("band"), Note: form.Get("note"), NextWhat: form.Get("next"), NextDue: form.Get("due"), Extra: form.Get("extra"),
		}
		v.Problem, v.Faults = view.BeginFaults(err)
		v.Require()
		s.renderBegin(c, httpx.Status(err), v, form["alternate"], form.Get("mode"))
		return
	}
	if asked.Next != nil {
		_, err = s.deps.Introductions.Take(ctx, actor, made.Code, made.Rev, brokering.Step{Kind: brokering.Plan, Next: asked.Next})
	}
	if err != nil { // the case is there; its page has the form for planning
		s.renderIntroduction(c, httpx.Status(err), made.Code, &view.Typed{Values: view.PlanForm(asked.Next), Err: err})
		return
	}
	c.Redirect(http.StatusSeeOther, "/introductions/"+made.Code+"?done="+string(brokering.Create))
}

// introductionsOf lists those that the caller may see, each with its stages; a
// failure is logged and leaves the page without them.
func (s *Site) introductionsOf(c *gin.Context, f brokering.Filter) []view.IntroductionLine {
	access := httpx.AccessOf(c.Request.Context())
	if s.deps.Introductions == nil || access.Check(account.IntroductionRead) != nil {
		return nil
	}
	f.Limit = 10
	lines, err := s.deps.Introductions.List(c.Request.Context(), access.Actor, f)
	if err != nil && !errs.Is(err, errs.Denied) {
		s.deps.Log.WarnContext(c.Request.Context(), "page without its introductions", "err", err)
	}
	var out []view.IntroductionLine
	for _, l := range lines.Items {
		line := view.BuildIntroductionLine(l)
		if sight, err := s.deps.Introductions.Show(c.Request.Context(), access.Actor, l.Code); err == nil {
			line.Stages = view.StagesOf(sight)
		}
		out = append(out, line)
	}
	return out
}

// brokers tells whether the caller may introduce people.
func brokers(c *gin.Context) bool {
	return httpx.AccessOf(c.Request.Context()).Check(account.IntroductionCreate) == nil
}
