package postings

import (
	"iter"
	"slices"
)

// Chunk is a row of postings. Sparse ones have Places, rising, with Times beside
// them; dense ones have one entry of Times for each place from Base on, most of
// them 0.
type Chunk struct {
	Base   int      // place that Places count from, or of the first of Times
	Places []uint16 // nil: dense
	Times  []uint8  // 255: ask Large
	Large  map[uint32]uint32
	first  uint32 // Base in the segment
	part   *part
}

// Lengths gives the lengths of a text of the documents from Base on, in terms.
func (c Chunk) Lengths(text int) []float32 { return c.part.lengths[text][c.first:] }

// Exactly is how often the term stands at a place, given relative to Base, where
// Times has 255.
func (c Chunk) Exactly(place int) uint32 { return c.Large[c.first+uint32(place)] }

// count is the number of places of a chunk.
func (c Chunk) count() int {
	if c.Places != nil {
		return len(c.Places)
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
			block, base := l.blocks[b], b*blockSize
			low, high := max(from-base, 0), min(to-base, blockSize)
			c := Chunk{Base: base, Times: block.times, Large: l.large, first: uint32(base)}
			switch {
			case len(block.times) == 0:
				continue
			case block.places == nil:
				c.Base, c.first, c.Times = base+low, uint32(base+low), block.times[low:high]
			default:
				i, j := 0, len(block.places)
				if low > 0 {
					i, _ = slices.BinarySearch(block.places, uint16(low))
				}
				if high < blockSize {
					j, _ = slices.BinarySearch(block.places, uint16(high))
				}
				c.Places, c.Times = block.places[i:j], block.times[i:j]
			}
			if len(c.Times) > 0 && !yield(c) {
				return
			}
		}
	}
}
