package indexer

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"hongniang/indexer/postings"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// ranker ranks the documents of a view from postings in memory.
type ranker struct {
	weigher
	view      *postings.View
	wanted    [postings.MaxKinds]bool
	spans     []postings.Span
	board                    // by place
	near      []standIn      // by place; nil until a word has related ones
	turn      uint32         // counts the words whose related ones were added, anew in each span
	met       []float32      // by meet
	also      map[int32]bool // places that are kept whatever they score
	noted     []covering     // by add
	answering places         // that have a covering term of those that were added; nil: nobody asks
	lookUp    int            // see the constant
	alone     []int32        // places that are all that is looked at; nil: see scoreAlone
	pruned    bool           // whether some sources were added to contenders alone
}

// dead is the score of a document that is deleted: whatever is added, it stays
// below 0.
const dead = -math.MaxFloat32 / 2

func newRanker(view *postings.View, kinds []catalog.Kind, scoring search.Scoring) *ranker {
	r := &ranker{weigher: weigher{viewStock{view}, scoring}, view: view, wanted: wanted(kinds), lookUp: lookUp}
	r.spans = view.Spans(r.wanted)
	r.scores = floats.get(view.Size())
	for place := range view.Dead() {
		r.scores[place] = dead
	}
	return r
}

// keepCoverage has the board keep what documents cover.
func (r *ranker) keepCoverage() {
	r.coverage = floats.get(r.view.Size())
	for place := range r.view.Dead() {
		r.coverage[place] = dead
	}
}

// any tells whether a living document is of a wanted kind.
func (r *ranker) any() bool {
	return slices.ContainsFunc(r.spans, func(s postings.Span) bool { return r.view.Live(s.Kind) > 0 })
}

// done gives back the memory that the ranker used.
func (r *ranker) done() {
	floats.put(r.scores)
	floats.put(r.coverage)
	standIns.put(r.near)
}

// pool keeps arrays of the size of the index.
type pool[T any] struct{ sync.Pool }

var (
	floats   pool[float32]
	standIns pool[standIn]
)

// get gives an array of n zeros.
func (p *pool[T]) get(n int) []T {
	if have, ok := p.Get().(*[]T); ok && cap(*have) >= n {
		out := (*have)[:n]
		clear(out)
		return out
	}
	return make([]T, n, n+n/8)
}

func (p *pool[T]) put(s []T) {
	if cap(s) > 0 {
		p.Put(&s)
	}
}

// sources looks up the terms of a request, and what they are worth. The terms
// are given their gains.
func (r *ranker) sources(ctx context.Context, terms []weighted) ([]source, error) {
	ahead := r.readTerms(ctx, terms)
	out := make([]source, 0, len(terms))
	for i := range terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		field := keptField(terms[i].field)
		if answers, err := r.answers(field, terms[i].term); err != nil {
			return nil, err
		} else if !answers {
			if err := r.passOver(field, &terms[i]); err != nil {
				return nil, err
			}
			continue
		}
		t, err := ahead.term(field, terms[i].term)
		if err != nil {
			return nil, err
		}
		terms[i].gain = r.gainOf(terms[i], frequencyOf(t))
		if t.Documents > 0 {
			out = append(out, source{field: field, term: t, gain: float32(terms[i].gain), bound: terms[i].gain * r.most(field, t), count: r.count(t), covers: terms[i].covers})
		}
	}
	return out, nil
}

func frequencyOf(t postings.Term) frequency {
	return frequency{documents: uint64(t.Documents), needs: uint64(t.Counted)}
}

// related looks up words with their related words.
func (r *ranker) related(ctx context.Context, all []alternatives) ([]source, error) {
	ahead := r.readRelated(ctx, all)
	var out []source
	for _, a := range all {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if helps, err := r.helps(a); err != nil {
			return nil, err
		} else if !helps {
			continue
		}
		field := keptField(fieldWords)
		own, err := ahead.term(field, a.word)
		if err != nil {
			return nil, err
		}
		s := source{field: field, term: own, count: r.count(own)}
		for _, n := range a.near {
			t, err := ahead.term(field, n.Word)
			if err != nil {
				return nil, err
			}
			if t.Documents == 0 {
				continue
			}
			gain := r.relatedGain(a.weight, n.Similarity, frequencyOf(own), frequencyOf(t))
			s.near = append(s.near, nearby{t, float32(gain)})
			s.bound = max(s.bound, gain*r.most(field, t))
			s.count += r.count(t)
		}
		if len(s.near) > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

// count is about how many postings of a term are of the wanted kinds.
func (r *ranker) count(t postings.Term) int {
	n := 0
	for _, s := range r.spans {
		n += t.Postings(s)
	}
	return n
}

// addEverywhere adds sources to all documents, one span after the other.
func (r *ranker) addEverywhere(sources []source) {
	for _, span := range r.spans {
		for i := range sources {
			r.addSpan(&sources[i], span)
		}
	}
}

func (r *ranker) addSpan(s *source, span postings.Span) {
	if s.near != nil {
		r.addNear(s, span)
		return
	}
	c, gain := r.curve(s.field, span.Kind), s.gain*float32(r.scoring.K1+1)
	covers := s.covers && r.answering != nil
	for chunk := range s.term.Chunks(span) {
		c.add(r.scores[chunk.Base:], chunk, chunk.Lengths(s.field), gain)
		if covers {
			r.answering.addPostings(chunk)
		}
	}
}

// rank adds up sources and gives the top documents. The strongest come first:
// as soon as what is left cannot lift a document into the top that is far below
// it, only the others are looked at. No document of the top is missed.
func (r *ranker) rank(ctx context.Context, sources []source, top int) ([]numbered, error) {
	if len(sources) == 0 || top == 0 && len(r.alone) == 0 {
		return nil, nil
	}
	if top == 0 {
		return r.scoreAlone(sources), ctx.Err()
	}
	few, left, at, err := r.addStrongest(ctx, sources, func(left remainder, at int) []int32 { return r.contenders(left, at, top) })
	if err != nil {
		return nil, err
	}
	if few == nil {
		return r.best(top), nil
	}
	return r.finish(few, sources[at:], left.bound[at:], top), nil
}

// addStrongest sorts sources and adds them to all documents, the strongest first,
// until choose gives the few documents that those from at on are to be added to;
// nil when all were added.
func (r *ranker) addStrongest(ctx context.Context, sources []source, choose func(left remainder, at int) []int32) (few []int32, left remainder, at int, err error) {
	slices.SortStableFunc(sources, func(a, b source) int { return cmp.Compare(b.bound, a.bound) })
	left = newRemainder(sources)
	look := left.bound[0] * firstLook
	for at < len(sources) {
		if err := ctx.Err(); err != nil {
			return nil, left, at, err
		}
		next := at + 1
		for next < len(sources) && left.bound[next] >= look {
			next++
		}
		r.addEverywhere(sources[at:next])
		if at = next; at == len(sources) {
			break
		}
		if few := choose(left, at); few != nil {
			r.pruned = true
			return few, left, at, nil
		}
		look = left.bound[at] * nextLook
	}
	return nil, left, at, nil
}

// everywhere visits the places of all documents that are looked at.
func (r *ranker) everywhere(yield func(int32) bool) {
	for _, span := range r.spans {
		for place := span.From; place < span.To; place++ {
			if !yield(int32(place)) {
				return
			}
		}
	}
}

const (
	// firstLook and nextLook are the parts of what can be added at which it is
	// worth a pass over all scores to see whether the rest is for a few only.
	firstLook = 0.1
	nextLook  = 0.6
	// lookUp is what it costs to look one document up in a list, in postings that
	// are added meanwhile.
	lookUp = 4
	// slack is for rounding, in parts of a score.
	slack = 1e-4
)

// best gives all documents that may be among the top.
func (r *ranker) best(top int) []numbered {
	var steps histogram
	for _, span := range r.spans {
		steps.count(r.scores[span.From:span.To])
	}
	least := steps.atLeast(top)
	var out []numbered
	for _, span := range r.spans {
		for i, score := range r.scores[span.From:span.To] {
			if score > 0 && score >= least {
				out = append(out, numbered{span.From + i, score})
			}
		}
	}
	for place := range r.also {
		if score := r.scores[place]; score > 0 && score < least {
			out = append(out, numbered{int(place), score})
		}
	}
	return out
}

// named sorts the top of the best documents and gives them their ids, and if
// they are asked for those who stand behind them. Those that are asked for by
// name follow.
func (r *ranker) named(best []numbered, req search.RankRequest) ([]search.Scored, error) {
	places := map[string]int{}
	id := func(place int) (string, error) {
		id, err := r.view.ID(place)
		places[id] = place
		return id, err
	}
	out, err := bestOf(best, req.Top, id)
	if err != nil {
		return nil, err
	}
	if out, err = r.andAlso(out, best, id); err != nil {
		return nil, err
	}
	for i := range out {
		if !req.Backs {
			break
		}
		if out[i].Backs, err = r.view.Values(columnBacks, places[out[i].ID]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// andAlso puts those that are asked for by name behind the top.
func (r *ranker) andAlso(top []search.Scored, best []numbered, id func(int) (string, error)) ([]search.Scored, error) {
	if len(r.also) == 0 {
		return top, nil
	}
	have := make(map[string]bool, len(top))
	for _, hit := range top {
		have[hit.ID] = true
	}
	asked := slices.DeleteFunc(best, func(n numbered) bool { return !r.also[int32(n.number)] })
	more, err := bestOf(asked, len(asked), id)
	for _, hit := range more {
		if !have[hit.ID] {
			top = append(top, hit)
		}
	}
	return top, err
}

// ask notes the places of ids that are asked for by name.
func (r *ranker) ask(ids []string) error {
	r.also = make(map[int32]bool, len(ids))
	for _, id := range ids {
		place, found, err := r.view.PlaceOf(id)
		if err != nil {
			return err
		}
		if found && r.wanted[r.view.KindOf(place)] {
			r.also[int32(place)] = true
		}
	}
	return nil
}
