package indexer

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"

	"hongniang/indexer/postings"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// collect ranks, restricts, counts and reads the documents of a query with
// something to score, from postings in memory.
func (x *Index) collect(ctx context.Context, st state, q search.Query, req search.Request, out *search.Response) error {
	view := st.view
	found, err := x.found(ctx, view, q, req)
	if err != nil {
		return err
	}
	out.Total = found.all.count()
	if req.Facets {
		if out.Facets, err = countFacets(view, found.all.list(), req.Kinds); err != nil {
			return err
		}
	}
	page, err := paged(view, found.best, req)
	if err != nil {
		return err
	}
	show := newShow(q, req)
	for _, at := range page {
		doc, err := st.at(at.number)
		if err != nil {
			return err
		}
		out.Hits = append(out.Hits, show.hit(doc.Document, float64(at.score)))
	}
	return nil
}

// paged gives the hits of the page that is asked for, in order: by score or by
// date, ties by id.
func paged(view *postings.View, hits []numbered, req search.Request) ([]numbered, error) {
	from, to := (req.Page-1)*req.Size, req.Page*req.Size
	if from >= len(hits) {
		return nil, nil
	}
	keys := make(map[int]string, to)
	compare := func(a, b numbered) int { return cmp.Compare(b.score, a.score) }
	if req.Sort == search.ByDate {
		for _, h := range hits {
			dates, err := view.Values(columnDate, h.number)
			if err != nil {
				return nil, err
			}
			if len(dates) > 0 {
				keys[h.number] = dates[0]
			}
		}
		compare = func(a, b numbered) int { return cmp.Compare(keys[b.number], keys[a.number]) }
	}
	if to < len(hits) && req.Sort != search.ByDate {
		hits = reaching(hits, to)
	}
	slices.SortStableFunc(hits, compare)
	return tiesByID(view, hits, compare, from, min(to, len(hits)))
}

// reaching keeps the hits that score as much as the best n, and their ties.
func reaching(hits []numbered, n int) []numbered {
	scores := make([]float32, len(hits))
	for i, h := range hits {
		scores[i] = h.score
	}
	least := kth(scores, n)
	var out []numbered
	for _, h := range hits {
		if h.score >= least {
			out = append(out, h)
		}
	}
	return out
}

// tiesByID gives the sorted hits [from, to), those that compare equal in the
// order of their ids.
func tiesByID(view *postings.View, hits []numbered, compare func(a, b numbered) int, from, to int) ([]numbered, error) {
	for start := 0; start < to; {
		end := start + 1
		for end < len(hits) && compare(hits[start], hits[end]) == 0 {
			end++
		}
		if end > from && end-start > 1 {
			ids := map[int]string{}
			for _, h := range hits[start:end] {
				id, err := view.ID(h.number)
				if err != nil {
					return nil, err
				}
				ids[h.number] = id
			}
			slices.SortFunc(hits[start:end], func(a, b numbered) int { return cmp.Compare(ids[a.number], ids[b.number]) })
		}
		start = end
	}
	return hits[from:to], nil
}

// countFacets counts the values of all facets among documents by rising places.
func countFacets(view *postings.View, places []int32, kinds []catalog.Kind) (map[search.Facet][]search.FacetCount, error) {
	out := map[search.Facet][]search.FacetCount{}
	for i, f := range search.Facets() {
		counts, err := view.Count(firstFacet+i, places)
		if err != nil {
			return nil, err
		}
		if len(counts) > 0 {
			out[f] = shownFacet(f, counts, kinds)
		}
	}
	return out, nil
}

// shownFacet gives the most frequent values of a facet, years by time.
func shownFacet(f search.Facet, counts map[string]int, kinds []catalog.Kind) []search.FacetCount {
	if f == search.FacetRegion {
		maps.DeleteFunc(counts, func(code string, _ int) bool { return len(code) == 6 && code[4:] != "00" }) // counties are filtered by, but would crowd the list
	}
	var out []search.FacetCount
	least := leastShown(counts)
	for value, n := range counts {
		if n >= least {
			out = append(out, search.FacetCount{Value: value, Count: n})
		}
	}
	slices.SortFunc(out, func(a, b search.FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	out = out[:min(len(out), facetSize)]
	for i := range out {
		out[i].Label = search.FacetLabel(f, out[i].Value, kinds...)
	}
	if f == search.FacetYear {
		slices.SortFunc(out, func(a, b search.FacetCount) int { return cmp.Compare(b.Value, a.Value) })
	}
	return out
}

// leastShown is how many documents a value must have to be among the most
// frequent facetSize: of thousands of organisations only those are sorted.
func leastShown(counts map[string]int) int {
	if len(counts) <= facetSize {
		return 0
	}
	numbers := make([]float32, 0, len(counts))
	for _, n := range counts {
		numbers = append(numbers, float32(min(n, math.MaxInt32)))
	}
	return int(kth(numbers, facetSize))
}

// show makes hits of stored documents.
type show struct {
	marker   *marker
	snippets bool
}

func newShow(q search.Query, req search.Request) show {
	return show{newMarker(q), req.Snippets}
}

func (s show) hit(doc search.Document, score float64) search.Hit {
	hit := search.Hit{Document: doc, Score: score}
	if s.snippets {
		hit.TitleMarks, hit.Snippets = s.marker.marks(doc.Title), s.marker.snippets(doc.Text)
	}
	return hit
}
