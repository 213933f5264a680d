package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/contact"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

const (
	// mostStrangers is how many objections a call takes of who did not sign in: what
	// anybody may write has an end. Whoever signs in is heard all the same.
	mostStrangers = 500
	// mostOfOne is how many a call takes of one account.
	mostOfOne = 20
)

// Complaint is what somebody says against a prize.
type Complaint struct {
	Result  string `json:"result" max:"40" doc:"Code of the result"`
	Name    string `json:"name,omitempty" max:"40" doc:"Real name, shown to staff alone; that of the account when left out"`
	Contact string `json:"contact,omitempty" max:"60" doc:"Telephone or mail, shown to staff alone; may be left out by who signed in"`
	Text    string `json:"text" max:"2000"`
}

// Object records an objection during the public notice, of somebody who signed in
// or says how he is reached. Errors: errs.Invalid with fields, errs.Conflict (not
// the time, or too many), errs.NotFound.
func (s *Service) Object(ctx context.Context, a account.Actor, code string, in Complaint) (*Objection, error) {
	c, err := s.get(ctx, code)
	if err != nil {
		return nil, err
	}
	if !c.published() {
		return nil, s.calls().NotFound(code)
	}
	if c.Stage != Notice || dayOf(s.now()) > c.NoticeTo {
		return nil, errs.New(errs.Conflict, "review.no_notice", "现在不在公示期内，不能提出异议；有情况请直接联系主办工会。")
	}
	for _, t := range []*string{&in.Result, &in.Name, &in.Contact, &in.Text} {
		*t = strings.TrimSpace(*t)
	}
	if in.Name == "" {
		in.Name = a.Name
	}
	if err := c.checkComplaint(in, a.User != ""); err != nil {
		return nil, err
	}
	if err := s.hears(ctx, c, a.User); err != nil {
		return nil, err
	}
	series := "YY-" + dayOf(s.now())[:4]
	n, err := s.Records.TakeNumbers(ctx, series, 1)
	if err != nil {
		return nil, err
	}
	o := &Objection{Code: fmt.Sprintf("%s-%04d", series, n), Call: code, Result: in.Result, User: a.User, Name: in.Name, Contact: in.Contact, Text: in.Text, At: s.now()}
	return o, s.putObjection(ctx, o)
}

// hears refuses what is too much, and says what else can be done.
func (s *Service) hears(ctx context.Context, c *Call, user string) error {
	before, err := s.said(ctx, c.Code)
	if err != nil {
		return err
	}
	n := 0
	for _, o := range before {
		if o.User == user {
			n++
		}
	}
	switch {
	case user == "" && n >= mostStrangers:
		return errs.New(errs.Conflict, "review.too_many_objections",
			fmt.Sprintf("不登录提出的异议已满 %d 条，这里不再收。请登录后提出，或直接联系主办单位（%s）。", mostStrangers, c.Issuer))
	case user != "" && n >= mostOfOne:
		return errs.New(errs.Conflict, "review.too_many_objections",
			fmt.Sprintf("您对这次公示已经提出 %d 条异议，不能再多；要补充的，请直接联系主办单位（%s）。", mostOfOne, c.Issuer))
	}
	return nil
}

func (c Call) checkComplaint(in Complaint, signedIn bool) error {
	var f errs.Faults
	between := func(field, text string, low, high int, message string) {
		if n := utf8.RuneCountInString(text); n < low || n > high {
			f.Add(field, "review.objection."+field, message, "")
		}
	}
	if !slices.ContainsFunc(c.Ranking, func(s Standing) bool { return s.Result == in.Result && s.Prize != "" }) {
		f.Add("result", "review.objection.result", "请选公示中的一项成果。", in.Result)
	}
	between("name", in.Name, 2, 40, "请写真实姓名或单位名称；只有经办人看得到。")
	const reach = "请写联系电话或邮箱，便于核实和答复；也可以登录后再提出。只有经办人看得到。"
	if in.Contact != "" || !signedIn {
		between("contact", in.Contact, 5, 60, reach)
	}
	if !signedIn && len(f) == 0 && !reachable(in.Contact) {
		f.Add("contact", "review.objection.contact", reach, "")
	}
	between("text", in.Text, 10, 2000, "请写清异议的事实和依据，10 到 2000 个字。")
	return f.Err()
}

// reachable tells whether a text has a telephone number or a mail address in it.
func reachable(text string) bool {
	return len(contact.Number(text)) >= 7 || slices.ContainsFunc(contact.Find(text), func(p contact.Place) bool { return p.Kind == contact.Mail })
}

func (s *Service) putObjection(ctx context.Context, o *Objection) error {
	rev, err := s.objections().Put(ctx, paper.Head{ID: o.Code, Owner: o.Call, Rev: o.Rev}, o)
	if err == nil {
		o.Rev = rev
	}
	return err
}

// said reads the objections of a call.
func (s *Service) said(ctx context.Context, call string) ([]Objection, error) {
	items, err := s.Items.Owned(ctx, account.KindObjection, call)
	if err != nil {
		return nil, err
	}
	out := make([]Objection, 0, len(items))
	for _, it := range items {
		var o Objection
		if err := json.Unmarshal(it.Body, &o); err != nil {
			return nil, errs.Wrap(err, errs.Internal, "review.objection.unreadable", fmt.Sprintf("异议“%s”读不出来，内容可能已损坏。请从备份恢复。", it.ID))
		}
		o.Rev = it.Rev
		out = append(out, o)
	}
	return out, nil
}

// Verdict is how staff decide an objection.
type Verdict struct {
	Upheld bool   `json:"upheld" doc:"The result loses its prize; nobody moves up"`
	Reason string `json:"reason" max:"1000" doc:"What was found"`
}

// Answer decides an objection, once. Errors: errs.Invalid with fields,
// errs.Conflict, errs.Stale, errs.NotFound, errs.Denied.
func (s *Service) Answer(ctx context.Context, a account.Actor, code, objection string, v Verdict) (*Objection, error) {
	c, err := s.staff(ctx, a, account.ReviewRun, code)
	if err != nil {
		return nil, err
	}
	o, rev, err := s.objections().Get(ctx, objection)
	if err != nil {
		return nil, err
	}
	v.Reason = strings.TrimSpace(v.Reason)
	n := utf8.RuneCountInString(v.Reason)
	switch {
	case o.Call != code:
		return nil, s.objections().NotFound(objection)
	case c.Stage != Notice || o.Reason != "":
		return nil, errs.New(errs.Conflict, "review.objection.decided", "这条异议已经处理过，或结果已经公布，不能再改。")
	case n < 4 || n > 1000:
		return nil, fault("reason", "review.objection.reason", "请写明核实情况和结论，4 到 1000 个字。", "")
	}
	o.Rev, o.Upheld, o.Reason, o.By, o.Decided = rev, v.Upheld, v.Reason, personOf(a), s.now()
	return o, s.putObjection(ctx, o)
}
