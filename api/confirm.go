package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/intake"
)

// markStrangers notes whom somebody who acts for his own organisation names
// newly although they are not his: until they or a union's staff confirm it, the
// public does not see them. old is nil for a new record.
func (s sight) markStrangers(ctx context.Context, old, rec catalog.Record) error {
	if account.ScopeOf(s.actor, account.Create(string(rec.Kind()))) != account.Own {
		return nil
	}
	var before []catalog.Credit
	if old != nil {
		before = catalog.Credits(old)
	}
	m := rec.Base()
	for _, c := range catalog.Credits(rec) {
		if slices.Contains(before, c) || slices.Contains(m.Unconfirmed, c.Key()) {
			continue
		}
		own, err := s.ownPerson(ctx, c)
		if err != nil {
			return err
		}
		if !own {
			m.Unconfirmed = append(m.Unconfirmed, c.Key())
		}
	}
	return nil
}

// ownPerson tells whether a credit is of the caller himself or of somebody whom
// his organisation employs.
func (s sight) ownPerson(ctx context.Context, c catalog.Credit) (bool, error) {
	if c.Code == "" {
		return s.ownOrgName(ctx, c.Org)
	}
	rec, err := s.from.Get(ctx, catalog.KindExpert, c.Code)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	expert, ok := rec.(*catalog.Expert)
	if err != nil || !ok {
		return false, err
	}
	his := c.Code == s.actor.Person || s.actor.Org != "" && expert.EmployerCode == s.actor.Org
	return his && (c.Name == "" || c.Name == expert.Name), nil
}

// ownOrgName tells whether an organisation that was written, or left out, is the
// caller's.
func (s sight) ownOrgName(ctx context.Context, name string) (bool, error) {
	if name == "" || s.actor.Org == "" {
		return name == "", nil
	}
	rec, err := s.from.Get(ctx, catalog.KindOrganisation, s.actor.Org)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	org, ok := rec.(*catalog.Organisation)
	return ok && err == nil && (org.Name == name || slices.Contains(org.ShortNames, name)), err
}

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
