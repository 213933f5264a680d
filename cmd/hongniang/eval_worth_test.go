package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each ingredient has a line with nDCG@10 without it and with it; what the
// collection cannot tell apart has none.
func TestEvalWorth(t *testing.T) {
	t.Parallel()
	out := must(t, "eval", "worth", "--demo", "--kind", "expert")
	rows := regexp.MustCompile(`(?m)^\| (.+) \| 0\.\d{4} \| (0\.\d{4}) \| [+-]0\.\d{4} \| [01]\.\d{4} \|$`).FindAllStringSubmatch(out, -1)
	named := map[string]bool{}
	for _, row := range rows {
		named[row[1]] = true
		if row[2] != rows[0][2] {
			t.Errorf("the ranking with everything has two figures:\n%s", out)
		}
	}
	if len(rows) < 5 || !named["成果为人投票"] || !named["单字"] || named["需求的套话打折"] {
		t.Errorf("lines of %v:\n%s", named, out)
	}
	fails(t, run(t, "eval", "worth"), 2, "command.usage")
}

// --timed says how long a match takes; a file that is read is never written over.
func TestEvalRankTimed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "corpus.jsonl", `{"id":"a","title":"曲轴磨削烧伤","text":"砂轮和冷却"}`+"\n")
	put(t, dir, "queries.jsonl", `{"id":"q","title":"曲轴磨削","text":"表面烧伤"}`+"\n")
	corpus, queries := filepath.Join(dir, "corpus.jsonl"), filepath.Join(dir, "queries.jsonl")
	args := []string{"eval", "rank", "--corpus", corpus, "--queries", queries, "--out"}
	out := must(t, append(args, filepath.Join(dir, "run.tsv"), "--kind", "result", "--timed")...)
	if !strings.Contains(out, "完整匹配 1 个需求：p50 ") {
		t.Errorf("no times: %s", out)
	}
	fails(t, run(t, append(args, filepath.Join(dir, "run.tsv"), "--kind", "search", "--timed")...), 2, "eval.timed")
	before, _ := os.ReadFile(corpus)
	fails(t, run(t, append(args, corpus, "--kind", "result")...), 2, "eval.out_is_input")
	if after, err := os.ReadFile(corpus); err != nil || string(after) != string(before) {
		t.Errorf("the corpus was written over: %v", err)
	}
}
