package indexer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// brute scores documents by the formula, from their texts alone.
type brute struct {
	docs map[string]search.Document
}

func (b brute) counts(d search.Document) map[string]map[string]int {
	text := d.Title + "\n" + d.Title + "\n" + d.Text
	return map[string]map[string]int{
		fieldWords: count(zh.Words(text, cutter())), fieldBigrams: count(zh.Bigrams(text)), fieldCharacters: count(zh.Characters(text)),
	}
}

// rank gives the score of every document that has one.
func (b brute) rank(req search.RankRequest) map[string]float64 {
	counts := map[string]map[string]map[string]int{}
	df := map[[2]string]int{}
	length, total, number := map[[2]string]float64{}, map[[2]string]float64{}, map[catalog.Kind]float64{}
	for id, d := range b.docs {
		counts[id] = b.counts(d)
		number[d.Kind]++
		for field, terms := range counts[id] {
			n := 1.0 // the term that every document has
			for term, k := range terms {
				n += float64(k)
				df[[2]string{field, term}]++
			}
			length[[2]string{id, field}] = n
			total[[2]string{string(d.Kind), field}] += n
		}
	}
	s, scores := req.Scoring, map[string]float64{}
	needs := map[[2]string]float64{}
	for id, d := range b.docs {
		for field, terms := range counts[id] {
			for term := range terms {
				if d.Kind == catalog.KindNeed {
					needs[[2]string{field, term}]++
				}
			}
		}
	}
	for _, c := range req.Clauses {
		for _, cut := range []struct {
			field  string
			weight float64
			terms  []zh.Term
		}{{fieldWords, s.Words, zh.Words(c.Text, cutter())}, {fieldBigrams, s.Bigrams, zh.Bigrams(c.Text)}, {fieldCharacters, s.Characters, zh.Characters(c.Text)}} {
			for term, times := range count(cut.terms) {
				d, n, all := float64(df[[2]string{cut.field, term}]), needs[[2]string{cut.field, term}], float64(len(b.docs))
				telling := 1.0
				if s.NeedPower > 0 {
					m := number[catalog.KindNeed] + 20
					telling = math.Pow(math.Log(1+(m-n+0.5)/(n+0.5))/math.Log(1+(m+0.5)/0.5), s.NeedPower)
					d, all = d-n, all-number[catalog.KindNeed]
				}
				idf := math.Log(1 + (all-d+0.5)/(d+0.5))
				gain := c.Weight * cut.weight * math.Pow(float64(times), s.Repeat) * math.Pow(idf, s.IDFPower) * telling
				for id, doc := range b.docs {
					tf := float64(counts[id][cut.field][term])
					if tf == 0 || len(req.Kinds) > 0 && !slices.Contains(req.Kinds, doc.Kind) {
						continue
					}
					mean := total[[2]string{string(doc.Kind), cut.field}] / number[doc.Kind]
					relative := length[[2]string{id, cut.field}] / mean
					scores[id] += gain * tf * (s.K1 + 1) / (tf + s.K1*(1-s.B+s.B*relative))
				}
			}
		}
	}
	for _, c := range req.Clauses {
		for word, times := range count(zh.Words(c.Text, cutter())) {
			b.addRelated(req, c.Weight*s.Related*math.Pow(float64(times), s.Repeat), word, scores)
		}
	}
	for id, score := range scores {
		if score <= 0 {
			delete(scores, id)
		}
	}
	return scores
}

// addRelated gives documents without a word the best of its related words. What
// each of them would earn is what a request for it alone earns.
func (b brute) addRelated(req search.RankRequest, weight float64, word string, scores map[string]float64) {
	near := company.Near(word)
	if weight == 0 || len(near) == 0 {
		return
	}
	alone := req.Scoring
	alone.Words, alone.Bigrams, alone.Characters, alone.Related = 1, 0, 0, 0
	best := map[string]float64{}
	for _, n := range near {
		gain := min(b.gain(alone, word), b.gain(alone, n.Word))
		for id, d := range b.docs {
			counts := b.counts(d)[fieldWords]
			if counts[word] > 0 || counts[n.Word] == 0 || len(req.Kinds) > 0 && !slices.Contains(req.Kinds, d.Kind) {
				continue
			}
			tf, length := float64(counts[n.Word]), b.relativeLength(d)
			best[id] = max(best[id], weight*n.Similarity*gain*tf*(alone.K1+1)/(tf+alone.K1*(1-alone.B+alone.B*length)))
		}
	}
	for id, score := range best {
		scores[id] += score
	}
}

// gain is idf^p · tells^ν of a word.
func (b brute) gain(s search.Scoring, word string) float64 {
	all, have, needs, needsHave := 0.0, 0.0, 0.0, 0.0
	for _, d := range b.docs {
		has := b.counts(d)[fieldWords][word] > 0
		if all++; has {
			have++
		}
		if d.Kind == catalog.KindNeed {
			if needs++; has {
				needsHave++
			}
		}
	}
	telling := 1.0
	if s.NeedPower > 0 {
		telling = math.Pow(math.Log(1+(needs+20-needsHave+0.5)/(needsHave+0.5))/math.Log(1+(needs+20.5)/0.5), s.NeedPower)
		all, have = all-needs, have-needsHave
	}
	return math.Pow(math.Log(1+(all-have+0.5)/(have+0.5)), s.IDFPower) * telling
}

// relativeLength is the number of a document's words beside the mean of its kind.
func (b brute) relativeLength(doc search.Document) float64 {
	length := func(d search.Document) float64 {
		n := 1.0
		for _, k := range b.counts(d)[fieldWords] {
			n += float64(k)
		}
		return n
	}
	total, number := 0.0, 0.0
	for _, d := range b.docs {
		if d.Kind == doc.Kind {
			total += length(d)
			number++
		}
	}
	return length(doc) * number / total
}

// company are related words of the random sentences.
var company = func() *related.Model {
	m, err := related.Read(strings.NewReader("hongniang-related\t1\t3\t0\t0\n换流阀\t水冷\t0.9\n曲轴\t齿轮\t0.8\t磨削\t0.75\n焊接\t飞溅\t0.95\t变形\t0.7\n"))
	if err != nil {
		panic(err)
	}
	return m
}()

// sentence makes a text of random pieces.
func sentence(random *rand.Rand, n int) string {
	pieces := []string{"曲轴", "磨削", "烧伤", "换流阀", "水冷", "管路", "振动", "焊接", "飞溅", "齿轮", "热处理", "变形", "CNC", "T3.3-3650", "GB/T 4754", "φ0.02mm", "120目", "65%", "阀", "，", "。", " ", "數控機床", "Ｍ８×１．２５"}
	var b strings.Builder
	for range n {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	return b.String()
}

// The scorer gives what the formula gives, whatever the segments look like:
// after single batches, removals, changes, merges and a restart.
func TestScoresAgainstBruteForce(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 7))
			w, b := newWorld(t), brute{docs: map[string]search.Document{}}
			w.index.words.joined.Store(company)
			check := func(when string) {
				for range 6 {
					compareRanking(t, w.index, b, randomRequest(random), when)
				}
			}
			for range 8 {
				b.add(t, w.index, random)
			}
			check("after adding")
			b.remove(t, w.index, random)
			check("after removing")
			b.add(t, w.index, random)
			if err := mergeAll(t.Context(), w.index.open); err != nil {
				t.Fatal(err)
			}
			check("after merging")
			b.remove(t, w.index, random)
			w.index.Close()
			w.openIndex(t)
			w.index.words.joined.Store(company)
			check("after a restart")
		})
	}
}

// add puts a few documents, some of them again with another text.
func (b brute) add(t *testing.T, x *Index, random *rand.Rand) {
	t.Helper()
	var docs []search.Document
	for range 1 + random.IntN(12) {
		kind := catalog.Kinds()[random.IntN(len(catalog.Kinds()))]
		d := search.Document{ID: search.ID(kind, fmt.Sprint(random.IntN(60))), Kind: kind, Title: sentence(random, 1+random.IntN(4)), Text: sentence(random, random.IntN(40))}
		docs = append(docs, d)
		b.docs[d.ID] = d
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

func (b brute) remove(t *testing.T, x *Index, random *rand.Rand) {
	t.Helper()
	var gone []change
	for id := range b.docs {
		if random.IntN(3) == 0 {
			gone = append(gone, change{id: id})
			delete(b.docs, id)
		}
	}
	if err := x.apply(t.Context(), gone, nil); err != nil {
		t.Fatal(err)
	}
}

func randomRequest(random *rand.Rand) search.RankRequest {
	req := search.RankRequest{
		Top:     10,
		Clauses: []search.Clause{{Text: sentence(random, 1+random.IntN(5)), Weight: 1}, {Text: sentence(random, 1+random.IntN(20)), Weight: 0.3}},
		Scoring: search.Scoring{Words: float64(random.IntN(2)), Bigrams: 1, Characters: random.Float64(), K1: 0.5 + random.Float64(), B: random.Float64(), IDFPower: 1 + random.Float64(), Repeat: random.Float64(), NeedPower: float64(random.IntN(2)) * random.Float64(), Related: float64(random.IntN(2)) * random.Float64()},
	}
	if random.IntN(2) == 0 {
		req.Kinds = catalog.Kinds()[:1+random.IntN(3)]
	}
	return req
}

func compareRanking(t *testing.T, x *Index, b brute, req search.RankRequest, when string) {
	t.Helper()
	got, err := x.Rank(t.Context(), req)
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	want := b.rank(req)
	best := make([]float64, 0, len(want))
	for _, score := range want {
		best = append(best, score)
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(best)))
	if len(got.Hits) != min(req.Top, len(best)) {
		t.Fatalf("%s: %d hits, brute force has %d", when, len(got.Hits), len(best))
	}
	for i, hit := range got.Hits {
		if !near(hit.Score, best[i]) || !near(hit.Score, want[hit.ID]) {
			t.Errorf("%s: hit %d %s scores %v, brute force %v, and %v at that rank", when, i, hit.ID, hit.Score, want[hit.ID], best[i])
		}
	}
	if len(got.Hits) == 0 {
		return
	}
	var ids []string
	for _, hit := range got.Hits {
		ids = append(ids, hit.ID)
	}
	why, err := x.Explain(t.Context(), req, ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, hit := range got.Hits {
		if !near(why[hit.ID].Score, hit.Score) {
			t.Errorf("%s: %s is explained as %v, ranked with %v", when, hit.ID, why[hit.ID].Score, hit.Score)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*max(1, math.Abs(a), math.Abs(b)) }

// A ranking out of the ordinary is answered or refused, and is never taken for
// damage of the files.
func TestRankBounds(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	clause := []search.Clause{{Text: "曲轴磨削烧伤", Weight: 1}}
	for name, c := range map[string]struct {
		req  search.RankRequest
		want int
	}{
		"default scoring": {search.RankRequest{Clauses: clause, Top: 5}, 5},
		"no clause":       {search.RankRequest{Top: 5}, 0},
		"no terms":        {search.RankRequest{Clauses: []search.Clause{{Text: "，。！", Weight: 1}}, Top: 5}, 0},
		"top zero":        {search.RankRequest{Clauses: clause}, 0},
		"top negative":    {search.RankRequest{Clauses: clause, Top: -1}, 0},
		"top huge":        {search.RankRequest{Clauses: clause, Top: math.MaxInt, Kinds: []catalog.Kind{catalog.KindStudio}}, -1},
		"unknown kind":    {search.RankRequest{Clauses: clause, Top: 5, Kinds: []catalog.Kind{"none"}}, 0},
	} {
		got, err := x.Rank(t.Context(), c.req)
		if err != nil || c.want >= 0 && len(got.Hits) != c.want {
			t.Errorf("%s: %d hits, %v", name, len(got.Hits), err)
		}
	}
	if _, err := x.Rank(t.Context(), search.RankRequest{Clauses: []search.Clause{{Text: "曲轴", Weight: math.NaN()}}, Top: 5}); errs.As(err).Code != "rank.weight" {
		t.Errorf("weighed by what is no number: %v", err)
	}
	got, err := x.Rank(t.Context(), search.RankRequest{Clauses: clause, Top: 5})
	if err != nil || got.Ideal <= 0 || got.Hits[0].Score < got.Hits[4].Score {
		t.Errorf("%+v, %v", got, err)
	}
	if why, err := x.Explain(t.Context(), search.RankRequest{Clauses: clause}, []string{"result/none", got.Hits[0].ID}); err != nil || len(why) != 1 {
		t.Errorf("explain an unknown document beside a known one: %v, %v", why, err)
	}
}

// Documents of one score are ranked by id, in whatever order they came, so that
// a rebuilt index ranks as before.
func TestTiesById(t *testing.T) {
	t.Parallel()
	var want []search.Scored
	for round := range 2 {
		w := newWorld(t)
		for i := range 40 {
			n := i
			if round == 1 {
				n = (i*17 + 5) % 40
			}
			w.create(t, &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprintf("CG-%02d", n), ExternalID: fmt.Sprint(n)}, Title: "曲轴磨削" + []string{"烧伤", "烧伤的防止和处理"}[n%2]})
		}
		got, err := w.index.Rank(t.Context(), search.RankRequest{Clauses: []search.Clause{{Text: "曲轴磨削", Weight: 1}}, Top: 30})
		if err != nil || len(got.Hits) != 30 {
			t.Fatalf("%d hits, %v", len(got.Hits), err)
		}
		if round == 0 {
			want = got.Hits
			if want[0].ID != "result/CG-00" || want[19].ID != "result/CG-38" || want[20].ID != "result/CG-01" {
				t.Errorf("not in order: %v", want)
			}
			continue
		}
		if diff := cmp.Diff(want, got.Hits); diff != "" {
			t.Errorf("the order of saving changes the ranking:\n%s", diff)
		}
	}
}
