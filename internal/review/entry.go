package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// entryID is where an application lies: a result is in a call once.
func entryID(call, result string) string { return call + "/" + result }

// handedIn reads the applications of a call, withdrawn ones too.
func (s *Service) handedIn(ctx context.Context, call string) ([]Entry, error) {
	items, err := s.Items.Owned(ctx, account.KindEntry, call)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(items))
	for _, it := range items {
		var e Entry
		if err := json.Unmarshal(it.Body, &e); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "review.entry.unreadable", fmt.Sprintf("评审的申报“%s”读不出来，内容可能已损坏。请从备份恢复。", it.ID))
		}
		e.Rev = it.Rev
		out = append(out, e)
	}
	return out, nil
}

// Application is what an applicant hands in.
type Application struct {
	Result    string `json:"result" max:"40" doc:"Code of a result of his own"`
	Statement string `json:"statement" max:"2000" doc:"Why it deserves a prize"`
	Declared  bool   `json:"declared" doc:"True, not disputed, by those who are named"`
}

// Eligibility says which rules a result fails for a call. Errors: errs.NotFound
// also for a result that is not the actor's.
func (s *Service) Eligibility(ctx context.Context, a account.Actor, code string, in Application) ([]Finding, error) {
	c, err := s.openFor(ctx, code)
	if err != nil {
		return nil, err
	}
	f, _, err := s.facts(ctx, a, c, in)
	if err != nil {
		return nil, err
	}
	return f.check(), nil
}

// openFor reads a call that takes applications.
func (s *Service) openFor(ctx context.Context, code string) (*Call, error) {
	c, err := s.get(ctx, code)
	switch {
	case err != nil:
		return nil, err
	case !c.published():
		return nil, s.calls().NotFound(code)
	case c.Stage != Open || dayOf(s.now()) > c.Deadline:
		return nil, errs.New(errs.Conflict, "review.closed", "这次征集已经截止（截止日期 "+c.Deadline+"），不能再申报或撤回。")
	}
	return c, nil
}

// facts reads the result for who may hand it in.
func (s *Service) facts(ctx context.Context, a account.Actor, c *Call, in Application) (facts, *catalog.Result, error) {
	unknown := fault("result", "review.result_unknown", "没有这项成果，或它不是您的，请核对编号。", in.Result)
	known := catalog.Remember(s.Records)
	rec, err := known.Get(ctx, catalog.KindResult, strings.TrimSpace(in.Result))
	if errs.Is(err, errs.NotFound) {
		return facts{}, nil, unknown
	}
	if err != nil {
		return facts{}, nil, err
	}
	r, ok := rec.(*catalog.Result)
	h, err := catalog.HoldersOf(ctx, known, rec)
	if err != nil {
		return facts{}, nil, err
	}
	if !ok || r.Deleted() || !account.May(a, account.ReviewApply, account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}) {
		return facts{}, nil, unknown
	}
	return facts{terms: c.Terms, result: r, unions: h.Unions, union: c.Union, declared: in.Declared}, r, nil
}

// Apply hands a result in. Every rule that it fails is told. Errors: errs.Invalid
// with fields, errs.Conflict (handed in already, or closed), errs.NotFound.
func (s *Service) Apply(ctx context.Context, a account.Actor, code string, in Application) (*Entry, error) {
	c, err := s.openFor(ctx, code)
	if err != nil {
		return nil, err
	}
	f, r, err := s.facts(ctx, a, c, in)
	if err != nil {
		return nil, err
	}
	findings := refuse(f.check())
	in.Statement = strings.TrimSpace(in.Statement)
	if n := utf8.RuneCountInString(in.Statement); n < 10 || n > 2000 {
		findings = join(findings, fault("statement", "review.statement", "请写申报理由，10 到 2000 个字。", ""))
	}
	if findings != nil {
		return nil, findings
	}
	now := s.now()
	e := &Entry{Call: c.Code, Statement: in.Statement, Declared: true, Applicant: Applicant{personOf(a), a.Org, a.Person}, CreatedAt: now}
	e.History = []Event{{At: now, By: personOf(a), Step: Apply}}
	if e.Subject, err = s.subject(ctx, r); err != nil {
		return nil, err
	}
	if err := s.insert(ctx, e); err != nil {
		return nil, err
	}
	// Who read the call just before it closed may have written just after: what
	// came too late does not stay.
	if c, err = s.get(ctx, code); err == nil && c.Stage != Open {
		err = errs.New(errs.Conflict, "review.closed", "征集刚刚截止，没有赶上。")
		e.Withdrawn = true
		e.History = append(e.History, Event{At: now, By: personOf(a), Step: Withdraw, Note: "截止后到达"})
		if late := s.putEntry(ctx, e); late != nil {
			err = late
		}
	}
	return e, err
}

// join puts the fields of two refusals together.
func join(a, b error) error {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	var f errs.Faults
	for _, x := range slices.Concat(errs.As(a).Fields, errs.As(b).Fields) {
		f.Add(x.Field, x.Code, x.Message, x.Value)
	}
	return f.Err()
}

// insert saves an application, over one that was withdrawn.
func (s *Service) insert(ctx context.Context, e *Entry) error {
	err := s.putEntry(ctx, e)
	if !errs.Is(err, errs.Conflict) {
		return err
	}
	old, rev, err := s.entries().Get(ctx, entryID(e.Call, e.Subject.Result))
	if err != nil {
		return err
	}
	if !old.Withdrawn {
		return errs.New(errs.Conflict, "review.applied", "这项成果已经申报过，不用重复申报。")
	}
	e.Rev, e.History, e.Recusals = rev, slices.Concat(old.History, e.History), old.Recusals
	return s.putEntry(ctx, e)
}

func (s *Service) putEntry(ctx context.Context, e *Entry) error {
	rev, err := s.entries().Put(ctx, paper.Head{ID: entryID(e.Call, e.Subject.Result), Owner: e.Call, Rev: e.Rev}, e)
	if err == nil {
		e.Rev = rev
	}
	return err
}

// subject takes from the result what is judged, and what conflicts are seen by.
func (s *Service) subject(ctx context.Context, r *catalog.Result) (Subject, error) {
	out := Subject{
		Result: r.Code, Title: r.Title, Kind: r.ResultKind, Summary: r.Summary, Problem: r.ProblemSolved, Points: r.InnovationPoints, Prospect: r.Prospect,
		Benefit: benefits(r), OrgNames: r.CompletingOrgs, Orgs: slices.Clone(r.CompletingOrgs), Studios: given(r.StudioCode), EndMonth: r.EndMonth, People: []Author{},
	}
	known := catalog.Remember(s.Records)
	owner, err := lookup[*catalog.Organisation](ctx, known, catalog.KindOrganisation, r.OwnerOrg)
	if err != nil {
		return out, err
	}
	if owner == nil || owner.OrganisationKind != "union" {
		out.Orgs = append(out.Orgs, given(r.OwnerOrg)...)
	}
	studio, err := lookup[*catalog.Studio](ctx, known, catalog.KindStudio, r.StudioCode)
	if err != nil {
		return out, err
	}
	if studio != nil {
		out.Orgs = append(out.Orgs, given(studio.EnterpriseCode, studio.EnterpriseName)...)
	}
	for i, c := range r.Completers {
		out.Frontline = out.Frontline || i == 0 && c.IsFrontline
		out.People = append(out.People, Author{Name: c.Name, Expert: c.ExpertCode, Org: c.Org})
		out.Orgs = append(out.Orgs, given(c.Org)...)
		person, err := lookup[*catalog.Expert](ctx, known, catalog.KindExpert, c.ExpertCode)
		if err != nil {
			return out, err
		}
		if person != nil {
			out.Orgs = append(out.Orgs, given(person.EmployerCode, person.EmployerName)...)
			out.Studios = append(out.Studios, person.StudioCodes...)
		}
	}
	return out, nil
}

// lookup reads a record, nil when there is none.
func lookup[T catalog.Record](ctx context.Context, from catalog.Getter, kind catalog.Kind, code string) (none T, err error) {
	if code == "" {
		return none, nil
	}
	rec, err := from.Get(ctx, kind, code)
	if errs.Is(err, errs.NotFound) {
		return none, nil
	}
	if v, ok := rec.(T); ok {
		return v, err
	}
	return none, err
}

// benefits writes the benefits of a result as a line.
func benefits(r *catalog.Result) string {
	var out []string
	for _, b := range r.Benefits {
		out = append(out, fmt.Sprintf("%d 年%s %g 万元", b.Year, catalog.Vocab("benefit_kind").Label(b.Kind), b.AmountWan))
	}
	return strings.Join(append(out, given(r.SocialBenefit)...), "；")
}

// WithdrawEntry takes an application back while the call is open. Errors:
// errs.NotFound also for whom it does not concern, errs.Conflict.
func (s *Service) WithdrawEntry(ctx context.Context, a account.Actor, code, result string) (*Entry, error) {
	if _, err := s.openFor(ctx, code); err != nil {
		return nil, err
	}
	return s.change(ctx, code, result, func(e *Entry) error {
		if ok, err := s.ownEntry(ctx, a, *e); err != nil || !ok {
			if err == nil {
				err = s.entries().NotFound(result)
			}
			return err
		}
		if e.Withdrawn {
			return errs.New(errs.Conflict, "review.withdrawn", "这项申报已经撤回了。")
		}
		e.Withdrawn = true
		e.History = append(e.History, Event{At: s.now(), By: personOf(a), Step: Withdraw})
		return nil
	})
}

// ownEntry tells whether somebody is the applicant, or may apply with the result.
func (s *Service) ownEntry(ctx context.Context, a account.Actor, e Entry) (bool, error) {
	if scope := account.ScopeOf(a, account.ReviewApply); scope == account.None {
		return false, nil
	}
	if a.User != "" && a.User == e.Applicant.User {
		return true, nil
	}
	r, err := lookup[*catalog.Result](ctx, s.Records, catalog.KindResult, e.Subject.Result)
	if err != nil || r == nil {
		return false, err
	}
	h, err := catalog.HoldersOf(ctx, s.Records, r)
	return account.May(a, account.ReviewApply, account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}), err
}

// tries is how often a change of an application is tried when jurors write at
// the same time.
const tries = 20

// change changes an application; what others write meanwhile stays.
func (s *Service) change(ctx context.Context, code, result string, with func(e *Entry) error) (*Entry, error) {
	for n := 1; ; n++ {
		e, rev, err := s.entries().Get(ctx, entryID(code, result))
		if errs.Is(err, errs.NotFound) {
			return nil, s.entries().NotFound(result)
		}
		if err != nil {
			return nil, err
		}
		e.Rev = rev
		if err := with(e); err != nil {
			return nil, err
		}
		if err = s.putEntry(ctx, e); err == nil || !errs.Is(err, errs.Stale) || n == tries {
			return e, err
		}
	}
}
