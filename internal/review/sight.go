package review

import (
	"cmp"
	"context"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Line is a call in a list.
type Line struct {
	Code     string `json:"code"`
	Title    string `json:"title"`
	Stage    Stage  `json:"stage"`
	ScoreBy  string `json:"score_by,omitempty" doc:"When you judge: until when"`
	Issuer   string `json:"issuer"`
	Deadline string `json:"deadline"`
	NoticeTo string `json:"notice_to,omitempty"`
	Juror    bool   `json:"juror,omitempty" doc:"You judge"`
	Staff    bool   `json:"staff,omitempty" doc:"You see it as staff"`
}

// List gives the calls that somebody may know of, the newest first.
func (s *Service) List(ctx context.Context, a account.Actor) ([]Line, error) {
	var calls []*Call
	err := s.calls().Each(ctx, func(c *Call, _ int64) (bool, error) {
		calls = append(calls, c)
		return true, nil
	})
	out := []Line{}
	for _, c := range calls {
		if err != nil {
			return nil, err
		}
		if c, err = s.get(ctx, c.Code); err != nil {
			continue
		}
		staff := c.runs(a, account.ReviewRead)
		if staff || c.published() {
			line := Line{Code: c.Code, Title: c.Title, Stage: c.Stage, Issuer: c.Issuer, Deadline: c.Deadline, NoticeTo: c.NoticeTo, Juror: c.jurorOf(a.User) != nil, Staff: staff}
			if line.Juror {
				line.ScoreBy = c.ScoreBy
			}
			out = append(out, line)
		}
	}
	slices.SortStableFunc(out, func(x, y Line) int { return cmp.Compare(y.Code, x.Code) })
	return out, err
}

// Sight is what somebody may see of a call. Points are in Staff alone, jurors too.
type Sight struct {
	Code      string     `json:"code"`
	Rev       int64      `json:"rev"`
	Stage     Stage      `json:"stage"`
	Terms     Terms      `json:"terms"`
	Taking    bool       `json:"taking" doc:"Results may be handed in now"`
	Objecting bool       `json:"objecting" doc:"Objections are taken now"`
	NoticeTo  string     `json:"notice_to,omitempty"`
	Winners   []Winner   `json:"winners,omitempty" doc:"From the public notice on, highest prize first"`
	Mine      []OwnEntry `json:"mine,omitempty" doc:"What you handed in"`
	Jury      *Bench     `json:"jury,omitempty" doc:"When you are a juror"`
	Staff     *Desk      `json:"staff,omitempty" doc:"When you are staff of the union that calls, or of one above"`
}

// Winner is a result that gets a prize, as everybody sees it.
type Winner struct {
	Result string   `json:"result"`
	Title  string   `json:"title"`
	Prize  string   `json:"prize"`
	Orgs   []string `json:"orgs,omitempty"`
	People []string `json:"people" doc:"Names, in order"`
}

// OwnEntry is an application as its applicant sees it.
type OwnEntry struct {
	Result    string `json:"result"`
	Title     string `json:"title"`
	Withdrawn bool   `json:"withdrawn,omitempty"`
	Prize     string `json:"prize,omitempty" doc:"From the public notice on"`
}

// Bench is a call as a juror sees it: the applications that he judges, and of
// those that he must not judge their number.
type Bench struct {
	Chair   bool        `json:"chair,omitempty"`
	ScoreBy string      `json:"score_by,omitempty" doc:"Day by which you hand in, YYYY-MM-DD"`
	Entries []BenchLine `json:"entries"`
	Hidden  int         `json:"hidden" doc:"Applications that you must not judge"`
	Ties    [][]Winner  `json:"ties,omitempty" doc:"For the chair: ties that wait for your decision"`
}

// BenchLine is an application in a juror's list.
type BenchLine struct {
	Result string   `json:"result"`
	Title  string   `json:"title"`
	Orgs   []string `json:"orgs,omitempty"`
	State  string   `json:"state" enum:"open,saved,handed_in"`
}

// Desk is a call as staff see it. Who gave which points is in it never.
type Desk struct {
	Call       *Call       `json:"call"`
	Entries    []DeskEntry `json:"entries"`
	Ties       [][]Winner  `json:"ties,omitempty"`
	Objections []Objection `json:"objections,omitempty"`
	Steps      []StepKind  `json:"steps" doc:"What you may do now"`
}

// DeskEntry is an application as staff see it.
type DeskEntry struct {
	Subject   Subject   `json:"subject"`
	Statement string    `json:"statement"`
	Applicant Applicant `json:"applicant"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Judges    int       `json:"judges" doc:"Jurors who may judge it"`
	HandedIn  int       `json:"handed_in" doc:"Sheets of theirs that were handed in"`
	Aside     []Aside   `json:"aside,omitempty" doc:"Jurors who must not judge it"`
}

// Aside is a juror with a conflict.
type Aside struct {
	Name string     `json:"name"`
	Why  []Conflict `json:"why"`
}

// Show gives a call. Errors: errs.NotFound, also for a draft that is not the
// actor's.
func (s *Service) Show(ctx context.Context, a account.Actor, code string) (Sight, error) {
	c, err := s.get(ctx, code)
	if err != nil {
		return Sight{}, err
	}
	staff := c.runs(a, account.ReviewRead)
	if !staff && !c.published() {
		return Sight{}, s.calls().NotFound(code)
	}
	today := dayOf(s.now())
	out := Sight{
		Code: c.Code, Rev: c.Rev, Stage: c.Stage, Terms: c.Terms, NoticeTo: c.NoticeTo,
		Taking: c.Stage == Open && today <= c.Deadline, Objecting: c.Stage == Notice && today <= c.NoticeTo,
	}
	if c.Stage.shown() {
		out.Winners = c.winners()
	}
	if !a.SignedIn() {
		return out, nil
	}
	entries, err := s.handedIn(ctx, code)
	if err != nil {
		return Sight{}, err
	}
	if out.Mine, err = s.mine(ctx, a, c, entries); err != nil {
		return Sight{}, err
	}
	at := situation{now: s.now()}
	if at.orgs, err = s.Organisations(ctx); err != nil {
		return Sight{}, err
	}
	if j := c.jurorOf(a.User); j != nil && account.May(a, account.ReviewScore, account.Target{User: j.User}) {
		out.Jury = c.bench(*j, entries, at)
	}
	if staff {
		out.Staff, err = s.desk(ctx, a, c, entries, at)
	}
	return out, err
}

// winners are the posted results that have their prize still, so that a public
// page reads the call alone.
func (c Call) winners() []Winner {
	out := []Winner{}
	for _, w := range c.Posted {
		if slices.ContainsFunc(c.Ranking, func(s Standing) bool { return s.Result == w.Result && s.Prize == w.Prize }) {
			out = append(out, w)
		}
	}
	return out
}

func winnerOf(result, prize string, entries []Entry) Winner {
	w := Winner{Result: result, Prize: prize, People: []string{}}
	for _, e := range entries {
		if e.Subject.Result != result {
			continue
		}
		w.Title, w.Orgs = e.Subject.Title, e.Subject.OrgNames
		for _, p := range e.Subject.People {
			w.People = append(w.People, p.Name)
		}
	}
	return w
}

// mine are the applications of the actor; staff have them on their desk.
func (s *Service) mine(ctx context.Context, a account.Actor, c *Call, entries []Entry) ([]OwnEntry, error) {
	var out []OwnEntry
	scope := account.ScopeOf(a, account.ReviewApply)
	for _, e := range entries {
		own := scope != account.None && a.User != "" && e.Applicant.User == a.User
		if scope == account.Own && !own {
			var err error
			if own, err = s.ownEntry(ctx, a, e); err != nil {
				return nil, err
			}
		}
		if !own {
			continue
		}
		line := OwnEntry{Result: e.Subject.Result, Title: e.Subject.Title, Withdrawn: e.Withdrawn}
		for _, st := range c.Ranking {
			if st.Result == line.Result && c.Stage.shown() {
				line.Prize = st.Prize
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// bench leaves out what the juror must not judge.
func (c Call) bench(j Juror, entries []Entry, at situation) *Bench {
	out := &Bench{Chair: j.Chair, ScoreBy: c.ScoreBy, Entries: []BenchLine{}}
	judged := map[string]bool{}
	for _, e := range entries {
		if e.Withdrawn || c.Stage == Cancelled {
			continue
		}
		if len(Conflicts(j, e, at.orgs, at.now)) > 0 {
			out.Hidden++
			continue
		}
		line := BenchLine{Result: e.Subject.Result, Title: e.Subject.Title, Orgs: e.Subject.OrgNames, State: "open"}
		if sheet := e.sheetOf(j.User); sheet != nil {
			if line.State = "saved"; sheet.Final {
				line.State = "handed_in"
			}
		}
		judged[line.Result] = true
		out.Entries = append(out.Entries, line)
	}
	if j.Chair {
		for _, tie := range c.Ties() {
			if !slices.ContainsFunc(tie, func(result string) bool { return !judged[result] }) {
				out.Ties = append(out.Ties, tied(tie, entries))
			}
		}
	}
	return out
}

func tied(tie []string, entries []Entry) []Winner {
	var out []Winner
	for _, result := range tie {
		out = append(out, winnerOf(result, "", entries))
	}
	return out
}

func (s *Service) desk(ctx context.Context, a account.Actor, c *Call, entries []Entry, at situation) (*Desk, error) {
	out := &Desk{Call: c, Entries: []DeskEntry{}, Steps: []StepKind{}}
	var err error
	if out.Objections, err = s.said(ctx, c.Code); err != nil {
		return nil, err
	}
	for _, tie := range c.Ties() {
		out.Ties = append(out.Ties, tied(tie, entries))
	}
	for _, e := range entries {
		line := DeskEntry{Subject: e.Subject, Statement: e.Statement, Applicant: e.Applicant, Withdrawn: e.Withdrawn}
		for _, j := range c.active() {
			if why := Conflicts(j, e, at.orgs, at.now); len(why) > 0 {
				line.Aside = append(line.Aside, Aside{Name: j.Name, Why: why})
				continue
			}
			line.Judges++
			if sheet := e.sheetOf(j.User); sheet != nil && sheet.Final {
				line.HandedIn++
			}
		}
		out.Entries = append(out.Entries, line)
	}
	if !c.runs(a, account.ReviewRun) {
		return out, nil
	}
	for _, m := range moves {
		if slices.Contains(m.In, c.Stage) && (m.Step != Give || !c.Granted || slices.ContainsFunc(c.Grants, func(g Grant) bool { return g.Problem != "" })) {
			out.Steps = append(out.Steps, m.Step)
		}
	}
	return out, nil
}

// Certificates lists what the certificates of a call say, to staff, once it is
// announced. Errors: errs.Conflict before, errs.Denied, errs.NotFound.
func (s *Service) Certificates(ctx context.Context, a account.Actor, code string) ([]Certificate, error) {
	c, err := s.staff(ctx, a, account.ReviewRead, code)
	if err != nil {
		return nil, err
	}
	if c.Stage != Announced {
		return nil, errs.New(errs.Conflict, "review.not_announced", "结果还没有公布；公布以后才能导出证书数据。")
	}
	entries, err := s.handedIn(ctx, code)
	return c.certificates(entries), err
}
