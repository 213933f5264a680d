// Package postings keeps in memory what ranking reads again and again of the
// segments of a bleve index: of each document its kind and the lengths of its
// texts, of each term that was asked for in which documents it stands and how
// often.
//
// A segment never changes, but for the documents that are deleted from it, so
// what was read of it stays right as long as it lives. Lists are read when they
// are first asked for, through bleve's public interface, and are forgotten when
// the memory that they may take is used up.
//
// Documents are numbered anew, by places: in each segment those of a kind stand
// together, so that who ranks people does not pass over patents. The places of a
// View are those of its segments, one after the other.
package postings

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// MaxKinds is how many kinds of documents there can be, 0 being none.
const MaxKinds = 16

// MaxTexts is how many fields can have lengths.
const MaxTexts = 3

// Layout says how an index lays out what is kept of it.
type Layout struct {
	Kind    string   // the field of a document's kind
	Kinds   []string // the kinds; a kind's number is 1 + its place here
	Counted int      // the kind that frequencies are also told of
	// Fields are those whose terms are asked for. Of the first Texts of them the
	// lengths are known, by the norm of the term Everything.
	Fields     []string
	Texts      int
	Everything string
	// Columns are the fields of which is asked what a document has.
	Columns []string
}

// Cache keeps what was read of the segments of one index. It is safe for
// concurrent use.
type Cache struct {
	layout Layout
	budget int64        // for a Share of documents
	used   atomic.Int64 // bytes of lists
	// touched is how many documents and lists were read of the files since their
	// pages were let go.
	touched atomic.Int64
	where   whereabouts

	easing  atomic.Bool
	keeping sync.RWMutex
	kept    []*segment           // those of segments, for ease, which may not wait for mu
	current atomic.Pointer[View] // latest, for the same

	mu       sync.Mutex
	latest   *View
	segments map[uint64]*segment
}

// Share is the stock, in documents, for which a budget is given.
const Share = 200_000

// growth is how much more room each further Share of documents is given, as a part of the
// budget: the lists of rare terms grow, those of terms that nobody asks for are not read.
const growth = .6

// Room gives the bytes that lists may take with a budget and so many documents: the
// budget up to Share, and from there so much more that answers stay as quick.
func Room(budget int64, documents int) int64 {
	more := max(0, float64(documents)/Share-1)
	return budget + int64(growth*more*float64(budget))
}

// Room is that of the latest view.
func (c *Cache) Room() int64 {
	if v := c.current.Load(); v != nil {
		return Room(c.budget, v.size)
	}
	return c.budget
}

// New makes an empty cache; its lists may take Room for budget bytes.
func New(layout Layout, budget int64) *Cache {
	return &Cache{layout: layout, budget: budget, segments: map[uint64]*segment{}}
}

// errForeign is told of a reader that is not scorch's.
var errForeign = errors.New("postings: the index is not of bleve's scorch")

// View gives the newest state of an index, made when it changed since the last
// call. It must be released.
func (c *Cache) View(open func() (index.IndexReader, error)) (*View, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	reader, err := open()
	if err != nil {
		return nil, err
	}
	if c.latest != nil && c.latest.reader == reader {
		reader.Close()
		c.latest.users.Add(1)
		return c.latest, nil
	}
	snapshot, ok := reader.(*scorch.IndexSnapshot)
	if !ok {
		reader.Close()
		return nil, errForeign
	}
	kept := false
	defer func() {
		if !kept { // not on a panic of the library either
			reader.Close()
		}
	}()
	made, err := c.newView(snapshot)
	if err != nil {
		return nil, err
	}
	kept = true
	old := c.latest
	c.latest = made
	c.current.Store(made)
	made.users.Add(2) // the cache's own and the caller's
	if old != nil {
		old.Release()
	}
	c.ease()
	return made, nil
}

// Close forgets everything and lets go of the index; views that are out stay
// good until they are released.
func (c *Cache) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.latest != nil {
		c.latest.Release()
	}
	for _, seg := range c.segments {
		seg.forget(c)
	}
	c.latest, c.segments = nil, map[uint64]*segment{}
	c.current.Store(nil)
}

// Bytes is how much memory the lists take.
func (c *Cache) Bytes() int64 { return c.used.Load() }

// newView joins the segments of a snapshot, reading those that are new.
func (c *Cache) newView(snapshot *scorch.IndexSnapshot) (*View, error) {
	v := &View{cache: c, reader: snapshot, terms: make([]sync.Map, len(c.layout.Fields)), frequencies: make([]sync.Map, len(c.layout.Fields))}
	known := make(map[uint64]*segment, len(c.segments))
	first := uint64(0)
	var fresh []part
	for _, s := range snapshot.Segments() {
		if s.Segment().Count() == 0 {
			continue
		}
		seg, isKnown := c.segments[s.Id()]
		if !isKnown {
			var err error
			if seg, err = c.readSegment(s.Id(), s.Segment()); err != nil {
				return nil, err
			}
		}
		known[s.Id()] = seg
		if deleted := s.Deleted(); deleted != nil && int(deleted.GetCardinality()) > len(seg.graves.order) {
			seg.bury(deleted.ToArray())
		}
		v.parts = append(v.parts, part{segment: seg, source: s.Segment(), first: first, from: v.size, dead: seg.graves, gone: &gone{deleted: s.Deleted(), segment: seg}, dictionaries: newDictionaries(c.layout)})
		if !isKnown {
			fresh = append(fresh, v.parts[len(v.parts)-1])
		}
		v.size += len(seg.numbers)
		first += uint64(len(seg.numbers))
		v.count(seg)
	}
	for id, seg := range c.segments {
		if known[id] == nil {
			seg.forget(c)
		}
	}
	c.segments = known
	c.keeping.Lock()
	c.kept = slices.Collect(maps.Values(known))
	c.keeping.Unlock()
	letPagesGo(fresh) // reading what is known of a segment touches much of it
	return v, nil
}

// ease forgets lists when they take more than they may: first those that were not
// asked for since the last time, then others, until a quarter is free. One at a
// time does so; the segments are those of the latest view.
func (c *Cache) ease() {
	room := c.Room()
	if c.used.Load() <= room || !c.easing.CompareAndSwap(false, true) {
		return
	}
	defer c.easing.Store(false)
	c.keeping.RLock()
	defer c.keeping.RUnlock()
	for round := 0; round < 2 && c.used.Load() > room*3/4; round++ {
		for _, seg := range c.kept {
			seg.sweep(c, room*3/4)
		}
	}
	if v := c.current.Load(); v != nil {
		v.forgetTerms() // they hold on to lists
	}
}

// Asked is a term that was asked for.
type Asked struct {
	Field int // in Layout.Fields
	Term  string
}

// Asked lists the terms that were found and are remembered, each once.
func (c *Cache) Asked() []Asked {
	c.mu.Lock()
	defer c.mu.Unlock()
	seen := map[Asked]bool{}
	var out []Asked
	for _, seg := range c.segments {
		seg.mu.RLock()
		for field, lists := range seg.lists {
			for term, l := range lists {
				if a := (Asked{field, term}); l != nil && !seen[a] {
					seen[a] = true
					out = append(out, a)
				}
			}
		}
		seg.mu.RUnlock()
	}
	return out
}
