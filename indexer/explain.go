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

// Explain says which pieces of the request's texts stand in a document, and
// what each adds to its score. Pieces are the longest runs of the texts that
// stand word for word in the document, so that a person can read them.
func (x *Index) Explain(ctx context.Context, req search.RankRequest, id string) (search.Explanation, error) {
	var out search.Explanation
	err := x.read(func(r index.IndexReader) error {
		s, err := newScorer(ctx, r, &x.shot, nil, req.Scoring)
		if err != nil {
			return err
		}
		doc, err := documentByID(r, id)
		if err != nil {
			return err
		}
		internal, err := r.InternalID(id)
		if err != nil || internal == nil {
			return errs.New(errs.NotFound, "index.no_document", "索引里没有这条记录，它可能刚被删除。")
		}
		gains, total, err := x.gains(ctx, s, req, doc, int(internal.Value()))
		out = search.Explanation{Score: total, Terms: x.pieces(req.Clauses, doc, gains)}
		return err
	})
	return out, err
}

// gains works out what each matching term adds for one document, by counting
// in its stored text instead of walking the postings.
func (x *Index) gains(ctx context.Context, s *scorer, req search.RankRequest, doc search.Document, number int) (map[string]float64, float64, error) {
	combined := doc.Title + "\n" + doc.Title + "\n" + doc.Text
	counts := map[string]map[string]int{
		fieldBigrams:    count(zh.Bigrams(combined)),
		fieldCharacters: count(zh.Characters(combined)),
	}
	if req.Scoring.Words > 0 {
		counts[fieldWords] = count(zh.Words(combined, x.cutter))
	}
	gains, total := map[string]float64{}, 0.0
	for _, t := range x.terms(req.Clauses, req.Scoring) {
		tf := counts[t.field][t.term]
		if tf == 0 {
			continue
		}
		gain, err := s.gain(ctx, t)
		if err != nil {
			return nil, 0, err
		}
		g := gain * s.saturate(float64(tf), float64(s.snapshot.lengths[t.field][number]))
		gains[t.term] += g
		total += g
	}
	return gains, total, nil
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
func (x *Index) pieces(clauses []search.Clause, doc search.Document, gains map[string]float64) []search.TermScore {
	title, body := zh.Fold(doc.Title), zh.Fold(doc.Title+"\n"+doc.Text)
	seen := map[string]bool{}
	var out []search.TermScore
	for _, c := range clauses {
		for _, run := range x.runsIn(c.Text, body) {
			if seen[run] {
				continue
			}
			seen[run] = true
			if g := gainOf(run, gains); g > 0 {
				out = append(out, search.TermScore{Term: run, Score: g, Title: strings.Contains(title, run)})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out
}

// runsIn gives the longest sequences of a text's words that stand in body, left
// to right, and its runs of letters and digits that do. Sequences begin and end
// with a word of two characters or more, or are left out.
func (x *Index) runsIn(text, body string) []string {
	var out []string
	for _, part := range zh.Runs(text) {
		if !part.Han {
			if strings.Contains(body, part.Text) {
				out = append(out, part.Text)
			}
			continue
		}
		words := x.cutter.Cut(part.Text)
		for i := 0; i < len(words); {
			n := longestIn(words[i:], body)
			if run := trimmed(words[i : i+n]); run != "" {
				out = append(out, run)
			}
			i += max(n, 1)
		}
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
