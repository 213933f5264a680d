package related_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/related"
)

// Every text is cut once; who has enough may stop, and so may a context.
func TestCutting(t *testing.T) {
	t.Parallel()
	texts, want := []string{}, []string{}
	for n := range 500 {
		texts = append(texts, letters("a", n)+" "+letters("b", n))
		want = append(want, letters("a", n), letters("b", n))
	}
	slices.Sort(want)
	for _, workers := range []int{0, 1, 3} {
		var got []string
		for words := range related.Cutting(t.Context(), slices.Values(texts), workers, strings.Fields) {
			got = append(got, words...)
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d workers (-want +got):\n%s", workers, diff)
		}
		for range related.Cutting(t.Context(), slices.Values(texts), workers, strings.Fields) {
			break
		}
		ctx, stop := context.WithCancel(t.Context())
		n := 0
		for range related.Cutting(ctx, slices.Values(texts), workers, strings.Fields) {
			if n++; n == 10 {
				stop()
			}
		}
		stop()
		if n < 10 || n == len(texts) {
			t.Errorf("%d workers: %d texts after the context ended at the tenth", workers, n)
		}
	}
}
