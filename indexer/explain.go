package indexer

import (
	"context"
	"sort"
	"sync"

	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
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
		defer freeRooms.Put(e.rooms)
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
	texts  []int               // of each term: its field in textFields
	looked []map[string]looked // by field in textFields
	pairs  pairs               // room for reading.pairs
	ask    asked
	asks   characters // of all that is looked for in documents
	*rooms
	naming *naming
	// company are the words with related ones, with what each is worth; their
	// words are inCompany.
	company   []valued
	inCompany map[string]bool
}

// rooms is memory that readings of documents use one after the other.
type rooms struct {
	folded zh.Folded
	owners []int32  // of reading.owners
	spots  []spot   // of reading.spots
	taken  [][2]int // of shares
}

var freeRooms = sync.Pool{New: func() any { return new(rooms) }}

// looked is what a term of a field is looked for; its zero value is nothing.
type looked struct {
	term    int  // 1 + its place in explainer.terms
	pair    int  // 1 + its place in pairs.at
	number  bool // it is one of asked.numbers
	company bool // it is one of explainer.inCompany
}

// pairs are the places of pairs of characters in a document.
type pairs struct {
	known map[string]int // their places in at
	at    [][]int
}

func (p pairs) of(pair string) []int {
	if i, known := p.known[pair]; known {
		return p.at[i]
	}
	return nil
}

// cleared is p without any places.
func (p pairs) cleared() pairs {
	for i := range p.at {
		p.at[i] = p.at[i][:0]
	}
	return p
}

func (x *Index) newExplainer(ctx context.Context, st state, req search.RankRequest) (*explainer, error) {
	e := &explainer{rooms: freeRooms.Get().(*rooms), weigher: weigher{st.stock, req.Scoring}, index: x, state: st, name: req.Name, terms: x.terms(req.Clauses, req.Scoring), ask: x.asked(req.Clauses)}
	e.naming = &naming{stock: st.stock, cutter: x.cutter, known: map[[2]string]bool{}}
	for range textFields {
		e.looked = append(e.looked, map[string]looked{})
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
		e.look(text, t.term, func(l *looked) { l.term = i + 1 })
	}
	if err := e.keepCompany(ctx, x.alternatives(req.Clauses, req.Scoring)); err != nil {
		return nil, err
	}
	e.lookForPieces()
	return e, nil
}

// lookForPieces has documents looked through for what pieces are made of.
func (e *explainer) lookForPieces() {
	e.pairs.known = make(map[string]int, len(e.ask.pairs))
	for pair := range e.ask.pairs {
		e.pairs.known[pair] = len(e.pairs.known)
		e.look(keptField(fieldBigrams), pair, func(l *looked) { l.pair = len(e.pairs.known) })
	}
	e.pairs.at = make([][]int, len(e.pairs.known))
	for number := range e.ask.numbers {
		e.look(keptField(fieldBigrams), number, func(l *looked) { l.number = true })
		e.look(keptField(fieldCharacters), number, func(l *looked) { l.number = true })
	}
	for word := range e.inCompany {
		e.look(keptField(fieldWords), word, func(l *looked) { l.company = true })
	}
}

// look notes what else a term of a field is looked for.
func (e *explainer) look(field int, term string, note func(*looked)) {
	l := e.looked[field][term]
	note(&l)
	e.looked[field][term] = l
	e.asks.add(term)
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

// best keeps the strongest pieces that tell anything, as many as are named: those
// that are specific and whole words of the document, the others where there is none.
func (e *explainer) best(ctx context.Context, d *reading, pieces []piece, scores []float64) ([]piece, error) {
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool { return scores[order[i]] > scores[order[j]] })
	var telling, good named
	for _, i := range order {
		if len(good.pieces) == e.name || scores[i] < leastPart*d.score {
			break
		}
		p := pieces[i]
		tells, err := e.naming.tells(ctx, d, p)
		if err != nil {
			return nil, err
		}
		if !tells {
			continue
		}
		if specific(p) && d.entire(p, e.naming.cutter) {
			good.add(p, e.name)
		}
		telling.add(p, e.name)
	}
	switch {
	case good.words:
		return good.pieces, nil
	case telling.words:
		return telling.pieces, nil
	}
	return nil, nil
}

// named are pieces that are chosen, and whether any of them is more than an amount.
type named struct {
	pieces []piece
	words  bool
}

// add takes a piece in unless there are enough.
func (n *named) add(p piece, most int) {
	if len(n.pieces) < most {
		n.pieces = append(n.pieces, p)
		n.words = n.words || !amount.MatchString(p.text)
	}
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
