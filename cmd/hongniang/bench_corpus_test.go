package main_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/demo"
	"hongniang/internal/search"
)

// demoCorpus writes the public results of the demonstration as a collection.
func demoCorpus(t testing.TB) (path string, n int) {
	t.Helper()
	var b bytes.Buffer
	recs, err := demo.Records(catalog.KindResult)
	if err != nil {
		t.Fatal(err)
	}
	encode := json.NewEncoder(&b)
	for _, rec := range recs {
		if d, public := search.FromRecord(rec); public {
			n++
			if err := encode.Encode(collection.Entry{ID: d.Code, Title: d.Title, Text: d.Text, Keywords: d.Keywords}); err != nil {
				t.Fatal(err)
			}
		}
	}
	path = filepath.Join(t.TempDir(), "demo.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, n
}

// unpack reads a file, gzipped when its name says so.
func unpack(t testing.TB, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := io.Reader(f)
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// A corpus is the same each time, packed or not, and its tokens are those of
// every document.
func TestBenchCorpusAndTokens(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, n := demoCorpus(t)
	at := func(name string) string { return filepath.Join(dir, name) }
	make := func(out string) string {
		must(t, "bench", "corpus", "--from", real, "--n", fmt.Sprint(n+200), "--people", "40", "--needs", "10", "--seed", "5", "--out", at(out))
		return unpack(t, at(out))
	}
	plain, packed := make("c.jsonl"), make("c.jsonl.gz")
	if plain != packed || strings.Count(plain, "\n") != n+200 || strings.Count(plain, `"kind":"expert"`) != 40 || strings.Count(plain, `"kind":"need"`) != 10 {
		t.Errorf("%d lines, %d packed", strings.Count(plain, "\n"), strings.Count(packed, "\n"))
	}
	must(t, "bench", "needs", "--from", at("c.jsonl.gz"), "--n", "25", "--out", at("needs.jsonl"))
	must(t, "bench", "tokens", "--corpus", at("c.jsonl.gz"), "--out", at("tokens.tsv"), "--needs", at("needs.jsonl"), "--needs-out", at("queries.tsv"))
	for name, rows := range map[string]int{"tokens.tsv": n + 200, "queries.tsv": 25} {
		lines := strings.Split(strings.TrimSuffix(unpack(t, at(name)), "\n"), "\n")
		if len(lines) != rows {
			t.Errorf("%s has %d rows, want %d", name, len(lines), rows)
		}
		for _, line := range lines {
			if strings.Count(line, "\t") != 2 {
				t.Errorf("%s: %.80q", name, line)
			}
		}
	}
}

// What bench corpus --as records writes can be imported whole, in the order of
// the kinds.
func TestBenchRecordsImport(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, n := demoCorpus(t)
	out := filepath.Join(dir, "records")
	must(t, "bench", "corpus", "--from", real, "--n", fmt.Sprint(n+300), "--people", "60", "--needs", "20", "--as", "records", "--out", out)
	wants := map[string]int{"expert": 60, "result": n + 220, "need": 20}
	for _, kind := range []string{"expert", "result", "need"} {
		want := wants[kind]
		if got := imported(t, kind, filepath.Join(out, kind+".jsonl.gz"), "--data", filepath.Join(dir, "data")); got.Created != want || got.Failed != 0 {
			t.Errorf("%s: %d created, %d failed, want %d: %.500v", kind, got.Created, got.Failed, want, got.Faults)
		}
	}
}

func TestBenchCorpusBadInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	real, n := demoCorpus(t)
	write := func(name, data string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bench := func(args ...string) result { return run(t, append([]string{"bench"}, args...)...) }
	out := filepath.Join(dir, "out")
	fails(t, bench("corpus", "--from", real), 2, "command.usage")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n-1), "--out", out), 2, "bench.documents")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n+1), "--people", "2", "--out", out), 2, "bench.people")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n+1), "--mean", "1", "--out", out), 2, "bench.mean")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n), "--as", "csv", "--out", out), 2, "bench.as")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n), "--out", real), 2, "bench.out_is_input")
	fails(t, bench("corpus", "--from", real, "--n", "many", "--out", out), 2, "command.usage")
	fails(t, bench("corpus", "--from", write("empty", ""), "--n", "5", "--out", out), 2, "bench.empty")
	fails(t, bench("corpus", "--from", write("broken.gz", "\x1f\x8b\x08\x00"), "--n", "5", "--out", out), 2, "collection.gzip")
	fails(t, bench("corpus", "--from", filepath.Join(dir, "missing"), "--n", "5", "--out", out), 3, "collection.open")
	fails(t, bench("corpus", "--from", real, "--n", fmt.Sprint(n), "--out", filepath.Join(dir, "no", "where")), 1, "file.unwritable")
	dragon := write("dragon", `{"id":"a","kind":"dragon"}`)
	fails(t, bench("corpus", "--from", dragon, "--n", "5", "--out", out), 2, "bench.kind")
	fails(t, bench("tokens", "--corpus", dragon, "--out", out), 2, "bench.kind")
	fails(t, bench("tokens", "--corpus", real, "--out", out, "--needs", real), 2, "command.usage")
	fails(t, bench("needs", "--from", real, "--n", "0", "--out", out), 2, "bench.needs")
	if _, err := os.Stat(out); err == nil {
		t.Error("what failed left a file")
	}
}
