package indexer

import (
	"cmp"
	"slices"
)

// What is done for documents that are asked for by name and nobody else: of
// thousands of needs some are asked whether one new result answers them, and to
// rank the whole index for each would take a hundred times as long.

// answers tells whether a term stands in any document that is looked at.
func (r *ranker) answers(field int, term string) (bool, error) {
	if r.alone == nil {
		return true, nil
	}
	for _, place := range r.alone {
		if has, err := r.view.Has(field, term, int(place)); has || err != nil {
			return has, err
		}
	}
	return false, nil
}

// passOver gives a term that no document that is looked at has its gain.
func (r *ranker) passOver(field int, t *weighted) error {
	documents, needs, err := r.view.Frequency(field, t.term)
	t.gain = r.gainOf(*t, frequency{documents: uint64(documents), needs: uint64(needs)})
	return err
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
		has, err := r.view.Has(field, a.word, int(place))
		for i := 0; err == nil && !has && i < len(a.near); i++ {
			if near, failed := r.view.Has(field, a.near[i].Word, int(place)); near || failed != nil {
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
