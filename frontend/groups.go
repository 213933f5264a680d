package frontend

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/group"
	"hongniang/internal/httpx"
	"hongniang/matcher"
)

// Proposer finds common needs among needs, of which it reads code and revision;
// *matcher.Proposals is one.
type Proposer interface {
	Ask(ctx context.Context, needs []*catalog.Need) (matcher.Comparing, error)
}

// mountGroups adds the pages of common needs.
func (s *Site) mountGroups(pages routes) {
	if s.deps.Groups == nil {
		return
	}
	read, edit := account.GroupRead, account.GroupEdit
	pages.get(view.GroupsURL, read, s.groups)
	pages.post(view.GroupsURL, edit, s.createGroup)
	if s.deps.Desk != nil {
		pages.get(view.GroupsURL+"/proposals", edit, s.proposals)
	}
	pages.get(view.GroupsURL+"/new", edit, s.groupForm)
	pages.get(view.GroupsURL+"/:code", read, s.group)
	pages.post(view.GroupsURL+"/:code/steps", edit, s.stepGroup)
	pages.post(view.GroupsURL+"/:code/introductions", account.IntroductionCreate, s.introduceGroup)
}

func groupPage(title string, body any) page {
	return page{Title: title, NoIndex: true, Nav: "groups", Styles: append(caseStyles(), "campaign.css"), Body: body}
}

// groups is GET /groups.
func (s *Site) groups(c *gin.Context) {
	lines, err := s.deps.Groups.List(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	may := httpx.AccessOf(c.Request.Context()).Check(account.GroupEdit) == nil
	s.render(c, http.StatusOK, "groups", groupPage("共性需求", view.BuildGroups(lines, may)))
}

// mostCompared is how many needs are compared with each other at a time.
const mostCompared = 300

// proposals is GET /groups/proposals: open needs that are in no common need are
// compared with each other, in the background when they are many.
func (s *Site) proposals(c *gin.Context) {
	ctx, actor := c.Request.Context(), actorOf(c)
	needs, whole, err := s.comparable(ctx, actor)
	var found matcher.Comparing
	if err == nil {
		found, err = s.deps.Proposer.Ask(ctx, needs)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	p := groupPage("可能的共性需求", view.BuildProposals(found, whole))
	if !found.Ready {
		p.Scripts = []string{"progress.js"}
	}
	s.render(c, http.StatusOK, "group-proposals", p)
}

// comparable gives the caller's needs that may belong together, cut down as the
// desk has them, the latest changed first, and tells whether these are all.
func (s *Site) comparable(ctx context.Context, actor account.Actor) (needs []*catalog.Need, whole bool, err error) {
	all, err := s.deps.Desk.Needs(ctx, actor)
	if err != nil {
		return nil, false, err
	}
	taken, err := s.deps.Groups.Taken(ctx)
	if err != nil {
		return nil, false, err
	}
	all = slices.DeleteFunc(all, func(n *catalog.Need) bool {
		return taken[n.Code] || !slices.Contains([]string{"published", "matching", "introduced"}, n.Status)
	})
	return all[:min(len(all), mostCompared)], len(all) <= mostCompared, nil
}

// groupForm is GET /groups/new, filled in from a proposal.
func (s *Site) groupForm(c *gin.Context) {
	s.renderGroupForm(c, http.StatusOK, c.Request.URL.Query(), nil)
}

func (s *Site) renderGroupForm(c *gin.Context, status int, typed url.Values, err error) {
	titles := map[string]string{}
	for _, code := range slices.Concat(typed["offered"], typed["need"]) {
		if rec, _, err := s.shownRecord(c.Request.Context(), catalog.KindNeed, code); err == nil {
			titles[code] = rec.Heading()
		}
	}
	v := view.BuildGroupForm(typed, titles)
	if err != nil {
		v.Problem, v.Faults = view.FormFaults(err)
	}
	s.render(c, status, "group-form", groupPage("确认共性需求", v))
}

// createGroup is POST /groups.
func (s *Site) createGroup(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	made, err := s.deps.Groups.Create(c.Request.Context(), actorOf(c), view.ParseGroup(form))
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderGroupForm(c, httpx.Status(err), form, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.GroupURL(made.Code)+"?done="+string(group.Create))
}

// group is GET /groups/:code.
func (s *Site) group(c *gin.Context) { s.renderGroup(c, http.StatusOK, nil, nil) }

// renderGroup shows a common need; typed is a form that was not taken.
func (s *Site) renderGroup(c *gin.Context, status int, typed url.Values, problem error) {
	ctx, actor := c.Request.Context(), actorOf(c)
	sight, err := s.deps.Groups.Show(ctx, actor, c.Param("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	f := view.GroupFacts{Sight: sight, Done: c.Query("done"), Typed: typed, Err: problem, Introduce: brokers(c)}
	if len(sight.Steps) > 0 {
		if f.Others, err = s.deps.Groups.List(ctx, actor); err != nil {
			s.fail(c, err)
			return
		}
	}
	if f.Lines, err = s.linesOfGroup(ctx, actor, sight); err != nil {
		s.fail(c, err)
		return
	}
	if c.Query("match") != "" && sight.Group.State == group.Open {
		wish := matcher.FromNeed(sight.Wish(), true)
		wish.Kinds = []catalog.Kind{catalog.KindExpert, catalog.KindStudio}
		f.Answer = s.needAnswer(ctx, wish)
	}
	s.render(c, status, "group", groupPage(sight.Group.Title, view.BuildGroup(f)))
}

// linesOfGroup lists the introductions that serve the group.
func (s *Site) linesOfGroup(ctx context.Context, actor account.Actor, sight group.Sight) ([]brokering.Line, error) {
	var out []brokering.Line
	seen := map[string]bool{}
	for _, m := range sight.Members {
		lines, err := s.deps.Introductions.List(ctx, actor, brokering.Filter{Need: m.Code, Limit: 20})
		if err != nil {
			return nil, err
		}
		for _, l := range lines.Items {
			if len(l.Needs) > 1 && !seen[l.Code] {
				seen[l.Code] = true
				out = append(out, l)
			}
		}
	}
	return out, nil
}

// refuseGroup shows the page again as it was typed.
func (s *Site) refuseGroup(c *gin.Context, typed url.Values, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	if final(err) {
		s.fail(c, err)
		return
	}
	s.renderGroup(c, httpx.Status(err), typed, err)
}

// stepGroup is POST /groups/:code/steps.
func (s *Site) stepGroup(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	step := group.Step{Kind: group.StepKind(form.Get("step")), Title: form.Get("title"), Summary: form.Get("summary"), Needs: form["needs"], Other: form.Get("other"), Note: form.Get("note")}
	if step.Kind == group.Add {
		step.Needs = view.Codes(form.Get("more"))
	}
	if _, err = s.deps.Groups.Take(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), step); err != nil {
		s.refuseGroup(c, form, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.GroupURL(c.Param("code"))+"?done="+url.QueryEscape(string(step.Kind)))
}

// introduceGroup is POST /groups/:code/introductions: one introduction for all
// needs of the group.
func (s *Site) introduceGroup(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx, actor := c.Request.Context(), actorOf(c)
	sight, err := s.deps.Groups.Show(ctx, actor, c.Param("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	needs, err := sight.Introducible()
	var made *brokering.Introduction
	if err == nil {
		p := brokering.Proposal{Needs: needs, Group: sight.Group.Code, Note: form.Get("note")}
		for i, target := range append(slices.Clone(form["target"]), view.Codes(form.Get("person"))...) {
			band := ""
			if i == 0 {
				band = form.Get("band")
			}
			p.Targets = append(p.Targets, view.TargetOf(target, band))
		}
		made, err = s.deps.Introductions.Begin(ctx, actor, p)
	}
	if err != nil {
		form.Set("step", "introduce")
		s.refuseGroup(c, form, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/introductions/"+url.PathEscape(made.Code)+"?done="+string(brokering.Create))
}

// belonging says of how many firms' common need a need is part; nothing to who
// may not read the need whole, and when it cannot be found out.
func (s *Site) belonging(c *gin.Context, code string) *view.Belonging {
	access := httpx.AccessOf(c.Request.Context())
	if s.deps.Groups == nil || access.Check(account.NeedReadWhole) != nil {
		return nil
	}
	b, err := s.deps.Groups.Of(c.Request.Context(), access.Actor, code)
	if err != nil || b.Firms == 0 {
		return nil
	}
	return view.BuildBelonging(b)
}
