package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hongniang/matcher"
)

// misleadingDir writes a collection in which a need's title names what answers
// it, and its text is about something else: the weights set by hand trust the
// text too much.
func misleadingDir(t *testing.T, needs int) string {
	t.Helper()
	dir, state := t.TempDir(), uint64(1)
	words := func(n int) string {
		out := make([]string, n)
		for i := range out {
			for range 2 {
				state = state*6364136223846793005 + 1442695040888963407
				out[i] += string(rune(0x4e00 + int(state>>33)%3000))
			}
		}
		return strings.Join(out, "，")
	}
	var corpus, queries, judged strings.Builder
	judged.WriteString("query\tdocument\tgrade\n")
	for i := range needs {
		title, other := words(1), words(8)
		fmt.Fprintf(&corpus, "{\"id\":\"a%d\",\"title\":\"甲\",\"text\":\"%s，%s\"}\n", i, title, words(12))
		fmt.Fprintf(&corpus, "{\"id\":\"b%d\",\"title\":\"乙\",\"text\":\"%s，%s\"}\n", i, other, words(4))
		fmt.Fprintf(&queries, "{\"id\":\"q%d\",\"title\":\"%s%s\",\"text\":\"%s\"}\n", i, title, words(1), other)
		fmt.Fprintf(&judged, "q%d\ta%d\t1\n", i, i)
	}
	put(t, dir, "corpus.jsonl", corpus.String())
	put(t, dir, "queries.jsonl", queries.String())
	put(t, dir, "judgements.tsv", judged.String())
	return dir
}

func collectionFlags(dir string) []string {
	return []string{"--corpus", filepath.Join(dir, "corpus.jsonl"), "--queries", filepath.Join(dir, "queries.jsonl"), "--judgements", filepath.Join(dir, "judgements.tsv"), "--kind", "result"}
}

// Weights are learned, proven on held-out needs, the same twice, and rank better
// than those set by hand.
func TestEvalFit(t *testing.T) {
	t.Parallel()
	dir, work := misleadingDir(t, 16), t.TempDir()
	fit := func(name string) (stdout, file string) {
		out := must(t, append(append([]string{"eval", "fit"}, collectionFlags(dir)...), "--out", filepath.Join(work, name))...)
		data, err := os.ReadFile(filepath.Join(work, name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(out, filepath.Join(work, name), "FILE"), string(data)
	}
	stdout, file := fit("a.json")
	if again, same := fit("b.json"); again != stdout || same != file {
		t.Errorf("the second time:\n%s\n%s\nthe first time:\n%s\n%s", again, same, stdout, file)
	}
	for _, want := range []string{`(?m)^第 5/5 折：用 \d+ 个需求学，留出 \d+ 个：`, `留出检验合计：手工 0\.\d{4}，学得 [01]\.\d{4}，差 \+0\.\d{4}，p = 0\.\d{4}`, `text 1\.5→`, `文件启用`, `这里只有 result 的评判`, `已写出 FILE`} {
		if !regexp.MustCompile(want).MatchString(stdout) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	path := filepath.Join(work, "a.json")
	weights, fitted, err := matcher.ReadWeights(path)
	if err != nil || !fitted.InUse() || weights.Text >= matcher.DefaultWeights().Text || fitted.Trained.Collections[0].Needs != 16 || fitted.Trained.Collections[0].Name != filepath.Base(dir) {
		t.Fatalf("%v: %s", err, file)
	}
	rank := func(more ...string) string {
		return must(t, append(append([]string{"eval", "rank", "--out", filepath.Join(work, "run.tsv")}, collectionFlags(dir)...), more...)...)
	}
	before, after := rank(), rank("--weights", path)
	if !strings.HasPrefix(after, "16 个查询  nDCG@10 ") || after <= before {
		t.Errorf("by hand %swith the file %s", before, after)
	}
	bare := put(t, work, "bare.json", fmt.Sprintf(`{"text": %g}`, weights.Text))
	if alone := rank("--weights", bare); alone <= before {
		t.Errorf("by hand %swith the text's weight alone %s", before, alone)
	}
	fitted.Use = false
	off, err := json.Marshal(fitted)
	if err != nil {
		t.Fatal(err)
	}
	if unused := rank("--weights", put(t, work, "off.json", string(off))); !strings.Contains(unused, "写明不启用") || !strings.HasSuffix(unused, before) {
		t.Errorf("a file that is switched off: %s", unused)
	}
	report := must(t, append(append([]string{"eval", "report", "--run", filepath.Join(work, "run.tsv"), "--weights", bare}, collectionFlags(dir)...), "--out", filepath.Join(work, "report.md"))...)
	if !strings.Contains(report, "已写出") {
		t.Errorf("the report: %s", report)
	}
}

// Several sets are told apart, and what is no set is refused before anything is
// read.
func TestEvalFitSets(t *testing.T) {
	t.Parallel()
	a, b := misleadingDir(t, 6), misleadingDir(t, 8)
	set := func(dir string) string {
		return "corpus=" + dir + "/corpus.jsonl,queries=" + dir + "/queries.jsonl,judgements=" + dir + "/judgements.tsv,kind=result"
	}
	out := filepath.Join(a, "weights.json")
	stdout := must(t, "eval", "fit", "--set", set(a), "--set", set(b)+",condensed,min-grade=1", "--folds", "2", "--seed", "3", "--out", out)
	for _, want := range []string{"留出的 6 个需求", "留出的 8 个需求", "第 2/2 折"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
	for _, text := range []string{
		"", "demo", "kind=result", "demo,kind=expert,papers=x", "demo,kind=expert,corpus=x", "demo=1,kind=expert", "corpus=x,queries=y,kind=result",
		set(a) + ",papers", set(a) + ",condensed=1", set(a) + ",min-grade=two", set(a) + ",kind=expert", set(a) + ",color=red",
	} {
		fails(t, run(t, "eval", "fit", "--set", text, "--out", out), 2, "eval.set")
	}
}

func TestEvalFitBadInput(t *testing.T) {
	t.Parallel()
	dir := misleadingDir(t, 3)
	out := filepath.Join(dir, "weights.json")
	fit := func(more ...string) result {
		return run(t, append(append([]string{"eval", "fit", "--out", out}, collectionFlags(dir)...), more...)...)
	}
	fails(t, run(t, "eval", "fit", "--demo", "--kind", "result"), 2, "command.usage")
	fails(t, run(t, "eval", "fit", "--out", out), 2, "command.usage")
	fails(t, run(t, "eval", "fit", "--out", out, "--demo"), 2, "command.usage")
	fails(t, run(t, "eval", "fit", "--out", out, "--demo", "--kind", "search"), 2, "eval.demo_kind")
	fails(t, run(t, "eval", "fit", "--out", out, "--corpus", "x"), 2, "command.usage")
	fails(t, fit("--kind", "search"), 2, "eval.fit_kind")
	fails(t, fit("--folds", "1"), 2, "eval.folds")
	fails(t, fit("--folds", "21"), 2, "eval.folds")
	fails(t, fit("--seed", "-1"), 2, "command.usage")
	fails(t, fit("--min-grade", "11"), 2, "eval.min_grade")
	fails(t, fit("--min-grade", "2"), 2, "collection.nothing_judged")
	fails(t, fit("--judgements", filepath.Join(dir, "missing")), 3, "collection.open")
	fails(t, fit("--out", filepath.Join(dir, "missing", "weights.json")), 1, "file.unwritable")
	fails(t, fit("--corpus", filepath.Join(dir, "missing")), 3, "collection.open")
	if _, err := os.Stat(out); err == nil {
		t.Error("a fit that failed left a file")
	}
	rank := func(weights string, more ...string) result {
		return run(t, append(append([]string{"eval", "rank", "--out", out, "--weights", weights}, collectionFlags(dir)...), more...)...)
	}
	fails(t, rank(filepath.Join(dir, "missing")), 3, "weights.open")
	fails(t, rank(put(t, dir, "unknown.json", `{"luck": 1}`)), 2, "weights.unknown")
	fails(t, rank(put(t, dir, "version.json", `{"version": 9}`)), 2, "weights.version")
	fails(t, rank(put(t, dir, "bare.json", `{}`), "--kind", "search"), 2, "eval.weights_kind")
}

// The chances that eval calibrate examines are those of the weights it is given.
func TestEvalCalibrateWeights(t *testing.T) {
	t.Parallel()
	path := put(t, t.TempDir(), "bare.json", `{"document_chance": {"intercept": -50}}`)
	if out := must(t, "eval", "calibrate", "--kind", "result", "--demo", "--weights", path); !strings.Contains(out, "| 现用 | -50.00 | ") {
		t.Errorf("%.300s", out)
	}
	fails(t, run(t, "eval", "calibrate", "--kind", "result", "--demo", "--weights", path+"x"), 3, "weights.open")
}

// weightsThat is a file of weights by which no document fits any need.
func weightsThat(t *testing.T, change func(*matcher.Fitted)) string {
	t.Helper()
	w := matcher.DefaultWeights()
	w.DocumentChance.Intercept = -100
	f := matcher.NewFitted(w, matcher.Trained{
		Collections: []matcher.TrainedOn{{Name: "made", Kind: "result", Needs: 50, ByHand: 0.5, Fitted: 0.6}},
		Date:        "2026-11-20", Folds: 5, ByHand: 0.5, Fitted: 0.6, P: 0.01,
	})
	change(&f)
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Everything that matches uses the weights of the setting, else those of the
// data directory; what is not proven, or of another version, leaves those of the
// program, and says so.
func TestLearnedWeights(t *testing.T) {
	t.Parallel()
	const found = "\n成果与专利\n"
	dir := demoDir(t)
	match := func(setting ...string) result {
		cmd := command(t.TempDir(), "match", "--data", dir, "--text", "换流站的换流阀积灰严重，停电检修时间短，想找能带电清灰的办法")
		cmd.Env = append(cmd.Env, setting...)
		return finish(t, cmd)
	}
	proven := weightsThat(t, func(*matcher.Fitted) {})
	if got := match(); got.code != 0 || !strings.Contains(got.out, found) {
		t.Fatalf("without weights: %+v", got)
	}
	if got := match("HONGNIANG_RANKING_WEIGHTS=" + put(t, t.TempDir(), "my.json", proven)); got.code != 0 || got.err != "" || strings.Contains(got.out, found) {
		t.Errorf("the setting is not used: %+v", got)
	}
	put(t, dir, "weights.json", proven)
	if got := match(); got.code != 0 || got.err != "" || strings.Contains(got.out, found) {
		t.Errorf("weights.json of the data directory is not used: %+v", got)
	}
	s := serve(t, dir)
	s.awaitIndex()
	if code, answer, err := s.ask("POST", "/match", strings.NewReader(`{"text":"换流站的换流阀积灰严重，想找能带电清灰的办法"}`)); err != nil || code != 200 || !strings.Contains(string(answer), `"documents":[]`) {
		t.Errorf("the service does not use them: %d %v %.300s", code, err, answer)
	}
	s.stop()
	if log := s.log.String(); !strings.Contains(log, "matching uses learned weights") {
		t.Errorf("nothing is said in the log:\n%s", log)
	}
	for text, says := range map[string]string{
		weightsThat(t, func(f *matcher.Fitted) { f.Use = false }):        "not in use",
		weightsThat(t, func(f *matcher.Fitted) { f.Trained.P = 0.05 }):   "not in use",
		weightsThat(t, func(f *matcher.Fitted) { f.Version = 1 }):        "another version",
		strings.Replace(proven, `"version":2`, `"version":1,"new":1`, 1): "another version",
	} {
		put(t, dir, "weights.json", text)
		if got := match(); got.code != 0 || !strings.Contains(got.out, found) || !strings.Contains(got.err, says) {
			t.Errorf("want %q: %+v", says, got)
		}
	}
	put(t, dir, "weights.json", proven[:len(proven)/2])
	fails(t, match(), 2, "weights.malformed")
	fails(t, match("HONGNIANG_RANKING_WEIGHTS=/no/such/file"), 2, "config.bad_value")
}
