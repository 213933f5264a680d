package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/internal/bench"
)

// benchReport reads a report: JSON on the first line, a table for people below.
func benchReport(t *testing.T, command, out string) bench.Report {
	t.Helper()
	first, table, _ := strings.Cut(out, "\n")
	var r bench.Report
	if err := json.Unmarshal([]byte(first), &r); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	if r.Command != command || r.Machine.Cores < 1 || r.Documents < 1 || r.Memory == nil || r.Memory.Heap <= 0 {
		t.Errorf("%+v", r)
	}
	for _, row := range r.Rows {
		if row.Runs < 1 || row.Failed > 0 || row.P50 <= 0 || row.P95 < row.P50 || row.P99 < row.P95 || row.PerSecond <= 0 || !strings.Contains(table, "| "+row.Name+" |") {
			t.Errorf("row %+v of\n%s", row, table)
		}
	}
	for _, f := range r.Facts {
		if !strings.Contains(table, f.Label+"：") {
			t.Errorf("the table lacks %s:\n%s", f.Label, table)
		}
	}
	return r
}

// benchFiles makes a small corpus with people, needs, and what Lucene would print.
func benchFiles(t *testing.T) (corpus, needs, lucene string, documents int) {
	t.Helper()
	dir := t.TempDir()
	real, n := demoCorpus(t)
	corpus, needs, lucene = filepath.Join(dir, "c.jsonl.gz"), filepath.Join(dir, "needs.jsonl"), filepath.Join(dir, "lucene.txt")
	must(t, "bench", "corpus", "--from", real, "--n", fmt.Sprint(n+150), "--people", "40", "--needs", "10", "--out", corpus)
	must(t, "bench", "needs", "--from", real, "--n", "4", "--out", needs)
	text := "round 0  title       p50 9.00 ms  p95 9.00 ms\nround 2  title       p50 2.00 ms  p95 4.00 ms\nround 2  whole need  p50 80.00 ms  p95 200.00 ms\n"
	if err := os.WriteFile(lucene, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return corpus, needs, lucene, n + 150
}

func value(t *testing.T, r bench.Report, name string) float64 {
	t.Helper()
	v, there := r.Value(name)
	if !there {
		t.Errorf("%s reports no %s", r.Command, name)
	}
	return v
}

// An index is loaded once and then used; what it answers is what the formula
// gives, and Lucene's figures stand beside what one client waits.
func TestBenchLoadMatchSearch(t *testing.T) {
	t.Parallel()
	corpus, needs, lucene, documents := benchFiles(t)
	index := filepath.Join(t.TempDir(), "index")
	r := benchReport(t, "load", must(t, "bench", "load", "--corpus", corpus, "--index", index))
	if r.Documents != documents || value(t, r, "load_per_second") <= 0 || value(t, r, "index_megabytes") <= 0 {
		t.Errorf("%+v", r)
	}
	fails(t, run(t, "bench", "load", "--corpus", corpus, "--index", index), 1, "bench.loaded")

	r = benchReport(t, "match", must(t, "bench", "match", "--corpus", corpus, "--index", index, "--needs", needs, "--rounds", "2", "--clients", "1,3", "--check", "4", "--versus", lucene))
	if value(t, r, "overlap_at_10") != 1 || value(t, r, "overlap_at_200") != 1 || value(t, r, "match_explain_milliseconds") <= 0 {
		t.Errorf("%+v", r.Facts)
	}
	if _, again := r.Value("load_seconds"); again || len(r.Rows) != 4 || r.Rows[0].Runs != 8 || r.Documents != documents {
		t.Errorf("%+v", r)
	}
	if y := r.Rows[0].Lucene; y == nil || *y != (bench.Reading{P50: 80, P95: 200}) || r.Rows[1].Lucene != nil || r.Rows[2].Lucene != nil {
		t.Errorf("yardstick: %+v", r.Rows)
	}

	r = benchReport(t, "search", must(t, "bench", "search", "--corpus", corpus, "--index", index, "--needs", needs, "--rounds", "1", "--first", "2", "--clients", "1", "--versus", lucene))
	if len(r.Rows) != 4 || r.Rows[0].Runs != 2 || r.Rows[3].Lucene == nil || r.Rows[3].Lucene.P50 != 2 {
		t.Errorf("%+v", r.Rows)
	}
}

// A service is started, asked, written to, and stopped.
func TestBenchServe(t *testing.T) {
	t.Parallel()
	_, needs, _, _ := benchFiles(t)
	dir := demoDir(t)
	r := benchReport(t, "serve", must(t, "bench", "serve", "--data", dir, "--needs", needs, "--rounds", "2", "--clients", "1,2", "--writes", "40"))
	if len(r.Rows) != 6 || value(t, r, "start_milliseconds") <= 0 || value(t, r, "writing_p95_ratio") <= 0 || r.Memory.Resident <= 0 {
		t.Errorf("%+v", r)
	}
	if found := r.Rows[5]; found.Name != "从保存到检索得到" || found.Failed > 0 {
		t.Errorf("a new record was not found: %+v", found)
	}
	if out := must(t, "search", "量速记录", "--data", dir); strings.Contains(out, "量速记录") {
		t.Errorf("records of the measurement are left:\n%s", out)
	}
	r = benchReport(t, "serve", must(t, "bench", "serve", "--data", dir, "--needs", needs, "--rounds", "1", "--clients", "1", "--what", "search"))
	if len(r.Rows) != 1 || !strings.Contains(r.Rows[0].Name, "检索") {
		t.Errorf("%+v", r.Rows)
	}
}

// While the index is made anew, searches go on; a service that runs is measured
// by its address.
func TestBenchRebuild(t *testing.T) {
	t.Parallel()
	_, needs, _, _ := benchFiles(t)
	s := serve(t, demoDir(t))
	r := benchReport(t, "rebuild", must(t, "bench", "rebuild", "--url", s.base, "--token", s.token, "--needs", needs, "--rounds", "1", "--clients", "2"))
	if len(r.Rows) != 2 || value(t, r, "failed_requests") != 0 || value(t, r, "rebuild_seconds") <= 0 || value(t, r, "rebuild_p95_ratio") <= 0 {
		t.Errorf("%+v", r)
	}
	fails(t, run(t, "bench", "rebuild", "--url", s.base, "--token", "wrong", "--needs", needs), 1, "bench.answer")
}

func TestBenchMeasureBadInput(t *testing.T) {
	t.Parallel()
	corpus, needs, _, _ := benchFiles(t)
	dir := t.TempDir()
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	match := func(args ...string) result {
		return run(t, append([]string{"bench", "match", "--corpus", corpus, "--needs", needs}, args...)...)
	}
	fails(t, match("--rounds", "0"), 2, "bench.rounds")
	fails(t, match("--first", "-1"), 2, "bench.rounds")
	fails(t, match("--clients", "0"), 2, "bench.clients")
	fails(t, match("--clients", "many"), 2, "command.usage")
	fails(t, match("--top", "0"), 2, "bench.top")
	fails(t, match("--versus", needs), 2, "bench.yardstick")
	fails(t, match("--versus", filepath.Join(dir, "missing")), 3, "bench.yardstick_missing")
	fails(t, run(t, "bench", "match", "--needs", needs), 2, "command.usage")
	fails(t, run(t, "bench", "match", "--corpus", filepath.Join(dir, "missing"), "--needs", needs), 3, "collection.open")
	fails(t, run(t, "bench", "match", "--corpus", corpus, "--needs", write("none", "")), 2, "bench.no_needs")
	fails(t, run(t, "bench", "search", "--corpus", corpus, "--needs", needs, "--top", "101"), 2, "bench.top")
	fails(t, run(t, "bench", "load", "--corpus", write("empty", "")), 2, "bench.empty")
	fails(t, run(t, "bench", "load", "--corpus", write("broken.gz", "\x1f\x8b\x08\x00")), 2, "collection.gzip")
	fails(t, run(t, "bench", "load", "--corpus", write("dragon", `{"id":"a","kind":"dragon"}`)), 2, "bench.kind")
	if err := os.MkdirAll(filepath.Join(dir, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("x/load.json", "{")
	fails(t, match("--index", filepath.Join(dir, "x")), 2, "bench.index")
	write("x/load.json", `{"corpus":"another","documents":3}`)
	fails(t, match("--index", filepath.Join(dir, "x")), 2, "bench.other_corpus")

	fails(t, run(t, "bench", "serve", "--needs", needs), 2, "bench.target")
	fails(t, run(t, "bench", "serve", "--needs", needs, "--data", filepath.Join(dir, "nowhere")), 3, "data.none")
	fails(t, run(t, "bench", "serve", "--needs", needs, "--url", "localhost"), 2, "bench.url")
	fails(t, run(t, "bench", "serve", "--needs", needs, "--url", "http://127.0.0.1:1"), 5, "bench.no_answer")
	fails(t, run(t, "bench", "serve", "--needs", needs, "--url", "http://127.0.0.1:1", "--what", "dance"), 2, "bench.what")
	fails(t, run(t, "bench", "serve", "--needs", needs, "--url", "http://127.0.0.1:1", "--writes", "-1"), 2, "bench.writes")
	s := serve(t, demoDir(t))
	fails(t, run(t, "bench", "serve", "--needs", needs, "--data", s.dir), 5, "bench.not_started")
}
