package postings

import (
	"iter"
	"slices"
)

// Chunk is a row of postings. Dense ones have one entry of Times for each place from
// Base on, most of them 0. Others list places, rising: those where the term stands
// Once, and Places where it stands more often, with Times beside them.
type Chunk struct {
	Base   int // place that Once and Places count from, or of the first of Times
	Dense  bool
	Once   []uint16
	Places []uint16
	Times  []uint8 // 255: ask Large
	Large  map[uint32]uint32
	first  uint32 // Base in the segment
	part   *part
}

// All gives the postings: places relative to Base, and how often the term stands
// there, as in Times. The places of a chunk that is not dense do not rise.
func (c Chunk) All() iter.Seq2[int, uint8] {
	return func(yield func(place int, times uint8) bool) {
		if c.Dense {
			for place, times := range c.Times {
				if times > 0 && !yield(place, times) {
					return
				}
			}
			return
		}
		for _, place := range c.Once {
			if !yield(int(place), 1) {
				return
			}
		}
		for i, place := range c.Places {
			if !yield(int(place), c.Times[i]) {
				return
			}
		}
	}
}

// Lengths gives the lengths of a text of the documents from Base on, in terms.
func (c Chunk) Lengths(text int) []float32 { return c.part.lengths[text][c.first:] }

// Exactly is how often the term stands at a place, given relative to Base, where
// Times has 255.
func (c Chunk) Exactly(place int) uint32 { return c.Large[c.first+uint32(place)] }

// count is the number of places of a chunk.
func (c Chunk) count() int {
	if !c.Dense {
		return len(c.Once) + len(c.Places)
	}
	n := 0
	for _, t := range c.Times {
		if t > 0 {
			n++
		}
	}
	return n
}

// Chunks gives the postings in a span, dead documents too.
func (t Term) Chunks(s Span) iter.Seq[Chunk] {
	l, p := t.lists[s.part], &t.view.parts[s.part]
	return func(yield func(Chunk) bool) {
		if l == nil {
			return
		}
		for c := range l.between(s.From-p.from, s.To-p.from) {
			c.Base, c.part = c.Base+p.from, p
			if !yield(c) {
				return
			}
		}
	}
}

// between gives the postings at places [from, to) of a segment.
func (l *list) between(from, to int) iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		for b := from / blockSize; b*blockSize < to; b++ {
			block, base := &l.blocks[b], b*blockSize
			low, high := max(from-base, 0), min(to-base, blockSize)
			c := Chunk{Base: base, Large: l.large, first: uint32(base)}
			if block.dense() {
				c.Dense, c.Base, c.first, c.Times = true, base+low, uint32(base+low), block.times[low:high]
			} else {
				i, j := inside(block.places[:block.once], low, high)
				c.Once = block.places[i:j]
				i, j = inside(block.places[block.once:], low, high)
				c.Places, c.Times = block.places[block.once+i:block.once+j], block.times[i:j]
			}
			if len(c.Times)+len(c.Once) > 0 && !yield(c) {
				return
			}
		}
	}
}

// inside gives the first of rising places that is not before low, and the first that
// is not before high.
func inside(places []uint16, low, high int) (i, j int) {
	j = len(places)
	if low > 0 {
		i, _ = slices.BinarySearch(places, uint16(low))
	}
	if high < blockSize {
		j, _ = slices.BinarySearch(places, uint16(high))
	}
	return i, j
}
