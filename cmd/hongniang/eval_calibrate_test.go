package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// calibrationDir writes a run over 40 needs: the strength 1.0 is of grade 3, 0.3
// of grade 2 for every second need, 0.05 of grade 0, and one judged document is
// not answered; the last ten needs have no answer.
func calibrationDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	run, judged, queries := "", "query\tdocument\tgrade\n", ""
	for i := range 40 {
		strong, fair := 3, i%2*2
		if i >= 30 {
			strong, fair = 0, 1
		}
		run += fmt.Sprintf("q%d\ta\t1.0\nq%d\tb\t0.35\nq%d\tc\t0.05\nq%d\tunjudged\t0.4\n", i, i, i, i)
		judged += fmt.Sprintf("q%d\ta\t%d\nq%d\tb\t%d\nq%d\tc\t0\nq%d\td\t0\n", i, strong, i, fair, i, i)
		queries += fmt.Sprintf("{\"id\":\"q%d\",\"title\":\"need %d\"}\n", i, i/2)
	}
	put(t, dir, "run.tsv", run)
	put(t, dir, "judgements.tsv", judged)
	put(t, dir, "queries.jsonl", queries)
	return dir
}

func calibrated(t *testing.T, dir string, more ...string) result {
	t.Helper()
	return run(t, append([]string{"eval", "calibrate", "--run", filepath.Join(dir, "run.tsv"), "--judgements", filepath.Join(dir, "judgements.tsv")}, more...)...)
}

// With the present weights 1.0 is 极高 (.99), 0.35 中 (.34), 0.05 and 0 不足.
func TestEvalCalibrate(t *testing.T) {
	t.Parallel()
	dir := calibrationDir(t)
	got := calibrated(t, dir, "--kind", "result", "--queries", filepath.Join(dir, "queries.jsonl"))
	if got.code != 0 || got.err != "" {
		t.Fatalf("exit code %d: %s", got.code, got.err)
	}
	for _, want := range []string{
		"| 现用 | ", "| 拟合 | ", "## run.tsv\n\n40 条需求，160 对评判。\n其中 40 对不在结果里，按强度 0 计",
		"| 极高 | 40 | 0.99 | 0.75 | 0.60–0.86 | 0.75 |\n| 高 | 0 | — | — | — | — |\n| 中 | 40 | 0.34 | 0.38 | 0.24–0.53 | 0.00 |\n| 低 | 0 | — | — | — | — |\n| 不足 | 80 | ",
		"由强度猜等级（交叉验证）：1/(1+MAE) = 0.",
		"| 没有 2 级以上候选的需求 | 10 | 1.00 | 0.00 | 0.00 | 0.00 | 0.00 |\n",
		"| 各需求去掉 1 级以上的候选 | 40 | 0.25 | 0.00 | 0.75 | 0.00 | 0.00 |\n",
	} {
		if !strings.Contains(got.out, want) {
			t.Errorf("lacks %q:\n%s", want, got.out)
		}
	}
	if strings.Contains(got.out, "留出检验") {
		t.Error("the held-out table is there though nobody asked")
	}
	condensed := calibrated(t, dir, "--kind", "result", "--condensed")
	if want := "| 各需求去掉 1 级以上的候选 | 40 | 0.25 | 0.00 | 0.38 | 0.00 | 0.38 |\n"; !strings.Contains(condensed.out, want) {
		t.Errorf("unjudged candidates count though they should not; want %q:\n%s", want, condensed.out)
	}
}

// Several sets share one fit; each has a table of its own, held out too.
func TestEvalCalibrateSets(t *testing.T) {
	t.Parallel()
	dir := calibrationDir(t)
	set := "run=" + filepath.Join(dir, "run.tsv") + ",judgements=" + filepath.Join(dir, "judgements.tsv") + ",queries=" + filepath.Join(dir, "queries.jsonl")
	out := must(t, "eval", "calibrate", "--kind", "expert", "--held-out", "--set", set, "--set", set)
	if strings.Count(out, "## run.tsv\n") != 2 || strings.Count(out, "### 留出检验（5 折") != 2 || strings.Count(out, "| 拟合 | ") != 1 {
		t.Errorf("want two sets, one fit:\n%s", out)
	}
	once := must(t, "eval", "calibrate", "--kind", "expert", "--held-out", "--set", set)
	if !strings.Contains(out, regexp.MustCompile(`(?s)## run\.tsv.*?### 留出`).FindString(once)) {
		t.Errorf("a set alone has another table:\n%s\nand twice:\n%s", once, out)
	}
}

// The command counts as docs/matching.md does, whose tables the matcher's tests
// keep.
func TestEvalCalibrateDemo(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/matching.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (极高|高|中|低|不足) (\|.*)$`)
	for _, kind := range []string{"result", "expert"} {
		out := must(t, "eval", "calibrate", "--kind", kind, "--demo")
		if !regexp.MustCompile(`## 程序自带的评判集\n\n169 条需求，2\d\d\d 对评判。`).MatchString(out) || strings.Count(out, "\n| 极高 | ") != 1 {
			t.Errorf("%s:\n%s", kind, out)
		}
		for _, row := range rows.FindAllString(out, -1) {
			if !strings.Contains(string(doc), row+"\n") {
				t.Errorf("%s: docs/matching.md lacks %s", kind, row)
			}
		}
		if again := must(t, "eval", "calibrate", "--kind", kind, "--demo"); again != out {
			t.Errorf("%s: the second answer is another", kind)
		}
	}
}

// What is wrong with flags and files has a stable code, and nothing is printed.
func TestEvalCalibrateBadInput(t *testing.T) {
	t.Parallel()
	dir := calibrationDir(t)
	missing := filepath.Join(dir, "missing")
	set := func(text string) []string { return []string{"--kind", "result", "--set", text} }
	good := "run=" + filepath.Join(dir, "run.tsv")
	for _, tt := range []struct {
		args []string
		exit int
		code string
	}{
		{nil, 2, "command.usage"},
		{[]string{"--kind", "result"}, 2, "command.usage"},
		{[]string{"--kind", "search", "--demo"}, 2, "eval.kind"},
		{[]string{"--kind", "result", "--run", missing}, 2, "command.usage"},
		{[]string{"--kind", "result", "--demo", "--queries", missing}, 2, "command.usage"},
		{[]string{"--kind", "result", "--run", missing, "--judgements", missing}, 3, "collection.open"},
		{set("nonsense"), 2, "eval.set"},
		{set(good), 2, "eval.set"},
		{set(good + ",judgements="), 2, "eval.set"},
		{set(good + "," + good + ",judgements=x"), 2, "eval.set"},
		{set(good + ",judgements=" + missing), 3, "collection.open"},
		{set(good + ",judgements=" + filepath.Join(dir, "judgements.tsv") + ",queries=" + missing), 3, "collection.open"},
		{set(good + ",judgements=" + put(t, dir, "foreign.tsv", "query\tdocument\tgrade\nx\ta\t2\n")), 2, "eval.run_foreign"},
		{set(good + ",judgements=" + put(t, dir, "useless.tsv", "query\tdocument\tgrade\nq1\ta\t1\nq2\tb\t0\n")), 2, "collection.one_sided"},
		{set(good + ",judgements=" + put(t, dir, "one.tsv", "query\tdocument\tgrade\nq1\ta\t2\nq1\tb\t0\n")), 2, "collection.few_needs"},
		{set(good + ",judgements=" + filepath.Join(dir, "run.tsv")), 2, "collection.no_header"},
		{set("run=" + put(t, dir, "search.tsv", "q1\ta\t57.2\nq2\tb\t31\n") + ",judgements=" + filepath.Join(dir, "judgements.tsv")), 2, "eval.not_strengths"},
	} {
		fails(t, run(t, append([]string{"eval", "calibrate"}, tt.args...)...), tt.exit, tt.code)
	}
}
