package frontend

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
	"hongniang/matcher"
)

// mountNeeds adds the pages on which needs are entered, changed and moved on.
func (s *Site) mountNeeds(pages routes) {
	if s.deps.Intake == nil {
		return
	}
	create, edit := account.NeedCreate, account.NeedEdit
	pages.get(view.OwnNeedsURL, edit, s.ownNeeds)
	pages.get(view.NewNeedURL, create, s.newNeed)
	pages.post(view.NewNeedURL, create, s.saveNeed)
	pages.post(view.CheckNeedURL, create, s.checkNeed)
	pages.get(view.EditNeedURL(":code"), edit, s.editNeed)
	pages.post(view.EditNeedURL(":code"), edit, s.saveNeed)
	pages.post(view.NeedStepsURL(":code"), edit, s.stepNeed)
}

// staffEnters tells whether the caller enters needs for others.
func staffEnters(a account.Actor) bool {
	return account.ScopeOf(a, account.NeedCreate) != account.Own
}

// ownNeeds is GET /needs/mine.
func (s *Site) ownNeeds(c *gin.Context) {
	needs, err := s.mine(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildOwnNeeds(needs, c.Query("done"), s.deps.Now())
	v.ShowFirms = staffEnters(actorOf(c))
	s.render(c, http.StatusOK, "own-needs", page{Title: "我的需求", NoIndex: true, Nav: "need", Styles: needStyles(), Body: v})
}

// mine asks the desk, which has them at hand; without one every need is read.
func (s *Site) mine(ctx context.Context, actor account.Actor) ([]*catalog.Need, error) {
	if s.deps.Desk == nil {
		return s.deps.Intake.Mine(ctx, actor, view.OwnNeedsLimit())
	}
	needs, err := s.deps.Desk.Needs(ctx, actor)
	return needs[:min(len(needs), view.OwnNeedsLimit())], err
}

// newNeed is GET /needs/new.
func (s *Site) newNeed(c *gin.Context) {
	s.renderNeed(c, http.StatusOK, view.NeedFormFacts{Need: &catalog.Need{Confidentiality: "summary_only"}})
}

// editNeed is GET /needs/:code/edit.
func (s *Site) editNeed(c *gin.Context) {
	need, err := s.deps.Intake.Edit(c.Request.Context(), actorOf(c), c.Param("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	f := view.NeedFormFacts{Need: need, Done: c.Query("done")}
	if f.Advice, err = s.advise(c, need); err != nil {
		s.fail(c, err)
		return
	}
	s.renderNeed(c, http.StatusOK, f)
}

func (s *Site) renderNeed(c *gin.Context, status int, f view.NeedFormFacts) {
	actor := actorOf(c)
	f.Staff = staffEnters(actor)
	if f.Need.Code != "" {
		steps, err := s.deps.Intake.Steps(c.Request.Context(), actor, f.Need)
		if err != nil {
			s.fail(c, err)
			return
		}
		f.Steps = steps
		saved, err := s.deps.Intake.Open(c.Request.Context(), actor, f.Need.Code)
		if err != nil {
			s.fail(c, err)
			return
		}
		f.Pending = catalog.ProposedLines(saved)
	}
	if f.Advice != nil {
		f.Found = s.foundNow(c, f.Need)
	}
	v := view.BuildNeedForm(f)
	s.render(c, status, "need-form", page{Title: v.Title, NoIndex: true, Nav: "need", Styles: needStyles(), Scripts: []string{"coach.js"}, Body: v})
}

func needStyles() []string { return append(caseStyles(), "need.css") }

// typedNeed reads the posted form over the saved need that it is of.
func (s *Site) typedNeed(c *gin.Context) (need *catalog.Need, typed, err error) {
	form, err := readForm(c)
	if err != nil {
		return nil, nil, err
	}
	saved := &catalog.Need{}
	if code := c.Param("code"); code != "" {
		if saved, err = s.deps.Intake.Edit(c.Request.Context(), actorOf(c), code); err != nil {
			return nil, nil, err
		}
		saved.Rev = view.ReadRev(form.Get("rev"))
	}
	need, typed = view.ReadNeedForm(form, saved, staffEnters(actorOf(c)))
	return need, typed, nil
}

// advise asks the coach, about a cleaned copy: the page keeps what was typed.
func (s *Site) advise(c *gin.Context, need *catalog.Need) (*coach.Advice, error) {
	clean := catalog.Clone(need)
	catalog.Clean(clean)
	if n, ok := clean.(*catalog.Need); ok {
		need = n
	}
	firm, err := s.deps.Intake.Firm(c.Request.Context(), actorOf(c), need)
	if err != nil {
		return nil, err
	}
	a := coach.Read(need, firm, s.deps.Now())
	return &a, nil
}

// leastToMatch is from how many characters on a need that is being typed is matched.
const leastToMatch = 12

// foundNow matches a need as it is typed; nil when there is too little of it, or
// when it cannot be matched now: the advice does not wait for that.
func (s *Site) foundNow(c *gin.Context, need *catalog.Need) *matcher.Answer {
	typed := catalog.Clone(need).(*catalog.Need)
	catalog.Clean(typed)
	r := matcher.FromNeed(typed, true)
	r.Top = shownBeside
	if r.EnterpriseCode == "" && !staffEnters(actorOf(c)) {
		r.EnterpriseCode = actorOf(c).Org
	}
	if utf8.RuneCountInString(r.Title+r.Text) < leastToMatch {
		return nil
	}
	answer, err := s.deps.Matcher.Match(c.Request.Context(), r)
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		return nil
	}
	return &answer
}

// shownBeside is how many of each list are asked for beside the form.
const shownBeside = 3

// checkNeed is POST /needs/check: the coach's part of the page, for the script.
func (s *Site) checkNeed(c *gin.Context) {
	need, _, err := s.typedNeed(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	advice, err := s.advise(c, need)
	if err != nil {
		s.fail(c, err)
		return
	}
	body, err := s.views.component("coach", view.BuildAdvice(advice, s.foundNow(c, need)))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.send(c.Writer, c.Request, http.StatusOK, body)
}

// saveNeed is POST of the form: to check it, keep it as a draft, or submit it.
func (s *Site) saveNeed(c *gin.Context) {
	need, typed, err := s.typedNeed(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	f := view.NeedFormFacts{Need: need, Err: typed}
	if f.Advice, err = s.advise(c, need); err != nil {
		s.fail(c, err)
		return
	}
	do := c.Request.PostForm.Get("do")
	asks := do == "submit" && !f.Advice.Ready // once; "submit-anyway" answers
	if do == "submit-anyway" {
		do = "submit"
	}
	f.Typed, f.Preview, f.Rows = true, do == "preview", view.TypedRows(c.Request.PostForm)
	if do == "row" {
		f.Rows++
	}
	f.Confirm = asks
	if do == "check" || do == "row" || f.Preview || f.Confirm || typed != nil {
		s.renderNeed(c, statusOf(typed), f)
		return
	}
	kept := catalog.Clone(need) // cleaning changes it
	if n, ok := kept.(*catalog.Need); ok {
		if f.Err = s.keep(c, n, do); f.Err == nil {
			done := map[bool]string{true: "submitted", false: "saved"}[do == "submit"]
			c.Redirect(http.StatusSeeOther, view.EditNeedURL(n.Code)+"?done="+done)
			return
		}
		need.Code, need.Rev = n.Code, n.Rev // a draft that is kept is not kept twice
	}
	httpx.LogError(s.deps.Log, c.Request, f.Err)
	s.renderNeed(c, httpx.Status(f.Err), f)
}

func statusOf(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return httpx.Status(err)
}

// keep saves, and submits when that was asked for. An empty form is refused
// before anything else is looked at.
func (s *Site) keep(c *gin.Context, need *catalog.Need, do string) error {
	ctx, actor := c.Request.Context(), actorOf(c)
	catalog.Clean(need)
	if need.Title == "" {
		var f errs.Faults
		f.Add("title", "field.required", "请写一个名称：一句话说清是什么难题。", "")
		return f.Err()
	}
	if err := s.deps.Intake.Save(ctx, actor, need); err != nil {
		return err
	}
	if do != "submit" {
		return nil
	}
	next, err := s.deps.Intake.Step(ctx, actor, need.Code, need.Rev, catalog.NeedStep{Step: catalog.SubmitNeed})
	if err == nil {
		*need = *next
	}
	return err
}

// stepNeed is POST /needs/:code/steps.
func (s *Site) stepNeed(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, actor, code := c.Request.Context(), actorOf(c), c.Param("code")
	step := catalog.NeedStep{Step: catalog.NeedStepKind(form.Get("step")), Reason: form.Get("reason")}
	if _, err = s.deps.Intake.Step(ctx, actor, code, view.ReadRev(form.Get("rev")), step); err == nil {
		back := view.OwnNeedsURL
		if form.Get("back") == view.ReviewURL {
			back = view.ReviewURL
		}
		c.Redirect(http.StatusSeeOther, back+"?done="+string(step.Step))
		return
	}
	need, openErr := s.deps.Intake.Edit(ctx, actor, code)
	if openErr != nil {
		s.fail(c, openErr)
		return
	}
	s.renderNeed(c, httpx.Status(err), view.NeedFormFacts{Need: need, Err: err})
}

var _ Intake = (*intake.Service)(nil)

// needExhibits are the components of entering needs.
func needExhibits() []exhibit {
	need := &catalog.Need{Title: "喷漆房漆泥糊泵", SummaryPublic: "示例渔具有限公司的漆房，详见 www.example.cn", Detail: "三班喷面漆，循环池每半月结一层漆泥，糊死水泵。"}
	advice := coach.Read(need, coach.Firm{}, time.Time{})
	sent := view.BuildNeedForm(view.NeedFormFacts{Need: &catalog.Need{Meta: catalog.Meta{Code: "XQ-1", Status: "submitted"}, Title: "喷漆房漆泥糊泵"}, Done: "submitted"}).Sent
	return []exhibit{
		{Name: "openmark", Title: "公开的记号", Use: "填报难题时，标在别人看得到的每一栏上。", Template: "openmark", Data: true},
		{Name: "seen-before", Title: "公开后的样子", Use: "填报时按“预览”，保存以前就看到别人会看到什么。", Template: "preview", Data: view.BuildPreview(need)},
		{Name: "needsent", Title: "已提交", Use: "难题提交以后，代替长表单：接下来怎样、到哪里看。", Template: "needsent", Data: sent},
		{Name: "coach", Title: "填写检查", Use: "填报难题时在表单旁边：五个要素写到没有，先改什么，怎么写。", Template: "coach", Data: view.BuildAdvice(&advice, &matcher.Answer{})},
		{Name: "submitanyway", Title: "还没有提交", Use: "没写清楚就提交时，填报页顶部问一次：列出缺什么，也可以就这样提交。", Template: "submitanyway", Data: view.BuildAdvice(&advice, &matcher.Answer{}).Remarks},
	}
}
