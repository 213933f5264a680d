package personal

import (
	"context"
	"encoding/json"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// Application is a result that he handed in to be judged, without what jurors said.
type Application struct {
	Call      string    `json:"call"`
	Result    string    `json:"result"`
	Title     string    `json:"title"`
	Statement string    `json:"statement"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Judgement is a sheet that he filled in as a juror.
type Judgement struct {
	Call   string    `json:"call"`
	Result string    `json:"result"`
	Points []int     `json:"points"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// Protest is an objection that he made under his account, with the answer.
type Protest struct {
	Code    string    `json:"code"`
	Call    string    `json:"call"`
	Result  string    `json:"result"`
	Name    string    `json:"name"`
	Contact string    `json:"contact,omitempty"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	Upheld  bool      `json:"upheld,omitempty"`
	Reason  string    `json:"reason,omitempty"`
}

// saved gathers what he set up for himself: saved searches, what he wants to be told,
// and files on their way in, with their bytes.
func (s *Service) saved(ctx context.Context, k known, d *Dossier) error {
	if k.User == "" {
		return nil
	}
	for _, of := range []struct {
		kind  account.ItemKind // of packages watch, notice and batch
		owner string
		to    *[]json.RawMessage
	}{{"saved_search", k.User, &d.Searches}, {"preference", "user/" + k.User, &d.Preferences}, {"batch", k.User, &d.Imports}} {
		items, err := s.Items.Owned(ctx, of.kind, of.owner)
		if err != nil {
			return err
		}
		for _, it := range items {
			*of.to = append(*of.to, it.Body)
			if it.Kind == "batch" {
				d.files = append(d.files, file{it.ID + "-" + flat(fileOf(it.Body)), paper.FileOf(it.Kind, it.ID)})
			}
		}
	}
	return nil
}

// fileOf is the name of a file on its way in.
func fileOf(body []byte) string {
	var b struct{ File string }
	_ = json.Unmarshal(body, &b) // without a name it has its code
	return b.File
}

// judgings gathers what he handed in, judged and objected to, and nothing of others.
func (s *Service) judgings(ctx context.Context, k known, d *Dossier) error {
	err := s.eachItem(ctx, account.KindEntry, func(it account.Item) error {
		var e struct {
			Application
			Subject   struct{ Result, Title string }
			Applicant struct{ User, Expert string }
			Sheets    []struct {
				Judgement
				Juror string
			}
		}
		if err := read(it, &e); err != nil {
			return err
		}
		if k.User != "" && e.Applicant.User == k.User || k.Person != "" && e.Applicant.Expert == k.Person {
			e.Application.Result, e.Application.Title = e.Subject.Result, e.Subject.Title
			d.Applications = append(d.Applications, e.Application)
		}
		for _, sheet := range e.Sheets {
			if k.User != "" && sheet.Juror == k.User {
				sheet.Call, sheet.Result = e.Call, e.Subject.Result
				d.Judged = append(d.Judged, sheet.Judgement)
			}
		}
		return nil
	})
	if err != nil || k.User == "" {
		return err
	}
	return s.eachItem(ctx, account.KindObjection, func(it account.Item) error {
		var o struct {
			Protest
			User string
		}
		if err := read(it, &o); err != nil || o.User != k.User {
			return err
		}
		d.Objections = append(d.Objections, o.Protest)
		return nil
	})
}

func read(it account.Item, v any) error {
	if err := json.Unmarshal(it.Body, v); err != nil {
		return errs.Wrap(err, errs.Internal, "personal.unreadable", "有一条评审资料读不出来，内容可能已损坏。请从备份恢复。")
	}
	return nil
}
