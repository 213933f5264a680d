package indexer

import (
	"context"
	"sort"

	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Explain says which pieces of the request's texts stand in each document, and
// what of its score would be lost without them. Pieces are the longest runs of
// words that stand in both, so that a person can read them; numbers and Latin
// words are pieces of their own.
func (x *Index) Explain(ctx context.Context, req search.RankRequest, ids []string) (map[string]search.Explanation, error) {
	out := make(map[string]search.Explanation, len(ids))
	req.Scoring = scoringOf(req)
	err := x.state(ctx, func(st state) error {
		e, err := x.newExplainer(ctx, st, req)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			why, err := e.explain(ctx, id)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = why
		}
		return nil
	})
	return out, err
}

// explainer holds what is worked out once for all documents of a request.
type explainer struct {
	weigher
	index  *Index
	state  state
	name   int // pieces at most; 0: all
	terms  []weighted
	texts  []int            // of each term: its field in textFields
	at     []map[string]int // by field in textFields: term → place in terms
	ask    asked
	asks   characters // of all that is looked for in documents
	owners []int32    // room for reading.owners
	naming *naming
	// company are the words with related ones, with what each is worth; their
	// words are inCompany.
	company   []valued
	inCompany map[string]bool
}

func (x *Index) newExplainer(ctx context.Context, st state, req search.RankRequest) (*explainer, error) {
	e := &explainer{weigher: weigher{st.stock, req.Scoring}, index: x, state: st, name: req.Name, terms: x.terms(req.Clauses, req.Scoring), ask: x.asked(req.Clauses)}
	e.naming = &naming{stock: st.stock, cutter: x.cutter, known: map[[2]string]bool{}}
	for range textFields {
		e.at = append(e.at, map[string]int{})
	}
	for i := range e.terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := &e.terms[i]
		var err error
		if t.gain, err = e.gain(ctx, *t); err != nil {
			return nil, err
		}
		text := keptField(t.field)
		e.texts = append(e.texts, text)
		e.at[text][t.term] = i
		e.asks.add(t.term)
	}
	e.ask.each(e.asks.add)
	if err := e.keepCompany(ctx, x.alternatives(req.Clauses, req.Scoring)); err != nil {
		return nil, err
	}
	for word := range e.inCompany {
		e.asks.add(word)
	}
	return e, nil
}

func (e *explainer) explain(ctx context.Context, id string) (search.Explanation, error) {
	doc, number, err := e.state.stored(id)
	if err != nil {
		return search.Explanation{}, err
	}
	d := e.readDocument(doc.Document, number, doc.Cuts)
	pieces := d.pieces(e.ask)
	scores := e.shares(d, pieces)
	if e.name > 0 {
		if pieces, err = e.best(ctx, d, pieces, scores); err != nil {
			return search.Explanation{}, err
		}
		scores = e.shares(d, pieces)
	}
	return explanation(d, pieces, scores), nil
}

// leastPart is the part of a document's score below which a piece is not worth
// a name.
const leastPart = 0.02

// best keeps the strongest pieces that tell anything, as many as are named.
func (e *explainer) best(ctx context.Context, d *reading, pieces []piece, scores []float64) ([]piece, error) {
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	var out []piece
	words := false
	for _, i := range order {
		if len(out) == e.name || scores[i] < leastPart*d.score {
			break
		}
		tells, err := e.naming.tells(ctx, d, pieces[i])
		if err != nil {
			return nil, err
		}
		if tells {
			out = append(out, pieces[i])
			words = words || !amount.MatchString(pieces[i].text)
		}
	}
	if !words {
		return nil, nil
	}
	return out, nil
}

func explanation(d *reading, pieces []piece, scores []float64) search.Explanation {
	out := search.Explanation{Score: d.score, Rest: d.score}
	for i, p := range pieces {
		if scores[i] <= 0 {
			continue // it stands inside others only
		}
		title, body := d.standsIn(p)
		out.Terms = append(out.Terms, search.TermScore{Term: p.text, Score: scores[i], Title: title, Body: body})
		out.Rest -= scores[i]
	}
	out.Rest = max(0, out.Rest) // but for rounding
	sort.SliceStable(out.Terms, func(i, j int) bool { return out.Terms[i].Score > out.Terms[j].Score })
	return out
}
