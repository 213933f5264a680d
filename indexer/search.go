package indexer

import (
	"context"
	"maps"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// searchScoring weighs what people type.
var searchScoring = search.DefaultScoring()

// scoringOf gives the scoring of a request, the default one for the zero value.
func scoringOf(req search.RankRequest) search.Scoring {
	if req.Scoring == (search.Scoring{}) {
		return searchScoring
	}
	return req.Scoring
}

const (
	// leastCoverage is the part of a short query's bigrams, by idf, that a hit
	// must answer, and leastOfBest the part of what the best document answers:
	// the lower of the two counts. Of a longer query a hit must answer any.
	leastCoverage = 0.25
	leastOfBest   = 0.5
	// strongPart is the part of the best score with which a document is a hit
	// whatever it answers: the words of a question, in another order. Of a long
	// query half of that will do.
	strongPart = 0.5
	// phraseBonus multiplies the score of a document that answers every bigram
	// of a short query.
	phraseBonus = 1.5
	// aloneBonus is added for each natural logarithm of 1 + the times that all of
	// a short query stands alone in a document, see zh.Chunks.
	aloneBonus = 0.1
	// shortQuery is how many bigrams a short query has at most.
	shortQuery = 8
	// maxVariants bounds how many rewritings by synonyms a query gets.
	maxVariants = 6
	// variantWeight keeps a synonym behind the word that was typed.
	variantWeight = 0.8
	facetSize     = 12
)

// Search answers a typed query.
func (x *Index) Search(ctx context.Context, req search.Request) (search.Response, error) {
	req, err := req.Check()
	if err != nil {
		return search.Response{}, err
	}
	q := search.ParseQuery(req.Query)
	out, err := x.find(ctx, q, req)
	if number, may := q.Number(); err == nil && out.Total == 0 && may {
		return x.find(ctx, number, req)
	}
	return out, err
}

// find answers a query as it was read.
func (x *Index) find(ctx context.Context, q search.Query, req search.Request) (search.Response, error) {
	out := search.Response{Notes: q.Notes, Query: req.Query, Hits: []search.Hit{}}
	var err error
	if x.memory > 0 && scored(q) {
		err = x.state(ctx, func(st state) error { return x.collect(ctx, st, q, req, &out) })
	} else {
		err = x.use(func() error { return x.collectPlainly(ctx, q, req, &out) })
	}
	if err == nil && scored(q) {
		out.DidYouMean = x.didYouMean(ctx, q.Text, out.Total == 0)
	}
	return out, err
}

// scored tells whether a query has anything to score.
func scored(q search.Query) bool { return len(zh.Characters(q.Text)) > 0 }

// scorer adds terms to the scores of documents, by number or by place.
type scorer interface {
	// add adds a term to its board and answers the term's gain.
	add(ctx context.Context, t weighted) (gain float64, err error)
	// raise multiplies the scores of a term's documents by a factor of how often
	// it stands there.
	raise(ctx context.Context, t weighted, factor func(times float64) float64) error
	sheet() *board
}

// rankText gives what answers a typed text and its rewritings by synonyms, each of
// which score answers with what its terms are worth; a document takes the best of
// them. A rewriting's scores are brought to the scale of what was typed: one of
// more characters has more terms to score with.
func (x *Index) rankText(ctx context.Context, text string, score func(text string) (answers, float64, error)) (answers, error) {
	out, scale, err := score(text)
	if err != nil {
		return answers{}, err
	}
	for _, variant := range x.synonymsOf(ctx).Variants(text, maxVariants) {
		more, own, err := score(variant)
		if err != nil {
			return answers{}, err
		}
		if own > 0 {
			out.join(more, variantWeight*scale/own)
		}
	}
	return out, nil
}

// scoreAll scores every document for a typed text; it gives those that answer
// enough of it, by number or place, and what its terms are worth together.
func (x *Index) scoreAll(ctx context.Context, t typed, s scorer) ([]numbered, float64, error) {
	for _, term := range t.terms {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if _, err := s.add(ctx, term); err != nil {
			return nil, 0, err
		}
	}
	if chunks := zh.Chunks(t.text); t.short && len(chunks) == 1 {
		err := s.raise(ctx, weighted{field: fieldChunks, term: chunks[0].Text}, func(times float64) float64 { return 1 + aloneBonus*math.Log1p(times) })
		if err != nil {
			return nil, 0, err
		}
	}
	return s.sheet().covered(t.short), s.sheet().gained, nil
}

// markCovering marks the terms that count for coverage, and counts them: the
// bigrams, and for a character that stands alone in the query the character,
// which documents have inside their words.
func markCovering(terms []weighted) int {
	lone := map[string]bool{}
	for _, t := range terms {
		if t.field == fieldBigrams && loneCharacter(t.term) {
			lone[t.term] = true
		}
	}
	n := 0
	for i, t := range terms {
		terms[i].covers = t.field == fieldBigrams && !lone[t.term] || t.field == fieldCharacters && lone[t.term]
		if terms[i].covers {
			n++
		}
	}
	return n
}

// loneCharacter tells whether a term is a single Chinese character.
func loneCharacter(term string) bool {
	r, size := utf8.DecodeRuneInString(term)
	return size == len(term) && unicode.Is(unicode.Han, r)
}

// mergeBest merges two lists by number, keeping the better score; those of b
// are multiplied by weight.
func mergeBest(a, b []numbered, weight float64) []numbered {
	out := make([]numbered, 0, len(a)+len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i].number < b[j].number:
			out = append(out, a[i])
			i++
		case i == len(a) || b[j].number < a[i].number:
			out = append(out, numbered{b[j].number, b[j].score * float32(weight)})
			j++
		default:
			out = append(out, numbered{a[i].number, max(a[i].score, b[j].score*float32(weight))})
			i++
			j++
		}
	}
	return out
}

// documentByID reads a stored document.
func documentByID(r index.IndexReader, id string) (search.Document, error) {
	s, err := storedByID(r, id)
	return s.Document, err
}

// storedByID reads all that is stored of a document.
func storedByID(r index.IndexReader, id string) (stored, error) {
	doc, err := r.Document(id)
	if err != nil {
		return stored{}, err
	}
	if doc == nil {
		return stored{}, notThere()
	}
	var data []byte
	doc.VisitFields(func(f index.Field) {
		if f.Name() == fieldStored {
			data = f.Value()
		}
	})
	return decode(data)
}

func notThere() error {
	return errs.New(errs.NotFound, "index.no_document", "索引里没有这条记录，它可能刚被删除。")
}

// Documents reads the stored documents of ids. Others may be given the same: their
// lists are only to be read.
func (x *Index) Documents(ctx context.Context, ids []string) (map[string]search.Document, error) {
	out := make(map[string]search.Document, len(ids))
	err := x.state(ctx, func(st state) error {
		for _, id := range ids {
			doc, _, err := st.stored(id)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = doc.Document
		}
		return nil
	})
	return out, err
}

// Rank scores documents for weighted texts.
func (x *Index) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	var out search.Ranking
	if err := req.Check(); err != nil {
		return out, err
	}
	req.Scoring, req.Top = scoringOf(req), max(req.Top, 0)
	err := x.state(ctx, func(st state) (err error) {
		if st.view != nil {
			r := newRanker(st.view, req.Kinds, req.Scoring)
			defer r.done()
			out, err = x.rank(ctx, r, req)
		} else {
			out, err = x.rankPlainly(ctx, st.plain, req)
		}
		return err
	})
	return out, err
}

func (x *Index) rank(ctx context.Context, r *ranker, req search.RankRequest) (search.Ranking, error) {
	if !r.any() {
		return search.Ranking{}, ctx.Err()
	}
	if err := r.ask(req.Also); err != nil {
		return search.Ranking{}, err
	}
	if req.Top == 0 {
		r.alone = slices.AppendSeq([]int32{}, maps.Keys(r.also)) // not nil, also without any
		slices.Sort(r.alone)
	}
	cut := x.prepare(req.Clauses, req.Scoring)
	terms := slices.Clone(cut.terms)
	sources, err := r.sources(ctx, terms)
	if err != nil {
		return search.Ranking{}, err
	}
	near, err := r.related(ctx, cut.near)
	if err != nil {
		return search.Ranking{}, err
	}
	best, err := r.rank(ctx, append(sources, near...), req.Top)
	if err != nil {
		return search.Ranking{}, err
	}
	hits, err := r.named(best, req)
	return search.Ranking{Hits: hits, Ideal: ideal(terms)}, err
}

func (x *Index) rankPlainly(ctx context.Context, st plainStock, req search.RankRequest) (search.Ranking, error) {
	var out search.Ranking
	s := newPlainScorer(st, req.Kinds, req.Scoring)
	if !s.snapshot.hasAny(s.wanted) {
		return out, ctx.Err()
	}
	cut := x.prepare(req.Clauses, req.Scoring)
	terms := slices.Clone(cut.terms)
	for i := range terms {
		err := ctx.Err()
		if err == nil {
			terms[i].gain, err = s.add(ctx, terms[i])
		}
		if err != nil {
			return out, err
		}
	}
	for _, a := range cut.near {
		err := ctx.Err()
		if err == nil {
			err = s.addAlternatives(ctx, a)
		}
		if err != nil {
			return out, err
		}
	}
	hits, err := s.best(req)
	return search.Ranking{Hits: hits, Ideal: ideal(terms)}, err
}
