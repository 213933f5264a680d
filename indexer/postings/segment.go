package postings

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// segment is what is known of one segment of the index.
type segment struct {
	id       uint64              // no other segment of the index has it, nor ever had
	numbers  []uint32            // place → number in the segment
	places   []uint32            // and back
	kinds    [MaxKinds + 1]int   // places [kinds[k], kinds[k+1]) are of kind k
	lengths  [MaxTexts][]float32 // by place, in terms; 0 without the text
	shortest [MaxTexts][MaxKinds]float32
	counts   tally                    // of all documents, gone or not
	ids      []atomic.Pointer[string] // by place, once asked for

	graves graves
	lost   tally // of the buried

	columns columns
	others  *roaring.Bitmap // numbers of those that are not of the counted kind, once asked for

	mu      sync.RWMutex
	lists   []map[string]*list      // by field
	dropped bool                    // forgotten for good
	coming  map[Asked]chan struct{} // lists that are being read, each closed when it is there
	read    sync.Mutex              // the dictionaries are for one at a time
}

// tally counts documents and adds up their lengths, by kind.
type tally struct {
	documents [MaxKinds]int
	lengths   [MaxTexts][MaxKinds]float64
}

func (c *Cache) readSegment(id uint64, source segments.Segment) (*segment, error) {
	n := int(source.Count())
	s := &segment{
		id: id, numbers: make([]uint32, 0, n), places: make([]uint32, n), ids: make([]atomic.Pointer[string], n),
		lists: make([]map[string]*list, len(c.layout.Fields)), columns: columns{read: make([]*column, len(c.layout.Columns))},
	}
	for i := range s.lists {
		s.lists[i] = map[string]*list{}
	}
	kinds := make([]uint8, n)
	dictionary, err := source.Dictionary(c.layout.Kind)
	if err != nil {
		return nil, err
	}
	for i, kind := range c.layout.Kinds {
		if err := each(dictionary, kind, false, func(p segments.Posting) { kinds[p.Number()] = uint8(i + 1) }); err != nil {
			return nil, err
		}
	}
	for kind := range MaxKinds {
		s.kinds[kind] = len(s.numbers)
		for number, k := range kinds {
			if int(k) == kind {
				s.places[number] = uint32(len(s.numbers))
				s.numbers = append(s.numbers, uint32(number))
			}
		}
		s.counts.documents[kind] = len(s.numbers) - s.kinds[kind]
	}
	s.kinds[MaxKinds] = len(s.numbers)
	return s, s.readLengths(c.layout, source)
}

func (s *segment) readLengths(layout Layout, source segments.Segment) error {
	for text := range layout.Texts {
		lengths := make([]float32, len(s.numbers))
		dictionary, err := source.Dictionary(layout.Fields[text])
		if err != nil {
			return err
		}
		err = each(dictionary, layout.Everything, true, func(p segments.Posting) {
			norm := p.Norm()
			lengths[s.places[p.Number()]] = float32(math.Round(1 / (norm * norm))) // whole, so that sums do not depend on their order
		})
		if err != nil {
			return err
		}
		s.lengths[text] = lengths
		for kind := range MaxKinds {
			of := lengths[s.kinds[kind]:s.kinds[kind+1]]
			for _, length := range of {
				s.counts.lengths[text][kind] += float64(length)
			}
			if len(of) > 0 {
				s.shortest[text][kind] = slices.Min(of)
			}
		}
	}
	return nil
}

// each visits the postings of a term, deleted documents too.
func each(dictionary segments.TermDictionary, term string, norms bool, use func(segments.Posting)) error {
	found, err := dictionary.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return err
	}
	return visit(found, norms, use)
}

func visit(found segments.PostingsList, norms bool, use func(segments.Posting)) error {
	it := found.Iterator(true, norms, false, nil)
	for {
		next, err := it.Next()
		if err != nil || next == nil {
			return err
		}
		use(next)
	}
}

// bury notes the documents that were deleted since the last view; more and more
// of a segment's are.
func (s *segment) bury(deleted []uint32) {
	now := s.graves.more(len(s.numbers))
	for _, number := range deleted {
		place := s.places[number]
		if now.has(place) {
			continue
		}
		now.add(place)
		kind := s.kindOf(int(place))
		s.lost.documents[kind]++
		for text := range s.lengths {
			if s.lengths[text] != nil {
				s.lost.lengths[text][kind] += float64(s.lengths[text][place])
			}
		}
	}
	s.graves = now
}

func (s *segment) kindOf(place int) int {
	kind := 0
	for place >= s.kinds[kind+1] {
		kind++
	}
	return kind
}

// list gives the postings of a term, nil when the segment has none. Who asks for one that
// somebody reads already waits for it; others are read meanwhile.
func (s *part) list(c *Cache, field int, term string) (*list, error) {
	for {
		if have, known := s.known(field, term); known {
			have.touch()
			return have, nil
		}
		mine, coming := s.claim(Asked{field, term})
		if mine == nil {
			<-coming
			continue
		}
		return s.readClaimed(c, field, term, mine)
	}
}

// claim makes the caller the one who reads a list, and gives what ends that; or gives what
// to wait for while another reads it, or has just read it.
func (s *segment) claim(of Asked) (mine func(), coming <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if coming := s.coming[of]; coming != nil {
		return nil, coming
	}
	done := make(chan struct{})
	if _, known := s.lists[of.Field][of.Term]; known {
		close(done)
		return nil, done
	}
	if s.coming == nil {
		s.coming = map[Asked]chan struct{}{}
	}
	s.coming[of] = done
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.coming, of)
		close(done)
	}, nil
}

func (s *part) readClaimed(c *Cache, field int, term string, done func()) (*list, error) {
	defer done() // also when the library panics
	made, err := s.readList(c.layout, field, term)
	if err != nil {
		return nil, err
	}
	c.touched.Add(1 + int64(made.length()/perRead))
	s.keep(c, field, term, made)
	c.ease()
	return made, nil
}

// keep remembers a list, unless the segment is no more.
func (s *segment) keep(c *Cache, field int, term string, made *list) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.dropped {
		s.lists[field][strings.Clone(term)] = made
		c.used.Add(made.bytes(term))
	}
}

func (s *part) readList(layout Layout, field int, term string) (*list, error) {
	found, err := s.lookUp(layout, field, term)
	if err != nil || found.Count() == 0 {
		return nil, err
	}
	desk := desks.Get().(*desk)
	defer desks.Put(desk)
	desk.found = desk.found[:0]
	err = visit(found, false, func(p segments.Posting) {
		desk.found = append(desk.found, occurrence{s.places[p.Number()], uint32(p.Frequency())})
	})
	if err != nil || len(desk.found) == 0 {
		return nil, err
	}
	return desk.newList(len(s.numbers)), nil
}

// lookUp opens the postings of a term, of deleted documents too.
func (s *part) lookUp(layout Layout, field int, term string) (segments.PostingsList, error) {
	s.read.Lock()
	defer s.read.Unlock()
	return s.postings(layout, field, term, nil)
}

// sweep forgets lists that were not asked for since the last sweep, until no more
// than enough bytes are used.
func (s *segment) sweep(c *Cache, enough int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, lists := range s.lists {
		for term, l := range lists {
			if c.used.Load() <= enough {
				return
			}
			if l == nil || !l.asked.Swap(false) {
				delete(lists, term)
				c.used.Add(-l.bytes(term))
			}
		}
	}
}

// forget gives back the memory of a segment that is no more.
func (s *segment) forget(c *Cache) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropped = true
	for _, lists := range s.lists {
		for term, l := range lists {
			c.used.Add(-l.bytes(term))
		}
		clear(lists)
	}
}
