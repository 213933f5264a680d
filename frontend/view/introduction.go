package view

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// introductionURL is the page of an introduction.
func introductionURL(code string) string { return "/introductions/" + url.PathEscape(code) }

// Introduction is the page of one introduction, as one person sees it.
type Introduction struct {
	Crumbs  []Link
	Code    string
	Title   string
	Stage   string
	Part    string // what the viewer is in it
	Done    string
	Problem string // of a form that has no place any more
	Lost    []Item // what was typed into it
	Next    NextStep
	Leading []StepForm
	Others  []StepForm
	Stages  []StageMark
	Link    string // by which the invited answers; for staff
	LinkDue string

	// Facts are what the viewer is to know before he acts: they stand on top where
	// FactsFirst, else behind the forms, as Sections do.
	Facts      []Section
	FactsFirst bool
	Question   *Question // what waits for the viewer's words
	Sections   []Section
	Releases   []ReleaseRow
	Unopened   string // what the viewer may open to the other side by now; "" for nothing
	Messages   []Message
	History    []Happening
}

// NextStep is what is to be done, on top of the page.
type NextStep struct {
	What, Who, Due string
	Yours          bool
	Late           string // how long, in words
	Closed         string // how it ended, of a closed case
}

// Question is what the other side or the broker said last, with a place to answer.
type Question struct {
	Who, Text string
	Form      StepForm
}

// StageMark is one stage in the row of stages.
type StageMark struct {
	Label, State, Date string // State: done, now, todo
}

// Happening is a line of the history.
type Happening struct {
	At, Who, What, To, Words string
}

// Message is a note as it is shown.
type Message struct {
	At, Who, To, Text string
	Own               bool
}

// IntroductionFacts is what the page is made of.
type IntroductionFacts struct {
	Sight brokering.Sight
	Now   time.Time
	Done  string // the step that was taken
	Typed *Typed // the form that was not
	Link  string // the invitation's, for staff
	Due   string
}

// BuildIntroduction makes the page.
func BuildIntroduction(f IntroductionFacts) Introduction {
	in := f.Sight.Introduction
	m := formMaker{sight: f.Sight, now: f.Now, typed: f.Typed}
	v := Introduction{
		Crumbs: []Link{{Text: "对接单", URL: "/introductions"}, {Text: in.Code}}, Code: in.Code, Title: titleOf(in), Stage: in.Stage.Label(), Part: f.Sight.Part.Label(),
		Done: doneText(f.Done), Next: nextStep(f.Sight), Stages: StagesOf(f.Sight), Link: f.Link, LinkDue: f.Due,
		Releases: m.releaseRows(), Messages: messages(f.Sight), History: history(in), Question: m.question(), FactsFirst: f.Sight.Part == brokering.Enterprise || f.Sight.Part == brokering.Provider,
	}
	v.Unopened = closedToOthers(v.Releases)
	v.Facts, v.Sections = introductionFacts(f.Sight), introductionSections(f.Sight)
	m.sortForms(&v)
	if f.Typed != nil && !m.shows(v, f.Typed.Values.Get("step")) {
		v.Problem, v.Lost = sentenceOf(f.Typed.Err), typedItems(f.Typed.Values)
	}
	return v
}

func titleOf(in *brokering.Introduction) string {
	for _, n := range in.Needs {
		if n.Title != "" && len(in.Needs) > 1 {
			return n.Title + " 等 " + Thousands(len(in.Needs)) + " 项需求"
		} else if n.Title != "" {
			return n.Title
		}
	}
	return "一项要求保密的需求"
}

func doneText(step string) string {
	switch step {
	case "":
		return ""
	case string(brokering.Create):
		return "对接单已开立。"
	}
	if what := stepLabel(brokering.StepKind(step)); what != step {
		return "已办：" + what + "。"
	}
	return ""
}

// stepLabel names a step as its button does.
func stepLabel(kind brokering.StepKind) string {
	if kind == brokering.Create {
		return "开立对接单"
	}
	for _, r := range brokering.Rules() {
		if r.Step == kind {
			return r.What
		}
	}
	return string(kind)
}

func nextStep(s brokering.Sight) NextStep {
	in := s.Introduction
	if in.Next == nil {
		closed := "已结束"
		switch in.Stage {
		case brokering.ClosedSuccess:
			closed = "成功办结：" + catalog.Vocab("outcome_kind").Label(in.Outcome)
		case brokering.ClosedFail:
			closed = "未成办结：" + catalog.Vocab("decline_reason").Label(in.Reason)
		case brokering.Declined:
			closed = "贵方的邀约已经结束"
		}
		return NextStep{Closed: closed}
	}
	n := NextStep{What: in.Next.What, Who: in.Next.Who.Label(), Due: in.Next.Due}
	n.Yours = in.Next.Who == s.Part || in.Next.Who == brokering.Staff && s.Part == brokering.Administrator
	if s.Alarm.Days > 0 {
		n.Late = "已超期 " + Thousands(s.Alarm.Days) + " 天"
	}
	return n
}

// StagesOf is the row of stages as the viewer knows them. Those of a broken-off case are left out,
// but for the one in which it stands.
func StagesOf(s brokering.Sight) []StageMark {
	in := s.Introduction
	reached := map[brokering.Stage]string{}
	for _, e := range in.History {
		if e.To != e.From {
			reached[e.To] = day(e.At)
		}
	}
	var out []StageMark
	passed := false
	for _, stage := range brokering.Stages() {
		broken := stage == brokering.Declined || stage == brokering.ClosedFail
		if (stage == brokering.Proposed || stage == brokering.Reviewed) && stage != in.Stage && (s.Part == brokering.Enterprise || s.Part == brokering.Provider) {
			continue // the brokers' own
		}
		if broken && stage != in.Stage || in.Stage == brokering.ClosedFail && stage == brokering.ClosedSuccess {
			continue
		}
		mark := StageMark{Label: stage.Label(), State: "todo", Date: reached[stage]}
		switch {
		case stage == in.Stage:
			mark.State, passed = "now", true
		case reached[stage] != "" && !passed:
			mark.State = "done"
		case !passed && in.Stage != brokering.ClosedFail:
			mark.State = "skipped"
		}
		if mark.State == "todo" || mark.State == "skipped" {
			mark.Date = ""
		}
		out = append(out, mark)
	}
	return out
}

// sortForms puts the steps that the stage is about on top; the rest is folded.
func (m formMaker) sortForms(v *Introduction) {
	leading := m.leading()
	for _, way := range m.sight.Steps {
		if way.Step == brokering.ReleaseStep && len(m.closed()) == 0 || way.Step == brokering.WithdrawRelease && len(m.records(way.Step)) == 0 || way.Step == brokering.PayReward && len(m.records(way.Step)) == 0 {
			continue
		}
		f := m.form(way)
		if slices.Contains(leading, way.Step) {
			v.Leading = append(v.Leading, f)
		} else {
			v.Others = append(v.Others, f)
		}
	}
	slices.SortStableFunc(v.Leading, func(a, b StepForm) int {
		return slices.Index(leading, brokering.StepKind(a.Step)) - slices.Index(leading, brokering.StepKind(b.Step))
	})
	if v.Next.Yours && len(v.Leading) > 0 && !slices.ContainsFunc(v.Leading, func(f StepForm) bool { return f.Open }) && !slices.ContainsFunc(v.Others, func(f StepForm) bool { return f.Open }) {
		v.Leading[0].Open = true
	}
	for i := range v.Leading {
		short := len(v.Leading[i].Fields) == 0 && len(v.Leading[i].Reasons) == 0
		v.Leading[i].Open = v.Leading[i].Open || v.Next.Yours && short && i < 2
	}
}

// leading gives the steps that the stage is about for the viewer.
func (m formMaker) leading() []brokering.StepKind {
	in := m.in()
	t, _ := in.CurrentTarget()
	_, answered := in.AnswersOf(t.Code)
	nameClosed := slices.ContainsFunc(in.Needs, func(n brokering.NeedRef) bool { return !in.Opened(n.Code, t.Code).Name })
	switch m.sight.Part {
	case brokering.Staff, brokering.Administrator:
		if in.Stage == brokering.Accepted && answered {
			return []brokering.StepKind{brokering.Recommend}
		}
		if in.Stage == brokering.Interested && nameClosed {
			return []brokering.StepKind{brokering.ReleaseStep, brokering.RecordVisit, brokering.RecordHelp}
		}
		if in.Stage == brokering.Benefiting && !slices.ContainsFunc(in.Benefits, func(b brokering.Benefit) bool { return b.Status == brokering.Claimed }) {
			return []brokering.StepKind{brokering.CloseSuccess}
		}
		return staffLeading[in.Stage]
	case brokering.Provider:
		if in.Stage == brokering.Accepted && !answered {
			return []brokering.StepKind{brokering.Answer}
		}
		return providerLeading[in.Stage]
	case brokering.Enterprise:
		out := enterpriseLeading[in.Stage]
		if nameClosed && slices.Contains([]brokering.Stage{brokering.Interested, brokering.Visiting, brokering.Negotiating}, in.Stage) {
			out = append([]brokering.StepKind{brokering.ReleaseStep}, out...)
		}
		return out
	}
	return nil
}

// The steps that a stage is about, for each side.
var (
	staffLeading = map[brokering.Stage][]brokering.StepKind{
		brokering.Proposed: {brokering.Review}, brokering.Reviewed: {brokering.Invite}, brokering.Declined: {brokering.AddTargets, brokering.CloseFail},
		brokering.Interested: {brokering.RecordVisit, brokering.RecordHelp}, brokering.Visiting: {brokering.Negotiate, brokering.RecordVisit},
		brokering.Negotiating: {brokering.SignIntent, brokering.SignContract, brokering.Start}, brokering.IntentSigned: {brokering.SignContract, brokering.Start},
		brokering.ContractSigned: {brokering.Start, brokering.Register}, brokering.Implementing: {brokering.AcceptWork, brokering.RecordVisit},
		brokering.Benefiting: {brokering.JudgeBenefit, brokering.CloseSuccess}, brokering.ClosedFail: {brokering.Reopen},
	}
	providerLeading = map[brokering.Stage][]brokering.StepKind{
		brokering.Invited: {brokering.Accept, brokering.Decline}, brokering.Interested: {brokering.RecordVisit, brokering.ReleaseStep}, brokering.Visiting: {brokering.RecordVisit, brokering.RecordHelp},
		brokering.ContractSigned: {brokering.Register, brokering.RecordHelp}, brokering.Implementing: {brokering.RecordHelp},
	}
	enterpriseLeading = map[brokering.Stage][]brokering.StepKind{
		brokering.Recommended: {brokering.Interest, brokering.Decline}, brokering.Interested: {brokering.RecordVisit}, brokering.Visiting: {brokering.Negotiate, brokering.RecordVisit},
		brokering.Negotiating: {brokering.SignContract, brokering.SignIntent, brokering.Start}, brokering.IntentSigned: {brokering.SignContract, brokering.Start},
		brokering.ContractSigned: {brokering.Start, brokering.ReceivePayment}, brokering.Implementing: {brokering.AcceptWork},
		brokering.AcceptedWork: {brokering.ClaimBenefit}, brokering.Benefiting: {brokering.ClaimBenefit},
	}
)

// shows tells whether the form of a step is on the page.
func (m formMaker) shows(v Introduction, step string) bool {
	is := func(f StepForm) bool { return f.Step == step }
	return slices.ContainsFunc(v.Leading, is) || slices.ContainsFunc(v.Others, is)
}

// typedItems keep what somebody typed into a form that is gone.
func typedItems(v url.Values) []Item {
	var out []Item
	for _, spec := range stepFields[brokering.StepKind(v.Get("step"))] {
		if text := strings.Join(v[spec.name], "、"); text != "" {
			out = append(out, Item{Label: spec.label, Text: []string{text}})
		}
	}
	return out
}
