package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// maxCampaignBytes is the largest body of a campaign: every code that may be
// named, with room to spare.
const maxCampaignBytes = 1 << 20

// campaignShape is what POST /campaigns/trial takes.
var campaignShape = shape{fields: []catalog.FieldInfo{
	{Key: "needs", Label: "需求编号", Type: catalog.Text, List: true},
	{Key: "people", Label: "专家编号", Type: catalog.Text, List: true},
	{Key: "quota", Label: "每人最多承接几项", Type: catalog.Whole},
	{Key: "alternates", Label: "每项需求几位候补", Type: catalog.Whole},
	{Key: "floor", Label: "保底比例", Type: catalog.Number},
}}

func (a *API) mountCampaigns() {
	const one = "/campaigns/{code}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"批量对接"}}
	}
	settings := jsonBody(a.typeSchema(reflect.TypeFor[settingsBody](), "CampaignSettingsInput"))
	create := op("create-campaign", http.MethodPost, "/campaigns", "新建批量对接：选定需求、专家和限制")
	create.DefaultStatus = http.StatusCreated
	register(a, operation{Operation: op("plan-campaign", http.MethodPost, "/campaigns/trial", "批量对接试排：一批需求分派给一批专家，给出人选、候补和每条限制的代价；只试算，不保存"),
		action: account.CampaignRun, body: jsonBody(a.shapeSchema("CampaignInput", campaignShape))}, a.planCampaign)
	if a.deps.Campaigns == nil {
		return
	}
	register(a, operation{Operation: create, action: account.CampaignRun, body: settings}, a.createCampaign)
	register(a, operation{Operation: op("list-campaigns", http.MethodGet, "/campaigns", "列出批量对接，新的在前"), action: account.CampaignRead}, a.listCampaigns)
	register(a, operation{Operation: op("get-campaign", http.MethodGet, one, "读取批量对接：方案、每条限制的代价、后台进度、各张对接单的进展"), action: account.CampaignRead}, a.getCampaign)
	register(a, operation{Operation: op("change-campaign", http.MethodPut, one, "修改批量对接的设置；方案要重新排"), action: account.CampaignRun, body: settings}, a.changeCampaign)
	register(a, operation{Operation: op("step-campaign", http.MethodPost, one+"/steps", "办一步：排方案、停止、指定、排除、对调、确认并开单、再试、结束"),
		action: account.CampaignRun, body: jsonBody(a.typeSchema(reflect.TypeFor[campaignStepBody](), "CampaignStepInput"))}, a.stepCampaign)
}

// settingsBody is what a campaign is to be, with the revision that is changed.
type settingsBody struct {
	campaign.Settings
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）；修改时要带"`
}

type campaignStepBody struct {
	campaign.Step
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）；停止可以不带"`
}

type campaignOut struct {
	ETag     string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Location string `header:"Location"`
	Body     *campaign.Campaign
}

func answerCampaign(c *campaign.Campaign) *campaignOut {
	return &campaignOut{ETag: etag(c.Rev), Location: Prefix + "/campaigns/" + c.Code, Body: c}
}

func (a *API) createCampaign(ctx context.Context, in *Request) (*campaignOut, error) {
	body, err := readInto[settingsBody](in, maxCampaignBytes)
	if err != nil {
		return nil, err
	}
	c, err := a.deps.Campaigns.Create(ctx, actorOf(ctx), body.Settings)
	if err != nil {
		return nil, err
	}
	return answerCampaign(c), nil
}

type campaignsOut struct {
	Body struct {
		Items []campaign.Line `json:"items"`
	} `nameHint:"Campaigns"`
}

func (a *API) listCampaigns(ctx context.Context, _ *Request) (*campaignsOut, error) {
	out := &campaignsOut{}
	var err error
	out.Body.Items, err = a.deps.Campaigns.List(ctx, actorOf(ctx))
	return out, err
}

type campaignIn struct {
	Request
	Code    string `path:"code" doc:"Code of the campaign"`
	IfMatch string `header:"If-Match" doc:"The revision that was read, such as \"3\"; or rev in the body"`
}

// at gives the revision that a change names.
func (in *campaignIn) at(rev int64) (int64, error) {
	var f errs.Faults
	return max(parseRev(&f, "If-Match", in.IfMatch), rev), paramErr(f)
}

type campaignSightOut struct {
	ETag string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Body campaign.Sight
}

func (a *API) getCampaign(ctx context.Context, in *campaignIn) (*campaignSightOut, error) {
	sight, err := a.deps.Campaigns.Show(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &campaignSightOut{ETag: etag(sight.Campaign.Rev), Body: sight}, nil
}

func (a *API) changeCampaign(ctx context.Context, in *campaignIn) (*campaignOut, error) {
	body, err := readInto[settingsBody](&in.Request, maxCampaignBytes)
	if err != nil {
		return nil, err
	}
	rev, err := in.at(body.Rev)
	if err != nil {
		return nil, err
	}
	c, err := a.deps.Campaigns.Change(ctx, actorOf(ctx), in.Code, rev, body.Settings)
	if err != nil {
		return nil, err
	}
	return answerCampaign(c), nil
}

func (a *API) stepCampaign(ctx context.Context, in *campaignIn) (*campaignOut, error) {
	body, err := readInto[campaignStepBody](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	rev, err := in.at(body.Rev)
	if err != nil {
		return nil, err
	}
	c, err := a.deps.Campaigns.Take(ctx, actorOf(ctx), in.Code, rev, body.Step)
	if err != nil {
		return nil, err
	}
	return answerCampaign(c), nil
}

type planOut struct{ Body matcher.Plan }

// readCampaign reads the needs and the people of a body, all of them the
// caller's to plan with.
func (a *API) readCampaign(ctx context.Context, in *Request) (matcher.Campaign, error) {
	body, err := in.readObject(maxCampaignBytes)
	if err != nil {
		return matcher.Campaign{}, err
	}
	asked, err := campaignRequest(body)
	if err != nil {
		return matcher.Campaign{}, err
	}
	return a.campaign(ctx, asked)
}

func (a *API) planCampaign(ctx context.Context, in *Request) (*planOut, error) {
	campaign, err := a.readCampaign(ctx, in)
	if err != nil {
		return nil, err
	}
	plan, err := a.deps.Matcher.Plan(ctx, campaign)
	return &planOut{Body: plan}, err
}

// campaignAsk is a body that was read.
type campaignAsk struct {
	needs, people     []string
	quota, alternates int
	floor             float64
}

// campaignRequest reads a body: a pure function. Codes that are named twice count
// once.
func campaignRequest(body object) (campaignAsk, error) {
	var f errs.Faults
	campaignShape.check(body, "", &f)
	if err := bodyErr(f); err != nil {
		return campaignAsk{}, err
	}
	whole := func(key string, low, high, standard int) int {
		n, ok := body[key].(json.Number)
		if !ok {
			return standard
		}
		return number(&f, key, n.String(), bounds{low, high, standard})
	}
	out := campaignAsk{needs: codeList(body["needs"]), people: codeList(body["people"]), quota: whole("quota", 1, 100, 0), alternates: whole("alternates", 0, campaign.MaxAlternates, 2)}
	if n, ok := body["floor"].(json.Number); ok {
		out.floor, _ = n.Float64() // the shape was checked
	}
	if n := len(out.needs); n < 1 || n > campaign.MaxNeeds {
		f.Add("needs", "campaign.range", fmt.Sprintf("请写 1 到 %d 个需求编号。", campaign.MaxNeeds), fmt.Sprint(n))
	}
	if n := len(out.people); n > campaign.MaxPeople {
		f.Add("people", "campaign.range", fmt.Sprintf("专家编号最多 %d 个；不写就是所有专家。", campaign.MaxPeople), fmt.Sprint(n))
	}
	return out, bodyErr(f)
}

func codeList(v any) []string {
	list, _ := v.([]any)
	var out []string
	seen := map[string]bool{"": true}
	for _, item := range list {
		if s, _ := item.(string); !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// campaignStatuses are the states of a need for which people are looked for.
var campaignStatuses = []string{"published", "matching", "introduced"}

// campaign reads what is named. Needs that are not the caller's to plan are not
// there for him.
func (a *API) campaign(ctx context.Context, asked campaignAsk) (matcher.Campaign, error) {
	var f errs.Faults
	out := matcher.Campaign{People: asked.people, Quota: asked.quota, Alternates: asked.alternates, Floor: asked.floor}
	sight := a.sightOf(ctx)
	for i, code := range asked.needs {
		field := fmt.Sprintf("needs[%d]", i)
		rec, err := a.deps.Catalog.Get(ctx, catalog.KindNeed, code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return out, err
		}
		need, found := rec.(*catalog.Need)
		if found {
			if found, err = sight.may(ctx, account.CampaignRun, rec); err != nil {
				return out, err
			}
		}
		switch {
		case !found:
			f.Add(field, "campaign.need_unknown", "没有这项需求，或不归您的工会管，请核对编号。", code)
		case !slices.Contains(campaignStatuses, need.Status):
			f.Add(field, "campaign.need_closed", "这项需求没有发布，或已经签约、办结，不参加分派。", code)
		default:
			out.Needs = append(out.Needs, need)
		}
	}
	for i, code := range asked.people {
		_, err := a.deps.Catalog.Get(ctx, catalog.KindExpert, code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return out, err
		}
		if err != nil {
			f.Add(fmt.Sprintf("people[%d]", i), "campaign.person_unknown", "没有这位专家，请核对编号。", code)
		}
	}
	return out, bodyErr(f)
}
