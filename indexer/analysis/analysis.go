// Package analysis makes the cuts of internal/zh into bleve analyzers: words,
// bigrams, characters, and values kept whole.
package analysis

import (
	"github.com/blevesearch/bleve/v2/analysis"

	"hongniang/internal/zh"
)

// Analyzer cuts a text into the terms of one field.
type Analyzer struct {
	cut func(text string) []zh.Term
}

var _ analysis.Analyzer = (*Analyzer)(nil)

// Words cuts into words in search mode.
func Words(cutter zh.Cutter) *Analyzer {
	return &Analyzer{cut: func(text string) []zh.Term { return zh.Words(text, cutter) }}
}

// Bigrams cuts into pairs of Chinese characters.
func Bigrams() *Analyzer { return &Analyzer{cut: zh.Bigrams} }

// Characters cuts into single Chinese characters.
func Characters() *Analyzer { return &Analyzer{cut: zh.Characters} }

// Given gives the terms of a text that was cut before.
func Given(terms []zh.Term) *Analyzer {
	return &Analyzer{cut: func(string) []zh.Term { return terms }}
}

// Chunks cuts into what stands between function characters.
func Chunks() *Analyzer { return &Analyzer{cut: zh.Chunks} }

// Whole keeps a value as one term, as it is.
func Whole() *Analyzer {
	return &Analyzer{cut: func(text string) []zh.Term {
		return []zh.Term{{Text: text, Start: 0, End: len(text)}}
	}}
}

// Everything is a term that the analyzed fields of every document hold once, in
// front of their text: its postings list the documents and their lengths.
const Everything = "\x00"

// Marked puts Everything in front of what another analyzer gives.
func Marked(a *Analyzer) *Analyzer {
	return &Analyzer{cut: func(text string) []zh.Term {
		return append([]zh.Term{{Text: Everything}}, a.cut(text)...)
	}}
}

// Analyze cuts a text; byte offsets are those of the text as it came.
func (a *Analyzer) Analyze(text []byte) analysis.TokenStream {
	terms := a.cut(string(text))
	tokens := make([]analysis.Token, len(terms))
	stream := make(analysis.TokenStream, len(terms))
	for i, t := range terms {
		tokens[i] = analysis.Token{Term: []byte(t.Text), Start: t.Start, End: t.End, Position: i + 1, Type: analysis.Ideographic}
		stream[i] = &tokens[i]
	}
	return stream
}
