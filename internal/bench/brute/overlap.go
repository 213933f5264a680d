package brute

import (
	"hongniang/internal/search"
)

// rounding is by how much, in parts, a score may fall short because it was added
// up in another order and in 32 bits.
const rounding = 2e-5

// Overlap is which part of the best k of a ranking are among the true best k; a
// document as good as the k-th is. With fewer than k true ones all of them are to
// be found. Of a need that nothing answers it is 1.
func Overlap(truth, got []search.Scored, k int) float64 {
	k = min(k, len(truth))
	if k == 0 {
		return 1
	}
	least := truth[k-1].Score * (1 - rounding)
	good := map[string]bool{}
	for _, t := range truth {
		if t.Score < least {
			break
		}
		good[t.ID] = true
	}
	found := 0
	for _, g := range got[:min(k, len(got))] {
		if good[g.ID] {
			found++
			good[g.ID] = false // each once
		}
	}
	return float64(found) / float64(k)
}
