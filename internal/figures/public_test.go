package figures

import (
	"testing"

	"hongniang/internal/catalog"
)

// Nobody who knows the public funnel can reckon a small count: every count that
// is shown is at least three, and what is kept back in a column is nothing, or
// two or more cells of together at least three.
func TestOpenFunnelPointsAtNobody(t *testing.T) {
	shown := 0
	for seed := range uint64(worlds) {
		w := newWorld(seed)
		for i := range 60 { // enough for counts to be shown
			w.need(100 + i)
		}
		b := w.book()
		f, err := b.OpenFunnel()
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range [][]OpenRow{f.Years, f.Places} {
			for s := range stages {
				sum, hidden := 0, 0
				for _, r := range table {
					c := r.Steps[s]
					sum += c.Count
					hidden += int(one(c.Few))
					shown += int(one(!c.Few))
					if !c.Few && c.Count < 3 || c.Few && c.Count != 0 {
						t.Fatalf("seed %d shows %+v", seed, c)
					}
				}
				whole := f.Whole.Steps[s]
				rest := whole.Count - sum
				if !whole.Few && hidden > 0 && rest != 0 && (hidden == 1 || rest < 3) {
					t.Fatalf("seed %d, %s: %d cells are kept back and hold %d of %d", seed, f.Terms[s], hidden, rest, whole.Count)
				}
			}
		}
	}
	if shown < worlds {
		t.Errorf("only %d counts were shown at all", shown)
	}
}

// The public funnel counts what the public may see, and nothing else.
func TestOpenFunnelIsPublic(t *testing.T) {
	for seed := range uint64(200) {
		w := newWorld(seed)
		for i := range 60 {
			w.need(100 + i)
		}
		f, err := w.book().OpenFunnel()
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, rec := range w.records[catalog.KindNeed] {
			if _, public := catalog.PublicView(rec); public {
				want++
			}
		}
		if got := f.Whole.Steps[Arrived]; got.Count != want {
			t.Errorf("seed %d: %d needs, the public sees %d", seed, got.Count, want)
		}
	}
}
