package indexer

import (
	"fmt"
	"slices"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// A document that is about a thing comes before one in which the same characters
// are part of another name, though both are as long and as often answer.
func TestWhatStandsAloneComesFirst(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	// But for what stands alone the first would win the tie by its id.
	texts := []string{"医学图像处理系统，金属材料夹具", "金属材料夹具和图像处理，医学系统", "毫不相干，只为凑成三条记录而写"}
	var docs []search.Document
	for i, text := range texts {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Kind: catalog.KindResult, Code: fmt.Sprint(i), Title: "某厂", Text: text, Rev: 1})
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	hits := ask(t, x, search.Request{Query: "图像处理"}).Hits
	if len(hits) != 2 || hits[0].Code != "1" {
		t.Fatalf("%v", hits)
	}
}

// The words with which one asks find nothing by themselves, however often they
// stand in a document.
func TestAskingWordsWeighNothing(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	var docs []search.Document
	for i, text := range []string{"怎么办？如何办？如何怎么办是否可以", "船坞接缝的渗漏另有办法", "毫不相干，只为凑成三条记录而写"} {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Kind: catalog.KindResult, Code: fmt.Sprint(i), Title: "某厂", Text: text, Rev: 1})
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	if hits := ask(t, x, search.Request{Query: "如何防止渗漏，怎么办？"}).Hits; len(hits) != 1 || hits[0].Code != "1" {
		t.Errorf("%v", hits)
	}
	if hits := ask(t, x, search.Request{Query: "怎么办"}).Hits; len(hits) == 0 || hits[0].Code != "0" {
		t.Errorf("asked for alone: %v", hits)
	}
}

// A long question finds what answers its characters in another order, if it does
// so half as well as a short one must.
func TestLongQuestionsFindOtherOrders(t *testing.T) {
	t.Parallel()
	s := &board{scores: []float32{10, 4, 2}, coverage: []float32{3, 0, 0}, whole: 5}
	if long, short := s.covered(false), s.covered(true); len(long) != 2 || len(short) != 1 {
		t.Errorf("%d documents of a long question, %d of a short one", len(long), len(short))
	}
}

// Also when the last of its terms are added to few documents only.
func TestLongQuestionsAreAddedToFew(t *testing.T) {
	t.Parallel()
	x, err := Open(t.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	const question = "船坞闸门橡胶止水渗漏后换新"
	docs := []search.Document{
		{ID: "result/same", Title: "闸门", Text: question},
		{ID: "result/other", Title: "旧件", Text: backwards(question)},
		{ID: "result/one", Title: "旧件", Text: "新旧都可以"},
	}
	for i := range 300 {
		docs = append(docs, search.Document{ID: fmt.Sprint("result/", i), Title: "记录", Text: fmt.Sprintf("第%d页，%s", i, []string{"门后有新水", "水后的门"}[i%2])})
	}
	for i := range docs {
		docs[i].Kind, docs[i].Rev = catalog.KindResult, 1
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	err = x.state(t.Context(), func(st state) error {
		r := newRanker(st.view, nil, searchScoring)
		defer r.done()
		r.lookUp = 0
		out, _, err := x.answers(t.Context(), r, question, wish{top: 1})
		var ids []string
		for _, place := range out.all.list() {
			id, _ := st.view.ID(int(place))
			ids = append(ids, id)
		}
		slices.Sort(ids)
		if want := []string{"result/other", "result/same"}; !r.pruned || !slices.Equal(ids, want) {
			t.Errorf("%v answer, want %v; to few only: %v", ids, want, r.pruned)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func backwards(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}
