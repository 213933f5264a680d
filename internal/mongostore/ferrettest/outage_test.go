package ferrettest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"hongniang/internal/catalog"
)

// writer makes results, one after the other, until it is told to stop, and
// notes which were acknowledged.
type writer struct {
	s     *service
	name  string
	end   chan struct{}
	done  sync.WaitGroup
	saved atomic.Int64      // how many were
	acked map[string]string // code → title
	odd   []string          // answers that are neither success nor 503
}

func startWriter(s *service, name string) *writer {
	w := &writer{s: s, name: name, end: make(chan struct{}), acked: map[string]string{}}
	w.done.Go(w.write)
	return w
}

func (w *writer) write() {
	for n := 1; ; n++ {
		select {
		case <-w.end:
			return
		default:
		}
		code, title := fmt.Sprintf("CG-%s-%03d", w.name, n), fmt.Sprintf("第%d号滚压工装", n)
		got, err := w.s.ask(http.MethodPost, "/api/v1/results", result(code, title, 0))
		switch {
		case err != nil:
			w.odd = append(w.odd, err.Error())
			return
		case got.status == http.StatusCreated:
			w.acked[code] = title
			w.saved.Add(1)
		case got.status != http.StatusServiceUnavailable:
			w.odd = append(w.odd, string(got.body))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// saveMore waits until more results were saved.
func (w *writer) saveMore() {
	w.s.t.Helper()
	most := w.saved.Load() + 3
	w.s.eventually(patience, "somebody's results are saved", func() bool { return w.saved.Load() >= most })
}

func (w *writer) stop() {
	close(w.end)
	w.done.Wait()
}

// TestOutage takes the database away from a service that is written to, and
// gives it back.
func TestOutage(t *testing.T) {
	t.Parallel()
	m := startMongod(t)
	s := start(t, m, "outage", t.TempDir())
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "曲轴圆角滚压工装", 0))
	w := startWriter(s, "W")
	w.saveMore()
	m.stop()
	testReadersServed(t, s)
	testWritersTold(t, s)
	m.start(t)
	back := time.Now()
	other, err := open(t.Context(), "mongodb://"+m.addr+"/outage")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	stranger := write("DW-E2E-9", "后来者机械厂", 0)
	stranger[0].Record.Base().Status, stranger[0].Record.Base().Visibility = "published", "public"
	if err := other.Save(t.Context(), stranger)[0]; err != nil {
		t.Fatal(err)
	}
	s.eventually(patience, "writes work again", func() bool {
		got, err := s.ask(http.MethodPut, "/api/v1/results/CG-E2E-1", result("CG-E2E-1", "曲轴圆角双向滚压工装", 1))
		return err == nil && got.status == http.StatusOK
	})
	t.Logf("writes work %v after the database", time.Since(back).Round(time.Millisecond))
	s.eventually(patience, "another process's record is found", func() bool { return s.title("DW-E2E-9") == "后来者机械厂" })
	s.must(http.StatusOK, http.MethodGet, "/readyz", "")
	w.saveMore()
	w.stop()
	if len(w.odd) > 0 {
		t.Errorf("%d records acknowledged, other answers %v", len(w.acked), w.odd)
	}
	s.checkAcked(w.acked)
	s.awaitSame()
}

// testReadersServed reads everything that the index can answer.
func testReadersServed(t *testing.T, s *service) {
	t.Helper()
	const title = "曲轴圆角滚压工装"
	for _, path := range []string{"/api/v1/search?q=滚压工装", "/api/v1/suggest?q=曲轴", "/search?q=滚压工装", "/results/CG-E2E-1"} {
		got := s.mustPromptly(http.MethodGet, path, "")
		if !strings.Contains(unmarked(got.body), title) {
			t.Errorf("%s without a database: after %v: %s", path, got.took, got.body)
		}
	}
	for _, path := range []string{"/", "/help", "/healthz"} {
		s.mustPromptly(http.MethodGet, path, "")
	}
	s.mustPromptly(http.MethodPost, "/api/v1/match", `{"title":"曲轴圆角滚压","text":"曲轴圆角滚压工装磨损快，停机时间长。"}`)
}

// mustPromptly asks and wants an answer soon.
func (s *service) mustPromptly(method, path, body string) answer {
	s.t.Helper()
	got, err := s.promptly(method, path, body)
	if err != nil || got.status != http.StatusOK || got.took > prompt {
		s.t.Errorf("%s %s without a database: status %d after %v, %v", method, path, got.status, got.took, err)
	}
	return got
}

// unmarked takes the highlights out of a page.
func unmarked(body []byte) string {
	return strings.NewReplacer("<mark>", "", "</mark>", "").Replace(string(body))
}

// testWritersTold writes in every way, and reads what only the database has.
func testWritersTold(t *testing.T, s *service) {
	t.Helper()
	t.Run("writers", func(t *testing.T) {
		for _, c := range []struct{ method, path, body string }{
			{http.MethodPost, "/api/v1/results", result("CG-E2E-2", "另一件工装", 0)},
			{http.MethodPost, "/api/v1/results", result("", "没有编号的工装", 0)},
			{http.MethodPut, "/api/v1/results/CG-E2E-1", result("CG-E2E-1", "改过的工装", 1)},
			{http.MethodPatch, "/api/v1/results/CG-E2E-1", `{"title":"改过的工装","rev":1}`},
			{http.MethodDelete, "/api/v1/results/CG-E2E-1?rev=1", ""},
			{http.MethodPost, "/api/v1/imports/result?filename=a.jsonl", result("CG-E2E-3", "导入的工装", 0)},
			{http.MethodGet, "/api/v1/results/CG-E2E-1", ""},
		} {
			t.Run(c.method+" "+c.path, func(t *testing.T) {
				t.Parallel()
				got, err := s.promptly(c.method, c.path, c.body)
				if err != nil {
					t.Fatal(err)
				}
				problem := decode[struct{ Code, Detail string }](t, got)
				if got.status != http.StatusServiceUnavailable || got.header.Get("Content-Type") != "application/problem+json" || got.header.Get("Retry-After") == "" {
					t.Errorf("status %d, header %v: %s", got.status, got.header, got.body)
				}
				if problem.Code == "" || !strings.ContainsFunc(problem.Detail, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
					t.Errorf("a person is told %q (%s)", problem.Detail, problem.Code)
				}
				if got.took > prompt {
					t.Errorf("told after %v", got.took)
				}
			})
		}
	})
	ready := decode[map[string]any](t, s.must(http.StatusServiceUnavailable, http.MethodGet, "/readyz", ""))
	if ready["ready"] != false || ready["store"] != "unavailable" || ready["index"] != "ok" {
		t.Errorf("readyz %v", ready)
	}
}

// checkAcked wants every acknowledged record in the database and in the index.
func (s *service) checkAcked(acked map[string]string) {
	s.t.Helper()
	for _, code := range slices.Sorted(maps.Keys(acked)) {
		rec := decode[catalog.Result](s.t, s.must(http.StatusOK, http.MethodGet, "/api/v1/results/"+code, ""))
		if rec.Title != acked[code] || rec.Rev < 1 {
			s.t.Errorf("%s was acknowledged as %q and is now %q", code, acked[code], rec.Title)
		}
		if got := s.title(code); got != acked[code] {
			s.t.Errorf("%s was acknowledged as %q and is found as %q", code, acked[code], got)
		}
	}
}

// awaitSame waits until the index has what the database has.
func (s *service) awaitSame() {
	s.t.Helper()
	s.eventually(patience, "index and database are the same", func() bool { return s.indexed() && maps.Equal(s.stored(), s.found()) })
}

// indexed tells whether the index has taken in every change.
func (s *service) indexed() bool {
	s.t.Helper()
	return decode[struct{ Lag int }](s.t, s.must(http.StatusOK, http.MethodGet, "/api/v1/status", "")).Lag == 0
}
