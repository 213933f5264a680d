package analysis_test

import (
	"strings"
	"testing"

	"hongniang/indexer/analysis"
	"hongniang/internal/zh"
)

// Each analyzer gives its cut, with positions from 1 and the offsets of the
// text as it came.
func TestAnalyze(t *testing.T) {
	t.Parallel()
	const text = "換流閥 CNC"
	for name, c := range map[string]struct {
		analyzer *analysis.Analyzer
		want     string
	}{
		"whole":  {analysis.Whole(), text},
		"given":  {analysis.Given(zh.Characters(text)), "换 流 阀 cnc"},
		"marked": {analysis.Marked(analysis.Given(zh.Bigrams(text))), analysis.Everything + " 换流 流阀 cnc"},
	} {
		var got []string
		for i, token := range c.analyzer.Analyze([]byte(text)) {
			got = append(got, string(token.Term))
			if token.Position != i+1 || token.Start < 0 || token.End > len(text) || token.Start > token.End {
				t.Errorf("%s: %+v", name, token)
			}
			if term := string(token.Term); term == "cnc" && text[token.Start:token.End] != "CNC" || term == "流阀" && text[token.Start:token.End] != "流閥" {
				t.Errorf("%s: %s stands at %q", name, term, text[token.Start:token.End])
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A text without terms still has the mark, so that its document is counted.
func TestEmptyTextIsMarked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "，。", "\xff"} {
		if got := analysis.Marked(analysis.Given(zh.Characters(text))).Analyze([]byte(text)); len(got) != 1 || string(got[0].Term) != analysis.Everything {
			t.Errorf("%q: %v", text, got)
		}
	}
}
