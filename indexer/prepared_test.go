package indexer

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// What was worked out of a request is used for the next that has the same texts, and not
// once anything that it depends on is another: other weights, other scoring, other names
// for words.
func TestPreparedIsKept(t *testing.T) {
	t.Parallel()
	x := newWorld(t).index
	clauses := []search.Clause{{Text: "电主轴温升", Weight: 2}, {Text: "径向跳动超差", Weight: 1}}
	first := x.prepare(clauses, searchScoring)
	if again := x.prepare([]search.Clause{clauses[0], clauses[1]}, searchScoring); again != first {
		t.Error("the same texts are prepared again")
	}
	if other := x.prepare([]search.Clause{{Text: "电主轴温升", Weight: 1}, clauses[1]}, searchScoring); other == first {
		t.Error("other weights, and the same is prepared")
	}
	scoring := searchScoring
	scoring.Bigrams = 0
	if other := x.prepare(clauses, scoring); other == first || len(other.terms) >= len(first.terms) {
		t.Error("other scoring, and the same is prepared")
	}
	x.UseSynonyms(zh.ParseSynonyms("电主轴,高速主轴"))
	if other := x.prepare(clauses, searchScoring); other == first {
		t.Error("other names for words, and the same is prepared")
	}
	for i := range 2 * mostRecent {
		x.prepare([]search.Clause{{Text: fmt.Sprint("第", i), Weight: 1}}, searchScoring)
	}
	if len(x.recent.kept) != mostRecent || x.prepare(clauses, searchScoring) == first {
		t.Errorf("%d requests are kept, want the last %d", len(x.recent.kept), mostRecent)
	}
	long := make([]byte, longestRecent+1)
	for i := range long {
		long[i] = 'x'
	}
	whole := []search.Clause{{Text: string(long), Weight: 1}}
	if kept := x.prepare(whole, searchScoring); x.prepare(whole, searchScoring) == kept {
		t.Error("a text of any length is kept")
	}
}

// An explanation is that of the index as it is, whatever was explained before of the
// same texts.
func TestExplanationAfterChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "电主轴温升过高的处理"))
	req := search.RankRequest{Clauses: []search.Clause{{Text: "电主轴温升高", Weight: 1}}, Kinds: []catalog.Kind{catalog.KindResult}, Top: 5}
	why := func(x *Index) search.Explanation {
		t.Helper()
		got, err := x.Explain(t.Context(), req, []string{"result/CG-2026-00001"})
		if err != nil {
			t.Fatal(err)
		}
		return got["result/CG-2026-00001"]
	}
	before := why(w.index)
	for i := range 5 {
		w.create(t, result(2+i, "电主轴轴承换油"))
	}
	after := why(w.index)
	if before.Score == after.Score {
		t.Error("five more documents have the term, and it is worth the same")
	}
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	w.openIndex(t)
	if diff := cmp.Diff(why(w.index), after); diff != "" {
		t.Errorf("an index that never explained before says otherwise:\n%s", diff)
	}
}
