package view

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// Addresses of entering needs.
const (
	NewNeedURL    = "/needs/new"
	OwnNeedsURL   = "/needs/mine"
	CheckNeedURL  = "/needs/check"
	editEnd       = "/edit"
	needStepsEnd  = "/steps"
	mostRowsTyped = 20  // as many targets as a form has room for
	mostNumber    = 1e9 // whatever is larger was a slip, or no number
	shownOwnNeeds = 200
	soonDays      = 30
)

// EditNeedURL and NeedStepsURL are where a saved need is changed and moved on.
func EditNeedURL(code string) string { return RecordURL(catalog.KindNeed, code) + editEnd }

// NeedStepsURL is where a step is sent to.
func NeedStepsURL(code string) string { return RecordURL(catalog.KindNeed, code) + needStepsEnd }

// OwnNeedsLimit is how many needs the list of one's own shows.
func OwnNeedsLimit() int { return shownOwnNeeds }

// NeedFormFacts is what the form of a need is made of.
type NeedFormFacts struct {
	Need  *catalog.Need // as saved, or as typed
	Staff bool          // the enterprise must be named
	Steps []catalog.NeedRule
	// Pending are the public words that wait for review, old beside new.
	Pending []catalog.ProposedLine
	Advice  *coach.Advice
	Found   *matcher.Answer // for the text as it is typed; nil when it was not matched
	Err     error           // why it was not saved
	Preview bool            // what others will see of it is shown
	Typed   bool            // it was typed and not saved
	Done    string
	Rows    int  // as many rows of targets at least
	Confirm bool // it is to be handed in, and something is missing
}

// NeedForm is the page on which a need is entered or changed.
type NeedForm struct {
	URL, Code, Title string
	Rev              int64
	Status           string   // in Chinese; "" for a new one
	Returned         string   // why it was sent back
	Pending          *Section // public words that wait for review
	Values           map[string]string
	Checked          map[string]bool // by field=value
	Choices          map[string][]catalog.Choice
	Targets          []TargetRow
	Staff            bool
	Steps            []StepButton
	MaySubmit        bool
	Advice           *Advice
	Problem          string
	Faults           map[string]string
	Done             string
	Seen             string // where it is as others see it; "" before it was saved
	Open             map[string]bool
	Preview          *Preview
	Unsaved          bool // what is shown was typed and not saved
	Sent             *NeedSent
	More             bool         // another row of targets may be had
	Confirm          []RemarkLine // what is missing, before it is handed in all the same
}

// NeedSent is what stands in the place of the form once a need was handed in.
type NeedSent struct {
	Title, Code, Page, Edit string
	Steps                   []string // what happens next, in order
	Staff                   bool     // somebody entered it for the firm
}

// buildSent tells what happens next to a need that was just handed in: its firm, or
// who entered it for the firm.
func buildSent(n *catalog.Need, staff bool) *NeedSent {
	if staff {
		return &NeedSent{Title: n.Title, Code: n.Code, Page: RecordURL(catalog.KindNeed, n.Code), Edit: EditNeedURL(n.Code), Staff: true, Steps: []string{
			"它现在和企业自己填的一样，排在审核清单里；由您或本工会的同事审核发布，要补充的退回来改。",
			"发布以后到匹配台为它找合适的人和成果；推荐给企业时，" + OrText(n.EnterpriseName, "企业") + "的账号会收到通知。企业还没有账号的，请您转告。",
			"没审核以前，您还可以改，也可以撤回。",
		}}
	}
	return &NeedSent{Title: n.Title, Code: n.Code, Page: RecordURL(catalog.KindNeed, n.Code), Edit: EditNeedURL(n.Code), Steps: []string{
		"红娘按先后审核，一般七天内有结果；过了七天没有动静，请打电话问当地工会。要补充的，退回时写明原因；通过的，只公开标着“公开”的几栏。",
		"审核通过以后，红娘为它找合适的人和成果，先问对方愿不愿意，再推荐给您，推荐时会通知您。",
		"办到哪一步，随时在“我的需求”里看；没审核以前，还可以改，也可以撤回。",
	}}
}

// TargetRow is one line of the table of targets.
type TargetRow struct {
	Number                         int // from 1
	Name, Op, Value, Unit, Current string
	Fault                          string
}

// StepButton is one thing that may be done to the need as a whole.
type StepButton struct {
	Step, What, URL string
	Reason          bool
	Rev             int64
}

// Advice is what the coach says, for a page.
type Advice struct {
	Ready    bool
	Summary  string
	Elements []coach.Element
	Remarks  []RemarkLine
	Found    *FoundNow // nil before there is enough to match
}

// FoundNow is who and what fits a need as it is typed by now.
type FoundNow struct {
	Items []Candidate
	None  string // what to say when nobody fits
}

// RemarkLine is one remark with a link to the field where it is mended.
type RemarkLine struct {
	Must                      bool
	Message, Example, Address string // Address is that of the field, such as #deadline
}

// needTexts are the fields of the form that are plain text.
var needTexts = []string{"title", "need_type", "detail", "attempts", "constraints", "summary_public", "confidentiality", "urgency", "deadline", "region_code", "enterprise_name", "site_address", "tech_field"}

// BuildNeedForm makes the form.
func BuildNeedForm(f NeedFormFacts) NeedForm {
	n := f.Need
	v := NeedForm{
		URL: NewNeedURL, Code: n.Code, Rev: n.Rev, Title: "填报难题", Staff: f.Staff, Values: needValues(n), Checked: map[string]bool{}, Choices: map[string][]catalog.Choice{},
		Faults: map[string]string{}, Done: map[string]string{"saved": "已保存。", "submitted": "已提交，等待红娘审核。"}[f.Done],
	}
	if n.Code != "" {
		v.URL, v.Title, v.Status = EditNeedURL(n.Code), "修改难题", catalog.Vocab("need_status").Label(n.Status)
		v.Seen = AsVisitorURL(catalog.KindNeed, n.Code)
	}
	if last := len(n.Steps) - 1; last >= 0 && (n.Status == "returned" || n.Steps[last].Step == catalog.RefuseNeedChange) {
		v.Returned = n.Steps[last].Reason
	}
	v.Pending = pendingSection(f.Pending)
	for _, field := range []string{"need_type", "confidentiality", "urgency", "cooperation_mode", "operator"} {
		v.Choices[field] = catalog.Vocab(field).Choices
	}
	for _, m := range n.CooperationModes {
		v.Checked["cooperation_modes="+m] = true
	}
	v.Checked["budget_negotiable=yes"] = n.BudgetNegotiable
	for i := range max(1, len(n.Targets), min(f.Rows, mostRowsTyped)) {
		v.Targets = append(v.Targets, targetRow(n, i))
	}
	v.More, v.MaySubmit = len(v.Targets) < mostRowsTyped, n.Code == ""
	for _, rule := range f.Steps {
		if rule.Step == catalog.SubmitNeed { // a button of the form: what was typed is kept first
			v.MaySubmit = true
			continue
		}
		v.Steps = append(v.Steps, StepButton{Step: string(rule.Step), What: rule.What, URL: NeedStepsURL(n.Code), Reason: rule.Reason, Rev: n.Rev})
	}
	v.Advice, v.Open, v.Unsaved = BuildAdvice(f.Advice, f.Found), publicFields(n), f.Typed || f.Err != nil
	if f.Confirm && v.Advice != nil {
		v.Confirm = v.Advice.Remarks
	}
	if f.Preview {
		v.Preview = BuildPreview(n)
	}
	if f.Done == "submitted" && n.Status == "submitted" && f.Err == nil {
		v.Sent, v.Title = buildSent(n, f.Staff), "已提交"
	}
	v.faulty(f.Err)
	return v
}

// pendingSection shows old beside new; nil when nothing waits.
func pendingSection(lines []catalog.ProposedLine) *Section {
	if len(lines) == 0 {
		return nil
	}
	t := &Table{Head: []string{"栏目", "现在公开的", "修改成"}}
	for _, l := range lines {
		t.Rows = append(t.Rows, []Link{{Text: l.Label}, {Text: cmp.Or(l.Old, "（空）")}, {Text: cmp.Or(l.New, "（空）")}})
	}
	return &Section{Title: "公开内容的修改，等红娘审核", Items: []Item{{Label: "审核通过以前，大家看到的还是原来的文字；其他各栏已经保存。", Table: t}}}
}

// shownNow is how many candidates stand beside the form.
const shownNow = 3

// BuildAdvice puts advice on a page, with what fits by now; nil when none was asked
// for.
func BuildAdvice(a *coach.Advice, found *matcher.Answer) *Advice {
	if a == nil {
		return nil
	}
	out := &Advice{Ready: a.Ready, Summary: a.Summary, Elements: a.Elements}
	for _, r := range a.Remarks {
		out.Remarks = append(out.Remarks, RemarkLine{Must: r.Level == coach.Must, Message: r.Message, Example: r.Example, Address: "#" + fieldID(r.Field)})
	}
	if found != nil {
		out.Found = foundNow(*found)
	}
	return out
}

func foundNow(a matcher.Answer) *FoundNow {
	answer := BuildAnswer(a)
	items := append(answer.People.Items, answer.Documents.Items...)
	slices.SortStableFunc(items, func(a, b Candidate) int { return b.Score - a.Score })
	out := &FoundNow{Items: items[:min(shownNow, len(items))]}
	if len(items) == 0 {
		out.None = "按现在写的，还没有对得上的人和成果。写清工件、材料、工艺和现象，会更容易对上；发布以后红娘也会接着找。"
	}
	return out
}

// fieldID gives the id of the input of a field.
func fieldID(field string) string {
	name, _, _ := strings.Cut(field, "[")
	if name == "occupations" {
		return "keywords"
	}
	return name
}

func needValues(n *catalog.Need) map[string]string {
	out := map[string]string{"keywords": strings.Join(n.Keywords, "，"), "excluded_orgs": strings.Join(n.ExcludedOrgs, "，")}
	for _, field := range catalog.Schema(catalog.KindNeed) {
		if slices.Contains(needTexts, field.Key) {
			out[field.Key] = field.Value(n).String()
		}
	}
	if name := catalog.PlaceName(n.RegionCode); name != "" {
		out["region_code"] = name
	}
	for key, wan := range map[string]float64{"budget_min_wan": n.BudgetMinWan, "budget_max_wan": n.BudgetMaxWan} {
		if wan != 0 {
			out[key] = strconv.FormatFloat(wan, 'f', -1, 64)
		}
	}
	if n.Contact != nil {
		out["contact_name"], out["contact_phone"] = n.Contact.Name, n.Contact.Phone
	}
	return out
}

func targetRow(n *catalog.Need, i int) TargetRow {
	row := TargetRow{Number: i + 1}
	if i < len(n.Targets) {
		t := n.Targets[i]
		row.Name, row.Op, row.Unit, row.Current = t.Name, t.Op, t.Unit, t.CurrentValue
		if t.Value != 0 || t.Op != "" {
			row.Value = strconv.FormatFloat(t.Value, 'f', -1, 64)
		}
	}
	return row
}

// faulty puts what is wrong beside each field.
func (v *NeedForm) faulty(err error) {
	if err == nil {
		return
	}
	e := errs.As(err)
	for _, f := range e.Fields {
		field := strings.ReplaceAll(f.Field, "contact.", "contact_")
		var row int
		if _, scanErr := fmt.Sscanf(field, "targets[%d]", &row); scanErr == nil && row < len(v.Targets) {
			v.Targets[row].Fault = f.Message
			continue
		}
		field, _, _ = strings.Cut(field, "[")
		if v.Faults[field] == "" {
			v.Faults[field] = f.Message
		}
	}
	if v.Problem = e.Message; len(e.Fields) > 0 {
		v.Problem = "还没有保存：有几处需要改正，请看各栏下面的提示。"
	}
}

// TypedRows is how many rows of targets a form was sent with.
func TypedRows(form url.Values) int { return lastRow(form, "target_") }

// ReadNeedForm puts what was typed into a copy of a saved need (or an empty one):
// fields that the form does not show stay. Faults are of what is no number; the
// need holds the rest all the same.
func ReadNeedForm(form url.Values, saved *catalog.Need, staff bool) (*catalog.Need, error) {
	n := *saved
	var f errs.Faults
	for _, field := range catalog.Schema(catalog.KindNeed) {
		if slices.Contains(needTexts, field.Key) && (staff || field.Key != "enterprise_name") {
			field.Value(&n).SetString(strings.TrimSpace(form.Get(field.Key)))
		}
	}
	n.Keywords, n.ExcludedOrgs = words(form.Get("keywords")), words(form.Get("excluded_orgs"))
	n.CooperationModes, n.BudgetNegotiable = form["cooperation_modes"], form.Get("budget_negotiable") == "yes"
	n.BudgetMinWan, n.BudgetMaxWan = amount(&f, form, "budget_min_wan"), amount(&f, form, "budget_max_wan")
	n.Contact = typedContact(form, saved.Contact)
	n.Targets = targetsOf(form, &f)
	return &n, f.Err()
}

// words cuts a list that people write with whatever they have at hand.
func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，,、；; \t\n\r", r) })
}

func amount(f *errs.Faults, form url.Values, key string) float64 {
	text := strings.TrimSpace(form.Get(key))
	if text == "" {
		return 0
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= 0 && x <= mostNumber) {
		f.Add(key, "number.malformed", "请填一个数，单位是万元，如 8。", text)
		return 0
	}
	return x
}

func typedContact(form url.Values, saved *catalog.Contact) *catalog.Contact {
	c := catalog.Contact{Name: strings.TrimSpace(form.Get("contact_name")), Phone: strings.TrimSpace(form.Get("contact_phone"))}
	if saved != nil {
		c.Email = saved.Email
	}
	if c == (catalog.Contact{}) {
		return nil
	}
	return &c
}

// targetsOf reads the rows of which anything is filled in.
func targetsOf(form url.Values, f *errs.Faults) []catalog.Target {
	var out []catalog.Target
	for i := range lastRow(form, "target_") {
		get := func(part string) string { return strings.TrimSpace(form.Get(fmt.Sprintf("target_%d_%s", i+1, part))) }
		t := catalog.Target{Name: get("name"), Op: get("op"), Unit: get("unit"), CurrentValue: get("current")}
		value := get("value")
		if t.Name == "" && value == "" {
			continue
		}
		if value != "" {
			x, err := strconv.ParseFloat(value, 64)
			if err != nil || !(math.Abs(x) <= mostNumber) {
				f.Add(fmt.Sprintf("targets[%d].value", len(out)), "number.malformed", "数值请填一个数，如 0.5；单位填在旁边。", value)
				x = 0
			}
			t.Value = x
		}
		out = append(out, t)
	}
	return out
}
