package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/review"
)

func (a *API) mountReviews() {
	if a.deps.Reviews == nil {
		return
	}
	const one, entry = "/reviews/{code}", "/reviews/{code}/entries/{ref}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"成果评审"}}
	}
	created := func(o huma.Operation) huma.Operation {
		o.DefaultStatus = http.StatusCreated
		return o
	}
	register(a, operation{Operation: op("list-reviews", http.MethodGet, "/reviews", "列出成果评审；经办人还能看到起草中的"), action: account.CatalogueRead}, a.listReviews)
	register(a, operation{Operation: op("get-review", http.MethodGet, one, "读取一次评审：公开的部分，以及您作为申报人、评委或经办人能看的部分"), action: account.CatalogueRead}, a.getReview)
	register(a, operation{Operation: created(op("create-review", http.MethodPost, "/reviews", "起草一次征集")), action: account.ReviewRun, body: jsonBody(a.typeSchema(reflect.TypeFor[review.Terms](), "ReviewInput"))}, a.createReview)
	register(a, operation{Operation: op("step-review", http.MethodPost, one+"/steps", "办一步：发布、聘请评委、开始评审、排序、公示、公布等"), action: account.ReviewRun, body: a.reviewStepBody()}, a.stepReview)
	register(a, operation{Operation: op("decide-review-tie", http.MethodPost, one+"/ties", "评审组长给并列的成果定先后"), action: account.ReviewScore, body: a.reviewStepBody()}, a.decideReviewTie)
	application := jsonBody(a.typeSchema(reflect.TypeFor[review.Application](), "ReviewApplicationInput"))
	register(a, operation{Operation: op("check-review-entry", http.MethodPost, one+"/eligibility", "申报前核对：哪几条不符合、怎么改"), action: account.ReviewApply, body: application}, a.checkReviewEntry)
	register(a, operation{Operation: created(op("apply-review", http.MethodPost, one+"/entries", "申报一项成果")), action: account.ReviewApply, body: application}, a.applyReview)
	register(a, operation{Operation: op("withdraw-review-entry", http.MethodPost, entry+"/withdraw", "截止前撤回申报"), action: account.ReviewApply}, a.withdrawReviewEntry)
	register(a, operation{Operation: op("get-review-entry", http.MethodGet, entry, "评委读一项申报和自己的评分表；要回避的看不到"), action: account.ReviewScore}, a.getReviewEntry)
	register(a, operation{Operation: op("score-review-entry", http.MethodPost, entry+"/score", "评委打分；交回后不能再改"), action: account.ReviewScore, body: jsonBody(a.typeSchema(reflect.TypeFor[review.Marks](), "ReviewMarksInput"))}, a.scoreReviewEntry)
	register(a, operation{Operation: op("recuse-review-entry", http.MethodPost, entry+"/recusal", "评委声明回避"), action: account.ReviewScore, body: jsonBody(a.typeSchema(reflect.TypeFor[reviewRecusal](), "ReviewRecusalInput"))}, a.recuseReviewEntry)
	register(a, operation{Operation: created(op("object-review", http.MethodPost, one+"/objections", "公示期内提出异议")), action: account.ReviewObject, body: jsonBody(a.typeSchema(reflect.TypeFor[review.Complaint](), "ReviewObjectionInput"))}, a.objectReview)
	register(a, operation{Operation: op("decide-review-objection", http.MethodPost, one+"/objections/{id}", "核实异议、写明结论"), action: account.ReviewRun, body: jsonBody(a.typeSchema(reflect.TypeFor[review.Verdict](), "ReviewVerdictInput"))}, a.decideReviewObjection)
	certificates := op("list-review-certificates", http.MethodGet, one+"/certificates", "公布后的证书数据；format=xlsx 下载 Excel")
	certificates.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		jsonType: {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[certificatesBody](), true, "ReviewCertificates")},
		xlsxType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
	}}}
	register(a, operation{Operation: certificates, action: account.ReviewRead}, a.listReviewCertificates)
}

func (a *API) reviewStepBody() *huma.RequestBody {
	return jsonBody(a.typeSchema(reflect.TypeFor[reviewStep](), "ReviewStepInput"))
}

type reviewIn struct {
	Request
	Code    string `path:"code" doc:"Code of the review"`
	IfMatch string `header:"If-Match" doc:"The revision that was read, such as \"3\"; or rev in the body"`
}

type reviewEntryIn struct {
	Request
	Code string `path:"code" doc:"Code of the review"`
	Ref  string `path:"ref" doc:"Code of the result that was handed in"`
}

type reviewOut struct {
	ETag     string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Location string `header:"Location"`
	Body     review.Sight
}

// answerReview shows a call after a step as its actor sees it.
func (a *API) answerReview(ctx context.Context, code string) (*reviewOut, error) {
	sight, err := a.deps.Reviews.Show(ctx, actorOf(ctx), code)
	if err != nil {
		return nil, err
	}
	return &reviewOut{ETag: etag(sight.Rev), Location: Prefix + "/reviews/" + code, Body: sight}, nil
}

type reviewLinesOut struct {
	Body struct {
		Items []review.Line `json:"items"`
	} `nameHint:"Reviews"`
}

func (a *API) listReviews(ctx context.Context, _ *Request) (*reviewLinesOut, error) {
	out := &reviewLinesOut{}
	var err error
	out.Body.Items, err = a.deps.Reviews.List(ctx, actorOf(ctx))
	return out, err
}

func (a *API) getReview(ctx context.Context, in *reviewIn) (*reviewOut, error) {
	return a.answerReview(ctx, in.Code)
}

func (a *API) createReview(ctx context.Context, in *Request) (*reviewOut, error) {
	terms, err := readInto[review.Terms](in, maxStepBytes)
	if err != nil {
		return nil, err
	}
	c, err := a.deps.Reviews.Create(ctx, actorOf(ctx), terms)
	if err != nil {
		return nil, err
	}
	return a.answerReview(ctx, c.Code)
}

type reviewStep struct {
	review.Step
	Rev int64 `json:"rev,omitempty" doc:"读到的版本号（或用 If-Match）"`
}

func (a *API) stepReview(ctx context.Context, in *reviewIn) (*reviewOut, error) {
	return a.takeReview(ctx, in, "")
}

func (a *API) decideReviewTie(ctx context.Context, in *reviewIn) (*reviewOut, error) {
	return a.takeReview(ctx, in, review.Decide)
}

// takeReview takes the step in the body, or only the given one.
func (a *API) takeReview(ctx context.Context, in *reviewIn, only review.StepKind) (*reviewOut, error) {
	body, err := readInto[reviewStep](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	var f errs.Faults
	rev := max(parseRev(&f, "If-Match", in.IfMatch), body.Rev)
	if err := paramErr(f); err != nil {
		return nil, err
	}
	if only != "" {
		body.Kind = only
	}
	if _, err := a.deps.Reviews.Take(ctx, actorOf(ctx), in.Code, rev, body.Step); err != nil {
		return nil, err
	}
	return a.answerReview(ctx, in.Code)
}

type reviewFindingsOut struct {
	Body struct {
		Items []review.Finding `json:"items" doc:"Rules that are failed; none: it may be handed in"`
	} `nameHint:"ReviewFindings"`
}

func (a *API) checkReviewEntry(ctx context.Context, in *reviewIn) (*reviewFindingsOut, error) {
	body, err := readInto[review.Application](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	out := &reviewFindingsOut{}
	out.Body.Items, err = a.deps.Reviews.Eligibility(ctx, actorOf(ctx), in.Code, body)
	return out, err
}

func (a *API) applyReview(ctx context.Context, in *reviewIn) (*reviewOut, error) {
	body, err := readInto[review.Application](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	if _, err := a.deps.Reviews.Apply(ctx, actorOf(ctx), in.Code, body); err != nil {
		return nil, err
	}
	return a.answerReview(ctx, in.Code)
}

func (a *API) withdrawReviewEntry(ctx context.Context, in *reviewEntryIn) (*reviewOut, error) {
	if _, err := a.deps.Reviews.WithdrawEntry(ctx, actorOf(ctx), in.Code, in.Ref); err != nil {
		return nil, err
	}
	return a.answerReview(ctx, in.Code)
}

type reviewPaperOut struct{ Body review.Paper }

func (a *API) getReviewEntry(ctx context.Context, in *reviewEntryIn) (*reviewPaperOut, error) {
	out, err := a.deps.Reviews.Read(ctx, actorOf(ctx), in.Code, in.Ref)
	return &reviewPaperOut{Body: out}, err
}

func (a *API) scoreReviewEntry(ctx context.Context, in *reviewEntryIn) (*reviewPaperOut, error) {
	body, err := readInto[review.Marks](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	if _, err := a.deps.Reviews.Score(ctx, actorOf(ctx), in.Code, in.Ref, body); err != nil {
		return nil, err
	}
	return a.getReviewEntry(ctx, in)
}

type reviewRecusal struct {
	Kind string `json:"kind" enum:"family,interest,other"`
	Note string `json:"note,omitempty" max:"200"`
}

func (a *API) recuseReviewEntry(ctx context.Context, in *reviewEntryIn) (*reviewOut, error) {
	body, err := readInto[reviewRecusal](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	if err := a.deps.Reviews.StepAside(ctx, actorOf(ctx), in.Code, in.Ref, body.Kind, body.Note); err != nil {
		return nil, err
	}
	return a.answerReview(ctx, in.Code)
}

type reviewObjectionOut struct {
	Body struct {
		Code string `json:"code" doc:"To ask by"`
	} `nameHint:"ReviewObjectionReceipt"`
}

func (a *API) objectReview(ctx context.Context, in *reviewIn) (*reviewObjectionOut, error) {
	body, err := readInto[review.Complaint](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	o, err := a.deps.Reviews.Object(ctx, actorOf(ctx), in.Code, body)
	if err != nil {
		return nil, err
	}
	out := &reviewObjectionOut{}
	out.Body.Code = o.Code
	return out, nil
}

type reviewObjectionIn struct {
	Request
	Code string `path:"code" doc:"Code of the review"`
	ID   string `path:"id" doc:"Code of the objection"`
}

func (a *API) decideReviewObjection(ctx context.Context, in *reviewObjectionIn) (*reviewOut, error) {
	body, err := readInto[review.Verdict](&in.Request, maxStepBytes)
	if err != nil {
		return nil, err
	}
	if _, err := a.deps.Reviews.Answer(ctx, actorOf(ctx), in.Code, in.ID, body); err != nil {
		return nil, err
	}
	return a.answerReview(ctx, in.Code)
}

type reviewCertificatesIn struct {
	Request
	Code   string `path:"code" doc:"Code of the review"`
	Format string `query:"format" doc:"xlsx for a workbook; else JSON"`
}

type certificatesBody struct {
	Items []review.Certificate `json:"items"`
}

func (a *API) listReviewCertificates(ctx context.Context, in *reviewCertificatesIn) (*fileOut, error) {
	list, err := a.deps.Reviews.Certificates(ctx, actorOf(ctx), in.Code)
	if err != nil {
		return nil, err
	}
	if in.Format == "xlsx" {
		return a.spooledTables("证书数据-"+in.Code+".xlsx", certificateTables(list))
	}
	return jsonFile(certificatesBody{Items: list}), nil
}

// certificateTables are the data of certificates as sheets: a row a result, and
// one a person.
func certificateTables(list []review.Certificate) []exchange.Table {
	results := exchange.Table{Name: "获奖成果", Title: "获奖成果证书数据", Columns: []exchange.TableColumn{
		{Header: "证书编号", Width: 20}, {Header: "奖项", Width: 40}, {Header: "等级", Width: 10}, {Header: "成果名称", Width: 40}, {Header: "完成单位", Width: 30}, {Header: "完成人", Width: 30},
		{Header: "年度", Width: 8}, {Header: "级别", Width: 8}, {Header: "颁奖单位", Width: 24}, {Header: "公布日期", Width: 12}, {Header: "成果编号", Width: 16},
	}}
	people := exchange.Table{Name: "获奖人员", Title: "获奖人员证书数据", Columns: []exchange.TableColumn{
		{Header: "证书编号", Width: 20}, {Header: "姓名", Width: 14}, {Header: "单位", Width: 30}, {Header: "排名", Width: 8}, {Header: "成果名称", Width: 40}, {Header: "奖项", Width: 40}, {Header: "等级", Width: 10}, {Header: "公布日期", Width: 12},
	}}
	for _, c := range list {
		var names []string
		for i, p := range c.People {
			names = append(names, p.Name)
			people.Rows = append(people.Rows, []any{fmt.Sprintf("%s-%d", c.No, i+1), p.Name, p.Org, i + 1, c.Title, c.Award, c.Prize, c.Date})
		}
		results.Rows = append(results.Rows, []any{
			c.No, c.Award, c.Prize, c.Title, strings.Join(c.Orgs, "、"), strings.Join(names, "、"), c.Year, catalog.Vocab("honour_level").Label(c.Level), c.Issuer, c.Date, c.Result,
		})
	}
	return []exchange.Table{results, people}
}
