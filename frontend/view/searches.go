package view

import (
	"maps"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/watch"
)

// SearchesURL is the page of saved searches.
const SearchesURL = "/searches"

// SearchURL is one of them.
func SearchURL(code string) string { return SearchesURL + "/" + code }

// SavedSearches is the page of a user's saved searches.
type SavedSearches struct {
	Items   []SavedSearch
	Done    string
	Problem string
}

// SavedSearch is one of them.
type SavedSearch struct {
	Code, Name, URL, Post string
	Facts                 []string
	Told                  string
	Off                   bool
	Fault                 string
}

// SaveSearch is the form beside the results; nil leaves it out.
type SaveSearch struct {
	Name, Ask string
}

// AskOf is what a search page asks for.
func AskOf(q SearchQuery) watch.Ask { return watch.Ask{Query: q.Q, Kind: q.Kind, Filters: q.Filters} }

func queryOf(a watch.Ask) SearchQuery {
	return SearchQuery{Q: a.Query, Kind: a.Kind, Filters: a.Filters}
}

// BuildSaveSearch makes the form of what was asked; nil when that was nothing.
func BuildSaveSearch(q SearchQuery) *SaveSearch {
	if q.Empty() {
		return nil
	}
	q.Page, q.Size, q.Sort = 0, 0, ""
	_, ask, _ := strings.Cut(q.URL(), "?")
	return &SaveSearch{Name: Shorten(searchName(q), watch.MaxName-1), Ask: ask}
}

// searchName says in words what a search asks for.
func searchName(q SearchQuery) string {
	return strings.Join(slices.DeleteFunc(append([]string{q.Q}, conditionsOf(q)...), func(s string) bool { return s == "" }), " · ")
}

// conditionsOf names what is chosen beside the words.
func conditionsOf(q SearchQuery) []string {
	var out []string
	if q.Kind != catalog.Kind("") {
		out = append(out, KindLabel(q.Kind))
	}
	for _, f := range slices.Sorted(maps.Keys(q.Filters)) {
		for _, value := range q.Filters[f] {
			out = append(out, facetLabel(search.Facet(f), value, q.Kind))
		}
	}
	return out
}

// BuildSavedSearches makes the page.
func BuildSavedSearches(list []watch.Search) SavedSearches {
	var v SavedSearches
	for _, one := range list {
		q := queryOf(one.Ask)
		item := SavedSearch{Code: one.Code, Name: one.Name, URL: q.URL(), Post: SearchURL(one.Code), Facts: conditionsOf(q), Off: one.Off}
		if one.Ask.Query != "" {
			item.Facts = append([]string{"“" + one.Ask.Query + "”"}, item.Facts...)
		}
		switch {
		case one.Off:
			item.Told = "提醒已关"
		case one.Told.IsZero():
			item.Told = "还没有新结果"
		default:
			item.Told = minute(one.Told) + " 提醒过 " + Thousands(one.Found) + " 条新结果"
		}
		v.Items = append(v.Items, item)
	}
	return v
}

// Refuse says why a change to one of them, or to the list, was not taken; what was
// typed stays.
func (v *SavedSearches) Refuse(code, typed string, err error) {
	e := errs.As(err)
	for i := range v.Items {
		if v.Items[i].Code == code && len(e.Fields) > 0 {
			v.Items[i].Name, v.Items[i].Fault = typed, e.Fields[0].Message
			return
		}
	}
	v.Problem = e.Message
	if len(e.Fields) > 0 {
		v.Problem = e.Fields[0].Message
	}
}

// Landing is where somebody goes who signed in: the page that asked for it, else
// his workbench.
func Landing(next string) string {
	if path := LocalPath(next); path != "/" {
		return path
	}
	return TodayURL
}
