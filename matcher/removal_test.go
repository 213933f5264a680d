package matcher_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/matcher"
)

// listening is an engine that remembers the raw scores of its rankings.
type listening struct {
	search.Engine
	scores map[string]float64
}

func (l *listening) Rank(ctx context.Context, req search.RankRequest) (search.Ranking, error) {
	ranking, err := l.Engine.Rank(ctx, req)
	for _, hit := range ranking.Hits {
		l.scores[hit.ID] = hit.Score
	}
	return ranking, err
}

// removal is a world in which named evidence is taken away.
type removal struct {
	*world
	engine  *listening
	matcher *matcher.Matcher
	done    map[string]bool // need and document
	// By kind of the document: how far off the claims were, in points of its score.
	off map[catalog.Kind][]float64
}

// Claims may be off by closeBy points of a document's score, because the words
// beside a gap are cut otherwise than before (呋喃树脂砂 without 树脂 leaves 砂, a
// word by itself); a few, mostUnlike in a hundred at most, by no more than farOff.
const (
	closeBy    = 3
	farOff     = 12
	mostUnlike = 5
)

// TestRemoval: what a reason claims is what is lost without it. The named terms
// are cut out of a document of the index, characters of no meaning in their
// place, and the ranking is asked again.
func TestRemoval(t *testing.T) {
	w := own(t)
	if _, err := demo.Load(t.Context(), w.service); err != nil {
		t.Fatal(err)
	}
	engine := &listening{Engine: w.index}
	x := removal{world: w, engine: engine, matcher: &matcher.Matcher{Engine: engine, Now: w.matcher.Now}, done: map[string]bool{}, off: map[catalog.Kind][]float64{}}
	needs := everyNeed(t, w)
	for i := 0; i < len(needs); i += 2 {
		r := matcher.FromNeed(w.need(t, needs[i]), true)
		r.Top = 5
		a := w.match(t, r)
		for _, c := range firstOfKinds(slices.Concat(a.Documents, a.People, a.Nearest)) {
			for _, e := range c.Evidence {
				x.check(t, r, e)
			}
		}
	}
	far, all := 0, 0
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio} {
		off := x.off[kind]
		slices.Sort(off)
		if len(off) < 10 {
			t.Fatalf("only %d removals of %s", len(off), kind)
		}
		for _, points := range off {
			if all++; points > closeBy {
				far++
			}
		}
		t.Logf("%s: %d removals, off by %.1f points in the middle, %.1f at most", kind, len(off), off[len(off)/2], off[len(off)-1])
		if middle := off[len(off)/2]; middle > 0.5 {
			t.Errorf("claims of %s are off by %.1f points in the middle", kind, middle)
		}
	}
	t.Logf("%d of %d are off by more than %d points", far, all, closeBy)
	if 100*far > mostUnlike*all {
		t.Errorf("%d of %d claims are off by more than %d points", far, all, closeBy)
	}
}

// firstOfKinds keeps the first candidate of each kind.
func firstOfKinds(list []matcher.Candidate) []matcher.Candidate {
	var out []matcher.Candidate
	for _, c := range list {
		if !slices.ContainsFunc(out, func(o matcher.Candidate) bool { return o.Kind == c.Kind }) {
			out = append(out, c)
		}
	}
	return out
}

func (x removal) check(t *testing.T, r matcher.Request, e matcher.Evidence) {
	t.Helper()
	id, claimed := search.ID(e.Kind, e.Code), 0.0
	if key := r.NeedCode + " " + id; !x.done[key] {
		x.done[key] = true
	} else {
		return
	}
	if len(e.Parts) != len(e.Terms) {
		t.Fatalf("%s: %d parts of %d terms", id, len(e.Parts), len(e.Terms))
	}
	for _, part := range e.Parts {
		claimed += part
	}
	docs, err := x.index.Documents(t.Context(), []string{id})
	if err != nil {
		t.Fatal(err)
	}
	before := x.score(t, r, e)
	cut, whole := without(docs[id], e.Terms), docs[id]
	cut.Rev, whole.Rev = cut.Rev+1, cut.Rev+2
	x.put(t, cut)
	after := x.score(t, r, e)
	x.put(t, whole)
	off := 100 * math.Abs((before-after)/before-claimed)
	x.off[e.Kind] = append(x.off[e.Kind], off)
	if off > farOff || before == 0 {
		t.Errorf("%s: without %q %s falls from %.1f to %.1f, by %.3f; claimed are %.3f: %.3f", r.NeedCode, e.Terms, id, before, after, 1-after/before, claimed, e.Parts)
	}
}

func (x removal) put(t *testing.T, doc search.Document) {
	t.Helper()
	if err := x.index.AddDocuments(t.Context(), []search.Document{doc}); err != nil {
		t.Fatal(err)
	}
}

// score is the raw score of a document by the ranking of its kind; 0 when it is
// not ranked.
func (x removal) score(t *testing.T, r matcher.Request, e matcher.Evidence) float64 {
	t.Helper()
	x.engine.scores = map[string]float64{}
	var err error
	if e.Kind == catalog.KindExpert || e.Kind == catalog.KindStudio {
		_, err = x.matcher.RankPeople(t.Context(), r, e.Kind, 1)
	} else {
		_, err = x.matcher.RankDocuments(t.Context(), r, []catalog.Kind{e.Kind}, 1000)
	}
	if err != nil {
		t.Fatal(err)
	}
	return x.engine.scores[search.ID(e.Kind, e.Code)]
}

// without gives a document of the same length that does not say any of terms.
func without(doc search.Document, terms []string) search.Document {
	doc.Title, doc.Text = blank(doc.Title, terms), blank(doc.Text, terms)
	return doc
}

// blank puts a character that nobody uses in the place of each of the terms'.
func blank(text string, terms []string) string {
	gone := make([]bool, len(text))
	for _, term := range terms {
		for _, at := range standing(text, term) {
			for i := at[0]; i < at[1]; i++ {
				gone[i] = true
			}
		}
	}
	var out strings.Builder
	for i, r := range text {
		switch {
		case !gone[i]:
			out.WriteRune(r)
		case unicode.Is(unicode.Han, r):
			out.WriteRune('龘')
		default:
			out.WriteRune('ǂ')
		}
	}
	return out.String()
}

// standing gives the bytes of a text where a folded term stands: Chinese
// anywhere, a number where it is no part of another.
func standing(text, term string) [][2]int {
	var out [][2]int
	if r := []rune(term); !unicode.Is(unicode.Han, r[0]) {
		cut := zh.Bigrams
		if strings.Trim(term, "0123456789/") == "" {
			cut = zh.Characters
		}
		for _, t := range cut(text) {
			if t.Text == term {
				out = append(out, [2]int{t.Start, t.End})
			}
		}
		return out
	}
	f := zh.FoldText(text)
	n := len([]rune(term))
	for i := 0; i+n <= len(f.Runes); i++ {
		if string(f.Runes[i:i+n]) == term {
			out = append(out, [2]int{f.Start(i), f.End(i + n - 1)})
		}
	}
	return out
}

func TestBlank(t *testing.T) {
	got := blank("曲軸磨削13mm和3mm，曲轴", []string{"曲轴", "3mm"})
	if want := "龘龘磨削13mm和ǂǂǂ，龘龘"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
