package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

// StepKind names something that is done to a call or an application.
type StepKind string

// The steps.
const (
	Create  StepKind = "create"
	Edit    StepKind = "edit"    // other terms
	Publish StepKind = "publish" // the call goes out
	Extend  StepKind = "extend"  // a later deadline: of applications, then of sheets
	Name    StepKind = "name"    // a juror is named, or what he declared is changed
	Excuse  StepKind = "excuse"  // a juror judges no more
	Begin   StepKind = "begin"   // applications are closed, jurors score
	RankAll StepKind = "rank"
	Decide  StepKind = "decide" // on a tie
	Post    StepKind = "post"   // the public notice begins
	Declare StepKind = "announce"
	Give    StepKind = "grant" // prizes are entered in the catalogue
	Cancel  StepKind = "cancel"

	Apply    StepKind = "apply"
	Withdraw StepKind = "withdraw"
	HandIn   StepKind = "hand_in"
	Recuse   StepKind = "recuse"
)

// Label is the step in Chinese.
func (k StepKind) Label() string {
	return map[StepKind]string{
		Create: "起草", Edit: "修改", Publish: "发布征集", Extend: "延长期限", Name: "聘请评委", Excuse: "解聘评委", Begin: "截止申报，开始评审", RankAll: "汇总排序",
		Decide: "并列定序", Post: "开始公示", Declare: "公布结果", Give: "奖项记入成果库", Cancel: "取消", Apply: "申报", Withdraw: "撤回申报", HandIn: "交回评分表", Recuse: "回避",
	}[k]
}

// Move is a line of the state machine: in which stages a step of a call may be
// taken, and where it leads; To empty: it stays.
type Move struct {
	Step StepKind
	In   []Stage
	To   Stage
}

// moves is a compiled table: the whole state machine of a call.
var moves = []Move{
	{Edit, []Stage{Draft}, ""},
	{Publish, []Stage{Draft}, Open},
	{Extend, []Stage{Open, Judging}, ""},
	{Name, []Stage{Draft, Open, Judging}, ""},
	{Excuse, []Stage{Draft, Open, Judging}, ""},
	{Begin, []Stage{Open}, Judging},
	{RankAll, []Stage{Judging}, Ranked},
	{Decide, []Stage{Ranked}, ""},
	{Post, []Stage{Ranked}, Notice},
	{Declare, []Stage{Notice}, Announced},
	{Give, []Stage{Announced}, ""},
	{Cancel, []Stage{Draft, Open, Judging, Ranked, Notice}, Cancelled},
}

// Moves gives the state machine of a call.
func Moves() []Move { return slices.Clone(moves) }

// moveOf finds the line of a step, and whether it may be taken in the stage.
func moveOf(k StepKind, in Stage) (Move, bool) {
	for _, m := range moves {
		if m.Step == k {
			return m, slices.Contains(m.In, in)
		}
	}
	return Move{}, false
}

// Step is something that staff, or on ties the chair, do to a call.
type Step struct {
	Kind      StepKind `json:"step" enum:"edit,publish,extend,name,excuse,begin,rank,decide,post,announce,grant,cancel"`
	Terms     *Terms   `json:"terms,omitempty" doc:"Of edit"`
	Deadline  string   `json:"deadline,omitempty" doc:"Of extend, YYYY-MM-DD; of begin: until when jurors score, two weeks when left out"`
	Juror     string   `json:"juror,omitempty" max:"40" doc:"Of name and excuse: login or code of the account"`
	Relatives []string `json:"relatives,omitempty" doc:"Of name: whose results he must not judge"`
	Chair     bool     `json:"chair,omitempty" doc:"Of name: decides ties"`
	Order     []string `json:"order,omitempty" doc:"Of decide: codes of the tied results, best first"`
	Note      string   `json:"note,omitempty" max:"500" doc:"Why: of excuse, decide, cancel, and of begin before the deadline"`
}

// situation is what a step depends on beside the call.
type situation struct {
	by         Person
	now        time.Time
	juror      *Juror // of Name and Excuse
	entries    []Entry
	objections []Objection
	orgs       *constraint.Organisations
}

// day is today in the time zone that counts.
func (s situation) day() string { return dayOf(s.now) }

func dayOf(t time.Time) string { return catalog.Day(t) }

// apply takes a step: a pure function. Errors: errs.Invalid with fields,
// errs.Conflict when it cannot be taken now.
func (c Call) apply(s Step, at situation) (*Call, error) {
	move, ok := moveOf(s.Kind, c.Stage)
	if move.Step == "" {
		return nil, errs.New(errs.Invalid, "review.step_unknown", "没有这一步，请刷新页面再办。")
	}
	if !ok {
		return nil, errs.New(errs.Conflict, "review.stage", fmt.Sprintf("评审现在是“%s”，不能%s；请刷新页面看看进展。", c.Stage.Label(), s.Kind.Label()))
	}
	c.Jurors, c.History, c.Decisions = slices.Clone(c.Jurors), slices.Clone(c.History), slices.Clone(c.Decisions)
	s.Note = strings.TrimSpace(s.Note)
	note, err := c.change(s, at)
	if err != nil {
		return nil, err
	}
	if move.To != "" {
		c.Stage = move.To
	}
	c.History, c.UpdatedAt = append(c.History, Event{At: at.now, By: at.by, Step: s.Kind, Note: note}), at.now
	return &c, nil
}

// change does what is particular to a step, and gives the line for the history.
func (c *Call) change(s Step, at situation) (string, error) {
	switch s.Kind {
	case Edit:
		if s.Terms == nil {
			return "", fault("terms", "review.terms", "请填写征集的内容。", "")
		}
		c.Terms = s.Terms.clean()
		return "", c.Terms.check()
	case Publish:
		if at.day() > c.Deadline {
			return "", fault("deadline", "review.deadline_past", "截止日期已经过了，请先改晚一些再发布。", c.Deadline)
		}
		return "", c.Terms.check()
	case Extend:
		return c.extend(s, at)
	case Name:
		return c.name(*at.juror)
	case Excuse:
		return c.excuse(s, at)
	case Begin:
		return c.begin(s, at)
	case RankAll:
		return c.rank(at)
	case Decide:
		return c.decide(s, at)
	case Post:
		return c.post(at)
	case Declare:
		return c.announce(at)
	case Cancel:
		return s.Note, needNote(s, "请写明为什么取消。")
	}
	return s.Note, nil
}

func needNote(s Step, message string) error {
	if s.Note == "" {
		return fault("note", "review.note", message, "")
	}
	return nil
}

func (c *Call) extend(s Step, at situation) (string, error) {
	ends := &c.Deadline
	if c.Stage == Judging {
		ends = &c.ScoreBy
	}
	if !isDay(s.Deadline) || s.Deadline <= *ends || s.Deadline < at.day() {
		return "", fault("deadline", "review.deadline", "新的截止日期应晚于原来的，也不能早于今天。", s.Deadline)
	}
	*ends = s.Deadline
	return "至 " + s.Deadline, nil
}

// scoringDays is how long jurors have when nobody says otherwise.
const scoringDays = 14

// scoreBy takes the day by which jurors hand in.
func (c *Call) scoreBy(s Step, at situation) error {
	if c.ScoreBy = s.Deadline; s.Deadline == "" {
		c.ScoreBy = dayOf(at.now.AddDate(0, 0, scoringDays))
	}
	if !isDay(c.ScoreBy) || c.ScoreBy < at.day() {
		return fault("deadline", "review.score_by", "评分期限应是今天或以后的一天，如 "+dayOf(at.now.AddDate(0, 0, scoringDays))+"。", s.Deadline)
	}
	return nil
}

// name adds a juror, or changes what is known of one; a chair takes over.
func (c *Call) name(j Juror) (string, error) {
	if j.Chair {
		for i := range c.Jurors {
			c.Jurors[i].Chair = false
		}
	}
	i := slices.IndexFunc(c.Jurors, func(x Juror) bool { return x.User == j.User })
	if i < 0 {
		if len(c.Jurors) >= mostJurors {
			return "", fault("juror", "review.too_many_jurors", fmt.Sprintf("一次评审最多 %d 位评委。", mostJurors), "")
		}
		c.Jurors = append(c.Jurors, j)
	} else {
		j.Relatives = append(slices.Clone(c.Jurors[i].Relatives), j.Relatives...) // what was declared stays
		slices.Sort(j.Relatives)
		j.Relatives = slices.Compact(j.Relatives)
		c.Jurors[i] = j
	}
	return j.Name, nil
}

func (c *Call) excuse(s Step, at situation) (string, error) {
	if c.jurorOf(at.juror.User) == nil {
		return "", fault("juror", "review.no_juror", "他不是这次评审的评委，请核对。", s.Juror)
	}
	j := c.jurorOf(at.juror.User)
	j.Gone, j.Chair = true, false
	return j.Name + "：" + s.Note, needNote(s, "请写明为什么解聘。")
}

// leastJurors is how many must judge each application.
const (
	leastJurors = 3
	mostJurors  = 50
)

// judges are the jurors who judge an application: those without a conflict.
func (c Call) judges(e Entry, at situation) []Juror {
	return slices.DeleteFunc(c.active(), func(j Juror) bool { return len(Conflicts(j, e, at.orgs, at.now)) > 0 })
}

func (c *Call) begin(s Step, at situation) (string, error) {
	if len(at.entries) == 0 {
		return "", errs.New(errs.Conflict, "review.no_entries", "还没有成果申报，不能开始评审；可以延长截止日期，或取消这次征集。")
	}
	if at.day() <= c.Deadline && s.Note == "" {
		return "", fault("note", "review.before_deadline", "还没有到截止日期（"+c.Deadline+"），要提前截止请写明理由。", "")
	}
	if err := c.scoreBy(s, at); err != nil {
		return "", err
	}
	return strings.TrimSpace(s.Note + " 评分至 " + c.ScoreBy), c.manned(at)
}

// manned holds that every application has enough jurors.
func (c Call) manned(at situation) error {
	var f errs.Faults
	for _, e := range at.entries {
		if n := len(c.judges(e, at)); n < leastJurors {
			f.Add("juror", "review.too_few_jurors", fmt.Sprintf("“%s”只有 %d 位评委可以评（其余要回避），至少要 %d 位；请增聘没有利害关系的评委。", e.Subject.Title, n, leastJurors), "")
		}
	}
	return f.Err()
}

// scored takes the totals of those who judge each application; missing names
// who has not handed in.
func (c Call) scored(at situation) (out []Scored, missing []string) {
	for _, e := range at.entries {
		s := Scored{Result: e.Subject.Result}
		for _, j := range c.judges(e, at) {
			sheet := e.sheetOf(j.User)
			if sheet == nil || !sheet.Final {
				missing = append(missing, j.Name)
				continue
			}
			s.Totals = append(s.Totals, Total(c.Criteria, sheet.Points))
		}
		out = append(out, s)
	}
	slices.Sort(missing)
	return out, slices.Compact(missing)
}

func (c *Call) rank(at situation) (string, error) {
	if err := c.manned(at); err != nil {
		return "", err
	}
	scored, missing := c.scored(at)
	if len(missing) > 0 {
		return "", errs.New(errs.Conflict, "review.sheets_missing", "还有评委没有交齐评分表："+strings.Join(missing, "、")+"。请催交，或写明理由解聘。")
	}
	c.Ranking, _ = Rank(scored, c.Terms, nil)
	return fmt.Sprintf("%d 项", len(c.Ranking)), nil
}

// again ranks what was ranked, with the decisions on ties.
func (c Call) again() ([]Standing, [][]string) {
	var scored []Scored
	for _, s := range c.Ranking {
		scored = append(scored, Scored{Result: s.Result, Totals: s.Totals})
	}
	return Rank(scored, c.Terms, c.Decisions)
}

// Ties gives the ties that wait for a decision.
func (c Call) Ties() [][]string {
	if c.Stage != Ranked {
		return nil
	}
	_, open := c.again()
	return open
}

func (c *Call) decide(s Step, at situation) (string, error) {
	if err := needNote(s, "请写明理由：为什么这样排。"); err != nil {
		return "", err
	}
	same := func(tie []string) bool {
		return slices.Equal(slices.Sorted(slices.Values(tie)), slices.Sorted(slices.Values(s.Order)))
	}
	if !slices.ContainsFunc(c.Ties(), same) {
		return "", fault("order", "review.order", "请把并列的每一项各排一个名次，不能缺、不能重。", strings.Join(s.Order, "、"))
	}
	c.Decisions = append(c.Decisions, Decision{Order: s.Order, Reason: s.Note, By: at.by, At: at.now})
	c.Ranking, _ = c.again()
	return strings.Join(s.Order, "、") + "：" + s.Note, nil
}

func (c *Call) post(at situation) (string, error) {
	if len(c.Ties()) > 0 {
		return "", errs.New(errs.Conflict, "review.tied", "还有并列的成果跨在两个奖级之间，请评审组长先定出先后并写明理由，再公示。")
	}
	c.Posted = nil
	for _, st := range c.Ranking {
		if st.Prize != "" {
			c.Posted = append(c.Posted, winnerOf(st.Result, st.Prize, at.entries))
		}
	}
	c.NoticeTo = dayOf(at.now.AddDate(0, 0, c.NoticeDays))
	return "至 " + c.NoticeTo, nil
}

func (c *Call) announce(at situation) (string, error) {
	if at.day() <= c.NoticeTo {
		return "", errs.New(errs.Conflict, "review.notice_runs", "公示到 "+c.NoticeTo+" 才满，之后才能公布结果。")
	}
	c.Ranking = slices.Clone(c.Ranking)
	given := 0
	for i := range c.Ranking {
		for _, o := range at.objections {
			if o.Reason == "" {
				return "", errs.New(errs.Conflict, "review.objections_open", "还有异议没有处理，请逐条核实、写明结论，再公布结果。")
			}
			if o.Upheld && o.Result == c.Ranking[i].Result {
				c.Ranking[i].Prize = ""
			}
		}
		if c.Ranking[i].Prize != "" {
			given++
		}
	}
	c.Granted = given == 0
	return fmt.Sprintf("%d 项获奖", given), nil
}

func fault(field, code, message, value string) error {
	var f errs.Faults
	f.Add(field, code, message, value)
	return f.Err()
}
