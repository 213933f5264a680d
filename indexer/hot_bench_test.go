package indexer

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"hongniang/indexer/postings"
	"hongniang/internal/zh"
)

// BenchmarkAdd adds a term that stands in every second document to the scores of
// 65,536: as a dense list, by a question at each place whether it stands there, and
// as a list of places. ns/place and ns/posting are of one place, and of one document
// that has the term.
func BenchmarkAdd(b *testing.B) {
	const size = 1 << 16
	random := rand.New(rand.NewPCG(1, 1))
	dense, sparse := postings.Chunk{Times: make([]uint8, size)}, postings.Chunk{}
	lengths, scores := make([]float32, size), make([]float32, size)
	for i := range size {
		lengths[i] = 100 + 900*random.Float32()
		if random.IntN(2) == 0 {
			dense.Times[i] = uint8(1 + random.IntN(3))
			sparse.Places, sparse.Times = append(sparse.Places, uint16(i)), append(sparse.Times, dense.Times[i])
		}
	}
	c := curve{0.1, 0.001}
	ask := func() {
		for i, times := range dense.Times {
			if times > 0 {
				tf := float32(times)
				scores[i] += tf / (tf + c.flat + c.steep*lengths[i])
			}
		}
	}
	for name, add := range map[string]func(){
		"dense":  func() { c.add(scores, dense, lengths, 1) },
		"asking": ask,
		"sparse": func() { c.add(scores, sparse, lengths, 1) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				add()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/size, "ns/place")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(sparse.Places)), "ns/posting")
		})
	}
}

// BenchmarkOnly looks in a text for 200 pairs of characters: at those alone that begin
// and end as one of them does, and at all.
func BenchmarkOnly(b *testing.B) {
	text := zh.FoldText(string(bodyOf(b)))
	terms := map[string]bool{}
	var set zh.CharacterSet
	text.EachBigram(func(t zh.Term) {
		if len(terms) < 200 {
			terms[t.Text] = true
			set.Add(t.Text)
		}
	})
	some := zh.FoldText(string(bodyOf(b)))
	for name, begin := range map[string]func() *zh.Folded{
		"only": func() *zh.Folded { some.Only(&set); return &some },
		"all":  func() *zh.Folded { return &text },
	} {
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				begin().EachBigram(func(t zh.Term) {
					if terms[t.Text] {
						found++
					}
				})
			}
			if found == 0 {
				b.Error("none")
			}
		})
	}
}

// bodyOf makes a text of 20,000 characters of which most are in few places.
func bodyOf(b *testing.B) []byte {
	b.Helper()
	random := rand.New(rand.NewPCG(2, 2))
	var out []byte
	for range 20_000 {
		r := rune(0x4E00 + int(3000*random.Float64()*random.Float64()))
		out = append(out, strconv.QuoteRune(r)[1:4]...)
	}
	return out
}
