package frontend

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/review"
)

// mountReviews adds the pages of judging results.
func (s *Site) mountReviews(pages routes) {
	if s.deps.Reviews == nil {
		return
	}
	const one = view.ReviewsURL + "/:code"
	run, apply, score := account.ReviewRun, account.ReviewApply, account.ReviewScore
	pages.get(view.ReviewsURL, account.CatalogueRead, s.reviews)
	pages.get(view.ReviewsURL+"/new", run, s.reviewForm)
	pages.post(view.ReviewsURL, run, s.createReview)
	pages.get(one, account.CatalogueRead, s.judging)
	pages.get(one+"/edit", run, s.editReview)
	pages.post(one+"/edit", run, s.changeReview)
	pages.post(one+"/steps", run, s.stepReview)
	pages.post(one+"/ties", score, s.decideTie)
	pages.get(one+"/apply", apply, s.applyForm)
	pages.post(one+"/apply", apply, s.applyReview)
	pages.post(one+"/entries/:result/withdraw", apply, s.withdrawEntry)
	pages.get(one+"/entries/:result", score, s.paper)
	pages.post(one+"/entries/:result", score, s.scorePaper)
	pages.post(one+"/entries/:result/recusal", score, s.stepAside)
	pages.post(one+"/objections", account.ReviewObject, s.object)
	pages.post(one+"/objections/:objection", run, s.answerObjection)
}

func reviewPage(title string, body any) page {
	return page{Title: title, NoIndex: true, Nav: "reviews", Styles: append(caseStyles(), "campaign.css", "review.css"), Body: body}
}

// reviews is GET /reviews.
func (s *Site) reviews(c *gin.Context) {
	lines, err := s.deps.Reviews.List(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	may := httpx.AccessOf(c.Request.Context()).Check(account.ReviewRun) == nil
	p := reviewPage("成果评审", view.BuildReviews(lines, may))
	p.NoIndex, p.Path = false, view.ReviewsURL
	s.render(c, http.StatusOK, "reviews", p)
}

// reviewForm is GET /reviews/new.
func (s *Site) reviewForm(c *gin.Context) {
	terms := review.DefaultTerms()
	terms.Year = s.deps.Now().In(catalog.China()).Year()
	s.render(c, http.StatusOK, "review-form", reviewPage("新建成果评审", view.BuildReviewForm(view.ReviewValues(terms), nil)))
}

// createReview is POST /reviews.
func (s *Site) createReview(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	made, err := s.deps.Reviews.Create(c.Request.Context(), actorOf(c), view.ParseReview(form))
	if err != nil {
		s.refuseTerms(c, view.BuildReviewForm(form, err), err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.ReviewPageURL(made.Code)+"?done="+string(review.Create))
}

// refuseTerms shows the form again as it was typed.
func (s *Site) refuseTerms(c *gin.Context, v view.ReviewForm, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	if final(err) {
		s.fail(c, err)
		return
	}
	s.render(c, httpx.Status(err), "review-form", reviewPage(v.Heading, v))
}

// final tells whether an error leaves no form to show again.
func final(err error) bool {
	return errs.Is(err, errs.NotFound) || errs.Is(err, errs.Denied) || httpx.Status(err) >= http.StatusInternalServerError
}

// editReview is GET /reviews/:code/edit.
func (s *Site) editReview(c *gin.Context) {
	sight, err := s.deps.Reviews.Show(c.Request.Context(), actorOf(c), c.Param("code"))
	if err == nil && (sight.Staff == nil || sight.Stage != review.Draft) {
		err = errs.New(errs.Conflict, "review.stage", "征集已经发布，内容不能再改；可以延长截止日期，或取消后重新发起。")
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	v := editForm(view.BuildReviewForm(view.ReviewValues(sight.Terms), nil), sight.Code)
	v.Rev = view.RevText(sight.Rev)
	s.render(c, http.StatusOK, "review-form", reviewPage(v.Heading, v))
}

func editForm(v view.ReviewForm, code string) view.ReviewForm {
	v.URL, v.Heading, v.Button = view.ReviewPageURL(code)+"/edit", "修改征集", "保存修改"
	return v
}

// changeReview is POST /reviews/:code/edit.
func (s *Site) changeReview(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	terms := view.ParseReview(form)
	if _, err = s.deps.Reviews.Take(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), review.Step{Kind: review.Edit, Terms: &terms}); err != nil {
		s.refuseTerms(c, editForm(view.BuildReviewForm(form, err), c.Param("code")), err)
		return
	}
	s.doneReview(c, string(review.Edit))
}

func (s *Site) doneReview(c *gin.Context, done string) {
	c.Redirect(http.StatusSeeOther, view.ReviewPageURL(c.Param("code"))+"?done="+url.QueryEscape(done))
}

// judging is GET /reviews/:code.
func (s *Site) judging(c *gin.Context) { s.renderJudging(c, http.StatusOK, nil, nil) }

// renderJudging shows a judging; typed is a form that was not taken.
func (s *Site) renderJudging(c *gin.Context, status int, typed url.Values, problem error) {
	sight, err := s.deps.Reviews.Show(c.Request.Context(), actorOf(c), c.Param("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	may := httpx.AccessOf(c.Request.Context()).Check(account.ReviewApply) == nil
	v := view.BuildReviewPage(view.ReviewFacts{Sight: sight, Done: c.Query("done"), Typed: typed, Err: problem, MayApply: may, User: objector(c)})
	p := reviewPage(sight.Terms.Title, v)
	p.NoIndex, p.Path = sight.Stage == review.Draft, v.URL
	s.render(c, status, "review-call", p)
}

// objector is the name of who is signed in with an account.
func objector(c *gin.Context) string {
	if self(c) == "" {
		return ""
	}
	return actorOf(c).Name
}

// refuseJudging shows the page again as it was typed.
func (s *Site) refuseJudging(c *gin.Context, typed url.Values, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	if final(err) {
		s.fail(c, err)
		return
	}
	s.renderJudging(c, httpx.Status(err), typed, err)
}

// stepReview is POST /reviews/:code/steps.
func (s *Site) stepReview(c *gin.Context) { s.takeReview(c, "") }

// decideTie is POST /reviews/:code/ties, by the chair.
func (s *Site) decideTie(c *gin.Context) { s.takeReview(c, review.Decide) }

func (s *Site) takeReview(c *gin.Context, only review.StepKind) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	step := review.Step{
		Kind: review.StepKind(form.Get("step")), Deadline: form.Get("deadline"), Juror: form.Get("juror"), Relatives: strings.FieldsFunc(form.Get("relatives"), func(r rune) bool { return strings.ContainsRune("、，, \n", r) }),
		Chair: form.Get("chair") != "", Order: view.Codes(form.Get("order")), Note: form.Get("note"),
	}
	if only != "" {
		step.Kind = only
	}
	if _, err = s.deps.Reviews.Take(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), step); err != nil {
		s.refuseJudging(c, form, err)
		return
	}
	s.doneReview(c, string(step.Kind))
}

// applyForm is GET /reviews/:code/apply.
func (s *Site) applyForm(c *gin.Context) { s.renderApply(c, http.StatusOK, c.Request.URL.Query(), nil) }

func (s *Site) renderApply(c *gin.Context, status int, typed url.Values, problem error) {
	sight, err := s.deps.Reviews.Show(c.Request.Context(), actorOf(c), c.Param("code"))
	if err == nil && !sight.Taking {
		err = errs.New(errs.Conflict, "review.closed", "这次征集已经截止，不能再申报。")
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, status, "review-apply", reviewPage("申报成果", view.BuildReviewApply(sight, typed, problem)))
}

// applyReview is POST /reviews/:code/apply.
func (s *Site) applyReview(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	in := review.Application{Result: strings.TrimSpace(form.Get("result")), Statement: form.Get("statement"), Declared: form.Get("declared") != ""}
	if _, err = s.deps.Reviews.Apply(c.Request.Context(), actorOf(c), c.Param("code"), in); err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		if final(err) {
			s.fail(c, err)
			return
		}
		s.renderApply(c, httpx.Status(err), form, err)
		return
	}
	s.doneReview(c, string(review.Apply))
}

// withdrawEntry is POST /reviews/:code/entries/:result/withdraw.
func (s *Site) withdrawEntry(c *gin.Context) {
	if _, err := s.deps.Reviews.WithdrawEntry(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("result")); err != nil {
		s.refuseJudging(c, nil, err)
		return
	}
	s.doneReview(c, string(review.Withdraw))
}

// paper is GET /reviews/:code/entries/:result, for a juror.
func (s *Site) paper(c *gin.Context) { s.renderPaper(c, http.StatusOK, nil, nil) }

func (s *Site) renderPaper(c *gin.Context, status int, typed url.Values, problem error) {
	p, err := s.deps.Reviews.Read(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("result"))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, status, "review-paper", reviewPage(p.Subject.Title, view.BuildReviewPaper(p, typed, problem)))
}

// refusePaper shows the sheet again as it was typed.
func (s *Site) refusePaper(c *gin.Context, typed url.Values, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	if final(err) {
		s.fail(c, err)
		return
	}
	s.renderPaper(c, httpx.Status(err), typed, err)
}

// scorePaper is POST /reviews/:code/entries/:result.
func (s *Site) scorePaper(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	marks := view.ParseMarks(form)
	if _, err = s.deps.Reviews.Score(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("result"), marks); err != nil {
		s.refusePaper(c, form, err)
		return
	}
	done := "saved"
	if marks.Final {
		done = string(review.HandIn)
	}
	s.doneReview(c, done)
}

// stepAside is POST /reviews/:code/entries/:result/recusal.
func (s *Site) stepAside(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if err = s.deps.Reviews.StepAside(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("result"), form.Get("kind"), form.Get("note")); err != nil {
		s.refusePaper(c, url.Values{"kind": {form.Get("kind")}}, err)
		return
	}
	s.doneReview(c, string(review.Recuse))
}

// object is POST /reviews/:code/objections, by anybody.
func (s *Site) object(c *gin.Context) {
	form, err := readForm(c)
	if err == nil {
		err = httpx.AccessOf(c.Request.Context()).CheckOrigin()
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	in := review.Complaint{Result: form.Get("result"), Name: form.Get("name"), Contact: form.Get("contact"), Text: form.Get("text")}
	if _, err = s.deps.Reviews.Object(c.Request.Context(), actorOf(c), c.Param("code"), in); err != nil {
		form.Set("step", "object")
		s.refuseJudging(c, form, err)
		return
	}
	s.doneReview(c, "object")
}

// answerObjection is POST /reviews/:code/objections/:objection.
func (s *Site) answerObjection(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	v := review.Verdict{Upheld: form.Get("verdict") == "uphold", Reason: form.Get("reason")}
	if _, err = s.deps.Reviews.Answer(c.Request.Context(), actorOf(c), c.Param("code"), c.Param("objection"), v); err != nil {
		form.Set("step", c.Param("objection"))
		s.refuseJudging(c, form, err)
		return
	}
	s.doneReview(c, "answer")
}
