package related_test

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	"hongniang/internal/related"
)

// wordsOfDocument is how many words a document of 1.8 KB has: 600 characters.
const wordsOfDocument = 330

// BenchmarkLearn learns from 5,000 documents.
func BenchmarkLearn(b *testing.B) { benchmarkLearn(b, 5000) }

// BenchmarkLearn200k learns from as many documents as a large province has. It
// takes minutes: go test -run '^$' -bench Learn200k -benchtime 1x
func BenchmarkLearn200k(b *testing.B) { benchmarkLearn(b, 200_000) }

func benchmarkLearn(b *testing.B, documents int) {
	b.ReportAllocs()
	words := 0
	for b.Loop() {
		peak := watchHeap()
		m, err := related.Learn(b.Context(), zipf(documents, wordsOfDocument), related.Options{})
		b.ReportMetric(peak(), "peak-MB")
		if err != nil || m.Len() == 0 {
			b.Fatalf("%d words: %v", m.Len(), err)
		}
		words = m.Len()
	}
	b.ReportMetric(float64(documents*b.N)/b.Elapsed().Seconds(), "documents/s")
	b.ReportMetric(float64(words), "words")
}

// watchHeap looks at the heap until its answer is asked for the most that was
// in use, in MB over what was there.
func watchHeap() func() float64 {
	debug.FreeOSMemory()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return float64(most.Load()-min(before.HeapInuse, most.Load())) / (1 << 20)
	}
}
