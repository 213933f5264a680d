package fit

import (
	"context"
	"fmt"

	"hongniang/internal/collection"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Ingredient is a part of the ranking that can be left out.
type Ingredient struct {
	Name    string // Chinese
	without func(*matcher.Weights)
}

// Ingredients lists the parts of the ranking of a kind, result or expert.
func Ingredients(kind string) []Ingredient {
	scoring := func(w *matcher.Weights) *search.Scoring { return &w.Documents }
	if kind == expert {
		scoring = func(w *matcher.Weights) *search.Scoring { return &w.Profiles }
	}
	out := []Ingredient{
		{"词", func(w *matcher.Weights) { scoring(w).Words = 0 }},
		{"二字组", func(w *matcher.Weights) { scoring(w).Bigrams = 0 }},
		{"单字", func(w *matcher.Weights) { scoring(w).Characters = 0 }},
		{"少见的词更重（idf 的幂，对 1）", func(w *matcher.Weights) { scoring(w).IDFPower = 1 }},
		{"文档长度（b，对 0）", func(w *matcher.Weights) { scoring(w).B = 0 }},
		{"重复的词打折（对不打折）", func(w *matcher.Weights) { scoring(w).Repeat = 1 }},
		{"需求的套话打折", func(w *matcher.Weights) { scoring(w).NeedPower = 0 }},
		{"相关词", func(w *matcher.Weights) { scoring(w).Related = 0 }},
		{"标题与正文分开（对同等）", func(w *matcher.Weights) { w.Text, w.TextLength = w.Title, 0 }},
		{"正文越长越轻（对固定）", func(w *matcher.Weights) { w.TextLength = 0 }},
	}
	if kind == expert {
		out = append(out, Ingredient{"成果为人投票", func(w *matcher.Weights) { w.Vote = 0 }})
	}
	return out
}

// Worth is the mean nDCG@10 of a set with and without an ingredient, and the p of
// a paired randomisation test.
type Worth struct {
	Ingredient    string
	With, Without float64
	P             float64
}

// Worths leaves out one ingredient after the other; those that the default
// weights leave out already, and those that change no need, are not listed.
func Worths(ctx context.Context, set Set) ([]Worth, error) {
	l, err := newLearner([]Set{set}, Options{Folds: 2})
	if err != nil {
		return nil, err
	}
	with, err := l.measure(ctx, matcher.DefaultWeights())
	if err != nil {
		return nil, err
	}
	var out []Worth
	for _, ingredient := range Ingredients(set.Kind) {
		w := matcher.DefaultWeights()
		if ingredient.without(&w); w == matcher.DefaultWeights() {
			continue
		}
		without, err := l.measure(ctx, w)
		if err != nil {
			return nil, err
		}
		a, b := byNeed(without), byNeed(with)
		difference, p := collection.Compare(a, b)
		if difference == 0 && p == 1 {
			continue
		}
		out = append(out, Worth{Ingredient: ingredient.Name, With: l.mean(with, everything), Without: l.mean(without, everything), P: p})
	}
	return out, nil
}

func byNeed(outcomes []outcome) map[string]float64 {
	out := make(map[string]float64, len(outcomes))
	for i, o := range outcomes {
		out[fmt.Sprint(i)] = o.ndcg
	}
	return out
}
