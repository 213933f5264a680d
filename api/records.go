package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// recordOf is the pointer to a record type.
type recordOf[T any] interface {
	*T
	catalog.Record
}

// resource is the operations on one kind.
type resource[T any, P recordOf[T]] struct {
	api  *API
	kind catalog.Kind
	path string // such as /needs
}

// mountRecords adds the operations of one kind.
func mountRecords[T any, P recordOf[T]](a *API, kind catalog.Kind) {
	r := resource[T, P]{api: a, kind: kind, path: "/" + string(kind) + "s"}
	label := catalog.Vocab("kind").Label(string(kind))
	one, whole := r.path+"/{code}", jsonBody(a.inputSchema(kind))
	read, edit, create := account.CatalogueRead, account.Edit(string(kind)), account.Create(string(kind))
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id + "-" + string(kind), Method: method, Path: path, Summary: summary + label, Tags: []string{label}}
	}
	list := op("list", http.MethodGet, r.path, "列出")
	list.Parameters = []*huma.Param{wholeParam("limit", "每页条数", 1, maxList, defaultList)}
	enter := op("create", http.MethodPost, r.path, "新建")
	enter.DefaultStatus = http.StatusCreated
	remove := op("delete", http.MethodDelete, one, "删除")
	remove.DefaultStatus = http.StatusNoContent
	register(a, operation{Operation: list, action: read}, r.list)
	register(a, operation{Operation: enter, action: create, body: whole}, r.create)
	register(a, operation{Operation: op("get", http.MethodGet, one, "读取"), action: read}, r.get)
	register(a, operation{Operation: op("replace", http.MethodPut, one, "更新"), action: edit, body: whole}, r.replace)
	register(a, operation{Operation: op("patch", http.MethodPatch, one, "部分修改"), action: edit, body: jsonBody(a.inputSchema(kind))}, r.patch)
	register(a, operation{Operation: remove, action: edit}, r.remove)
	register(a, operation{Operation: op("restore", http.MethodPost, one+"/restore", "恢复已删除的"), action: edit}, r.restore)
	register(a, operation{Operation: op("history", http.MethodGet, one+"/history", "查看修改记录："), action: account.RecordHistory}, r.history)
	if kind == catalog.KindResult || kind == catalog.KindPatent || kind == catalog.KindStudio {
		mountConfirm[T, P](a, kind)
	}
	if kind != catalog.KindNeed {
		mountDecide[T, P](a, kind)
	}
}

type recordOut[T any] struct {
	ETag     string `header:"ETag" doc:"The revision in quotes, for If-Match"`
	Location string `header:"Location" doc:"Address of the record"`
	Body     *T
}

type codeIn struct {
	Request
	Code string `path:"code" doc:"Code of the record"`
}

func (r resource[T, P]) get(ctx context.Context, in *codeIn) (*recordOut[T], error) {
	rec, err := r.api.deps.Catalog.Get(ctx, r.kind, in.Code)
	if err != nil {
		return nil, r.api.hideDeleted(ctx, r.kind, in.Code, err)
	}
	view, ok, err := r.api.sightOf(ctx).view(ctx, rec)
	if err != nil || !ok {
		return nil, orElse(err, catalog.NotFoundError(r.kind, in.Code))
	}
	return r.answer(view), nil
}

// hideDeleted keeps the title of a removed record from those who may not see
// the record: its error names it.
func (a *API) hideDeleted(ctx context.Context, kind catalog.Kind, code string, err error) error {
	if !errs.Is(err, errs.NotFound) || account.ScopeOf(a.sightOf(ctx).actor, account.ReadWhole(string(kind))) == account.All {
		return err
	}
	return catalog.NotFoundError(kind, code)
}

func (r resource[T, P]) answer(rec catalog.Record) *recordOut[T] {
	typed, _ := rec.(P) // the store keeps kinds apart
	return &recordOut[T]{ETag: etag(rec.Base().Rev), Body: (*T)(typed)}
}

// Bounds of a list.
const (
	maxList     = 500
	defaultList = 50
)

type listIn struct {
	Request
	After string `query:"after" doc:"Code behind which to go on: next of the page before"`
	Limit string `query:"limit"`
}

type listOut[T any] struct{ Body recordPage[T] }

type recordPage[T any] struct {
	Items []*T   `json:"items"`
	Next  string `json:"next,omitempty" doc:"To be sent as after for the next page; absent on the last"`
}

// list reads the store in order of code, leaving out what the caller may not
// see; pages are full but for the last.
func (r resource[T, P]) list(ctx context.Context, in *listIn) (*listOut[T], error) {
	var f errs.Faults
	limit := number(&f, "limit", in.Limit, bounds{1, maxList, defaultList})
	asked := in.http.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(asked)) { // a condition that was left unheeded would give everything
		if name != "after" && name != "limit" {
			f.Add(name, "params.unknown", "列表只认 after 和 limit；要按条件找，请用 /api/v1/search。", strings.Join(asked[name], " "))
		}
	}
	if err := paramErr(f); err != nil {
		return nil, err
	}
	page, sight := recordPage[T]{Items: []*T{}}, r.api.sightOf(ctx)
	for after := in.After; ; {
		recs, err := r.api.deps.Catalog.Store.Scan(ctx, r.kind, after, maxList)
		if err != nil {
			return nil, err
		}
		for _, rec := range recs {
			if after = rec.Base().Code; rec.Base().Deleted() {
				continue
			}
			view, ok, err := sight.view(ctx, rec)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			if len(page.Items) == limit {
				page.Next = P(page.Items[limit-1]).Base().Code
				return &listOut[T]{Body: page}, nil
			}
			typed, _ := view.(P)
			page.Items = append(page.Items, (*T)(typed))
		}
		if len(recs) < maxList {
			return &listOut[T]{Body: page}, nil
		}
	}
}

type historyOut struct {
	Body struct {
		Items []catalog.Change `json:"items"`
	} `nameHint:"History"`
}

func (r resource[T, P]) history(ctx context.Context, in *codeIn) (*historyOut, error) {
	rec, err := r.reachable(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	if ok, err := r.api.sightOf(ctx).may(ctx, account.RecordHistory, rec); err != nil || !ok {
		return nil, orElse(err, httpx.AccessOf(ctx).Refusal())
	}
	changes, err := r.api.deps.Catalog.Store.History(ctx, r.kind, in.Code)
	if err != nil {
		return nil, err
	}
	out := &historyOut{}
	out.Body.Items = append([]catalog.Change{}, changes...)
	return out, nil
}

// reachable reads a record, removed or not, that the caller may see or, were
// it not removed, might see.
func (r resource[T, P]) reachable(ctx context.Context, code string) (catalog.Record, error) {
	rec, err := r.api.deps.Catalog.Store.Get(ctx, r.kind, code)
	if err != nil {
		return nil, err
	}
	if _, ok, err := r.api.sightOf(ctx).standing(ctx, rec); err != nil || !ok {
		return nil, orElse(err, catalog.NotFoundError(r.kind, code))
	}
	return rec, nil
}
