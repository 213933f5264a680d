package view

import (
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// relatedShown is how many related records of a kind a page lists.
const relatedShown = 6

// RelatedQuestion asks for the records of one kind that belong to a record.
type RelatedQuestion struct {
	title   string
	Request search.Request
	more    SearchQuery
	self    string // id of the asking record, left out
	person  string // code that a document must name, "" for any
}

// RelatedQuestions says what to look for: the works of a person by their name,
// checked by code afterwards, since names repeat.
func RelatedQuestions(rec catalog.Record) []RelatedQuestion {
	if e, ok := rec.(*catalog.Expert); ok {
		return byPerson(e)
	}
	return nil
}

func byPerson(e *catalog.Expert) []RelatedQuestion {
	var out []RelatedQuestion
	q := SearchQuery{Q: `作者:"` + strings.ReplaceAll(e.Name, `"`, " ") + `"`, Page: 1, Size: 50}
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindStudio} {
		q := q.withKind(kind)
		req := q.Request()
		req.Facets, req.Snippets = false, false
		out = append(out, RelatedQuestion{title: "参与的" + KindLabel(kind), Request: req, more: q, self: search.ID(e.Kind(), e.Code), person: e.Code})
	}
	return out
}

// BuildRelated makes the list of an answer, and false when it would be empty.
func BuildRelated(ask RelatedQuestion, res search.Response) (RelatedGroup, bool) {
	g := RelatedGroup{Title: ask.title}
	for _, h := range res.Hits {
		if h.ID == ask.self || (ask.person != "" && !namesPerson(h.People, ask.person)) || len(g.Items) == relatedShown {
			continue
		}
		g.Items = append(g.Items, Link{Text: h.Title, URL: RecordURL(h.Kind, h.Code)})
	}
	if res.Total > len(g.Items) && ask.person == "" {
		ask.more.Size = PageSize
		g.More = ask.more.URL()
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
