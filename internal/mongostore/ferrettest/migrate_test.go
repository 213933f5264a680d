package ferrettest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
)

// sample gives some of the demonstration records of a kind as JSON lines.
func sample(t *testing.T, kind catalog.Kind, n int) string {
	t.Helper()
	recs, err := demo.Records(kind)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, rec := range recs[:min(n, len(recs))] {
		data, err := catalog.Encode(rec)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(data, '\n'))
	}
	return lines.String()
}

// fill imports some records of each kind over HTTP, and changes a few: one is
// at revision 2, one is removed.
func (s *service) fill() {
	s.t.Helper()
	for _, kind := range catalog.Kinds() {
		report := decode[struct{ Created, Failed int }](s.t, s.must(http.StatusOK, http.MethodPost, "/api/v1/imports/"+string(kind)+"?filename=a.jsonl", sample(s.t, kind, 15)))
		if report.Created != 15 || report.Failed != 0 {
			s.t.Fatalf("%s: %+v", kind, report)
		}
	}
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "曲轴圆角滚压工装", 0))
	s.must(http.StatusOK, http.MethodPut, "/api/v1/results/CG-E2E-1", result("CG-E2E-1", "曲轴圆角双向滚压工装", 1))
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-2", "被删除的工装", 0))
	s.must(http.StatusNoContent, http.MethodDelete, "/api/v1/results/CG-E2E-2", "")
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("", "自动编号的工装", 0))
}

// TestMigrate moves an installation from SQLite to MongoDB with the program and
// starts the service there, on the same data directory.
func TestMigrate(t *testing.T) {
	t.Parallel()
	m, dir, addr := startMongod(t), t.TempDir(), anyPort
	embedded := settings{env: []string{"HONGNIANG_DATA_DIR=" + dir, "HONGNIANG_LOG_LEVEL=warn"}, args: []string{"--addr", addr}}
	before := embedded.serve(t, addr, dir)
	before.fill()
	stored, found, history := before.stored(), before.found(), before.history("results", "CG-E2E-1")
	if code, out := embedded.run(t, "migrate", "--to", "mongodb://"+m.addr+"/moved"); code == 0 || !strings.Contains(out, "datadir.locked") {
		t.Errorf("a migration under a running service: exit code %d: %s", code, out)
	}
	before.stop()
	const want = "93 条记录（其中已删除 1 条），95 条修改历史"
	for _, run := range []string{"first", "second"} {
		if code, out := embedded.run(t, "migrate", "--to", "mongodb://"+m.addr+"/moved"); code != 0 || !strings.Contains(out, want) {
			t.Fatalf("%s run: exit code %d: %s", run, code, out)
		}
	}
	after := start(t, m, "moved", dir)
	after.awaitSame()
	if diff := cmp.Diff(stored, after.stored()); diff != "" {
		t.Errorf("records (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(found, after.found()); diff != "" {
		t.Errorf("found (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(history, after.history("results", "CG-E2E-1")); diff != "" || len(history) != 2 {
		t.Errorf("history (-before +after):\n%s", diff)
	}
	after.must(http.StatusNotFound, http.MethodGet, "/api/v1/results/CG-E2E-2", "")
	after.must(http.StatusOK, http.MethodPost, "/api/v1/results/CG-E2E-2/restore?rev=2", "")
	made := decode[catalog.Result](t, after.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("", "又一件自动编号的工装", 0)))
	if !strings.HasSuffix(made.Code, "-0002") {
		t.Errorf("numbering goes on at %s", made.Code)
	}
	after.stop()
	code, out := embedded.run(t, "migrate", "--to", "mongodb://"+m.addr+"/moved")
	if code == 0 || !strings.Contains(out, "migrate.foreign") {
		t.Errorf("a migration into a database that has moved on: exit code %d: %s", code, out)
	}
}
