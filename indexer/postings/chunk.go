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

// Place gives the place of the i-th of Times, relative to Base.
func (c Chunk) Place(i int) int {
	if c.Places != nil {
		return int(c.Places[i])
	}
	return i
}

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

// between gives the postings at places [from, to) of a segment. A chunk is good until
// the next one.
func (l *list) between(from, to int) iter.Seq[Chunk] {
	return func(yield func(Chunk) bool) {
		on := sheets.Get().(*sheet)
		defer sheets.Put(on)
		for b := from / blockSize; b*blockSize < to; b++ {
			block, base := l.block(b), b*blockSize
			if block == nil {
				continue
			}
			low, high := max(from-base, 0), min(to-base, blockSize)
			c := Chunk{Base: base, Large: l.large, first: uint32(base)}
			switch {
			case block.dense():
				c.Base, c.first, c.Times = base+low, uint32(base+low), block.times.unpack(low, high, on)
			case block.bits != nil:
				c.Places = block.bits.list(low, high, on.places[:])
				i := block.bits.rank(low)
				c.Times = block.times.unpack(i, i+len(c.Places), on)
			default:
				i, j := block.inside(low, high)
				c.Places, c.Times = block.places[i:j], block.times.unpack(i, j, on)
			}
			if len(c.Times) > 0 && !yield(c) {
				return
			}
		}
	}
}

// inside gives the index of the first place that is not before low, and of the first
// that is not before high.
func (b *block) inside(low, high int) (i, j int) {
	j = len(b.places)
	if low > 0 {
		i, _ = slices.BinarySearch(b.places, uint16(low))
	}
	if high < blockSize {
		j, _ = slices.BinarySearch(b.places, uint16(high))
	}
	return i, j
}

// Lengths gives the lengths of a text of the documents of a span, in terms.
func (v *View) Lengths(text int, s Span) []float32 {
	p := &v.parts[s.part]
	return p.lengths[text][s.From-p.from : s.To-p.from]
}

// Look puts beside some places of a span, rising, how often the term stands there.
func (t Term) Look(s Span, places []int32, times []float32) {
	clear(times)
	l, p := t.lists[s.part], &t.view.parts[s.part]
	if l == nil || len(places) == 0 {
		return
	}
	row := (s.From - p.from) / blockSize // a span is in one block
	b, base := l.block(row), row*blockSize+p.from
	switch {
	case b == nil:
		return
	case b.places != nil:
		b.look(places, base, times)
	case b.bits != nil:
		for i, place := range places {
			if at := int(place) - base; b.bits.has(at) {
				times[i] = float32(b.times.at(b.bits.rank(at)))
			}
		}
	default:
		all := b.times.data
		for i, place := range places {
			times[i] = float32(all[int(place)-base])
		}
	}
	for i := 0; l.large != nil && i < len(times); i++ {
		if times[i] == many {
			times[i] = float32(l.large[uint32(int(places[i])-p.from)])
		}
	}
}

// look is Look in a block that lists its places, which count from base.
func (b *block) look(places []int32, base int, times []float32) {
	i, last := 0, int(b.places[len(b.places)-1])
	for at, place := range places {
		want := int(place) - base
		if want > last {
			return
		}
		if i = seek(b.places, i, uint16(want)); int(b.places[i]) == want {
			times[at] = float32(b.times.at(i))
		}
	}
}

// seek gives the first index from i on whose place is not before the wanted one;
// there is one.
func seek(places []uint16, i int, want uint16) int {
	step := 1
	for i+step < len(places) && places[i+step] < want {
		i += step
		step *= 2
	}
	low, high := i, min(i+step, len(places)-1)
	for low < high {
		if mid := int(uint(low+high) >> 1); places[mid] < want {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
