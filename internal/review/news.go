package review

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// News is something that somebody should be told of a judging. It says nothing
// that its readers may not see on its page.
type News struct {
	ID    string // the same whenever it is found again
	Call  string
	Union string
	Text  string   // in Chinese
	Users []string // codes of accounts
	Staff bool     // for the brokers of the union
	Open  bool     // for everybody of the union, and of those below it, who may hand in
}

const (
	// freshFor is for how long it is told that something happened: a process that
	// was killed before it could tell leaves that to the next.
	freshFor = 7 * 24 * time.Hour
	// dueDays is how many days before the end jurors are reminded.
	dueDays = 3
)

// News finds what should be told now, of all judgings. What was told before is
// found again, under the same ID. Errors: errs.Unavailable.
func (s *Service) News(ctx context.Context) ([]News, error) {
	var busy []*Call
	err := s.calls().Each(ctx, func(c *Call, _ int64) (bool, error) {
		if c.stirs(s.now()) {
			busy = append(busy, c)
		}
		return true, nil
	})
	if err != nil || len(busy) == 0 {
		return nil, err
	}
	at := situation{now: s.now()}
	if at.orgs, err = s.Organisations(ctx); err != nil {
		return nil, err
	}
	var out []News
	for _, c := range busy {
		if at.entries, err = s.live(ctx, c.Code); err != nil {
			return nil, err
		}
		if at.objections, err = s.said(ctx, c.Code); err != nil {
			return nil, err
		}
		out = append(out, c.news(at)...)
	}
	return out, nil
}

// stirs tells whether there can be anything to tell of a call.
func (c Call) stirs(now time.Time) bool {
	return c.published() && (c.Stage != Announced && c.Stage != Cancelled || now.Sub(c.UpdatedAt) < freshFor)
}

// since tells whether a step was taken lately.
func (c Call) since(step StepKind, now time.Time) bool {
	return slices.ContainsFunc(c.History, func(e Event) bool { return e.Step == step && now.Sub(e.At) < freshFor })
}

// news is what should be told of a call: a pure function.
func (c Call) news(at situation) []News {
	var out []News
	tell := func(id, text string, to News) {
		to.ID, to.Call, to.Union, to.Text = "review/"+c.Code+"/"+id, c.Code, c.Union, text
		if to.Staff && c.Union == "" { // it has no brokers of its own
			to.Users = append(to.Users, given(c.History[0].By.User)...)
		}
		out = append(out, to)
	}
	switch c.Stage {
	case Open:
		c.newsOfCall(at, tell)
	case Judging:
		c.newsOfJudging(at, tell)
	case Ranked:
		c.newsOfTies(at, tell)
	case Notice:
		c.newsOfNotice(at, tell)
	case Announced:
		c.newsOfPrizes(at, tell)
	case Cancelled:
		if c.since(Cancel, at.now) {
			tell("cancelled", c.called()+"已取消。", News{Users: c.concerned(at)})
		}
	}
	if c.Stage == Open || c.Stage == Judging {
		for _, j := range c.active() {
			tell("juror", "请您担任"+c.called()+"的评委。您的姓名和评分不公开；与您有利害关系的申报不会给您看。", News{Users: []string{j.User}})
		}
	}
	return out
}

// called is how news call a judging.
func (c Call) called() string { return "成果评审“" + c.Title + "”" }

// telling notes a piece of news.
type telling func(id, text string, to News)

func (c Call) newsOfCall(at situation, tell telling) {
	if c.since(Publish, at.now) {
		tell("open", fmt.Sprintf("%s开始征集，申报到 %s 截止。", c.called(), c.Deadline), News{Open: true})
	}
	if c.since(Extend, at.now) {
		tell("open/"+c.Deadline, fmt.Sprintf("%s的申报延长到 %s。", c.called(), c.Deadline), News{Open: true})
	}
	if at.day() > c.Deadline {
		tell("closed/"+c.Deadline, fmt.Sprintf("%s的申报已截止，收到 %d 项，请开始评审。", c.called(), len(at.entries)), News{Staff: true})
	}
}

func (c Call) newsOfJudging(at situation, tell telling) {
	soon, late := dayOf(at.now.AddDate(0, 0, dueDays)) >= c.ScoreBy, at.day() > c.ScoreBy
	left := 0
	for _, j := range c.active() {
		n := c.unscored(j, at)
		if n == 0 {
			continue
		}
		left++
		to := News{Users: []string{j.User}}
		ask := fmt.Sprintf("%s开始评分，请您给 %d 项申报打分。", c.called(), n)
		if c.ScoreBy != "" {
			ask = fmt.Sprintf("%s开始评分，请您在 %s 前给 %d 项申报打分。", c.called(), c.ScoreBy, n)
		}
		tell("judge", ask, to)
		switch {
		case c.ScoreBy == "":
		case late:
			tell("late/"+c.ScoreBy, fmt.Sprintf("%s的评分期限（%s）已过，您还有 %d 项没有交评分表，请尽快交回。", c.called(), c.ScoreBy, n), to)
		case soon:
			tell("due/"+c.ScoreBy, fmt.Sprintf("%s的评分到 %s 截止，您还有 %d 项没有交评分表。", c.called(), c.ScoreBy, n), to)
		}
	}
	switch {
	case left == 0 && c.manned(at) == nil:
		tell("complete", c.called()+"的评分表已交齐，可以汇总排序。", News{Staff: true})
	case left > 0 && late && c.ScoreBy != "":
		tell("late/"+c.ScoreBy, fmt.Sprintf("%s的评分期限（%s）已过，还有 %d 位评委没有交齐，请催交、延长期限或写明理由解聘。", c.called(), c.ScoreBy, left), News{Staff: true})
	}
}

// unscored counts the applications that a juror is still to judge.
func (c Call) unscored(j Juror, at situation) int {
	n := 0
	for _, e := range at.entries {
		if sheet := e.sheetOf(j.User); (sheet == nil || !sheet.Final) && len(Conflicts(j, e, at.orgs, at.now)) == 0 {
			n++
		}
	}
	return n
}

func (c Call) newsOfTies(at situation, tell telling) {
	for _, j := range c.active() {
		if n := len(c.bench(j, at.entries, at).Ties); n > 0 {
			tell(fmt.Sprintf("ties/%d", len(c.Decisions)), fmt.Sprintf("%s有 %d 处并列跨在两个奖级之间，请您定先后并写明理由。", c.called(), n), News{Users: []string{j.User}})
		}
	}
}

func (c Call) newsOfNotice(at situation, tell telling) {
	if c.since(Post, at.now) {
		c.toApplicants(at, "posted", tell, func(title, prize string) string {
			if prize == "" {
				return fmt.Sprintf("%s的结果正在公示（到 %s）：您申报的《%s》没有列入。", c.called(), c.NoticeTo, title)
			}
			return fmt.Sprintf("%s的结果正在公示（到 %s）：您申报的《%s》拟获%s。", c.called(), c.NoticeTo, title, prize)
		})
	}
	open := 0
	for _, o := range at.objections {
		if o.Reason == "" {
			open++
			tell("objection/"+o.Code, fmt.Sprintf("%s收到一条异议（%s），请核实并写明结论。", c.called(), o.Code), News{Staff: true})
		}
	}
	c.newsOfAnswers(at, tell)
	if at.day() > c.NoticeTo && open == 0 {
		tell("notice_over", c.called()+"公示期满、异议已处理完，可以公布结果。", News{Staff: true})
	}
}

// newsOfAnswers tells those who objected under their account what was found;
// others are reached by staff, as they asked to be.
func (c Call) newsOfAnswers(at situation, tell telling) {
	for _, o := range at.objections {
		if o.Reason == "" || o.User == "" || at.now.Sub(o.Decided) >= freshFor {
			continue
		}
		verdict := "不成立"
		if o.Upheld {
			verdict = "成立，取消获奖"
		}
		tell("answered/"+o.Code, fmt.Sprintf("您对%s提出的异议（%s）已处理：%s。答复：%s", c.called(), o.Code, verdict, o.Reason), News{Users: []string{o.User}})
	}
}

func (c Call) newsOfPrizes(at situation, tell telling) {
	c.newsOfAnswers(at, tell)
	if c.since(Declare, at.now) {
		c.toApplicants(at, "announced", tell, func(title, prize string) string {
			if prize == "" {
				return fmt.Sprintf("%s已公布结果：您申报的《%s》没有获奖。", c.called(), title)
			}
			return fmt.Sprintf("%s已公布结果：您申报的《%s》获%s。", c.called(), title, prize)
		})
	}
	if slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Problem != "" }) {
		tell("grants", c.called()+"有奖项没有记入成果库，请在评审页看原因，改好后再记一次。", News{Staff: true})
	}
}

// toApplicants tells those who handed in what came of it.
func (c Call) toApplicants(at situation, id string, tell telling, text func(title, prize string) string) {
	prizes := map[string]string{}
	for _, st := range c.Ranking {
		prizes[st.Result] = st.Prize
	}
	for _, e := range at.entries {
		if e.Applicant.User != "" {
			tell(id+"/"+e.Subject.Result, text(e.Subject.Title, prizes[e.Subject.Result]), News{Users: []string{e.Applicant.User}})
		}
	}
}

// concerned are the accounts of applicants and jurors.
func (c Call) concerned(at situation) []string {
	var out []string
	for _, e := range at.entries {
		out = append(out, given(e.Applicant.User)...)
	}
	for _, j := range c.active() {
		out = append(out, j.User)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
