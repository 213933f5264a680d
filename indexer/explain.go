package indexer

import (
	"context"
	"sort"
	"strings"
	"unicode/utf8"

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
	runs   [][]string // the words of the texts, by runs
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
	gains, total := e.gains(doc, int(internal.Value()), req.Scoring.Words > 0)
	return search.Explanation{Score: total, Terms: e.pieces(doc, gains)}, nil
}

// gains works out what each matching term adds for one document, by counting
// in its stored text instead of walking the postings.
func (e *explainer) gains(doc search.Document, number int, words bool) (gains map[string]float64, total float64) {
	combined := doc.Title + "\n" + doc.Title + "\n" + doc.Text
	counts := map[string]map[string]int{
		fieldBigrams:    count(zh.Bigrams(combined)),
		fieldCharacters: count(zh.Characters(combined)),
	}
	if words {
		counts[fieldWords] = count(zh.Words(combined, e.index.cutter))
	}
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
func (e *explainer) pieces(doc search.Document, gains map[string]float64) []search.TermScore {
	title, body := zh.Fold(doc.Title), zh.Fold(doc.Title+"\n"+doc.Text)
	seen := map[string]bool{}
	var out []search.TermScore
	for _, run := range e.runs {
		for _, piece := range piecesIn(run, body) {
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

// wordRuns cuts texts into their runs, and runs of Chinese into words.
func (x *Index) wordRuns(clauses []search.Clause) [][]string {
	var out [][]string
	for _, c := range clauses {
		for _, run := range zh.Runs(c.Text) {
			if run.Han {
				out = append(out, x.cutter.Cut(run.Text))
			} else {
				out = append(out, []string{run.Text})
			}
		}
	}
	return out
}

// piecesIn gives the longest sequences of a run's words that stand in body, left
// to right. They begin and end with a word of two characters or more, or are
// left out.
func piecesIn(words []string, body string) []string {
	var out []string
	for i := 0; i < len(words); {
		n := longestIn(words[i:], body)
		if piece := trimmed(words[i : i+n]); piece != "" {
			out = append(out, piece)
		}
		i += max(n, 1)
	}
	return out
}

// longestIn counts how many words from the first on stand together in body.
func longestIn(words []string, body string) int {
	run := ""
	for n, w := range words {
		if run += w; !strings.Contains(body, run) {
			return n
		}
	}
	return len(words)
}

// trimmed joins words without the single characters at both ends.
func trimmed(words []string) string {
	single := func(w string) bool { return utf8.RuneCountInString(w) < 2 }
	for len(words) > 0 && single(words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && single(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return strings.Join(words, "")
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
