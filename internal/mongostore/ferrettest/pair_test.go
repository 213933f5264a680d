package ferrettest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// TestPair runs two services, each with its own data directory and index, on
// one database.
func TestPair(t *testing.T) {
	t.Parallel()
	m := startMongod(t)
	a, b := start(t, m, "pair", t.TempDir()), start(t, m, "pair", t.TempDir())
	const path = "/api/v1/results/CG-E2E-1"
	a.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "曲轴圆角滚压工装", 0))
	b.eventually(patience, "B finds what A made", func() bool { return b.title("CG-E2E-1") == "曲轴圆角滚压工装" })
	b.must(http.StatusOK, http.MethodPut, path, result("CG-E2E-1", "曲轴圆角双向滚压工装", 1))
	a.eventually(patience, "A finds what B changed", func() bool { return a.title("CG-E2E-1") == "曲轴圆角双向滚压工装" })
	a.must(http.StatusConflict, http.MethodPut, path, result("CG-E2E-1", "旧稿", 1))
	a.must(http.StatusNoContent, http.MethodDelete, path+"?rev=2", "")
	b.eventually(patience, "B no longer finds what A removed", func() bool { return b.title("CG-E2E-1") == "" })
	b.must(http.StatusOK, http.MethodPost, path+"/restore?rev=3", "")
	last := testRivals(t, []*service{a, b, a, b})
	testNumbers(t, a, b)
	for _, s := range []*service{a, b} {
		s.eventually(patience, "both find the last save: "+last, func() bool { return s.title("CG-E2E-1") == last })
		s.awaitSame()
	}
}

// testRivals lets people save one record at once, through both services, and
// gives the title of the last save.
func testRivals(t *testing.T, through []*service) (last string) {
	t.Helper()
	const first, rounds = 4, 8
	history := []string{"create 1", "update 2", "delete 3", "restore 4"}
	for rev := first; rev < first+rounds; rev++ {
		got := make([]answer, len(through))
		var all sync.WaitGroup
		for i, s := range through {
			all.Go(func() {
				var err error
				if got[i], err = s.ask(http.MethodPut, "/api/v1/results/CG-E2E-1", result("CG-E2E-1", fmt.Sprintf("第%d版滚压工装之%d", rev+1, i+1), rev)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		won := 0
		for _, a := range got {
			switch a.status {
			case http.StatusOK:
				won++
				last = decode[catalog.Result](t, a).Title
			case http.StatusConflict:
				if p := decode[struct{ Code string }](t, a); p.Code != "record.stale" {
					t.Errorf("a loser is told %s", a.body)
				}
			default:
				t.Errorf("status %d: %s", a.status, a.body)
			}
		}
		if won != 1 {
			t.Fatalf("%d savers of revision %d won, want 1", won, rev)
		}
		history = append(history, fmt.Sprintf("update %d", rev+1))
	}
	for _, s := range through[:2] {
		if diff := cmp.Diff(history, s.history("results", "CG-E2E-1")); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
	}
	return last
}

// testNumbers has both services number records at the same time.
func testNumbers(t *testing.T, services ...*service) {
	t.Helper()
	const each = 6
	var mu sync.Mutex
	codes := map[string]bool{}
	var all sync.WaitGroup
	for i, s := range services {
		all.Go(func() {
			for n := range each {
				a, err := s.ask(http.MethodPost, "/api/v1/results", result("", fmt.Sprintf("第%d处第%d件工装", i, n), 0))
				if err != nil || a.status != http.StatusCreated {
					t.Errorf("status %d, %v: %s", a.status, err, a.body)
					return
				}
				mu.Lock()
				codes[decode[catalog.Result](t, a).Code] = true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(codes) != each*len(services) {
		t.Errorf("%d numbers for %d records: %v", len(codes), each*len(services), codes)
	}
}
