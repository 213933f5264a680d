package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/httpx"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// mountDesk adds the pages on which things stand side by side.
func (s *Site) mountDesk(pages routes) {
	pages.get(view.DeskURL(":code"), account.MatchVerdict, s.desk)
	pages.get(view.CompareURL, account.CatalogueRead, s.compare)
}

// desk is GET /needs/CODE/desk: the need on the left, who can help on the right.
// Whoever may not read the need whole is sent to its public page.
func (s *Site) desk(c *gin.Context) { s.showDesk(c, view.ParseDesk(c.Request.URL.Query())) }

// showDesk shows the desk by a query, also after a form on it was not taken.
func (s *Site) showDesk(c *gin.Context, q view.DeskQuery) {
	ctx, code := c.Request.Context(), c.Param("code")
	rec, whole, err := s.shownRecord(ctx, catalog.KindNeed, code)
	need, ok := rec.(*catalog.Need)
	if err != nil || !ok {
		s.fail(c, hideReason(err))
		return
	}
	if !whole {
		c.Redirect(http.StatusSeeOther, view.RecordURL(catalog.KindNeed, code))
		return
	}
	v := view.BuildRecord(need, s.names(ctx, view.References(need)))
	ask := matcher.FromNeed(need, whole)
	ask.Top = view.DeskTop
	v.Answer = s.answerOf(ctx, ask)
	v.Introductions = s.introductionsOf(c, brokering.Filter{Need: code})
	v.Offer()
	s.offerVerdicts(c, code, q.Back(), v.Answer)
	desk, status := view.BuildDesk(q, v), http.StatusOK
	if typed := typedVerdict(c); typed != nil {
		status = httpx.Status(typed.Err)
	}
	if c.Query("away") != "" {
		desk.Done = "已记下他暂不可用，到期前不再推荐。"
	}
	s.render(c, status, "desk", page{
		Title: "匹配台：" + v.Title, NoIndex: true, Nav: "today", Styles: append(caseStyles(), "verdict.css"), Scripts: []string{"desk.js", "verdict.js"}, Body: desk,
	})
}

// compareView is the page of records side by side.
type compareView struct {
	Comparison view.Comparison
	Missing    int
	Back       view.Link
}

// compare is GET /compare?id=KIND/CODE&id=…: public views side by side. What is
// not public, or not there, is counted and not named.
func (s *Site) compare(c *gin.Context) {
	ctx := c.Request.Context()
	ids := view.ParseCompared(c.Request.URL.Query())
	var shown []view.Record
	for _, id := range ids {
		kind, code := search.SplitID(id)
		rec, err := s.publicRecord(ctx, kind, code)
		if err != nil {
			continue
		}
		r := view.BuildRecord(rec, s.names(ctx, view.References(rec)))
		if brokers(c) {
			r.Offer()
		}
		shown = append(shown, r)
	}
	v := compareView{Comparison: view.CompareRecords(shown), Missing: len(ids) - len(shown), Back: view.CompareBack(c.Query("back"))}
	s.render(c, http.StatusOK, "compare", page{Title: "对比", NoIndex: true, Nav: "search", Styles: caseStyles(), Body: v})
}
