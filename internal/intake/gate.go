package intake

import (
	"context"
	"fmt"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Gate is what one caller may write; it is for one request or one file. Forms, the
// API and imported files all pass here.
type Gate struct {
	Actor account.Actor
	From  catalog.Getter // finds the organisations and people that decide whose a record is
}

// NewGate gives the gate of a caller; it remembers what it looked up.
func NewGate(store catalog.Store, a account.Actor) Gate {
	return Gate{Actor: a, From: catalog.Remember(store)}
}

// Guard gives a service through which the caller writes: what he may not write is
// refused, record by record. Errors beside those of the service: Denied (access.…),
// NotFound for what he may not even see.
func Guard(service *catalog.Service, a account.Actor) *catalog.Service {
	s := *service
	s.Store = guarded{Store: service.Store, gate: NewGate(service.Store, a)}
	return &s
}

// May tells whether the caller may do the action to the record.
func (g Gate) May(ctx context.Context, action account.Action, rec catalog.Record) (bool, error) {
	return account.Allowed(g.Actor, action, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, g.From, rec)
		return account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, err
	})
}

// sees tells whether the caller may see anything of a record, were it not removed.
func (g Gate) sees(ctx context.Context, rec catalog.Record) (bool, error) {
	rec = catalog.Clone(rec)
	rec.Base().DeletedAt = nil
	whole, err := g.May(ctx, account.ReadWhole(string(rec.Kind())), rec)
	if whole || err != nil {
		return whole, err
	}
	_, public := catalog.PublicView(rec)
	return public, nil
}

func (g Gate) refused() error {
	return errs.New(errs.Denied, "access.denied", "您的角色（"+g.Actor.Role.Label()+"）不能这样做，或者它不归您的单位管。需要时请联系管理员。")
}

// guarded is a store that saves only what its caller may write.
type guarded struct {
	catalog.Store
	gate Gate
}

// Save refuses what the caller may not write and saves the rest.
func (s guarded) Save(ctx context.Context, writes []catalog.Write) []error {
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

func (s guarded) judge(ctx context.Context, w catalog.Write) error {
	rec := w.Record
	m := rec.Base()
	if m.Rev == 0 {
		if err := s.gate.takeOver(ctx, rec); err != nil {
			return err
		}
		if err := s.gate.markStrangers(ctx, nil, rec); err != nil {
			return err
		}
		return s.gate.mustMay(ctx, rec, account.Create(string(rec.Kind())), "")
	}
	old, err := s.Store.Get(ctx, rec.Kind(), m.Code)
	if err != nil {
		return err
	}
	if ok, err := s.gate.sees(ctx, old); err != nil || !ok {
		return orElse(err, catalog.NotFoundError(rec.Kind(), m.Code))
	}
	edit := account.Edit(string(rec.Kind()))
	if ok, err := s.gate.May(ctx, edit, old); err != nil || !ok {
		return orElse(err, s.gate.refused())
	}
	if account.ScopeOf(s.gate.Actor, edit) == account.Own {
		if err := keepsToOwn(old, w); err != nil {
			return err
		}
		if err := s.gate.markStrangers(ctx, old, rec); err != nil {
			return err
		}
	}
	if err := s.gate.mustMay(ctx, rec, edit, old.Base().Status); err != nil {
		return err
	}
	return s.gate.hold(ctx, old, w)
}

// hold keeps what everybody reads of a record as it is until staff have reviewed
// its owner's change; needs come here held (see Service.Save).
func (g Gate) hold(ctx context.Context, old catalog.Record, w catalog.Write) error {
	if w.Record.Kind() == catalog.KindNeed || w.Action != catalog.Updated {
		return nil
	}
	publishes, err := g.May(ctx, account.Publish(string(old.Kind())), old)
	if err != nil || publishes {
		return err
	}
	if err := catalog.Hold(old, w.Record, w.By, w.At); err != nil {
		return err
	}
	keepCredited(old, w.Record)
	return nil
}

// keepCredited lets a change that waits hide nobody whom the record names as it is
// shown: his own word holds for that, and staff look at the change.
func keepCredited(old, rec catalog.Record) {
	m, before, shown := rec.Base(), catalog.Credits(old), catalog.Credits(rec)
	m.Unconfirmed = slices.DeleteFunc(m.Unconfirmed, func(key string) bool {
		return !slices.Contains(old.Base().Unconfirmed, key) && slices.ContainsFunc(shown, func(c catalog.Credit) bool { return c.Key() == key && slices.Contains(before, c) })
	})
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
func (g Gate) mustMay(ctx context.Context, rec catalog.Record, action account.Action, before string) error {
	if ok, err := g.May(ctx, action, rec); err != nil || !ok {
		return orElse(err, errs.New(errs.Denied, "access.not_yours", "这条记录不归您的单位（或您的工会）管，不能这样填写；请核对单位编号、工会编号和人员编号。"))
	}
	status := rec.Base().Status
	if status == before || slices.Contains(ownStatuses, status) {
		return nil
	}
	if ok, err := g.May(ctx, account.Publish(string(rec.Kind())), rec); err != nil || !ok {
		return orElse(err, errs.New(errs.Denied, "access.publish", "发布要由工会审核：请把状态填为草稿（draft）或待审核（submitted），再请红娘审核发布。"))
	}
	return nil
}

// Prepare fills what a new record leaves open, before it is validated: whose it
// is, and for who may not publish that it waits for review.
func (g Gate) Prepare(ctx context.Context, rec catalog.Record) error {
	if err := g.mayNumber(rec); err != nil {
		return err
	}
	if err := g.takeOver(ctx, rec); err != nil {
		return err
	}
	if rec.Base().Status != "" {
		return nil
	}
	ok, err := g.May(ctx, account.Publish(string(rec.Kind())), rec)
	if err == nil && !ok {
		rec.Base().Status = "submitted"
	}
	return err
}

// Admit judges a row of a file before it is saved, and fills what a new one leaves
// open: old is the record that the row was found to mean, nil for a new one. Errors:
// Denied, Invalid with fields, Conflict; NotFound is told as Denied, because the
// row's author knows what he wrote.
func (g Gate) Admit(ctx context.Context, old, rec catalog.Record) error {
	kind := string(rec.Kind())
	if old == nil {
		if err := g.Prepare(ctx, rec); err != nil {
			return err
		}
		return g.mustMay(ctx, rec, account.Create(kind), "")
	}
	edit := account.Edit(kind)
	if ok, err := g.May(ctx, edit, old); err != nil || !ok {
		return orElse(err, errs.New(errs.Denied, "access.others_record", "系统里已有这条记录，它不归您的单位（或您的工会）管，本行没有导入；需要更正时请联系红娘。"))
	}
	if account.ScopeOf(g.Actor, edit) == account.Own {
		if err := keepsToOwn(old, catalog.Write{Record: rec, Action: catalog.Updated}); err != nil {
			return err
		}
		if err := keepsPublicNeed(old, rec); err != nil {
			return err
		}
	}
	return g.mustMay(ctx, rec, edit, old.Base().Status)
}

// keepsPublicNeed refuses a file that changes a need which everybody reads: its
// firm's new words are to be reviewed first, which its form sees to.
func keepsPublicNeed(old, rec catalog.Record) error {
	if _, public := catalog.PublicView(old); !public || old.Kind() != catalog.KindNeed {
		return nil
	}
	before := catalog.Clone(old)
	catalog.Clean(before)
	was, errWas := catalog.Encode(before)
	is, errIs := catalog.Encode(rec)
	if errWas == nil && errIs == nil && string(was) == string(is) {
		return nil
	}
	return errs.New(errs.Denied, "need.published", "这项需求已经公开，不能用文件修改；请在“我的需求”里改，公开内容的修改由红娘审核。")
}

// mayNumber keeps codes to staff and their files: whoever acts for his own
// organisation could take the codes that others are to get, or those of papers.
func (g Gate) mayNumber(rec catalog.Record) error {
	if rec.Base().Code == "" || account.ScopeOf(g.Actor, account.Create(string(rec.Kind()))) != account.Own {
		return nil
	}
	var f errs.Faults
	f.Add("code", "record.code_given", "编号由系统给出，请留空；您自己的编号请填在外部编号（external_id）里。", rec.Base().Code)
	return f.Err()
}

// takeOver says whose a new record is, where the caller leaves it open: that
// of the own organisation, or managed by the own union.
func (g Gate) takeOver(ctx context.Context, rec catalog.Record) error {
	m := rec.Base()
	switch account.ScopeOf(g.Actor, account.Create(string(rec.Kind()))) {
	case account.Own:
		m.OwnerOrg, m.Union = g.Actor.Org, "" // the organisation's union manages it
		if need, ok := rec.(*catalog.Need); ok {
			return g.ownNeed(ctx, need)
		}
		return g.ownWork(ctx, rec)
	case account.Subtree:
		h, err := catalog.HoldersOf(ctx, g.From, rec)
		if err != nil {
			return err
		}
		if len(h.Unions) == 0 {
			m.Union = g.Actor.Org
		}
	}
	return nil
}

// ownNeed makes a need the caller's enterprise's; the name is needed to keep it
// out of what everybody reads.
func (g Gate) ownNeed(ctx context.Context, need *catalog.Need) error {
	rec, err := g.From.Get(ctx, catalog.KindOrganisation, g.Actor.Org)
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.Denied, "access.no_organisation", "您的单位还没有登记，请联系管理员核对账号里的单位编号。")
	}
	if err != nil {
		return err
	}
	need.EnterpriseCode, need.EnterpriseName = g.Actor.Org, rec.Heading()
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
			if c.ExpertCode != "" { // a name alone makes it nobody's
				out = append(out, c.ExpertCode)
			}
		}
	}
	return out
}

// ownStatuses are the states that anybody may give what he may write.
var ownStatuses = []string{"draft", "submitted", "withdrawn"}
