package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
)

// mountConfirm adds the operation by which those who are named confirm it.
func mountConfirm[T any, P recordOf[T]](a *API, kind catalog.Kind) {
	r := resource[T, P]{api: a, kind: kind, path: "/" + string(kind) + "s"}
	label := catalog.Vocab("kind").Label(string(kind))
	register(a, operation{Operation: huma.Operation{OperationID: "confirm-" + string(kind), Method: http.MethodPost, Path: r.path + "/{code}/confirm",
		Summary: "确认署名：本人确认自己，红娘确认全部；确认前公众看不到", Tags: []string{label}}, action: account.RecordConfirm}, r.confirm)
}

func (r resource[T, P]) confirm(ctx context.Context, in *markIn) (*recordOut[T], error) {
	rev, err := in.rev()
	if err != nil {
		return nil, err
	}
	old, err := r.reachable(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	named := func(c catalog.Credit) bool { return c.Code != "" && c.Code == actorOf(ctx).Person }
	if !slices.ContainsFunc(catalog.Credits(old), named) {
		if ok, err := r.api.sightOf(ctx).may(ctx, account.RecordConfirm, old); err != nil || !ok || actorOf(ctx).Role == account.Provider {
			return nil, orElse(err, httpx.AccessOf(ctx).Refusal())
		}
	}
	intake := intake.Service{Catalog: r.api.deps.Catalog}
	rec, err := intake.Confirm(ctx, actorOf(ctx), r.kind, in.Code, rev)
	if err != nil {
		return nil, r.withCurrent(ctx, in.Code, err)
	}
	return r.answer(rec), nil
}
