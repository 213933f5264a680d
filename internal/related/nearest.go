package related

import (
	"context"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// neighbour is a candidate for the near words of a word.
type neighbour struct {
	word       int32   // place in the vocabulary
	similarity float32 // rounded to 3 decimals
}

// before orders neighbours: the more similar first, of equal ones the more
// frequent.
func (n neighbour) before(other neighbour) bool {
	if n.similarity != other.similarity {
		return n.similarity > other.similarity
	}
	return n.word < other.word
}

// shortlist is the best neighbours so far, the best first.
type shortlist struct {
	items [Most]neighbour
	n     int
}

func (s *shortlist) add(candidate neighbour) {
	if s.n == Most {
		if !candidate.before(s.items[Most-1]) {
			return
		}
		s.n--
	}
	at := s.n
	for at > 0 && candidate.before(s.items[at-1]) {
		s.items[at] = s.items[at-1]
		at--
	}
	s.items[at] = candidate
	s.n++
}

// search looks for the nearest words of all words, a tile of two blocks of rows
// at a time: each pair is compared once.
type search struct {
	vocabulary *vocabulary
	vectors    *vectors
	words      []int32 // places of the words that may be near others
	numbers    []bool  // by place: has a digit
}

// tile is how many rows are compared with how many: both fit in a cache.
const tile = 256

func nearest(ctx context.Context, v *vocabulary, vec *vectors, workers int) (map[string][]Near, error) {
	s := search{vocabulary: v, vectors: vec, numbers: make([]bool, len(v.words))}
	for i, w := range v.words {
		s.numbers[i] = strings.ContainsFunc(w, unicode.IsDigit)
		if speaks(w) {
			s.words = append(s.words, int32(i))
		}
	}
	lists := make([][]shortlist, max(workers, 1))
	free := make(chan []shortlist, len(lists))
	for i := range lists {
		lists[i] = make([]shortlist, len(v.words))
		free <- lists[i]
	}
	pieces := (len(s.words) + tile - 1) / tile
	err := inParallel(ctx, workers, pieces, func() func(int) error {
		own := <-free
		return func(piece int) error { return s.compare(ctx, piece, own) }
	})
	if err != nil {
		return nil, err
	}
	return s.merge(lists), nil
}

// speaks tells whether a word may be near others: not a single character, which
// means too much, not a number with or without its unit, and nothing that would
// break a line of a file.
func speaks(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	return size < len(word) && !unicode.IsDigit(first) && utf8.ValidString(word) &&
		strings.ContainsFunc(word, unicode.IsLetter) && !strings.ContainsFunc(word, unicode.IsControl)
}

// compare compares the words of a piece with each other and with those of the
// pieces behind it.
func (s *search) compare(ctx context.Context, piece int, lists []shortlist) error {
	for other := piece; other*tile < len(s.words); other++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		for i, a := range s.words[piece*tile : min((piece+1)*tile, len(s.words))] {
			from := other * tile
			if other == piece {
				from += i + 1
			}
			s.row(a, s.words[from:min((other+1)*tile, len(s.words))], lists)
		}
	}
	return nil
}

// row compares a word with others.
func (s *search) row(a int32, others []int32, lists []shortlist) {
	left := s.vectors.row(int(a))
	for _, b := range others {
		cosine := dot(left, s.vectors.row(int(b)))
		if cosine < Least-0.0005 || !s.different(a, b) {
			continue
		}
		similarity := float32(math.Round(float64(cosine)*1000) / 1000)
		lists[a].add(neighbour{b, min(similarity, 1)})
		lists[b].add(neighbour{a, min(similarity, 1)})
	}
}

// different tells whether one word may stand for the other: a word that is part
// of the other says nothing new, and two numbers or models are not the same
// however alike their company.
func (s *search) different(a, b int32) bool {
	x, y := s.vocabulary.words[a], s.vocabulary.words[b]
	return !(s.numbers[a] && s.numbers[b]) && !strings.Contains(x, y) && !strings.Contains(y, x)
}

// dot is written in four sums: one alone waits for itself. Products are rounded
// before they are added, see multiply.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += float32(x[0] * y[0])
		s1 += float32(x[1] * y[1])
		s2 += float32(x[2] * y[2])
		s3 += float32(x[3] * y[3])
	}
	for ; i < len(a); i++ {
		s0 += float32(a[i] * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// merge joins what the workers found, for the words that are not too frequent.
func (s *search) merge(lists [][]shortlist) map[string][]Near {
	out := map[string][]Near{}
	for _, i := range s.words {
		if int(i) < s.vocabulary.frequent {
			continue
		}
		var best shortlist
		for _, own := range lists {
			for _, n := range own[i].items[:own[i].n] {
				best.add(n)
			}
		}
		for _, n := range best.items[:best.n] {
			word := s.vocabulary.words[i]
			similarity := math.Round(float64(n.similarity)*1000) / 1000
			out[word] = append(out[word], Near{s.vocabulary.words[n.word], similarity})
		}
	}
	return out
}
