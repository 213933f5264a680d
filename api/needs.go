package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
	"hongniang/matcher"
)

func (a *API) mountNeeds() {
	register(a, operation{Operation: huma.Operation{OperationID: "step-need", Method: http.MethodPost, Path: "/needs/{code}/steps",
		Summary: "办一步：提交、退回（写明原因）、发布、撤回、续期等", Tags: []string{"需求"}},
		action: account.NeedEdit, body: jsonBody(a.typeSchema(reflect.TypeFor[needStepBody](), "NeedStepInput"))}, a.stepNeed)
	register(a, operation{Operation: huma.Operation{OperationID: "coach-need", Method: http.MethodPost, Path: "/needs/coach",
		Summary: "看需求写得全不全：缺什么、怎么补、公开的部分会不会露出企业；不保存", Tags: []string{"需求"}},
		action: account.NeedCreate, body: jsonBody(a.inputSchema(catalog.KindNeed))}, a.coachNeed)
	register(a, operation{Operation: huma.Operation{OperationID: "similar-needs", Method: http.MethodPost, Path: "/needs/similar",
		Summary: "找已发布的相近需求，填报时避免重复；不保存", Tags: []string{"需求"}},
		action: account.NeedCreate, body: jsonBody(a.inputSchema(catalog.KindNeed))}, a.similarNeeds)
	register(a, operation{Operation: huma.Operation{OperationID: "group-needs", Method: http.MethodPost, Path: "/needs/groups",
		Summary: "从一批需求里找出可以合并的共性需求，供红娘确认；不保存", Tags: []string{"需求"}},
		action: account.CampaignRun, body: jsonBody(a.shapeSchema("GroupsInput", shape{fields: campaignShape.fields[:1]}))}, a.groupNeeds)
}

// similarOut lists needs that ask for much the same.
type similarOut struct {
	Body struct {
		Items []matcher.Similar `json:"items"`
	} `nameHint:"SimilarNeeds"`
}

func (a *API) similarNeeds(ctx context.Context, in *Request) (*similarOut, error) {
	need, err := a.typedNeed(in)
	if err != nil {
		return nil, err
	}
	out := &similarOut{}
	out.Body.Items, err = a.deps.Matcher.Similar(ctx, need)
	return out, err
}

// groupsOut lists proposals of common needs.
type groupsOut struct {
	Body struct {
		Items []matcher.Group `json:"items"`
	} `nameHint:"NeedGroups"`
}

// groupNeeds proposes common needs among those named; only who may plan with a
// need may have it compared.
func (a *API) groupNeeds(ctx context.Context, in *Request) (*groupsOut, error) {
	campaign, err := a.readCampaign(ctx, in)
	if err != nil {
		return nil, err
	}
	out := &groupsOut{}
	out.Body.Items, err = a.deps.Matcher.Groups(ctx, campaign.Needs)
	return out, err
}

// typedNeed reads a need as it stands in a form: fields may be wrong or missing.
func (a *API) typedNeed(in *Request) (*catalog.Need, error) {
	body, err := in.readObject(httpx.MaxBody)
	if err != nil {
		return nil, err
	}
	if err := checkRecord(catalog.KindNeed, body); err != nil {
		return nil, err
	}
	r := resource[catalog.Need, *catalog.Need]{api: a, kind: catalog.KindNeed, path: "/needs"}
	rec, err := r.decode(body)
	if err != nil {
		return nil, err
	}
	catalog.Clean(rec)
	need, ok := rec.(*catalog.Need)
	if !ok {
		return nil, catalog.NotFoundError(catalog.KindNeed, "")
	}
	return need, nil
}

// needStepBody is a step with the revision on which it is taken.
type needStepBody struct {
	catalog.NeedStep
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）；不带就按当前的办"`
}

func (a *API) stepNeed(ctx context.Context, in *changeIn) (*recordOut[catalog.Need], error) {
	body, err := readInto[needStepBody](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	rev := max(parseRev(&f, "If-Match", in.IfMatch), body.Rev)
	if err := paramErr(f); err != nil {
		return nil, err
	}
	intake := intake.Service{Catalog: a.deps.Catalog}
	next, err := intake.Step(ctx, actorOf(ctx), in.Code, rev, body.NeedStep)
	r := resource[catalog.Need, *catalog.Need]{api: a, kind: catalog.KindNeed, path: "/needs"}
	if err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return r.answer(next), nil
}

type adviceOut struct{ Body coach.Advice }

func (a *API) coachNeed(ctx context.Context, in *Request) (*adviceOut, error) {
	need, err := a.typedNeed(in)
	if err != nil {
		return nil, err
	}
	intake := intake.Service{Catalog: a.deps.Catalog, Register: a.deps.Register}
	firm, err := intake.Firm(ctx, actorOf(ctx), need)
	if err != nil {
		return nil, err
	}
	return &adviceOut{Body: coach.Read(need, firm, a.deps.Now())}, nil
}
