package main_test

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/configs"
	"hongniang/internal/related"
)

// What ships was learned from the demonstration data as they are now.
func TestShippedRelatedWords(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "related.tsv")
	stdout := must(t, "eval", "related", "--demo", "--out", out)
	learned, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	shipped := configs.Text("related.tsv")
	if string(learned) != shipped {
		t.Error("the demonstration data, the dictionary or the method changed: run  hongniang eval related --demo --out configs/related.tsv")
	}
	if len(shipped) > 300<<10 {
		t.Errorf("configs/related.tsv has %d bytes, want less than 300 KB", len(shipped))
	}
	m, err := related.Read(strings.NewReader(shipped))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("读了 %d 条，%d 个词有相关词。\n", m.Origin.Documents, m.Len()); stdout != want || m.Len() < 1000 {
		t.Errorf("says %q, want %q", stdout, want)
	}
	for word, want := range map[string]string{"锂电": "正极", "热电偶": "热电阻"} {
		found := false
		for _, n := range m.Near(word) {
			found = found || n.Word == want
		}
		if !found {
			t.Errorf("near %s is %v, want %s among them", word, m.Near(word), want)
		}
	}
}

// A collection is learned from, packed or not, and its papers too.
func TestEvalRelated(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name string, from, to int) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		w := gzip.NewWriter(f)
		defer w.Close()
		for n := from; n < to; n++ {
			name := []string{"alpha", "omega"}[n%2]
			fmt.Fprintf(w, `{"id":"d%d","title":"%s turns %c","text":"hard steel %s wears slowly %c%c"}`+"\n", n, name, 'a'+rune(n%26), name, 'a'+rune(n%23), 'a'+rune(n%19))
		}
		return path
	}
	corpus, papers, out := file("corpus.jsonl.gz", 0, 900), file("papers.jsonl.gz", 900, 1000), filepath.Join(dir, "related.tsv")
	if stdout := must(t, "eval", "related", "--corpus", corpus, "--papers", papers, "--out", out); !strings.HasPrefix(stdout, "读了 1000 条，") {
		t.Errorf("%s", stdout)
	}
	f, err := os.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m, err := related.Read(f); err != nil || m.Origin.Documents != 1000 {
		t.Errorf("%+v, %v", m, err)
	}
	fails(t, run(t, "eval", "related", "--out", out), 2, "command.usage")
	fails(t, run(t, "eval", "related", "--demo", "--corpus", corpus, "--out", out), 2, "command.usage")
	fails(t, run(t, "eval", "related", "--demo"), 2, "command.usage")
	broken := filepath.Join(dir, "broken.jsonl")
	if err := os.WriteFile(broken, []byte(`{"id":"d1","title":"一","text":"二"}`+"\n{\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := filepath.Join(dir, "gone.tsv")
	fails(t, run(t, "eval", "related", "--corpus", broken, "--out", gone), 2, "collection.line")
	if _, err := os.Stat(gone); err == nil {
		t.Error("a learning that failed left a file")
	}
}

// Reindexing learns from enough records, and says which related words serve.
func TestReindexLearnsRelated(t *testing.T) {
	t.Parallel()
	if out := must(t, "reindex", "--data", demoDir(t)); !strings.Contains(out, "公开记录不足 2000 条，相关词用程序自带的。\n") {
		t.Errorf("from the demonstration data:\n%s", out)
	}
	work := t.TempDir()
	dir, file := filepath.Join(work, "data"), filepath.Join(work, "results.jsonl")
	var lines strings.Builder
	for n := range 2100 {
		name := []string{"砂轮", "磨具"}[n%2]
		fmt.Fprintf(&lines, `{"title":"曲轴%s修整法%d","summary":"用%s磨削曲轴，烧伤少，第 %d 次。","status":"published","visibility":"public"}`+"\n", name, n, name, n)
	}
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "import", "result", file, "--data", dir); got.code != 0 {
		t.Fatalf("import: %s%s", got.out, got.err)
	}
	if out := must(t, "reindex", "--data", dir); !strings.HasPrefix(out, "索引已重建：2100 条公开记录。\n相关词已重新学习：") {
		t.Errorf("from 2100 records:\n%s", out)
	}
	f, err := os.Open(filepath.Join(dir, "index", "related.tsv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if m, err := related.Read(f); err != nil || m.Origin.Documents != 2100 || m.Origin.Mark == 0 {
		t.Errorf("the file: %+v, %v", m, err)
	}
}
