package service_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/bench"
	"hongniang/internal/bench/service"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
)

// The real program behind these requests is tested in cmd/hongniang; here
// servers answer as no healthy one does.

// answering starts a server and names it.
func answering(t *testing.T, handler http.HandlerFunc) *service.Service {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	s, err := service.New(server.URL+"/", "secret", 4)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "localhost", "localhost:8080", "ftp://a", "http://", "://", "http://a b"} {
		if _, err := service.New(base, "", 1); !errs.Is(err, errs.Invalid) || errs.As(err).Code != "bench.url" {
			t.Errorf("%q: %v", base, err)
		}
	}
}

// What is asked is asked with the token, at the addresses of the API.
func TestRequests(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var heard []string
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		mu.Lock()
		heard = append(heard, fmt.Sprint(r.Method, " ", r.URL.RequestURI(), " ", r.Header.Get("Authorization"), " ", body))
		mu.Unlock()
		fmt.Fprint(w, `{"documents": 7}`)
	})
	if n, err := s.Documents(t.Context()); err != nil || n != 7 {
		t.Error(n, err)
	}
	if err := errors.Join(s.Match(t.Context(), collection.Query{Title: "换流阀", Text: "积灰"}), s.Search(t.Context(), "a b"), s.Rebuild(t.Context())); err != nil {
		t.Error(err)
	}
	want := []string{
		"GET /api/v1/status Bearer secret map[]",
		"POST /api/v1/match Bearer secret map[text:积灰 title:换流阀]",
		"GET /api/v1/search?facets=true&q=a+b&size=10&snippets=true Bearer secret map[]",
		"GET /metrics Bearer secret map[]",
		"POST /api/v1/reindex Bearer secret map[]",
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A service that has just begun is waited for; one that fails is not.
func TestSettled(t *testing.T) {
	t.Parallel()
	asked := 0
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, r.URL.Path == "/api/v1/funnel")
	})
	if err := s.Settled(t.Context()); err != nil || asked != 3 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	failing := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	if err := failing.Settled(t.Context()); errs.As(err).Code != "bench.answer" {
		t.Error(err)
	}
	ctx, end := context.WithCancel(t.Context())
	never := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		end()
	})
	if err := never.Settled(ctx); err == nil {
		t.Error("a service that is never ready is settled")
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]errs.Kind{500: errs.Unavailable, 404: errs.Unavailable, 401: errs.Denied, 403: errs.Denied} {
		s := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if err := s.Search(t.Context(), "a"); !errs.Is(err, want) || errs.As(err).Code != "bench.answer" || !strings.Contains(errs.As(err).Message, fmt.Sprint(status)) {
			t.Errorf("%d: %v", status, err)
		}
	}
	torn := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "{")
	})
	if err := torn.Search(t.Context(), "a"); errs.As(err).Code != "bench.no_answer" {
		t.Errorf("an answer that breaks off: %v", err)
	}
	if _, err := torn.Documents(t.Context()); errs.As(err).Code != "bench.no_answer" {
		t.Errorf("JSON that breaks off: %v", err)
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	s := answering(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "# HELP process_resident_memory_bytes x\nprocess_resident_memory_bytes 7.5e+08\ngo_memstats_heap_alloc_bytes_total 9\ngo_memstats_heap_alloc_bytes 2e+08\n")
	})
	got, err := s.Memory(t.Context())
	if diff := cmp.Diff(bench.Memory{Resident: 750, Heap: 200}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	silent := answering(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "process_resident_memory_bytes much\n") })
	if got, err := silent.Memory(t.Context()); err != nil || got != (bench.Memory{}) {
		t.Errorf("%+v, %v", got, err)
	}
}

// keeper answers writes as the API does, and finds a new record at the third
// look only.
type keeper struct {
	mu    sync.Mutex
	revs  map[string]int64
	looks map[string]int
	made  string
	gone  []string
	stale int
}

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	code := strings.TrimPrefix(r.URL.Path, "/api/v1/results/")
	switch {
	case r.Method == http.MethodGet && r.URL.Path == "/api/v1/results":
		fmt.Fprint(w, `{"items":[{"code":"a","rev":3},{"code":"b","rev":1},{"code":"c","rev":1},{"code":"d","rev":1},{"code":"e","rev":1}]}`)
	case r.Method == http.MethodPatch:
		var body struct{ Rev int64 }
		_ = json.NewDecoder(r.Body).Decode(&body)
		if have, known := k.revs[code]; known && have != body.Rev {
			k.stale++
			w.WriteHeader(http.StatusConflict)
			return
		}
		k.revs[code] = body.Rev + 1
		fmt.Fprintf(w, `{"code":%q,"rev":%d}`, code, body.Rev+1)
	case r.Method == http.MethodPost:
		k.made = fmt.Sprintf("new%d", len(k.looks))
		k.looks[k.made] = 0
		fmt.Fprintf(w, `{"code":%q,"rev":1}`, k.made)
	case r.Method == http.MethodDelete:
		k.gone = append(k.gone, code)
		w.WriteHeader(http.StatusNoContent)
	default:
		k.looks[k.made]++
		if k.looks[k.made] < 3 {
			fmt.Fprint(w, `{"hits":[{"code":"another"}]}`)
			return
		}
		fmt.Fprintf(w, `{"hits":[{"code":"another"},{"code":%q}]}`, k.made)
	}
}

// Changes name the revision that they read; a new record counts as found when
// its own code is among the hits, and is removed.
func TestWriting(t *testing.T) {
	t.Parallel()
	k := &keeper{revs: map[string]int64{}, looks: map[string]int{}}
	s := answering(t, k.ServeHTTP)
	until := make(chan struct{})
	var once sync.Once
	pauses := 0
	w := service.Writing{Service: s, PerSecond: 1000, Now: time.Now, Pause: func() {
		if pauses++; pauses == 2 {
			once.Do(func() { close(until) })
		}
	}}
	got, err := w.Run(t.Context(), until)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err != nil || got.Found.Runs != 1 || got.Found.Failed > 0 || got.Found.P50 <= 0 || got.Changes.Failed > 0 || k.stale > 0 {
		t.Errorf("%+v, %v, %d stale", got, err, k.stale)
	}
	if k.looks["new0"] != 3 || !slices.Equal(k.gone, []string{"new0"}) {
		t.Errorf("looked %v, removed %v", k.looks, k.gone)
	}
}

// A measurement that is over at once, of a service with one record, has still changed it
// once and found one.
func TestWritingIsNeverEmpty(t *testing.T) {
	t.Parallel()
	k := &keeper{revs: map[string]int64{}, looks: map[string]int{}}
	until := make(chan struct{})
	close(until)
	got, err := service.Writing{Service: answering(t, k.ServeHTTP), PerSecond: 1, Now: time.Now}.Run(t.Context(), until)
	if err != nil || got.Changes.Runs != 1 || got.Changes.Failed > 0 || got.Found.Runs != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWritingRefuses(t *testing.T) {
	t.Parallel()
	empty := answering(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"items":[]}`) })
	_, err := service.Writing{Service: empty, PerSecond: 1, Now: time.Now}.Run(t.Context(), nil)
	if errs.As(err).Code != "bench.no_results" {
		t.Error(err)
	}
	denied := answering(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
	if _, err := (service.Writing{Service: denied, PerSecond: 1, Now: time.Now}).Run(t.Context(), nil); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
}

// What the service refuses later is counted; a context that has ended ends it.
func TestWritingCountsFailures(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	var mu sync.Mutex
	refused := 0
	s := answering(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			fmt.Fprint(w, `{"items":[{"code":"a"},{"code":"b"},{"code":"c"},{"code":"d"}]}`)
			return
		}
		w.WriteHeader(http.StatusInternalServerError)
		mu.Lock()
		defer mu.Unlock()
		if refused++; refused == 5 {
			end()
		}
	})
	got, err := service.Writing{Service: s, PerSecond: 1000, Now: time.Now}.Run(ctx, nil)
	if !errors.Is(err, context.Canceled) || got.Changes.Failed+got.Found.Failed < 4 || got.Changes.Runs != got.Changes.Failed {
		t.Errorf("%+v, %v", got, err)
	}
}

// A rebuild of a large stock takes longer than any other request may.
func TestRebuildIsWaitedFor(t *testing.T) {
	t.Parallel()
	const long = 300 * time.Millisecond
	s := answering(t, func(w http.ResponseWriter, r *http.Request) { time.Sleep(long) })
	s.SetPatience(long / 10)
	if err := s.Match(t.Context(), collection.Query{Title: "焊缝"}); errs.As(err).Code != "bench.no_answer" {
		t.Errorf("another request is waited for: %v", err)
	}
	if err := s.Rebuild(t.Context()); err != nil {
		t.Errorf("a rebuild is not waited for: %v", err)
	}
}

// A service that answers before the rebuild is over is watched until it is; a failure
// is one where none goes on, or one more has failed.
func TestRebuildThatGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		looks  int // at the metrics that see it go on
		failed int // rebuilds at the end
		code   string
	}{{3, 1, ""}, {0, 1, "bench.not_yet"}, {3, 2, "bench.rebuild_failed"}} {
		looked := -1 // it looks once before
		s := answering(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/metrics" {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			going, failed := 0, 1
			if looked++; looked > c.looks {
				failed = c.failed
			} else if looked > 0 {
				going = 1
			}
			fmt.Fprintf(w, "hongniang_index_rebuilding %d\nhongniang_index_rebuild_failures_total %d\n", going, failed)
		})
		if err := s.Rebuild(t.Context()); (err != nil) != (c.code != "") || err != nil && errs.As(err).Code != c.code || looked != c.looks+1 {
			t.Errorf("seen %d times, looked %d: %v", c.looks, looked, err)
		}
	}
}
