package indexer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// piece is a stretch of a request's text that may stand in a document.
type piece struct {
	text  string
	words []string // of Chinese text; none of a number or Latin word
	alone bool     // a bare number: part of a longer one it is another number
	loose bool     // does not begin or end with words as the segmenter cuts them
}

// run is a stretch of Chinese text of a request, in words.
type run struct {
	text  string
	words []string
}

// asked is a request cut for explaining.
type asked struct {
	runs    []run   // each once
	latin   []piece // numbers and Latin words that may be named, also as parts of longer ones
	numbers map[string]bool
	pairs   map[string]bool // its bigrams
}

func (x *Index) asked(clauses []search.Clause) asked {
	out := asked{numbers: map[string]bool{}, pairs: map[string]bool{}}
	seen := map[string]bool{}
	for _, c := range clauses {
		for _, stretch := range zh.Runs(c.Text) {
			if stretch.Han && !seen[stretch.Text] {
				seen[stretch.Text] = true
				out.runs = append(out.runs, run{text: stretch.Text, words: x.cutter.Cut(stretch.Text)})
			}
		}
		out.addTerms(zh.Fold(c.Text))
	}
	return out
}

// addTerms adds the terms of a folded text.
func (a *asked) addTerms(text string) {
	for _, t := range zh.Bigrams(text) {
		a.pairs[t.Text] = true
		if !isHan(t.Text) && !bareNumber(t.Text) && speaking(t.Text) {
			a.addLatin(piece{text: t.Text})
		}
	}
	for _, t := range zh.Characters(text) {
		if bareNumber(t.Text) && !isAmount(text, t) {
			a.addLatin(piece{text: t.Text, alone: true})
		}
	}
}

func (a *asked) addLatin(p piece) {
	if !a.numbers[p.text] {
		a.numbers[p.text] = true
		a.latin = append(a.latin, p)
	}
}

func isHan(term string) bool {
	first, _ := utf8.DecodeRuneInString(term)
	return unicode.Is(unicode.Han, first)
}

// patience is how many bytes of one document are compared in search of pieces.
// Real needs take a thousandth of it; a flood of the same characters in both texts
// would take time in the square of their length.
const patience = 32 << 20

// pieces gives what the request and the document share, each piece once.
func (d *reading) pieces(ask asked) []piece {
	f := finder{body: d.text, pairs: d.pairs, left: d.left}
	seen := map[string]bool{}
	var out []piece
	add := func(p piece) {
		if !seen[p.text] {
			seen[p.text] = true
			out = append(out, p)
		}
	}
	for _, r := range ask.runs {
		whole := f.pieces(r)
		for _, p := range append(whole, f.loose(r, whole)...) {
			add(p)
		}
	}
	for _, p := range ask.latin {
		if len(d.find(p)) > 0 {
			add(p)
		}
	}
	d.left = f.left
	return out
}

// finder looks for the runs of a request in one document.
type finder struct {
	body  string // folded title and text
	pairs pairs  // where in it the request's pairs of characters stand
	left  int    // of patience
}

// pieces gives the longest sequences of a run's words that stand in the body,
// left to right. They begin and end with a word of two characters or more, or
// are left out.
func (f *finder) pieces(r run) []piece {
	var out []piece
	f.sequences(r, func(words []string) {
		if words = trimmed(words); len(words) > 0 {
			out = append(out, piece{text: strings.Join(words, ""), words: words})
		}
	})
	return out
}

// sequences visits the longest sequences of a run's words that stand in the
// body, left to right.
func (f *finder) sequences(r run, visit func(words []string)) {
	reach := f.reach(r.words)
	at := 0 // byte offset of words[i]
	for i := 0; i < len(r.words) && f.left > 0; {
		n := f.together(r.text[at:], r.words[i:i+reach[i]])
		visit(r.words[i : i+n])
		n = max(n, 1)
		at += length(r.words[i : i+n])
		i += n
	}
}

// together counts how many of words stand in the body one behind the other; text
// begins with them. A single character counts wherever it may stand.
func (f *finder) together(text string, words []string) int {
	pair := firstPair(text[:length(words)])
	if pair == "" {
		return len(words)
	}
	longest := 0
	for _, at := range f.pairs.of(pair) {
		if f.left <= 0 {
			break
		}
		n := shared(text, f.body[at:])
		longest = max(longest, n)
		f.left -= n
	}
	for i, w := range words {
		if longest -= len(w); longest < 0 {
			return i
		}
	}
	return len(words)
}

// firstPair gives the first two characters of a text, "" when it has fewer.
func firstPair(text string) string {
	_, one := utf8.DecodeRuneInString(text)
	_, two := utf8.DecodeRuneInString(text[one:])
	if two == 0 {
		return ""
	}
	return text[:one+two]
}

// shared counts the bytes with which both texts begin.
func shared(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// looseRunes is how long a piece is at least that is not made of words: pairs of
// characters meet by chance.
const looseRunes = 3

// loose gives what of a run stands in the body across the borders of words: the
// segmenter cuts 双层辊道窑烧 into 双层 辊 道 窑烧, and 辊道窑 is none of them. What
// stands inside a whole piece is left out.
func (f *finder) loose(r run, whole []piece) []piece {
	var out []piece
	f.sequences(run{text: r.text, words: strings.Split(r.text, "")}, func(characters []string) {
		text := strings.Join(characters, "")
		inside := slices.ContainsFunc(whole, func(p piece) bool { return strings.Contains(p.text, text) })
		if len(characters) >= looseRunes && !inside {
			out = append(out, piece{text: text, words: characters, loose: true})
		}
	})
	return out
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
		case out[i+1] > 0 && len(f.pairs.of(string([]rune{last, next}))) > 0:
			out[i] = out[i+1] + 1
		default:
			out[i] = 1
		}
		next, _ = utf8.DecodeRuneInString(words[i])
	}
	return out
}

// hasPairs tells whether every pair of neighbours in a word is one of the
// document.
func (f *finder) hasPairs(word string) bool {
	before := -1
	for at, r := range word {
		if before >= 0 && len(f.pairs.of(word[before:at+utf8.RuneLen(r)])) == 0 {
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

// trimmed leaves out the single characters at both ends.
func trimmed(words []string) []string {
	single := func(w string) bool { return utf8.RuneCountInString(w) < 2 }
	for len(words) > 0 && single(words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && single(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}
