package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/errs"
	"hongniang/internal/group"
)

func (a *API) mountGroups() {
	if a.deps.Groups == nil {
		return
	}
	const one = "/groups/{code}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"共性需求"}}
	}
	create := op("create-group", http.MethodPost, "/groups", "把几项需求确认为共性需求；名称和简介公开，不能露出企业")
	create.DefaultStatus = http.StatusCreated
	begin := op("introduce-group", http.MethodPost, one+"/introductions", "为整项共性需求开一张对接单")
	begin.DefaultStatus = http.StatusCreated
	register(a, operation{Operation: create, action: account.GroupEdit, body: jsonBody(a.typeSchema(reflect.TypeFor[group.Draft](), "GroupInput"))}, a.createGroup)
	register(a, operation{Operation: op("list-groups", http.MethodGet, "/groups", "列出共性需求"), action: account.GroupRead}, a.listGroups)
	register(a, operation{Operation: op("get-group", http.MethodGet, one, "读取共性需求，连同其中的需求"), action: account.GroupRead}, a.getGroup)
	register(a, operation{Operation: op("step-group", http.MethodPost, one+"/steps", "办一步：改名、加入、移出、拆分、并入、撤销"),
		action: account.GroupEdit, body: jsonBody(a.typeSchema(reflect.TypeFor[groupStepBody](), "GroupStepInput"))}, a.stepGroup)
	register(a, operation{Operation: begin, action: account.IntroductionCreate, body: jsonBody(a.typeSchema(reflect.TypeFor[groupProposal](), "GroupIntroductionInput"))}, a.introduceGroup)
	register(a, operation{Operation: op("need-group", http.MethodGet, "/needs/{code}/group", "这项需求属于几家企业的共性需求；企业只见家数，不见是谁"), action: account.NeedReadWhole}, a.needGroup)
}

type groupOut struct {
	ETag     string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Location string `header:"Location"`
	Body     *group.Group
}

func answerGroup(g *group.Group) *groupOut {
	return &groupOut{ETag: etag(g.Rev), Location: Prefix + "/groups/" + g.Code, Body: g}
}

func (a *API) createGroup(ctx context.Context, in *Request) (*groupOut, error) {
	draft, err := readInto[group.Draft](in, maxStepBytes)
	if err != nil {
		return nil, err
	}
	g, err := a.deps.Groups.Create(ctx, actorOf(ctx), draft)
	if err != nil {
		return nil, err
	}
	return answerGroup(g), nil
}

type groupLinesOut struct {
	Body struct {
		Items []group.Line `json:"items"`
	} `nameHint:"Groups"`
}

func (a *API) listGroups(ctx context.Context, _ *Request) (*groupLinesOut, error) {
	out := &groupLinesOut{}
	var err error
	out.Body.Items, err = a.deps.Groups.List(ctx, actorOf(ctx))
	return out, err
}

type groupIn struct {
	Request
	Code    string `path:"code" doc:"Code of the common need"`
	IfMatch string `header:"If-Match" doc:"The revision that was read, such as \"3\"; or rev in the body"`
}

type groupSightOut struct {
	ETag string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Body group.Sight
}

func (a *API) getGroup(ctx context.Context, in *groupIn) (*groupSightOut, error) {
	sight, err := a.deps.Groups.Show(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	return &groupSightOut{ETag: etag(sight.Group.Rev), Body: sight}, nil
}

type groupStepBody struct {
	group.Step
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）"`
}

func (a *API) stepGroup(ctx context.Context, in *groupIn) (*groupOut, error) {
	body, err := readInto[groupStepBody](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	rev := max(parseRev(&f, "If-Match", in.IfMatch), body.Rev)
	if err := paramErr(f); err != nil {
		return nil, err
	}
	g, err := a.deps.Groups.Take(ctx, actorOf(ctx), in.Code, rev, body.Step)
	if err != nil {
		return nil, err
	}
	return answerGroup(g), nil
}

// groupProposal is an introduction for all needs of a group.
type groupProposal struct {
	Targets  []brokering.Target `json:"targets" doc:"kind and code of each, best first; band of the match"`
	Broker   string             `json:"broker,omitempty" doc:"Account; who asks when left out"`
	CoBroker string             `json:"co_broker,omitempty" doc:"Account"`
	Mode     string             `json:"mode,omitempty" doc:"Vocabulary service_mode"`
	Note     string             `json:"note,omitempty" max:"1000"`
}

func (a *API) introduceGroup(ctx context.Context, in *groupIn) (*introductionOut, error) {
	body, err := readInto[groupProposal](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	sight, err := a.deps.Groups.Show(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	needs, err := sight.Introducible()
	if err != nil {
		return nil, err
	}
	made, err := a.deps.Introductions.Begin(ctx, actorOf(ctx), brokering.Proposal{
		Needs: needs, Group: in.Code, Targets: body.Targets, Broker: body.Broker, CoBroker: body.CoBroker, Mode: body.Mode, Note: body.Note,
	})
	if err != nil {
		return nil, err
	}
	return answerIntroduction(made), nil
}

type belongingOut struct{ Body group.Belonging }

func (a *API) needGroup(ctx context.Context, in *groupIn) (*belongingOut, error) {
	out, err := a.deps.Groups.Of(ctx, actorOf(ctx), in.Code)
	return &belongingOut{Body: out}, err
}
