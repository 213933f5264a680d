package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// measures reads the nDCG@10 of the floor file of the matcher's tests, by scope,
// for the whole order of a list.
func measures(t *testing.T, list string) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../../matcher/testdata/rank_floor.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if cells := strings.Fields(line); cells[1] == list+"_order" {
			out[cells[0]] = cells[2]
		}
	}
	return out
}

// The judged set is ranked and measured, the same twice, and over the same needs
// as the goldens of the matcher.
func TestEvalRankDemo(t *testing.T) {
	t.Parallel()
	for kind, list := range map[string]string{"result": "documents", "expert": "people"} {
		dir := t.TempDir()
		rank := func(name string) (stdout, lines string) {
			out := must(t, "eval", "rank", "--demo", "--kind", kind, "--out", filepath.Join(dir, name), "--top", "20")
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			return out, string(data)
		}
		stdout, lines := rank("a")
		again, sameLines := rank("b")
		if diff := cmp.Diff(stdout, again); diff != "" || lines != sameLines {
			t.Errorf("%s: the second run is another (-first +second):\n%s", kind, diff)
		}
		if first := best(t, strings.Split(strings.TrimSpace(lines), "\n")); len(first) != 169 {
			t.Errorf("%s: %d needs were ranked", kind, len(first))
		}
		needs := measures(t, list)
		if !regexp.MustCompile(`^` + needs["all"] + ` 个查询  nDCG@10 0\.[89]`).MatchString(stdout) {
			t.Errorf("%s: want %s queries, well ranked:\n%s", kind, needs["all"], stdout)
		}
		for _, slice := range []string{"vocabulary_gap", "traditional", "model_numbers", "plain"} {
			if !regexp.MustCompile(`(?m)^` + slice + ` +` + needs[slice] + ` 个查询  nDCG@10 [01]\.\d{4}  MRR@10 [01]\.\d{4}$`).MatchString(stdout) {
				t.Errorf("%s: no line of %s with %s needs:\n%s", kind, slice, needs[slice], stdout)
			}
		}
		if !strings.Contains(stdout, "no_answer         15 个需求都没有答案，不计\n") {
			t.Errorf("%s: needs without an answer are not told:\n%s", kind, stdout)
		}
	}
}

func TestEvalRankDemoBadInput(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "run.tsv")
	eval := func(more ...string) result { return run(t, append([]string{"eval", "rank", "--demo"}, more...)...) }
	fails(t, eval("--kind", "search", "--out", out), 2, "eval.demo_kind")
	fails(t, eval("--kind", "result", "--out", out, "--corpus", "x"), 2, "eval.demo_files")
	fails(t, eval("--kind", "result", "--out", out, "--judgements", "x"), 2, "eval.demo_files")
	fails(t, eval("--kind", "result", "--out", out, "--min-grade", "11"), 2, "eval.min_grade")
	fails(t, eval("--kind", "result"), 2, "command.usage")
	if _, err := os.Stat(out); err == nil {
		t.Error("a run that was refused left a file")
	}
}
