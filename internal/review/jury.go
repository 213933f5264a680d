package review

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Marks are what a juror fills in.
type Marks struct {
	Points []int  `json:"points" doc:"0 to 100 for each criterion, in its order"`
	Note   string `json:"note,omitempty" max:"500"`
	Final  bool   `json:"final,omitempty" doc:"Hand in: it does not change any more"`
}

// seat reads the call and the juror for who judges an application. Whoever does
// not, or has a conflict, is told that there is none.
func (s *Service) seat(ctx context.Context, a account.Actor, code, result string) (*Call, *Juror, error) {
	c, err := s.get(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	j := c.jurorOf(a.User)
	if j == nil || !account.May(a, account.ReviewScore, account.Target{User: j.User}) {
		return nil, nil, s.entries().NotFound(result)
	}
	return c, j, nil
}

// judged holds that the juror may see an application.
func (s *Service) judged(ctx context.Context, j Juror, e Entry) error {
	orgs, err := s.Organisations(ctx)
	if err == nil && (e.Withdrawn || len(Conflicts(j, e, orgs, s.now())) > 0) {
		return s.entries().NotFound(e.Subject.Result)
	}
	return err
}

// Score saves a juror's sheet; when final it is handed in. Errors: errs.Invalid
// with fields, errs.Conflict (not the time, or handed in), errs.NotFound (no
// juror of it, or a conflict).
func (s *Service) Score(ctx context.Context, a account.Actor, code, result string, m Marks) (*Sheet, error) {
	c, j, err := s.seat(ctx, a, code, result)
	if err != nil {
		return nil, err
	}
	var sheet Sheet
	_, err = s.change(ctx, code, result, func(e *Entry) error {
		if err := s.judged(ctx, *j, *e); err != nil {
			return err
		}
		var err error
		sheet, err = c.mark(e, *j, m, s.situationNow(a))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &sheet, nil
}

func (s *Service) situationNow(a account.Actor) situation {
	return situation{by: personOf(a), now: s.now()}
}

// mark writes the sheet into the application.
func (c Call) mark(e *Entry, j Juror, m Marks, at situation) (Sheet, error) {
	if c.Stage != Judging {
		return Sheet{}, errs.New(errs.Conflict, "review.stage", fmt.Sprintf("评审现在是“%s”，不能评分。", c.Stage.Label()))
	}
	old := e.sheetOf(j.User)
	if old != nil && old.Final {
		return Sheet{}, errs.New(errs.Conflict, "review.final", "这张评分表已经交回，不能再改。")
	}
	if err := c.checkMarks(m); err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{Juror: j.User, Points: slices.Clone(m.Points), Note: strings.TrimSpace(m.Note), Final: m.Final, At: at.now}
	if old != nil {
		*old = sheet
	} else {
		e.Sheets = append(e.Sheets, sheet)
	}
	if m.Final {
		e.History = append(e.History, Event{At: at.now, By: at.by, Step: HandIn})
	}
	return sheet, nil
}

func (c Call) checkMarks(m Marks) error {
	var f errs.Faults
	if len(m.Points) != len(c.Criteria) {
		f.Add("points", "review.points_missing", fmt.Sprintf("共 %d 项标准，请每项都打分。", len(c.Criteria)), "")
	}
	for i, p := range m.Points {
		if p < 0 || p > 100 {
			f.Add(fmt.Sprintf("points[%d]", i), "review.points", "每项请打 0 到 100 的整数。", fmt.Sprint(p))
		}
	}
	if utf8.RuneCountInString(m.Note) > 500 {
		f.Add("note", "review.note_long", "评语最多 500 个字。", "")
	}
	return f.Err()
}

// StepAside keeps a juror from an application: he says so himself. From then on he
// neither sees nor scores it, and a sheet that he handed in does not count.
// kind is family, interest or other. Errors: as Score.
func (s *Service) StepAside(ctx context.Context, a account.Actor, code, result, kind, note string) error {
	c, j, err := s.seat(ctx, a, code, result)
	if err != nil {
		return err
	}
	if c.Stage != Open && c.Stage != Judging {
		return errs.New(errs.Conflict, "review.stage", fmt.Sprintf("评审现在是“%s”，不能再声明回避；请联系经办人。", c.Stage.Label()))
	}
	if !slices.Contains([]string{"family", "interest", "other"}, kind) {
		return fault("kind", "review.recusal", "请选回避的原因。", kind)
	}
	_, err = s.change(ctx, code, result, func(e *Entry) error {
		if err := s.judged(ctx, *j, *e); err != nil {
			return err
		}
		e.Recusals = append(e.Recusals, Recusal{Juror: j.User, Kind: kind, Note: strings.TrimSpace(note), At: s.now()})
		e.Sheets = slices.DeleteFunc(e.Sheets, func(x Sheet) bool { return x.Juror == j.User })
		e.History = append(e.History, Event{At: s.now(), By: personOf(a), Step: Recuse})
		return nil
	})
	if err != nil {
		return err
	}
	if c, err = s.get(ctx, code); err == nil && c.Stage != Open && c.Stage != Judging { // the ranking may not have seen it
		return errs.New(errs.Conflict, "review.recused_late", "回避已记下，但排序刚刚开始，可能没有算进去；请马上联系经办人。")
	}
	return err
}

// Paper is an application as a juror reads it, with his own sheet.
type Paper struct {
	Code      string      `json:"code" doc:"Of the call"`
	Title     string      `json:"title" doc:"Of the call"`
	Stage     Stage       `json:"stage"`
	Criteria  []Criterion `json:"criteria"`
	Subject   Subject     `json:"subject"`
	Statement string      `json:"statement"`
	Sheet     *Sheet      `json:"sheet,omitempty" doc:"Your own"`
}

// Read gives an application to a juror without a conflict. Errors: errs.NotFound
// for everybody else.
func (s *Service) Read(ctx context.Context, a account.Actor, code, result string) (Paper, error) {
	c, j, err := s.seat(ctx, a, code, result)
	if err != nil {
		return Paper{}, err
	}
	if c.Stage == Draft || c.Stage == Cancelled {
		return Paper{}, s.entries().NotFound(result)
	}
	e, _, err := s.entries().Get(ctx, entryID(code, result))
	if err == nil {
		err = s.judged(ctx, *j, *e)
	}
	if errs.Is(err, errs.NotFound) {
		return Paper{}, s.entries().NotFound(result)
	}
	if err != nil {
		return Paper{}, err
	}
	return Paper{Code: c.Code, Title: c.Title, Stage: c.Stage, Criteria: c.Criteria, Subject: e.Subject, Statement: e.Statement, Sheet: e.sheetOf(j.User)}, nil
}
