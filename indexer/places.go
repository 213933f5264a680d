package indexer

import (
	"encoding/binary"
	"math/bits"

	"hongniang/indexer/postings"
)

// places is a set of documents by place: a byte for each, 1 for those that are in it,
// else 0. To set a bit would take longer: each would wait for the one before it in its
// word. To count and list them, eight are looked at together.
type places []uint8

func (p places) has(place int) bool { return p[place] != 0 }

// addPostings adds the documents of a chunk of postings.
func (p places) addPostings(chunk postings.Chunk) {
	out := p[chunk.Base:]
	if chunk.Places != nil {
		for _, place := range chunk.Places {
			out[place] = 1
		}
		return
	}
	out = out[:len(chunk.Times)]
	for i, times := range chunk.Times {
		out[i] |= one(times)
	}
}

// one is 1 for all but 0, without a question that processors would have to guess
// the answer of.
func one(times uint8) uint8 { return uint8((uint(times) + 255) >> 8) }

// join adds the documents of another set of the same size.
func (p places) join(q places) {
	for i, in := range q {
		p[i] |= in
	}
}

// keep drops the documents that another set of the same size lacks.
func (p places) keep(q places) {
	for i, in := range q {
		p[i] &= in
	}
}

// eights gives the words of eight places each, and the places that are left over.
func (p places) eights() (words int, rest places) {
	words = len(p) / 8
	return words, p[8*words:]
}

func (p places) word(i int) uint64 { return binary.LittleEndian.Uint64(p[8*i:]) }

func (p places) count() int {
	const ones = 0x0101_0101_0101_0101 // times a word, its highest byte is the sum of all
	n := 0
	words, rest := p.eights()
	for i := range words {
		n += int(p.word(i) * ones >> 56)
	}
	for _, in := range rest {
		n += int(in)
	}
	return n
}

// list lists the documents by rising places.
func (p places) list() []int32 {
	out := make([]int32, 0, p.count())
	words, rest := p.eights()
	for i := range words {
		for w := p.word(i); w != 0; w &= w - 1 {
			out = append(out, int32(8*i+bits.TrailingZeros64(w)/8))
		}
	}
	for i, in := range rest {
		if in != 0 {
			out = append(out, int32(8*words+i))
		}
	}
	return out
}
