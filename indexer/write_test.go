package indexer

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// What was saved is found before the save is answered; what was changed is
// found under its new words only.
func TestFindWhatWasJustSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.create(t, &catalog.Result{Title: "换流阀水冷管路防振支架", Summary: "减轻阀塔管路振动"}).(*catalog.Result)
	if got := codes(t, w.index, "换流阀"); !slices.Equal(got, []string{rec.Code}) {
		t.Fatalf("after create: %v", got)
	}
	rec.Title = "静电除雾器极线张紧装置"
	if err := w.service.Update(t.Context(), "王", rec); err != nil {
		t.Fatal(err)
	}
	if got := codes(t, w.index, "换流阀"); len(got) != 0 {
		t.Errorf("after update, the old title still finds %v", got)
	}
	if got := codes(t, w.index, "静电除雾器"); !slices.Equal(got, []string{rec.Code}) {
		t.Errorf("after update: %v", got)
	}
}

// Everything that hides a record takes it out of searches, documents and
// suggestions, and what shows it again brings it back.
func TestHideAndShow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rec := w.create(t, &catalog.Result{Title: "曲轴连杆颈随动磨", Keywords: []string{"随动磨削"}}).(*catalog.Result)
	w.create(t, result(7, "另一条"))
	id := search.ID(catalog.KindResult, rec.Code)
	visible := func() bool {
		t.Helper()
		docs, err := w.index.Documents(t.Context(), []string{id, "result/none"})
		if err != nil {
			t.Fatal(err)
		}
		suggested, err := w.index.Suggest(t.Context(), "曲轴", 10)
		if err != nil {
			t.Fatal(err)
		}
		found := finds(t, w.index, "曲轴", rec.Code)
		if _, stored := docs[id]; stored != found || (len(suggested) > 0) != found {
			t.Errorf("found %v, stored %v, suggested %v", found, stored, suggested)
		}
		return found
	}
	update := func(change func(*catalog.Result)) func() error {
		return func() error { change(rec); return w.service.Update(t.Context(), "王", rec) }
	}
	steps := []struct {
		name string
		do   func() error
		want bool
	}{
		{"deleted", func() error {
			_, err := w.service.Delete(t.Context(), "王", catalog.KindResult, rec.Code, 0)
			return err
		}, false},
		{"restored", func() error {
			back, err := w.service.Restore(t.Context(), "王", catalog.KindResult, rec.Code, 0)
			if err == nil {
				rec = back.(*catalog.Result)
			}
			return err
		}, true},
		{"draft", update(func(r *catalog.Result) { r.Status = "draft" }), false},
		{"published", update(func(r *catalog.Result) { r.Status = "published" }), true},
		{"internal", update(func(r *catalog.Result) { r.Visibility = "internal" }), false},
		{"public", update(func(r *catalog.Result) { r.Visibility = "public" }), true},
		{"secret", update(func(r *catalog.Result) { r.Secrecy = "internal" }), false},
	}
	if !visible() {
		t.Fatal("not found at first")
	}
	for _, s := range steps {
		if err := s.do(); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if got := visible(); got != s.want {
			t.Errorf("%s: visible = %v", s.name, got)
		}
	}
}

// Two saves may reach the index in either order: the later revision stays.
func TestApplyInEitherOrder(t *testing.T) {
	t.Parallel()
	first, second := result(1, "老式夹具"), result(1, "先进工艺")
	first.Rev, first.Status, first.Visibility = 1, "published", "public"
	second.Rev, second.Status, second.Visibility = 2, "published", "public"
	for name, batches := range map[string][][]catalog.Record{
		"in order":           {{first}, {second}},
		"reversed":           {{second}, {first}},
		"one batch":          {{first, second}},
		"one batch reversed": {{second, first}},
		"twice":              {{second}, {second}, {first}, {first}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for _, batch := range batches {
				if err := w.index.Apply(t.Context(), batch); err != nil {
					t.Fatal(err)
				}
			}
			if finds(t, w.index, "老式夹具", first.Code) || !finds(t, w.index, "先进工艺", first.Code) {
				t.Error("the older revision won")
			}
		})
	}
}

// canary stands in every field that only staff may see.
const canary = "金丝雀密文"

// No confidential text is in any stored document or dictionary of the index,
// whatever field it was typed into.
func TestConfidentialNeverInTheIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secrets := 0
	for _, kind := range catalog.Kinds() {
		rec, err := catalog.New(kind)
		if err != nil {
			t.Fatal(err)
		}
		secrets += fillSecrets(t, rec)
		m := rec.Base()
		m.Code, m.Rev, m.Status, m.Visibility = "X-"+string(kind), 1, "published", "public"
		m.CreatedBy, m.UpdatedBy, m.ExternalID, m.Source = canary, canary, canary, &catalog.Source{Kind: "api", Ref: canary}
		if n, ok := rec.(*catalog.Need); ok {
			n.Title, n.Confidentiality, n.OwnerOrg = "公开的题目", "summary_only", canary
		}
		if err := w.index.Apply(t.Context(), []catalog.Record{rec}); err != nil {
			t.Fatal(err)
		}
	}
	if secrets < 12 {
		t.Fatalf("only %d secret fields were filled", secrets)
	}
	status, err := w.index.Status(t.Context())
	if err != nil || status.Documents != len(catalog.Kinds()) {
		t.Fatalf("%+v, %v", status, err)
	}
	for where, text := range everything(t, w.index) {
		for _, piece := range []string{canary, "金丝", "丝雀", "密文", "jinsique"} {
			if strings.Contains(text, piece) {
				t.Errorf("%q stands in %s: %q", piece, where, text)
			}
		}
	}
}

// fillSecrets writes the canary into every text inside the secret fields of a
// record, and answers how many.
func fillSecrets(t *testing.T, rec catalog.Record) int {
	t.Helper()
	n := 0
	for _, f := range catalog.Schema(rec.Kind()) {
		if f.Secret != "" {
			n += fill(f.Value(rec))
		}
	}
	return n
}

func fill(v reflect.Value) int {
	switch v.Kind() {
	case reflect.String:
		v.SetString(canary)
		return 1
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		return fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem())
	case reflect.Struct:
		n := 0
		for i := range v.NumField() {
			n += fill(v.Field(i))
		}
		return n
	}
	return 0
}

// everything gives all stored texts and all terms of an index, by place.
func everything(t *testing.T, x *Index) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := x.read(func(r index.IndexReader) error {
		fields, err := r.Fields()
		if err != nil {
			return err
		}
		for _, field := range fields {
			dict, err := r.FieldDict(field)
			if err != nil {
				return err
			}
			for entry, err := dict.Next(); entry != nil; entry, err = dict.Next() {
				if err != nil {
					return err
				}
				out[fmt.Sprintf("field %s, term %q", field, entry.Term)] = entry.Term
			}
		}
		ids, err := r.DocIDReaderAll()
		if err != nil {
			return err
		}
		for {
			id, err := ids.Next()
			if err != nil || id == nil {
				return err
			}
			external, err := r.ExternalID(id)
			if err != nil {
				return err
			}
			doc, err := r.Document(external)
			if err != nil {
				return err
			}
			doc.VisitFields(func(f index.Field) { out["stored "+external+" "+f.Name()] = string(f.Value()) })
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d texts in the index", len(out))
	}
	return out
}

// Random saves in random batches leave the index with the last revision of each
// record: what a fresh index of the same records has.
func TestRandomSaves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	random := rand.New(rand.NewPCG(1, 2))
	words := []string{"曲轴", "磨削", "烧伤", "换流阀", "管路", "振动", "焊接", "飞溅", "齿轮", "热处理"}
	recs := map[int]*catalog.Result{}
	for range 120 {
		n := random.IntN(25)
		rec := recs[n]
		if rec == nil {
			rec = result(n, words[random.IntN(len(words))]+words[random.IntN(len(words))])
			w.create(t, rec)
			recs[n] = rec
			continue
		}
		rec.Title = fmt.Sprintf("%s%s第%d号", words[random.IntN(len(words))], words[random.IntN(len(words))], n)
		rec.Status = []string{"published", "published", "draft"}[random.IntN(3)]
		if err := w.service.Update(t.Context(), "王", rec); err != nil {
			t.Fatal(err)
		}
	}
	fresh := openWorld(t, t.TempDir())
	if err := fresh.index.CatchUp(t.Context(), w.store); err != nil {
		t.Fatal(err)
	}
	for _, word := range words {
		req := search.Request{Query: word, Size: search.MaxSize, Facets: true}
		want, got := ask(t, fresh.index, req), ask(t, w.index, req)
		if diff := cmp.Diff(ids(want), ids(got)); diff != "" {
			t.Errorf("%s: a fresh index answers otherwise:\n%s", word, diff)
		}
		if diff := cmp.Diff(want.Facets, got.Facets); diff != "" {
			t.Errorf("%s: facets of a fresh index differ:\n%s", word, diff)
		}
	}
}

// ids gives the ids of a page of hits, sorted.
func ids(r search.Response) []string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	slices.Sort(out)
	return out
}

// A new index is written in batches side by side: none of its documents is lost, and it
// knows what revision it has of each.
func TestFillLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const documents = 2*fillSize + 7
	err := w.index.Fill(t.Context(), func(each func(search.Document) error) error {
		for i := range documents {
			if err := each(search.Document{ID: fmt.Sprintf("result/CG-%d", i), Kind: catalog.KindResult, Code: fmt.Sprintf("CG-%d", i), Rev: int64(i%3 + 1), Title: fmt.Sprintf("轴承第%d号", i)}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.status(t).Documents; got != documents {
		t.Errorf("%d documents, want %d", got, documents)
	}
	if n := segmentsOf(t, w.index); n != 1 {
		t.Errorf("%d segments: it is not compacted", n)
	}
	for i := range documents {
		id, rev := fmt.Sprintf("result/CG-%d", i), int64(i%3+1)
		if !w.index.has(id, rev) || w.index.has(id, rev+1) {
			t.Fatalf("%s: the index does not know that it has revision %d", id, rev)
		}
	}
}

// A batch of a new index is full of documents or of text, whichever comes first.
func TestFillingBoundsBatches(t *testing.T) {
	t.Parallel()
	many := func(n, size int) []int { return slices.Repeat([]int{size}, n) }
	for name, c := range map[string]struct{ sizes, want []int }{
		"short":             {many(fillSize+500, 10), []int{fillSize, 500}},
		"halves":            {many(5, fillText/2), []int{2, 2, 1}},
		"too long":          {many(3, 2*fillText), []int{1, 1, 1}},
		"one long at last":  {append(many(5, fillText/6), 2*fillText), []int{5, 1}},
		"one long at first": {append(many(1, 2*fillText), many(2, 10)...), []int{1, 2}},
	} {
		var got []int
		f := filling{write: func(changes []change) error { got = append(got, len(changes)); return nil }}
		for _, size := range c.sizes {
			if err := f.add(change{doc: &search.Document{Text: strings.Repeat("x", size)}}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.flush(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: batches of %v, want %v", name, got, c.want)
		}
	}
}

// A text without terms still has the mark, so that its document is counted.
func TestTextWithoutTermsIsMarked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "，。", "\xff"} {
		doc, err := newFieldWriter(cutter()).document(search.Document{ID: "result/CG-1", Title: text, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		marked := 0
		for _, field := range doc.Fields {
			if slices.Contains(textFields, field.Name()) && field.AnalyzedTokenFrequencies()[analysis.Everything] != nil && field.AnalyzedLength() == 1 {
				marked++
			}
		}
		if marked != len(textFields) {
			t.Errorf("%q: %d of %d texts are marked", text, marked, len(textFields))
		}
	}
}
