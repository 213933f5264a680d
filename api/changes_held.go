package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/intake"
)

// decisionBody is what staff say of a change that waits.
type decisionBody struct {
	Accept bool   `json:"accept" doc:"true：同意，大家改看新的文字；false：退回，要写明原因"`
	Reason string `json:"reason,omitempty" doc:"退回的原因，2 到 500 字；填报人看得到"`
	Rev    int64  `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）；不带就按当前的办"`
}

// mountDecide adds the operation by which staff accept a held change of a record that
// is no need, or give it back; needs have steps for it.
func mountDecide[T any, P recordOf[T]](a *API, kind catalog.Kind) {
	r := resource[T, P]{api: a, kind: kind, path: "/" + string(kind) + "s"}
	register(a, operation{Operation: huma.Operation{OperationID: "decide-change-" + string(kind), Method: http.MethodPost, Path: r.path + "/{code}/change",
		Summary: "同意或退回（写明原因）等待审核的修改", Tags: []string{catalog.Vocab("kind").Label(string(kind))}},
		action: account.Publish(string(kind)), body: jsonBody(a.typeSchema(reflect.TypeFor[decisionBody](), "ChangeDecisionInput"))}, r.decide)
}

func (r resource[T, P]) decide(ctx context.Context, in *changeIn) (*recordOut[T], error) {
	body, err := readInto[decisionBody](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	rev := max(parseRev(&f, "If-Match", in.IfMatch), body.Rev)
	if err := paramErr(f); err != nil {
		return nil, err
	}
	intake := intake.Service{Catalog: r.api.deps.Catalog}
	rec, err := intake.DecideChange(ctx, actorOf(ctx), catalog.Decision{Kind: r.kind, Code: in.Code, Rev: rev, Accept: body.Accept, Reason: body.Reason})
	if err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return r.answer(rec), nil
}
