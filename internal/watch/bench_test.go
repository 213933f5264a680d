package watch_test

import (
	"fmt"
	"testing"

	"hongniang/internal/catalog"
)

// BenchmarkCatchUp asks 300 saved searches for 20 records that changed, among 2,000.
func BenchmarkCatchUp(b *testing.B) {
	w := newWorld(b)
	save := func(from, n int) {
		b.Helper()
		var recs []catalog.Record
		for i := from; i < from+n; i++ {
			rec := &catalog.Result{Title: fmt.Sprintf("数控车床第%d号工装的快换改造", i), Summary: fmt.Sprintf("换型时间由%d分钟缩短到八分钟，在第%d条生产线应用。", 40+i%50, i%90)}
			rec.Code, rec.Status, rec.Visibility = fmt.Sprintf("CG-%05d", i), "published", "public"
			recs = append(recs, rec)
		}
		for _, err := range w.saver.SaveAll(b.Context(), "test", recs) {
			if err != nil {
				b.Fatal(err)
			}
		}
		if err := w.index.CatchUp(b.Context(), w.store); err != nil {
			b.Fatal(err)
		}
	}
	save(0, 2000)
	for i := range 300 {
		w.save(fmt.Sprint("U", i%10), "词", fmt.Sprintf("车床 第%d条生产线", i))
	}
	n := 2000
	for b.Loop() {
		b.StopTimer()
		save(n, 20)
		n += 20
		b.StartTimer()
		if err := w.watch.CatchUp(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
