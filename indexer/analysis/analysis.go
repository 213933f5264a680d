// Package analysis hands bleve the terms of internal/zh: texts that are cut, and
// values kept whole.
package analysis

import (
	"github.com/blevesearch/bleve/v2/analysis"
)

// Whole is an analyzer that keeps a value as one term, as it is.
type Whole struct{}

var _ analysis.Analyzer = Whole{}

// Analyze gives the value.
func (Whole) Analyze(value []byte) analysis.TokenStream {
	return analysis.TokenStream{{Term: value, End: len(value), Position: 1, Type: analysis.Ideographic}}
}
