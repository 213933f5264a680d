package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// Records are what calls stand on; a catalog.Store is one.
type Records interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	TakeNumbers(ctx context.Context, series string, n int) (first int64, err error)
}

// Users finds accounts; *account.Service is one.
type Users interface {
	User(ctx context.Context, code string) (account.User, error)
	ByLogin(ctx context.Context, name string) (account.User, error)
}

// Changes saves records; *catalog.Service is one.
type Changes interface {
	Update(ctx context.Context, by string, rec catalog.Record) error
}

// Service keeps calls, applications and objections. It is safe for concurrent
// use, also by several processes: every step is one write that names the
// revision it read.
type Service struct {
	Items   account.Store
	Records Records
	Changes Changes // takes the prizes
	Users   Users
	// Organisations knows which organisations are one group, as they are now.
	Organisations func(ctx context.Context) (*constraint.Organisations, error)
	Now           func() time.Time
}

func (s *Service) calls() paper.Drawer[Call] {
	return paper.Drawer[Call]{Items: s.Items, Kind: account.KindReview, Code: "review", Name: "成果评审"}
}

func (s *Service) entries() paper.Drawer[Entry] {
	return paper.Drawer[Entry]{Items: s.Items, Kind: account.KindEntry, Code: "review.entry", Name: "评审的申报"}
}

func (s *Service) objections() paper.Drawer[Objection] {
	return paper.Drawer[Objection]{Items: s.Items, Kind: account.KindObjection, Code: "review.objection", Name: "异议"}
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func personOf(a account.Actor) Person { return Person{User: a.User, Name: a.Signature()} }

// get reads a call with the lineage of its union.
func (s *Service) get(ctx context.Context, code string) (*Call, error) {
	c, rev, err := s.calls().Get(ctx, code)
	if err != nil {
		return nil, err
	}
	c.Rev = rev
	c.Unions, err = catalog.Lineage(ctx, s.Records, c.Union)
	return c, err
}

func (s *Service) put(ctx context.Context, c *Call) error {
	rev, err := s.calls().Put(ctx, paper.Head{ID: c.Code, Owner: c.Union, Rev: c.Rev}, c)
	if err == nil {
		c.Rev = rev
	}
	return err
}

// staff reads a call for staff. Whose it is not is told that there is none, or,
// once it is published, that it is not his.
func (s *Service) staff(ctx context.Context, a account.Actor, action account.Action, code string) (*Call, error) {
	c, err := s.get(ctx, code)
	if err != nil {
		return nil, err
	}
	if c.runs(a, action) {
		return c, nil
	}
	if c.published() || c.runs(a, account.ReviewRead) {
		return nil, errs.New(errs.Denied, "review.not_yours", "这次评审由主办工会的经办人办理。")
	}
	return nil, s.calls().NotFound(code)
}

// runs tells whether somebody acts as staff for the call; a juror never does.
func (c Call) runs(a account.Actor, action account.Action) bool {
	return c.jurorOf(a.User) == nil && account.May(a, action, account.Target{Unions: c.Unions})
}

// published tells whether everybody may know of the call.
func (c Call) published() bool {
	return slices.ContainsFunc(c.History, func(e Event) bool { return e.Step == Publish })
}

// Create drafts a call for the own union. Errors: errs.Invalid with fields,
// errs.Denied.
func (s *Service) Create(ctx context.Context, a account.Actor, terms Terms) (*Call, error) {
	if scope := account.ScopeOf(a, account.ReviewRun); scope != account.Subtree && scope != account.All {
		return nil, errs.New(errs.Denied, "review.not_yours", "成果评审由工会的经办人发起。")
	}
	terms = terms.clean()
	if err := terms.check(); err != nil {
		return nil, err
	}
	now := s.now()
	series := "PS-" + dayOf(now)[:4]
	n, err := s.Records.TakeNumbers(ctx, series, 1)
	if err != nil {
		return nil, err
	}
	c := &Call{Code: fmt.Sprintf("%s-%04d", series, n), Stage: Draft, Union: a.Org, Terms: terms, Jurors: []Juror{}, CreatedAt: now, UpdatedAt: now}
	c.History = []Event{{At: now, By: personOf(a), Step: Create}}
	if c.Unions, err = catalog.Lineage(ctx, s.Records, c.Union); err != nil {
		return nil, err
	}
	return c, s.put(ctx, c)
}

// Take takes a step on the revision that was read. Decide may be taken by the
// chair too. Errors: errs.Invalid with fields, errs.Conflict, errs.Stale,
// errs.NotFound, errs.Denied.
func (s *Service) Take(ctx context.Context, a account.Actor, code string, rev int64, step Step) (*Call, error) {
	c, err := s.taker(ctx, a, code, step)
	if err != nil {
		return nil, err
	}
	if rev != c.Rev {
		return nil, s.calls().Stale(code, c.Rev, rev)
	}
	at, err := s.situation(ctx, a, c, step)
	if err != nil {
		return nil, err
	}
	if step.Kind == Give {
		return s.grant(ctx, c, at.by)
	}
	next, err := c.apply(step, at)
	if err != nil {
		return nil, err
	}
	if err := s.put(ctx, next); err != nil {
		return nil, err
	}
	if step.Kind == Declare {
		if granted, err := s.grant(ctx, next, at.by); err == nil {
			return granted, nil
		} // announced it is; Settle, or the step grant, enters the prizes
	}
	return next, nil
}

// taker reads the call for who may take the step.
func (s *Service) taker(ctx context.Context, a account.Actor, code string, step Step) (*Call, error) {
	if step.Kind == Decide {
		if c, err := s.get(ctx, code); err == nil && s.mayDecide(ctx, a, c, step.Order) {
			return c, nil
		}
	}
	return s.staff(ctx, a, account.ReviewRun, code)
}

// mayDecide: the chair, when he judges all that are tied.
func (s *Service) mayDecide(ctx context.Context, a account.Actor, c *Call, tie []string) bool {
	j := c.jurorOf(a.User)
	if j == nil || !j.Chair || !account.May(a, account.ReviewScore, account.Target{User: j.User}) {
		return false
	}
	orgs, err := s.Organisations(ctx)
	if err != nil {
		return false
	}
	for _, result := range tie {
		e, _, err := s.entries().Get(ctx, entryID(c.Code, result))
		if err != nil || len(Conflicts(*j, *e, orgs, s.now())) > 0 {
			return false
		}
	}
	return true
}

// situation reads what the step depends on.
func (s *Service) situation(ctx context.Context, a account.Actor, c *Call, step Step) (situation, error) {
	at := situation{by: personOf(a), now: s.now()}
	var err error
	switch step.Kind {
	case Name, Excuse:
		at.juror, err = s.juror(ctx, c, step)
	case Begin, RankAll, Post:
		if at.orgs, err = s.Organisations(ctx); err == nil {
			at.entries, err = s.live(ctx, c.Code)
		}
	case Declare:
		at.objections, err = s.said(ctx, c.Code)
	}
	return at, err
}

// juror makes a juror of an account: whom he belongs to is read from the
// catalogue.
func (s *Service) juror(ctx context.Context, c *Call, step Step) (*Juror, error) {
	j := c.jurorOf(strings.TrimSpace(step.Juror))
	unknown := fault("juror", "review.no_account", "没有这个账号，请写评委的登录名。", step.Juror)
	if step.Kind == Excuse && j != nil {
		return j, nil
	}
	u, err := s.Users.ByLogin(ctx, step.Juror)
	if errs.Is(err, errs.NotFound) {
		u, err = s.Users.User(ctx, strings.TrimSpace(step.Juror))
	}
	who := u.Actor()
	who.Restricted = false // he will have changed his password
	switch {
	case errs.Is(err, errs.NotFound), err == nil && u.Disabled:
		return nil, unknown
	case err != nil:
		return nil, err
	case step.Kind == Excuse:
		return &Juror{User: u.Code}, nil
	case account.May(who, account.ReviewRead, account.Target{Unions: c.Unions}):
		return nil, fault("juror", "review.juror_is_staff", "他办理或查看这次评审，不能同时当评委；请另聘一位。", step.Juror)
	case account.ScopeOf(who, account.ReviewScore) == account.None:
		return nil, fault("juror", "review.juror_role", "这个账号的角色不能当评委；请另聘一位。", step.Juror)
	}
	j = &Juror{User: u.Code, Name: u.Name, Person: u.Person, Orgs: given(u.Org), Chair: step.Chair}
	for _, name := range step.Relatives {
		j.Relatives = append(j.Relatives, given(strings.TrimSpace(name))...)
	}
	if len(j.Relatives) > 50 {
		return nil, fault("relatives", "review.relatives", "亲属最多写 50 位。", "")
	}
	return j, s.background(ctx, j)
}

// yearsBack is for how long a former organisation counts.
const yearsBack = 3

// background adds the juror's organisations and studios.
func (s *Service) background(ctx context.Context, j *Juror) error {
	if j.Person == "" {
		return nil
	}
	rec, err := s.Records.Get(ctx, catalog.KindExpert, j.Person)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	e, ok := rec.(*catalog.Expert)
	if !ok {
		return nil
	}
	j.Orgs = append(j.Orgs, given(e.EmployerCode, e.EmployerName)...)
	since := s.now().In(catalog.China()).AddDate(-yearsBack, 0, 0).Format("2006-01")
	for _, old := range e.Employments {
		if old.To == "" || old.To >= since {
			j.Orgs = append(j.Orgs, old.Org)
		}
	}
	j.Studios = e.StudioCodes
	return nil
}

// live reads the applications that were not withdrawn, in order of their codes.
func (s *Service) live(ctx context.Context, code string) ([]Entry, error) {
	all, err := s.handedIn(ctx, code)
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Withdrawn }), err
}

// given drops empty words.
func given(words ...string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
}
