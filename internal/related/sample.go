package related

import (
	"cmp"
	"slices"
	"strings"
)

// sample holds the texts that are learned from. When they become too many it
// keeps the half whose hashes have one more zero bit, so that which ones stay
// depends on the texts alone, not on their order.
type sample struct {
	limit int // words of text, and, by a part of it, distinct words and texts
	level uint
	size  int
	texts []text
	seen  map[uint64]bool
	ids   map[string]uint32
	words []string // by id
}

// text is a document as ids of words.
type text struct {
	hash uint64
	ids  []uint32
}

// longest is how many words of one document are read.
const longest = 20_000

func newSample(limit int) *sample {
	return &sample{limit: limit, seen: map[uint64]bool{}, ids: map[string]uint32{}}
}

func (s *sample) add(words []string) {
	words = words[:min(len(words), longest)]
	hash := hashOf(words)
	if len(words) < 2 || hash&(1<<s.level-1) != 0 || s.seen[hash] {
		return
	}
	s.seen[hash] = true
	ids := make([]uint32, len(words))
	for i, w := range words {
		ids[i] = s.id(w)
	}
	s.texts = append(s.texts, text{hash, ids})
	s.size += len(ids)
	for s.full() && s.level < 64 {
		s.halve()
	}
}

// full tells whether the sample is over its bounds. A distinct word takes some
// 60 bytes, a text some 70.
func (s *sample) full() bool {
	return s.size > s.limit || len(s.words) > max(s.limit/5, 1000) || len(s.texts) > max(s.limit/10, 1000)
}

func (s *sample) id(word string) uint32 {
	id, known := s.ids[word]
	if !known {
		word = strings.Clone(word) // it may be a piece of a whole text
		id = uint32(len(s.words))
		s.ids[word] = id
		s.words = append(s.words, word)
	}
	return id
}

// halve drops about half of the texts, and the words that only they had.
func (s *sample) halve() {
	s.level++
	old := *s
	s.texts, s.words, s.size = nil, nil, 0
	s.seen, s.ids = map[uint64]bool{}, map[string]uint32{}
	for _, t := range old.texts {
		if t.hash&(1<<s.level-1) != 0 {
			continue
		}
		for i, id := range t.ids {
			t.ids[i] = s.id(old.words[id])
		}
		s.seen[t.hash] = true
		s.texts = append(s.texts, t)
		s.size += len(t.ids)
	}
}

// hashOf is FNV-1a over the words, mixed so that its low bits are fair.
func hashOf(words []string) uint64 {
	h := uint64(14695981039346656037)
	for _, w := range words {
		for i := range len(w) {
			h = (h ^ uint64(w[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return mixed(h)
}

// Part gives a number from 0 to 1 for a text, always the same, by which a caller
// can sample documents evenly before they are read.
func Part(text string) float64 { return float64(hashOf([]string{text})>>11) / (1 << 53) }

// mixed is the finaliser of SplitMix64.
func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// vocabulary is the words that are learned, the most frequent first, and the
// texts as their places in it.
type vocabulary struct {
	words    []string
	counts   []int
	tokens   int // of all texts, words beside the vocabulary too
	texts    [][]uint16
	frequent int // how many of the words are too frequent to have near ones
}

// tooFrequent is the part of all text from which on a word has no near ones:
// such words say little, and their company is everything.
const tooFrequent = 1e-3

// vocabulary takes the most frequent words and lets go of the sample's texts.
func (s *sample) vocabulary(most, minCount int) *vocabulary {
	counts := make([]int, len(s.words))
	for _, t := range s.texts {
		for _, id := range t.ids {
			counts[id]++
		}
	}
	var order []uint32
	for id, n := range counts {
		if n >= minCount {
			order = append(order, uint32(id))
		}
	}
	slices.SortFunc(order, func(a, b uint32) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), strings.Compare(s.words[a], s.words[b]))
	})
	order = order[:min(len(order), most)]
	v := &vocabulary{tokens: s.size, words: make([]string, len(order)), counts: make([]int, len(order))}
	place := make([]int32, len(s.words))
	for n, id := range order {
		v.words[n], v.counts[n] = s.words[id], counts[id]
		place[id] = int32(n) + 1
		if float64(counts[id]) > tooFrequent*float64(s.size) {
			v.frequent = n + 1
		}
	}
	for i, t := range s.texts {
		v.addText(t.ids, place)
		s.texts[i].ids = nil
	}
	return v
}

func (v *vocabulary) addText(ids []uint32, place []int32) {
	out := make([]uint16, 0, len(ids))
	for _, id := range ids {
		if n := place[id]; n > 0 {
			out = append(out, uint16(n-1))
		}
	}
	if len(out) > 1 {
		v.texts = append(v.texts, out)
	}
}
