package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/figures"
)

// mountReports adds the figures of the programme, the records behind each, the
// ledgers and the reports.
func (a *API) mountReports() {
	if a.deps.Figures == nil {
		return
	}
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"统计"}}
	}
	report := account.ReportRead
	register(a, operation{Operation: op("funnel", "/funnel", "公开的对接成效：只算公开的需求，不足 3 的数不公布"), action: account.CatalogueRead}, a.openFunnel)
	register(a, operation{Operation: op("figures", "/reports/figures", "统计一页：从需求到见效、金额阶梯、四项数字、服务面、红娘工作、三个一线、库存"), action: report}, a.figures)
	register(a, operation{Operation: op("definitions", "/reports/definitions", "每个统计数字怎么算"), action: report}, a.definitions)
	register(a, operation{Operation: op("figure", "/reports/figures/{key}", "一个数字和它背后的每一条记录"), action: report}, a.behindFigure)
	a.registerFile(op("ledger", "/reports/ledgers/{kind}", "台账：needs、results、people、introductions、helps"), reflect.TypeFor[figures.Ledger](), a.ledger)
	a.registerFile(op("report", "/reports/summary", "月报、年报：本期发生的数和上期的数，用工作自己的话"), reflect.TypeFor[figures.Summary](), a.reportText)
}

// Selection are the parameters of every figure; it is exported because only then
// the parameters of a struct around it are read.
type Selection struct {
	Period   string `query:"period" doc:"A year, a month or a quarter: 2026, 2026-06 or 2026-Q2; in place of from and to"`
	From     string `query:"from" doc:"First day, YYYY-MM-DD, in Chinese time"`
	To       string `query:"to" doc:"Last day, YYYY-MM-DD"`
	Union    string `query:"union" doc:"Code of a union within the caller's subtree"`
	Region   string `query:"region" doc:"GB/T 2260"`
	Industry string `query:"industry" doc:"GB/T 4754: a section's letter or a division's two digits"`
	Basis    string `query:"basis" doc:"happened (unless said otherwise): steps taken in the period; arrived: how far needs came that arrived in it"`
	By       string `query:"by" doc:"region, union, industry or month"`
}

// selection reads the parameters, and whose figures the caller may read.
func (in Selection) selection(ctx context.Context) (scope figures.Scope, sel figures.Selection, by figures.By, err error) {
	if scope, err = figures.ScopeOf(actorOf(ctx)); err != nil {
		return scope, sel, by, err
	}
	v := url.Values{}
	for name, text := range map[string]string{"period": in.Period, "from": in.From, "to": in.To, "union": in.Union, "region": in.Region, "industry": in.Industry, "basis": in.Basis, "by": in.By} {
		v.Set(name, text)
	}
	sel, by, err = figures.ParseSelection(v)
	return scope, sel, by, err
}

type funnelOut struct{ Body figures.OpenFunnel }

func (a *API) openFunnel(context.Context, *struct{}) (*funnelOut, error) {
	f, err := a.deps.Figures.OpenFunnel()
	return &funnelOut{Body: f}, err
}

type definitionsOut struct {
	Body struct {
		Items []figures.Number `json:"items"`
	}
}

func (*API) definitions(context.Context, *struct{}) (*definitionsOut, error) {
	out := &definitionsOut{}
	out.Body.Items = figures.Numbers()
	return out, nil
}

// figureRow is the funnel of one region, union, industry or month.
type figureRow struct {
	Key   string         `json:"key" doc:"Code, or YYYY-MM; empty for what says nothing"`
	Label string         `json:"label"`
	Steps []figures.Step `json:"steps"`
}

// figureMonth is one of the twelve months of the course.
type figureMonth struct {
	Month string       `json:"month" doc:"YYYY-MM"`
	Needs []stageCount `json:"needs" doc:"How many needs came to a stage for the first time in the month"`
	Begun int          `json:"begun" doc:"Introductions that began in it"`
}

type stageCount struct {
	Key   string `json:"key"`
	Term  string `json:"term"`
	Count int    `json:"count"`
}

func figureMonths(months []figures.MonthCount) []figureMonth {
	out := []figureMonth{}
	for _, m := range months {
		row := figureMonth{Month: m.Period.From.String()[:len("2006-01")], Begun: m.Begun}
		for _, s := range figures.Stages() {
			row.Needs = append(row.Needs, stageCount{Key: s.Key(), Term: s.Label(), Count: m.Needs[s]})
		}
		out = append(out, row)
	}
	return out
}

type figuresBody struct {
	Funnel    []figures.Step        `json:"funnel"`
	By        string                `json:"by"`
	Rows      []figureRow           `json:"rows"`
	Ladder    brokering.Ladder      `json:"ladder" doc:"What happened in the period; rungs are never added"`
	Four      brokering.FourNumbers `json:"four_numbers" doc:"劳模工匠助企行"`
	Coverage  figures.Coverage      `json:"coverage"`
	Work      figures.Work          `json:"work"`
	Brokers   []figures.Work        `json:"brokers"`
	Frontline figures.Frontline     `json:"frontline" doc:"三个一线"`
	Stock     figures.Stock         `json:"stock" doc:"Entered in the period"`
	Months    []figureMonth         `json:"months" doc:"Twelve, the last of which is the one in which the period ends, this one at the latest; the period's beginning plays no part"`
}

type allFiguresOut struct{ Body figuresBody }

func (a *API) figures(ctx context.Context, in *Selection) (*allFiguresOut, error) {
	scope, sel, by, err := in.selection(ctx)
	if err != nil {
		return nil, err
	}
	o, err := a.deps.Figures.Overview(scope, sel, by)
	if err != nil {
		return nil, err
	}
	body := figuresBody{Funnel: o.Funnel.Steps(), By: string(by), Rows: []figureRow{}, Ladder: o.Ladder, Four: o.Four, Coverage: o.Coverage, Work: o.Work, Brokers: append([]figures.Work{}, o.Brokers...), Frontline: o.Frontline, Stock: o.Stock, Months: figureMonths(o.Months)}
	for _, r := range o.Rows {
		body.Rows = append(body.Rows, figureRow{Key: r.Key, Label: r.Label, Steps: r.Steps()})
	}
	return &allFiguresOut{Body: body}, nil
}

type behindIn struct {
	Selection
	Key string `path:"key" doc:"Of a definition, such as funnel.signed"`
	Arg string `query:"arg" doc:"For work: account of a broker; for ladder.claimed and ladder.verified: a kind of benefit"`
}

type behindOut struct{ Body figures.Behind }

func (a *API) behindFigure(ctx context.Context, in *behindIn) (*behindOut, error) {
	scope, sel, _, err := in.selection(ctx)
	if err != nil {
		return nil, err
	}
	behind, err := a.deps.Figures.Behind(scope, sel, figures.Asked{Key: in.Key, Arg: in.Arg})
	return &behindOut{Body: behind}, err
}

// registerFile adds an operation that answers with JSON or a workbook.
func (a *API) registerFile(op huma.Operation, body reflect.Type, handle func(context.Context, *ReportRequest) (*fileOut, error)) {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{jsonType: {Schema: a.huma.OpenAPI().Components.Schemas.Schema(body, true, body.Name())}, xlsxType: file}}}
	op.Parameters = []*huma.Param{{Name: "format", In: "query", Description: "json 或 xlsx", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"json", "xlsx"}, Default: "json"}}}
	if op.OperationID == "ledger" {
		register(a, operation{Operation: op, action: account.ReportRead}, func(ctx context.Context, in *ledgerIn) (*fileOut, error) {
			in.ReportRequest.kind = figures.LedgerKind(in.Kind)
			return handle(ctx, &in.ReportRequest)
		})
		return
	}
	register(a, operation{Operation: op, action: account.ReportRead}, handle)
}

// ReportRequest are the parameters of a ledger or report.
type ReportRequest struct {
	Selection
	Format string `query:"format"`

	kind figures.LedgerKind
}

type ledgerIn struct {
	ReportRequest
	Kind string `path:"kind" doc:"needs, results, people, introductions or helps"`
}

// workbook tells whether a workbook is asked for.
func (in *ReportRequest) workbook() (bool, error) {
	switch in.Format {
	case "", "json":
		return false, nil
	case "xlsx":
		return true, nil
	}
	var f errs.Faults
	f.Add("format", "format.unknown", "format 可填 json 或 xlsx。", in.Format)
	return false, paramErr(f)
}

func (a *API) ledger(ctx context.Context, in *ReportRequest) (*fileOut, error) {
	book, err := in.workbook()
	if err != nil {
		return nil, err
	}
	scope, sel, _, err := in.selection(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.deps.Figures.Ledger(scope, sel, in.kind, 0)
	if err != nil {
		return nil, err
	}
	if !book {
		return jsonFile(l), nil
	}
	return a.tables(l.Title, sel, ledgerTable(l, sel))
}

func (a *API) reportText(ctx context.Context, in *ReportRequest) (*fileOut, error) {
	book, err := in.workbook()
	if err != nil {
		return nil, err
	}
	scope, sel, _, err := in.selection(ctx)
	if err != nil {
		return nil, err
	}
	r, err := a.deps.Figures.Summary(scope, sel)
	if err != nil {
		return nil, err
	}
	if !book {
		return jsonFile(r), nil
	}
	helps, err := a.deps.Figures.Ledger(scope, sel, figures.HelpLedger, 0)
	if err != nil {
		return nil, err
	}
	return a.tables(r.Title, sel, reportTable(r), helpTable(helps, sel))
}

// tables answers with a workbook.
func (a *API) tables(title string, sel figures.Selection, tables ...exchange.Table) (*fileOut, error) {
	name := fmt.Sprintf("%s-%s.xlsx", title, a.deps.Now().In(catalog.China()).Format("20060102"))
	if sel.Period.From != 0 && sel.Period.To != 0 {
		name = fmt.Sprintf("%s-%s-%s.xlsx", title, sel.Period.From, sel.Period.To)
	}
	return a.spooledTables(name, tables)
}
