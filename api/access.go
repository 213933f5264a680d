package api

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// sight is what one caller may see and do; it is for one request.
type sight struct {
	actor account.Actor
	from  catalog.Getter
}

func (a *API) sightOf(ctx context.Context) sight {
	return sight{actor: httpx.AccessOf(ctx).Actor, from: catalog.Remember(a.deps.Catalog.Store)}
}

// may tells whether the caller may do the action to the record.
func (s sight) may(ctx context.Context, action account.Action, rec catalog.Record) (bool, error) {
	return account.Allowed(s.actor, action, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.from, rec)
		return account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, err
	})
}

// view gives what the caller may see of a record, and false for nothing.
func (s sight) view(ctx context.Context, rec catalog.Record) (catalog.Record, bool, error) {
	whole, err := s.may(ctx, account.ReadWhole(string(rec.Kind())), rec)
	if whole || err != nil {
		return rec, whole, err
	}
	shown, ok := catalog.PublicView(rec)
	return shown, ok, nil
}

// standing is view of a record as it would be were it not removed.
func (s sight) standing(ctx context.Context, rec catalog.Record) (catalog.Record, bool, error) {
	rec = catalog.Clone(rec)
	rec.Base().DeletedAt = nil
	return s.view(ctx, rec)
}

// serviceFor gives the service through which the caller of ctx writes.
func (a *API) serviceFor(ctx context.Context) *catalog.Service {
	s := *a.deps.Catalog
	s.Store = guardedStore{Store: a.deps.Catalog.Store, sight: a.sightOf(ctx)}
	return &s
}

// guardedStore is a store that saves only what its caller may write. Forms, API
// and imported files all pass here.
type guardedStore struct {
	catalog.Store
	sight sight
}

// Save refuses what the caller may not write and saves the rest.
func (s guardedStore) Save(ctx context.Context, writes []catalog.Write) []error {
	out := make([]error, len(writes))
	var pass []catalog.Write
	var at []int
	for i, w := range writes {
		if out[i] = s.judge(ctx, w); out[i] == nil {
			pass, at = append(pass, w), append(at, i)
		}
	}
	if len(pass) == 0 {
		return out
	}
	for j, err := range s.Store.Save(ctx, pass) {
		out[at[j]] = err
	}
	return out
}

func (s guardedStore) judge(ctx context.Context, w catalog.Write) error {
	rec := w.Record
	m := rec.Base()
	if m.Rev == 0 {
		if err := s.sight.takeOver(ctx, rec); err != nil {
			return err
		}
		if err := s.sight.markStrangers(ctx, nil, rec); err != nil {
			return err
		}
		return s.sight.mustMay(ctx, rec, account.Create(string(rec.Kind())), "")
	}
	old, err := s.Store.Get(ctx, rec.Kind(), m.Code)
	if err != nil {
		return err
	}
	if _, ok, err := s.sight.standing(ctx, old); err != nil || !ok {
		return orElse(err, catalog.NotFoundError(rec.Kind(), m.Code))
	}
	edit := account.Edit(string(rec.Kind()))
	if ok, err := s.sight.may(ctx, edit, old); err != nil || !ok {
		return orElse(err, httpx.Access{Actor: s.sight.actor}.Refusal())
	}
	if account.ScopeOf(s.sight.actor, edit) == account.Own {
		if err := keepsToOwn(old, w); err != nil {
			return err
		}
		if err := s.sight.markStrangers(ctx, old, rec); err != nil {
			return err
		}
	}
	return s.sight.mustMay(ctx, rec, edit, old.Base().Status)
}

// keepsToOwn refuses what somebody who acts for his own organisation only may
// not do to a record that is his: alter whose it is, what the union attests of
// him, or the state of a need past the table of its steps.
func keepsToOwn(old catalog.Record, w catalog.Write) error {
	if err := keepsTies(old, w.Record); err != nil {
		return err
	}
	if attested(old) != attested(w.Record) {
		return errs.New(errs.Denied, "access.attested", "姓名、荣誉、竞赛获奖和已服务次数由工会核实，不能自己改；请把证明材料发给红娘，由红娘修改。")
	}
	was, need := old.(*catalog.Need)
	if !need {
		return nil
	}
	if w.Action == catalog.Deleted && slices.Contains([]string{"introduced", "signed", "implementing"}, was.Status) {
		return errs.New(errs.Conflict, "need.in_introduction", "这条需求正在对接，不能删除；请先请红娘结束对接。")
	}
	if to := w.Record.Base().Status; to != was.Status && slices.Contains(ownStatuses, to) && !ownStep(was.Status, to) {
		return errs.New(errs.Denied, "need.status", "需求的状态不能直接改成这样；请用需求页上的按钮（撤回、提交审核等），或联系红娘。")
	}
	return nil
}

// ownStep tells whether the owner of a need may bring it from one state to
// another.
func ownStep(from, to string) bool {
	return slices.ContainsFunc(catalog.NeedRules(), func(r catalog.NeedRule) bool {
		return r.To == to && slices.Contains(r.From, from) && r.Action == string(account.Edit(string(catalog.KindNeed)))
	})
}

// attested is what the union vouches for in a person's record.
func attested(rec catalog.Record) string {
	e, person := rec.(*catalog.Expert)
	if !person {
		return ""
	}
	return fmt.Sprint(e.Name, e.Honours, e.Contests, e.ServicesDone)
}

// mustMay checks the record as it will be: it must still be the caller's to
// write, and a state that is not his to give must be the one it was in.
func (s sight) mustMay(ctx context.Context, rec catalog.Record, action account.Action, before string) error {
	if ok, err := s.may(ctx, action, rec); err != nil || !ok {
		return orElse(err, errs.New(errs.Denied, "access.not_yours", "这条记录不归您的单位（或您的工会）管，不能这样填写；请核对单位编号、工会编号和人员编号。"))
	}
	status := rec.Base().Status
	if status == before || slices.Contains(ownStatuses, status) {
		return nil
	}
	if ok, err := s.may(ctx, account.Publish(string(rec.Kind())), rec); err != nil || !ok {
		return orElse(err, errs.New(errs.Denied, "access.publish", "发布要由工会审核：请把状态填为草稿（draft）或待审核（submitted），再请红娘审核发布。"))
	}
	return nil
}

// prepare fills what a new record leaves open, before it is validated: whose it
// is, and for who may not publish that it waits for review.
func (s sight) prepare(ctx context.Context, rec catalog.Record) error {
	if err := s.mayNumber(rec); err != nil {
		return err
	}
	if err := s.takeOver(ctx, rec); err != nil {
		return err
	}
	if rec.Base().Status != "" {
		return nil
	}
	ok, err := s.may(ctx, account.Publish(string(rec.Kind())), rec)
	if err == nil && !ok {
		rec.Base().Status = "submitted"
	}
	return err
}

// mayNumber keeps codes to staff and their files: whoever acts for his own
// organisation could take the codes that others are to get, or those of papers.
func (s sight) mayNumber(rec catalog.Record) error {
	if rec.Base().Code == "" || account.ScopeOf(s.actor, account.Create(string(rec.Kind()))) != account.Own {
		return nil
	}
	var f errs.Faults
	f.Add("code", "record.code_given", "编号由系统给出，请留空；您自己的编号请填在外部编号（external_id）里。", rec.Base().Code)
	return f.Err()
}

// only leaves out the records that the caller may not do the action to.
func (s sight) only(ctx context.Context, action account.Action, records iter.Seq2[catalog.Record, error]) iter.Seq2[catalog.Record, error] {
	return func(yield func(catalog.Record, error) bool) {
		for rec, err := range records {
			ok := false
			if err == nil {
				ok, err = s.may(ctx, action, rec)
			}
			if (ok || err != nil) && !yield(rec, err) {
				return
			}
		}
	}
}

// ownStatuses are the states that anybody may give what he may write.
var ownStatuses = []string{"draft", "submitted", "withdrawn"}

// takeOver says whose a new record is, where the caller leaves it open: that
// of the own organisation, or managed by the own union.
func (s sight) takeOver(ctx context.Context, rec catalog.Record) error {
	m := rec.Base()
	switch account.ScopeOf(s.actor, account.Create(string(rec.Kind()))) {
	case account.Own:
		m.OwnerOrg, m.Union = s.actor.Org, "" // the organisation's union manages it
		if need, ok := rec.(*catalog.Need); ok {
			return s.ownNeed(ctx, need)
		}
	case account.Subtree:
		h, err := catalog.HoldersOf(ctx, s.from, rec)
		if err != nil {
			return err
		}
		if len(h.Unions) == 0 {
			m.Union = s.actor.Org
		}
	}
	return nil
}

// ownNeed makes a need the caller's enterprise's; the name is needed to keep it
// out of what everybody reads.
func (s sight) ownNeed(ctx context.Context, need *catalog.Need) error {
	rec, err := s.from.Get(ctx, catalog.KindOrganisation, s.actor.Org)
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.Denied, "access.no_organisation", "您的单位还没有登记，请联系管理员核对账号里的单位编号。")
	}
	if err != nil {
		return err
	}
	need.EnterpriseCode, need.EnterpriseName = s.actor.Org, rec.Heading()
	return nil
}

// keepsTies refuses a change that alters whose a record is, or makes it a union.
func keepsTies(old, rec catalog.Record) error {
	if slices.Equal(ties(old), ties(rec)) {
		return nil
	}
	return errs.New(errs.Denied, "access.ties", "所属单位、主管工会、单位类别、上级单位、统一社会信用代码和关联的人员只能由工会工作人员修改，请联系红娘。")
}

// ties are the fields that decide whose a record is.
func ties(rec catalog.Record) []string {
	m := rec.Base()
	out := []string{m.OwnerOrg, m.Union}
	switch r := rec.(type) {
	case *catalog.Need:
		out = append(out, r.EnterpriseCode, r.EnterpriseName)
	case *catalog.Expert:
		out = append(out, r.EmployerCode, r.VerifiedBy)
	case *catalog.Studio:
		out = append(out, r.EnterpriseCode, r.LeaderCode)
	case *catalog.Organisation:
		out = append(out, r.OrganisationKind, r.UnionLevel, r.ParentCode, r.USCC, r.Name)
	case *catalog.Patent:
		out = append(out, r.InventorCodes...)
	case *catalog.Result:
		for _, c := range r.Completers {
			out = append(out, c.ExpertCode)
		}
	}
	return out
}

// orElse gives the first error, or the other when there is none.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
