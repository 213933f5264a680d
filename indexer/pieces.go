package indexer

import (
	"sort"
	"strings"
	"unicode/utf8"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// run is a stretch of a request's texts: Chinese in words, or one number or
// Latin word.
type run struct {
	text  string
	words []string
	terms []string // of a number or Latin word: a document has one of them, or it has no use
}

// wordRuns cuts texts into their runs, each once.
func (x *Index) wordRuns(clauses []search.Clause) []run {
	var out []run
	seen := map[string]bool{}
	for _, c := range clauses {
		for _, stretch := range zh.Runs(c.Text) {
			if seen[stretch.Text] {
				continue
			}
			seen[stretch.Text] = true
			r := run{text: stretch.Text, words: []string{stretch.Text}}
			if stretch.Han {
				r.words = x.cutter.Cut(stretch.Text)
			} else {
				for _, t := range zh.Bigrams(stretch.Text) {
					r.terms = append(r.terms, t.Text)
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// patience is how many bytes of one document are searched through for pieces.
// Real needs take a hundredth of it; a flood of words that a long document has
// one by one, but never together, would take time in the square of its length.
const patience = 32 << 20

// finder looks for the runs of a request in one document.
type finder struct {
	body    string         // folded title and text
	bigrams map[string]int // its terms
	left    int            // of patience
}

// pieces gives the longest sequences of a run's words that stand in the body,
// left to right. They begin and end with a word of two characters or more, or
// are left out.
func (f *finder) pieces(r run) []string {
	if !f.hasAny(r.terms) {
		return nil
	}
	var out []string
	reach := f.reach(r.words)
	at := 0 // byte offset of words[i]
	for i := 0; i < len(r.words) && f.left > 0; {
		n := sort.Search(reach[i], func(n int) bool {
			f.left -= len(f.body)
			return !strings.Contains(f.body, r.text[at:at+length(r.words[i:i+n+1])])
		})
		if piece := trimmed(r.words[i : i+n]); piece != "" {
			out = append(out, piece)
		}
		n = max(n, 1)
		at += length(r.words[i : i+n])
		i += n
	}
	return out
}

// hasAny tells whether the document has one of terms; it is true without terms.
func (f *finder) hasAny(terms []string) bool {
	for _, t := range terms {
		if f.bigrams[t] > 0 {
			return true
		}
	}
	return len(terms) == 0
}

// reach counts, for each word, the words from it on in which every pair of
// neighbouring characters is a pair of the document: no more can stand in it
// together.
func (f *finder) reach(words []string) []int {
	out := make([]int, len(words)+1)
	var next rune
	for i := len(words) - 1; i >= 0; i-- {
		last, _ := utf8.DecodeLastRuneInString(words[i])
		switch {
		case !f.hasPairs(words[i]):
		case out[i+1] > 0 && f.bigrams[string([]rune{last, next})] > 0:
			out[i] = out[i+1] + 1
		default:
			out[i] = 1
		}
		next, _ = utf8.DecodeRuneInString(words[i])
	}
	return out
}

// hasPairs tells whether every pair of neighbours in a Chinese word is one of
// the document.
func (f *finder) hasPairs(word string) bool {
	before := -1
	for at, r := range word {
		if r < utf8.RuneSelf {
			return true
		}
		if before >= 0 && f.bigrams[word[before:at+utf8.RuneLen(r)]] == 0 {
			return false
		}
		before = at
	}
	return true
}

func length(words []string) int {
	n := 0
	for _, w := range words {
		n += len(w)
	}
	return n
}

// trimmed joins words without the single characters at both ends.
func trimmed(words []string) string {
	single := func(w string) bool { return utf8.RuneCountInString(w) < 2 }
	for len(words) > 0 && single(words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && single(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return strings.Join(words, "")
}
