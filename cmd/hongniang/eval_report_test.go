package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reported runs eval report over the tiny collection.
func reported(t *testing.T, dir string, more ...string) result {
	t.Helper()
	return run(t, append([]string{"eval", "report", "--corpus", filepath.Join(dir, "corpus.jsonl"), "--queries", filepath.Join(dir, "queries.jsonl"),
		"--judgements", filepath.Join(dir, "judgements.tsv"), "--kind", "result"}, more...)...)
}

func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What eval rank writes, eval report reads: on the screen, and as a page beside
// another run.
func TestEvalReport(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	path := put(t, dir, "run.tsv", strings.Join(ranked(t, dir, "result", "corpus.jsonl"), "\n"))
	got := reported(t, dir, "--run", path)
	if got.code != 0 || got.err != "" {
		t.Fatalf("exit code %d: %s", got.code, got.err)
	}
	for _, want := range []string{"# 排序报告：需求找成果\n", "2 个查询计入。1 级以上算相关", "| run\\.tsv | 0.9131 | 1.0000 | 0.7500 | 0.7500 |", "### 0.83 曲轴磨削裂纹\n", "2 级 曲轴磨削烧伤的防止 （d2）\n  - 共同的词：**曲轴", "茶叶杀青 （d3）\n  - 与这条查询没有一个共同的字"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the report lacks %q:\n%s", want, got.out)
		}
	}
	other := put(t, dir, "other.tsv", "q1\td3\t1\nq2\td2\t1\n")
	page := filepath.Join(t.TempDir(), "report.html")
	if got := reported(t, dir, "--run", path, "--against", other, "--out", page); got.code != 0 || got.out != "已写出 "+page+"\n" {
		t.Fatalf("exit code %d: %s%s", got.code, got.out, got.err)
	}
	data, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"nDCG@10 比对照 <b>&#43;0.5000</b>，p = ", "升得最多", "<td>other.tsv</td>", "1，对照 —"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestEvalReportOfPeople(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	path := put(t, dir, "run.tsv", "q2\tp3\t1\n")
	judged := put(t, dir, "people.tsv", "query\tdocument\tgrade\nq2\tp3\t1\n")
	out := must(t, "eval", "report", "--corpus", filepath.Join(dir, "people.jsonl.gz"), "--papers", filepath.Join(dir, "papers.jsonl"),
		"--queries", filepath.Join(dir, "queries.jsonl"), "--judgements", judged, "--kind", "expert", "--run", path)
	for _, want := range []string{"另有 1 个没有 1 级以上的文档，不计", "[1] 1 级 张工 （p3）", "文献《曲轴磨削裂纹的成因》占 "} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
}

// Every option that docs/evaluation.md names is one.
func TestEvaluationDocument(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../docs/evaluation.md")
	if err != nil {
		t.Fatal(err)
	}
	help := must(t, "eval", "rank", "--help") + must(t, "eval", "report", "--help") + must(t, "eval", "calibrate", "--help") + must(t, "eval", "fit", "--help") + must(t, "eval", "verdicts", "--help")
	flags := regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(string(doc), -1)
	for _, flag := range flags {
		if !strings.Contains(help, flag+" ") {
			t.Errorf("docs/evaluation.md names %s, which is no option", flag)
		}
	}
	if len(flags) < 10 {
		t.Errorf("only %d options are named", len(flags))
	}
}

// Whatever is wrong with the files is said before anything is indexed, and
// leaves no report.
func TestEvalReportBadInput(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	good := put(t, dir, "good.tsv", "q1\td1\t1\n")
	out := filepath.Join(dir, "report.html")
	for _, tt := range []struct {
		run  string
		more []string
		exit int
		code string
	}{
		{filepath.Join(dir, "missing"), nil, 3, "collection.open"},
		{put(t, dir, "gzip.tsv", "\x1f\x8b\x08broken"), nil, 2, "collection.gzip"},
		{put(t, dir, "words.tsv", "q1\td1\thigh\n"), nil, 2, "collection.score"},
		{put(t, dir, "columns.tsv", "q1 d1 1\n"), nil, 2, "collection.columns"},
		{put(t, dir, "foreign.tsv", "x\td1\t1\n"), nil, 2, "eval.run_foreign"},
		{good, []string{"--against", filepath.Join(dir, "missing")}, 3, "collection.open"},
		{good, []string{"--kind", "dragon"}, 2, "eval.kind"},
		{good, []string{"--min-grade", "11"}, 2, "eval.min_grade"},
		{good, []string{"--min-grade", "3"}, 2, "collection.nothing_judged"},
		{good, []string{"--out", filepath.Join(dir, "report.pdf")}, 2, "eval.format"},
		{good, []string{"--corpus", filepath.Join(dir, "missing")}, 3, "collection.open"},
	} {
		fails(t, reported(t, dir, append([]string{"--run", tt.run, "--out", out}, tt.more...)...), tt.exit, tt.code)
	}
	fails(t, run(t, "eval", "report", "--run", good), 2, "command.usage")
	if _, err := os.Stat(out); err == nil {
		t.Error("a report that failed left a file")
	}
	empty := put(t, dir, "empty.tsv", "")
	if got := reported(t, dir, "--run", empty); got.code != 0 || !strings.Contains(got.out, "empty\\.tsv”是空的") || strings.Count(got.out, "### 0.00 ") != 2 {
		t.Errorf("an empty run: exit code %d\n%s%s", got.code, got.out, got.err)
	}
}
