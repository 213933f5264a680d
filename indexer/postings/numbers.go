package postings

import (
	"encoding/binary"
	"slices"
	"sync"
)

// numbers is a row of small numbers, most of them below 15: four bits for each, and a
// list of those that need more; or a byte for each where these are many. It does not
// change.
type numbers struct {
	data  []byte // two in a byte, the first in its low half
	over  *over  // nil: all are told in four bits
	whole bool   // one in a byte
}

// over are the numbers that are larger than four bits can tell, by rising places.
type over struct {
	places []uint16
	exact  []byte
}

// overflow stands in four bits for a number that is listed apart.
const overflow = 15

// pack packs no more than blockSize numbers.
func pack(all []byte) numbers {
	large := 0
	for _, n := range all {
		if n >= overflow {
			large++
		}
	}
	if 3*large > len(all)/2 {
		return numbers{data: all, whole: true}
	}
	out := numbers{data: make([]byte, (len(all)+1)/2)}
	if large > 0 {
		out.over = &over{make([]uint16, 0, large), make([]byte, 0, large)}
	}
	for i, n := range all {
		if n >= overflow {
			out.over.places, out.over.exact = append(out.over.places, uint16(i)), append(out.over.exact, n)
			n = overflow
		}
		out.data[i/2] |= n << (i % 2 * 4)
	}
	return out
}

// at is the number at a place of the row.
func (n *numbers) at(i int) byte {
	if n.whole {
		return n.data[i]
	}
	v := n.data[i/2] >> (i % 2 * 4) & 15
	if v < overflow {
		return v
	}
	at, _ := slices.BinarySearch(n.over.places, uint16(i))
	return n.over.exact[at]
}

// bytes is about what the numbers take beside the row itself.
func (n *numbers) bytes() int64 {
	if n.over == nil {
		return int64(len(n.data))
	}
	return int64(len(n.data) + 3*len(n.over.places) + 48)
}

// sheet is where a block is unpacked; a row more than it has may be written.
type sheet struct {
	places [blockSize + row]uint16
	times  [blockSize + 16]byte
}

var sheets = sync.Pool{New: func() any { return new(sheet) }}

// unpack gives the numbers at places [i, j) of the row, on the sheet unless they are
// whole anyway.
func (n *numbers) unpack(i, j int, on *sheet) []byte {
	if n.whole {
		return n.data[i:j]
	}
	from := i &^ 1
	spread(on.times[:], n.data[from/2:(j+1)/2])
	if n.over != nil {
		at, _ := slices.BinarySearch(n.over.places, uint16(i))
		for ; at < len(n.over.places) && int(n.over.places[at]) < j; at++ {
			on.times[int(n.over.places[at])-from] = n.over.exact[at]
		}
	}
	return on.times[i-from : j-from]
}

// spread writes each half of the bytes of packed into a byte of its own, eight of them
// at a time; to has room for eight more than there are.
func spread(to, packed []byte) {
	const halves, pairs, fours = 0x0F0F0F0F0F0F0F0F, 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF
	for len(packed) >= 4 {
		v := uint64(binary.LittleEndian.Uint32(packed))
		v = (v | v<<16) & fours
		v = (v | v<<8) & pairs
		v = (v | v<<4) & halves
		binary.LittleEndian.PutUint64(to, v)
		to, packed = to[8:], packed[4:]
	}
	for i, b := range packed {
		to[2*i], to[2*i+1] = b&15, b>>4
	}
}
