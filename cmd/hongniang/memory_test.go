package main

import "testing"

// A stock above 200,000 documents is given more memory, a smaller one no less, and an
// installation that keeps no postings what is beside them.
func TestMemoryLimit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		index     int64
		documents int
		want      int64
	}{
		{320 << 20, 0, 688 << 20},
		{320 << 20, 200_000, 688 << 20},
		{320 << 20, 1_000_000, (1088+368)<<20 + 700*800_000},
		{-1, 200_000, 368 << 20},
	} {
		if got := memoryLimit(tt.index, tt.documents); got != tt.want {
			t.Errorf("%d bytes of postings, %d documents: %d, want %d", tt.index, tt.documents, got, tt.want)
		}
	}
}
