package indexer

import (
	"context"
	"sort"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// Explain says which pieces of the request's texts stand in each document, and
// what each adds to its score. Pieces are the longest runs of words that stand
// in both, so that a person can read them.
func (x *Index) Explain(ctx context.Context, req search.RankRequest, ids []string) (map[string]search.Explanation, error) {
	out := make(map[string]search.Explanation, len(ids))
	req.Scoring = scoringOf(req)
	err := x.read(func(r index.IndexReader) error {
		s, err := newScorer(ctx, r, &x.shot, nil, req.Scoring)
		if err != nil {
			return err
		}
		e := explainer{index: x, scorer: s, terms: x.terms(req.Clauses, req.Scoring), runs: x.wordRuns(req.Clauses)}
		for i := range e.terms {
			if e.terms[i].gain, err = s.gain(ctx, e.terms[i]); err != nil {
				return err
			}
		}
		for _, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			why, err := e.explain(r, req, id)
			if errs.Is(err, errs.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out[id] = why
		}
		return nil
	})
	return out, err
}

// explainer holds what is worked out once for all documents of a request.
type explainer struct {
	index  *Index
	scorer *scorer
	terms  []weighted // with their gains
	runs   []run
}

func (e *explainer) explain(r index.IndexReader, req search.RankRequest, id string) (search.Explanation, error) {
	doc, err := documentByID(r, id)
	if err != nil {
		return search.Explanation{}, err
	}
	internal, err := r.InternalID(id)
	if err != nil {
		return search.Explanation{}, err
	}
	counts := e.counts(doc, req.Scoring.Words > 0)
	gains, total := e.gains(counts, int(internal.Value()))
	return search.Explanation{Score: total, Terms: e.pieces(doc, counts[fieldBigrams], gains)}, nil
}

// counts counts the terms of a document in its stored text, by field.
func (e *explainer) counts(doc search.Document, words bool) map[string]map[string]int {
	combined := doc.Title + "\n" + doc.Title + "\n" + doc.Text
	counts := map[string]map[string]int{
		fieldBigrams:    count(zh.Bigrams(combined)),
		fieldCharacters: count(zh.Characters(combined)),
	}
	if words {
		counts[fieldWords] = count(zh.Words(combined, e.index.cutter))
	}
	return counts
}

// gains works out what each matching term adds for one document, from its
// counts instead of the postings.
func (e *explainer) gains(counts map[string]map[string]int, number int) (gains map[string]float64, total float64) {
	gains = map[string]float64{}
	for _, t := range e.terms {
		if tf := counts[t.field][t.term]; tf > 0 {
			g := t.gain * e.scorer.saturate(float64(tf), float64(e.scorer.snapshot.lengths[t.field][number]))
			gains[t.term] += g
			total += g
		}
	}
	return gains, total
}

func count(cut []zh.Term) map[string]int {
	out := map[string]int{}
	for _, t := range cut {
		out[t.Text]++
	}
	return out
}

// pieces joins the matching bigrams of the texts to readable runs, and gives
// each run what its terms add. Overlaps between runs are counted in each, so
// the sum of the pieces may exceed the score.
func (e *explainer) pieces(doc search.Document, bigrams map[string]int, gains map[string]float64) []search.TermScore {
	title := zh.Fold(doc.Title)
	f := finder{body: zh.Fold(doc.Title + "\n" + doc.Text), bigrams: bigrams, left: patience}
	seen := map[string]bool{}
	var out []search.TermScore
	for _, r := range e.runs {
		for _, piece := range f.pieces(r) {
			if seen[piece] {
				continue
			}
			seen[piece] = true
			if g := gainOf(piece, gains); g > 0 {
				out = append(out, search.TermScore{Term: piece, Score: g, Title: strings.Contains(title, piece)})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out
}

// gainOf sums what the terms inside a run add.
func gainOf(run string, gains map[string]float64) float64 {
	seen := map[string]bool{}
	sum := 0.0
	for _, cut := range [][]zh.Term{zh.Bigrams(run), zh.Characters(run), {{Text: run}}} {
		for _, t := range cut {
			if !seen[t.Text] {
				seen[t.Text] = true
				sum += gains[t.Text]
			}
		}
	}
	return sum
}
