package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
	"hongniang/internal/verdict"
)

// verdictBody is what a broker says of one candidate.
type verdictBody struct {
	Kind      catalog.Kind `json:"kind" doc:"result, patent, expert 或 studio"`
	Candidate string       `json:"candidate" doc:"候选的编号"`
	Verdict   verdict.Code `json:"verdict" doc:"strong、useful、wrong_field、unavailable、already_known、duplicate、not_useful；withdrawn 收回"`
	Note      string       `json:"note,omitempty" doc:"一句话，最多 200 字，不写需求的保密内容"`
}

const (
	maxVerdictBytes = 16 << 10
	maxVerdicts     = 1000
)

func (a *API) mountVerdicts() {
	register(a, operation{Operation: huma.Operation{OperationID: "judge-candidate", Method: http.MethodPut, Path: "/needs/{code}/verdicts",
		Summary: "评价需求的一个候选；连同当时的名次、得分、权重和索引版本保存，再评一次就替换，以前的留作历史", Tags: []string{"评价"}},
		action: account.MatchVerdict, body: jsonBody(a.typeSchema(reflect.TypeFor[verdictBody](), "VerdictInput"))}, a.judge)
	register(a, operation{Operation: huma.Operation{OperationID: "need-verdicts", Method: http.MethodGet, Path: "/needs/{code}/verdicts",
		Summary: "一条需求的候选得到的全部评价", Tags: []string{"评价"}}, action: account.VerdictRead}, a.needVerdicts)
	register(a, operation{Operation: huma.Operation{OperationID: "list-verdicts", Method: http.MethodGet, Path: "/verdicts",
		Summary: "自己工会管辖的全部评价，按需求、候选、红娘排列；用于导出和统计", Tags: []string{"评价"},
		Parameters: []*huma.Param{
			{Name: "after", In: "query", Description: "上一页给出的 next", Schema: &huma.Schema{Type: huma.TypeString}},
			wholeParam("limit", "条数", 1, maxVerdicts, 200),
		}}, action: account.VerdictRead}, a.listVerdicts)
}

// verdicts gives the service over what the API stands on.
func (a *API) verdicts() *verdict.Service {
	return &verdict.Service{Store: a.deps.Accounts.Store, Records: a.deps.Catalog, Ranker: a.deps.Matcher, Now: a.deps.Now}
}

type verdictOut struct{ Body verdict.Opinion }

func (a *API) judge(ctx context.Context, in *codeIn) (*verdictOut, error) {
	if err := httpx.AccessOf(ctx).CheckOrigin(); err != nil {
		return nil, err
	}
	body, err := readInto[verdictBody](&in.Request, maxVerdictBytes)
	if err != nil {
		return nil, err
	}
	entry, err := a.verdicts().Judge(ctx, actorOf(ctx), verdict.Judgement{Need: in.Code, Kind: body.Kind, Candidate: body.Candidate, Code: body.Verdict, Note: body.Note})
	return &verdictOut{Body: entry}, err
}

type verdictsOut struct {
	Body struct {
		Items []verdict.Opinion `json:"items"`
	} `nameHint:"NeedVerdicts"`
}

func (a *API) needVerdicts(ctx context.Context, in *codeIn) (*verdictsOut, error) {
	out := &verdictsOut{}
	var err error
	out.Body.Items, err = a.verdicts().Of(ctx, actorOf(ctx), in.Code)
	return out, err
}

type verdictsIn struct {
	After string `query:"after"`
	Limit string `query:"limit"`
}

type verdictPageOut struct{ Body verdict.Opinions }

func (a *API) listVerdicts(ctx context.Context, in *verdictsIn) (*verdictPageOut, error) {
	var f errs.Faults
	limit := number(&f, "limit", in.Limit, bounds{1, maxVerdicts, 200})
	if err := paramErr(f); err != nil {
		return nil, err
	}
	page, err := a.verdicts().List(ctx, actorOf(ctx), in.After, limit)
	return &verdictPageOut{Body: page}, err
}
