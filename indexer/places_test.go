package indexer

import (
	"math/rand/v2"
	"slices"
	"testing"

	"hongniang/indexer/postings"
)

// Sets of all small sizes hold what was put into them, and nothing else.
func TestPlaces(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for size := range 70 {
		var in [2]places
		var want [2][]int32
		for side := range in {
			in[side] = make(places, size)
			times := make([]uint8, size)
			var at []uint16
			for place := range size {
				if random.IntN(3) == 0 {
					want[side] = append(want[side], int32(place))
					times[place], at = uint8(1+random.IntN(255)), append(at, uint16(place))
				}
			}
			if side == 0 {
				in[side].addPostings(postings.Chunk{Times: times})
			} else {
				in[side].addPostings(postings.Chunk{Places: at, Times: make([]uint8, len(at))})
			}
			if got := in[side].list(); !slices.Equal(got, want[side]) || in[side].count() != len(want[side]) {
				t.Fatalf("of %d places %v, counted %d, want %v", size, got, in[side].count(), want[side])
			}
		}
		both, either := slices.Clone(in[0]), slices.Clone(in[0])
		both.keep(in[1])
		either.join(in[1])
		for place := range size {
			a, b := in[0].has(place), in[1].has(place)
			if both.has(place) != (a && b) || either.has(place) != (a || b) {
				t.Fatalf("place %d of %d: %t and %t", place, size, both.has(place), either.has(place))
			}
		}
		if n := both.count() + either.count(); n != len(want[0])+len(want[1]) {
			t.Fatalf("%d in both and either", n)
		}
	}
}
