package indexer

import (
	"slices"
	"sync"

	"hongniang/indexer/postings"
	"hongniang/internal/search"
)

// shelf keeps the documents that were read last, decoded: a match asks for the same
// ones to see whether they are free, to show them, and to say why. What it holds
// never changes, since a document that is changed stands elsewhere; it is handed to
// many and must only be read. It is safe for concurrent use.
type shelf struct {
	mu         sync.Mutex
	young, old map[postings.Key]stored
	bytes      int // of the young
}

// shelfRoom is about how many bytes the young may take, and the old besides.
const shelfRoom = 8 << 20

func (s *shelf) get(key postings.Key) (stored, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if doc, ok := s.young[key]; ok {
		return doc, true
	}
	doc, ok := s.old[key]
	if ok {
		s.put(key, doc)
	}
	return doc, ok
}

// keep keeps a document; what was not asked for while the young filled their room is
// forgotten.
func (s *shelf) keep(key postings.Key, doc stored) {
	clip(&doc.Document)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(key, doc)
}

func (s *shelf) put(key postings.Key, doc stored) {
	size := bulk(doc)
	if s.young == nil || s.bytes+size > shelfRoom {
		s.old, s.young, s.bytes = s.young, map[postings.Key]stored{}, 0
	}
	s.young[key] = doc
	s.bytes += size
}

// bulk is about what a document takes.
func bulk(doc stored) int {
	const rest = 1024 // the struct, and the short lists
	return rest + len(doc.Text) + len(doc.Title) + len(doc.Summary) + len(doc.Cuts)
}

// clip makes appending to a list of a document copy it.
func clip(d *search.Document) {
	for _, list := range []*[]string{&d.Places, &d.Keywords, &d.Studios, &d.Orgs, &d.Codes, &d.OrgCodes, &d.Types, &d.Honours, &d.HonourNames} {
		*list = slices.Clip(*list)
	}
	d.People = slices.Clip(d.People)
}
