package brokering

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// move is one step under way, on a copy of the introduction.
type move struct {
	in     *Introduction
	step   Step
	who    Actor
	now    time.Time
	faults errs.Faults
	refuse error  // a refusal that is not about a field
	to     Stage  // where the step leads
	ref    string // id of what was added or changed, for the history
	need   string
	note   string // put before the step's own note
}

// Apply takes a step: it gives the next introduction and whom to tell, and
// leaves in as it was. Rev is the store's to raise.
//
// Errors: Denied when the seat may not take the step; Conflict with code
// introduction.not_now when the stage does not allow it; Invalid with the
// fields that are missing or wrong; TooLarge when a list is full.
func Apply(in *Introduction, step Step, who Actor, now time.Time) (*Introduction, []Event, error) {
	rule, ok := ruleOf(step.Kind)
	if !ok {
		return nil, nil, errs.New(errs.Invalid, "introduction.step_unknown", fmt.Sprintf("没有“%s”这一步，请核对 step。", cut(string(step.Kind), 30)))
	}
	if err := in.admits(rule, who.Seat); err != nil {
		return nil, nil, err
	}
	m := &move{in: in.copy(), step: step, who: who, now: now.UTC().Truncate(time.Millisecond), to: in.Stage}
	if rule.To != "" {
		m.to = rule.To
	}
	if err := m.check(rule); err != nil {
		return nil, nil, err
	}
	if rule.do != nil {
		rule.do(m)
	}
	m.finish(rule)
	if err := m.in.Sound(); err != nil {
		return nil, nil, err
	}
	return m.in, EventsOf(m.in, m.in.History[len(m.in.History)-1]), nil
}

// admits tells whether the seat may take the step in this stage.
func (in *Introduction) admits(rule Rule, seat Seat) error {
	if !rule.allows(seat.Part) {
		return errs.New(errs.Denied, "introduction.not_yours", fmt.Sprintf("“%s”不由%s来做。", rule.What, seat.Part.Label()))
	}
	if t, _ := in.CurrentTarget(); seat.Part == Provider && (seat.Target != t.Code || t.InvitedAt == nil) {
		return errs.New(errs.Denied, "introduction.target_ended", "贵方在这张对接单里的邀约已经结束，不能再操作；如有疑问请联系经办红娘。")
	}
	if !slices.Contains(rule.From, in.Stage) {
		return notNow(in, rule, seat.Part)
	}
	return nil
}

func notNow(in *Introduction, rule Rule, p Part) error {
	var names []string
	for _, r := range Possible(in, p) {
		names = append(names, r.What)
	}
	now := "现在没有可做的步骤"
	if len(names) > 0 {
		now = "现在可以：" + strings.Join(names, "、")
	}
	return errs.New(errs.Conflict, "introduction.not_now", fmt.Sprintf("对接单正处在“%s”阶段，不能“%s”。%s。", in.Stage.Label(), rule.What, now))
}

// check gathers what is missing or wrong.
func (m *move) check(rule Rule) error {
	tidy(&m.step, &m.faults)
	m.checkNeed()
	if m.who.Seat.Part == Enterprise {
		m.wantNeed() // what one firm does must not look like another's
	}
	if rule.Behalf && m.who.Seat.Part.staff() && m.step.Note == "" && m.step.Link == "" && !m.in.unasked() {
		m.fault("note", "introduction.note_missing", "您在代某一方办理，请写明是谁、何时、怎样答复的（如“张工 11 月 20 日电话答复”）。", "")
	}
	if rule.check != nil {
		rule.check(m)
	}
	if m.step.Next != nil && m.who.Seat.Part.staff() && m.to.Open() {
		m.checkNext()
	}
	if m.refuse != nil {
		return m.refuse
	}
	if err := m.faults.Err(); err != nil {
		e := errs.As(err)
		e.Code, e.Message = "introduction.incomplete", fmt.Sprintf("“%s”还缺内容：%s", rule.What, e.Fields[0].Message)
		return e
	}
	return nil
}

// unasked: nobody outside has been asked about the current target yet, so that
// staff act for nobody but themselves.
func (in *Introduction) unasked() bool { return in.Stage == Proposed || in.Stage == Reviewed }

// checkNeed finds which of several needs a step is about.
func (m *move) checkNeed() {
	m.need = m.step.Need
	if m.need == "" {
		switch {
		case len(m.in.Needs) == 1:
			m.need = m.in.Needs[0].Code
		case m.who.Seat.Part == Enterprise && len(m.who.Seat.Needs) == 1:
			m.need = m.who.Seat.Needs[0]
		}
		return
	}
	if _, ok := m.in.Need(m.need); !ok || m.who.Seat.Part == Enterprise && !m.who.Seat.owns(m.need) {
		m.fault("need", "introduction.need_unknown", "这张对接单里没有这项需求，请核对需求编号。", m.need)
	}
}

// wantNeed is for what must belong to one need.
func (m *move) wantNeed() {
	if m.need == "" && !slices.ContainsFunc(m.faults, func(f errs.Field) bool { return f.Field == "need" }) {
		m.fault("need", "introduction.need_missing", "这张对接单包含几项需求，请写明是哪一项的（need）。", "")
	}
}

func (m *move) fault(field, code, message, value string) { m.faults.Add(field, code, message, value) }

// finish writes the history and sets stage and next action.
func (m *move) finish(rule Rule) {
	in, from := m.in, m.in.Stage
	in.Stage, in.UpdatedAt = m.to, m.now
	in.ClosedAt = nil
	if !m.to.Open() {
		in.ClosedAt = &m.now
	}
	note := m.step.Note
	if m.note != "" {
		note = strings.TrimSpace(m.note + " " + note)
	}
	in.History = append(in.History, Entry{
		Seq: int64(len(in.History)) + 1, At: m.now, By: m.who.User, Name: m.who.Name, Part: m.who.Seat.Part, Step: rule.Step,
		From: from, To: m.to, Target: m.targetBefore(), Need: m.need, Ref: m.ref, Reason: m.step.Reason, Note: note,
	})
	switch {
	case !m.to.Open():
		in.Next = nil
	case m.step.Next != nil && m.who.Seat.Part.staff():
		in.Next = m.planned()
	case m.to != from || rule.Renews || in.Next == nil:
		in.Next = usual(in, m.now)
	}
}

// targetBefore gives the target that the step was about: one that it ended,
// else the current one.
func (m *move) targetBefore() string {
	if m.step.Kind == Decline {
		return m.ref
	}
	return m.in.currentCode()
}

// copy gives a copy whose lists and parts can be changed without changing in.
func (in *Introduction) copy() *Introduction {
	out := *in
	out.Needs, out.Targets, out.History = slices.Clone(in.Needs), slices.Clone(in.Targets), slices.Clip(in.History)
	out.Invitations, out.Answers, out.Releases = slices.Clone(in.Invitations), slices.Clone(in.Answers), slices.Clone(in.Releases)
	out.Messages, out.Visits, out.Helps = slices.Clip(in.Messages), slices.Clip(in.Visits), slices.Clone(in.Helps)
	out.Attachments, out.Benefits, out.Ratings = slices.Clip(in.Attachments), slices.Clone(in.Benefits), slices.Clone(in.Ratings)
	if in.Contract != nil {
		c := *in.Contract
		c.Payments = slices.Clip(c.Payments)
		out.Contract = &c
	}
	return &out
}

// Sound tells whether the introduction is as every introduction must be; what
// it finds is our fault (Internal, introduction.unsound).
func (in *Introduction) Sound() error {
	current := 0
	for _, t := range in.Targets {
		if t.State == Current {
			current++
		}
	}
	last := Entry{}
	if n := len(in.History); n > 0 {
		last = in.History[n-1]
	}
	unsound := ""
	switch {
	case !in.Stage.Known():
		unsound = "unknown stage " + string(in.Stage)
	case in.Stage.Open() && (in.Next == nil || in.Next.Due == "" || in.Next.Who == "" || in.Next.What == ""):
		unsound = "open case without a next action"
	case !in.Stage.Open() && in.Next != nil:
		unsound = "closed case with a next action"
	case in.Stage.Open() != (in.ClosedAt == nil):
		unsound = "closing time and stage disagree"
	case current > 1, current == 0 && in.Stage != Declined && in.Stage != ClosedFail, current == 1 && in.Stage == Declined:
		unsound = fmt.Sprintf("%d current targets in stage %s", current, in.Stage)
	case last.To != in.Stage || last.Seq != int64(len(in.History)):
		unsound = "history and stage disagree"
	case in.Stage == ContractSigned && in.Contract == nil:
		unsound = "contract signed without a contract"
	}
	if unsound == "" {
		return nil
	}
	return errs.Wrap(fmt.Errorf("introduction %s: %s", in.Code, unsound), errs.Internal, "introduction.unsound", "对接单出现了不该有的状态，没有保存。请把编号告诉管理员。")
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
