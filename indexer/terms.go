package indexer

import (
	"math"
	"sort"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// weighted is a term of a field with its weight in the query.
type weighted struct {
	field, term string
	weight      float64
	covers      bool    // counts for coverage
	gain        float64 // weight · idf^p, once known
}

// terms cuts clauses into weighted terms, in a fixed order. A term that occurs
// k times in a clause counts k^Repeat times.
func (x *Index) terms(clauses []search.Clause, s search.Scoring) []weighted {
	var out []weighted
	at := map[[2]string]int{}
	add := func(field string, cut []zh.Term, weight float64) {
		for _, t := range counted(cut) {
			key := [2]string{field, t.text}
			i, have := at[key]
			if !have {
				i = len(out)
				at[key] = i
				out = append(out, weighted{field: field, term: t.text})
			}
			out[i].weight += weight * math.Pow(t.times, s.Repeat)
		}
	}
	for _, c := range clauses {
		if s.Words > 0 {
			add(fieldWords, zh.Words(c.Text, x.cutter), c.Weight*s.Words)
		}
		if s.Bigrams > 0 {
			add(fieldBigrams, zh.Bigrams(c.Text), c.Weight*s.Bigrams)
		}
		if s.Characters > 0 {
			add(fieldCharacters, zh.Characters(c.Text), c.Weight*s.Characters)
		}
	}
	return out
}

// typed is a typed text, cut into weighted terms.
type typed struct {
	text   string
	terms  []weighted
	covers bool // whether any of the terms counts for coverage
	short  bool
}

// typed cuts a typed text. The words with which one asks count for its length
// alone.
func (x *Index) typed(text string) typed {
	cut := func(text string) []weighted {
		return x.terms([]search.Clause{{Text: text, Weight: 1}}, searchScoring)
	}
	bare := zh.WithoutAsking(text)
	out := typed{text: text, terms: cut(bare)}
	n := markCovering(out.terms)
	out.covers = n > 0
	if bare != zh.Fold(text) {
		n = markCovering(cut(text))
	}
	out.short = n <= shortQuery
	return out
}

// occurring is a term with how often it occurs.
type occurring struct {
	text  string
	times float64
}

// counted counts terms, in the order in which they first occur.
func counted(cut []zh.Term) []occurring {
	var out []occurring
	at := make(map[string]int, len(cut))
	for _, t := range cut {
		i, have := at[t.Text]
		if !have {
			i = len(out)
			at[t.Text] = i
			out = append(out, occurring{text: t.Text})
		}
		out[i].times++
	}
	return out
}

// idealTerms is how many of a request's strongest terms of each cut an ideal
// document answers.
const idealTerms = 16

// ideal sums the gains of the strongest terms of each cut, each found once in a
// document of mean length.
func ideal(terms []weighted) float64 {
	gains := map[string][]float64{}
	for _, t := range terms {
		gains[t.field] = append(gains[t.field], t.gain)
	}
	sum := 0.0
	for _, field := range textFields {
		sort.Sort(sort.Reverse(sort.Float64Slice(gains[field])))
		for _, g := range gains[field][:min(idealTerms, len(gains[field]))] {
			sum += g
		}
	}
	return sum
}
