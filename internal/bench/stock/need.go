package stock

import (
	"fmt"
	"strings"

	"hongniang/internal/collection"
	"hongniang/internal/zh"
)

// Bounds of a need, in bigrams of its title and text: what enterprises write.
const (
	FewestTerms = 50
	MostTerms   = 200
)

// Need makes the k-th need of a seed: the title and the text of a real one, and
// sentences on the same subject behind it, or its end cut off, so that title and
// text have from FewestTerms to MostTerms bigrams, evenly, as far as the pool's
// texts are long enough. A text that has no title lends its first clause.
func (p *Pool) Need(seed uint64, k int) collection.Query {
	d := drawsFor(seed, "need", k)
	first := int32(d.below(len(p.entries)))
	for n := 0; n < patience && len(p.sentences[first]) == 0; n++ {
		first = int32(d.below(len(p.entries)))
	}
	t := &theme{pool: p, draws: &d, donors: []int32{first}}
	title := shorten(titleOf(p.entries[first]), maxNeedTitle)
	terms := FewestTerms + d.below(MostTerms-FewestTerms+1)
	return collection.Query{ID: fmt.Sprintf("q%06d", k), Title: title, Text: t.upTo(terms - len(zh.Bigrams(title)))}
}

// upTo begins with the text that gives the subject and joins sentences to it
// until there are so many bigrams; the last is cut.
func (t *theme) upTo(terms int) string {
	var b strings.Builder
	used := map[place]bool{}
	for i, sentence := range t.pool.sentences[t.donors[0]] {
		used[place{t.donors[0], int32(i)}] = true
		b.WriteString(sentence)
	}
	t.fill(&b, used, 8*max(terms, 8)) // bytes: a bigram begins at each character of three, and fewer elsewhere
	text := b.String()
	cut := zh.Bigrams(text)
	if len(cut) <= terms {
		return text
	}
	return text[:cut[max(terms, 1)-1].End]
}
