package indexer

import (
	"context"
	"iter"
	"math"
	"slices"

	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"hongniang/indexer/postings"
	"hongniang/internal/search"
)

// answers are the documents that answer a typed text.
type answers struct {
	all places // every one; nil where only best is kept
	// best are the best of those that are asked for, and others, with their scores,
	// by rising number.
	best []numbered
}

// join adds what answers another wording; a document takes the better score.
func (a *answers) join(b answers, weight float64) {
	a.best = mergeBest(a.best, b.best, weight)
	if a.all != nil {
		a.all.join(b.all)
	}
}

// wish is what is asked of the answers to a typed text.
type wish struct {
	top     int    // the best so many are listed
	allowed places // of these; nil: of all
}

// found gives the answers to a query that satisfy its restrictions.
func (x *Index) found(ctx context.Context, view *postings.View, q search.Query, req search.Request) (answers, error) {
	want := wish{top: req.Page * req.Size}
	if req.Sort == search.ByDate {
		want.top = math.MaxInt
	}
	var err error
	if want.allowed, err = x.allowed(ctx, view, q, req); err != nil {
		return answers{}, err
	}
	out, err := x.rankText(ctx, q.Text, func(text string) (answers, float64, error) {
		r := newRanker(view, nil, searchScoring)
		r.lookUp = x.lookUp
		defer r.done()
		return x.answers(ctx, r, text, want)
	})
	if err == nil && want.allowed != nil {
		out.all.keep(want.allowed)
		out.best = slices.DeleteFunc(out.best, func(n numbered) bool { return !want.allowed.has(n.number) })
	}
	return out, err
}

// allowed gives the documents of the kinds that are asked for that satisfy the
// restrictions; nil when all do.
func (x *Index) allowed(ctx context.Context, view *postings.View, q search.Query, req search.Request) (places, error) {
	must := restriction(q, nil, req)
	if must == nil && len(req.Kinds) == 0 {
		return nil, nil
	}
	of := make(places, view.Size())
	for _, span := range view.Spans(wanted(req.Kinds)) {
		for place := span.From; place < span.To; place++ {
			of[place] = 1
		}
	}
	if must == nil {
		return of, nil
	}
	out, err := x.satisfying(ctx, view, must)
	if err == nil {
		out.keep(of)
	}
	return out, err
}

// satisfying gives the documents that satisfy a query.
func (x *Index) satisfying(ctx context.Context, view *postings.View, q query.Query) (places, error) {
	s, err := q.Searcher(ctx, view.Reader(), x.open.Mapping(), bsearch.SearcherOptions{Score: "none"})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	out := make(places, view.Size())
	pool := &bsearch.SearchContext{DocumentMatchPool: bsearch.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0)}
	for {
		hit, err := s.Next(pool)
		if err != nil || hit == nil {
			return out, err
		}
		out[view.Place(hit.IndexInternalID.Value())] = 1
		pool.DocumentMatchPool.Put(hit)
	}
}

// answers gives the documents that answer one wording, and what its terms are
// worth together.
func (x *Index) answers(ctx context.Context, r *ranker, text string, want wish) (answers, float64, error) {
	t := x.typed(text)
	if t.short || !t.covers {
		r.keepCoverage()
		hits, gained, err := x.scoreAll(ctx, t, r)
		out := answers{make(places, r.view.Size()), hits}
		for _, n := range hits {
			out.all[n.number] = 1
		}
		return out, gained, err
	}
	sources, err := r.sources(ctx, t.terms)
	if err != nil {
		return answers{}, 0, err
	}
	gained := 0.0
	for _, term := range t.terms {
		gained += term.gain
	}
	out, err := r.answer(ctx, sources, want)
	return out, gained, err
}

// answer gives the documents that have a covering term of a long text, and those
// that score well without. As soon as what is left can neither bring a document
// into the top nor make one of those that have none of these terms score well, it
// is added to the few of which that is open.
func (r *ranker) answer(ctx context.Context, sources []source, want wish) (answers, error) {
	p := poll{ranker: r, wish: want, sources: sources, covered: make(places, r.view.Size())}
	r.answering = p.covered
	few, left, at, err := r.addStrongest(ctx, sources, p.open)
	if err != nil {
		return answers{}, err
	}
	if few == nil {
		p.coverFrom(len(sources))
		_, least := p.standing(0)
		return p.count(r.everywhere, least), nil
	}
	r.finish(few, sources[at:], left.bound[at:], len(few))
	return p.count(slices.Values(few), 0), nil
}

// poll finds out which documents are answers while scores are added up.
type poll struct {
	*ranker
	wish
	sources []source
	covered places // have a covering term, and are answers whatever they score; whole after coverFrom
}

// coverFrom adds the documents of the sources from at on, which were not added to scores
// yet, to those that have a covering term. Thereafter these are whole.
func (p *poll) coverFrom(at int) {
	if p.answering == nil {
		return
	}
	p.answering = nil
	for _, span := range p.spans {
		for i := range p.sources[at:] {
			if s := &p.sources[at+i]; s.covers {
				for chunk := range s.term.Chunks(span) {
					p.covered.addPostings(chunk)
				}
			}
		}
	}
	for place := range p.view.Dead() {
		p.covered[place] = 0
	}
}

// standing gives the best score of those that are covered and what as many of them as are
// wanted reach, of those that are allowed; 0 for what is not above rest.
func (p *poll) standing(rest float32) (best, least float32) {
	leaders := leading{many: p.top, least: rest}
	for _, span := range p.spans {
		above := [2]float32{math.MaxFloat32, leaders.least} // by whether a document is covered
		covered := p.covered[span.From:span.To]
		for i, score := range p.scores[span.From:span.To] {
			if score <= above[covered[i]] {
				continue
			}
			best = max(best, score)
			if p.allows(span.From + i) {
				leaders.add(score)
				above[1] = leaders.least
			}
		}
	}
	return best, leaders.last()
}

// leading finds the best so many of a row of scores.
type leading struct {
	many  int
	least float32 // what others must exceed to be among them
	found []float32
}

// room is how many times as many as are wanted are gathered before the worst are dropped.
const room = 4

// add takes a score above least.
func (l *leading) add(score float32) {
	if l.found = append(l.found, score); len(l.found)/room >= l.many {
		l.least = kth(l.found, l.many)
		l.found = l.found[:l.many]
	}
}

// last gives the score of the last of them, 0 when fewer were found.
func (l *leading) last() float32 {
	if len(l.found) < l.many {
		return 0
	}
	return kth(l.found, l.many)
}

func (w wish) allows(place int) bool { return w.allowed == nil || w.allowed.has(place) }

// open gives the places of all documents of which it is open whether they are
// among the top, or answer at all; nil when they are so many that it is better to
// go on as before.
func (p *poll) open(left remainder, at int) []int32 {
	p.coverFrom(at)
	if p.top > p.view.Size() {
		return nil // all are wanted
	}
	rest := float32(left.bound[at]) * (1 + slack)
	best, least := p.standing(rest)
	listed, strong := least*(1-slack)-rest, strongPart/2*best*(1-slack)-rest
	if listed <= 0 || strong <= 0 {
		return nil
	}
	from := [2]float32{min(listed, strong), min(listed, best*(1-slack)-rest)} // by whether a document is covered
	each := p.lookUp * (len(left.bound) - 1 - at)
	out := []int32{}
	for _, span := range p.spans {
		covered := p.covered[span.From:span.To]
		for i, score := range p.scores[span.From:span.To] {
			if score < from[covered[i]] {
				continue
			}
			if out = append(out, int32(span.From+i)); len(out)*each > left.count[at] {
				return nil
			}
		}
	}
	return out
}

// count gives the answers, of which those that have no covering term are among the
// open ones; of the open ones those that reach least are listed.
func (p *poll) count(open iter.Seq[int32], least float32) answers {
	best := float32(0)
	for place := range open {
		if score := p.scores[place]; score > best && p.covered.has(int(place)) {
			best = score
		}
	}
	out := answers{all: p.covered}
	for place := range open {
		score, at := p.scores[place], int(place)
		if score <= 0 || !p.covered.has(at) && score < strongPart/2*best || best == 0 {
			continue
		}
		out.all[at] = 1
		if score >= least && p.allows(at) {
			out.best = append(out.best, numbered{at, score})
		}
	}
	return out
}
