package indexer

import (
	"context"
	"math"
	"sort"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/catalog"
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
	out := search.Response{Notes: q.Notes, Query: req.Query, Hits: []search.Hit{}}
	err = x.use(func() error { return x.collect(ctx, q, req, &out) })
	if err == nil && scored(q) {
		out.DidYouMean = x.didYouMean(ctx, q.Text, out.Total == 0)
	}
	return out, err
}

// bleveQuery joins what is scored with what restricts.
func (x *Index) bleveQuery(q search.Query, req search.Request) query.Query {
	must := restriction(q, req.Kinds, req.Filters)
	if !scored(q) {
		if must == nil {
			must = query.NewMatchAllQuery()
		}
		return must
	}
	ranked := &rankedQuery{index: x, text: q.Text}
	if must == nil {
		return ranked
	}
	filtered := query.NewBooleanQuery([]query.Query{ranked}, nil, nil)
	filtered.AddFilter(must) // a boost of 0 instead makes bleve's norm infinite and scores NaN
	return filtered
}

// scored tells whether a query has anything to score.
func scored(q search.Query) bool { return len(zh.Characters(q.Text)) > 0 }

// rankText scores a typed text and its rewritings by synonyms; a document takes
// the best of them. A rewriting's scores are brought to the scale of what was
// typed: one of more characters has more terms to score with.
func (x *Index) rankText(ctx context.Context, r index.IndexReader, text string) ([]numbered, error) {
	best, scale, err := x.scoreVariant(ctx, r, text)
	if err != nil {
		return nil, err
	}
	for _, variant := range x.synonyms.Load().Variants(text, maxVariants) {
		more, own, err := x.scoreVariant(ctx, r, variant)
		if err != nil {
			return nil, err
		}
		if own > 0 {
			best = mergeBest(best, more, variantWeight*scale/own)
		}
	}
	return best, nil
}

// scoreVariant gives the documents that answer enough of a text, by number,
// and the sum of what the text's terms are worth.
func (x *Index) scoreVariant(ctx context.Context, r index.IndexReader, text string) ([]numbered, float64, error) {
	shot, err := x.shot.of(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	s := newPlainScorer(plainStock{shot, r}, nil, searchScoring)
	s.coverage = make([]float32, len(s.scores))
	terms := x.terms([]search.Clause{{Text: text, Weight: 1}}, searchScoring)
	covering := markCovering(terms)
	for _, t := range terms {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if _, err := s.add(ctx, t); err != nil {
			return nil, 0, err
		}
	}
	if covering <= shortQuery {
		if err := s.raiseAlone(ctx, text); err != nil {
			return nil, 0, err
		}
	}
	return s.covered(covering <= shortQuery), s.gained, nil
}

// raiseAlone multiplies the scores of documents in which a text that is one
// chunk stands alone by 1 + aloneBonus · ln(1 + times).
func (s *plainScorer) raiseAlone(ctx context.Context, text string) error {
	chunks := zh.Chunks(text)
	if len(chunks) != 1 {
		return nil
	}
	_, err := s.postings(ctx, weighted{field: fieldChunks, term: chunks[0].Text})
	for _, p := range s.read {
		s.scores[p.number] *= float32(1 + aloneBonus*math.Log1p(p.tf))
	}
	return err
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

// collect lets bleve sort, page and count, and reads the page's documents.
func (x *Index) collect(ctx context.Context, q search.Query, req search.Request, out *search.Response) error {
	br := bleve.NewSearchRequestOptions(x.bleveQuery(q, req), req.Size, (req.Page-1)*req.Size, false)
	br.Fields = []string{fieldStored}
	br.SortBy([]string{"-_score", "_id"})
	if req.Sort == search.ByDate || !scored(q) {
		br.SortBy([]string{"-" + fieldDate, "_id"})
	}
	if !scored(q) {
		br.Score = "none" // bleve's own is NaN where updates leave a term in more documents than live
	}
	if req.Facets {
		for _, f := range search.Facets() {
			br.AddFacet(string(f), bleve.NewFacetRequest(string(f), askedFacets(f)))
		}
	}
	res, err := x.open.SearchInContext(ctx, br)
	if err != nil {
		return err
	}
	out.Total = int(res.Total)
	marker := newMarker(q)
	for _, m := range res.Hits {
		data, _ := m.Fields[fieldStored].(string)
		doc, err := decodeStored([]byte(data))
		if err != nil {
			return err
		}
		hit := search.Hit{Document: doc, Score: m.Score}
		if req.Snippets {
			hit.TitleMarks, hit.Snippets = marker.marks(doc.Title), marker.snippets(doc.Text)
		}
		out.Hits = append(out.Hits, hit)
	}
	if req.Facets {
		out.Facets = facetCounts(res.Facets, req.Kinds)
	}
	return nil
}

// askedFacets is how many values of a facet are asked for: of regions more than
// are shown, since counties are left out.
func askedFacets(f search.Facet) int {
	if f == search.FacetRegion {
		return 20 * facetSize
	}
	return facetSize
}

func facetCounts(results bsearch.FacetResults, kinds []catalog.Kind) map[search.Facet][]search.FacetCount {
	out := map[search.Facet][]search.FacetCount{}
	for name, result := range results {
		f := search.Facet(name)
		for _, t := range result.Terms.Terms() {
			if f == search.FacetRegion && len(t.Term) == 6 && t.Term[4:] != "00" || len(out[f]) == facetSize {
				continue // counties are filtered by, but would crowd the list
			}
			out[f] = append(out[f], search.FacetCount{Value: t.Term, Label: search.FacetLabel(f, t.Term, kinds...), Count: t.Count})
		}
		if f == search.FacetYear {
			sort.Slice(out[f], func(i, j int) bool { return out[f][i].Value > out[f][j].Value })
		}
	}
	return out
}

// documentByID reads a stored document.
func documentByID(r index.IndexReader, id string) (search.Document, error) {
	doc, err := r.Document(id)
	if err != nil {
		return search.Document{}, err
	}
	if doc == nil {
		return search.Document{}, errs.New(errs.NotFound, "index.no_document", "索引里没有这条记录，它可能刚被删除。")
	}
	var data []byte
	doc.VisitFields(func(f index.Field) {
		if f.Name() == fieldStored {
			data = f.Value()
		}
	})
	return decodeStored(data)
}

// Documents reads the stored documents of ids.
func (x *Index) Documents(_ context.Context, ids []string) (map[string]search.Document, error) {
	out := make(map[string]search.Document, len(ids))
	err := x.read(func(r index.IndexReader) error {
		for _, id := range ids {
			doc, err := documentByID(r, id)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = doc
		}
		return nil
	})
	return out, err
}

// Rank scores documents for weighted texts.
func (x *Index) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	var out search.Ranking
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
	terms := x.terms(req.Clauses, req.Scoring)
	sources, err := r.sources(ctx, terms)
	if err != nil {
		return search.Ranking{}, err
	}
	near, err := r.near(ctx, x.alternatives(req.Clauses, req.Scoring))
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
	terms := x.terms(req.Clauses, req.Scoring)
	for i := range terms {
		err := ctx.Err()
		if err == nil {
			terms[i].gain, err = s.add(ctx, terms[i])
		}
		if err != nil {
			return out, err
		}
	}
	for _, a := range x.alternatives(req.Clauses, req.Scoring) {
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
