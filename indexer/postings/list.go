package postings

import (
	"slices"
	"sync"
	"sync/atomic"
)

// blockSize is how many places a block has.
const blockSize = 1 << 16

// many stands in times for more than can be told there; see list.large.
const many = 255

// occurrence is a place with how often a term stands there.
type occurrence struct{ place, times uint32 }

// list is a term's postings in one segment, cut into blocks of places.
type list struct {
	blocks []block           // those that are not empty, by rising row
	most   uint32            // the largest number of times
	size   int               // places
	large  map[uint32]uint32 // place → times, where many or more
	asked  atomic.Bool       // since the last sweep
	only   [1]block          // of most lists: one piece of memory less for each collection

	mu     sync.Mutex
	counts counted
}

// block is the part of a list in one row of blockSize places. How it is kept depends on
// how many of them have the term, for memory first:
//   - one in three: each place has its times, most of them 0, not packed, since these
//     are read most often;
//   - one in six: a bit for each place, and the times of those that are set;
//   - fewer: the places, and their times.
type block struct {
	row    int
	places []uint16 // rising
	bits   *bitmap
	times  numbers
}

// dense tells whether each place has its times.
func (b *block) dense() bool { return b.places == nil && b.bits == nil }

// counted is how many documents a list has without the first gone of the
// segment's deleted ones; special are those of the kind that is counted apart.
type counted struct {
	done               bool
	gone, all, special int
}

// fewPart is the part of a segment's places, one in so many, from which on it takes
// less time to look at all places than to sort occurrences.
const fewPart = 32

// desk is where lists are made, one after the other.
type desk struct {
	found []occurrence
	times []uint32 // by place; all 0 between lists
}

var desks = sync.Pool{New: func() any { return new(desk) }}

// newList makes a list of what was found, in any order; places is the size of the
// segment.
func (d *desk) newList(places int) *list {
	if len(d.found)*fewPart < places {
		slices.SortFunc(d.found, func(a, b occurrence) int { return int(a.place) - int(b.place) })
		return newList(d.found, places)
	}
	if len(d.times) < places {
		d.times = make([]uint32, places)
	}
	for _, o := range d.found {
		d.times[o.place] = o.times
	}
	d.found = d.found[:0]
	for place, n := range d.times[:places] {
		if n > 0 {
			d.found = append(d.found, occurrence{uint32(place), n})
			d.times[place] = 0
		}
	}
	return newList(d.found, places)
}

// newList puts occurrences, sorted by place, into blocks; places is the size of
// the segment.
func newList(found []occurrence, places int) *list {
	l := &list{size: len(found)}
	l.asked.Store(true)
	l.blocks = l.only[:0]
	for len(found) > 0 {
		row := int(found[0].place / blockSize)
		end := 0
		for end < len(found) && int(found[end].place/blockSize) == row {
			end++
		}
		b := l.newBlock(found[:end], min(blockSize, places-row*blockSize))
		b.row = row
		l.blocks = append(l.blocks, b)
		found = found[end:]
	}
	return l
}

// block gives the block of a row, nil where it is empty.
func (l *list) block(row int) *block {
	for i := min(row, len(l.blocks)-1); i >= 0 && l.blocks[i].row >= row; i-- {
		if l.blocks[i].row == row {
			return &l.blocks[i]
		}
	}
	return nil
}

func (l *list) newBlock(found []occurrence, places int) block {
	for _, o := range found {
		l.most = max(l.most, o.times)
		if o.times >= many {
			if l.large == nil {
				l.large = map[uint32]uint32{}
			}
			l.large[o.place] = o.times
		}
	}
	if 3*len(found) > places {
		times := make([]uint8, places)
		for _, o := range found {
			times[o.place%blockSize] = uint8(min(o.times, many))
		}
		return block{times: numbers{data: times, whole: true}}
	}
	at, times := make([]uint16, len(found)), make([]uint8, len(found))
	for i, o := range found {
		at[i], times[i] = uint16(o.place%blockSize), uint8(min(o.times, many))
	}
	out := block{times: pack(times)}
	if 6*len(found) > places {
		out.bits = newBitmap(at, places)
	} else {
		out.places = at
	}
	return out
}

// touch notes that the list is of use.
func (l *list) touch() {
	if l != nil && !l.asked.Load() {
		l.asked.Store(true)
	}
}

// bytes is about what the list and its place in the map take.
func (l *list) bytes(term string) int64 {
	n := int64(len(term)) + 48
	if l == nil {
		return n
	}
	n += 192 + 80*int64(max(len(l.blocks)-1, 0)) + 16*int64(len(l.large))
	for _, b := range l.blocks {
		n += int64(2*len(b.places)) + b.times.bytes()
		if b.bits != nil {
			n += b.bits.bytes()
		}
	}
	return n
}

// times is how often the term stands at a place.
func (l *list) times(place uint32) uint32 {
	b := l.block(int(place / blockSize))
	if b == nil {
		return 0
	}
	at, found := int(place%blockSize), true
	switch {
	case b.places != nil:
		at, found = slices.BinarySearch(b.places, uint16(at))
	case b.bits != nil:
		found = b.bits.has(at)
		at = b.bits.rank(at)
	}
	if !found {
		return 0
	}
	return l.exactly(place, b.times.at(at))
}

// length is how many places a list has.
func (l *list) length() int {
	if l == nil {
		return 0
	}
	return l.size
}

func (l *list) exactly(place uint32, times uint8) uint32 {
	if times < many {
		return uint32(times)
	}
	return l.large[place]
}

// live counts the documents of the list that are not buried, and among them those
// of the counted kind.
func (l *list) live(s *segment, g graves, counts int) counted {
	l.mu.Lock()
	defer l.mu.Unlock()
	have := l.counts
	if have.done && have.gone == len(g.order) {
		return have
	}
	from, to := s.kinds[counts], s.kinds[counts+1]
	out := have
	if have.done && have.gone < len(g.order) && len(g.order)-have.gone < l.size {
		for _, place := range g.order[out.gone:] {
			if l.times(place) == 0 {
				continue
			}
			out.all--
			if from <= int(place) && int(place) < to {
				out.special--
			}
		}
	} else {
		out = counted{done: true, all: l.living(0, len(s.numbers), g), special: l.living(from, to, g)}
	}
	out.gone = len(g.order)
	if have.gone <= out.gone {
		l.counts = out
	}
	return out
}

// living counts the documents of the list at places [from, to) that are not buried.
func (l *list) living(from, to int, g graves) int {
	n := 0
	for c := range l.between(from, to) {
		if len(g.order) == 0 {
			n += c.count()
			continue
		}
		for i, times := range c.Times {
			place := uint32(c.Place(i))
			if times > 0 && !g.has(c.first+place) {
				n++
			}
		}
	}
	return n
}
