package frontend

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// storePatience is Deps.Patience where that says nothing.
const storePatience = 2 * time.Second

// record is the page of one record of a kind.
func (s *Site) record(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, code := c.Request.Context(), c.Param("code")
		rec, whole, err := s.shownRecord(ctx, kind, code)
		if errs.Is(err, errs.Unavailable) {
			s.recordFromIndex(c, kind, code, err)
			return
		}
		if err != nil {
			s.fail(c, hideReason(err))
			return
		}
		if whole && c.Query("as") == "visitor" {
			s.recordAsVisitor(c, rec)
			return
		}
		v := view.BuildRecord(view.AsAvailable(rec, s.deps.Now()), s.names(ctx, view.References(rec)))
		v.Related, v.Showcase = s.related(ctx, rec), s.showcase(ctx, rec)
		if !whole && !brokers(c) {
			v.Ask = view.NewAsk(kind, code, httpx.AccessOf(ctx).Check(account.NeedCreate) == nil)
		}
		if httpx.AccessOf(ctx).Check(account.ClaimRequest) == nil && !claimed(actorOf(c), rec) {
			v.Claim = view.ClaimURL(kind, code)
		}
		if need, ok := rec.(*catalog.Need); ok {
			if suit, helper := s.suitOf(c, need, whole); helper {
				v.Suit = suit
			} else {
				v.Answer = s.needAnswer(ctx, matcher.FromNeed(need, whole))
			}
			v.Introductions = s.introductionsOf(c, brokering.Filter{Need: code})
			v.Belongs = s.belonging(c, code)
			s.offerVerdicts(c, code, "", v.Answer)
			s.showOffers(c, &v, need, whole)
			v.Edit = s.editOf(ctx, need)
		}
		if brokers(c) {
			v.Offer()
			v.Desk = deskOf(rec, whole)
		}
		if whole {
			if v.Confirm, err = s.confirmable(ctx, actorOf(c), rec); err != nil {
				s.fail(c, err)
				return
			}
			if v.Review, err = s.reviewHere(c, rec); err != nil {
				s.fail(c, err)
				return
			}
			v.Edit, v.State = view.OrText(v.Edit, s.formOf(ctx, rec)), view.StateOf(rec)
			v.Notice, v.Whole, v.Seen = wholeNotice(rec), true, view.SeenByOthers(rec)
			if c.Query("away") != "" {
				v.Notice = "已记下他暂不可用，到期前不再推荐。" + v.Notice
			}
			s.renderRecord(c, v, nil, "")
			return
		}
		doc, _ := search.FromRecord(rec)
		s.renderRecord(c, v, view.RecordJSONLD(s.base(c.Request), rec), doc.Summary)
	}
}

// wholeNotice says to who reads all of a record what others read of it now.
func wholeNotice(rec catalog.Record) string {
	if _, public := catalog.PublicView(rec); !public {
		return "您看到的是全部内容，含保密部分；别人现在搜不到它，也打不开。"
	}
	return "您看到的是全部内容，含保密部分；访客只能看到公开内容。"
}

// claimed tells whether somebody is the person already whom he could claim to be.
func claimed(a account.Actor, rec catalog.Record) bool {
	return a.Person != "" && (rec.Kind() == catalog.KindExpert || catalog.PersonOf(rec) == a.Person)
}

// recordAsVisitor shows who sees a record whole what everybody else sees of it, or
// will once it is published.
func (s *Site) recordAsVisitor(c *gin.Context, rec catalog.Record) {
	ctx := c.Request.Context()
	shown, ok := catalog.Preview(rec)
	if !ok {
		v := view.Record{Kind: rec.Kind(), Label: view.KindLabel(rec.Kind()), Code: rec.Base().Code, Title: rec.Heading(), Crumbs: view.Crumbs(rec.Kind(), rec.Heading()), Whole: true}
		v.Notice, v.Seen = view.HiddenBecause(rec), view.SeenWhole(rec)
		s.renderRecord(c, v, nil, "")
		return
	}
	v := view.BuildRecord(view.AsAvailable(shown, s.deps.Now()), s.names(ctx, view.References(shown)))
	v.Related, v.Showcase = s.related(ctx, shown), s.showcase(ctx, shown)
	if rec.Kind() == catalog.KindNeed {
		v.Edit = s.editOf(ctx, rec)
	}
	_, open := catalog.PublicView(rec)
	if !open {
		v.Waits(rec.Base().Status)
	}
	v.Notice, v.Seen, v.Unlisted = view.SeenNotice(rec, open), view.SeenWhole(rec), true
	s.renderRecord(c, v, nil, "")
}

// editOf is where who may changes a need; "" for everybody else.
func (s *Site) editOf(ctx context.Context, need catalog.Record) string {
	if s.deps.Intake == nil {
		return ""
	}
	if ok, err := s.may(ctx, account.NeedEdit, need); err != nil || !ok {
		return ""
	}
	return view.EditNeedURL(need.Base().Code)
}

// deskOf is where a broker matches a need that he may read whole.
func deskOf(rec catalog.Record, whole bool) string {
	if rec.Kind() != catalog.KindNeed || !whole {
		return ""
	}
	return view.DeskURL(rec.Base().Code)
}

// kindList sends whoever shortens a record's address to the list of its kind.
func (s *Site) kindList(kind catalog.Kind) gin.HandlerFunc {
	return func(c *gin.Context) { c.Redirect(http.StatusFound, view.SearchQuery{Kind: kind}.URL()) }
}

// shownRecord reads what the caller may see of a record: the whole, or its
// public view; a record that he may not see is not found.
func (s *Site) shownRecord(ctx context.Context, kind catalog.Kind, code string) (rec catalog.Record, whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.deps.Patience, storePatience))
	defer cancel()
	if rec, err = s.deps.Records.Get(ctx, kind, code); err == nil {
		whole, err = s.whole(ctx, rec)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, false, errs.Wrap(err, errs.Unavailable, "store.slow", "数据库没有及时回答，请稍后再试。")
	}
	if err != nil || whole {
		return rec, whole, err
	}
	shown, ok := catalog.PublicView(rec)
	if !ok {
		return nil, false, catalog.NotFoundError(kind, code)
	}
	return shown, false, nil
}

// publicRecord reads the public view of a record, whoever asks.
func (s *Site) publicRecord(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error) {
	rec, _, err := s.shownRecord(ctx, kind, code)
	if err != nil {
		return nil, err
	}
	shown, ok := catalog.PublicView(rec)
	if !ok {
		return nil, catalog.NotFoundError(kind, code)
	}
	return shown, nil
}

// hideReason gives every missing record the same face: whether it never was,
// was removed, or is not public, is nobody's business.
func hideReason(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.New(errs.NotFound, "record.not_found", "没有这条记录，或者它没有公开。请核对编号，也可以在下面检索。")
	}
	return err
}

// recordFromIndex shows what the index holds when the store is out of reach.
func (s *Site) recordFromIndex(c *gin.Context, kind catalog.Kind, code string, cause error) {
	ctx, id := c.Request.Context(), search.ID(kind, code)
	docs, err := s.deps.Engine.Documents(ctx, []string{id})
	d, ok := docs[id]
	if err != nil || !ok {
		s.fail(c, cause)
		return
	}
	s.deps.Log.WarnContext(ctx, "page from the index: store out of reach", "id", id, "err", cause)
	v := view.BuildFromDocument(d)
	if kind == catalog.KindNeed {
		v.Answer = s.needAnswer(ctx, matcher.Request{Title: d.Title, Text: view.OrText(d.Summary, d.Title), NeedCode: code, Region: d.Region})
	}
	s.renderRecord(c, v, view.DocumentJSONLD(s.base(c.Request), d), d.Summary)
}

func (s *Site) renderRecord(c *gin.Context, v view.Record, jsonld any, summary string) {
	status := http.StatusOK
	if typed := typedVerdict(c); typed != nil {
		status = httpx.Status(typed.Err)
	}
	if kept, ok := c.Get(typedOfferKey); ok {
		if typed, ok := kept.(typedOffer); ok {
			status = httpx.Status(typed.err)
		}
	}
	s.render(c, status, "record", page{
		Title: v.Title + " · " + v.Label, Description: view.Shorten(view.OrText(summary, v.Title), 150), Path: view.RecordURL(v.Kind, v.Code),
		Nav: string(v.Kind), Styles: stylesOf(v), Scripts: scriptsOf(v), JSONLD: jsonld, NoIndex: v.Whole || v.Unlisted, Body: v,
	})
}

// stylesOf adds the style sheets of introductions and of verdicts where there are
// some.
func stylesOf(v view.Record) []string {
	var out []string
	if len(v.Introductions) > 0 || v.Review != nil {
		out = caseStyles()
	}
	if v.Answer != nil && v.Answer.Judged {
		out = append(out, "verdict.css")
	}
	return out
}

func scriptsOf(v view.Record) []string {
	if v.Answer != nil && v.Answer.Judged {
		return []string{"suggest.js", "verdict.js"}
	}
	return []string{"suggest.js"}
}

// names finds the headings of referenced records. Without the index the page
// shows the references as texts.
func (s *Site) names(ctx context.Context, ids []string) view.Names {
	out := view.Names{}
	if len(ids) == 0 {
		return out
	}
	docs, err := s.deps.Engine.Documents(ctx, ids)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "references without names", "err", err)
	}
	for id, d := range docs {
		out[id] = d.Title
	}
	return out
}

// needAnswer matches a need by its public text. A failure is told on the page
// and never hides the need.
func (s *Site) needAnswer(ctx context.Context, req matcher.Request) *view.Answer {
	req.Top = view.NeedTop
	return s.answerOf(ctx, req)
}

func (s *Site) answerOf(ctx context.Context, req matcher.Request) *view.Answer {
	answer, err := s.deps.Matcher.Match(ctx, req)
	if err != nil {
		s.deps.Log.ErrorContext(ctx, "need without matches", "need", req.NeedCode, "err", err)
		return &view.Answer{Failed: errs.As(err).Message}
	}
	v := view.BuildAnswer(answer)
	return &v
}

// showcase gathers what an organisation has to show; nil for other kinds. A kind
// that the index does not answer for is left out.
func (s *Site) showcase(ctx context.Context, rec catalog.Record) *view.Showcase {
	org, ok := rec.(*catalog.Organisation)
	if !ok {
		return nil
	}
	out := &view.Showcase{}
	for _, ask := range view.ShowcaseQuestions(org) {
		res, err := s.deps.Engine.Search(ctx, ask.Request)
		if err != nil {
			s.deps.Log.WarnContext(ctx, "records of an organisation left out", "err", err)
			continue
		}
		out.Show(ask, res)
	}
	out.Finish()
	return out
}

// related lists what belongs to a person.
func (s *Site) related(ctx context.Context, rec catalog.Record) []view.RelatedGroup {
	var out []view.RelatedGroup
	for _, ask := range view.RelatedQuestions(rec) {
		res, err := s.deps.Engine.Search(ctx, ask.Request)
		if err != nil {
			s.deps.Log.WarnContext(ctx, "related records left out", "err", err)
			continue
		}
		if g, ok := view.BuildRelated(ask, res); ok {
			out = append(out, g)
		}
	}
	return out
}
