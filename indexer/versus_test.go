package indexer

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

var (
	versusFor  = flag.Duration("versus", 0, "how long the fast path is held against brute force; 0: a few corpora")
	versusSeed = flag.Uint64("versus.seed", 1, "the first seed")
)

// The fast path finds what brute force over bleve's readers finds, with the same
// scores, on random corpora that are written, changed and deleted bit by bit.
func TestVersusBruteForce(t *testing.T) {
	t.Parallel()
	seeds := uint64(6)
	if testing.Short() {
		seeds = 2
	}
	until := time.Now().Add(*versusFor)
	asked, pruned, spared := 0, 0, 0
	for seed := *versusSeed; seed < *versusSeed+seeds || time.Now().Before(until); seed++ {
		a, p, s := versus(t, seed)
		asked, pruned, spared = asked+a, pruned+p, spared+s
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if asked < 40*int(seeds) || pruned < asked/20 || spared < asked/20 {
		t.Errorf("%d requests, of which %d looked at contenders only; %d typed texts were added to few", asked, pruned, spared)
	}
}

// bout is one random corpus under test.
type bout struct {
	*rand.Rand
	x     *Index
	words []string
	live  []string // ids
	rev   int64
}

func versus(t *testing.T, seed uint64) (asked, pruned, spared int) {
	b := &bout{Rand: rand.New(rand.NewPCG(seed, 0))}
	for range 200 {
		b.words = append(b.words, b.word(1+b.IntN(3)))
	}
	b.words = append(b.words, realWords...)
	b.Shuffle(len(b.words), func(i, j int) { b.words[i], b.words[j] = b.words[j], b.words[i] })
	memory := []int64{DefaultMemory, 1 << 12}[b.IntN(2)] // little: lists come and go
	x, err := Open(t.TempDir(), Options{Cutter: cutter(), Memory: memory, Related: b.related()})
	if err != nil {
		t.Fatal(err)
	}
	if x.Related().Words == 0 {
		t.Fatal("the related words are not read")
	}
	defer x.Close()
	b.x = x
	for range 12 {
		b.write(t)
		for range 4 {
			asked++
			if b.ask(t) {
				pruned++
			}
			if b.search(t) {
				spared++
			}
		}
	}
	return asked, pruned, spared
}

// word makes a word of n characters, some of which are far more frequent.
func (b *bout) word(n int) string {
	const alphabet = "设备轴承焊接变形温度控制磨削曲轴振动换流阀漆雾回收材料刀具寿命精度检测数控机床"
	runes := []rune(alphabet)
	var out []rune
	for range n {
		out = append(out, runes[int(float64(len(runes))*math.Pow(b.Float64(), 2))])
	}
	return string(out)
}

func (b *bout) text(words int) string {
	var out strings.Builder
	for range words {
		out.WriteString(b.words[int(float64(len(b.words))*math.Pow(b.Float64(), 2))])
		switch b.IntN(12) {
		case 0:
			out.WriteString("，")
		case 1:
			fmt.Fprintf(&out, " %d mm ", b.IntN(20))
		}
	}
	return out.String()
}

// realWords are known to the segmenter; some of them keep each other's company.
var realWords = strings.Fields("设备 轴承 焊接 变形 温度 控制 磨削 曲轴 振动 回收 材料 刀具 寿命 精度 检测 数控 机床")

// related makes a list of related words.
func (b *bout) related() []byte {
	var lines []string
	for i, word := range realWords {
		if i%2 == 0 {
			lines = append(lines, fmt.Sprintf("%s\t%s\t0.9\t%s\t0.75\n", word, realWords[(i+3)%len(realWords)], realWords[(i+5)%len(realWords)]))
		}
	}
	slices.Sort(lines)
	return fmt.Appendf(nil, "hongniang-related\t1\t%d\t0\t0\n%s", len(lines), strings.Join(lines, ""))
}

var versusKinds = []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio, catalog.KindNeed}

// write puts a batch of new and changed documents into the index and deletes
// some.
func (b *bout) write(t *testing.T) {
	b.rev++
	var changes []change
	for range []int{1, 5, 40, 300}[b.IntN(4)] {
		id := fmt.Sprintf("%s/%d-%d", versusKinds[b.IntN(len(versusKinds))], b.rev, len(changes))
		b.live = append(b.live, id)
		changes = append(changes, b.change(id))
	}
	seen := map[string]bool{}
	for range b.IntN(1 + len(b.live)/4) {
		at := b.IntN(len(b.live))
		id := b.live[at]
		if seen[id] {
			continue
		}
		seen[id] = true
		c := b.change(id)
		if b.IntN(3) == 0 {
			c.doc = nil
		}
		changes = append(changes, c)
	}
	if err := b.x.apply(t.Context(), changes, nil); err != nil {
		t.Fatal(err)
	}
}

func (b *bout) change(id string) change {
	kind, _ := search.SplitID(id)
	words := 1 + b.IntN(60)
	if b.IntN(30) == 0 {
		words = 3000
	}
	doc := search.Document{ID: id, Kind: kind, Code: id, Title: b.text(1 + b.IntN(5)), Text: b.text(words), Rev: b.rev}
	doc.Types, doc.Region = []string{fmt.Sprint(b.IntN(3)), fmt.Sprint(b.IntN(20))}, fmt.Sprintf("37%02d%02d", b.IntN(4), b.IntN(4))
	doc.Year, doc.Date, doc.Orgs = 2015+b.IntN(12), []string{"", "2026-01-0" + fmt.Sprint(1+b.IntN(9))}[b.IntN(2)], []string{fmt.Sprint("示例厂", b.IntN(40))}
	for range b.IntN(3) {
		doc.People = append(doc.People, search.Person{Code: fmt.Sprint(b.IntN(5))})
	}
	return change{id: id, rev: b.rev, doc: &doc}
}

// ask ranks a random need both ways, and tells whether the fast one left
// anything out.
func (b *bout) ask(t *testing.T) (pruned bool) {
	req := search.RankRequest{
		Clauses: []search.Clause{{Text: b.text(1 + b.IntN(8)), Weight: 1}, {Text: b.text(1 + b.IntN(120)), Weight: 0.4}},
		Top:     []int{1, 10, 200}[b.IntN(3)],
		Scoring: search.Scoring{Words: 0.5, Bigrams: 1, Characters: 0.8, K1: 1.2, B: []float64{0.5, 0.75, 1}[b.IntN(3)], IDFPower: 1.25, Repeat: 0.7, NeedPower: 0.5 * float64(b.IntN(2)), Related: 0.5},
		Backs:   b.IntN(2) == 0,
	}
	for range b.IntN(2) * 8 {
		if id := b.live[b.IntN(len(b.live))]; !slices.Contains(req.Also, id) {
			req.Also = append(req.Also, id)
		}
	}
	for _, kind := range versusKinds {
		if b.IntN(2) == 0 {
			req.Kinds = append(req.Kinds, kind)
		}
	}
	var fast, plain search.Ranking
	err := b.x.state(t.Context(), func(st state) (err error) {
		r := newRanker(st.view, req.Kinds, req.Scoring)
		defer r.done()
		r.lookUp = b.IntN(2) * lookUp // every second time the contenders alone as soon as it is safe
		if fast, err = b.x.rank(t.Context(), r, req); err != nil {
			return err
		}
		pruned = r.pruned
		plain, err = b.plainly(t.Context(), st.reader, req)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, req, plain, fast)
	return pruned
}

// search asks a random query both ways, and tells whether the fast one added some
// of its terms to few documents only.
func (b *bout) search(t *testing.T) (spared bool) {
	text := b.text(1 + b.IntN(16))
	req := search.Request{
		Query: text + []string{"", "", " -焊接", " person:2", " year:2018..2022"}[b.IntN(5)], Page: 1 + b.IntN(3), Size: 1 + b.IntN(20),
		Facets: true, Snippets: b.IntN(2) == 0, Filters: map[search.Facet][]string{},
	}
	if b.IntN(3) == 0 {
		req.Sort = search.ByDate
	}
	if b.IntN(3) == 0 {
		req.Kinds = versusKinds[:1+b.IntN(3)]
	}
	if b.IntN(4) == 0 {
		req.Filters[search.FacetType] = []string{"1"}
	}
	q := search.ParseQuery(req.Query)
	var fast, plain search.Response
	b.x.lookUp = b.IntN(2) * lookUp // every second time a few as soon as it is safe
	err := b.x.state(t.Context(), func(st state) error {
		r := newRanker(st.view, nil, searchScoring)
		defer r.done()
		r.lookUp = b.x.lookUp
		if _, _, err := b.x.answers(t.Context(), r, q.Text, wish{top: req.Size}); err != nil {
			return err
		}
		spared = r.pruned
		return b.x.collect(t.Context(), st, q, req, &fast)
	})
	if err == nil {
		err = b.x.collectPlainly(t.Context(), q, req, &plain)
	}
	if err != nil {
		t.Fatal(err)
	}
	// Where scores differ by rounding only, either order will do.
	for i := range min(len(plain.Hits), len(fast.Hits)) {
		if p, f := plain.Hits[i], &fast.Hits[i]; p.ID != f.ID && req.Sort != search.ByDate && math.Abs(p.Score-f.Score) < 1e-5*p.Score {
			*f = p
		}
	}
	if diff := cmp.Diff(plain, fast, cmpopts.EquateApprox(1e-5, 0), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%+v (-plain +fast)\n%s", req, diff)
	}
	return spared
}

func (b *bout) plainly(ctx context.Context, r index.IndexReader, req search.RankRequest) (search.Ranking, error) {
	shot, err := newSnapshot(ctx, r)
	if err != nil {
		return search.Ranking{}, err
	}
	return b.x.rankPlainly(ctx, plainStock{shot, r}, req)
}

// same fails unless two rankings agree but for rounding: documents of the same
// score may stand in another order.
func same(t *testing.T, req search.RankRequest, want, got search.Ranking) {
	t.Helper()
	if math.Abs(want.Ideal-got.Ideal) > 1e-6*want.Ideal || len(want.Hits) != len(got.Hits) {
		t.Errorf("ideal %v and %d hits, want %v and %d", got.Ideal, len(got.Hits), want.Ideal, len(want.Hits))
		return
	}
	scores, backs := map[string]float64{}, map[string][]string{}
	for _, hit := range got.Hits {
		scores[hit.ID], backs[hit.ID] = hit.Score, hit.Backs
	}
	for i, hit := range want.Hits {
		if math.Abs(hit.Score-got.Hits[i].Score) > 1e-4*hit.Score {
			t.Errorf("rank %d scores %v, want %v", i+1, got.Hits[i].Score, hit.Score)
		}
		have, found := scores[hit.ID]
		slices.Sort(hit.Backs)
		if found && !slices.Equal(hit.Backs, backs[hit.ID]) {
			t.Errorf("%s is backed by %v, want %v", hit.ID, backs[hit.ID], hit.Backs)
		}
		last := want.Hits[min(req.Top, len(want.Hits))-1].Score
		if !found && hit.Score > last*(1+1e-4) || found && math.Abs(have-hit.Score) > 1e-4*hit.Score {
			t.Errorf("%s has %v (%v), want %v", hit.ID, have, found, hit.Score)
		}
	}
}
