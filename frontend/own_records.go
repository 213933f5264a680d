package frontend

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/desk"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// Waiting lists records that are not published; *desk.Desk is one.
type Waiting interface {
	List(ctx context.Context, a account.Actor, ask desk.Ask) ([]catalog.Record, error)
}

var _ Waiting = (*desk.Desk)(nil)

// mountOwnRecords adds the pages on which results and patents are entered and
// changed.
func (s *Site) mountOwnRecords(pages routes) {
	if s.deps.Intake == nil {
		return
	}
	pages.get(view.OwnRecordsURL, account.ResultEdit, s.ownRecords)
	for _, kind := range view.NewKinds() {
		create := account.Create(string(kind))
		pages.get(view.NewRecordURL(kind), create, s.newRecord(kind))
		pages.post(view.NewRecordURL(kind), create, s.saveRecord(kind))
	}
	for _, kind := range view.FormKinds() {
		edit := account.Edit(string(kind))
		pages.get(view.EditRecordURL(kind, ":code"), edit, s.editRecord(kind))
		pages.post(view.EditRecordURL(kind, ":code"), edit, s.saveRecord(kind))
		pages.post(view.WithdrawRecordURL(kind, ":code"), edit, s.withdrawRecord(kind))
	}
}

// ownRecords is GET /records/mine.
func (s *Site) ownRecords(c *gin.Context) {
	ctx, actor := c.Request.Context(), actorOf(c)
	n, _ := strconv.Atoi(c.Query("page")) // anything else is the first page
	f := view.OwnRecordsFacts{Page: n, Now: s.deps.Now(), Done: c.Query("done"), Imports: s.leads(c)(view.ImportsURL)}
	var err error
	if lists, ok := s.deps.Desk.(Waiting); ok {
		f.Waiting, err = lists.List(ctx, actor, desk.Ask{
			Keep:   func(rec catalog.Record) bool { return slices.Contains(view.FormKinds(), rec.Kind()) },
			Action: func(rec catalog.Record) account.Action { return account.Edit(string(rec.Kind())) },
		})
	}
	if err == nil && actor.Person != "" {
		f.Expert, err = s.ownProfile(ctx, actor)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	f.Public = s.ownPublic(ctx, actor, f.Expert)
	s.render(c, http.StatusOK, "own-records", page{Title: "我的成果", NoIndex: true, Nav: "records", Styles: caseStyles(), Body: view.BuildOwnRecords(f)})
}

// ownPublic finds what is published of the caller's organisation and of himself.
// Without the index the page shows what is not published.
func (s *Site) ownPublic(ctx context.Context, actor account.Actor, self *catalog.Expert) []view.OwnPublic {
	var of []catalog.Record
	if self != nil {
		of = append(of, self)
	}
	if actor.Org != "" && account.ScopeOf(actor, account.ResultEdit) == account.Own {
		if org, err := s.deps.Records.Get(ctx, catalog.KindOrganisation, actor.Org); err == nil {
			of = append(of, org)
		}
	}
	var out []view.OwnPublic
	for _, rec := range of {
		for _, ask := range view.OwnQuestions(rec) {
			res, err := s.deps.Engine.Search(ctx, ask.Request)
			if err != nil {
				s.deps.Log.WarnContext(ctx, "own published records left out", "err", err)
				continue
			}
			for _, p := range ask.Own(res) {
				if !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

func (s *Site) newRecord(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		rec, err := catalog.New(kind)
		if err != nil {
			s.fail(c, err)
			return
		}
		s.renderRecordForm(c, http.StatusOK, view.RecordFormFacts{Record: rec})
	}
}

func (s *Site) editRecord(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		rec, err := s.deps.Intake.EditRecord(c.Request.Context(), actorOf(c), kind, c.Param("code"))
		if err != nil {
			s.fail(c, err)
			return
		}
		s.renderRecordForm(c, http.StatusOK, view.RecordFormFacts{Record: rec, Done: c.Query("done")})
	}
}

func (s *Site) renderRecordForm(c *gin.Context, status int, f view.RecordFormFacts) {
	f.Now = s.deps.Now()
	if m := f.Record.Base(); m.Code != "" {
		saved, err := s.deps.Intake.OpenRecord(c.Request.Context(), actorOf(c), f.Record.Kind(), m.Code)
		if err == nil {
			f.Saved = saved
			f.Publishes, err = s.may(c.Request.Context(), account.Publish(string(f.Record.Kind())), saved)
		}
		if err != nil {
			s.fail(c, err)
			return
		}
	}
	v := view.BuildRecordForm(f)
	s.render(c, status, "record-form", page{Title: v.Title, NoIndex: true, Nav: "records", Styles: append(needStyles(), "import.css"), Body: v})
}

// saveRecord keeps a draft, hands it in, or shows what others will see of it; a form
// that is refused comes back as it was typed.
func (s *Site) saveRecord(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		code := c.Param("code")
		typed, form, err := s.typedRecord(c, kind)
		if typed == nil {
			s.fail(c, err)
			return
		}
		if err == nil && code != "" && typed.Base().Rev == 0 {
			err = errs.New(errs.Invalid, "record.rev_missing", "表单没有传完整，请刷新页面再办。")
		}
		if form.Get("do") == "preview" && err == nil {
			s.renderRecordForm(c, http.StatusOK, view.RecordFormFacts{Record: typed, Preview: true})
			return
		}
		kept := catalog.Clone(typed) // cleaning changes it
		if err == nil {
			err = s.deps.Intake.SaveRecord(c.Request.Context(), actorOf(c), kept, form.Get("do") == "submit")
		}
		if err == nil {
			c.Redirect(http.StatusSeeOther, view.EditRecordURL(kind, kept.Base().Code)+"?done="+doneWith(kept, form.Get("do")))
			return
		}
		httpx.LogError(s.deps.Log, c.Request, err)
		typed.Base().Code = code
		s.renderRecordForm(c, httpx.Status(err), view.RecordFormFacts{Record: typed, Err: err})
	}
}

// typedRecord reads the posted form over the saved record that it is of. Without a
// record the request cannot be answered; with one the error is of what was typed.
func (s *Site) typedRecord(c *gin.Context, kind catalog.Kind) (catalog.Record, url.Values, error) {
	ctx, actor, code := c.Request.Context(), actorOf(c), c.Param("code")
	form, err := readForm(c)
	if err != nil {
		return nil, nil, err
	}
	var saved catalog.Record
	if code != "" {
		saved, err = s.deps.Intake.EditRecord(ctx, actor, kind, code)
	} else {
		saved, err = catalog.New(kind)
	}
	if err != nil {
		return nil, nil, err
	}
	typed, faults := view.ReadRecordForm(form, saved)
	typed.Base().Rev = view.ReadRev(form.Get("rev"))
	if own, person := typed.(*catalog.Expert); person && actor.Person != "" && own.Code == actor.Person {
		own.LastConfirmedAt = catalog.Day(s.deps.Now())
	}
	return typed, form, faults
}

// doneWith names what became of a saved record.
func doneWith(kept catalog.Record, do string) string {
	switch m := kept.Base(); {
	case do == "submit" && m.Status == "submitted":
		return "submitted"
	case m.Pending.Waits():
		return "held"
	}
	return "saved"
}

func (s *Site) withdrawRecord(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		form, err := readForm(c)
		if err == nil {
			err = s.deps.Intake.Withdraw(c.Request.Context(), actorOf(c), kind, c.Param("code"), view.ReadRev(form.Get("rev")))
		}
		if err != nil {
			s.fail(c, err)
			return
		}
		c.Redirect(http.StatusSeeOther, view.EditRecordURL(kind, c.Param("code"))+"?done=withdrawn")
	}
}

// formOf is where the caller changes a result or a patent that he is shown whole; ""
// where he does not.
func (s *Site) formOf(ctx context.Context, rec catalog.Record) string {
	if s.deps.Intake == nil || !slices.Contains(view.FormKinds(), rec.Kind()) {
		return ""
	}
	if ok, err := s.may(ctx, account.Edit(string(rec.Kind())), rec); err != nil || !ok {
		return ""
	}
	return view.EditRecordURL(rec.Kind(), rec.Base().Code)
}
