package indexer

import (
	"context"
	"slices"
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
		defer e.end()
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

// explainer explains the documents of a request, one after the other.
type explainer struct {
	weigher
	*lookout
	*rooms
	index  *Index
	state  state
	name   int // pieces at most; 0: all
	naming *naming
}

// rooms is memory that readings of documents use one after the other.
type rooms struct {
	folded zh.Folded
	times  []int    // of reading.times
	lost   []int    // of shares
	owners []int32  // of reading.owners
	spots  []spot   // of reading.spots
	taken  [][2]int // of shares
	places [][]int  // of reading.pairs
}

var freeRooms = sync.Pool{New: func() any { return new(rooms) }}

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

// emptyPairs are the pairs that are looked for, without any places.
func (e *explainer) emptyPairs() pairs {
	e.places = slices.Grow(e.places[:0], len(e.lookout.pairs))[:len(e.lookout.pairs)]
	for i := range e.places {
		e.places[i] = e.places[i][:0]
	}
	return pairs{e.lookout.pairs, e.places}
}

// newExplainer begins to explain; end gives back what it uses.
func (x *Index) newExplainer(ctx context.Context, st state, req search.RankRequest) (*explainer, error) {
	w := weigher{st.stock, req.Scoring}
	l, err := x.prepare(req.Clauses, req.Scoring).lookout(ctx, st, w)
	if err != nil {
		return nil, err
	}
	naming := &naming{stock: st.stock, cutter: x.cutter, known: map[[2]string]bool{}}
	return &explainer{weigher: w, lookout: l, rooms: freeRooms.Get().(*rooms), index: x, state: st, name: req.Name, naming: naming}, nil
}

func (e *explainer) end() { freeRooms.Put(e.rooms) }

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
