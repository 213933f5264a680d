package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/lexicon"
	"hongniang/internal/watch"
)

// mountSearches adds the saved searches of the caller.
func (a *API) mountSearches() {
	if a.deps.Searches == nil {
		return
	}
	const one = "/searches/{code}"
	op := func(id, method, path, summary string, status int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"保存的检索"}, DefaultStatus: status}
	}
	register(a, operation{Operation: op("list-searches", http.MethodGet, "/searches", "我保存的检索，新的在前", 0), action: account.SearchSave}, a.listSearches)
	register(a, operation{Operation: op("save-search", http.MethodPost, "/searches", "保存一次检索；现在已有的结果不算新的，同样的再存一次只改名", http.StatusCreated),
		action: account.SearchSave, body: jsonBody(a.typeSchema(reflect.TypeFor[searchBody](), "SavedSearchInput"))}, a.saveSearch)
	register(a, operation{Operation: op("change-search", http.MethodPatch, one, "改名，或打开、关掉提醒；没有写的不变", 0),
		action: account.SearchSave, body: jsonBody(a.typeSchema(reflect.TypeFor[searchChange](), "SavedSearchChange"))}, a.changeSearch)
	register(a, operation{Operation: op("delete-search", http.MethodDelete, one, "删除", http.StatusNoContent), action: account.SearchSave}, a.deleteSearch)
}

// savedSearch is a saved search without what it found.
type savedSearch struct {
	Code string    `json:"code"`
	Name string    `json:"name"`
	Ask  watch.Ask `json:"ask"`
	On   bool      `json:"on" doc:"有新的符合时告诉我"`
	Made time.Time `json:"made"`
	Told time.Time `json:"told,omitzero" doc:"上次告诉我是什么时候"`
}

func savedOf(s watch.Search) savedSearch {
	return savedSearch{Code: s.Code, Name: s.Name, Ask: s.Ask, On: !s.Off, Made: s.Made, Told: s.Told}
}

type searchesOut struct {
	Body struct {
		Items []savedSearch `json:"items"`
	} `nameHint:"SavedSearches"`
}

func (a *API) listSearches(ctx context.Context, _ *struct{}) (*searchesOut, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	list, err := a.deps.Searches.Of(ctx, user)
	out := &searchesOut{}
	out.Body.Items = []savedSearch{}
	for _, s := range list {
		out.Body.Items = append(out.Body.Items, savedOf(s))
	}
	return out, err
}

type searchBody struct {
	Name string    `json:"name" doc:"怎么叫它"`
	Ask  watch.Ask `json:"ask" doc:"检索式、类型和筛选，至少一样"`
}

type savedSearchOut struct{ Body savedSearch }

func (a *API) saveSearch(ctx context.Context, in *Request) (*savedSearchOut, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	body, err := readInto[searchBody](in, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	made, err := a.deps.Searches.Save(ctx, user, body.Name, body.Ask)
	return &savedSearchOut{Body: savedOf(made)}, err
}

type searchChange struct {
	Name *string `json:"name,omitempty"`
	On   *bool   `json:"on,omitempty"`
}

func (a *API) changeSearch(ctx context.Context, in *codeIn) (*searchesOut, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	body, err := readInto[searchChange](&in.Request, maxAccountBytes)
	if err != nil {
		return nil, err
	}
	if body.Name != nil {
		if err := a.deps.Searches.Rename(ctx, user, in.Code, *body.Name); err != nil {
			return nil, err
		}
	}
	if body.On != nil {
		if err := a.deps.Searches.Switch(ctx, user, in.Code, *body.On); err != nil {
			return nil, err
		}
	}
	return a.listSearches(ctx, nil)
}

func (a *API) deleteSearch(ctx context.Context, in *codeIn) (*noContent, error) {
	user, err := noticeUser(ctx)
	if err != nil {
		return nil, err
	}
	return &noContent{}, a.deps.Searches.Delete(ctx, user, in.Code)
}

// mountLexicon adds the two word lists.
func (a *API) mountLexicon() {
	if a.deps.Lexicon == nil {
		return
	}
	const list = "/lexicon/{list}"
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"词表"}}
	}
	register(a, operation{Operation: op("get-lexicon", http.MethodGet, list, "同义词（synonyms）或用户词典（userdict），现在用的一版"), action: account.LexiconEdit}, a.getLexicon)
	register(a, operation{Operation: op("lexicon-history", http.MethodGet, list+"/history", "以前各版，新的在前"), action: account.LexiconEdit}, a.lexiconHistory)
	register(a, operation{Operation: op("save-lexicon", http.MethodPut, list, "检查并存成新的一版，不用重启；base 写读到的版本号"),
		action: account.LexiconEdit, body: jsonBody(a.typeSchema(reflect.TypeFor[lexiconBody](), "LexiconInput"))}, a.saveLexicon)
}

type listNameIn struct {
	Request
	List string `path:"list" doc:"synonyms or userdict"`
}

type lexiconOut struct{ Body lexicon.Revision }

func (a *API) getLexicon(ctx context.Context, in *listNameIn) (*lexiconOut, error) {
	r, err := a.deps.Lexicon.Current(ctx, lexicon.List(in.List))
	return &lexiconOut{Body: r}, err
}

type lexiconsOut struct {
	Body struct {
		Items []lexicon.Revision `json:"items"`
	} `nameHint:"LexiconHistory"`
}

func (a *API) lexiconHistory(ctx context.Context, in *listNameIn) (*lexiconsOut, error) {
	if _, err := a.deps.Lexicon.Current(ctx, lexicon.List(in.List)); err != nil {
		return nil, err // there is no such list
	}
	all, err := a.deps.Lexicon.History(ctx, lexicon.List(in.List))
	out := &lexiconsOut{}
	out.Body.Items = append([]lexicon.Revision{}, all...)
	return out, err
}

type lexiconBody struct {
	Base int    `json:"base" doc:"Number of the revision that was read"`
	Text string `json:"text" doc:"The whole list"`
	Note string `json:"note,omitempty" doc:"为什么改"`
}

func (a *API) saveLexicon(ctx context.Context, in *listNameIn) (*lexiconOut, error) {
	body, err := readInto[lexiconBody](&in.Request, lexicon.MaxBytes*2)
	if err != nil {
		return nil, err
	}
	r, err := a.deps.Lexicon.Save(ctx, lexicon.Edit{List: lexicon.List(in.List), Base: body.Base, Text: body.Text, By: signature(ctx), Note: body.Note})
	return &lexiconOut{Body: r}, err
}
