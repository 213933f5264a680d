package postings

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// A list gives what it was made of, in blocks sparse and dense, on both sides of
// their borders, and numbers of times that a byte cannot hold.
func TestList(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	const places = 3*blockSize + 100
	for i, share := range []float64{0.00002, 0.01, 0.16, 0.17, 0.33, 0.34, 1, 0.02, 0.2, 0.5} {
		large := 1 // of a hundred: told apart
		if i > 6 {
			large = 60 // so many that all are whole bytes
		}
		want := map[uint32]uint32{}
		var found []occurrence
		for _, place := range random.Perm(places) {
			if random.Float64() < share {
				times := uint32(1 + random.IntN(4))
				if random.IntN(100) < large {
					times = uint32(10 + random.IntN(1000))
				}
				want[uint32(place)] = times
				found = append(found, occurrence{uint32(place), times})
			}
		}
		l := (&desk{found: found}).newList(places)
		for place := range uint32(places) {
			if got := l.times(place); got != want[place] {
				t.Fatalf("share %v: %d times at %d, want %d", share, got, place, want[place])
			}
		}
		for _, s := range [][2]int{{0, places}, {blockSize - 1, blockSize + 1}, {17, 2*blockSize + 5}, {places - 1, places}, {5, 5}} {
			counted, n := 0, 0
			for c := range l.between(s[0], s[1]) {
				counted += c.count()
				for i, times := range c.Times {
					place := uint32(i)
					if c.Places != nil {
						place = uint32(c.Places[i])
					}
					if want := min(want[c.first+place], many); uint32(times) != want {
						t.Fatalf("share %v: %d times at %d of a chunk, want %d", share, times, c.first+place, want)
					}
				}
			}
			for place := range want {
				if s[0] <= int(place) && int(place) < s[1] {
					n++
				}
			}
			if counted != n {
				t.Errorf("share %v: %d places in %v, want %d", share, counted, s, n)
			}
		}
	}
}

var layout = Layout{
	Kind: "kind", Kinds: []string{"need", "result"}, Counted: 1, Fields: []string{"text", "other"}, Texts: 1,
	Everything: "*", Columns: []string{"tag"},
}

// words cuts at spaces and puts * first.
type words struct{}

func (words) Analyze(text []byte) analysis.TokenStream {
	out := analysis.TokenStream{{Term: []byte("*")}}
	for _, w := range splitWords(string(text)) {
		out = append(out, &analysis.Token{Term: []byte(w)})
	}
	return out
}

func splitWords(text string) []string {
	var out []string
	from := 0
	for i := 0; i <= len(text); i++ {
		if i == len(text) || text[i] == ' ' {
			if i > from {
				out = append(out, text[from:i])
			}
			from = i + 1
		}
	}
	return out
}

type whole struct{}

func (whole) Analyze(text []byte) analysis.TokenStream {
	return analysis.TokenStream{{Term: text}}
}

// stock is a real index on disk.
type stock struct {
	t *testing.T
	bleve.Index
	cache *Cache
}

func newStock(t *testing.T, budget int64) stock {
	t.Helper()
	x, err := bleve.NewUsing(t.TempDir()+"/index", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := stock{t, x, New(layout, budget)}
	t.Cleanup(func() { s.cache.Close(); x.Close() })
	return s
}

func (s stock) put(id, kind, text, tag string) {
	s.t.Helper()
	doc := document.NewDocument(id)
	doc.AddField(document.NewTextFieldCustom("kind", nil, []byte(kind), index.IndexField, whole{}))
	doc.AddField(document.NewTextFieldCustom("text", nil, []byte(text), index.IndexField, words{}))
	doc.AddField(document.NewTextFieldCustom("tag", nil, []byte(tag), index.IndexField, whole{}))
	doc.AddField(document.NewTextFieldCustom("kept", nil, []byte("of "+id), index.StoreField, nil))
	batch := s.NewBatch()
	if err := batch.IndexAdvanced(doc); err != nil {
		s.t.Fatal(err)
	}
	if err := s.Batch(batch); err != nil {
		s.t.Fatal(err)
	}
}

func (s stock) view() *View {
	s.t.Helper()
	v, err := s.cache.View(func() (index.IndexReader, error) {
		advanced, err := s.Advanced()
		if err != nil {
			return nil, err
		}
		return advanced.Reader()
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(v.Release)
	return v
}

// A view counts, measures and finds what lives, each document under one place;
// an older view goes on as it was.
func TestView(t *testing.T) {
	t.Parallel()
	s := newStock(t, 1<<20)
	s.put("a", "result", "x x y", "red")
	s.put("b", "need", "x", "blue")
	s.put("c", "result", "y y y y y", "red")
	old := s.view()
	s.put("a", "result", "z", "green")
	if err := s.Delete("b"); err != nil {
		t.Fatal(err)
	}
	v := s.view()
	check := func(v *View, want string) {
		t.Helper()
		x, err := v.Term(0, "x")
		y, err2 := v.Term(0, "y")
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		got := fmt.Sprintf("live %d results %d; x %d (%d needs) y %d; mean %.1f", v.Live(-1), v.Live(2), x.Documents, x.Counted, y.Documents, v.Mean(0, 2))
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	check(old, "live 3 results 2; x 2 (1 needs) y 2; mean 5.0")
	check(v, "live 2 results 2; x 0 (0 needs) y 1; mean 4.0")
	check(old, "live 3 results 2; x 2 (1 needs) y 2; mean 5.0")
	seen := map[string]bool{}
	dead := map[int]bool{}
	for place := range v.Dead() {
		dead[place] = true
	}
	for place := range v.Size() {
		id, err := v.ID(place)
		if err != nil {
			t.Fatal(err)
		}
		if dead[place] {
			continue
		}
		tags, err := v.Values(0, place)
		kept, err2 := stored(v, place)
		if err != nil || err2 != nil || v.Place(v.Number(place)) != place || kept != "of "+id {
			t.Errorf("%s at %d: %v, %v, %q", id, place, err, err2, kept)
		}
		seen[fmt.Sprint(id, v.KindOf(place), v.Length(0, place), tags)] = true
	}
	if !seen["a2 2 [green]"] || !seen["c2 6 [red]"] || len(seen) != 2 {
		t.Errorf("%v", seen)
	}
	var living []int32
	for place := range v.Size() {
		if !dead[place] {
			living = append(living, int32(place))
		}
	}
	if counts, err := v.Count(0, living); err != nil || len(counts) != 2 || counts["red"] != 1 || counts["green"] != 1 {
		t.Errorf("%v, %v", counts, err)
	}
}

// Lists that nobody asks for any more are forgotten when the memory is used up,
// and those of a segment that is gone.
func TestForgetting(t *testing.T) {
	t.Parallel()
	s := newStock(t, 500)
	for i := range 8 {
		s.put(fmt.Sprint(i), "result", fmt.Sprintf("common word%d", i), "red")
		v := s.view()
		for j := range 8 {
			if _, err := v.Term(0, fmt.Sprintf("word%d", j)); err != nil {
				t.Fatal(err)
			}
		}
		if common, err := v.Term(0, "common"); err != nil || common.Documents != i+1 {
			t.Fatalf("%+v, %v", common, err)
		}
	}
	if s.cache.Bytes() == 0 || len(s.cache.Asked()) == 0 {
		t.Error("nothing is remembered")
	}
	s.put("last", "result", "common", "red")
	s.view()
	s.put("very last", "result", "common", "red")
	s.view()
	if got := s.cache.Bytes(); got > 500 {
		t.Errorf("%d bytes are remembered", got)
	}
	s.cache.Close()
	if got := s.cache.Bytes(); got != 0 {
		t.Errorf("%d bytes after closing", got)
	}
}

// A larger stock is given more room, so that its lists need not be read anew for each
// question; a stock of up to 200,000 documents what was asked for.
func TestRoom(t *testing.T) {
	t.Parallel()
	for documents, want := range map[int]int64{0: 100, Share: 100, 2 * Share: 160, 5 * Share: 340} {
		if got := Room(100, documents); got != want {
			t.Errorf("%d documents: %d, want %d", documents, got, want)
		}
	}
	s := newStock(t, 100)
	if got := s.cache.Room(); got != 100 {
		t.Errorf("without a view: %d", got)
	}
	s.cache.current.Store(&View{size: 2 * Share})
	if got := s.cache.Room(); got != 160 {
		t.Errorf("of the view: %d", got)
	}
}

// Searches alone, without a single save, keep to the budget, however many words
// they ask for that nobody has; and not everything is forgotten for it.
func TestBudgetHoldsWithoutSaves(t *testing.T) {
	t.Parallel()
	const budget = 20_000
	s := newStock(t, budget)
	text := ""
	for i := range 300 {
		text += fmt.Sprintf("word%d ", i)
	}
	s.put("a", "result", text, "red")
	v := s.view()
	for i := range 3000 {
		if _, err := v.Term(0, fmt.Sprintf("word%d", i)); err != nil {
			t.Fatal(err)
		}
		if got := s.cache.Bytes(); got > budget+1000 {
			t.Fatalf("%d bytes after %d words", got, i)
		}
	}
	held := int64(0) // by the view, for as long as nothing is saved
	v.terms[0].Range(func(word, term any) bool {
		for _, l := range term.(Term).lists {
			held += l.bytes(word.(string))
		}
		return true
	})
	if held > budget+1000 {
		t.Errorf("the view holds on to %d bytes", held)
	}
	if got := s.cache.Bytes(); got < budget/4 {
		t.Errorf("only %d bytes are left", got)
	}
}

// stored reads the kept field of a document.
func stored(v *View, place int) (kept string, err error) {
	err = v.Stored(place, "kept", func(value []byte) error {
		kept = string(value)
		return nil
	})
	return kept, err
}

// Who asks for a list that is being read waits until it is there.
func TestClaim(t *testing.T) {
	t.Parallel()
	s := &segment{lists: []map[string]*list{{}}}
	of := Asked{0, "w"}
	mine, _ := s.claim(of)
	if mine == nil {
		t.Fatal("the first does not read it")
	}
	again, coming := s.claim(of)
	if again != nil {
		t.Fatal("two read it")
	}
	select {
	case <-coming:
		t.Error("it is there before it was read")
	default:
	}
	if other, _ := s.claim(Asked{0, "v"}); other == nil {
		t.Error("another list waits for it")
	}
	s.lists[0]["w"] = &list{}
	mine()
	<-coming
	if late, there := s.claim(of); late != nil {
		t.Error("it is read again")
	} else {
		<-there
	}
}

// Many who ask for the same cold lists at once get them.
func TestListsAreReadSideBySide(t *testing.T) {
	t.Parallel()
	s := newStock(t, 1<<20)
	for i := range 60 {
		s.put(fmt.Sprint(i), "result", fmt.Sprintf("w%d w%d common", i%7, i%5), "")
	}
	alone := s.view()
	defer alone.Release()
	terms := []string{"w0", "w1", "w2", "w3", "w4", "w5", "w6", "common", "none"}
	want := map[string]int{}
	for _, term := range terms {
		found, err := alone.Term(0, term)
		if err != nil {
			t.Fatal(err)
		}
		want[term] = found.Documents
	}
	for range 20 {
		cache := New(layout, 1<<20)
		v, err := cache.newView(alone.reader)
		if err != nil {
			t.Fatal(err)
		}
		if !v.Cold(0, "w3") || !v.Cold(0, "none") {
			t.Fatal("what nobody asked for is in memory")
		}
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for _, term := range terms {
					if found, err := v.Term(0, term); err != nil || found.Documents != want[term] {
						t.Errorf("%s: %d documents, %v, want %d", term, found.Documents, err, want[term])
					}
				}
			})
		}
		wait.Wait()
		if v.Cold(0, "w3") || v.Cold(0, "none") {
			t.Error("what was asked for is cold")
		}
		if got, want := cache.Bytes(), s.cache.Bytes(); got != want {
			t.Errorf("%d bytes for what takes %d", got, want)
		}
	}
}
