package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/matcher"
)

// maxNeedBytes is the largest body of POST /match: far above
// matcher.MaxNeedRunes in any encoding of JSON, far below a flood.
const maxNeedBytes = 256 << 10

// matchShape is what POST /match takes.
var matchShape = shape{fields: []catalog.FieldInfo{
	{Key: "title", Label: "标题", Type: catalog.Text},
	{Key: "text", Label: "难题", Type: catalog.Text, MaxRunes: matcher.MaxNeedRunes},
	{Key: "top", Label: "每类最多几个", Type: catalog.Whole},
	{Key: "kinds", Label: "找哪几类", Type: catalog.Text, List: true},
	{Key: "region", Label: "地区", Type: catalog.Text},
	{Key: "enterprise", Label: "企业名称或编号", Type: catalog.Text},
}}

func (a *API) mountMatch() {
	register(a, operation{Operation: huma.Operation{OperationID: "match", Method: http.MethodPost, Path: "/match",
		Summary: "为一段难题找成果、专利、专家和工作室", Tags: []string{"匹配"}},
		action: account.MatchRun, body: jsonBody(a.shapeSchema("MatchInput", matchShape))}, a.match)
	register(a, operation{action: account.MatchRun, Operation: huma.Operation{OperationID: "match-need", Method: http.MethodPost, Path: "/needs/{code}/match",
		Summary: "为已登记的需求匹配：看得到全文的人用全文，其他人只用公开内容", Tags: []string{"匹配"},
		Parameters: []*huma.Param{wholeParam("top", "每类最多几个", 1, matcher.MaxTop, 10)}}}, a.matchNeed)
}

// shapeSchema documents a shape as a component.
func (a *API) shapeSchema(name string, s shape) *huma.Schema {
	a.huma.OpenAPI().Components.Schemas.Map()[name] = formSchema(s.fields)
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

type matchOut struct{ Body matcher.Answer }

func (a *API) match(ctx context.Context, in *Request) (*matchOut, error) {
	body, err := in.readObject(maxNeedBytes)
	if err != nil {
		return nil, err
	}
	req, err := matchRequest(body)
	if err != nil {
		return nil, err
	}
	return a.ask(ctx, req)
}

// matchRequest reads a checked or unchecked body: a pure function.
func matchRequest(body object) (matcher.Request, error) {
	var f errs.Faults
	matchShape.check(body, "", &f)
	if err := bodyErr(f); err != nil {
		return matcher.Request{}, err
	}
	text := func(key string) string { s, _ := body[key].(string); return strings.TrimSpace(s) }
	req := matcher.Request{Title: text("title"), Text: text("text"), Enterprise: text("enterprise"), Top: 10}
	if n, ok := body["top"].(json.Number); ok {
		req.Top = number(&f, "top", n.String(), bounds{1, matcher.MaxTop, 10})
	}
	if region := text("region"); region != "" {
		code, ok := catalog.ParsePlace(region)
		if !ok {
			f.Add("region", "region.unknown", "没有这个地区，请填 6 位行政区划代码或名称，如 371000 或 威海市。", region)
		}
		req.Region = code
	}
	list, _ := body["kinds"].([]any)
	for _, v := range list {
		s, _ := v.(string)
		req.Kinds = append(req.Kinds, kinds(&f, "kinds", []string{s})...)
	}
	checkNeedText(&f, req)
	return req, bodyErr(f)
}

// checkNeedText refuses what says nothing: no letters, or data that were meant
// to be a file.
func checkNeedText(f *errs.Faults, req matcher.Request) {
	all := req.Title + req.Text
	letters, odd := 0, 0
	for _, r := range all {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			letters++
		case r == unicode.ReplacementChar, unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t':
			odd++
		}
	}
	switch {
	case odd > 8 && odd*10 > letters:
		f.Add("text", "need.binary", "这不像一段文字，也许贴进来的是文件的内容。请打开文件，把文字复制进来。", "")
	case letters == 0:
		f.Add("text", "need.empty", "请写下难题：做什么、用什么设备或材料、卡在哪里、想达到什么指标，几句话即可。", "")
	}
}

type matchNeedIn struct {
	Request
	Code string `path:"code" doc:"Code of the need"`
	Top  string `query:"top"`
}

func (a *API) matchNeed(ctx context.Context, in *matchNeedIn) (*matchOut, error) {
	var f errs.Faults
	top := number(&f, "top", in.Top, bounds{1, matcher.MaxTop, 10})
	if err := paramErr(f); err != nil {
		return nil, err
	}
	rec, err := a.deps.Catalog.Get(ctx, catalog.KindNeed, in.Code)
	if err != nil {
		return nil, a.hideDeleted(ctx, catalog.KindNeed, in.Code, err)
	}
	sight := a.sightOf(ctx)
	view, ok, err := sight.view(ctx, rec)
	if err != nil {
		return nil, err
	}
	need, isNeed := view.(*catalog.Need)
	if !ok || !isNeed {
		return nil, catalog.NotFoundError(catalog.KindNeed, in.Code)
	}
	whole, err := sight.may(ctx, account.NeedReadWhole, rec)
	if err != nil {
		return nil, err
	}
	req := matcher.FromNeed(need, whole)
	req.Top = top
	return a.ask(ctx, req)
}

// ask calls the matcher; lists of its answer are never null.
func (a *API) ask(ctx context.Context, req matcher.Request) (*matchOut, error) {
	answer, err := a.deps.Matcher.Match(ctx, req)
	if err != nil {
		return nil, err
	}
	answer.Documents, answer.People = filled(answer.Documents), filled(answer.People)
	return &matchOut{Body: answer}, nil
}

func filled(list []matcher.Candidate) []matcher.Candidate {
	out := append([]matcher.Candidate{}, list...)
	for i := range out {
		out[i].Reasons = append([]string{}, out[i].Reasons...)
		out[i].Evidence = append([]matcher.Evidence{}, out[i].Evidence...)
		for j := range out[i].Evidence {
			out[i].Evidence[j].Terms = append([]string{}, out[i].Evidence[j].Terms...)
		}
	}
	return out
}

type changesIn struct {
	After string `query:"after"`
	Limit string `query:"limit"`
}

type changesOut struct {
	Body struct {
		Items []catalog.Change `json:"items"`
		Next  int64            `json:"next" doc:"To be sent as after for what comes later"`
	} `nameHint:"Changes"`
}

func (a *API) mountChanges() {
	register(a, operation{action: account.FeedRead, Operation: huma.Operation{OperationID: "changes", Method: http.MethodGet, Path: "/changes",
		Summary: "按次序读取修改记录", Tags: []string{"系统"},
		Parameters: []*huma.Param{
			{Name: "after", In: "query", Description: "从哪一号之后读起", Schema: &huma.Schema{Type: huma.TypeInteger, Default: 0}},
			wholeParam("limit", "条数", 1, maxChanges, 100),
		}}}, a.changes)
}

const maxChanges = 1000

func (a *API) changes(ctx context.Context, in *changesIn) (*changesOut, error) {
	var f errs.Faults
	limit := number(&f, "limit", in.Limit, bounds{1, maxChanges, 100})
	after, err := strconv.ParseInt(in.After, 10, 64)
	if in.After != "" && (err != nil || after < 0) {
		f.Add("after", "after.range", "after 应是读到的最后一号，从 0 起。", in.After)
	}
	if err := paramErr(f); err != nil {
		return nil, err
	}
	items, err := a.deps.Catalog.Store.Changes(ctx, after, limit)
	if err != nil {
		return nil, err
	}
	out := &changesOut{}
	out.Body.Items, out.Body.Next = append([]catalog.Change{}, items...), after
	if len(items) > 0 {
		out.Body.Next = items[len(items)-1].Seq
	}
	return out, nil
}
