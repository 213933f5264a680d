package brokering

import (
	"context"
	"fmt"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

// refusals say why somebody cannot be introduced, and what to do. Which side
// declared a conflict is not told.
var refusals = map[constraint.Reason]struct{ code, message string }{
	constraint.OwnGroup:    {"introduction.same_firm", "推荐对象是需求企业自己的人，或属于同一集团，不能引荐；请换一位。"},
	constraint.Conflict:    {"introduction.conflict", "需求企业要求回避这个单位，或双方声明了竞争关系，不能推荐；请换一位。"},
	constraint.NoConsent:   {"introduction.no_consent", "本人（或工作室的领衔人）没有同意公开资料，或已收回同意，不能推荐；请先请他签署授权。"},
	constraint.Unavailable: {"introduction.unavailable", "这位专家现在不接受对接，请换一位，或等他有空。"},
	constraint.OverQuota:   {"introduction.over_quota", "这位专家在办的对接单已到他的上限，请换一位，或等办结一张。"},
	constraint.TooFar:      {"introduction.too_far", "这项需求要到现场，而他不上门，或超出可出行的范围；请换一位，或先与企业改合作方式。"},
}

// world is what limits are asked of: the organisations as they are now.
func (s *Service) world(ctx context.Context) (*constraint.Organisations, error) {
	if s.Organisations == nil {
		return constraint.NewOrganisations(), nil
	}
	return s.Organisations(ctx)
}

// refuseUnfit adds the faults of a target that matching never proposes: what
// package constraint bars cannot be introduced either, by nobody. What it only
// warns of does not stand in the way.
func (s *Service) refuseUnfit(ctx context.Context, needs []NeedRef, t Target, rec catalog.Record, field string, f *errs.Faults) error {
	bars, err := s.bars(ctx, needs, t, rec)
	for _, reason := range constraint.Reasons() {
		if refusal, known := refusals[reason]; known && slices.Contains(bars, reason) {
			f.Add(field, refusal.code, refusal.message, t.Code)
		}
	}
	return err
}

// bars gives every reason against a target, for any of the needs.
func (s *Service) bars(ctx context.Context, needs []NeedRef, t Target, rec catalog.Record) ([]constraint.Reason, error) {
	orgs, err := s.world(ctx)
	if err != nil {
		return nil, err
	}
	party, err := s.party(ctx, t, rec)
	if err != nil {
		return nil, err
	}
	var out []constraint.Reason
	for _, ref := range needs {
		found, err := s.Catalog.Get(ctx, catalog.KindNeed, ref.Code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		need, ok := found.(*catalog.Need)
		if !ok { // removed since: what the introduction knows of it
			need = &catalog.Need{EnterpriseCode: ref.Org, EnterpriseName: ref.OrgName, Meta: catalog.Meta{RegionCode: ref.RegionCode}}
		}
		out = append(out, orgs.Case(constraint.NeedOf(need), s.Now()).Bars(party)...)
	}
	return out, nil
}

// party is what limits depend on of a target. Of a result or patent the person
// who answers for it counts with his time alone.
func (s *Service) party(ctx context.Context, t Target, rec catalog.Record) (constraint.Party, error) {
	person, ok := rec.(*catalog.Expert)
	if !ok && t.Person != "" {
		found, err := s.Catalog.Get(ctx, catalog.KindExpert, t.Person)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return constraint.Party{}, err
		}
		person, _ = found.(*catalog.Expert)
	}
	p := constraint.PartyOf(rec, person)
	if person == nil {
		return p, nil
	}
	if busy := constraint.PartyOf(person, nil); !p.Person {
		p.Quota, p.Refuses, p.UnavailableUntil = busy.Quota, busy.Refuses, busy.UnavailableUntil
	}
	open, err := s.Store.List(ctx, Query{Helping: person.Code, Open: true, Limit: p.Quota})
	p.Active = len(open)
	return p, err
}

// recheck refuses to invite somebody against whom something has come up since he
// was proposed. That he is busy does not count: this introduction may be what
// he is busy with.
func (s *Service) recheck(ctx context.Context, in *Introduction) error {
	t, ok := in.CurrentTarget()
	if !ok {
		return nil // Apply says so
	}
	rec, err := s.Catalog.Get(ctx, catalog.Kind(t.Kind), t.Code)
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.Conflict, "introduction.target_gone", fmt.Sprintf("推荐对象“%s”的资料已经撤下，不能邀约；请换一位。", t.Name))
	}
	if err != nil {
		return err
	}
	bars, err := s.bars(ctx, in.Needs, t, rec)
	if err != nil {
		return err
	}
	for _, reason := range bars {
		if refusal, known := refusals[reason]; known && reason != constraint.OverQuota {
			return errs.New(errs.Conflict, refusal.code, refusal.message)
		}
	}
	return nil
}
