package indexer

import "hongniang/indexer/postings"

// places is a set of documents by place: a byte for each, 0 for those that are not
// in it. To set a bit would take longer: each would wait for the one before it in
// its word.
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
		out[i] |= times
	}
}

// join adds the documents of another set of the same size.
func (p places) join(q places) {
	for i, in := range q {
		p[i] |= in
	}
}

// keep drops the documents that another set of the same size lacks.
func (p places) keep(q places) {
	for i, in := range q {
		p[i] = one(p[i]) & one(in)
	}
}

func (p places) count() int {
	n := 0
	for _, in := range p {
		n += int(one(in))
	}
	return n
}

// list lists the documents by rising places.
func (p places) list() []int32 {
	out := make([]int32, 0, p.count())
	for place, in := range p {
		if in != 0 {
			out = append(out, int32(place))
		}
	}
	return out
}

// one is 1 for all but 0, without a question that processors would have to guess
// the answer of.
func one(in uint8) uint8 { return uint8((uint(in) + 255) >> 8) }
