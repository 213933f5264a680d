// Package search defines how the rest of the product asks a search engine:
// documents, requests, hits, facets, and the language in which people type.
package search

import (
	"context"

	"hongniang/internal/catalog"
)

// Engine answers searches over public documents. It is all that matcher, api
// and frontend know of the index. Implementations are safe for concurrent use.
//
// Errors: errs.Unavailable when no index can be read, errs.Invalid when a
// request is out of its bounds (Request.Check).
type Engine interface {
	// Search answers a typed query with one page of hits and their facets.
	Search(ctx context.Context, req Request) (Response, error)
	// Suggest completes what is being typed, by characters, pinyin or initials.
	Suggest(ctx context.Context, typed string, limit int) ([]Suggestion, error)
	// Rank scores documents for weighted texts and gives the best, without
	// their content: the matcher's retrieval.
	Rank(ctx context.Context, req RankRequest) (Ranking, error)
	// Documents reads the stored documents of ids; unknown ids are left out.
	Documents(ctx context.Context, ids []string) (map[string]Document, error)
	// Explain says, for each of ids, which terms of the request's texts it
	// answers, and what each adds to its score; unknown ids are left out.
	Explain(ctx context.Context, req RankRequest, ids []string) (map[string]Explanation, error)
	// Backed tells which of ids, of experts and studios, any document backs.
	Backed(ctx context.Context, ids []string) (map[string]bool, error)
	// Status tells how far the index has come.
	Status(ctx context.Context) (Status, error)
}

// Sort is the order of hits.
type Sort string

// The orders. ByRelevance falls back to ByDate when the query has no words.
const (
	ByRelevance Sort = "relevance"
	ByDate      Sort = "date"
)

// Facet names a count beside the results; it is also the field of a filter.
type Facet string

// The facets.
const (
	FacetKind         Facet = "kind"
	FacetType         Facet = "type"     // 类别: need type, result kind, person kind …
	FacetRegion       Facet = "region"   // province and city codes
	FacetIndustry     Facet = "industry" // GB/T 4754 division
	FacetField        Facet = "field"    // 技术领域
	FacetStage        Facet = "stage"
	FacetHonour       Facet = "honour"
	FacetYear         Facet = "year"
	FacetOrganisation Facet = "organisation"
)

// Facets lists every facet in the order of the page.
func Facets() []Facet {
	return []Facet{FacetKind, FacetType, FacetField, FacetRegion, FacetIndustry, FacetStage, FacetHonour, FacetYear, FacetOrganisation}
}

// Bounds of a request.
const (
	MaxSize       = 100    // hits a page
	MaxDepth      = 10_000 // page × size
	MaxQueryRunes = 2_000  // what is longer is cut, and the response says so
)

// Request is one search.
type Request struct {
	Query   string // as typed; see ParseQuery
	Filters map[Facet][]string
	Kinds   []catalog.Kind // none: all
	Only    []string       // ids of documents, beside which nothing is found; none: all
	Sort    Sort
	Page    int // from 1
	Size    int // 1..MaxSize
	Facets  bool
	// Snippets asks for highlighted extracts.
	Snippets bool
}

// Response is one page of hits.
type Response struct {
	Total      int                    `json:"total"`
	Hits       []Hit                  `json:"hits"`
	Facets     map[Facet][]FacetCount `json:"facets,omitempty"`
	DidYouMean string                 `json:"did_you_mean,omitempty" doc:"A better spelling, when few or no hits were found"`
	Notes      []string               `json:"notes,omitempty" doc:"What of the query was read differently than typed, in Chinese"`
	Query      string                 `json:"query" doc:"The query as understood"`
}

// Hit is one document found.
type Hit struct {
	Document
	Score float64 `json:"score"`
	// Snippet and TitleMarks are HTML-free text with marked ranges.
	TitleMarks []Range   `json:"title_marks,omitempty"`
	Snippets   []Snippet `json:"snippets,omitempty"`
}

// Snippet is an extract with the byte ranges of what matched.
type Snippet struct {
	Text  string  `json:"text"`
	Marks []Range `json:"marks,omitempty"`
}

// Range is a half-open range of bytes [Start, End) on rune borders.
type Range struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// FacetCount is one value of a facet with the number of hits that have it.
type FacetCount struct {
	Value string `json:"value"`
	Label string `json:"label" doc:"Chinese"`
	Count int    `json:"count"`
}

// Suggestion is one completion.
type Suggestion struct {
	Text string       `json:"text"`
	Kind catalog.Kind `json:"kind,omitempty"`
	Code string       `json:"code,omitempty" doc:"Set when the suggestion is one record"`
}

// Status tells how far an index has come.
type Status struct {
	Documents  int   `json:"documents"`
	Checkpoint int64 `json:"checkpoint" doc:"Last change of the feed that is in the index"`
	Rebuilding bool  `json:"rebuilding"`
	// FailedRebuilds counts them since the index was opened.
	FailedRebuilds int64 `json:"failed_rebuilds"`
	// Slow: nothing of the index is kept in memory.
	Slow bool `json:"slow"`
}

// Clause is a text with its weight in a RankRequest.
type Clause struct {
	Text   string
	Weight float64
}

// RankRequest asks for the documents that answer weighted texts best.
type RankRequest struct {
	Clauses []Clause
	Kinds   []catalog.Kind
	// Top is how many of all documents are wanted. With 0 only those of Also are
	// scored, as they would be beside others, which costs a small part of a ranking.
	Top int
	// Name is how many pieces Explain names at most, and then only such as tell
	// documents apart; 0 names every piece. Rank does not look at it.
	Name int
	// Backs asks Rank for those who stand behind each hit.
	Backs bool
	// Also are ids that Rank scores too if they are of the kinds and have any
	// score; they stand behind the top.
	Also []string
	// Scoring is the weighing of terms; its zero value is DefaultScoring.
	Scoring Scoring
}

// Scoring sets the weights of a ranking: BM25 summed over three cuts of the
// same text. The figures behind the defaults are in docs/matching.md.
type Scoring struct {
	Words      float64 `json:"words"` // weight of each cut, ≥ 0
	Bigrams    float64 `json:"bigrams"`
	Characters float64 `json:"characters"`
	K1         float64 `json:"k1"`        // BM25's saturation, > 0
	B          float64 `json:"b"`         // BM25's length, 0 to 1
	IDFPower   float64 `json:"idf_power"` // exponent of idf
	Repeat     float64 `json:"repeat"`    // exponent of how often a term stands in a clause, 0 to 1
	// NeedPower is the exponent of how well a term tells needs apart, by how many
	// needs of the index have it; 0 leaves needs aside.
	NeedPower float64 `json:"need_power"`
	// Related is the weight of words that keep the company of a word which a
	// document lacks, 0 to 1; 0 leaves them aside.
	Related float64 `json:"related"`
}

// DefaultScoring weighs what people type: words, bigrams and, most of
// all, single characters.
func DefaultScoring() Scoring {
	return Scoring{Words: 0.8, Bigrams: 1, Characters: 1.6, K1: 0.9, B: 1, IDFPower: 1.5, Repeat: 1}
}

// Ranking is the best documents of a RankRequest, best first.
type Ranking struct {
	Hits []Scored
	// Ideal is what a document of mean length earns that answers the request's
	// strongest terms once: scores divided by it can be compared between needs.
	// It is 0 when the texts have no terms.
	Ideal float64
}

// Scored is a document id with its score.
type Scored struct {
	ID    string
	Score float64
	Backs []string // see Document.Backs, in any order; only when asked for
}

// Explanation says why a document scored: the scores of Terms and Rest make
// Score.
type Explanation struct {
	Score float64
	Terms []TermScore // largest first
	// Rest is what the document would still score if all Terms were cut out of it,
	// its length staying what it is.
	Rest float64
}

// TermScore is a piece of text that the request and a document share.
type TermScore struct {
	Term string // folded
	// Score is the part of what is lost by cutting all Terms out of the document
	// that falls to this one: a character or word that stands in several pieces is
	// shared by where it stands.
	Score float64
	Title bool // the term stands in the title
	Body  bool // the term stands in the text below the title
}
