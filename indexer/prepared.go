package indexer

import (
	"context"
	"slices"
	"sync"
	"weak"

	"hongniang/indexer/postings"
	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// prepared is what is worked out of a request's texts. One match ranks and explains the
// same texts several times. It is handed to many and must only be read.
type prepared struct {
	preparing
	clauses []search.Clause
	terms   []weighted // without gains
	near    []alternatives
	asked   func() asked // worked out when first asked for

	mu     sync.Mutex
	latest *lookout // of the state that was explained last
	of     weak.Pointer[postings.View]
}

// preparing is what prepared depends on beside the texts.
type preparing struct {
	scoring  search.Scoring
	words    *vocabulary
	synonyms *zh.Synonyms
	related  *related.Model
}

// recent keeps the requests that were prepared last. It is safe for concurrent use.
type recent struct {
	mu   sync.Mutex
	kept []*prepared // the last asked for first
}

const (
	// mostRecent is how many requests are kept: two of each match under way.
	mostRecent = 16
	// longestRecent is how many bytes of text a request may have that is kept.
	longestRecent = 16 << 10
)

// prepare cuts the texts of a request, unless that was just done.
func (x *Index) prepare(clauses []search.Clause, s search.Scoring) *prepared {
	how := preparing{s, x.cutters.now.Load(), x.synonyms.Load(), x.words.joined.Load()}
	if have := x.recent.find(clauses, how); have != nil {
		return have
	}
	p := &prepared{preparing: how, clauses: slices.Clone(clauses), terms: x.terms(clauses, s), near: x.alternatives(clauses, s)}
	p.asked = sync.OnceValue(func() asked { return x.asked(p.clauses) })
	size := 0
	for _, c := range clauses {
		size += len(c.Text)
	}
	if size <= longestRecent {
		x.recent.keep(p)
	}
	return p
}

func (r *recent) find(clauses []search.Clause, how preparing) *prepared {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, p := range r.kept {
		if p.preparing == how && slices.Equal(p.clauses, clauses) {
			copy(r.kept[1:i+1], r.kept[:i])
			r.kept[0] = p
			return p
		}
	}
	return nil
}

func (r *recent) keep(p *prepared) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < mostRecent {
		r.kept = append(r.kept, nil)
	}
	copy(r.kept[1:], r.kept)
	r.kept[0] = p
}

// lookout is what documents of a state of the index are looked through for. It must
// only be read.
type lookout struct {
	terms  []weighted
	texts  []int               // of each term: its field in textFields
	looked []map[string]looked // by field in textFields
	pairs  map[string]int      // pairs of characters, each with a number from 0 on
	asks   zh.CharacterSet     // of all that is looked for
	ask    asked
	// company are the words with related ones, with what each is worth; their
	// words are inCompany.
	company   []valued
	inCompany map[string]bool
}

// lookout gives what documents are looked through for, worked out once for a view.
func (p *prepared) lookout(ctx context.Context, st state, w weigher) (*lookout, error) {
	if st.view == nil {
		return p.newLookout(ctx, w)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if of := weak.Make(st.view); p.of != of {
		made, err := p.newLookout(ctx, w)
		if err != nil {
			return nil, err
		}
		p.latest, p.of = made, of
	}
	return p.latest, nil
}

func (p *prepared) newLookout(ctx context.Context, w weigher) (*lookout, error) {
	l := &lookout{terms: slices.Clone(p.terms), texts: make([]int, len(p.terms)), ask: p.asked()}
	for range textFields {
		l.looked = append(l.looked, make(map[string]looked, len(p.terms)))
	}
	for i := range l.terms {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t := &l.terms[i]
		var err error
		if t.gain, err = w.gain(ctx, *t); err != nil {
			return nil, err
		}
		l.texts[i] = keptField(t.field)
		l.look(l.texts[i], t.term, func(l *looked) { l.term = i + 1 })
	}
	if err := l.keepCompany(ctx, w, p.near); err != nil {
		return nil, err
	}
	l.lookForPieces()
	return l, nil
}

// lookForPieces has documents looked through for what pieces are made of.
func (l *lookout) lookForPieces() {
	l.pairs = make(map[string]int, len(l.ask.pairs))
	for pair := range l.ask.pairs {
		l.pairs[pair] = len(l.pairs)
		l.look(keptField(fieldBigrams), pair, func(at *looked) { at.pair = len(l.pairs) })
	}
	for number := range l.ask.numbers {
		l.look(keptField(fieldBigrams), number, func(at *looked) { at.number = true })
		l.look(keptField(fieldCharacters), number, func(at *looked) { at.number = true })
	}
	for word := range l.inCompany {
		l.look(keptField(fieldWords), word, func(at *looked) { at.company = true })
	}
}

// look notes what else a term of a field is looked for.
func (l *lookout) look(field int, term string, note func(*looked)) {
	at := l.looked[field][term]
	note(&at)
	l.looked[field][term] = at
	l.asks.Add(term)
}

// looked is what a term of a field is looked for; its zero value is nothing.
type looked struct {
	term    int  // 1 + its place in lookout.terms
	pair    int  // 1 + its number in lookout.pairs
	number  bool // it is one of asked.numbers
	company bool // it is one of lookout.inCompany
}
