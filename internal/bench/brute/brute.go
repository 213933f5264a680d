// Package brute ranks documents for needs by looking at every document: the
// formulas of docs/matching.md, section 2, written down once more, without an
// index. It shares the cuts of texts with the product and nothing else, so that
// what a clever index leaves out or adds up wrongly shows.
package brute

import (
	"cmp"
	"context"
	"math"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/related"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// Words are what a ranking knows about words beside the documents.
type Words struct {
	Cutter   zh.Cutter
	Synonyms *zh.Synonyms
	Related  *related.Model
}

// cut is one of the three ways in which a text is cut.
type cut int

const (
	words cut = iota
	bigrams
	characters
	cuts
)

// of gives the terms of a text.
func (w Words) of(c cut, text string) []zh.Term {
	switch c {
	case words:
		return zh.Words(text, w.Cutter)
	case bigrams:
		return zh.Bigrams(text)
	}
	return zh.Characters(text)
}

// key is a term of one cut.
type key struct {
	cut  cut
	term string
}

// document is what is kept of one: how long it is in each cut.
type document struct {
	id     string
	kind   catalog.Kind
	length [cuts]float64
}

// posting is how often a term stands in a document.
type posting struct {
	document int32
	times    float32
}

// Ranker holds the documents' terms that some requests ask for.
type Ranker struct {
	words     Words
	requests  []search.RankRequest
	documents []document
	asked     map[key]int32 // place in postings; never changes after New
	postings  [][]posting
	total     map[catalog.Kind][cuts]float64 // of lengths
	count     map[catalog.Kind]int
}

// New prepares a ranker for requests; documents are read by Read.
func New(w Words, requests []search.RankRequest) *Ranker {
	r := &Ranker{words: w, requests: requests, asked: map[key]int32{}, total: map[catalog.Kind][cuts]float64{}, count: map[catalog.Kind]int{}}
	for _, req := range requests {
		for _, c := range req.Clauses {
			r.ask(c.Text)
		}
	}
	r.postings = make([][]posting, len(r.asked))
	return r
}

// ask notes the terms of a text, and the words that may stand for its words.
func (r *Ranker) ask(text string) {
	note := func(k key) {
		if _, known := r.asked[k]; !known {
			r.asked[k] = int32(len(r.asked))
		}
	}
	for way := range cuts {
		for _, t := range r.words.of(way, text) {
			note(key{way, t.Text})
		}
	}
	for _, t := range r.words.of(words, text) {
		for _, n := range r.words.company(t.Text) {
			note(key{words, n.Word})
		}
	}
}

// postingsOf lists the documents that have a term.
func (r *Ranker) postingsOf(k key) []posting {
	term, asked := r.asked[k]
	if !asked {
		return nil
	}
	return r.postings[term]
}

// company is the words that may stand for a word, with their similarities.
func (w Words) company(word string) []related.Near {
	var out []related.Near
	others := w.Synonyms.Others(word)
	for _, o := range others {
		out = append(out, related.Near{Word: o, Similarity: 1})
	}
	for _, n := range w.Related.Near(word) {
		if !slices.Contains(others, n.Word) {
			out = append(out, n)
		}
	}
	return out
}

// Counted is a document's terms, counted; see Count.
type Counted struct {
	document document
	terms    []counted
}

type counted struct {
	term  int32 // place in postings
	times float32
}

// Count cuts and counts a document. It changes nothing, so that several may be
// counted side by side; Add then takes them in any order.
func (r *Ranker) Count(d search.Document) Counted {
	out := Counted{document: document{id: d.ID, kind: d.Kind}}
	text := d.Title + "\n" + d.Title + "\n" + d.Text
	for way := range cuts {
		terms := r.words.of(way, text)
		out.document.length[way] = float64(len(terms) + 1) // the mark that stands before every text counts
		at := map[int32]int{}
		for _, t := range terms {
			term, asked := r.asked[key{way, t.Text}]
			if !asked {
				continue
			}
			i, have := at[term]
			if !have {
				i = len(out.terms)
				at[term] = i
				out.terms = append(out.terms, counted{term: term})
			}
			out.terms[i].times++
		}
	}
	return out
}

// Add takes a document in.
func (r *Ranker) Add(c Counted) {
	n := int32(len(r.documents))
	r.documents = append(r.documents, c.document)
	sums := r.total[c.document.kind]
	for way := range cuts {
		sums[way] += c.document.length[way]
	}
	r.total[c.document.kind] = sums
	r.count[c.document.kind]++
	for _, t := range c.terms {
		r.postings[t.term] = append(r.postings[t.term], posting{n, t.times})
	}
}

// Rank scores every document for the i-th request and gives those above 0, best
// first, ties by id.
func (r *Ranker) Rank(ctx context.Context, i int) ([]search.Scored, error) {
	s := scoring{ranker: r, request: r.requests[i], Scoring: r.requests[i].Scoring, scores: make([]float64, len(r.documents))}
	if err := s.run(ctx); err != nil {
		return nil, err
	}
	var out []search.Scored
	for n, score := range s.scores {
		d := r.documents[n]
		if score > 0 && (len(s.request.Kinds) == 0 || slices.Contains(s.request.Kinds, d.kind)) {
			out = append(out, search.Scored{ID: d.id, Score: score})
		}
	}
	slices.SortFunc(out, func(a, b search.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// scoring is one request on its way.
type scoring struct {
	search.Scoring
	ranker  *Ranker
	request search.RankRequest
	scores  []float64
}

// run adds the scores of all terms and of related words.
func (s *scoring) run(ctx context.Context) error {
	weights := [cuts]float64{words: s.Words, bigrams: s.Bigrams, characters: s.Characters}
	for way := range cuts {
		for term, weight := range s.weights(way) {
			if err := ctx.Err(); err != nil {
				return err
			}
			k := key{way, term}
			gain := weights[way] * weight * s.worth(k)
			for _, p := range s.ranker.postingsOf(k) {
				s.scores[p.document] += gain * s.saturation(way, p)
			}
		}
	}
	if s.Related == 0 {
		return nil
	}
	for term, weight := range s.weights(words) {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.addCompany(term, weight*s.Related)
	}
	return nil
}

// weights are the terms of the clauses, each with Σ weight · n^Repeat.
func (s *scoring) weights(way cut) map[string]float64 {
	out := map[string]float64{}
	for _, c := range s.request.Clauses {
		times := map[string]float64{}
		for _, t := range s.ranker.words.of(way, c.Text) {
			times[t.Text]++
		}
		for term, n := range times {
			out[term] += c.Weight * math.Pow(n, s.Repeat)
		}
	}
	return out
}

// addCompany gives documents that lack a word the best of its related words.
func (s *scoring) addCompany(word string, weight float64) {
	near := s.ranker.words.company(word)
	if len(near) == 0 {
		return
	}
	own := weight * s.worth(key{words, word})
	has := map[int32]bool{}
	for _, p := range s.ranker.postingsOf(key{words, word}) {
		has[p.document] = true
	}
	best := map[int32]float64{}
	for _, n := range near {
		k := key{words, n.Word}
		gain := n.Similarity * min(own, weight*s.worth(k))
		for _, p := range s.ranker.postingsOf(k) {
			if !has[p.document] {
				best[p.document] = max(best[p.document], gain*s.saturation(words, p))
			}
		}
	}
	for d, score := range best {
		s.scores[d] += score
	}
}

// worth is idf^p · tells^ν.
func (s *scoring) worth(k key) float64 {
	needs := float64(s.ranker.count[catalog.KindNeed])
	all, having, asking := float64(len(s.ranker.documents)), float64(len(s.ranker.postingsOf(k))), 0.0
	if s.NeedPower == 0 {
		return math.Pow(surprise(all, having), s.IDFPower)
	}
	for _, p := range s.ranker.postingsOf(k) {
		if s.ranker.documents[p.document].kind == catalog.KindNeed {
			asking++
		}
	}
	const nothing = 20 // needs that ask for nothing
	tells := surprise(needs+nothing, asking) / surprise(needs+nothing, 0)
	return math.Pow(surprise(all-needs, having-asking), s.IDFPower) * math.Pow(tells, s.NeedPower)
}

// surprise is ln(1 + (n − k + ½) / (k + ½)).
func surprise(n, k float64) float64 { return math.Log(1 + (n-k+0.5)/(k+0.5)) }

// saturation is tf·(k1 + 1) / (tf + k1·(1 − b + b·length/mean)), the mean of the
// document's own kind.
func (s *scoring) saturation(way cut, p posting) float64 {
	d := s.ranker.documents[p.document]
	mean := s.ranker.total[d.kind][way] / float64(s.ranker.count[d.kind])
	times := float64(p.times)
	return times * (s.K1 + 1) / (times + s.K1*(1-s.B+s.B*d.length[way]/mean))
}
