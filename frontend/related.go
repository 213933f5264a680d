package frontend

import (
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// relatedShown is how many related records of a kind a page lists.
const relatedShown = 6

// relatedQuestion asks for the records of one kind that belong to a record.
type relatedQuestion struct {
	title   string
	request search.Request
	more    searchQuery
	self    string // id of the asking record, left out
	person  string // code that a document must name, "" for any
}

// relatedQuestions says what to look for: the works of a person by their name
// (checked by code afterwards, since names repeat), and everything of an
// organisation.
func relatedQuestions(rec catalog.Record) []relatedQuestion {
	switch r := rec.(type) {
	case *catalog.Expert:
		return byPerson(r)
	case *catalog.Organisation:
		return byOrganisation(r)
	}
	return nil
}

func byPerson(e *catalog.Expert) []relatedQuestion {
	var out []relatedQuestion
	q := searchQuery{Q: `作者:"` + strings.ReplaceAll(e.Name, `"`, " ") + `"`, Page: 1, Size: 50}
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindStudio} {
		q := q.withKind(kind)
		req := q.request()
		req.Facets, req.Snippets = false, false
		out = append(out, relatedQuestion{title: "参与的" + kindLabel(kind), request: req, more: q, self: search.ID(e.Kind(), e.Code), person: e.Code})
	}
	return out
}

func byOrganisation(o *catalog.Organisation) []relatedQuestion {
	var out []relatedQuestion
	q := searchQuery{Filters: map[search.Facet][]string{search.FacetOrganisation: {o.Name}}, Page: 1, Size: relatedShown, Sort: search.ByDate}
	for _, kind := range shownKinds() {
		if kind == catalog.KindOrganisation {
			continue
		}
		q := q.withKind(kind)
		req := q.request()
		req.Facets, req.Snippets = false, false
		out = append(out, relatedQuestion{title: "该单位的" + kindLabel(kind), request: req, more: q, self: search.ID(o.Kind(), o.Code)})
	}
	return out
}

func buildRelated(ask relatedQuestion, res search.Response) (relatedGroup, bool) {
	g := relatedGroup{Title: ask.title}
	for _, h := range res.Hits {
		if h.ID == ask.self || (ask.person != "" && !namesPerson(h.People, ask.person)) || len(g.Items) == relatedShown {
			continue
		}
		g.Items = append(g.Items, link{Text: h.Title, URL: recordURL(h.Kind, h.Code)})
	}
	if res.Total > len(g.Items) && ask.person == "" {
		ask.more.Size = pageSize
		g.More = ask.more.url()
	}
	return g, len(g.Items) > 0
}

func namesPerson(people []search.Person, code string) bool {
	for _, p := range people {
		if p.Code == code {
			return true
		}
	}
	return false
}
