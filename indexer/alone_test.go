package indexer

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hongniang/internal/search"
)

// A document that is asked for by name alone scores what it scores among all
// others, to the last bit, and so is the ideal; and it is what brute force finds.
func TestVersusAlone(t *testing.T) {
	t.Parallel()
	scored, none, seeds := 0, 0, 4
	if testing.Short() {
		seeds = 1
	}
	for seed := range uint64(seeds) {
		b := &bout{Rand: rand.New(rand.NewPCG(seed, 7))}
		for range 200 {
			b.words = append(b.words, b.word(1+b.IntN(3)))
		}
		b.words = append(b.words, realWords...)
		b.Shuffle(len(b.words), func(i, j int) { b.words[i], b.words[j] = b.words[j], b.words[i] })
		x, err := Open(t.TempDir(), Options{Cutter: cutter(), Related: b.related()})
		if err != nil {
			t.Fatal(err)
		}
		if x.Related().Words == 0 {
			t.Fatal("the related words are not read")
		}
		b.x = x
		for range 8 {
			b.write(t)
			for range 6 {
				s, n := b.alone(t)
				scored, none = scored+s, none+n
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if scored < 50*seeds || none == 0 {
		t.Errorf("%d documents had a score, %d had none", scored, none)
	}
}

// alone ranks for a random need all documents, and some by name alone.
func (b *bout) alone(t *testing.T) (scored, none int) {
	t.Helper()
	req := search.RankRequest{
		Clauses: []search.Clause{{Text: b.text(1 + b.IntN(8)), Weight: 1}, {Text: b.text(1 + b.IntN(60)), Weight: 0.4}},
		Kinds:   versusKinds[:1+b.IntN(len(versusKinds))],
		Top:     100_000,
		Scoring: search.Scoring{Words: 0.5, Bigrams: 1, Characters: 0.8 * float64(b.IntN(2)), K1: 1.2, B: 0.75, IDFPower: 1.25, Repeat: 0.7, NeedPower: 0.5 * float64(b.IntN(2)), Related: 0.5},
		Backs:   true,
	}
	all, err := b.x.Rank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	req.Top = 0
	for range 1 + b.IntN(2)*b.IntN(6) {
		if id := b.live[b.IntN(len(b.live))]; !slices.Contains(req.Also, id) {
			req.Also = append(req.Also, id)
		}
	}
	want := search.Ranking{Ideal: all.Ideal}
	for _, hit := range all.Hits {
		if slices.Contains(req.Also, hit.ID) {
			want.Hits = append(want.Hits, hit)
		}
	}
	got, err := b.x.Rank(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]search.Scored{want.Hits, got.Hits} {
		for i := range list {
			slices.Sort(list[i].Backs)
		}
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%v alone (-among all +alone):\n%s", req.Also, diff)
	}
	var plain search.Ranking
	err = b.x.state(t.Context(), func(st state) (err error) {
		plain, err = b.plainly(t.Context(), st.reader, req)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Hits) > 0 || len(plain.Hits) > 0 {
		req.Top = len(got.Hits)
		same(t, req, plain, got)
	}
	return len(got.Hits), len(req.Also) - len(got.Hits)
}
