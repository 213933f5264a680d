package indexer

import (
	"cmp"
	"slices"

	"hongniang/indexer/postings"
)

// What is done for documents that are asked for by name and nobody else: of
// thousands of needs some are asked whether one new result answers them, and to
// rank the whole index for each would take a hundred times as long.

// answers tells whether a term stands in any document that is looked at.
func (r *ranker) answers(t postings.Term) bool {
	return r.alone == nil || slices.ContainsFunc(r.alone, func(place int32) bool { return t.Times(int(place)) > 0 })
}

// helps tells whether any document that is looked at may gain by the words that
// keep a word's company: it lacks the word, and has one of them. Frequencies are
// not looked up for that.
func (r *ranker) helps(a alternatives) (bool, error) {
	if r.alone == nil {
		return true, nil
	}
	field := keptField(fieldWords)
	for _, place := range r.alone {
		n, err := r.view.Times(field, a.word, int(place))
		for i := 0; err == nil && n == 0 && i < len(a.near); i++ {
			if m, failed := r.view.Times(field, a.near[i].Word, int(place)); m > 0 || failed != nil {
				return true, failed
			}
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// scoreAlone adds sources to the documents that are looked at, in the order of a
// full ranking, so that the sums are the same to the last bit.
func (r *ranker) scoreAlone(sources []source) []numbered {
	slices.SortStableFunc(sources, func(a, b source) int { return cmp.Compare(b.bound, a.bound) })
	return r.finish(r.alone, sources, nil, len(r.alone))
}
