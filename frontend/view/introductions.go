package view

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ListQuery is what the list of introductions is asked.
type ListQuery struct {
	Tab   string // todo, mine or all
	Stage brokering.Stage
	Who   brokering.Part
	Late  brokering.Level
	Need  string
	After string
	Board bool // by stages beside each other, not as a list
}

// listSize is how many introductions a page lists.
const listSize = 50

// todoSize is how many are read to be sorted by due date.
const todoSize = 300

// ParseListQuery reads an address; what it does not know is left out.
func ParseListQuery(v url.Values) ListQuery {
	q := ListQuery{Tab: "todo", Need: v.Get("need"), After: v.Get("after")}
	if tab := v.Get("tab"); tab == "mine" || tab == "all" {
		q.Tab = tab
	}
	if stage := brokering.Stage(v.Get("stage")); stage.Known() {
		q.Stage = stage
	}
	if who := brokering.Part(v.Get("who")); slices.Contains([]brokering.Part{brokering.Enterprise, brokering.Provider, brokering.Staff}, who) {
		q.Who = who
	}
	if at := slices.Index(lateKeys, v.Get("late")); at > 0 {
		q.Late = brokering.Level(at)
	}
	q.Board = v.Get("view") == "board"
	return q
}

// lateKeys are the levels of the clock as addresses name them.
var lateKeys = []string{"", "reminder", "broker", "leader"}

// URL is the address of the query.
func (q ListQuery) URL() string {
	v := url.Values{}
	for key, value := range map[string]string{"tab": q.Tab, "stage": string(q.Stage), "who": string(q.Who), "late": lateKeys[q.Late], "need": q.Need, "after": q.After} {
		if value != "" && !(key == "tab" && value == "todo") {
			v.Set(key, value)
		}
	}
	if q.Board {
		v.Set("view", "board")
	}
	if len(v) == 0 {
		return "/introductions"
	}
	return "/introductions?" + v.Encode()
}

// Filter is what the service is asked.
func (q ListQuery) Filter(a account.Actor) brokering.Filter {
	f := brokering.Filter{Who: q.Who, Level: q.Late, Need: q.Need, After: q.After, Limit: listSize}
	if q.Stage != "" {
		f.Stages = []brokering.Stage{q.Stage}
	}
	switch {
	case q.Tab == "todo" && a.Role == account.Leader:
		f.Level, f.Limit, f.After = max(f.Level, brokering.OnLeaderList), todoSize, ""
	case q.Tab == "todo":
		f.Mine, f.Limit, f.After = true, todoSize, ""
	case q.Tab == "mine":
		f.Broker, f.Open = a.User, true
	}
	if q.Board {
		f.Open, f.Limit, f.After = true, todoSize, ""
	}
	return f
}

// Introductions is the page of the list.
type Introductions struct {
	Tabs   []Link
	Query  ListQuery
	Stages []FormOption
	Whos   []FormOption
	Lates  []FormOption
	Items  []IntroductionLine
	More   string
	Empty  string
	MayNew bool
	Hidden []Hidden
	Views  []Link // as a list, as a board
	Board  []BoardColumn
}

// IntroductionLine is one introduction in a list.
type IntroductionLine struct {
	URL, Code, Title, Stage, Target, Broker, Updated string
	Next                                             NextStep
	Stages                                           []StageMark // where the line stands alone
}

// BuildIntroductions makes the page.
func BuildIntroductions(q ListQuery, lines brokering.Lines, a account.Actor) Introductions {
	v := Introductions{Tabs: listTabs(q, a), Query: q, MayNew: account.ScopeOf(a, account.IntroductionCreate) != account.None, Empty: emptyText(q, a)}
	for _, s := range brokering.Stages() {
		v.Stages = append(v.Stages, FormOption{Value: string(s), Label: s.Label(), Chosen: s == q.Stage})
	}
	for _, p := range []brokering.Part{brokering.Staff, brokering.Enterprise, brokering.Provider} {
		v.Whos = append(v.Whos, FormOption{Value: string(p), Label: p.Label(), Chosen: p == q.Who})
	}
	for i, label := range []string{"", "已超期", "停滞一周以上", "停滞两周以上"} {
		if i > 0 {
			v.Lates = append(v.Lates, FormOption{Value: lateKeys[i], Label: label, Chosen: int(q.Late) == i})
		}
	}
	for _, h := range []Hidden{{Name: "tab", Value: q.Tab}, {Name: "need", Value: q.Need}} {
		if h.Value != "" {
			v.Hidden = append(v.Hidden, h)
		}
	}
	if q.Tab == "todo" {
		lines.Items = slices.Clone(lines.Items)
		slices.SortStableFunc(lines.Items, func(x, y brokering.Line) int { return cmp.Compare(dueOf(x), dueOf(y)) })
	}
	for _, l := range lines.Items {
		v.Items = append(v.Items, BuildIntroductionLine(l))
	}
	v.Views = q.views()
	if q.Board {
		v.Board, v.Hidden = BuildBoard(lines.Items), append(v.Hidden, Hidden{Name: "view", Value: "board"})
	}
	if lines.Next != "" && q.Tab != "todo" && !q.Board {
		q.After = lines.Next
		v.More = q.URL()
	}
	return v
}

// views lead from the list to the board and back, with the same filters.
func (q ListQuery) views() []Link {
	list, board := q, q
	list.Board, board.Board = false, true
	return []Link{{Text: "列表", URL: list.URL(), Current: !q.Board}, {Text: "看板", URL: board.URL(), Current: q.Board}}
}

func dueOf(l brokering.Line) string {
	if l.Next == nil {
		return "9"
	}
	return l.Next.Due
}

// BuildIntroductionLine makes one line.
func BuildIntroductionLine(l brokering.Line) IntroductionLine {
	in := brokering.Introduction{Needs: l.Needs, Next: l.Next, Stage: l.Stage}
	updated := l.UpdatedAt
	if t, err := time.Parse(time.RFC3339, l.UpdatedAt); err == nil {
		updated = day(t)
	}
	next := nextStep(brokering.Sight{Introduction: &in, Part: l.Part, Alarm: l.Alarm})
	if l.Next == nil {
		next.Closed = l.Stage.Label()
	}
	return IntroductionLine{
		URL: introductionURL(l.Code), Code: l.Code, Title: titleOf(&in), Stage: l.Stage.Label(), Target: l.Target, Broker: l.Broker.Name, Updated: updated, Next: next,
	}
}

func listTabs(q ListQuery, a account.Actor) []Link {
	at := func(tab string) string { return ListQuery{Tab: tab, Board: q.Board}.URL() }
	tabs := []Link{{Text: "轮到我办", URL: at("todo"), Current: q.Tab == "todo"}}
	switch a.Role {
	case account.Leader:
		tabs[0].Text = "久拖不办"
	case account.Broker, account.Administrator:
		tabs = append(tabs, Link{Text: "我经办的", URL: at("mine"), Current: q.Tab == "mine"})
	}
	return append(tabs, Link{Text: "全部", URL: at("all"), Current: q.Tab == "all"})
}

// emptyText says what to do where there is nothing.
func emptyText(q ListQuery, a account.Actor) string {
	switch {
	case q.Stage != "" || q.Who != "" || q.Late != brokering.OnTime || q.Need != "":
		return "没有符合这些条件的对接单，请放宽条件，或看“全部”。"
	case a.Role == account.Leader && q.Tab == "todo":
		return "没有停滞两周以上的对接单。"
	case a.Role == account.Enterprise && q.Tab == "all":
		return "贵单位的需求还没有对接单。需求发布后，红娘会为它寻找合适的专家，推荐时您会收到通知。"
	case a.Role == account.Provider && q.Tab == "all":
		return "还没有人邀请您。把个人资料里的专长、绝技和成果写全，更容易被找到。"
	case q.Tab == "mine":
		return "没有您在办的对接单；办结的在“全部”里。打开一项需求，在“谁能帮忙”里点“引荐”，就能开一张。"
	case q.Tab == "todo":
		return "现在没有轮到您办的事。"
	}
	return "还没有对接单。打开一项需求，在“谁能帮忙”里点“引荐”，就能开一张。"
}

// Begin is the form by which an introduction is begun.
type Begin struct {
	Need       string
	NeedTitle  string
	Target     string // kind/code
	TargetName string
	Band       string
	Alternates []FormOption
	Modes      []FormOption
	Note       string
	NextWhat   string
	NextDue    string
	Extra      string // codes of more alternates, as typed
	Problem    string
	Faults     map[string]string
}

// BeginAsked is the form as it came in.
type BeginAsked struct {
	Proposal brokering.Proposal
	Next     *brokering.NextAction
}

// ParseBegin reads the form.
func ParseBegin(v url.Values) BeginAsked {
	p := brokering.Proposal{Needs: []string{strings.TrimSpace(v.Get("need"))}, Mode: v.Get("mode"), Note: v.Get("note")}
	seen := map[string]bool{"": true}
	add := func(text, band string) {
		t := TargetOf(strings.TrimSpace(text), band)
		if key := t.Kind + "/" + t.Code; t.Code != "" && !seen[key] {
			seen[key] = true
			p.Targets = append(p.Targets, t)
		}
	}
	add(v.Get("target"), v.Get("band"))
	for _, alternate := range v["alternate"] {
		text, band, _ := strings.Cut(alternate, "|")
		add(text, band)
	}
	for _, code := range strings.Fields(strings.NewReplacer("，", " ", ",", " ", "、", " ", "；", " ").Replace(v.Get("extra"))) {
		add(code, "")
	}
	out := BeginAsked{Proposal: p}
	if what := strings.TrimSpace(v.Get("next")); what != "" {
		out.Next = &brokering.NextAction{What: what, Who: brokering.Staff, Due: v.Get("due")}
	}
	return out
}

// BeginURL is where a candidate of a need is introduced; need may be "".
func BeginURL(need string, c Candidate) string {
	v := url.Values{"target": {string(c.Kind) + "/" + c.Code}}
	if c.Band != "" {
		v.Set("band", string(c.Band))
	}
	if need != "" {
		v.Set("need", need)
	}
	return "/introductions/new?" + v.Encode()
}

// Offer gives every candidate of an answer the address at which it is
// introduced to a need; "" leaves the need to be filled in.
func (a *Answer) Offer(need string) {
	for _, list := range [][]Candidate{a.People.Items, a.Documents.Items, a.People.Nearest, a.Documents.Nearest} {
		for i := range list {
			list[i].Introduce = BeginURL(need, list[i])
		}
	}
}

// Offer gives a record the address at which a broker introduces it, and those of
// a need's candidates.
func (r *Record) Offer() {
	switch r.Kind {
	case catalog.KindNeed:
		if r.Answer != nil {
			r.Answer.Offer(r.Code)
		}
	case catalog.KindOrganisation:
	default:
		r.Introduce = BeginURL("", Candidate{Kind: r.Kind, Code: r.Code})
	}
}

// AlternatesOf offers the other candidates of an answer as alternates.
func AlternatesOf(a *Answer, target brokering.Target, chosen []string) []FormOption {
	var out []FormOption
	if a == nil {
		return nil
	}
	for _, c := range slices.Concat(a.People.Items, a.Documents.Items) {
		if string(c.Kind) == target.Kind && c.Code == target.Code {
			continue
		}
		value := string(c.Kind) + "/" + c.Code + "|" + string(c.Band)
		out = append(out, FormOption{Value: value, Label: c.Title, Group: c.Label + " · 匹配度 " + c.BandLabel, Chosen: slices.Contains(chosen, value)})
	}
	return out
}

// ServiceModes are the ways of service to choose from.
func ServiceModes(chosen string) []FormOption {
	var out []FormOption
	for _, c := range catalog.Vocab("service_mode").Choices {
		out = append(out, FormOption{Value: c.Key, Label: c.Label, Chosen: c.Key == chosen})
	}
	return out
}

// CheckNext refuses a planned next action before the case is begun, by the
// rule of brokering: its day is tomorrow at the earliest. Errors: Invalid with
// field due.
func CheckNext(n *brokering.NextAction, now time.Time) error {
	if n == nil {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, n.Due); err != nil || n.Due <= now.In(beijing).Format(time.DateOnly) {
		var f errs.Faults
		f.Add("due", "date.range", "下一步的期限应在明天或以后。", n.Due)
		return f.Err()
	}
	return nil
}

// PlanForm is the form of planning as it would have been typed.
func PlanForm(n *brokering.NextAction) url.Values {
	return url.Values{"step": {string(brokering.Plan)}, "next_action.what": {n.What}, "next_action.who": {string(n.Who)}, "next_action.due": {n.Due}}
}

// Require says what was left empty, in place of what the search for nothing came
// to.
func (b *Begin) Require() {
	empty := map[string]string{}
	if b.Need == "" {
		empty["needs"] = "请填写需求编号，如 XQ-2026-A005。"
	}
	if b.Target == "" {
		empty["targets"] = "请填写推荐的专家、工作室、成果或专利的编号。"
	}
	if len(empty) > 0 {
		b.Problem, b.Faults = "有几处需要改正，请看各栏下面的提示。", empty
	}
}

// BeginFaults says what is wrong with a proposal: on top, and by field.
func BeginFaults(err error) (problem string, faults map[string]string) {
	e, faults := errs.As(err), map[string]string{}
	for _, f := range e.Fields {
		name, index, _ := strings.Cut(f.Field, "[")
		message := f.Message
		if n := strings.TrimSuffix(index, "]"); name == "targets" && n != "" && n != "0" && f.Value != "" {
			name, message = "alternates", f.Value+"："+f.Message
		}
		if faults[name] == "" {
			faults[name] = message
		}
	}
	if len(faults) == 0 {
		return e.Message, faults
	}
	return "有几处需要改正，请看各栏下面的提示。", faults
}
