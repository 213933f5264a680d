package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

type searchIn struct {
	Request
	Query    string   `query:"q" doc:"As people type; docs/query-syntax.md"`
	Kinds    []string `query:"kind,explode" doc:"need, result, patent, expert, studio, organisation, or their Chinese names; repeatable"`
	Page     string   `query:"page"`
	Size     string   `query:"size"`
	Sort     string   `query:"sort"`
	Facets   string   `query:"facets"`
	Snippets string   `query:"snippets"`
}

type searchOut struct{ Body search.Response }

func (a *API) mountSearch() {
	params := []*huma.Param{
		wholeParam("page", "第几页", 1, search.MaxDepth, 1), wholeParam("size", "每页条数", 1, search.MaxSize, defaultSize),
		{Name: "sort", In: "query", Description: "次序", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"relevance", "date"}, Default: "relevance"}},
		yesParam("facets", "是否统计分面"), yesParam("snippets", "是否给出摘录"),
	}
	for _, f := range search.Facets() {
		if f != search.FacetKind {
			params = append(params, &huma.Param{Name: string(f), In: "query", Description: facetNames[f] + "，可重复",
				Schema: &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString}}})
		}
	}
	register(a, operation{Operation: huma.Operation{OperationID: "search", Method: http.MethodGet, Path: "/search",
		Summary: "检索公开内容", Tags: []string{"检索"}, Parameters: params}, action: account.CatalogueRead}, a.search)
	register(a, operation{Operation: huma.Operation{OperationID: "suggest", Method: http.MethodGet, Path: "/suggest",
		Summary: "补全正在输入的内容：汉字、拼音或首字母", Tags: []string{"检索"},
		Parameters: []*huma.Param{wholeParam("limit", "条数", 1, maxSuggest, 10)}}, action: account.CatalogueRead}, a.suggest)
}

// facetNames say what a filter takes.
var facetNames = map[search.Facet]string{
	search.FacetType: "类别：需求类型、成果类别、人员类别等的代码", search.FacetField: "技术领域代码", search.FacetRegion: "地区的 6 位代码",
	search.FacetIndustry: "国民经济行业大类", search.FacetStage: "阶段、技能等级、工作室级别或法律状态的代码", search.FacetHonour: "荣誉级别",
	search.FacetYear: "年份", search.FacetOrganisation: "单位名称",
}

const (
	defaultSize = 20
	maxSuggest  = 50
)

func (a *API) search(ctx context.Context, in *searchIn) (*searchOut, error) {
	req, err := searchRequest(in)
	if err != nil {
		return nil, err
	}
	resp, err := a.deps.Engine.Search(ctx, req)
	if err != nil {
		return nil, err
	}
	if resp.Hits == nil {
		resp.Hits = []search.Hit{}
	}
	for facet, counts := range resp.Facets {
		if counts == nil {
			resp.Facets[facet] = []search.FacetCount{}
		}
	}
	return &searchOut{Body: resp}, nil
}

// searchRequest reads a request from its address: a pure function.
func searchRequest(in *searchIn) (search.Request, error) {
	var f errs.Faults
	req := search.Request{
		Query: in.Query, Sort: search.ByRelevance, Filters: map[search.Facet][]string{},
		Page: number(&f, "page", in.Page, bounds{1, search.MaxDepth, 1}),
		Size: number(&f, "size", in.Size, bounds{1, search.MaxSize, defaultSize}),
	}
	req.Facets, req.Snippets = yes(&f, "facets", in.Facets), yes(&f, "snippets", in.Snippets)
	if len(f) == 0 && req.Page*req.Size > search.MaxDepth {
		f.Add("page", "page.too_deep", fmt.Sprintf("最多翻到第 %d 条；请加上条件缩小范围。", search.MaxDepth), in.Page)
	}
	switch search.Sort(in.Sort) {
	case "", search.ByRelevance:
	case search.ByDate:
		req.Sort = search.ByDate
	default:
		f.Add("sort", "sort.unknown", "sort 应是 relevance（相关）或 date（日期）。", in.Sort)
	}
	req.Kinds = kinds(&f, "kind", in.Kinds)
	query := in.http.URL.Query()
	for _, facet := range search.Facets() {
		if values := present(query[string(facet)]); facet != search.FacetKind && len(values) > 0 {
			req.Filters[facet] = values
		}
	}
	return req, paramErr(f)
}

// kinds reads kinds by key, plural or Chinese name.
func kinds(f *errs.Faults, name string, texts []string) []catalog.Kind {
	var out []catalog.Kind
	for _, text := range present(texts) {
		kind, err := catalog.ParseKind(text)
		if err != nil {
			f.Add(name, "kind.unknown", errs.As(err).Message, text)
			continue
		}
		out = append(out, kind)
	}
	return out
}

// present drops empty values.
func present(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

type suggestIn struct {
	Query string `query:"q" doc:"What was typed so far"`
	Limit string `query:"limit"`
}

type suggestOut struct {
	Body struct {
		Items []search.Suggestion `json:"items"`
	} `nameHint:"Suggestions"`
}

func (a *API) suggest(ctx context.Context, in *suggestIn) (*suggestOut, error) {
	var f errs.Faults
	limit := number(&f, "limit", in.Limit, bounds{1, maxSuggest, 10})
	if err := paramErr(f); err != nil {
		return nil, err
	}
	found, err := a.deps.Engine.Suggest(ctx, in.Query, limit)
	if err != nil {
		return nil, err
	}
	out := &suggestOut{}
	out.Body.Items = append([]search.Suggestion{}, found...)
	return out, nil
}
