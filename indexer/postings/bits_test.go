package postings

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// A bitmap lists, counts and finds the places that it was made of, from any place on
// and up to any other.
func TestBitmap(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	var on [blockSize + row]uint16
	for _, size := range []int{1, 63, 64, 65, 511, 512, 513, 5000, blockSize} {
		var places []uint16
		for p := range size {
			if random.IntN(7) == 0 {
				places = append(places, uint16(p))
			}
		}
		m := newBitmap(places, size)
		for range 50 {
			from := random.IntN(size)
			to := from + random.IntN(size-from+1)
			var want []uint16
			before := 0
			for _, p := range places {
				if int(p) < from {
					before++
				} else if int(p) < to {
					want = append(want, p)
				}
			}
			got := m.list(from, to, on[:])
			if len(got) != len(want) || m.rank(from) != before {
				t.Fatalf("%d places of %d in [%d, %d), %d before; want %d, %d", len(got), size, from, to, m.rank(from), len(want), before)
			}
			for i, p := range got {
				if p != want[i] || !m.has(int(p)) {
					t.Fatalf("place %d of %d is %d, want %d", i, len(got), p, want[i])
				}
			}
		}
	}
}

// BenchmarkList lists the places of bitmaps in which every tenth or third place is set.
func BenchmarkList(b *testing.B) {
	for _, every := range []int{3, 10} {
		random := rand.New(rand.NewPCG(5, 6))
		var places []uint16
		for p := range blockSize {
			if random.IntN(every) == 0 {
				places = append(places, uint16(p))
			}
		}
		m, on := newBitmap(places, blockSize), new(sheet)
		b.Run("one in "+strconv.Itoa(every), func(b *testing.B) {
			for b.Loop() {
				m.list(0, blockSize, on.places[:])
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(places)), "ns/place")
		})
	}
}
