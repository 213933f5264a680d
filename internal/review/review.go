// Package review is the judging of results (成果评审): a call for results, what is
// handed in to it, jurors and their scores, the ranking, the public notice with
// its objections, and the prizes.
//
// A call is one document, an application another with the sheets of its jurors in
// it, an objection a third, so that every step is one atomic write. What a call
// may do is decided by pure functions; Service reads, decides and writes.
//
// Nobody sees a score of another, and staff see none, before the ranking;
// everybody else sees prizes from the public notice on, scores and jurors never.
package review

import (
	"time"
)

// Stage is how far a call is.
type Stage string

// The stages, in order; Cancelled ends a call from any of the others but
// Announced.
const (
	Draft     Stage = "draft"
	Open      Stage = "open"      // results are handed in
	Judging   Stage = "judging"   // jurors score
	Ranked    Stage = "ranked"    // the ranking is made, ties are decided
	Notice    Stage = "notice"    // prizes are shown to everybody, who may object
	Announced Stage = "announced" // prizes are given
	Cancelled Stage = "cancelled"
)

// Stages lists the stages in order.
func Stages() []Stage {
	return []Stage{Draft, Open, Judging, Ranked, Notice, Announced, Cancelled}
}

// Label is the stage in Chinese.
func (s Stage) Label() string {
	return map[Stage]string{
		Draft: "起草", Open: "征集中", Judging: "评审中", Ranked: "已排序", Notice: "公示中", Announced: "已公布", Cancelled: "已取消",
	}[s]
}

// shown tells whether everybody may see which results get a prize.
func (s Stage) shown() bool { return s == Notice || s == Announced }

// Call is a call for results, with all that is decided about it as a whole.
type Call struct {
	Code   string   `json:"code" doc:"Such as PS-2026-0001"`
	Rev    int64    `json:"rev" doc:"Revision, from 1; a step must name the one it read"`
	Stage  Stage    `json:"stage" enum:"draft,open,judging,ranked,notice,announced,cancelled"`
	Union  string   `json:"union,omitempty" doc:"Code of the union that calls"`
	Unions []string `json:"unions,omitempty" doc:"That union and all above it, when last read"`
	Terms

	Jurors    []Juror    `json:"jurors"`
	Ranking   []Standing `json:"ranking,omitempty" doc:"From the stage ranked on, best first"`
	Decisions []Decision `json:"decisions,omitempty" doc:"On ties"`
	Posted    []Winner   `json:"posted,omitempty" doc:"What the public notice shows; who loses his prize has none in ranking"`
	ScoreBy   string     `json:"score_by,omitempty" doc:"Day by which jurors hand in, YYYY-MM-DD; sheets are taken after it too, until the ranking"`
	NoticeTo  string     `json:"notice_to,omitempty" doc:"Last day of the public notice, YYYY-MM-DD"`
	Grants    []Grant    `json:"grants,omitempty" doc:"Prizes as they stand in the catalogue"`
	Granted   bool       `json:"granted,omitempty" doc:"All prizes were entered, or why not stands in grants"`
	History   []Event    `json:"history"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Terms are what a call promises; they stand once it is published.
type Terms struct {
	Title      string      `json:"title" doc:"4 to 60 characters"`
	Text       string      `json:"text,omitempty" doc:"Everybody may read it; at most 5000 characters"`
	Year       int         `json:"year" doc:"Of the prizes"`
	From       string      `json:"from,omitempty" doc:"First month in which a result was completed or brought benefit, YYYY-MM"`
	To         string      `json:"to,omitempty" doc:"Last such month"`
	Deadline   string      `json:"deadline" doc:"Last day for applications, YYYY-MM-DD"`
	Kinds      []string    `json:"kinds,omitempty" doc:"Vocabulary result_kind; the five smalls when left out"`
	Frontline  bool        `json:"frontline,omitempty" doc:"The first completer must be a front-line worker"`
	Level      string      `json:"level" doc:"Vocabulary honour_level: of the prizes"`
	Issuer     string      `json:"issuer" doc:"Who gives the prizes"`
	Criteria   []Criterion `json:"criteria" doc:"1 to 10; weights sum to 100"`
	Prizes     []Prize     `json:"prizes" doc:"1 to 5, the highest first"`
	Floor      int         `json:"floor" doc:"Who has fewer points gets no prize; 0 to 100"`
	NoticeDays int         `json:"notice_days" doc:"Days of public notice, 1 to 60"`
}

// Criterion is what jurors judge, each with 0 to 100 points.
type Criterion struct {
	Name   string `json:"name"`
	Weight int    `json:"weight" doc:"Per cent, from 1"`
	Hint   string `json:"hint,omitempty" doc:"What to look at"`
}

// Prize is a level of prizes.
type Prize struct {
	Name  string `json:"name" doc:"Such as 一等奖"`
	Quota int    `json:"quota" doc:"At most so many, from 1"`
}

// DefaultTerms are the terms that a new call begins with.
func DefaultTerms() Terms {
	return Terms{
		Kinds: FiveSmalls(), Level: "municipal", Floor: 60, NoticeDays: 7,
		Criteria: []Criterion{{"创新性", 30, "与原有做法相比新在哪里"}, {"实用性", 30, "是否解决一线实际问题、已经用起来"}, {"效益", 25, "经济、安全、质量、节能效益及证明"}, {"推广价值", 15, "其他班组、企业能否照着用"}},
		Prizes:   []Prize{{"一等奖", 1}, {"二等奖", 2}, {"三等奖", 3}},
	}
}

// FiveSmalls are the kinds of result that are called 五小.
func FiveSmalls() []string {
	return []string{"small_invention", "small_creation", "small_innovation", "small_design", "small_suggestion"}
}

// Juror judges. What he is taken from when he is named; relatives he declares.
type Juror struct {
	User      string   `json:"user" doc:"Code of the account"`
	Name      string   `json:"name"`
	Person    string   `json:"person,omitempty" doc:"Code of the expert that he is"`
	Orgs      []string `json:"orgs,omitempty" doc:"Codes and names of his organisations, also of the last three years"`
	Studios   []string `json:"studios,omitempty" doc:"Codes"`
	Relatives []string `json:"relatives,omitempty" doc:"Names; results of theirs he does not judge"`
	Chair     bool     `json:"chair,omitempty" doc:"Decides ties"`
	Gone      bool     `json:"gone,omitempty" doc:"Excused: his sheets do not count"`
}

// Decision is how a tie across a border between prizes was decided.
type Decision struct {
	Order  []string  `json:"order" doc:"Codes of the tied results, best first"`
	Reason string    `json:"reason"`
	By     Person    `json:"by"`
	At     time.Time `json:"at"`
}

// Grant is a prize as it was entered in the catalogue, or why it was not.
type Grant struct {
	Result  string `json:"result"`
	Problem string `json:"problem,omitempty" doc:"In Chinese"`
}

// Person is who did something.
type Person struct {
	User string `json:"user,omitempty"`
	Name string `json:"name"`
}

// Event is a line of the history of a call or an application, never changed.
type Event struct {
	At   time.Time `json:"at"`
	By   Person    `json:"by"`
	Step StepKind  `json:"step"`
	Note string    `json:"note,omitempty"`
}

// Entry is an application: a result that is handed in to a call, as it was then.
type Entry struct {
	Call      string    `json:"call"`
	Rev       int64     `json:"rev"`
	Subject   Subject   `json:"subject"`
	Statement string    `json:"statement" doc:"Why it deserves a prize; at most 2000 characters"`
	Declared  bool      `json:"declared" doc:"True, not disputed, by those who are named"`
	Applicant Applicant `json:"applicant"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Sheets    []Sheet   `json:"sheets,omitempty"`
	Recusals  []Recusal `json:"recusals,omitempty"`
	History   []Event   `json:"history"`
	CreatedAt time.Time `json:"created_at"`
}

// Applicant is who handed in, and for whom.
type Applicant struct {
	Person
	Org    string `json:"org,omitempty" doc:"Code"`
	Expert string `json:"expert,omitempty" doc:"Code of the expert that he is"`
}

// Subject is what jurors judge of a result, and what conflicts are seen by.
type Subject struct {
	Result    string   `json:"result"`
	Title     string   `json:"title"`
	Kind      string   `json:"kind,omitempty" doc:"Vocabulary result_kind"`
	Summary   string   `json:"summary,omitempty"`
	Problem   string   `json:"problem,omitempty"`
	Points    []string `json:"points,omitempty"`
	Benefit   string   `json:"benefit,omitempty"`
	Prospect  string   `json:"prospect,omitempty"`
	People    []Author `json:"people"`
	OrgNames  []string `json:"org_names,omitempty" doc:"Completing organisations, as shown"`
	Orgs      []string `json:"orgs,omitempty" doc:"Codes and names of all organisations that it belongs to"`
	Studios   []string `json:"studios,omitempty" doc:"Codes of its own studio and of its people's"`
	EndMonth  string   `json:"end_month,omitempty"`
	Frontline bool     `json:"frontline,omitempty" doc:"The first completer is a front-line worker"`
}

// Author is somebody who completed a result.
type Author struct {
	Name   string `json:"name"`
	Expert string `json:"expert,omitempty"`
	Org    string `json:"org,omitempty"`
}

// Sheet is a juror's judgement of an application.
type Sheet struct {
	Juror  string    `json:"juror" doc:"Code of the account"`
	Points []int     `json:"points" doc:"0 to 100 for each criterion"`
	Note   string    `json:"note,omitempty"`
	Final  bool      `json:"final" doc:"Handed in: it does not change any more"`
	At     time.Time `json:"at"`
}

// Recusal is a juror who must not judge an application.
type Recusal struct {
	Juror string    `json:"juror"`
	Kind  string    `json:"kind" enum:"family,interest,other"`
	Note  string    `json:"note,omitempty"`
	At    time.Time `json:"at"`
}

// Objection is what somebody says against a prize during the public notice. Who
// says it is shown to staff alone.
type Objection struct {
	Code    string    `json:"code"`
	Rev     int64     `json:"rev"`
	Call    string    `json:"call"`
	Result  string    `json:"result" doc:"Code of the result that it is about"`
	User    string    `json:"user,omitempty" doc:"Code of the account, of who signed in"`
	Name    string    `json:"name"`
	Contact string    `json:"contact,omitempty"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	Upheld  bool      `json:"upheld,omitempty" doc:"The result loses its prize"`
	Reason  string    `json:"reason,omitempty" doc:"Of the decision; empty: not decided"`
	By      Person    `json:"by,omitzero"`
	Decided time.Time `json:"decided_at,omitzero"`
}

// sheetOf finds a juror's sheet.
func (e Entry) sheetOf(juror string) *Sheet {
	for i := range e.Sheets {
		if e.Sheets[i].Juror == juror {
			return &e.Sheets[i]
		}
	}
	return nil
}

// jurorOf finds an active juror.
func (c Call) jurorOf(user string) *Juror {
	for i := range c.Jurors {
		if user != "" && c.Jurors[i].User == user && !c.Jurors[i].Gone {
			return &c.Jurors[i]
		}
	}
	return nil
}

// active are the jurors who judge.
func (c Call) active() []Juror {
	var out []Juror
	for _, j := range c.Jurors {
		if !j.Gone {
			out = append(out, j)
		}
	}
	return out
}
