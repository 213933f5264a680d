package main_test

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// collectionDir writes a tiny collection: a corpus, papers that name people of
// the corpus, and queries.
func collectionDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, lines ...string) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		text := strings.Join(lines, "\n") + "\n"
		if !strings.HasSuffix(name, ".gz") {
			_, err = f.WriteString(text)
		} else {
			z := gzip.NewWriter(f)
			if _, err = z.Write([]byte(text)); err == nil {
				err = z.Close()
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("corpus.jsonl",
		`{"id":"d1","title":"换流阀清灰装置","text":"带电清扫换流阀表面的积灰"}`,
		`{"id":"d2","title":"曲轴磨削烧伤的防止","text":"砂轮修整与冷却","keywords":["曲轴","磨削"]}`,
		`{"id":"d3","title":"茶叶杀青","text":"滚筒温度"}`)
	write("people.jsonl.gz",
		`{"id":"p1","title":"王工","text":"换流站检修二十年"}`,
		`{"id":"p2","title":"李工","text":"茶叶加工"}`,
		`{"id":"p3","title":"张工","text":"外圆磨床操作"}`)
	write("papers.jsonl", `{"id":"a1","title":"曲轴磨削裂纹的成因","text":"曲轴轴颈磨削烧伤与裂纹","experts":["p3"]}`)
	write("queries.jsonl",
		`{"id":"q1","title":"换流阀积灰","text":"清扫困难"}`,
		`{"id":"q2","title":"曲轴磨削裂纹","text":"轴颈烧伤"}`)
	write("judgements.tsv", "query\tdocument\tgrade", "q1\td1\t1", "q1\tnowhere\t0", "q2\td2\t2", "q2\td3\t1")
	return dir
}

// ranked runs eval rank and gives the lines of its file.
func ranked(t *testing.T, dir, kind, corpus string, more ...string) []string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "run.tsv")
	args := []string{"eval", "rank", "--kind", kind, "--corpus", filepath.Join(dir, corpus), "--queries", filepath.Join(dir, "queries.jsonl"), "--out", out}
	must(t, append(args, more...)...)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}

// best checks the form of a run, query_id<TAB>doc_id<TAB>score with falling
// scores, and gives the first document of each query.
func best(t *testing.T, lines []string) map[string]string {
	t.Helper()
	first, last := map[string]string{}, map[string]float64{}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("%q has not three cells", line)
		}
		score, err := strconv.ParseFloat(f[2], 64)
		if err != nil || score <= 0 {
			t.Errorf("%q has no score", line)
		}
		if above, seen := last[f[0]]; seen && score > above {
			t.Errorf("%q stands below %f", line, above)
		} else if !seen {
			first[f[0]] = f[1]
		}
		last[f[0]] = score
	}
	return first
}

func TestEvalRank(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	for _, tt := range []struct {
		kind, corpus string
		more         []string
		want         map[string]string
	}{
		{"search", "corpus.jsonl", nil, map[string]string{"q1": "d1", "q2": "d2"}},
		{"result", "corpus.jsonl", nil, map[string]string{"q1": "d1", "q2": "d2"}},
		{"expert", "people.jsonl.gz", []string{"--papers", filepath.Join(dir, "papers.jsonl")}, map[string]string{"q1": "p1", "q2": "p3"}},
	} {
		lines := ranked(t, dir, tt.kind, tt.corpus, tt.more...)
		if diff := cmp.Diff(tt.want, best(t, lines)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.kind, diff)
		}
		if tt.kind == "search" {
			if short := ranked(t, dir, tt.kind, tt.corpus, "--top", "1"); len(short) != 2 {
				t.Errorf("--top 1: %q", short)
			}
			continue
		}
		if diff := cmp.Diff(lines, ranked(t, dir, tt.kind, tt.corpus, tt.more...)); diff != "" {
			t.Errorf("%s: the second run is another (-first +second):\n%s", tt.kind, diff)
		}
	}
}

// With judgements the measures stand on stdout: for q2 3 / (3 + 1/log2 3) = .8262.
func TestEvalRankMeasures(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	for _, tt := range []struct {
		kind, corpus string
		more         []string
		want         string
	}{
		{"result", "corpus.jsonl", nil, "2 个查询  nDCG@10 0.9131  MRR@10 1.0000  R@10 0.7500  R@100 0.7500\n"},
		{"result", "corpus.jsonl", []string{"--min-grade", "2"}, "1 个查询  nDCG@10 0.8262  MRR@10 1.0000  R@10 1.0000  R@100 1.0000\n"},
		{"search", "corpus.jsonl", []string{"--condensed", "--top", "1000"}, "2 个查询  nDCG@10 0.9131  MRR@10 1.0000  R@10 0.7500  R@100 0.7500\n"},
	} {
		args := append([]string{"eval", "rank", "--kind", tt.kind, "--corpus", filepath.Join(dir, tt.corpus), "--queries", filepath.Join(dir, "queries.jsonl"),
			"--judgements", filepath.Join(dir, "judgements.tsv"), "--out", filepath.Join(t.TempDir(), "run.tsv")}, tt.more...)
		if diff := cmp.Diff(tt.want, must(t, args...)); diff != "" {
			t.Errorf("%s %q (-want +got):\n%s", tt.kind, tt.more, diff)
		}
		if tt.kind != "search" {
			continue
		}
		if shallow := must(t, append(args, "--top", "10")...); !strings.Contains(shallow, "提示：每个查询只保留了 10 条") {
			t.Errorf("nothing is said of a shallow run: %s", shallow)
		}
	}
}

func TestEvalRankBadInput(t *testing.T) {
	t.Parallel()
	dir := collectionDir(t)
	eval := func(kind, corpus, out string, more ...string) result {
		return run(t, append([]string{"eval", "rank", "--kind", kind, "--corpus", filepath.Join(dir, corpus), "--queries", filepath.Join(dir, "queries.jsonl"), "--out", filepath.Join(dir, out)}, more...)...)
	}
	fails(t, eval("dragon", "corpus.jsonl", "x"), 2, "eval.kind")
	fails(t, eval("search", "corpus.jsonl", "x", "--top", "0"), 2, "eval.top")
	fails(t, eval("search", "missing", "x"), 3, "collection.open")
	fails(t, eval("search", "corpus.jsonl", "missing/x"), 1, "file.unwritable")
	fails(t, eval("search", "corpus.jsonl", "x", "--condensed"), 2, "command.usage")
	fails(t, eval("search", "corpus.jsonl", "x", "--judgements", filepath.Join(dir, "missing")), 3, "collection.open")
	fails(t, eval("search", "corpus.jsonl", "x", "--judgements", filepath.Join(dir, "corpus.jsonl")), 2, "collection.columns")
	fails(t, eval("search", "corpus.jsonl", "x", "--judgements", filepath.Join(dir, "judgements.tsv"), "--min-grade", "0"), 2, "eval.min_grade")
	fails(t, eval("search", "corpus.jsonl", "x", "--judgements", filepath.Join(dir, "judgements.tsv"), "--min-grade", "3"), 2, "collection.nothing_judged")
	if err := os.WriteFile(filepath.Join(dir, "broken.jsonl"), []byte("{\"id\":\"a\"}\n{\"id\":"), 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, eval("search", "broken.jsonl", "x"), 2, "collection.line")
	if _, err := os.Stat(filepath.Join(dir, "x")); err == nil {
		t.Error("a run that failed left a file")
	}
}
