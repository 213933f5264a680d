package stock

import (
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// What a plan makes is kept, so that corpora made at two times can be compared.
func TestCorpusGolden(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	lines := NewLines(&b, false)
	pool := poolOf(t, fewEntries()...)
	if err := pool.Each(Plan{Documents: 16, People: 3, Needs: 2, Seed: 7}, lines.Entry); err != nil {
		t.Fatal(err)
	}
	for k := range 3 {
		if err := lines.Query(pool.Need(7, k)); err != nil {
			t.Fatal(err)
		}
	}
	if err := lines.Close(); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/corpus.golden"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The real documents come first and as they are; ids are unique; kinds are as
// many as planned and spread; who is named is there.
func TestCorpusHolds(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	p := Plan{Documents: 4 * pool.Len(), People: pool.Len() / 2, Needs: 50, Seed: 3}
	docs := corpus(t, pool, p)
	kinds, ids, naming := map[catalog.Kind]int{}, map[string]catalog.Kind{}, 0
	for i, e := range docs {
		if i < pool.Len() && (e.ID != pool.entries[i].ID || e.Text != pool.entries[i].Text) {
			t.Fatalf("document %d is not the real one: %+v", i, e)
		}
		if _, twice := ids[e.ID]; twice {
			t.Errorf("%s is there twice", e.ID)
		}
		ids[e.ID] = e.Kind
		kinds[e.Kind]++
	}
	for i, e := range docs[pool.Len():] {
		if e.Kind == catalog.KindResult && len(e.Experts) > 0 {
			naming++
		}
		for _, id := range e.Experts {
			if ids[id] != catalog.KindExpert || len(e.Experts) > 3 {
				t.Errorf("document %d names %v", i, e.Experts)
			}
		}
	}
	want := map[catalog.Kind]int{catalog.KindExpert: p.People, catalog.KindNeed: p.Needs, catalog.KindResult: p.Documents - p.People - p.Needs}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	made := p.Documents - pool.Len() - p.People - p.Needs
	if part := float64(naming) / float64(made); math.Abs(part-named) > 0.05 {
		t.Errorf("%.2f of the new results name people, want about %.2f", part, named)
	}
	half := slices.IndexFunc(docs, func(e collection.Entry) bool { return e.ID == "p000100" })
	if part := float64(half-pool.Len()) / float64(p.Documents-pool.Len()); math.Abs(part-100/float64(p.People)) > 0.01 {
		t.Errorf("people are not spread: the 100th of %d stands at %.2f", p.People, part)
	}
}

func TestSeeds(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	p := Plan{Documents: pool.Len() + 100, People: 10, Seed: 1}
	first := corpus(t, pool, p)
	if diff := cmp.Diff(first, corpus(t, demoPool(t), p)); diff != "" {
		t.Errorf("the same seed makes another corpus:\n%.500s", diff)
	}
	p.Seed = 2
	if other := corpus(t, pool, p); cmp.Equal(first[pool.Len():], other[pool.Len():]) {
		t.Error("another seed makes the same corpus")
	}
}

// profile is what of a corpus decides how much work a search is.
type profile struct {
	mean, p10, p50, p90 float64 // bytes of text
	frequency           map[string]int
}

func profileOf(docs []collection.Entry) profile {
	out := profile{frequency: map[string]int{}}
	var lengths []int
	for _, e := range docs {
		lengths = append(lengths, len(e.Text))
		out.mean += float64(len(e.Text)) / float64(len(docs))
		seen := map[string]bool{}
		for _, term := range zh.Bigrams(e.Title + "\n" + e.Text) {
			if !seen[term.Text] {
				seen[term.Text] = true
				out.frequency[term.Text]++
			}
		}
	}
	slices.Sort(lengths)
	at := func(part float64) float64 { return float64(lengths[int(part*float64(len(lengths)-1))]) }
	out.p10, out.p50, out.p90 = at(.1), at(.5), at(.9)
	return out
}

// New documents are as long as real ones, and their terms as frequent.
func TestCorpusIsLikeRealText(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	docs := corpus(t, pool, Plan{Documents: 3 * pool.Len(), Seed: 1})
	real, made := profileOf(docs[:pool.Len()]), profileOf(docs[pool.Len():])
	near := func(what string, want, got, tolerance float64) {
		t.Helper()
		if math.Abs(got/want-1) > tolerance {
			t.Errorf("%s: %.1f in real documents, %.1f in new ones", what, want, got)
		}
	}
	near("mean length", real.mean, made.mean, 0.05)
	near("length p10", real.p10, made.p10, 0.25)
	near("length p50", real.p50, made.p50, 0.08)
	near("length p90", real.p90, made.p90, 0.08)
	var ratios []float64
	for term, n := range real.frequency {
		if n >= pool.Len()/50 {
			ratios = append(ratios, float64(made.frequency[term])/2/float64(n))
		}
	}
	slices.Sort(ratios)
	if len(ratios) < 100 {
		t.Fatalf("only %d terms are frequent", len(ratios))
	}
	near("median ratio of document frequencies", 1, ratios[len(ratios)/2], 0.15)
	if low, high := ratios[len(ratios)/20], ratios[len(ratios)*19/20]; low < 0.5 || high > 2 {
		t.Errorf("document frequencies of nine tenths of the terms differ by factors of %.2f to %.2f", low, high)
	}
}

func TestMean(t *testing.T) {
	t.Parallel()
	pool := demoPool(t)
	want := 3 * pool.bytes / pool.Len()
	got := profileOf(corpus(t, pool, Plan{Documents: 3 * pool.Len(), Seed: 1, Mean: want})).mean
	if math.Abs(got/float64(want)-1) > 0.05 {
		t.Errorf("texts of %.0f bytes on average, want %d", got, want)
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	pool := poolOf(t, fewEntries()...)
	for code, p := range map[string]Plan{
		"bench.documents": {Documents: 4},
		"bench.people":    {Documents: 8, People: 2, Needs: 2},
		"bench.mean":      {Documents: 8, Mean: 10},
	} {
		err := pool.Each(p, func(collection.Entry) error { t.Error("it makes something"); return nil })
		wantCode(t, err, errs.Invalid, code)
	}
	if err := (Plan{Documents: 5}).check(pool); err != nil {
		t.Errorf("as many as there are real ones: %v", err)
	}
	if err := pool.Each(Plan{Documents: 9, People: -1}, nil); errs.As(err).Code != "bench.people" {
		t.Errorf("fewer than no people: %v", err)
	}
}

// A pool of which nothing can be made still gives documents.
func TestPoorPool(t *testing.T) {
	t.Parallel()
	docs := corpus(t, poolOf(t, collection.Entry{ID: "a"}), Plan{Documents: 20, People: 5, Needs: 5, Seed: 1})
	if len(docs) != 20 {
		t.Errorf("%d documents", len(docs))
	}
	long := strings.Repeat("铸造", 40_000) // one sentence without an end
	for _, e := range corpus(t, poolOf(t, collection.Entry{ID: "a", Title: "铸造", Text: long}), Plan{Documents: 6, Seed: 1}) {
		if len(e.Text) == 0 || len(e.Text) > len(long)+6*longestSentence {
			t.Errorf("a text of %d bytes", len(e.Text))
		}
	}
}

func TestReadPoolRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, data []byte) []string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return []string{path}
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(bytes.Repeat([]byte(`{"id":"a","title":"b"}`+"\n"), 99)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		kind errs.Kind
		code string
	}{
		"empty.jsonl":     {nil, errs.Invalid, "bench.empty"},
		"broken.jsonl.gz": {packed.Bytes()[:packed.Len()-12], errs.Invalid, "collection.gzip"},
		"cut.jsonl":       {[]byte(`{"id":"a"}` + "\n" + `{"id":`), errs.Invalid, "collection.line"},
		"noid.jsonl":      {[]byte(`{"title":"a"}`), errs.Invalid, "collection.no_id"},
		"kind.jsonl":      {[]byte(`{"id":"a","kind":"dragon"}`), errs.Invalid, "bench.kind"},
	} {
		_, err := ReadPool(write(name, c.data))
		wantCode(t, err, c.kind, c.code)
	}
	_, err := ReadPool([]string{filepath.Join(dir, "missing")})
	wantCode(t, err, errs.NotFound, "collection.open")
}

// Two files may use the same ids.
func TestSameIDs(t *testing.T) {
	t.Parallel()
	path := written(t, "a.jsonl", func(l *Lines) error { return l.Entry(collection.Entry{ID: "p000000", Title: "甲"}) })
	pool, err := ReadPool([]string{path, path, path})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, e := range corpus(t, pool, Plan{Documents: 4, People: 1}) {
		ids = append(ids, e.ID)
	}
	if diff := cmp.Diff([]string{"p000000", "p000000-2", "p000000-3", "xp000000"}, ids); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
