package frontend

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"hongniang/frontend/view"
	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/figures"
	"hongniang/internal/httpx"
)

// mountFigures adds the pages of figures, the records behind them, and reports.
func (s *Site) mountFigures(pages routes) {
	if s.deps.Figures == nil {
		return
	}
	report := account.ReportRead
	pages.get(view.FunnelURL, account.CatalogueRead, s.openFunnel)
	pages.get(view.LeaderURL, report, s.leader)
	pages.get(view.BehindURL, report, s.behind)
	pages.get(view.ReportsURL, report, s.reports)
	pages.get(view.ReportsURL+"/:kind", report, s.report)
}

func figureStyles() []string { return []string{"leader.css"} }

// openFunnel is GET /funnel, for everybody.
func (s *Site) openFunnel(c *gin.Context) {
	f, err := s.deps.Figures.OpenFunnel()
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, http.StatusOK, "funnel", page{
		Title: "对接成效", Description: "企业公开的技术难题，从征集、匹配、推荐、签约到见效，各走到了哪一步。", Path: view.FunnelURL, Nav: "funnel", Styles: figureStyles(), Body: view.BuildOpenFunnel(f),
	})
}

// question reads what figures are wanted, and whose the caller may read.
func (s *Site) question(c *gin.Context) (figures.Scope, view.FigureQuestion, error) {
	values := view.FigureValues(c.Request.URL.Query(), catalog.ParsePlace)
	q := view.FigureQuestion{Values: values, By: figures.ByRegion, Today: s.deps.Figures.Today()}
	scope, err := figures.ScopeOf(actorOf(c))
	if err != nil {
		return scope, q, err
	}
	q.Unions = s.deps.Figures.Unions(scope)
	q.Sel, q.By, err = figures.ParseSelection(values)
	if err == nil {
		err = q.Sel.Check()
	}
	return scope, q, err
}

// leader is GET /leader.
func (s *Site) leader(c *gin.Context) {
	scope, q, err := s.question(c)
	var o figures.Overview
	if err == nil {
		o, err = s.deps.Figures.Overview(scope, q.Sel, q.By)
	}
	if err != nil {
		s.refuseFigures(c, view.LeaderURL, q, err)
		return
	}
	s.render(c, http.StatusOK, "leader", page{Title: "成效", NoIndex: true, Nav: "leader", Styles: figureStyles(), Body: view.BuildLeader(o, q)})
}

// refuseFigures shows the form again with what is wrong, as it was typed.
func (s *Site) refuseFigures(c *gin.Context, action string, q view.FigureQuestion, err error) {
	e := errs.As(err)
	if e.Kind != errs.Invalid {
		s.fail(c, err)
		return
	}
	httpx.LogError(s.deps.Log, c.Request, err)
	faults := map[string]string{}
	for _, f := range e.Fields {
		faults[f.Field] = f.Message
	}
	problem, filter := "没有看成：请按提示改正再试。", view.BuildFilter(action, q, faults)
	if action == view.ReportsURL {
		s.render(c, httpx.Status(err), "reports", page{Title: "报表和台账", NoIndex: true, Nav: "reports", Styles: figureStyles(), Body: view.Reports{Filter: filter, Problem: problem}})
		return
	}
	s.render(c, httpx.Status(err), "leader", page{Title: "成效", NoIndex: true, Nav: "leader", Styles: figureStyles(), Body: view.Leader{Filter: filter, Problem: problem, Reports: view.ReportsURL}})
}

// behind is GET /leader/behind: the records behind a number.
func (s *Site) behind(c *gin.Context) {
	scope, q, err := s.question(c)
	asking := view.AskBehind(c.Query("key"), c.Query("arg"), c.Query("page"))
	var b figures.Behind
	if err == nil {
		b, err = s.deps.Figures.Behind(scope, q.Sel, asking)
	}
	if last := view.LastBehind(asking, b.Total); err == nil && last.From < asking.From { // there is no such page any more
		asking = last
		b, err = s.deps.Figures.Behind(scope, q.Sel, asking)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	v := view.BuildBehind(b, q.Sel, asking, view.ReadBack(c.Query("back")))
	s.render(c, http.StatusOK, "behind", page{Title: v.Term, NoIndex: true, Nav: "leader", Styles: figureStyles(), Body: v})
}

// reports is GET /reports. Without a period it is that of this year.
func (s *Site) reports(c *gin.Context) {
	scope, q, err := s.question(c)
	if err == nil {
		_, _, err = s.deps.Figures.Funnels(scope, q.Sel, q.By) // a union outside the scope is refused here too
	}
	if err != nil {
		s.refuseFigures(c, view.ReportsURL, q, err)
		return
	}
	if asked := c.Request.URL.Query(); !asked.Has("from") && !asked.Has("to") && !asked.Has("period") {
		q.Sel.Period = figures.Year(q.Today)
	}
	s.render(c, http.StatusOK, "reports", page{Title: "报表和台账", NoIndex: true, Nav: "reports", Styles: figureStyles(), Body: view.BuildReports(q)})
}

// report is GET /reports/:kind: a ledger, or the report in words.
func (s *Site) report(c *gin.Context) {
	scope, q, err := s.question(c)
	var v view.ReportPage
	if err == nil {
		v, err = s.buildReport(c.Param("kind"), scope, q)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, http.StatusOK, "report", page{Title: v.Title, NoIndex: true, Nav: "reports", Styles: figureStyles(), Scripts: []string{"copy.js"}, Body: v})
}

func (s *Site) buildReport(kind string, scope figures.Scope, q view.FigureQuestion) (view.ReportPage, error) {
	if kind == view.SummaryKind {
		r, err := s.deps.Figures.Summary(scope, q.Sel)
		return view.BuildSummary(r, q), err
	}
	l, err := s.deps.Figures.Ledger(scope, q.Sel, figures.LedgerKind(kind), view.PrintRows)
	return view.BuildLedger(l, unionName(scope, q), q), err
}

// unionName is whose a ledger is.
func unionName(scope figures.Scope, q view.FigureQuestion) string {
	code := q.Sel.Union
	if code == "" {
		code = scope.Union
	}
	for _, u := range q.Unions {
		if u.Code == code {
			return u.Name
		}
	}
	return view.OrText(code, "全部工会")
}
