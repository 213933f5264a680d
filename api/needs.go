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
)

func (a *API) mountNeeds() {
	register(a, operation{Operation: huma.Operation{OperationID: "step-need", Method: http.MethodPost, Path: "/needs/{code}/steps",
		Summary: "办一步：提交、退回（写明原因）、发布、撤回、续期等", Tags: []string{"需求"}},
		action: account.NeedEdit, body: jsonBody(a.typeSchema(reflect.TypeFor[needStepBody](), "NeedStepInput"))}, a.stepNeed)
	register(a, operation{Operation: huma.Operation{OperationID: "coach-need", Method: http.MethodPost, Path: "/needs/coach",
		Summary: "看需求写得全不全：缺什么、怎么补、公开的部分会不会露出企业；不保存", Tags: []string{"需求"}},
		action: account.NeedCreate, body: jsonBody(a.inputSchema(catalog.KindNeed))}, a.coachNeed)
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
	r := resource[catalog.Need, *catalog.Need]{api: a, kind: catalog.KindNeed, path: "/needs"}
	need, err := r.reachable(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if err := a.mayStep(ctx, need, body.Step); err != nil {
		return nil, err
	}
	next, err := a.deps.Catalog.StepNeed(ctx, signature(ctx), in.Code, rev, body.NeedStep)
	if err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return r.answer(next), nil
}

// mayStep asks the table of permissions: first whether the need is the caller's
// at all, then for the step's own action.
func (a *API) mayStep(ctx context.Context, need catalog.Record, step catalog.NeedStepKind) error {
	sight := a.sightOf(ctx)
	if ok, err := sight.may(ctx, account.NeedEdit, need); err != nil || !ok {
		return orElse(err, httpx.AccessOf(ctx).Refusal())
	}
	rule, err := catalog.NeedRuleOf(step)
	if err != nil {
		return err
	}
	ok, err := sight.may(ctx, account.Action(rule.Action), need)
	if err == nil && !ok {
		err = errs.New(errs.Denied, "need.step_not_yours", "“"+rule.What+"”由工会的红娘办理；请提交审核，或联系红娘。")
	}
	return err
}

type adviceOut struct{ Body coach.Advice }

// coachNeed reads a need as it stands in a form: fields may be wrong or missing.
func (a *API) coachNeed(ctx context.Context, in *Request) (*adviceOut, error) {
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
	firm, err := a.firmOf(ctx, need)
	if err != nil {
		return nil, err
	}
	return &adviceOut{Body: coach.Read(need, firm, a.deps.Now())}, nil
}

// firmOf gives the names by which a need's firm is known: the caller's own, for
// who has one, else the one that the need names.
func (a *API) firmOf(ctx context.Context, need *catalog.Need) (coach.Firm, error) {
	actor := httpx.AccessOf(ctx).Actor
	code := need.EnterpriseCode
	if account.ScopeOf(actor, account.NeedCreate) == account.Own {
		code = actor.Org
	}
	if code == "" {
		return coach.Firm{}, nil
	}
	rec, err := a.deps.Catalog.Get(ctx, catalog.KindOrganisation, code)
	org, ok := rec.(*catalog.Organisation)
	if errs.Is(err, errs.NotFound) || err == nil && !ok {
		return coach.Firm{}, nil
	}
	if err != nil {
		return coach.Firm{}, err
	}
	if _, shown, err := a.sightOf(ctx).view(ctx, org); err != nil || !shown {
		return coach.Firm{}, err
	}
	return coach.Firm{Names: append([]string{org.Name}, org.ShortNames...), USCC: org.USCC}, nil
}
