package view

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// ReviewsURL is where judgings of results are.
const ReviewsURL = "/reviews"

// ReviewPageURL is the page of a judging.
func ReviewPageURL(code string) string { return ReviewsURL + "/" + url.PathEscape(code) }

// Reviews is the list of judgings.
type Reviews struct {
	Items  []ReviewLine
	MayNew bool
}

// ReviewLine is a judging in the list.
type ReviewLine struct {
	URL, Code, Title, Stage, Next string
	Facts                         []string
}

// BuildReviews makes the list.
func BuildReviews(lines []review.Line, mayNew bool) Reviews {
	v := Reviews{MayNew: mayNew}
	for _, l := range lines {
		line := ReviewLine{URL: ReviewPageURL(l.Code), Code: l.Code, Title: l.Title, Stage: l.Stage.Label(), Facts: []string{l.Issuer}}
		switch {
		case l.Juror && l.Stage == review.Judging:
			line.Next = "您是评委，请打分"
			if l.ScoreBy != "" {
				line.Next = "您是评委，请在 " + l.ScoreBy + " 前打分"
			}
		case l.Stage == review.Open:
			line.Next = "申报截止 " + l.Deadline
		case l.Stage == review.Notice:
			line.Next = "公示到 " + l.NoticeTo
		}
		v.Items = append(v.Items, line)
	}
	return v
}

// ReviewForm is the form of a call's terms.
type ReviewForm struct {
	URL, Rev, Heading, Button, Problem    string
	Faults                                map[string]string
	Title, Text, Year, From, To, Deadline string
	Issuer, Floor, NoticeDays             string
	Frontline                             bool
	Levels, Kinds                         []FormOption
	Criteria                              []CriterionRow
	Prizes                                []PrizeRow
}

// CriterionRow is a line of the form for a criterion.
type CriterionRow struct {
	N                  int
	Name, Weight, Hint string
}

// PrizeRow is a line of the form for a prize.
type PrizeRow struct {
	N           int
	Name, Quota string
}

// ReviewValues are terms as a form.
func ReviewValues(t review.Terms) url.Values {
	v := url.Values{
		"title": {t.Title}, "text": {t.Text}, "from": {t.From}, "to": {t.To}, "deadline": {t.Deadline}, "issuer": {t.Issuer}, "level": {t.Level}, "kinds": t.Kinds,
		"floor": {strconv.Itoa(t.Floor)}, "notice_days": {strconv.Itoa(t.NoticeDays)},
	}
	if t.Year > 0 {
		v.Set("year", strconv.Itoa(t.Year))
	}
	if t.Frontline {
		v.Set("frontline", "yes")
	}
	for _, c := range t.Criteria {
		v.Add("criterion", c.Name)
		v.Add("weight", strconv.Itoa(c.Weight))
		v.Add("hint", c.Hint)
	}
	for _, p := range t.Prizes {
		v.Add("prize", p.Name)
		v.Add("quota", strconv.Itoa(p.Quota))
	}
	return v
}

// ParseReview reads the terms of a form; a number that is none becomes -1, which
// no term may be.
func ParseReview(form url.Values) review.Terms {
	t := review.Terms{
		Title: form.Get("title"), Text: form.Get("text"), Year: formNumber(form.Get("year")), From: form.Get("from"), To: form.Get("to"), Deadline: form.Get("deadline"), Issuer: form.Get("issuer"),
		Level: form.Get("level"), Kinds: form["kinds"], Frontline: form.Get("frontline") != "", Floor: formNumber(form.Get("floor")), NoticeDays: formNumber(form.Get("notice_days")),
	}
	for i, name := range form["criterion"] {
		weight, hint := nth(form["weight"], i), nth(form["hint"], i)
		if name+weight+hint != "" {
			t.Criteria = append(t.Criteria, review.Criterion{Name: name, Weight: formNumber(weight), Hint: hint})
		}
	}
	for i, name := range form["prize"] {
		if quota := nth(form["quota"], i); name+quota != "" {
			t.Prizes = append(t.Prizes, review.Prize{Name: name, Quota: formNumber(quota)})
		}
	}
	return t
}

func nth(list []string, i int) string {
	if i < len(list) {
		return strings.TrimSpace(list[i])
	}
	return ""
}

// formNumber reads a whole number, -1 when it is none.
func formNumber(text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

// How many lines the form has for criteria and prizes.
const (
	criterionRows = 6
	prizeRows     = 4
)

// BuildReviewForm fills the form with what was typed.
func BuildReviewForm(form url.Values, err error) ReviewForm {
	v := ReviewForm{
		URL: ReviewsURL, Rev: form.Get("rev"), Heading: "新建成果评审", Button: "保存草稿", Title: form.Get("title"), Text: form.Get("text"), Year: form.Get("year"), From: form.Get("from"), To: form.Get("to"), Deadline: form.Get("deadline"),
		Issuer: form.Get("issuer"), Floor: form.Get("floor"), NoticeDays: form.Get("notice_days"), Frontline: form.Get("frontline") != "", Levels: vocabOptions("honour_level", form.Get("level"), "请选择"),
	}
	if err != nil {
		v.Problem, v.Faults = FormFaults(err)
	}
	for _, c := range catalog.Vocab("result_kind").Choices {
		v.Kinds = append(v.Kinds, FormOption{Value: c.Key, Label: c.Label, Chosen: slices.Contains(form["kinds"], c.Key)})
	}
	for i := range max(criterionRows, len(form["criterion"])) {
		v.Criteria = append(v.Criteria, CriterionRow{i + 1, nth(form["criterion"], i), nth(form["weight"], i), nth(form["hint"], i)})
	}
	for i := range max(prizeRows, len(form["prize"])) {
		v.Prizes = append(v.Prizes, PrizeRow{i + 1, nth(form["prize"], i), nth(form["quota"], i)})
	}
	return v
}

// ReviewFacts are what the page of a judging is made of.
type ReviewFacts struct {
	Sight    review.Sight
	Done     string
	Typed    url.Values // a form that was not taken; "step" says which
	Err      error
	MayApply bool
	User     string // name of who is signed in
}

// ReviewPage is the page of a judging.
type ReviewPage struct {
	review.Sight
	URL, Stage, Level, Kinds, Done, Problem string
	Rules                                   []string
	Prizes                                  []PrizeGroup
	MayApply                                bool
	Faults                                  map[string]string
	Typed                                   map[string]string
	Open                                    string // which form was not taken
	Rank                                    []RankLine
	Steps                                   map[string]bool
	History                                 []string
	SignedIn                                bool
	ObjectName                              string // in the form of an objection
}

// PrizeGroup are the winners of one prize.
type PrizeGroup struct {
	Name  string
	Items []review.Winner
}

// RankLine is a line of the ranking, for staff.
type RankLine struct {
	Place, Title, Result, Mean, Points, Prize string
}

// BuildReviewPage makes the page.
func BuildReviewPage(f ReviewFacts) ReviewPage {
	s := f.Sight
	v := ReviewPage{
		Sight: s, URL: ReviewPageURL(s.Code), Stage: s.Stage.Label(), Level: catalog.Vocab("honour_level").Label(s.Terms.Level), MayApply: f.MayApply && s.Taking,
		Done: reviewDone(f.Done), Typed: map[string]string{}, Faults: map[string]string{}, Steps: map[string]bool{},
	}
	var kinds []string
	for _, k := range s.Terms.Kinds {
		kinds = append(kinds, catalog.Vocab("result_kind").Label(k))
	}
	v.Kinds = strings.Join(kinds, "、")
	for _, r := range review.Rules() {
		if r.Code != "frontline" || s.Terms.Frontline {
			v.Rules = append(v.Rules, r.Text)
		}
	}
	for _, w := range s.Winners {
		if n := len(v.Prizes); n == 0 || v.Prizes[n-1].Name != w.Prize {
			v.Prizes = append(v.Prizes, PrizeGroup{Name: w.Prize})
		}
		v.Prizes[len(v.Prizes)-1].Items = append(v.Prizes[len(v.Prizes)-1].Items, w)
	}
	v.SignedIn, v.ObjectName = f.User != "", cmp.Or(f.Typed.Get("name"), f.User)
	for name, values := range f.Typed {
		v.Typed[name] = strings.Join(values, " ")
	}
	if f.Err != nil {
		v.Open = f.Typed.Get("step")
		v.Problem, v.Faults = FormFaults(f.Err)
		if fields := errs.As(f.Err).Fields; v.Open != "object" && len(fields) > 0 {
			v.Problem = joinFaults(fields)
		}
	}
	if s.Staff != nil {
		v.addDesk(*s.Staff)
	}
	return v
}

// joinFaults says every fault of a step on top of the page.
func joinFaults(fields []errs.Field) string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Message)
	}
	return strings.Join(out, " ")
}

func (v *ReviewPage) addDesk(d review.Desk) {
	for _, step := range d.Steps {
		v.Steps[string(step)] = true
	}
	titles := map[string]string{}
	for _, e := range d.Entries {
		titles[e.Subject.Result] = e.Subject.Title
	}
	for _, st := range d.Call.Ranking {
		place := strconv.Itoa(st.Place)
		if st.Tied {
			place += "（并列）"
		}
		var points []string
		for _, t := range st.Totals {
			points = append(points, fmt.Sprintf("%.1f", float64(t)/100))
		}
		v.Rank = append(v.Rank, RankLine{Place: place, Title: titles[st.Result], Result: st.Result, Mean: fmt.Sprintf("%.2f", st.Mean()), Points: strings.Join(points, "、"), Prize: OrText(st.Prize, "–")})
	}
	for _, e := range slices.Backward(d.Call.History) {
		line := shortTime(e.At) + " " + e.By.Name + "：" + e.Step.Label()
		if e.Note != "" {
			line += "（" + e.Note + "）"
		}
		v.History = append(v.History, line)
	}
}

// reviewDone says what was just done.
func reviewDone(done string) string {
	switch review.StepKind(done) {
	case review.Apply:
		return "申报已收到。截止前可以撤回。"
	case review.Recuse:
		return "已登记回避，这项申报不再给您看。"
	case review.HandIn:
		return "评分表已交回，不能再改。"
	}
	switch done {
	case "saved":
		return "评分已暂存，还没有交回。"
	case "object":
		return "异议已收到，经办人会核实。您的姓名和联系方式只有经办人看得到。"
	case "answer":
		return "异议的结论已保存。"
	}
	if label := review.StepKind(done).Label(); label != "" {
		return "已办：" + label + "。"
	}
	return ""
}

// StateText is the state of a juror's line in Chinese.
func (ReviewPage) StateText(state string) string {
	return map[string]string{"open": "未打分", "saved": "已暂存", "handed_in": "已交回"}[state]
}

// Join joins names.
func (ReviewPage) Join(names []string) string { return strings.Join(names, "、") }

// Why joins the conflicts of a juror.
func (ReviewPage) Why(list []review.Conflict) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Label())
	}
	return strings.Join(out, "、")
}

// ReviewStepButton is a step that needs nothing but a click.
type ReviewStepButton struct {
	URL, Step, Text string
	Rev             int64
	Main            bool
}

// One makes the button of a step.
func (v ReviewPage) One(step, text string, main bool) ReviewStepButton {
	return ReviewStepButton{URL: v.URL + "/steps", Step: step, Text: text, Rev: v.Rev, Main: main}
}

// TieForm is the form by which a tie is decided.
type TieForm struct {
	URL, Order, Note, N string
	Rev                 int64
	Items               []review.Winner
}

// Tie makes the form of a tie, for the chair or for staff.
func (v ReviewPage) Tie(items []review.Winner, chair bool) TieForm {
	f := TieForm{URL: v.URL + "/steps", Rev: v.Rev, Items: items, N: items[0].Result}
	if chair {
		f.URL = v.URL + "/ties"
	}
	var order []string
	for _, w := range items {
		order = append(order, w.Result)
	}
	f.Order = strings.Join(order, " ")
	if v.Open == string(review.Decide) {
		f.Order, f.Note = v.Typed["order"], v.Typed["note"]
	}
	return f
}
