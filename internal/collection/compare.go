package collection

import (
	"cmp"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
)

// flips is how often the signs of the differences are drawn.
const flips = 10_000

// Compare gives the mean of b − a over the queries of both, and the two-sided p
// of the paired randomisation test: how often differences of that size come up
// when chance decides for each query which ranking is which (Smucker, Allan and
// Carterette, CIKM 2007). The seed is fixed, so p is the same each time; below
// 1/10,000 it is 0. Without a common query: 0 and 1.
func Compare(a, b map[string]float64) (difference, p float64) {
	var differences []float64
	sum := 0.0
	for _, q := range slices.Sorted(maps.Keys(a)) {
		if other, both := b[q]; both {
			differences = append(differences, other-a[q])
			sum += other - a[q]
		}
	}
	if len(differences) == 0 {
		return 0, 1
	}
	const rounding = 1e-12
	signs, extreme := signs{state: 7}, 0
	for range flips {
		if math.Abs(signs.sum(differences)) >= math.Abs(sum)-rounding {
			extreme++
		}
	}
	return sum / float64(len(differences)), float64(extreme) / flips
}

// signs draws signs by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): a stream
// that no version of a library changes.
type signs struct{ state uint64 }

func (s *signs) next() uint64 {
	s.state += 0x9e3779b97f4a7c15
	z := s.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// sum adds the values, each with a sign of its own.
func (s *signs) sum(values []float64) float64 {
	total, bits := 0.0, uint64(0)
	for i, v := range values {
		if i%64 == 0 {
			bits = s.next()
		}
		if bits&1 == 1 {
			v = -v
		}
		total += v
		bits >>= 1
	}
	return total
}

// Folds parts queries into k folds of nearly equal size for cross-validation (as
// many as there are different needs when those are fewer; k below 1 is 1). Twins,
// queries with one title (one text, when they have none), share a fold. The
// parting depends on the titles alone, not on the order; within a fold the order
// stays.
func Folds(queries []Query, k int) [][]Query {
	groups := map[string]int{}
	for _, q := range queries {
		groups[q.need()]++
	}
	out := make([][]Query, min(max(1, k), len(groups)))
	place, sizes := map[string]int{}, make([]int, len(out))
	for _, need := range shuffled(groups) {
		smallest := slices.Index(sizes, slices.Min(sizes))
		place[need] = smallest
		sizes[smallest] += groups[need]
	}
	for _, q := range queries {
		fold := place[q.need()]
		out[fold] = append(out[fold], q)
	}
	return out
}

// need is what makes two queries twins.
func (q Query) need() string {
	if title := strings.Join(strings.Fields(q.Title), " "); title != "" {
		return title
	}
	return strings.Join(strings.Fields(q.Text), " ")
}

// shuffled lists the keys, the largest groups first, else by their hash.
func shuffled(groups map[string]int) []string {
	hash := func(s string) uint64 {
		h := fnv.New64a()
		_, _ = h.Write([]byte(s)) // a hash takes everything
		return h.Sum64()
	}
	return slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		return cmp.Or(cmp.Compare(groups[b], groups[a]), cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b))
	})
}
