package frontend

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// Desk says what of the catalogue waits for somebody; *desk.Desk is one.
type Desk interface {
	Needs(ctx context.Context, a account.Actor) ([]*catalog.Need, error)
	ToReview(ctx context.Context, a account.Actor) ([]catalog.Record, error)
}

// Changer saves a changed record; *catalog.Service is one.
type Changer interface {
	Update(ctx context.Context, by string, rec catalog.Record) error
}

// todayCases bounds how many of somebody's open cases are looked at.
const todayCases = 300

// mountToday adds the pages that people work from.
func (s *Site) mountToday(pages routes) {
	pages.get(view.TodayURL, account.AccountRead, s.today)
	if s.deps.Changes != nil {
		pages.post(view.AvailabilityURL, account.PersonEdit, s.setAvailability)
	}
	if s.deps.Desk == nil || s.deps.Intake == nil {
		return
	}
	pages.get(view.ReviewURL, account.NeedReview, s.review)
	if s.deps.Changes != nil {
		pages.post(view.ReviewURL+"/:kind/:code", account.RecordPublish, s.reviewRecord)
	}
}

// today is GET /today.
func (s *Site) today(c *gin.Context) {
	ctx, actor := c.Request.Context(), actorOf(c)
	f := view.TodayFacts{Actor: actor, Now: s.deps.Now(), Unread: s.unread(ctx), Done: c.Query("done"), Leads: s.leads(c)}
	var err error
	if f.Cases, err = s.casesToday(ctx, actor); err == nil {
		err = s.waitingToday(ctx, actor, &f)
	}
	if err == nil && actor.Person != "" {
		if f.Expert, err = s.ownProfile(ctx, actor); f.Expert != nil {
			f.Hints = s.needHints(ctx, f.Expert)
		}
	}
	if err == nil && actor.Role == account.Administrator {
		f.Fields = s.serviceState(ctx)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildToday(f)
	s.render(c, http.StatusOK, "today", page{Title: v.Title, NoIndex: true, Nav: "today", Styles: caseStyles(), Body: v, Unread: &f.Unread})
}

// leads tells which pages the caller can be led to.
func (s *Site) leads(c *gin.Context) func(path string) bool {
	access := httpx.AccessOf(c.Request.Context())
	return func(path string) bool {
		action, mounted := s.actions[http.MethodGet+" "+path]
		return path == "" || mounted && access.Check(action) == nil
	}
}

// casesToday lists the open cases that concern the caller: a broker's own, a
// leader's late ones, all of a party.
func (s *Site) casesToday(ctx context.Context, actor account.Actor) ([]brokering.Line, error) {
	if s.deps.Introductions == nil {
		return nil, nil
	}
	f := brokering.Filter{Open: true, Limit: todayCases}
	switch actor.Role {
	case account.Broker:
		f.Broker = actor.User
	case account.Leader:
		f.Level = brokering.Remind
	case account.Administrator:
		return nil, nil
	}
	lines, err := s.deps.Introductions.List(ctx, actor, f)
	if errs.Is(err, errs.Denied) {
		return nil, nil // who belongs to nothing has no cases
	}
	return lines.Items, err
}

// waitingToday asks the desk.
func (s *Site) waitingToday(ctx context.Context, actor account.Actor, f *view.TodayFacts) (err error) {
	if s.deps.Desk == nil {
		return nil
	}
	if account.ScopeOf(actor, account.NeedEdit) != account.None {
		if f.Needs, err = s.deps.Desk.Needs(ctx, actor); err != nil {
			return err
		}
	}
	if account.ScopeOf(actor, account.NeedReview) != account.None {
		f.Review, err = s.deps.Desk.ToReview(ctx, actor)
	}
	return err
}

// ownProfile reads the caller's own profile; nil where he has none. A claim to a
// record that is gone leaves the page without.
func (s *Site) ownProfile(ctx context.Context, actor account.Actor) (*catalog.Expert, error) {
	rec, err := s.deps.Records.Get(ctx, catalog.KindExpert, actor.Person)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	expert, ok := rec.(*catalog.Expert)
	if err != nil || !ok || expert.Deleted() {
		return nil, err
	}
	return expert, nil
}

// serviceState says how the service does, for who looks after it.
func (s *Site) serviceState(ctx context.Context) []view.Item {
	status, err := s.deps.Engine.Status(ctx)
	return view.StateItems(status, err, s.deps.Version)
}

// setAvailability is POST /today/availability: the own switch.
func (s *Site) setAvailability(c *gin.Context) {
	ctx, actor := c.Request.Context(), actorOf(c)
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if actor.Person == "" {
		s.fail(c, catalog.NotFoundError(catalog.KindExpert, ""))
		return
	}
	accepting := form.Get("accepting") == "yes"
	until, err := view.ReadPause(form.Get("until"), s.deps.Now())
	if err != nil && !accepting {
		s.fail(c, err)
		return
	}
	if err := s.changeOwn(ctx, actor, func(e *catalog.Expert) { view.SetAvailability(e, accepting, until, s.deps.Now()) }); err != nil {
		s.fail(c, err)
		return
	}
	done := map[bool]string{true: "accepting", false: "paused"}[accepting]
	c.Redirect(http.StatusSeeOther, view.TodayURL+"?done="+done)
}

// changeOwn changes the caller's own profile; somebody else's change in between
// is read and not written over.
func (s *Site) changeOwn(ctx context.Context, actor account.Actor, change func(*catalog.Expert)) error {
	for try := 0; ; try++ {
		rec, err := s.deps.Records.Get(ctx, catalog.KindExpert, actor.Person)
		if err != nil {
			return err
		}
		own, ok := catalog.Clone(rec).(*catalog.Expert)
		if !ok || own.Deleted() {
			return catalog.NotFoundError(catalog.KindExpert, actor.Person)
		}
		change(own)
		if err = s.deps.Changes.Update(ctx, actor.Signature(), own); !errs.Is(err, errs.Stale) || try == 2 {
			return err
		}
	}
}

// review is GET /review.
func (s *Site) review(c *gin.Context) { s.renderReview(c, http.StatusOK, c.Query("done"), "") }

func (s *Site) renderReview(c *gin.Context, status int, done, problem string) {
	recs, err := s.deps.Desk.ToReview(c.Request.Context(), actorOf(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	n, _ := strconv.Atoi(c.Query("page")) // anything else is the first page
	v := view.BuildReview(view.WaitingFacts{Records: recs, Page: n, Now: s.deps.Now(), Whole: s.wholeOf(c), Check: s.needCheck(c)})
	v.Done, v.Problem = view.DoneAtDesk(done), problem
	s.render(c, status, "review", page{Title: "审核", NoIndex: true, Nav: "review", Styles: caseStyles(), Body: v})
}

// wholeOf reads a record that the desk listed, which keeps no texts. One that was
// changed since is left to the next look at the page: nobody publishes what he was
// not shown, as its revision is another.
func (s *Site) wholeOf(c *gin.Context) func(catalog.Record) catalog.Record {
	return func(rec catalog.Record) catalog.Record {
		whole, err := s.deps.Records.Get(c.Request.Context(), rec.Kind(), rec.Base().Code)
		if err != nil || whole.Base().Rev != rec.Base().Rev {
			return nil
		}
		return whole
	}
}

// needCheck reads a need as the coach does; a firm that cannot be read is not looked for.
func (s *Site) needCheck(c *gin.Context) view.NeedCheck {
	return func(need *catalog.Need) []coach.Remark {
		firm, err := s.deps.Intake.Firm(c.Request.Context(), actorOf(c), need)
		if err != nil {
			httpx.LogError(s.deps.Log, c.Request, err)
		}
		return coach.Read(need, firm, s.deps.Now()).Remarks
	}
}

// reviewHere is the card of a record that waits for the caller's review; nil for
// any other.
func (s *Site) reviewHere(c *gin.Context, rec catalog.Record) (*view.ReviewItem, error) {
	if rec.Base().Status != "submitted" || s.deps.Intake == nil || s.deps.Desk == nil {
		return nil, nil
	}
	action := account.NeedReview
	if rec.Kind() != catalog.KindNeed {
		action = account.Publish(string(rec.Kind()))
	}
	ok, err := s.may(c.Request.Context(), action, rec)
	if err != nil || !ok {
		return nil, err
	}
	return view.ReviewHere(rec, s.deps.Now(), s.needCheck(c)), nil
}

// reviewRecord is POST /review/KIND/CODE: a record that is no need is published
// or given back. Needs have steps of their own.
func (s *Site) reviewRecord(c *gin.Context) {
	form, err := readForm(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	to := map[string]string{"publish": "published", "return": "returned"}[form.Get("step")]
	kind, known := catalog.ParseKind(c.Param("kind"))
	if step := form.Get("step"); known == nil && kind != catalog.KindNeed && (step == acceptChange || step == refuseChange) {
		s.decideChange(c, kind, form)
		return
	}
	if known != nil || to == "" || kind == catalog.KindNeed {
		s.fail(c, catalog.NotFoundError(kind, c.Param("code")))
		return
	}
	if err := s.settle(c, kind, view.ReadRev(form.Get("rev")), to); err != nil {
		httpx.LogError(s.deps.Log, c.Request, err)
		s.renderReview(c, httpx.Status(err), "", strings.TrimSpace(errs.As(err).Message))
		return
	}
	c.Redirect(http.StatusSeeOther, view.ReviewURL+"?done="+to)
}

// settle sets the state of a record that waits to be reviewed.
func (s *Site) settle(c *gin.Context, kind catalog.Kind, rev int64, to string) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), 10*time.Second)
	defer cancel()
	rec, err := s.deps.Records.Get(ctx, kind, c.Param("code"))
	if err != nil {
		return err
	}
	ok, err := s.may(ctx, account.RecordPublish, rec)
	if err != nil {
		return err
	}
	if !ok || rec.Base().Deleted() {
		return catalog.NotFoundError(kind, c.Param("code"))
	}
	if rec.Base().Status != "submitted" {
		return errs.New(errs.Conflict, "review.settled", "这条资料已经有人审核过了，列表已刷新。")
	}
	changed := catalog.Clone(rec)
	changed.Base().Status = to
	if rev > 0 {
		changed.Base().Rev = rev
	}
	return s.deps.Changes.Update(ctx, actorOf(c).Signature(), changed)
}
