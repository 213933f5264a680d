package indexer

import (
	"context"

	"github.com/blevesearch/bleve/v2"
	bsearch "github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/query"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// bleveQuery joins what is scored with what restricts.
func (x *Index) bleveQuery(q search.Query, req search.Request) query.Query {
	must := restriction(q, req.Kinds, req)
	if !scored(q) {
		if must == nil {
			must = query.NewMatchAllQuery()
		}
		return must
	}
	ranked := &rankedQuery{index: x, text: q.Text}
	if must == nil {
		return ranked
	}
	filtered := query.NewBooleanQuery([]query.Query{ranked}, nil, nil)
	filtered.AddFilter(must) // a boost of 0 instead makes bleve's norm infinite and scores NaN
	return filtered
}

// collectPlainly lets bleve sort, page and count, and reads the page's documents.
func (x *Index) collectPlainly(ctx context.Context, q search.Query, req search.Request, out *search.Response) error {
	br := bleve.NewSearchRequestOptions(x.bleveQuery(q, req), req.Size, (req.Page-1)*req.Size, false)
	br.Fields = []string{fieldStored}
	br.SortBy([]string{"-_score", "_id"})
	if req.Sort == search.ByDate || !scored(q) {
		br.SortBy([]string{"-" + fieldDate, "_id"})
	}
	if !scored(q) {
		br.Score = "none" // bleve's own is NaN where updates leave a term in more documents than live
	}
	if req.Facets {
		for _, f := range search.Facets() {
			br.AddFacet(string(f), bleve.NewFacetRequest(string(f), askedFacets(f)))
		}
	}
	res, err := x.open.SearchInContext(ctx, br)
	if err != nil {
		return err
	}
	out.Total = int(res.Total)
	show := newShow(q, req)
	for _, m := range res.Hits {
		data, _ := m.Fields[fieldStored].(string)
		doc, err := decode([]byte(data))
		if err != nil {
			return err
		}
		out.Hits = append(out.Hits, show.hit(doc.Document, m.Score))
	}
	if req.Facets {
		out.Facets = facetCounts(res.Facets, req.Kinds)
	}
	return nil
}

// askedFacets is how many values of a facet are asked for: of regions more than
// are shown, since counties are left out.
func askedFacets(f search.Facet) int {
	if f == search.FacetRegion {
		return 20 * facetSize
	}
	return facetSize
}

func facetCounts(results bsearch.FacetResults, kinds []catalog.Kind) map[search.Facet][]search.FacetCount {
	out := map[search.Facet][]search.FacetCount{}
	for name, result := range results {
		counts := map[string]int{}
		for _, t := range result.Terms.Terms() {
			counts[t.Term] = t.Count
		}
		if f := search.Facet(name); len(counts) > 0 {
			out[f] = shownFacet(f, counts, kinds)
		}
	}
	return out
}
