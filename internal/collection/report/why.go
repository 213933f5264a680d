package report

import (
	"context"
	"maps"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/matcher"
)

// Why says what a document of the corpus has to do with a query.
type Why struct {
	Title string
	Score float64 // by the present ranking; raw for documents, a strength for people
	// Terms are the terms of the query that it has, strongest first.
	Terms []Term
	// Voices are, for a person, the documents that count for him.
	Voices []Voice
	// Scraps are, when there is no whole word in common, the pairs of characters
	// (single ones, when there is no pair) that made the score, as they come.
	Scraps []string
	// text is what was read of it, folded: its own and that of its voices.
	text string
}

// Term is a run of characters that query and document share.
type Term struct {
	Text  string
	Share float64 // part of the score, 0 to 1; all terms together make no more than 1
	Title bool    // stands in the title
}

// Voice is a document that speaks for a person.
type Voice struct {
	Title string
	Share float64 // part of the person's score
	Terms []Term
}

// has tells whether a term of a query stands in the document.
func (w Why) has(term string) bool { return strings.Contains(w.text, term) }

// shares tells whether query and document have anything in common.
func (w Why) shares() bool { return len(w.Terms) > 0 || len(w.Voices) > 0 || len(w.Scraps) > 0 }

// withScraps adds what is in common below the size of a word.
func (w Why) withScraps(q collection.Query) Why {
	if len(w.Terms) > 0 || len(w.Voices) > 0 {
		return w
	}
	for _, cut := range [][]zh.Term{zh.Bigrams(q.Typed()), zh.Characters(q.Typed())} {
		for _, t := range cut {
			if len(w.Scraps) < shownTerms && w.has(t.Text) && !slices.Contains(w.Scraps, t.Text) {
				w.Scraps = append(w.Scraps, t.Text)
			}
		}
		if len(w.Scraps) > 0 {
			return w
		}
	}
	return w
}

// Explainer explains documents, given by their ids in the collection, to a
// query; what the corpus does not have is left out.
type Explainer func(ctx context.Context, q collection.Query, ids []string) (map[string]Why, error)

// Explainers are the explainers of the product's own rankings, with the weights
// of a matcher and over its engine, which holds the collection; by the kind of
// `hongniang eval`: result, expert, search.
func Explainers(m *matcher.Matcher) map[string]Explainer {
	e := explaining{m.Engine, m}
	return map[string]Explainer{"result": e.results, "expert": e.experts, "search": e.typed}
}

type explaining struct {
	engine  search.Engine
	matcher *matcher.Matcher
}

func request(q collection.Query) matcher.Request {
	return matcher.Request{Title: q.Title, Text: q.Text}
}

func (e explaining) results(ctx context.Context, q collection.Query, ids []string) (map[string]Why, error) {
	why, err := e.matcher.ExplainDocuments(ctx, request(q), documentIDs(catalog.KindResult, ids))
	if err != nil {
		return nil, err
	}
	return e.documents(ctx, q, why)
}

// typed explains by the scoring of search; phrases, synonyms and operators of the
// query language are beyond it.
func (e explaining) typed(ctx context.Context, q collection.Query, ids []string) (map[string]Why, error) {
	req := search.RankRequest{Clauses: []search.Clause{{Text: q.Typed(), Weight: 1}}, Top: 1, Scoring: search.DefaultScoring()}
	why, err := e.engine.Explain(ctx, req, documentIDs(catalog.KindResult, ids))
	if err != nil {
		return nil, err
	}
	return e.documents(ctx, q, why)
}

// documents adds titles and texts to explanations.
func (e explaining) documents(ctx context.Context, q collection.Query, why map[string]search.Explanation) (map[string]Why, error) {
	docs, err := e.engine.Documents(ctx, slices.Collect(maps.Keys(why)))
	if err != nil {
		return nil, err
	}
	out := map[string]Why{}
	for id, doc := range docs {
		_, code := search.SplitID(id)
		out[code] = Why{Title: doc.Title, Score: why[id].Score, Terms: terms(why[id], 1), text: folded(doc)}.withScraps(q)
	}
	return out, nil
}

func (e explaining) experts(ctx context.Context, q collection.Query, codes []string) (map[string]Why, error) {
	why, err := e.matcher.ExplainPeople(ctx, request(q), catalog.KindExpert, documentIDs(catalog.KindExpert, codes))
	if err != nil {
		return nil, err
	}
	var ids []string
	for id, person := range why {
		ids = append(ids, id)
		for _, v := range person.Voices {
			ids = append(ids, v.ID)
		}
	}
	docs, err := e.engine.Documents(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]Why{}
	for id, person := range why {
		_, code := search.SplitID(id)
		out[code] = ofPerson(docs[id], person, docs).withScraps(q)
	}
	return out, nil
}

func ofPerson(doc search.Document, person matcher.PersonExplanation, docs map[string]search.Document) Why {
	out := Why{Title: doc.Title, Score: person.Total, Terms: terms(person.Own, person.Share), text: folded(doc)}
	for _, v := range person.Voices {
		out.Voices = append(out.Voices, Voice{Title: docs[v.ID].Title, Share: v.Share, Terms: terms(v.Why, v.Share)})
		out.text += "\n" + folded(docs[v.ID])
	}
	return out
}

// terms gives the terms of an explanation that brings a share of a score.
func terms(why search.Explanation, share float64) []Term {
	var out []Term
	for _, t := range why.Terms {
		if why.Score > 0 {
			out = append(out, Term{Text: t.Term, Share: min(1, share*t.Score/why.Score), Title: t.Title})
		}
	}
	return out
}

func folded(d search.Document) string { return zh.Fold(d.Title + "\n" + d.Text) }

func documentIDs(kind catalog.Kind, codes []string) []string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = search.ID(kind, code)
	}
	return out
}
