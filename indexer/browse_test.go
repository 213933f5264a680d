package indexer

import (
	"fmt"
	"math"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// Browsing a kind without words has no scores: a term that more documents hold
// than are alive, as after many updates, made them NaN, which JSON cannot say.
func TestBrowseHasNoScores(t *testing.T) {
	w := newWorld(t)
	var recs []catalog.Record
	for i := range 40 {
		recs = append(recs, &catalog.Organisation{Name: fmt.Sprintf("第%d示例厂", i)})
	}
	for range 4 {
		for i, err := range w.service.SaveAll(t.Context(), "王", recs) {
			if err != nil {
				t.Fatal(i, err)
			}
		}
		res := ask(t, w.index, search.Request{Kinds: []catalog.Kind{catalog.KindOrganisation}, Page: 1, Size: 10})
		if res.Total != 40 || len(res.Hits) != 10 {
			t.Fatalf("%d of %d", len(res.Hits), res.Total)
		}
		for _, h := range res.Hits {
			if math.IsNaN(h.Score) || h.Score != 0 {
				t.Fatalf("%s has score %v", h.Code, h.Score)
			}
		}
	}
}
