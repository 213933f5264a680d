package analysis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/document"

	"hongniang/indexer/analysis"
	"hongniang/internal/zh"
)

var _ document.Field = (*analysis.Text)(nil)

// A text has each of its terms as often as it stands there, and counts them all.
func TestText(t *testing.T) {
	t.Parallel()
	const text = "換流閥 CNC 换流閥"
	field := analysis.NewText("b", 0)
	field.Add(analysis.Everything)
	folded := zh.FoldText(text)
	folded.EachBigram(func(term zh.Term) { field.Add(term.Text) })
	var got []string
	for term, times := range field.AnalyzedTokenFrequencies() {
		got = append(got, fmt.Sprint(term, times.Frequency()))
	}
	slices.Sort(got)
	if want := "\x001 cnc1 换流2 流阀2"; strings.Join(got, " ") != want {
		t.Errorf("%q, want %q", strings.Join(got, " "), want)
	}
	if field.AnalyzedLength() != 6 {
		t.Errorf("%d terms, want 6", field.AnalyzedLength())
	}
}

// Terms stay what they are when there are more than are given memory at once.
func TestLongText(t *testing.T) {
	t.Parallel()
	field := analysis.NewText("b", 10)
	for round := range 3 {
		for i := range 1000 {
			if i%(round+1) == 0 {
				field.Add(fmt.Sprint(i))
			}
		}
	}
	for i := range 1000 {
		want := 1
		for _, every := range []int{2, 3} {
			if i%every == 0 {
				want++
			}
		}
		if got := field.AnalyzedTokenFrequencies()[fmt.Sprint(i)].Frequency(); got != want {
			t.Fatalf("%d stands there %d times, want %d", i, got, want)
		}
	}
}

func TestWhole(t *testing.T) {
	t.Parallel()
	got := analysis.Whole{}.Analyze([]byte("換流閥 CNC"))
	if len(got) != 1 || string(got[0].Term) != "換流閥 CNC" {
		t.Errorf("%v", got)
	}
}
