package postings

import "slices"

// graves are the deleted documents of a segment, as one view knows them; they do not
// change any more. The zero value has none.
type graves struct {
	order []uint32 // places, in the order in which they went
	bits  []uint64 // by place
}

// more makes graves of as many places to which others can be added.
func (g graves) more(places int) graves {
	out := graves{slices.Clip(g.order), make([]uint64, (places+63)/64)}
	copy(out.bits, g.bits)
	return out
}

func (g *graves) add(place uint32) {
	g.order = append(g.order, place)
	g.bits[place/64] |= 1 << (place % 64)
}

func (g graves) has(place uint32) bool {
	return g.bits != nil && g.bits[place/64]&(1<<(place%64)) != 0
}
