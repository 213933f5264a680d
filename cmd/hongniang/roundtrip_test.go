package main_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/exchange"
)

var formats = []string{"xlsx", "csv", "jsonl"}

// imported runs an import that must succeed, and gives its report.
func imported(t testing.TB, args ...string) exchange.Report {
	t.Helper()
	var report exchange.Report
	got := run(t, append([]string{"import", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("%v in %s, %s", err, got.out, got.err)
	}
	if left := got.code == 6 && strings.Contains(got.err, "import.rows_left"); left != (report.Failed > 0) || !left && (got.code != 0 || got.err != "") {
		t.Errorf("%q with %d rows at fault: exit code %d, stderr %s", args, report.Failed, got.code, got.err)
	}
	return report
}

// roundTrip exports a kind with what is confidential, and what is public of it,
// and imports both again: nothing may change.
func roundTrip(t *testing.T, dir string, kind catalog.Kind, formats ...string) {
	t.Helper()
	work := t.TempDir()
	records := 0
	for _, format := range formats {
		path := filepath.Join(work, string(kind)+"."+format)
		must(t, "export", string(kind), path, "--confidential", "--data", dir)
		got := imported(t, string(kind), path, "--data", dir)
		if records == 0 {
			records = got.Rows
		}
		if got.Rows < 40 || got.Rows != records || got.Unchanged != got.Rows || got.Created+got.Updated+got.Failed != 0 {
			t.Errorf("%s as %s: %+v", kind, format, got)
		}
	}
	path := filepath.Join(work, "public.csv")
	must(t, "export", string(kind), path, "--data", dir)
	if got := imported(t, string(kind), path, "--data", dir); got.Unchanged != got.Rows || got.Rows == 0 || got.Rows > records {
		t.Errorf("%s, what is public: %+v", kind, got)
	}
}

// Every kind in one format each; the server has them all.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	for i, kind := range catalog.Kinds() {
		roundTrip(t, dir, kind, formats[i%len(formats)])
	}
}

func TestRoundTripThroughServer(t *testing.T) {
	t.Parallel()
	s := serve(t, demoDir(t))
	for _, kind := range catalog.Kinds() {
		roundTrip(t, s.dir, kind, formats...)
	}
}

// An exported file without --confidential holds nothing that is.
func TestExportKeepsSecrets(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	open, all := must(t, "export", "need", "-", "--data", dir), must(t, "export", "need", "-", "--confidential", "--data", dir)
	for _, key := range []string{`"excluded_orgs"`, `"contact"`} {
		if strings.Contains(open, key) || !strings.Contains(all, key) {
			t.Errorf("%s: public %v, confidential %v", key, strings.Contains(open, key), strings.Contains(all, key))
		}
	}
	if strings.Count(open, "\n") >= strings.Count(all, "\n") {
		t.Errorf("%d public needs of %d", strings.Count(open, "\n"), strings.Count(all, "\n"))
	}
	path := filepath.Join(t.TempDir(), "need.csv")
	must(t, "export", "need", path, "--confidential", "--data", dir)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a confidential file has mode %v (%v)", info.Mode(), err)
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	dir, work := filepath.Join(t.TempDir(), "data"), t.TempDir()
	for _, kind := range catalog.Kinds() {
		path := filepath.Join(work, string(kind)+".xlsx")
		if out := must(t, "template", string(kind), path); out != "已写出 "+path+"\n" {
			t.Errorf("%s: %s", kind, out)
		}
		if got := imported(t, string(kind), path, "--data", dir); got.Rows != 0 || got.Examples == 0 || got.Failed != 0 {
			t.Errorf("%s: an empty form gives %+v", kind, got)
		}
	}
	fails(t, run(t, "template", "need", filepath.Join(work, "need.pdf")), 2, "format.unknown")
	fails(t, run(t, "template", "dragon", filepath.Join(work, "x.xlsx")), 3, "kind.unknown")
	fails(t, run(t, "template", "need", filepath.Join(work, "missing", "x.xlsx")), 1, "file.unwritable")
}

// badResults has two good rows and two that cannot be imported.
const badResults = "成果名称,成果类别,地区,成熟度等级\n" +
	"可调式中心架,小发明,威海市,8\n" +
	",小发明,威海市,8\n" +
	"细长轴托架,小发明,亚特兰蒂斯,8\n" +
	"弹性活顶尖,小发明,烟台市,7\n"

func TestImportCommand(t *testing.T) {
	t.Parallel()
	dir, work := filepath.Join(t.TempDir(), "data"), t.TempDir()
	importsOf(t, dir, work)
}

func TestImportThroughServer(t *testing.T) {
	t.Parallel()
	s := serve(t, filepath.Join(t.TempDir(), "data"))
	importsOf(t, s.dir, t.TempDir())
}

// importsOf imports good and bad files into a new data directory.
func importsOf(t *testing.T, dir, work string) {
	write := func(name, text string) string {
		path := filepath.Join(work, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	bad := write("bad.csv", badResults)
	if got := imported(t, "result", bad, "--dry-run", "--data", dir); got.Rows != 4 || got.Created != 2 || got.Failed != 2 || !got.DryRun {
		t.Errorf("dry run: %+v", got)
	}
	if got := must(t, "export", "result", "-", "--data", dir); got != "" {
		t.Errorf("a dry run saved\n%s", got)
	}
	report := filepath.Join(work, "report.xlsx")
	got := run(t, "import", "result", bad, "--report", report, "--data", dir)
	if got.code != 6 || !strings.HasPrefix(got.err, "已写出 "+report+"\n") {
		t.Errorf("exit code %d: %s", got.code, got.err)
	}
	for _, want := range []string{"亚特兰蒂斯", "成果名称", "地区"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("the report does not say %s:\n%s", want, got.out)
		}
	}
	if got := imported(t, "result", bad, "--data", dir); got.Unchanged != 2 || got.Failed != 2 {
		t.Errorf("the second time: %+v", got)
	}
	// The report holds the bad rows, and can be imported when they are mended.
	if got := imported(t, "result", report, "--data", dir); got.Rows != 2 || got.Failed != 2 {
		t.Errorf("importing the report: %+v", got)
	}
	if out := must(t, "search", "中心架", "--data", dir); !strings.Contains(out, "可调式中心架") {
		t.Errorf("what was imported is not found:\n%s", out)
	}
	fails(t, run(t, "import", "result", write("columns.csv", "abc,def\n1,2\n"), "--data", dir), 2, "header.missing")
	fails(t, run(t, "import", "result", write("zip.xlsx", "PK\x03\x04 broken"), "--data", dir), 2, "file.broken_xlsx")
	fails(t, run(t, "import", "result", write("empty.csv", ""), "--data", dir), 2, "file.empty")
	fails(t, run(t, "import", "result", filepath.Join(work, "missing.csv"), "--data", dir), 3, "file.not_found")
	fails(t, run(t, "import", "dragon", bad, "--data", dir), 3, "kind.unknown")
	fails(t, run(t, "export", "result", filepath.Join(work, "x.pdf"), "--data", dir), 2, "format.unknown")
	fails(t, run(t, "export", "result", filepath.Join(work, "missing", "x.csv"), "--data", dir), 1, "file.unwritable")
}
