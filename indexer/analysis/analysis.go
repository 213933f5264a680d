// Package analysis hands bleve the terms of internal/zh: texts that are cut, and
// values kept whole.
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

// Given gives the terms of a text that was cut before.
func Given(terms []zh.Term) *Analyzer {
	return &Analyzer{cut: func(string) []zh.Term { return terms }}
}

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
	all := 0
	for _, t := range terms {
		all += len(t.Text)
	}
	buffer := make([]byte, 0, all) // one for all: there are hundreds
	for i, t := range terms {
		from := len(buffer)
		buffer = append(buffer, t.Text...)
		tokens[i] = analysis.Token{Term: buffer[from:len(buffer):len(buffer)], Start: t.Start, End: t.End, Position: i + 1, Type: analysis.Ideographic}
		stream[i] = &tokens[i]
	}
	return stream
}
