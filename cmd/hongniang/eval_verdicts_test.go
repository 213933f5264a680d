package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/verdict"
	"hongniang/matcher"
)

func line(t *testing.T, need, candidate string, code verdict.Code, rank int, band string) string {
	t.Helper()
	data, err := json.Marshal(verdict.Opinion{Verdict: verdict.Verdict{
		Need: need, Kind: catalog.KindResult, Candidate: candidate, Code: code, By: "U-1", Run: verdict.Run{Rank: rank, Band: band, Score: 60},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + "\n"
}

// A file of verdicts is measured, saved and measured again alike.
func TestEvalVerdicts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := put(t, dir, "verdicts.jsonl", line(t, "XQ-1", "CG-1", verdict.Strong, 1, "very_high")+line(t, "XQ-1", "CG-2", verdict.WrongField, 2, "high")+
		"\n"+line(t, "XQ-2", "CG-1", verdict.Unavailable, 1, "high"))
	copied := filepath.Join(dir, "copy.jsonl")
	out := must(t, "eval", "verdicts", "--file", file, "--save", copied)
	for _, want := range []string{"评价 3 个，其中没空 1 个", "XQ-1 成果：前五里评过 2 个，有用 1 个，准确率 0.50", "前五准确率（评过的里面）：0.500", "极高：评过 1 个，有用 1 个", "不对口却排在高：XQ-1 的 CG-2（第 2，60 分）"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if again := must(t, "eval", "verdicts", "--file", copied); !strings.HasSuffix(out, again) {
		t.Errorf("saved and read again:\n%s", again)
	}
	if out := must(t, "eval", "verdicts", "--file", put(t, dir, "none.jsonl", "")); !strings.Contains(out, "算不出准确率") {
		t.Errorf("of nothing: %s", out)
	}
	fails(t, run(t, "eval", "verdicts", "--file", put(t, dir, "bad.jsonl", "{\"need\":1}\n")), 2, "eval.verdicts_line")
	fails(t, run(t, "eval", "verdicts", "--refit", "--out", "w.json", "--kind", "search", "--data", dir), 2, "eval.fit_kind")
	fails(t, run(t, "eval", "verdicts", "--refit", "--out", "w.json", "--folds", "1", "--data", dir), 2, "eval.folds")
}

// Verdicts teach weights that are better on held-out needs, and then only is a
// file written; verdicts that mean nothing write none.
func TestEvalVerdictsRefit(t *testing.T) {
	t.Parallel()
	made, dir := misleadingDir(t, 16), filepath.Join(t.TempDir(), "data")
	work := t.TempDir()
	must(t, "import", "result", put(t, work, "results.jsonl", records(t, made, "corpus.jsonl", `{"code":"%s","title":"%s改进","summary":"%s"}`)), "--data", dir)
	must(t, "import", "need", put(t, work, "needs.jsonl", records(t, made, "queries.jsonl", `{"code":"%s","title":"%s","detail":"%s","status":"published","confidentiality":"public"}`)), "--data", dir)
	var right, none strings.Builder
	for i := range 16 {
		q, a, b := fmt.Sprintf("Q%d", i), fmt.Sprintf("A%d", i), fmt.Sprintf("B%d", i)
		right.WriteString(line(t, q, a, verdict.Strong, 2, "high") + line(t, q, b, verdict.WrongField, 1, "high"))
		none.WriteString(line(t, q, a, verdict.Strong, 2, "high"))
	}
	refit := func(text, name string) string {
		return must(t, "eval", "verdicts", "--file", put(t, work, "v.jsonl", text), "--refit", "--kind", "result", "--data", dir, "--out", filepath.Join(work, name))
	}
	out := refit(right.String(), "better.json")
	if !strings.Contains(out, "不像是偶然") || !regexp.MustCompile(`p = 0\.0[0-4]`).MatchString(out) {
		t.Fatalf("nothing is learned:\n%s", out)
	}
	if _, fitted, err := matcher.ReadWeights(filepath.Join(work, "better.json")); err != nil || !fitted.InUse() {
		t.Errorf("the file is not in use: %v", err)
	}
	if out := refit(none.String(), "none.json"); !strings.Contains(out, "没有写权重文件") {
		t.Errorf("of verdicts that are all alike:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(work, "none.json")); !os.IsNotExist(err) {
		t.Errorf("a file is there: %v", err)
	}
}

// records writes the lines of a made collection as records: id, title, text.
func records(t *testing.T, dir, name, form string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for text := range strings.Lines(string(data)) {
		var v struct{ ID, Title, Text string }
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		code := strings.ToUpper(v.ID)
		title := v.Title
		if name == "corpus.jsonl" {
			title += code // two results of one title are one
		}
		fmt.Fprintf(&out, form+"\n", code, title, v.Text)
	}
	return out.String()
}

// What brokers said through a running service is measured while it runs, and
// from its data directory when it does not.
func TestEvalVerdictsOfAService(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	s := serve(t, dir, "--demo")
	s.awaitIndex()
	body := `{"kind":"result","candidate":"CG-2026-A078","verdict":"strong"}`
	if code, answer, err := s.ask(http.MethodPut, "/needs/XQ-2026-A024/verdicts", strings.NewReader(body)); err != nil || code != 200 {
		t.Fatalf("%d %s %v", code, answer, err)
	}
	const says = "XQ-2026-A024 成果：前五里评过 1 个，有用 1 个"
	if out := must(t, "eval", "verdicts", "--data", dir); !strings.Contains(out, says) {
		t.Errorf("while it runs: %s", out)
	}
	fails(t, run(t, "eval", "verdicts", "--refit", "--out", "w.json", "--data", dir), 4, "eval.refit_running")
	s.stop()
	if out := must(t, "eval", "verdicts", "--data", dir); !strings.Contains(out, says) {
		t.Errorf("when it is stopped: %s", out)
	}
}
