// Package segment finds Chinese words as gse does: the most likely ones by its simplified
// dictionary and the words of configs/userdict.txt, and by its hidden Markov model for the
// rest. Where the words of a run are is found here, since gse asks its dictionary anew for
// each stretch of characters, and takes six times as long; tests hold every cut against gse.
package segment

import (
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-ego/gse/hmm"

	"hongniang/internal/errs"
)

// Segmenter is a zh.Cutter. New loads its dictionary in the background and the first
// use waits for it. Safe for concurrent use.
type Segmenter struct {
	ready chan struct{}
	words *words
	err   error
}

// New starts to load the dictionary and the lines "word frequency class" of
// userDictionary.
func New(userDictionary string) *Segmenter {
	s := &Segmenter{ready: make(chan struct{})}
	go func() {
		defer close(s.ready)
		s.err = s.load(userDictionary)
	}()
	return s
}

// loadModel loads gse's hidden Markov model, which is one for the process: it must not be
// written again while others cut with it.
var loadModel = sync.OnceFunc(func() { hmm.LoadModel() })

func (s *Segmenter) load(userDictionary string) error {
	loadModel()
	own := ownWords(userDictionary)
	more := 0
	for _, o := range own {
		more += utf8.RuneCountInString(o.word)
	}
	var err error
	if s.words, err = thaw(more); err != nil {
		return errs.Wrap(err, errs.Internal, "segment.dictionary", "分词词典无法加载，请重新安装程序。")
	}
	for _, o := range own {
		s.words.add(o.word, o.freq)
	}
	return nil
}

// ownWord is a line of a user dictionary.
type ownWord struct {
	word string
	freq float64
}

func ownWords(dictionary string) []ownWord {
	var out []ownWord
	for line := range strings.Lines(dictionary) {
		parts := strings.Fields(line)
		if len(parts) == 0 || strings.HasPrefix(parts[0], "#") {
			continue
		}
		o := ownWord{strings.ToLower(parts[0]), 50}
		if len(parts) > 1 {
			if f, err := strconv.ParseFloat(parts[1], 64); err == nil && f > 0 && !math.IsInf(f, 1) {
				o.freq = f
			}
		}
		out = append(out, o)
	}
	return out
}

// Wait blocks until the dictionary is loaded and gives the error of loading it.
func (s *Segmenter) Wait() error {
	<-s.ready
	return s.err
}

// longestRun is how many characters are cut at once: the hidden Markov model takes time
// in the square of them. Chinese prose has a mark, a digit or a space long before.
const longestRun = 200

// Cut gives the words of a run of Chinese characters, in order, as parts of it.
func (s *Segmenter) Cut(run string) []string {
	<-s.ready
	r := routes.Get().(*route)
	defer r.put()
	var out []string
	for run != "" {
		var piece string
		piece, run = firstRunes(run, longestRun)
		r.read(piece)
		r.find(s.words)
		out = append(out, r.cut(s.words, piece)...)
	}
	return out
}

// Known tells whether the dictionary has the word.
func (s *Segmenter) Known(word string) bool {
	<-s.ready
	return s.words.known(word)
}
