package fit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/collection/fit"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
	"hongniang/matcher"
)

var cutter = sync.OnceValue(func() zh.Cutter { return segment.New(configs.Text("userdict.txt")) })

// words makes words of two characters that mean nothing, the same each time.
type words struct{ state uint64 }

func (w *words) number(below int) int {
	w.state = w.state*6364136223846793005 + 1442695040888963407
	return int(w.state>>33) % below
}

func (w *words) some(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = string([]rune{rune(0x4e00 + w.number(3000)), rune(0x4e00 + w.number(3000))})
	}
	return out
}

// world is a generated collection.
type world struct {
	documents []search.Document
	queries   []collection.Query
	judged    collection.Judgements
}

func (w *world) add(kind catalog.Kind, id, text string, experts ...string) {
	w.documents = append(w.documents, collection.Entry{ID: id, Title: "第" + id, Text: text, Experts: experts}.Document(kind))
}

// ask adds a need with the document that answers it.
func (w *world) ask(id, title, text, answer string) {
	w.queries = append(w.queries, collection.Query{ID: id, Title: title, Text: text})
	w.judged[id] = map[string]int{answer: 1}
}

// misleading is a collection in which the title of a need names what answers it,
// and the text tells of something else at length: the text should weigh less
// than the weights set by hand let it.
func misleading(needs int) world {
	w, out := &words{state: 1}, world{judged: collection.Judgements{}}
	for i := range needs {
		title, other, filler := w.some(2), w.some(12), w.some(12)
		out.add(catalog.KindResult, fmt.Sprintf("a%02d", i), title[0]+"，"+strings.Join(filler, "，"))
		for j := range 3 {
			out.add(catalog.KindResult, fmt.Sprintf("b%02d-%d", i, j), strings.Join(other[4*j:4*j+4], "，")+"，"+strings.Join(w.some(6), "，"))
		}
		out.ask(fmt.Sprintf("q%02d", i), strings.Join(title, ""), strings.Join(other, "，"), fmt.Sprintf("a%02d", i))
	}
	return out
}

// noise is a collection in which chance decided what answers a need.
func noise(seed uint64) world {
	const needs = 30
	w, out := &words{state: seed}, world{judged: collection.Judgements{}}
	common := w.some(40)
	babble := func(n int) string {
		text := ""
		for range n {
			text += common[w.number(len(common))] + "，"
		}
		return text
	}
	for i := range 3 * needs {
		out.add(catalog.KindResult, fmt.Sprintf("d%03d", i), babble(8+w.number(20)))
	}
	for i := range needs {
		out.ask(fmt.Sprintf("q%02d", i), babble(2)+w.some(1)[0], babble(8), "d000")
		answers := map[string]int{}
		for range 12 {
			answers[fmt.Sprintf("d%03d", w.number(3*needs))] = 1
		}
		out.judged[fmt.Sprintf("q%02d", i)] = answers
	}
	return out
}

// unheard is a collection of people in which whoever can help has said so in a
// paper, while many a profile speaks of the same things.
func unheard(needs int) world {
	w, out := &words{state: 3}, world{judged: collection.Judgements{}}
	for i := range needs {
		asked := w.some(6)
		right := fmt.Sprintf("p%02d", i)
		out.add(catalog.KindExpert, right, strings.Join(w.some(8), "，"))
		out.add(catalog.KindResult, "r"+right, strings.Join(asked[:2], "，")+strings.Join(w.some(10+w.number(20)), "，"), right)
		for j := range 2 {
			out.add(catalog.KindExpert, fmt.Sprintf("x%02d-%d", i, j), strings.Join(asked[2:3+w.number(2)], "，")+"，"+strings.Join(w.some(4+w.number(12)), "，"))
		}
		out.ask(fmt.Sprintf("q%02d", i), strings.Join(asked[:2], ""), strings.Join(asked[2:], "，"), right)
	}
	return out
}

// set puts a collection into a real index.
func (w world) set(t *testing.T, kind string) fit.Set {
	t.Helper()
	index, err := indexer.Open(t.TempDir(), indexer.Options{Cutter: cutter()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := index.Close(); err != nil {
			t.Error(err)
		}
	})
	documents := w.documents
	for _, q := range w.queries {
		documents = append(documents, q.Document())
	}
	if err := index.AddDocuments(t.Context(), documents); err != nil {
		t.Fatal(err)
	}
	out := fit.Set{Name: "made", Kind: kind, Queries: w.queries, Judged: w.judged, Engine: index, Rank: results}
	if kind == "expert" {
		out.Rank = people
	}
	return out
}

func results(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
	return m.RankDocuments(ctx, matcher.Request{Title: q.Title, Text: q.Text}, []catalog.Kind{catalog.KindResult}, top)
}

func people(ctx context.Context, m *matcher.Matcher, q collection.Query, top int) ([]search.Scored, error) {
	return m.RankPeople(ctx, matcher.Request{Title: q.Title, Text: q.Text}, catalog.KindExpert, top)
}

var options = fit.Options{Folds: 5, Date: "2026-11-20"}

func learn(t *testing.T, o fit.Options, sets ...fit.Set) fit.Result {
	t.Helper()
	r, err := fit.Learn(t.Context(), sets, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func change(r fit.Result, name string) fit.Change {
	for _, c := range r.Changes {
		if c.Weight == name {
			return c
		}
	}
	return fit.Change{}
}

func TestBadWeightsAreBettered(t *testing.T) {
	t.Parallel()
	r := learn(t, options, misleading(30).set(t, "result"))
	c := r.Trained.Collections
	t.Logf("held out %.3f → %.3f, p = %g, %v", r.Trained.ByHand, r.Trained.Fitted, r.Trained.P, r.Changes)
	if !r.Use || !r.InUse() || r.Trained.P >= 0.05 || r.Trained.Fitted < r.Trained.ByHand+0.1 {
		t.Errorf("held out %.3f → %.3f, p = %g, in use: %v", r.Trained.ByHand, r.Trained.Fitted, r.Trained.P, r.Use)
	}
	if text := change(r, "text"); text.To >= text.From {
		t.Errorf("the text that misleads weighs as much as before: %v", r.Changes)
	}
	if len(c) != 1 || c[0].Needs != 30 || c[0].Kind != "result" || c[0].ByHand != r.Trained.ByHand || r.Trained.Date != "2026-11-20" || r.Trained.Folds != 5 {
		t.Errorf("the record: %+v", r.Trained)
	}
	var file bytes.Buffer
	if err := r.Write(&file); err != nil {
		t.Errorf("what was learned cannot be kept: %v", err)
	}
}

// What chance made stays off, though on the needs that it was learned from it
// looks better.
func TestNoiseStaysOff(t *testing.T) {
	t.Parallel()
	flattered := 0
	for seed := range uint64(3) {
		r := learn(t, options, noise(seed+1).set(t, "result"))
		t.Logf("held out %.3f → %.3f, p = %g; seen %.3f → %.3f", r.Trained.ByHand, r.Trained.Fitted, r.Trained.P, r.SeenByHand, r.SeenFitted)
		if r.Use || r.InUse() {
			t.Errorf("seed %d: held out %.3f → %.3f, p = %g is in use", seed, r.Trained.ByHand, r.Trained.Fitted, r.Trained.P)
		}
		if r.SeenFitted > r.SeenByHand && r.SeenFitted-r.SeenByHand > r.Trained.Fitted-r.Trained.ByHand {
			flattered++
		}
	}
	if flattered == 0 {
		t.Error("the figures on what was seen flatter nothing: the held-out ones are not held out")
	}
}

func TestPeople(t *testing.T) {
	t.Parallel()
	r := learn(t, options, unheard(30).set(t, "expert"))
	t.Logf("held out %.3f → %.3f, p = %g, %v", r.Trained.ByHand, r.Trained.Fitted, r.Trained.P, r.Changes)
	if !r.Use {
		t.Errorf("held out %.3f → %.3f, p = %g", r.Trained.ByHand, r.Trained.Fitted, r.Trained.P)
	}
	if vote := change(r, "vote"); vote.To <= vote.From {
		t.Errorf("papers weigh no more than before: %v", r.Changes)
	}
	if hand := matcher.DefaultWeights(); r.Weights.Documents != hand.Documents || r.Weights.DocumentChance != hand.DocumentChance {
		t.Errorf("people taught what they say nothing of: %+v", r.Weights)
	}
}

func TestTheSameTwice(t *testing.T) {
	t.Parallel()
	set := misleading(12).set(t, "result")
	first := learn(t, options, set)
	if diff := cmp.Diff(first, learn(t, options, set)); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	seeded := options
	seeded.Seed = 7
	other := learn(t, seeded, set)
	if diff := cmp.Diff(other, learn(t, seeded, set)); diff != "" {
		t.Errorf("with a seed (-first +second):\n%s", diff)
	}
	if other.Trained.ByHand != first.Trained.ByHand {
		t.Error("the seed changed the weights set by hand")
	}
}

// A set of many needs weighs no more than one of few, and the record keeps them
// apart.
func TestSetsWeighTheSame(t *testing.T) {
	t.Parallel()
	many, few := misleading(30).set(t, "result"), unheard(10).set(t, "expert")
	r := learn(t, options, many, few)
	c := r.Trained.Collections
	if len(c) != 2 || c[0].Needs != 30 || c[1].Needs != 10 {
		t.Fatalf("%+v", c)
	}
	if got, want := r.Trained.ByHand, (c[0].ByHand+c[1].ByHand)/2; got-want > 1e-9 || want-got > 1e-9 {
		t.Errorf("by hand %.6f, the mean of both is %.6f", got, want)
	}
	if got, want := r.Trained.Fitted, (c[0].Fitted+c[1].Fitted)/2; got-want > 1e-9 || want-got > 1e-9 {
		t.Errorf("fitted %.6f, the mean of both is %.6f", got, want)
	}
}

// Strengths move with the weights; the chances go along, so that the mean
// strength promises what it did.
func TestChancesGoAlong(t *testing.T) {
	t.Parallel()
	set := misleading(30).set(t, "result")
	r := learn(t, options, set)
	mean := func(w matcher.Weights) float64 {
		sum := 0.0
		for _, q := range set.Queries {
			hits, err := results(t.Context(), &matcher.Matcher{Engine: set.Engine, Weights: &w}, q, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				sum += h.Score / float64(10*len(set.Queries))
			}
		}
		return sum
	}
	hand := matcher.DefaultWeights()
	was, is := hand.DocumentChance.Of(mean(hand)), r.Weights.DocumentChance.Of(mean(r.Weights))
	if is-was > 1e-9 || was-is > 1e-9 || r.Weights.DocumentChance == hand.DocumentChance {
		t.Errorf("the mean strength was worth %.4f, and is worth %.4f", was, is)
	}
}

func TestProgressIsTold(t *testing.T) {
	t.Parallel()
	var folds []fit.Fold
	tried := 0
	o := fit.Options{
		Folds: 3, Date: "2026-11-20",
		Tried: func(n int) {
			if n != tried+1 {
				t.Errorf("%d settings after %d", n, tried)
			}
			tried = n
		},
		Learned: func(f fit.Fold) { folds = append(folds, f) },
	}
	learn(t, o, misleading(15).set(t, "result"))
	held := 0
	for i, f := range folds {
		held += f.HeldOut
		if f.Number != i+1 || f.Of != 3 || f.Needs+f.HeldOut != 15 {
			t.Errorf("%+v", f)
		}
	}
	if len(folds) != 3 || held != 15 || tried < 10 {
		t.Errorf("%d folds hold out %d needs, %d settings were tried", len(folds), held, tried)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	good := misleading(4).set(t, "result")
	twins, foreign, typed := good, good, good
	twins.Queries = nil
	for _, q := range good.Queries {
		twins.Queries = append(twins.Queries, collection.Query{ID: q.ID, Title: "同一件事", Text: q.Text})
	}
	foreign.Judged = collection.Judgements{"nobody": {"a00": 1}}
	typed.Kind = "search"
	for _, tt := range []struct {
		set   fit.Set
		folds int
		code  string
	}{
		{good, 1, "fit.folds"}, {typed, 5, "fit.kind"}, {foreign, 5, "collection.nothing_judged"}, {twins, 5, "fit.few_needs"},
	} {
		if _, err := fit.Learn(t.Context(), []fit.Set{tt.set}, fit.Options{Folds: tt.folds, Date: "2026-11-20"}); !errs.Is(err, errs.Invalid) || errs.As(err).Code != tt.code {
			t.Errorf("want %s, got %v", tt.code, err)
		}
	}
	if _, err := fit.Learn(t.Context(), nil, options); errs.As(err).Code != "fit.few_needs" {
		t.Errorf("without a set: %v", err)
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	set := misleading(10).set(t, "result")
	ctx, stop := context.WithCancel(t.Context())
	o := options
	o.Tried = func(n int) {
		if n == 3 {
			stop()
		}
	}
	if _, err := fit.Learn(ctx, []fit.Set{set}, o); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was stopped: %v", err)
	}
}
