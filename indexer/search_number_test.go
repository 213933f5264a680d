package indexer

import (
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// The number of a record, of a patent or of a registration is found as it is typed,
// without the name of its field; restrictions by hand stay.
func TestNumbersAreFoundBare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	w.create(t, &catalog.Patent{Meta: catalog.Meta{Code: "ZL-2026-00001"}, Title: "一种套圈滚压装置", ApplicationNo: "202310000001.5", Applicants: []string{"示例机床厂"}})
	for typed, code := range map[string]string{"CG-2026-00001": "CG-2026-00001", "cg-2026-00001": "CG-2026-00001", "202310000001.5": "ZL-2026-00001"} {
		if !finds(t, w.index, typed, code) {
			t.Errorf("%s is not found by %q", code, typed)
		}
	}
	res := ask(t, w.index, search.Request{Query: "202310000001.5", Kinds: []catalog.Kind{catalog.KindResult}})
	if res.Total != 0 || res.Query != "202310000001.5" {
		t.Errorf("%d results for the number of a patent, asked by %q", res.Total, res.Query)
	}
}
