package indexer

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	bleveanalysis "github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/internal/catalog"
	"hongniang/internal/demo"
	"hongniang/internal/search"
)

// copies gives n documents made of the demonstration's, each with an id of its
// own.
func copies(b *testing.B, n int) []search.Document {
	b.Helper()
	var docs []search.Document
	for _, kind := range []catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert} {
		recs, err := demo.Records(kind)
		if err != nil {
			b.Fatal(err)
		}
		for _, rec := range recs {
			if doc, public := search.FromRecord(rec); public {
				docs = append(docs, doc)
			}
		}
	}
	out := make([]search.Document, n)
	for i := range out {
		out[i] = docs[i%len(docs)]
		out[i].ID = fmt.Sprintf("%s-%d", out[i].ID, i)
	}
	return out
}

// BenchmarkLoad holds a bulk load, cut and indexed, against bare bleve that is
// handed the same fields with the tokens of their texts ready cut, by two writers too.
// ratio is our speed in parts of bare bleve's.
func BenchmarkLoad(b *testing.B) {
	docs := copies(b, 5*fillSize)
	ours, bare := time.Duration(0), time.Duration(0)
	for b.Loop() {
		x, err := Open(b.TempDir(), Options{Cutter: cutter()})
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		err = x.Fill(b.Context(), func(each func(search.Document) error) error {
			for _, d := range docs {
				if err := each(d); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		ours += time.Since(start)
		x.Close()
		b.StopTimer()
		cut := readyCut(b, docs)
		b.StartTimer()
		bare += loadBare(b, cut, fillSize)
	}
	n := float64(len(docs) * b.N)
	b.ReportMetric(n/ours.Seconds(), "docs/s")
	b.ReportMetric(n/bare.Seconds(), "bare-docs/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
}

// readyCut lays documents out with the tokens of their texts ready cut, for bleve to
// count.
func readyCut(b *testing.B, docs []search.Document) []*document.Document {
	b.Helper()
	w := newFieldWriter(cutter())
	var out []*document.Document
	for _, d := range docs {
		doc, err := w.document(d)
		if err != nil {
			b.Fatal(err)
		}
		for i, field := range doc.Fields {
			if text, ok := field.(*analysis.Text); ok {
				doc.Fields[i] = document.NewTextFieldCustom(text.Name(), nil, nil, index.IndexField, tokensOf(text))
			}
		}
		out = append(out, doc)
	}
	return out
}

// tokens are those of a text that is cut.
type tokens []*bleveanalysis.Token

func (t tokens) Analyze([]byte) bleveanalysis.TokenStream { return bleveanalysis.TokenStream(t) }

func tokensOf(text *analysis.Text) tokens {
	var out tokens
	for term, times := range text.AnalyzedTokenFrequencies() {
		for range times.Frequency() {
			out = append(out, &bleveanalysis.Token{Term: []byte(term), Position: len(out) + 1})
		}
	}
	return out
}

func loadBare(b *testing.B, docs []*document.Document, size int) time.Duration {
	b.Helper()
	x, err := create(b.TempDir() + "/bare")
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	start := time.Now()
	err = twoAtOnce(func(do func(func() error) error) error {
		for batch := range slices.Chunk(docs, size) {
			if err := do(func() error { return writeBare(x, batch) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func writeBare(x bleve.Index, docs []*document.Document) error {
	batch := x.NewBatch()
	for _, d := range docs {
		if err := batch.IndexAdvanced(d); err != nil {
			return err
		}
	}
	return x.Batch(batch)
}

// BenchmarkVersusPlain ranks whole needs over 20,000 documents from memory and
// with bleve's readers; ratio is the time of the first in parts of the second.
func BenchmarkVersusPlain(b *testing.B) {
	x, err := Open(b.TempDir(), Options{Cutter: cutter()})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	for docs := copies(b, 20000); len(docs) > 0; docs = docs[2000:] {
		if err := x.AddDocuments(b.Context(), docs[:2000]); err != nil {
			b.Fatal(err)
		}
	}
	recs, err := demo.Records(catalog.KindNeed)
	if err != nil {
		b.Fatal(err)
	}
	fast, plain := time.Duration(0), time.Duration(0)
	for i := 0; b.Loop(); i++ {
		req := wholeNeed(recs[i%len(recs)].(*catalog.Need))
		req.Top = 200
		start := time.Now()
		if _, err := x.Rank(b.Context(), req); err != nil {
			b.Fatal(err)
		}
		fast += time.Since(start)
		start = time.Now()
		err := x.read(func(r index.IndexReader) error {
			shot, err := x.shot.of(b.Context(), r)
			if err != nil {
				return err
			}
			_, err = x.rankPlainly(b.Context(), plainStock{shot, r}, req)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		plain += time.Since(start)
	}
	b.ReportMetric(fast.Seconds()/plain.Seconds(), "ratio")
}

// BenchmarkSnippets marks the ten hits of a page.
func BenchmarkSnippets(b *testing.B) {
	docs := copies(b, 10)
	show := newMarker(search.ParseQuery("曲轴磨削烧伤 振纹"))
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range docs {
			show.marks(d.Title)
			show.snippets(d.Text)
		}
	}
}

// Adding postings to scores allocates nothing, however many there are.
func TestAddingAllocatesNothing(t *testing.T) {
	x := demonstration(t)
	err := x.state(t.Context(), func(st state) error {
		r := newRanker(st.view, nil, searchScoring)
		defer r.done()
		terms := x.terms([]search.Clause{{Text: "曲轴连杆颈磨削烧伤的控制和设备", Weight: 1}}, searchScoring)
		sources, err := r.sources(t.Context(), terms)
		if err != nil {
			return err
		}
		var few []int32
		for _, span := range r.spans {
			for place := span.From; place < span.To; place += 3 {
				few = append(few, int32(place))
			}
		}
		for _, s := range sources {
			n, most := math.Inf(1), float64(10*len(r.spans))
			for tries := 0; tries < 100 && n > most; tries++ { // the index's own background work allocates too
				n = testing.AllocsPerRun(10, func() { r.addEverywhere([]source{s}); r.addTo(few, s) })
			}
			if n > most {
				t.Errorf("%v allocations in %d spans for %d postings", n, len(r.spans), s.count)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
