package segment

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// frozen are the words of gse's simplified dictionary with how frequent each is, as gse
// keeps them, written by TestFrozenWords: to load the dictionary with gse takes most of
// a second of every start, and 67 MB. The first line tells how many characters the words
// have that they do not share with the word before.
//
//go:embed words.txt.gz
var frozen []byte

// words are the words that are known, as a tree of characters: a node is a beginning of
// words, and one that is a word has its frequency. It is safe for concurrent use once it
// is filled.
type words struct {
	keys  []uint64  // by slot: see key; 0 where it is free
	of    []uint32  // by slot: 1 + the place of its frequency in freqs, 0 of no word
	freqs []float64 // each once, by place
	logs  []float64 // of them
	place map[float64]uint32
	total float64 // of all frequencies
	shift int     // of a hash, to a slot
}

// node is a beginning of words; 0 is the empty one, of all.
type node uint64

// newWords makes room for so many nodes.
func newWords(nodes int) *words {
	width := max(bits.Len(uint(2*nodes)), 10)
	return &words{keys: make([]uint64, 1<<width), of: make([]uint32, 1<<width), place: map[float64]uint32{}, shift: 64 - width}
}

// key names the child of a node by a character; it is never 0.
func key(parent node, r rune) uint64 { return uint64(parent)<<21 | uint64(r) + 1 }

// slot finds where the child of a node by a character is, or would be.
func (w *words) slot(parent node, r rune) (at uint64, found bool) {
	wanted, last := key(parent, r), uint64(len(w.keys)-1)
	for at = wanted * 0x9E3779B97F4A7C15 >> w.shift; w.keys[at] != 0; at = (at + 1) & last {
		if w.keys[at] == wanted {
			return at, true
		}
	}
	return at, false
}

// child gives the beginning that is one character longer, if there is one.
func (w *words) child(parent node, r rune) (node, bool) {
	at, found := w.slot(parent, r)
	return node(at + 1), found
}

// grow gives the beginning that is one character longer, and makes it where there is none.
func (w *words) grow(parent node, r rune) node {
	at, found := w.slot(parent, r)
	if !found {
		w.keys[at] = key(parent, r)
	}
	return node(at + 1)
}

// name makes a node a word, unless it is one.
func (w *words) name(n node, freq float64) {
	if w.of[n-1] != 0 {
		return
	}
	at, known := w.place[freq]
	if !known {
		w.freqs, w.logs = append(w.freqs, freq), append(w.logs, math.Log(freq))
		at = uint32(len(w.freqs))
		w.place[freq] = at
	}
	w.of[n-1] = at
	w.total += freq
}

// add adds a word, unless it is one.
func (w *words) add(word string, freq float64) {
	n := node(0)
	for _, r := range word {
		n = w.grow(n, r)
	}
	if n > 0 {
		w.name(n, freq)
	}
}

// log gives the logarithm of a node's frequency, and whether it is a word.
func (w *words) log(n node) (float64, bool) {
	at := w.of[n-1]
	if at == 0 {
		return 0, false
	}
	return w.logs[at-1], true
}

// known tells whether a text is a word.
func (w *words) known(text string) bool {
	n, found := node(0), false
	for _, r := range text {
		if n, found = w.child(n, r); !found {
			return false
		}
	}
	return found && w.of[n-1] != 0
}

// thaw reads the frozen words, with room for more characters.
func thaw(more int) (*words, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(frozen))
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(unzipped)
	lines.Scan()
	nodes, err := strconv.Atoi(lines.Text())
	if err != nil {
		return nil, fmt.Errorf("segment: the frozen words do not begin with a number: %w", err)
	}
	w := newWords(nodes + more)
	last, path := []byte(nil), make([]node, 1, 64) // path[i] is the node behind the i-th character of last
	for lines.Scan() {
		word, count, found := bytes.Cut(lines.Bytes(), []byte{' '})
		freq, err := strconv.ParseFloat(string(count), 64)
		if !found || err != nil {
			return nil, fmt.Errorf("segment: frozen word %q: %w", lines.Text(), err)
		}
		same, characters := shared(last, word)
		path = path[:characters+1]
		for _, r := range string(word[same:]) {
			path = append(path, w.grow(path[len(path)-1], r))
		}
		w.name(path[len(path)-1], freq)
		last = append(last[:0], word...)
	}
	return w, lines.Err()
}

// shared counts the bytes and the characters with which both words begin.
func shared(a, b []byte) (size, characters int) {
	for size < len(a) && size < len(b) {
		r, n := utf8.DecodeRune(a[size:])
		if other, _ := utf8.DecodeRune(b[size:]); other != r {
			break
		}
		size, characters = size+n, characters+1
	}
	return size, characters
}
