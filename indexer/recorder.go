package indexer

import (
	"strings"
	"sync"
	"unicode/utf8"

	"hongniang/internal/zh"
)

// recorder cuts and keeps where words began: one bit for each Chinese character
// of the text, in order. Cutting takes most of the time that explaining would
// take; a player cuts the same text again from what was kept.
type recorder struct {
	zh.Cutter
	cuts  []byte
	runes int
}

// Cut gives consecutive words that together are the run.
func (r *recorder) Cut(run string) []string {
	words := r.Cutter.Cut(run)
	for _, word := range words {
		for r.runes/8 >= len(r.cuts) {
			r.cuts = append(r.cuts, 0)
		}
		r.cuts[r.runes/8] |= 1 << (r.runes % 8)
		r.runes += utf8.RuneCountInString(word)
	}
	return words
}

// player cuts the runs that a recorder has cut, in the same order.
type player struct {
	zh.Cutter
	cuts  []byte
	runes int
	words []string // given last
}

// Cut gives consecutive words that together are the run; they are good until the
// next call.
func (p *player) Cut(run string) []string {
	p.words = p.words[:0]
	from := 0
	for at := range run {
		if at > from && begins(p.cuts, p.runes) {
			p.words = append(p.words, run[from:at])
			from = at
		}
		p.runes++
	}
	p.words = append(p.words, run[from:])
	return p.words
}

// begins tells whether a word begins at a Chinese character, counted from the
// start of the text.
func begins(cuts []byte, character int) bool {
	return character/8 < len(cuts) && cuts[character/8]&(1<<(character%8)) != 0
}

// mostRemembered is how many runs of requests a rememberer remembers.
const mostRemembered = 4096

// longestRemembered is how many bytes a run that is remembered has at most.
const longestRemembered = 600

// rememberer cuts a run once: a need is cut for its results, its people and each
// of their reasons.
type rememberer struct {
	zh.Cutter
	mu   sync.Mutex
	runs map[string][]string
	era  int // counts what was forgotten
}

// Cut gives consecutive words that together are the run.
func (r *rememberer) Cut(run string) []string {
	if len(run) > longestRemembered {
		return r.Cutter.Cut(run)
	}
	r.mu.Lock()
	words, known := r.runs[run]
	era := r.era
	r.mu.Unlock()
	if known {
		return words
	}
	run = strings.Clone(run) // not the whole text that it is a part of
	words = r.Cutter.Cut(run)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.era != era {
		return words // cut for an index that serves no more
	}
	if r.runs == nil || len(r.runs) >= mostRemembered {
		r.runs = map[string][]string{}
	}
	r.runs[run] = words
	return words
}

// forget forgets every run: they are cut otherwise from now on.
func (r *rememberer) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.runs, r.era = nil, r.era+1
}
