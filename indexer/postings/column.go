package postings

import (
	"sync"

	segments "github.com/blevesearch/scorch_segment_api/v2"
)

// column is, the other way round than postings, which terms of a field each
// document of a segment has: for fields of few short values.
type column struct {
	terms []string // sorted
	from  []uint32 // places → where their values begin; one more than places
	of    []uint32 // values, as places in terms
}

// columns are those of a segment, nil until they are read.
type columns struct {
	mu   sync.Mutex
	read []*column
}

// column reads a field of Layout.Columns, once; what fails is tried again.
func (s *segment) column(c *Cache, source segments.Segment, field int) (*column, error) {
	s.columns.mu.Lock()
	defer s.columns.mu.Unlock()
	if s.columns.read[field] == nil {
		made := &column{}
		if err := made.fill(s, source, c.layout.Columns[field]); err != nil {
			return nil, err
		}
		s.columns.read[field] = made
	}
	return s.columns.read[field], nil
}

func (c *column) fill(s *segment, source segments.Segment, field string) error {
	dictionary, err := source.Dictionary(field)
	if err != nil {
		return err
	}
	type value struct{ place, term uint32 }
	var values []value
	c.from = make([]uint32, len(s.numbers)+1)
	for all := dictionary.AutomatonIterator(nil, nil, nil); ; {
		entry, err := all.Next()
		if err != nil {
			return err
		}
		if entry == nil {
			break
		}
		err = each(dictionary, entry.Term, false, func(p segments.Posting) {
			place := s.places[p.Number()]
			values = append(values, value{place, uint32(len(c.terms))})
			c.from[place+1]++
		})
		if err != nil {
			return err
		}
		c.terms = append(c.terms, entry.Term)
	}
	for i := range len(s.numbers) {
		c.from[i+1] += c.from[i]
	}
	c.of = make([]uint32, len(values))
	next := append([]uint32(nil), c.from...)
	for _, v := range values {
		c.of[next[v.place]] = v.term
		next[v.place]++
	}
	return nil
}

// Values gives the terms that a document has in a column, given by its place in
// Layout.Columns, in byte order.
func (v *View) Values(field, place int) ([]string, error) {
	p := v.partOf(place)
	col, err := p.column(v.cache, p.source, field)
	if err != nil {
		return nil, err
	}
	of := col.of[col.from[place-p.from]:col.from[place-p.from+1]]
	out := make([]string, len(of))
	for i, term := range of {
		out[i] = col.terms[term]
	}
	return out, nil
}

// Count counts, for the documents of rising places, how many have each term of a
// column.
func (v *View) Count(field int, places []int32) (map[string]int, error) {
	out := map[string]int{}
	at := 0
	for i := range v.parts {
		p := &v.parts[i]
		from, end := at, p.from+len(p.numbers)
		for at < len(places) && int(places[at]) < end {
			at++
		}
		if from == at {
			continue
		}
		col, err := p.column(v.cache, p.source, field)
		if err != nil {
			return nil, err
		}
		counts := make([]int, len(col.terms))
		for _, place := range places[from:at] {
			local := int(place) - p.from
			for _, term := range col.of[col.from[local]:col.from[local+1]] {
				counts[term]++
			}
		}
		for term, n := range counts {
			if n > 0 {
				out[col.terms[term]] += n
			}
		}
	}
	return out, nil
}
