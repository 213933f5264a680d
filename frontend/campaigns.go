package frontend

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// mountCampaigns adds the pages of campaigns.
func (s *Site) mountCampaigns(pages routes) {
	if s.deps.Campaigns == nil {
		return
	}
	read, run := account.CampaignRead, account.CampaignRun
	pages.get(view.CampaignsURL, read, s.campaigns)
	pages.get(view.CampaignsURL+"/new", run, s.campaignForm)
	pages.post(view.CampaignsURL, run, s.createCampaign)
	pages.get(view.CampaignsURL+"/:code", read, s.campaign)
	pages.post(view.CampaignsURL+"/:code", run, s.changeCampaign)
	pages.post(view.CampaignsURL+"/:code/steps", run, s.stepCampaign)
}

func campaignPage(title string, body any) page {
	return page{Title: title, NoIndex: true, Nav: "campaigns", Styles: append(caseStyles(), "campaign.css"), Scripts: []string{"campaign.js"}, Body: body}
}

// campaigns is GET /campaigns.
func (s *Site) campaigns(c *gin.Context) {
	lines, err := s.deps.Campaigns.List(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	may := httpx.AccessOf(c.Request.Context()).Check(account.CampaignRun) == nil
	s.render(c, http.StatusOK, "campaigns", campaignPage("批量对接", view.BuildCampaigns(lines, may)))
}

// campaignForm is GET /campaigns/new.
func (s *Site) campaignForm(c *gin.Context) {
	form := view.BuildCampaignForm(c.Request.URL.Query())
	s.render(c, http.StatusOK, "campaign-form", campaignPage("新建批量对接", form))
}

// createCampaign is POST /campaigns.
func (s *Site) createCampaign(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	settings, err := view.ParseCampaign(form)
	var made *campaign.Campaign
	if err == nil {
		made, err = s.deps.Campaigns.Create(c.Request.Context(), actorOf(c), settings)
	}
	if err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		v := view.BuildCampaignForm(form)
		v.Problem, v.Faults = view.FormFaults(err)
		s.render(c, httpx.Status(err), "campaign-form", campaignPage("新建批量对接", v))
		return
	}
	c.Redirect(http.StatusSeeOther, view.CampaignURL(made.Code)+"?done="+string(campaign.Create))
}

// campaign is GET /campaigns/:code.
func (s *Site) campaign(c *gin.Context) { s.renderCampaign(c, http.StatusOK, nil, nil) }

// renderCampaign shows a campaign; typed is a form of settings that was not
// taken, and problem what was wrong.
func (s *Site) renderCampaign(c *gin.Context, status int, typed url.Values, problem error) {
	sight, err := s.deps.Campaigns.Show(c.Request.Context(), actorOf(c), c.Param("code"))
	if err != nil {
		s.fail(c, err)
		return
	}
	f := view.CampaignFacts{Sight: sight, Query: view.ParseCampaignQuery(c.Request.URL.Query()), Done: c.Query("done")}
	if slices.Contains(sight.Steps, campaign.Change) {
		values := view.CampaignValues(sight.Campaign.Settings)
		if typed != nil {
			values = typed
		}
		form := view.BuildCampaignForm(values)
		form.URL, form.Code, form.Rev, form.Open = view.CampaignURL(sight.Campaign.Code), sight.Campaign.Code, sight.Campaign.Rev, typed != nil
		f.Form = &form
	}
	if problem != nil {
		f.Problem = errs.As(problem).Message
		if f.Form != nil && typed != nil {
			f.Form.Problem, f.Form.Faults = view.FormFaults(problem)
			f.Problem = ""
		} else if list := errs.As(problem).Fields; len(list) > 0 {
			f.Problem = list[0].Message
		}
	}
	v := view.BuildCampaign(f)
	s.render(c, status, "campaign", campaignPage(v.Title, v))
}

// changeCampaign is POST /campaigns/:code.
func (s *Site) changeCampaign(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	settings, err := view.ParseCampaign(form)
	if err == nil {
		_, err = s.deps.Campaigns.Change(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), settings)
	}
	if err != nil {
		s.refuseCampaign(c, form, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.CampaignURL(c.Param("code"))+"?done="+string(campaign.Change))
}

// refuseCampaign shows the page again with what was wrong.
func (s *Site) refuseCampaign(c *gin.Context, typed url.Values, err error) {
	httpx.LogError(s.deps.Log, c.Request, err)
	if final(err) {
		s.fail(c, err)
		return
	}
	s.renderCampaign(c, httpx.Status(err), typed, err)
}

// stepCampaign is POST /campaigns/:code/steps.
func (s *Site) stepCampaign(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	step := campaign.Step{Kind: campaign.StepKind(form.Get("step")), Need: form.Get("need"), Person: form.Get("person"), Other: form.Get("other"), Note: form.Get("note")}
	for _, kind := range []campaign.StepKind{campaign.PinPair, campaign.BanPair} {
		if person := form.Get(string(kind)); person != "" { // a button beside each person
			step.Kind, step.Person = kind, person
		}
	}
	if _, err = s.deps.Campaigns.Take(c.Request.Context(), actorOf(c), c.Param("code"), view.ReadRev(form.Get("rev")), step); err != nil {
		s.refuseCampaign(c, nil, err)
		return
	}
	c.Redirect(http.StatusSeeOther, view.CampaignURL(c.Param("code"))+"?done="+url.QueryEscape(string(step.Kind)))
}
