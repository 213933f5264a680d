package lexicon

import (
	"context"
	"slices"
	"strings"
	"sync"

	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// Searcher answers with synonyms on trial; *indexer.Index is one.
type Searcher interface {
	SearchWith(ctx context.Context, req search.Request, s *zh.Synonyms) (search.Response, error)
}

// Trial says what a change would do before it is saved.
type Trial struct {
	Searcher Searcher
	// Cutter loads a dictionary with these user words, which takes a second and
	// some 130 MB; one is loaded at a time and let go.
	Cutter func(words string) (zh.Cutter, error)

	mu sync.Mutex
}

// Bounds of a trial.
const (
	// Shown is how many hits of an example are compared.
	Shown = 10
	// MaxExamples is how many example searches are tried.
	MaxExamples = 6
	maxSample   = 500 // runes of a text to be cut
)

// Asked is what is tried.
type Asked struct {
	List     List
	Now, New string   // the texts before and after
	Sample   string   // a text to be cut; "" for none
	Examples []string // searches
}

// Outcome is what a trial says.
type Outcome struct {
	Cut      Pair // of the sample, its words in order
	Found    []zh.Found
	Examples []Example
}

// Pair is something before and after.
type Pair struct{ Before, After []string }

// Same tells whether nothing changed.
func (p Pair) Same() bool { return slices.Equal(p.Before, p.After) }

// Example is one search before and after: its hits with synonyms, its words with
// the user dictionary, whose hits nobody knows before the index was rebuilt.
type Example struct {
	Query         string
	Before, After []Place
	Totals        [2]int
	Gone          []Place // of the first ten, not among them any more
	Cut           Pair
}

// Moved tells whether anything of an example changes.
func (e Example) Moved() bool {
	return len(e.Gone) > 0 || e.Totals[0] != e.Totals[1] || !e.Cut.Same() || slices.ContainsFunc(e.After, func(p Place) bool { return p.Was != p.At })
}

// Place is a hit with where it stands, from 1, and where it stood; 0: not among
// the first ten.
type Place struct {
	ID, Title string
	At, Was   int
}

// Run tries a change out. Errors: those of the searches, errs.Invalid for a list
// that is not well written.
func (t *Trial) Run(ctx context.Context, a Asked) (Outcome, error) {
	if err := Check(a.List, Tidy(a.New)); err != nil {
		return Outcome{}, err
	}
	if len(a.Examples) > MaxExamples {
		a.Examples = a.Examples[:MaxExamples]
	}
	if r := []rune(a.Sample); len(r) > maxSample {
		a.Sample = string(r[:maxSample])
	}
	if a.List == Words {
		return t.words(ctx, a)
	}
	return t.synonyms(ctx, a)
}

func (t *Trial) synonyms(ctx context.Context, a Asked) (Outcome, error) {
	before, after := zh.ParseSynonyms(a.Now), zh.ParseSynonyms(Tidy(a.New))
	out := Outcome{Found: after.Find(a.Sample), Cut: Pair{before.Variants(a.Sample, MaxExamples), after.Variants(a.Sample, MaxExamples)}}
	for _, query := range a.Examples {
		was, n, err := t.places(ctx, query, before)
		if err != nil {
			return out, err
		}
		is, m, err := t.places(ctx, query, after)
		if err != nil {
			return out, err
		}
		out.Examples = append(out.Examples, compare(query, was, is, [2]int{n, m}))
	}
	return out, nil
}

func (t *Trial) places(ctx context.Context, query string, s *zh.Synonyms) ([]Place, int, error) {
	res, err := t.Searcher.SearchWith(ctx, search.Request{Query: query, Size: Shown}, s)
	var out []Place
	for i, h := range res.Hits {
		out = append(out, Place{ID: h.ID, Title: h.Title, At: i + 1})
	}
	return out, res.Total, err
}

// compare marks where hits stood before.
func compare(query string, was, is []Place, totals [2]int) Example {
	stood, stands := map[string]int{}, map[string]bool{}
	for _, p := range was {
		stood[p.ID] = p.At
	}
	out := Example{Query: query, Before: was, Totals: totals}
	for _, p := range is {
		p.Was, stands[p.ID] = stood[p.ID], true
		out.After = append(out.After, p)
	}
	for _, p := range was {
		if !stands[p.ID] {
			out.Gone = append(out.Gone, p)
		}
	}
	return out
}

// words cuts the sample and the examples by both dictionaries, one after the
// other, so that only one is in memory beside that of the index.
func (t *Trial) words(ctx context.Context, a Asked) (Outcome, error) {
	if !t.mu.TryLock() {
		return Outcome{}, errs.New(errs.Locked, "lexicon.trying", "另一位管理员正在试词典，请过几秒再试。")
	}
	defer t.mu.Unlock()
	texts := append([]string{a.Sample}, a.Examples...)
	var cuts [2][][]string
	for i, words := range []string{a.Now, Tidy(a.New)} {
		cutter, err := t.Cutter(words)
		if err != nil {
			return Outcome{}, err
		}
		for _, text := range texts {
			if err := ctx.Err(); err != nil {
				return Outcome{}, err
			}
			cuts[i] = append(cuts[i], cut(cutter, text))
		}
	}
	out := Outcome{Cut: Pair{cuts[0][0], cuts[1][0]}}
	for i, query := range a.Examples {
		out.Examples = append(out.Examples, Example{Query: query, Cut: Pair{cuts[0][i+1], cuts[1][i+1]}})
	}
	return out, nil
}

// cut gives the words of a text, those of Chinese by the cutter.
func cut(cutter zh.Cutter, text string) []string {
	var out []string
	for _, run := range zh.Runs(text) {
		if run.Han {
			out = append(out, cutter.Cut(run.Text)...)
		} else if word := strings.TrimSpace(run.Text); word != "" {
			out = append(out, word)
		}
	}
	return out
}
