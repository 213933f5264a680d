package ferrettest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/demo"
)

// TestDemo starts a new installation on MongoDB as a newcomer does.
func TestDemo(t *testing.T) {
	t.Parallel()
	m := startMongod(t)
	m.find(t, "demo")
	s := start(t, m, "demo", t.TempDir(), "--demo")
	want := map[string]int{}
	for _, kind := range catalog.Kinds() {
		recs, err := demo.Records(kind)
		if err != nil {
			t.Fatal(err)
		}
		want[string(kind)] = len(recs)
	}
	if diff := cmp.Diff(want, s.stored()); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	s.eventually(patience, "every change is in the index", s.indexed)
	res := s.find("换流阀", "")
	if res.Total == 0 || len(res.Hits) == 0 {
		t.Fatal("nothing is found about 换流阀")
	}
	hit := res.Hits[0]
	page := s.must(http.StatusOK, http.MethodGet, "/"+string(hit.Kind)+"s/"+hit.Code, "")
	if !strings.Contains(string(page.body), hit.Title) {
		t.Errorf("the page of %s does not hold its title %q", hit.ID, hit.Title)
	}
	s.stop()
}

// A database that is in use gets no demonstration data because the data
// directory beside it is new.
func TestDemoIntoUsedDatabase(t *testing.T) {
	t.Parallel()
	m := startMongod(t)
	s := start(t, m, "used", t.TempDir())
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-2", "曲轴圆角滚压工装", 0))
	s.stop()
	s = start(t, m, "used", t.TempDir(), "--demo")
	if got := s.stored(); got["result"] != 1 || got["need"] != 0 {
		t.Errorf("stored: %v", got)
	}
}

// TestWrites goes through the life of a record.
func TestWrites(t *testing.T) {
	t.Parallel()
	m := startMongod(t)
	s := start(t, m, "writes", t.TempDir())
	const path = "/api/v1/results/CG-E2E-1"
	made := s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "曲轴圆角滚压工装", 0))
	if rev := decode[catalog.Result](t, made).Rev; rev != 1 || made.header.Get("Location") != path {
		t.Errorf("made at revision %d, location %q", rev, made.header.Get("Location"))
	}
	if got := s.title("CG-E2E-1"); got != "曲轴圆角滚压工装" {
		t.Errorf("a record that was just made is found as %q", got)
	}
	put := s.must(http.StatusOK, http.MethodPut, path, result("CG-E2E-1", "曲轴圆角双向滚压工装", 1))
	if rev := decode[catalog.Result](t, put).Rev; rev != 2 {
		t.Errorf("put at revision %d, want 2", rev)
	}
	stale := decode[struct {
		Code string
		Rev  int64 `json:"current_rev"`
	}](t, s.must(http.StatusConflict, http.MethodPut, path, result("CG-E2E-1", "旧稿", 1)))
	if stale.Code != "record.stale" || stale.Rev != 2 {
		t.Errorf("a late save is told %+v", stale)
	}
	s.must(http.StatusConflict, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "另一件", 0))
	s.must(http.StatusConflict, http.MethodDelete, path+"?rev=1", "")
	s.must(http.StatusNoContent, http.MethodDelete, path+"?rev=2", "")
	s.must(http.StatusNotFound, http.MethodGet, path, "")
	if got := s.title("CG-E2E-1"); got != "" {
		t.Errorf("a removed record is found as %q", got)
	}
	s.must(http.StatusOK, http.MethodPost, path+"/restore?rev=3", "")
	if got := s.title("CG-E2E-1"); got != "曲轴圆角双向滚压工装" {
		t.Errorf("a restored record is found as %q", got)
	}
	if diff := cmp.Diff([]string{"create 1", "update 2", "delete 3", "restore 4"}, s.history("results", "CG-E2E-1")); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}
