package wording

import (
	"strings"
	"sync"
)

// recent keeps what was said lately: most texts of a page stand on the next one
// too. It is safe for concurrent use, and holds two generations of at most
// mostRecent texts.
type recent struct {
	mu       sync.Mutex
	now, old map[string]saying
}

type saying struct {
	said  string
	whole bool
}

// mostRecent texts, none longer than longestKept bytes: a few megabytes at most.
const (
	mostRecent  = 4096
	longestKept = 600
)

func (r *recent) get(text string) (saying, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.now[text]; ok {
		return s, true
	}
	s, ok := r.old[text]
	if ok {
		r.keep(text, s)
	}
	return s, ok
}

func (r *recent) put(text string, s saying) {
	if len(text) > longestKept {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(strings.Clone(text), s)
}

func (r *recent) keep(text string, s saying) {
	if len(r.now) >= mostRecent || r.now == nil {
		r.now, r.old = make(map[string]saying, mostRecent), r.now
	}
	r.now[text] = s
}
