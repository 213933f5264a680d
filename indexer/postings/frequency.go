package postings

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// What is asked of terms whose lists nobody needs: who weighs a need against one new
// record asks how frequent hundreds of terms are, and which of them the record has. To
// read their lists would drive those out of memory with which everybody else ranks.

// gone are the documents of a part that are left out when its documents are counted.
type gone struct {
	deleted *roaring.Bitmap // by number; nil: none
	segment *segment
	once    sync.Once
	others  *roaring.Bitmap // the deleted ones, and all but those of the counted kind
}

// uncounted gives the documents that are left out when those of the counted kind are
// counted.
func (g *gone) uncounted(counted int) *roaring.Bitmap {
	g.once.Do(func() {
		g.others = g.segment.othersThan(counted)
		if g.deleted != nil {
			g.others = roaring.Or(g.others, g.deleted)
		}
	})
	return g.others
}

// othersThan gives the numbers of the documents that are not of a kind.
func (s *segment) othersThan(kind int) *roaring.Bitmap {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.others == nil {
		of := roaring.BitmapOf(s.numbers[s.kinds[kind]:s.kinds[kind+1]]...)
		s.others = roaring.Flip(of, 0, uint64(len(s.numbers)))
	}
	return s.others
}

// frequency is how many living documents have a term, and how many of those are of the
// counted kind.
type frequency struct{ all, counted int }

// Frequency is in how many living documents a term of a field stands, and in how many of
// the kind that is counted apart; the same as those of Term, without reading its lists.
func (v *View) Frequency(field int, term string) (documents, counted int, err error) {
	if known, ok := v.terms[field].Load(term); ok {
		t := known.(Term)
		return t.Documents, t.Counted, nil
	}
	if known, ok := v.frequencies[field].Load(term); ok {
		f := known.(frequency)
		return f.all, f.counted, nil
	}
	defer v.touch(1)
	var sum frequency
	for i := range v.parts {
		n, err := v.parts[i].frequency(v.cache.layout, field, term)
		if err != nil {
			return 0, 0, err
		}
		sum.all += n.all
		sum.counted += n.counted
	}
	if v.remembered.Add(1) <= mostRemembered {
		v.frequencies[field].Store(term, sum)
	}
	return sum.all, sum.counted, nil
}

func (p *part) frequency(layout Layout, field int, term string) (frequency, error) {
	if l, known := p.known(field, term); known {
		if l == nil {
			return frequency{}, nil
		}
		n := l.live(p.segment, p.dead, layout.Counted)
		return frequency{n.all, n.special}, nil
	}
	p.read.Lock()
	defer p.read.Unlock()
	all, err := p.postings(layout, field, term, p.gone.deleted)
	if err != nil || all.Count() == 0 {
		return frequency{}, err
	}
	n := frequency{all: int(all.Count())}
	of, err := p.postings(layout, field, term, p.gone.uncounted(layout.Counted))
	if err == nil {
		n.counted = int(of.Count())
	}
	return n, err
}

// known gives the list of a term when it was read already.
func (p *part) known(field int, term string) (*list, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	l, known := p.lists[field][term]
	return l, known
}

// postings opens the postings of a term without some documents; p.read is held.
func (p *part) postings(layout Layout, field int, term string, without *roaring.Bitmap) (segments.PostingsList, error) {
	dictionary, err := p.dictionary(layout, field)
	if err != nil {
		return nil, err
	}
	return dictionary.PostingsList([]byte(term), without, nil)
}

// Has tells whether a term stands in the document of a place; no list is read for that.
func (v *View) Has(field int, term string, place int) (bool, error) {
	p := v.partOf(place)
	if l, known := p.known(field, term); known {
		return l != nil && l.times(uint32(place-p.from)) > 0, nil
	}
	defer v.touch(1)
	p.read.Lock()
	defer p.read.Unlock()
	found, err := p.postings(v.cache.layout, field, term, nil)
	if err != nil || found.Count() == 0 {
		return false, err
	}
	number := uint64(p.numbers[place-p.from])
	next, err := found.Iterator(false, false, false, nil).Advance(number)
	return err == nil && next != nil && next.Number() == number, err
}
