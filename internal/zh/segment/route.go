package segment

import (
	"math"
	"sync"

	"github.com/go-ego/gse/hmm"
)

// route is memory in which the words of a run are found, one run after the other.
type route struct {
	runes []rune
	at    []int     // by character: where it begins in the run, in bytes; one more than runes
	best  []float64 // by character: the logarithm of how likely the best words from it on are
	end   []int     // by character: where the first of these words ends, in characters
	words []string
}

var routes = sync.Pool{New: func() any { return new(route) }}

// put gives the memory back, without the text that the words are parts of.
func (r *route) put() {
	clear(r.words)
	routes.Put(r)
}

// read takes in a run.
func (r *route) read(run string) {
	r.runes, r.at, r.words = r.runes[:0], r.at[:0], r.words[:0]
	for i, c := range run {
		r.runes, r.at = append(r.runes, c), append(r.at, i)
	}
	r.at = append(r.at, len(run))
	if n := len(r.at); cap(r.best) < n {
		r.best, r.end = make([]float64, 2*n), make([]int, 2*n)
	}
	r.best, r.end = r.best[:len(r.at)], r.end[:len(r.at)]
}

// find finds the most likely words, from behind: the product of their frequencies in
// parts of all. Of equally likely ones the longer counts. A character that begins words
// and is none is never a word by itself; one that nobody knows may be, once.
func (r *route) find(w *words) {
	n := len(r.runes)
	all := math.Log(w.total)
	r.best[n] = 0
	for from := n - 1; from >= 0; from-- {
		best, end := math.Inf(-1), from+1
		at, begins := w.child(0, r.runes[from])
		if !begins {
			best = math.Log(1) - all + r.best[end]
		}
		for to := from + 1; begins; to++ {
			if log, is := w.log(at); is {
				if likely := log - all + r.best[to]; likely >= best {
					best, end = likely, to
				}
			}
			if to == n {
				break
			}
			at, begins = w.child(at, r.runes[to])
		}
		r.best[from], r.end[from] = best, end
	}
}

// cut gives the words that were found of a run, single characters in a row cut by the
// hidden Markov model unless the row is itself a word.
func (r *route) cut(w *words, run string) []string {
	single := 0 // where the row of single characters begins
	for from := 0; from < len(r.runes); {
		to := r.end[from]
		if to-from > 1 {
			r.cutSingles(w, run, single, from)
			r.words = append(r.words, run[r.at[from]:r.at[to]])
			single = to
		}
		from = to
	}
	r.cutSingles(w, run, single, len(r.runes))
	return r.words
}

// states are those of the model: the beginning, middle and end of a word, and a word of
// one character.
var states = []byte("BMES")

func (r *route) cutSingles(w *words, run string, from, to int) {
	if to-from < 2 || w.known(run[r.at[from]:r.at[to]]) {
		for ; from < to; from++ {
			r.words = append(r.words, run[r.at[from]:r.at[from+1]])
		}
		return
	}
	_, said := hmm.Viterbi(r.runes[from:to], states)
	begin := from
	for i, state := range said {
		if state == 'E' || state == 'S' {
			r.words = append(r.words, run[r.at[begin]:r.at[from+i+1]])
			begin = from + i + 1
		}
	}
	if begin < to {
		r.words = append(r.words, run[r.at[begin]:r.at[to]])
	}
}

// firstRunes cuts a text behind its first n characters.
func firstRunes(text string, n int) (first, rest string) {
	for at := range text {
		if n == 0 {
			return text[:at], text[at:]
		}
		n--
	}
	return text, ""
}
