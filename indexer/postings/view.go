package postings

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// View is one state of an index. It is safe for concurrent use until it is
// released.
type View struct {
	cache      *Cache
	reader     *scorch.IndexSnapshot
	parts      []part
	size       int
	live       tally
	users      atomic.Int64
	remembered atomic.Int64
	terms      []sync.Map // by field: term → Term, of those that were asked for
	// frequencies are by field too, of those whose lists were not read.
	frequencies []sync.Map // term → frequency
	absent      sync.Map   // ids that no document has
}

// mostRemembered bounds how many terms, and ids that are not there, a view remembers.
const mostRemembered = 100_000

// part is a segment in a view.
type part struct {
	*segment
	source segments.Segment
	first  uint64 // number of its first document in the index
	from   int    // place of its first document in the view
	dead   graves
	gone   *gone
	// dictionaries are by field, each opened once; whoever reads a list may. The row
	// is made with the part, since parts are copied.
	dictionaries []segments.TermDictionary
}

func newDictionaries(layout Layout) []segments.TermDictionary {
	return make([]segments.TermDictionary, len(layout.Fields))
}

// dictionary opens the terms of a field.
func (p *part) dictionary(layout Layout, field int) (segments.TermDictionary, error) {
	var err error
	if p.dictionaries[field] == nil {
		p.dictionaries[field], err = p.source.Dictionary(layout.Fields[field])
	}
	return p.dictionaries[field], err
}

// count adds the documents of a segment that live.
func (v *View) count(s *segment) {
	for kind := range MaxKinds {
		v.live.documents[kind] += s.counts.documents[kind] - s.lost.documents[kind]
		for text := range MaxTexts {
			v.live.lengths[text][kind] += s.counts.lengths[text][kind] - s.lost.lengths[text][kind]
		}
	}
}

// forgetTerms lets go of the terms that were remembered as a whole.
func (v *View) forgetTerms() {
	for i := range v.terms {
		v.terms[i].Clear()
		v.frequencies[i].Clear()
	}
	v.remembered.Store(0)
}

// Release lets the view go; its user must not touch it any more.
func (v *View) Release() {
	if v.users.Add(-1) == 0 {
		v.reader.Close()
	}
}

// Reader reads the same state of the index.
func (v *View) Reader() index.IndexReader { return v.reader }

// Size is one more than the largest place.
func (v *View) Size() int { return v.size }

// Live counts the documents of a kind, of all kinds for kind < 0.
func (v *View) Live(kind int) int {
	if kind >= 0 {
		return v.live.documents[kind]
	}
	n := 0
	for _, of := range v.live.documents {
		n += of
	}
	return n
}

// Mean is the mean length of a text among the documents of a kind that have it
// or not, in terms; 1 where there is none.
func (v *View) Mean(text, kind int) float64 {
	if v.live.documents[kind] == 0 || v.live.lengths[text][kind] == 0 {
		return 1
	}
	return v.live.lengths[text][kind] / float64(v.live.documents[kind])
}

// Number gives the number that the index's readers know a document by.
func (v *View) Number(place int) uint64 {
	p := v.partOf(place)
	return p.first + uint64(p.numbers[place-p.from])
}

// Place gives the place of a number.
func (v *View) Place(number uint64) int {
	i, found := slices.BinarySearchFunc(v.parts, number, func(p part, n uint64) int { return cmp.Compare(p.first, n) })
	if !found {
		i--
	}
	return v.parts[i].from + int(v.parts[i].places[number-v.parts[i].first])
}

// Stored hands the value of a stored field of a document to read; nil without. It is
// good as long as read runs.
func (v *View) Stored(place int, field string, read func(value []byte) error) error {
	defer v.touch(1)
	p := v.partOf(place)
	found := false
	var failed error
	err := p.source.VisitStoredFields(uint64(p.numbers[place-p.from]), func(name string, _ byte, value []byte, _ []uint64) bool {
		if found = name == field; found {
			failed = read(value)
		}
		return !found
	})
	if err != nil || found {
		return cmp.Or(err, failed)
	}
	return read(nil)
}

// Shortest is the length of the shortest text among the documents of a kind, dead
// ones too; 0 where there is none.
func (v *View) Shortest(text, kind int) float64 {
	out := float32(0)
	for _, p := range v.parts {
		if p.counts.documents[kind] > 0 && (out == 0 || p.shortest[text][kind] < out) {
			out = p.shortest[text][kind]
		}
	}
	return float64(out)
}

// KindOf gives the kind of a document.
func (v *View) KindOf(place int) int {
	p := v.partOf(place)
	return p.kindOf(place - p.from)
}

// Length is the length of a text of a document, in terms.
func (v *View) Length(text, place int) float64 {
	p := v.partOf(place)
	return float64(p.lengths[text][place-p.from])
}

func (v *View) partOf(place int) *part {
	i, found := slices.BinarySearchFunc(v.parts, place, func(p part, at int) int { return p.from - at })
	if !found {
		i--
	}
	return &v.parts[i]
}

// Dead gives the places without a living document.
func (v *View) Dead() iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, p := range v.parts {
			for _, place := range p.dead.order {
				if !yield(p.from + int(place)) {
					return
				}
			}
		}
	}
}

// Span is a row of places of documents of one kind, in one segment and in one
// block of its lists: the scores of its documents fit into a processor's cache.
type Span struct {
	Kind     int
	From, To int
	part     int
}

// Spans lists the places of the wanted kinds, dead ones too, in order.
func (v *View) Spans(wanted [MaxKinds]bool) []Span {
	var out []Span
	for i, p := range v.parts {
		for kind, want := range wanted {
			for from, end := p.kinds[kind], p.kinds[kind+1]; want && from < end; {
				to := min(end, (from/blockSize+1)*blockSize)
				out = append(out, Span{Kind: kind, From: p.from + from, To: p.from + to, part: i})
				from = to
			}
		}
	}
	return out
}

// Term is a term's postings in all segments of a view.
type Term struct {
	view  *View
	lists []*list // by part; nil where it does not stand
	// Documents is in how many living documents it stands, Counted in how many of
	// the kind that is counted apart.
	Documents, Counted int
	// Most is the largest number of times that it stands in one document.
	Most uint32
}

// Term finds a term of a field, given by its place in Layout.Fields.
func (v *View) Term(field int, term string) (Term, error) {
	if known, ok := v.terms[field].Load(term); ok {
		return known.(Term), nil
	}
	t, err := v.find(field, term)
	if err == nil && t.Documents > 0 && v.remembered.Add(1) <= mostRemembered {
		v.terms[field].Store(strings.Clone(term), t)
	}
	return t, err
}

func (v *View) find(field int, term string) (Term, error) {
	defer v.touch(0) // lists note themselves
	t := Term{view: v, lists: make([]*list, len(v.parts))}
	for i := range v.parts {
		p := &v.parts[i]
		l, err := p.list(v.cache, field, term)
		if err != nil {
			return Term{}, err
		}
		if l == nil {
			continue
		}
		t.lists[i] = l
		n := l.live(p.segment, p.dead, v.cache.layout.Counted)
		t.Documents += n.all
		t.Counted += n.special
		t.Most = max(t.Most, l.most)
	}
	return t, nil
}

// Cold tells whether to find a term means reading files.
func (v *View) Cold(field int, term string) bool {
	if _, known := v.terms[field].Load(term); known {
		return false
	}
	return slices.ContainsFunc(v.parts, func(p part) bool {
		_, known := p.known(field, term)
		return !known
	})
}

// Postings is about how many places of a span the term has.
func (t Term) Postings(s Span) int {
	l := t.lists[s.part]
	if l == nil {
		return 0
	}
	return l.size * (s.To - s.From) / max(1, len(t.view.parts[s.part].numbers))
}
