package indexer

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/blevesearch/bleve/v2/mapping"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// restriction makes the bleve query that documents must satisfy, whatever their
// score; nil when everything does.
func restriction(q search.Query, kinds []catalog.Kind, req search.Request) query.Query {
	var must, mustNot []query.Query
	if len(req.Only) > 0 {
		must = append(must, query.NewDocIDQuery(req.Only))
	}
	for _, f := range q.Filters {
		if one := filterQuery(f); f.Negated {
			mustNot = append(mustNot, one)
		} else {
			must = append(must, one)
		}
	}
	for _, p := range q.Phrases {
		must = append(must, phraseQuery(fieldBigrams, p))
	}
	for _, w := range q.Without {
		mustNot = append(mustNot, phraseQuery(fieldBigrams, w))
	}
	if len(kinds) > 0 {
		values := make([]string, len(kinds))
		for i, k := range kinds {
			values[i] = string(k)
		}
		must = append(must, anyOf(string(search.FacetKind), values))
	}
	for facet, values := range req.Filters {
		if len(values) > 0 {
			must = append(must, anyOf(string(facet), values))
		}
	}
	if len(must) == 0 && len(mustNot) == 0 {
		return nil
	}
	if len(must) == 0 {
		must = append(must, query.NewMatchAllQuery())
	}
	b := query.NewBooleanQuery(must, nil, mustNot)
	return b
}

func filterQuery(f search.Filter) query.Query {
	switch f.Field {
	case "year", fieldTRL:
		return numbersQuery(f)
	case "title":
		return eachValue(f.Values, func(v string) query.Query { return phraseQuery(fieldTitle, v) })
	case "person":
		return eachValue(f.Values, func(v string) query.Query { return exact(fieldPerson, foldPerson(v)) })
	case "keyword":
		return eachValue(f.Values, func(v string) query.Query { return exact(fieldKeyword, zh.Fold(v)) })
	case "code":
		return eachValue(f.Values, codeQuery)
	case "organisation":
		return eachValue(f.Values, organisationQuery)
	default:
		return anyOf(f.Field, f.Values)
	}
}

// codeQuery finds a number in any spelling, or its beginning from four
// characters on.
func codeQuery(v string) query.Query {
	code := foldCode(v)
	if len(code) < 4 {
		return exact(fieldCode, code)
	}
	return &termsQuery{walk{field: fieldCode, prefix: code}}
}

// organisationQuery finds a name or a part of one, in any width, case and
// script.
func organisationQuery(v string) query.Query {
	part := zh.Fold(v)
	return &termsQuery{walk{field: string(search.FacetOrganisation), keep: func(name string) bool {
		return strings.Contains(zh.Fold(name), part)
	}}}
}

// termsQuery finds the documents that have any term of a walk.
type termsQuery struct {
	walk walk
}

var _ query.Query = (*termsQuery)(nil)

// Searcher looks the terms up and searches for them. It only restricts: without
// scores bleve joins thousands of terms as bitmaps.
func (q *termsQuery) Searcher(ctx context.Context, r index.IndexReader, m mapping.IndexMapping, o bsearch.SearcherOptions) (bsearch.Searcher, error) {
	terms, err := q.walk.terms(ctx, r)
	if err != nil {
		return nil, err
	}
	o.Score = "none"
	return anyOf(q.walk.field, slices.Sorted(maps.Keys(terms))).Searcher(ctx, r, m, o)
}

// numbersQuery matches the whole numbers of a range; the fields hold few
// distinct values.
func numbersQuery(f search.Filter) query.Query {
	low, high := max(f.Low, 0), f.High
	if f.Field == fieldTRL {
		low, high = max(low, 1), min(high, 9)
	} else {
		low, high = max(low, 1900), min(high, 2100)
	}
	var values []string
	for n := low; n <= high; n++ {
		values = append(values, strconv.Itoa(n))
	}
	return anyOf(f.Field, values)
}

func eachValue(values []string, make func(string) query.Query) query.Query {
	var out []query.Query
	for _, v := range values {
		out = append(out, make(v))
	}
	return query.NewDisjunctionQuery(out)
}

func anyOf(field string, values []string) query.Query {
	if len(values) == 0 {
		return query.NewMatchNoneQuery()
	}
	return eachValue(values, func(v string) query.Query { return exact(field, v) })
}

func exact(field, value string) query.Query {
	q := query.NewTermQuery(value)
	q.SetField(field)
	return q
}

// phraseQuery asks for all bigrams of a text: in Chinese that is the phrase but
// for rare accidents. A lone character may stand inside a word of the document.
func phraseQuery(field, text string) query.Query {
	var out []query.Query
	for _, t := range zh.Bigrams(text) {
		out = append(out, pieceQuery(field, t.Text))
	}
	if len(out) == 0 {
		return query.NewMatchNoneQuery()
	}
	return query.NewConjunctionQuery(out)
}

func pieceQuery(field, piece string) query.Query {
	switch {
	case !loneCharacter(piece):
		return exact(field, piece)
	case field == fieldBigrams:
		return exact(fieldCharacters, piece)
	default:
		return &termsQuery{walk{field: field, keep: func(term string) bool { return strings.Contains(term, piece) }}}
	}
}

// rankedQuery is the bleve query of a typed text: its searcher works out all
// documents and scores at once, over the reader that it is handed, so that
// document numbers agree with what filters and collector see.
type rankedQuery struct {
	index *Index
	text  string
}

var _ query.Query = (*rankedQuery)(nil)

// Searcher hands the hits to bleve's collector, which sorts, pages and counts.
func (q *rankedQuery) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, _ bsearch.SearcherOptions) (bsearch.Searcher, error) {
	shot, err := q.index.shot.of(ctx, r)
	if err != nil {
		return nil, err
	}
	found, err := q.index.rankText(ctx, q.text, func(text string) (answers, float64, error) {
		s := newPlainScorer(plainStock{shot, r}, nil, searchScoring)
		s.coverage = make([]float32, len(s.scores))
		hits, gained, err := q.index.scoreAll(ctx, q.index.typed(text), s)
		return answers{best: hits}, gained, err
	})
	return &rankedSearcher{hits: found.best}, err
}

type rankedSearcher struct {
	hits []numbered
	at   int
}

func (s *rankedSearcher) Next(ctx *bsearch.SearchContext) (*bsearch.DocumentMatch, error) {
	if s.at >= len(s.hits) {
		return nil, nil
	}
	hit := s.hits[s.at]
	s.at++
	m := ctx.DocumentMatchPool.Get()
	m.IndexInternalID = index.NewIndexInternalID(m.IndexInternalID, uint64(hit.number))
	m.Score = float64(hit.score)
	return m, nil
}

func (s *rankedSearcher) Advance(ctx *bsearch.SearchContext, id index.IndexInternalID) (*bsearch.DocumentMatch, error) {
	for s.at < len(s.hits) && uint64(s.hits[s.at].number) < id.Value() {
		s.at++
	}
	return s.Next(ctx)
}

func (s *rankedSearcher) Close() error               { return nil }
func (s *rankedSearcher) Weight() float64            { return 0 }
func (s *rankedSearcher) SetQueryNorm(float64)       {}
func (s *rankedSearcher) Count() uint64              { return uint64(len(s.hits)) }
func (s *rankedSearcher) Min() int                   { return 0 }
func (s *rankedSearcher) Size() int                  { return 24 + 16*len(s.hits) }
func (s *rankedSearcher) DocumentMatchPoolSize() int { return 1 }
