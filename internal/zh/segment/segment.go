// Package segment finds Chinese words with gse: its simplified dictionary, the
// words of configs/userdict.txt, and its hidden Markov model for the rest.
package segment

import (
	"bufio"
	"strconv"
	"strings"
	"sync"

	"github.com/go-ego/gse"
	"github.com/go-ego/gse/hmm"

	"hongniang/internal/errs"
)

// Segmenter is a zh.Cutter. Its dictionary takes about a second and 128 MB to
// load; New loads it in the background and the first use waits for it. Safe for
// concurrent use.
type Segmenter struct {
	ready chan struct{}
	gse   gse.Segmenter
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

// loadModel loads gse's hidden Markov model, which is one for the process: gse would
// write it again with each dictionary while others cut with it.
var loadModel = sync.OnceFunc(func() { hmm.LoadModel() })

func (s *Segmenter) load(userDictionary string) error {
	s.gse.SkipLog = true
	s.gse.NotLoadHMM = true
	loadModel()
	if err := s.gse.LoadDictEmbed("zh_s"); err != nil {
		return errs.Wrap(err, errs.Internal, "segment.dictionary", "分词词典无法加载，请重新安装程序。")
	}
	lines := bufio.NewScanner(strings.NewReader(userDictionary))
	for lines.Scan() {
		parts := strings.Fields(lines.Text())
		if len(parts) == 0 || strings.HasPrefix(parts[0], "#") {
			continue
		}
		freq := 50.0
		if len(parts) > 1 {
			if f, err := strconv.ParseFloat(parts[1], 64); err == nil && f > 0 {
				freq = f
			}
		}
		if err := s.gse.AddToken(parts[0], freq); err != nil {
			return errs.Wrap(err, errs.Invalid, "segment.user_dictionary", "用户词典里的“"+parts[0]+"”无法读取，请检查这一行。")
		}
	}
	s.slim()
	return nil
}

// slim keeps of the dictionary's tokens what cutting with a hidden Markov model asks
// for, how frequent each is: their characters and the cuts inside them are memory
// full of pointers, which every garbage collection would walk.
func (s *Segmenter) slim() {
	all := s.gse.Dict.Tokens
	s.gse.Dict.Tokens = make([]gse.Token, len(all))
	for i := range all {
		s.gse.Dict.Tokens[i] = s.gse.ToToken("", all[i].Freq())
	}
}

// Wait blocks until the dictionary is loaded and gives the error of loading it.
func (s *Segmenter) Wait() error {
	<-s.ready
	return s.err
}

// longestRun is how many characters gse is given at once: its hidden Markov
// model takes time in the square of them. Chinese prose has a mark, a digit or
// a space long before.
const longestRun = 200

// Cut gives the words of a run of Chinese characters, in order.
func (s *Segmenter) Cut(run string) []string {
	<-s.ready
	var out []string
	for run != "" {
		var piece string
		piece, run = firstRunes(run, longestRun)
		if len(piece) <= 3 {
			out = append(out, piece)
			continue
		}
		out = append(out, s.gse.Cut(piece, true)...)
	}
	return out
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

// Known tells whether the dictionary has the word.
func (s *Segmenter) Known(word string) bool {
	<-s.ready
	freq, _, ok := s.gse.Find(word)
	return ok && freq > 0
}
