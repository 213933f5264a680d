package postings

import (
	"slices"
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
	blocks []block
	most   uint32            // the largest number of times
	size   int               // places
	large  map[uint32]uint32 // place → times, where many or more
	asked  atomic.Bool       // since the last sweep
	counts atomic.Pointer[counted]
}

// block is the part of a list in one row of blockSize places. Where a term
// stands in a third of them, each place has its times, most of them 0.
type block struct {
	places []uint16 // rising; nil in a dense block
	times  []uint8  // beside places; of a dense block, one for each place
}

// counted is how many documents a list has without the first gone of the
// segment's deleted ones; special are those of the kind that is counted apart.
type counted struct{ gone, all, special int }

// fewPart is the part of a segment's places, one in so many, from which on it takes
// less time to look at all places than to sort occurrences.
const fewPart = 32

// sorted sorts occurrences by place; places is the size of the segment.
func sorted(found []occurrence, places int) []occurrence {
	if len(found)*fewPart < places {
		slices.SortFunc(found, func(a, b occurrence) int { return int(a.place) - int(b.place) })
		return found
	}
	times := make([]uint32, places)
	for _, o := range found {
		times[o.place] = o.times
	}
	found = found[:0]
	for place, n := range times {
		if n > 0 {
			found = append(found, occurrence{uint32(place), n})
		}
	}
	return found
}

// newList puts occurrences, sorted by place, into blocks; places is the size of
// the segment.
func newList(found []occurrence, places int) *list {
	l := &list{size: len(found), blocks: make([]block, (places+blockSize-1)/blockSize)}
	l.asked.Store(true)
	for len(found) > 0 {
		b := found[0].place / blockSize
		end := 0
		for end < len(found) && found[end].place/blockSize == b {
			end++
		}
		l.blocks[b] = l.newBlock(found[:end], min(blockSize, places-int(b)*blockSize))
		found = found[end:]
	}
	return l
}

func (l *list) newBlock(found []occurrence, places int) block {
	dense := 3*len(found) > places
	var out block
	if dense {
		out.times = make([]uint8, places)
	} else {
		out.places, out.times = make([]uint16, len(found)), make([]uint8, len(found))
	}
	for i, o := range found {
		at := i
		if dense {
			at = int(o.place % blockSize)
		} else {
			out.places[i] = uint16(o.place % blockSize)
		}
		out.times[at] = uint8(min(o.times, many))
		l.most = max(l.most, o.times)
		if o.times >= many {
			if l.large == nil {
				l.large = map[uint32]uint32{}
			}
			l.large[o.place] = o.times
		}
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
	n += 96 + 48*int64(len(l.blocks)) + 16*int64(len(l.large))
	for _, b := range l.blocks {
		n += int64(2*len(b.places) + len(b.times))
	}
	return n
}

// times is how often the term stands at a place.
func (l *list) times(place uint32) uint32 {
	b, low := l.blocks[place/blockSize], int(place%blockSize)
	if b.places != nil || b.times == nil {
		at, found := slices.BinarySearch(b.places, uint16(low))
		if !found {
			return 0
		}
		low = at
	}
	if t := b.times[low]; t < many {
		return uint32(t)
	}
	return l.large[place]
}

// live counts the documents of the list without the first gone of the deleted
// ones, and among them those of the counted kind.
func (l *list) live(s *segment, gone []uint32, counts int) counted {
	have := l.counts.Load()
	if have != nil && have.gone == len(gone) {
		return *have
	}
	out := counted{all: l.size}
	if have != nil && have.gone < len(gone) {
		out = *have
	} else {
		for at := range l.between(s.kinds[counts], s.kinds[counts+1]) {
			out.special += at.count()
		}
	}
	for _, place := range gone[out.gone:] {
		if l.times(place) == 0 {
			continue
		}
		out.all--
		if s.kinds[counts] <= int(place) && int(place) < s.kinds[counts+1] {
			out.special--
		}
	}
	out.gone = len(gone)
	if have == nil || have.gone < len(gone) {
		l.counts.Store(&out)
	}
	return out
}
