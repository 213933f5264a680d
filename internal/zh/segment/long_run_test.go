package segment_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"hongniang/internal/zh/segment"
)

// gse takes time in the square of a run without marks: 20,000 times the same
// character took a quarter of a minute.
func TestCutTakesLongRunsInPieces(t *testing.T) {
	t.Parallel()
	s := segment.New("")
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	run := strings.Repeat("轴", 20_000)
	words := s.Cut(run)
	if strings.Join(words, "") != run {
		t.Error("the words in turn are not the run")
	}
	for _, w := range words {
		if n := utf8.RuneCountInString(w); n > 200 {
			t.Fatalf("a word of %d characters", n)
		}
	}
}
