package view

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/errs"
)

// StepForm is the form of one step.
type StepForm struct {
	Step, What string
	URL        string
	Rev        int64
	Hint       string
	Key        string // tells drafts of two forms of one step apart
	Need       string // hidden, where the form is about one
	Fixed      []Hidden
	Fields     []FormField
	Later      []FormField // folded away
	LaterOpen  bool
	Reasons    []FormOption // one is chosen first; their value is "reason"
	Problem    string
	Upload     bool
	Grave      bool // ends something
	Open       bool // is not folded away
}

// FormField is one field of a form.
type FormField struct {
	ID, Name, Label, Hint string
	Kind                  string // one of the inputKinds
	Value                 string
	Required              bool
	Options               []FormOption
	Fault                 string
	NewName               string // of files: the name of the input for a new one
	Audiences             []FormOption
}

// FormOption is one choice of a field.
type FormOption struct {
	Value, Label, Group string
	Chosen              bool
}

// Typed is a form that came in and was not taken.
type Typed struct {
	Values url.Values
	Err    error
}

// formMaker makes the forms of one introduction for one viewer.
type formMaker struct {
	sight brokering.Sight
	now   time.Time
	typed *Typed
}

func (m formMaker) in() *brokering.Introduction { return m.sight.Introduction }

func (m formMaker) staff() bool {
	return m.sight.Part == brokering.Staff || m.sight.Part == brokering.Administrator
}

// form makes the form of a step.
func (m formMaker) form(way brokering.Way) StepForm {
	f := StepForm{Step: string(way.Step), What: way.What, URL: introductionURL(m.in().Code) + "/steps", Rev: m.in().Rev, Hint: stepHints[way.Step]}
	if t, ok := m.in().CurrentTarget(); ok && way.Step == brokering.Invite && t.InvitedAt != nil {
		f.What = "重新邀约"
	}
	if way.Step == brokering.Answer && m.answered() {
		f.What = "修改三个问题的回答"
	}
	if way.Step == brokering.Write || way.Step == brokering.Attach {
		f.Rev = 0 // words fit whatever is current
	}
	if m.behalf(way.Step) {
		f.What = "代为办理：" + f.What
	}
	f.Grave = slices.Contains([]brokering.StepKind{brokering.Decline, brokering.CloseFail, brokering.WithdrawRelease}, way.Step)
	later := map[string]bool{}
	for _, spec := range m.fields(way.Step) {
		f.Fields = append(f.Fields, m.field(way.Step, spec))
		later[spec.name] = spec.later
		f.Upload = f.Upload || spec.kind == inUpload || spec.kind == inFiles || spec.kind == inFile
	}
	if way.Step == brokering.Decline && !m.staff() {
		f.Reasons = ownReasons(f.Fields[0].Options[1:])
		f.Fields = f.Fields[1:]
	}
	m.tell(&f)
	for _, field := range f.Fields {
		if later[field.Name] {
			f.Later = append(f.Later, field)
			f.LaterOpen = f.LaterOpen || field.Fault != "" || field.Value != ""
		}
	}
	f.Fields = slices.DeleteFunc(f.Fields, func(field FormField) bool { return later[field.Name] })
	f.Open = m.isTyped(way.Step)
	return f
}

// answered tells whether the current target answered the three questions.
func (m formMaker) answered() bool {
	t, _ := m.in().CurrentTarget()
	_, answered := m.in().AnswersOf(t.Code)
	return answered
}

// question is what somebody else asked last and the viewer, a side, has not answered:
// for the enterprise what the provider finds unclear, for both the last message.
func (m formMaker) question() *Question {
	at := slices.IndexFunc(m.sight.Steps, func(w brokering.Way) bool { return w.Step == brokering.Write })
	if at < 0 || m.sight.Part != brokering.Enterprise && m.sight.Part != brokering.Provider {
		return nil
	}
	q, asked := m.asked()
	if q == nil {
		return nil
	}
	for _, msg := range m.in().Messages {
		if msg.From == m.sight.Part && msg.At.After(asked) {
			return nil
		}
	}
	q.Form = m.reply(m.sight.Steps[at])
	return q
}

// asked finds the last question, and when it was asked; nil for none.
func (m formMaker) asked() (*Question, time.Time) {
	var q *Question
	var at time.Time
	t, _ := m.in().CurrentTarget()
	if a, ok := m.in().AnswersOf(t.Code); ok && m.sight.Part == brokering.Enterprise && !slices.Contains([]string{"", "无", "没有"}, strings.TrimSpace(a.WhatUnclear)) {
		q, at = &Question{Who: brokering.Provider.Label(), Text: a.WhatUnclear}, a.At
	}
	for _, msg := range m.in().Messages {
		if msg.From != m.sight.Part && !msg.At.Before(at) {
			q, at = &Question{Who: msg.From.Label(), Text: msg.Text}, msg.At
		}
	}
	return q, at
}

// reply is the form of a message with nothing to choose: to both sides where that is
// open, else to the broker, who passes it on.
func (m formMaker) reply(way brokering.Way) StepForm {
	to, hint := brokering.ToBrokers, "先发给红娘，由红娘转达。"
	if m.in().MayAddressParties(m.sight.Part, "") {
		to, hint = brokering.ToParties, "对方和红娘都看得到。"
	}
	plain := m
	plain.typed = nil
	f := plain.form(way)
	f.What, f.Hint, f.Key = "发出回话", hint, ":reply"
	f.Fixed = append(f.Fixed, Hidden{Name: "to", Value: string(to)})
	f.Fields = slices.DeleteFunc(f.Fields, func(field FormField) bool { return field.Name != "text" })
	for i := range f.Fields {
		f.Fields[i].ID, f.Fields[i].Label = "reply-text", "您的回话"
	}
	return f
}

// stepHints say what a step means where its name does not.
var stepHints = map[brokering.StepKind]string{
	brokering.Review:       "核对过推荐对象合适、没有利益冲突，就确认。",
	brokering.Accept:       "接受邀约只表示愿意谈，不是承诺；接着请回答三个问题。",
	brokering.Recommend:    "企业从这时起看到推荐对象是谁，以及他对三个问题的回答。",
	brokering.Interest:     "表示愿意与对方谈。接着这里会列出对方还看不到的：单位名称和联系方式，由您一样一样决定何时开放。",
	brokering.Write:        "联系方式开放以前，双方的话由红娘转达。",
	brokering.ReleaseStep:  "每次开放都记下谁、何时、向谁开放；签约以前可以收回。",
	brokering.CloseFail:    "未成也要写明原因，这张对接单还可以重新打开。",
	brokering.JudgeBenefit: "只有核实过、有证明材料的成效才计入统计；不能核实自己填报的。",
	brokering.Register:     "由卖方向所在地的技术合同登记机构申请。",
}

// fields are those of the table, and those that this viewer must add.
func (m formMaker) fields(kind brokering.StepKind) []stepField {
	out := slices.Clone(stepFields[kind])
	if m.behalf(kind) {
		out = slices.DeleteFunc(out, func(f stepField) bool { return f.name == "note" })
		out = append(out, onBehalf)
	}
	if kind == brokering.ReleaseStep && m.staff() {
		out = append(out, must("release.consent", "谁、何时、怎样同意开放", inText))
	}
	if kind == brokering.ReleaseStep && !slices.ContainsFunc(m.in().Needs, func(n brokering.NeedRef) bool { return n.Confidentiality == "nda" }) {
		out = slices.DeleteFunc(out, func(f stepField) bool { return f.name == "release.nda" })
	}
	if len(m.in().Needs) > 1 && needful(kind) {
		out = append([]stepField{must("need", "哪一项需求", inChoice)}, out...)
	}
	return out
}

// behalf tells whether staff would take the step for a side that was asked.
func (m formMaker) behalf(kind brokering.StepKind) bool {
	unasked := m.in().Stage == brokering.Proposed || m.in().Stage == brokering.Reviewed
	return m.staff() && onBehalfOf(kind) && !unasked
}

// ownReasons leaves out what only others say of somebody.
func ownReasons(all []FormOption) []FormOption {
	return slices.DeleteFunc(slices.Clone(all), func(o FormOption) bool { return o.Value == "no_reply" })
}

// needful tells whether a step must belong to one need.
func needful(kind brokering.StepKind) bool {
	switch kind {
	case brokering.RecordVisit, brokering.RecordHelp, brokering.SignIntent, brokering.SignContract, brokering.AmendContract, brokering.ClaimBenefit, brokering.ReleaseStep:
		return true
	}
	return false
}

func (m formMaker) field(kind brokering.StepKind, spec stepField) FormField {
	f := FormField{
		ID: "f-" + string(kind) + "-" + strings.NewReplacer(".", "-", "_", "-").Replace(spec.name), Name: spec.name, Label: spec.label, Hint: spec.hint,
		Kind: string(spec.kind), Required: spec.required, Value: m.first(kind, spec.name),
	}
	chosen := []string{f.Value}
	if c := m.in().Contract; c != nil && kind == brokering.AmendContract && spec.kind == inFiles {
		chosen = c.Files
	}
	if m.isTyped(kind) {
		f.Value, chosen = m.typed.Values.Get(spec.name), m.typed.Values[spec.name]
	}
	f.Options = m.options(kind, spec)
	choices(f.Options).choose(chosen...)
	if spec.kind == inFiles || spec.kind == inFile {
		f.NewName = NewFile(spec.name)
		f.Audiences = m.audiences(true)
		choices(f.Audiences).choose(m.typedOr(kind, NewFile(spec.name)+".for", "brokers"))
	}
	return f
}

// choices are the options of one field.
type choices []FormOption

// choose marks those whose value was chosen.
func (list choices) choose(values ...string) {
	for i := range list {
		list[i].Chosen = list[i].Value != "" && slices.Contains(values, list[i].Value)
	}
}

// FileFields are the fields of a step that refer to attachments.
func FileFields(kind brokering.StepKind) []string {
	var out []string
	for _, f := range stepFields[kind] {
		if f.kind == inFiles || f.kind == inFile {
			out = append(out, f.name)
		}
	}
	return out
}

// HoldsOneFile tells whether such a field refers to one attachment alone.
func HoldsOneFile(kind brokering.StepKind, field string) bool {
	return slices.ContainsFunc(stepFields[kind], func(f stepField) bool { return f.name == field && f.kind == inFile })
}

// NewFile names the input by which a new attachment comes along with a step,
// for the field that refers to attachments.
func NewFile(field string) string { return "new:" + field }

func (m formMaker) typedOr(kind brokering.StepKind, name, other string) string {
	if m.isTyped(kind) && m.typed.Values.Get(name) != "" {
		return m.typed.Values.Get(name)
	}
	return other
}

func (m formMaker) isTyped(kind brokering.StepKind) bool {
	return m.typed != nil && m.typed.Values.Get("step") == string(kind)
}

// tell puts what is wrong beside each field; what has no field goes on top.
func (m formMaker) tell(f *StepForm) {
	if m.typed == nil || m.typed.Err == nil || m.typed.Values.Get("step") != f.Step {
		return
	}
	e := errs.As(m.typed.Err)
	var above []string
	for _, fault := range e.Fields {
		name, _, _ := strings.Cut(fault.Field, "[")
		at := slices.IndexFunc(f.Fields, func(field FormField) bool { return field.Name == name })
		message := fault.Message
		if fault.Code == "money.required" && at >= 0 {
			message = "请填写“" + f.Fields[at].Label + "”。"
		}
		switch {
		case at < 0:
			above = append(above, message)
		case f.Fields[at].Fault == "":
			f.Fields[at].Fault = message
		}
	}
	switch {
	case len(e.Fields) == 0:
		f.Problem = e.Message
	case len(above) > 0:
		f.Problem = strings.Join(above, " ")
	default:
		f.Problem = "有几处需要改正，请看各栏下面的提示。"
	}
}

// first is what stands in a field before anybody typed.
func (m formMaker) first(kind brokering.StepKind, name string) string {
	today, in := m.now.In(beijing).Format(time.DateOnly), m.in()
	t, _ := in.CurrentTarget()
	if kind == brokering.AmendContract && in.Contract != nil {
		return contractValue(in.Contract, name)
	}
	switch name {
	case "visit.date", "help.date", "intent.date", "contract.sign_date", "registration.applied_at", "payment.date", "acceptance.date", "reward.date":
		return today
	case "due", "next_action.due":
		return m.now.In(beijing).AddDate(0, 0, 7).Format(time.DateOnly)
	case "benefit.period":
		return today[:7]
	case "to", "visibility":
		return string(brokering.ToBrokers)
	case "next_action.who":
		return string(brokering.Staff)
	case "help.persons":
		if t.Kind == "expert" {
			return t.Name
		}
	case "contract.seller.name":
		return OrText(t.OrgName, t.Name)
	case "contract.buyer.name", "contract.project_name":
		if len(in.Needs) == 1 && name == "contract.buyer.name" {
			return in.Needs[0].OrgName
		} else if len(in.Needs) == 1 {
			return in.Needs[0].Title
		}
	case "id":
		if records := m.records(kind); len(records) == 2 {
			return records[0]
		}
	case "verdict.verified_fen":
		if n := len(in.Benefits); n == 1 && in.Benefits[0].Fen > 0 {
			return FenText(int64(in.Benefits[0].Fen), 6)
		}
	case "outcome":
		return in.Outcome
	}
	return ""
}

func contractValue(c *brokering.Contract, name string) string {
	wan := func(fen brokering.ContractFen) string {
		if fen == 0 {
			return ""
		}
		return FenText(int64(fen), 6)
	}
	yes := ""
	if c.IsRelatedParty {
		yes = "yes"
	}
	return map[string]string{
		"contract.project_name": c.ProjectName, "contract.contract_no": c.No, "contract.type": c.Type, "contract.subtype": c.Subtype, "contract.sign_date": c.SignDate,
		"contract.valid_from": c.ValidFrom, "contract.valid_to": c.ValidTo, "contract.buyer.name": c.Buyer.Name, "contract.buyer.uscc": c.Buyer.USCC,
		"contract.buyer.region_code": c.Buyer.Region, "contract.buyer.nature": c.Buyer.Nature, "contract.buyer.country": c.Buyer.Country,
		"contract.seller.region_code": c.Seller.Region, "contract.seller.nature": c.Seller.Nature, "contract.seller.country": c.Seller.Country,
		"contract.seller.name": c.Seller.Name, "contract.seller.uscc": c.Seller.USCC, "contract.amount_fen": wan(c.Fen), "contract.tech_amount_fen": wan(c.TechFen),
		"contract.tech_field": c.TechField, "contract.payment": c.Payment, "contract.ip_kind": c.IPKind, "contract.expected_new_input_fen": wan(c.NewInputFen),
		"contract.expected_new_output_fen": wan(c.NewOutputFen), "contract.intermediary": c.Intermediary, "contract.is_related_party": yes,
	}[name]
}
