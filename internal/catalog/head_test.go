package catalog_test

import (
	"context"
	"testing"

	"hongniang/internal/catalog"
)

// line is a feed of so many changes that can only be read in order.
type line int64

func (l line) Changes(_ context.Context, after int64, limit int) ([]catalog.Change, error) {
	var out []catalog.Change
	for seq := after + 1; seq <= int64(l) && len(out) < limit; seq++ {
		out = append(out, catalog.Change{Seq: seq})
	}
	return out, nil
}

// A feed that does not know its head is walked to it, whatever its length.
func TestHead(t *testing.T) {
	for _, n := range []int64{0, 1, 9_999, 10_000, 10_001, 25_000} {
		if got, err := catalog.Head(t.Context(), line(n)); err != nil || got.Seq != n {
			t.Errorf("the head of %d is %d, %v", n, got.Seq, err)
		}
	}
}

// Somebody is sought for a need until somebody is found, and no longer.
func TestSought(t *testing.T) {
	for status, want := range map[string]bool{"draft": false, "submitted": false, "published": true, "matching": true, "introduced": false, "solved": false, "expired": false, "": false} {
		if got := catalog.Sought(status); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
}
