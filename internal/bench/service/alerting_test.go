package service_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/bench/service"
	"hongniang/internal/errs"
)

// office answers as the API does, and tells the broker of a new result at the
// third look; of every third never.
type office struct {
	mu      sync.Mutex
	moved   map[string]string // need → title
	made    []string
	looks   int
	removed []string
	wrong   []string
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	broker := r.Header.Get("Authorization") == ""
	if cookie, err := r.Cookie("session"); broker && r.URL.Path != "/api/v1/session" && (err != nil || cookie.Value != "broker" || r.Header.Get("Origin") == "") {
		o.wrong = append(o.wrong, "not signed in: "+r.URL.Path)
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /metrics":
		fmt.Fprintf(w, "process_cpu_seconds_total %d\n", 10+len(o.made))
	case "POST /api/v1/users":
		fmt.Fprint(w, `{"one_time_password":"first"}`)
	case "POST /api/v1/session":
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "broker", Path: "/"})
		fmt.Fprint(w, `{}`)
	case "GET /api/v1/needs":
		fmt.Fprint(w, `{"items":[{"code":"a","rev":3,"status":"published","title":"甲","summary_public":"轴承"},{"code":"b","rev":1,"status":"closed","title":"乙","summary_public":"轴承"},
			{"code":"c","rev":1,"status":"matching","title":"丙","summary_public":"换流阀"},{"code":"d","rev":1,"status":"published","title":"丁"},
			{"code":"e","rev":1,"status":"published","title":"戊","summary_public":"轴承","confidentiality":"nda"},{"code":"f","rev":1,"status":"published","title":"己","summary_public":"轴承","visibility":"internal"}]}`)
	case "POST /api/v1/results":
		o.made, o.looks = append(o.made, fmt.Sprint(body["title"])), 0
		fmt.Fprintf(w, `{"code":"r%d","rev":1}`, len(o.made))
	case "GET /api/v1/notices":
		o.looks++
		if o.looks < 3 || len(o.made)%3 == 0 {
			fmt.Fprint(w, `{"notices":[{"topic":"match","record":"need/a"}]}`)
			return
		}
		fmt.Fprintf(w, `{"notices":[{"topic":"match","record":"result/r%d"},{"topic":"match","record":"need/a"}]}`, len(o.made))
	default:
		if code, is := strings.CutPrefix(r.URL.Path, "/api/v1/needs/"); is {
			o.moved[code] = fmt.Sprint(body["title"])
		}
		if code, is := strings.CutPrefix(r.URL.Path, "/api/v1/results/"); is {
			o.removed = append(o.removed, code)
		}
		fmt.Fprint(w, `{}`)
	}
}

// walking is a clock that goes on by itself, so that nobody waits.
func walking(step time.Duration) func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(step)
		return now
	}
}

// Results say what an open need says; an alert that is there counts from the
// beginning of the save, one that never comes as missing; the results are removed.
func TestAlerting(t *testing.T) {
	t.Parallel()
	o := &office{moved: map[string]string{}}
	got, err := service.Alerting{Service: answering(t, o.ServeHTTP), Count: 3, Now: walking(100 * time.Millisecond), Pause: func() {}, Lost: 10 * time.Second}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Told.Runs != 3 || got.Told.Failed != 1 || got.Told.P50 <= got.Saved.P50 || got.Saved.Runs != 3 || got.Saved.Failed != 0 || got.Processor != time.Second {
		t.Errorf("%+v", got)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.moved) != 2 || !strings.HasPrefix(o.moved["a"], "甲") || !strings.HasPrefix(o.moved["c"], "丙") {
		t.Errorf("needs: %v", o.moved)
	}
	if len(o.made) != 3 || !strings.HasSuffix(o.made[0], o.moved["a"]) || !strings.HasSuffix(o.made[1], o.moved["c"]) || !strings.HasSuffix(o.made[2], o.moved["a"]) {
		t.Errorf("results: %v of %v", o.made, o.moved)
	}
	if !slices.Equal(o.removed, []string{"r1", "r2", "r3"}) || len(o.wrong) > 0 {
		t.Errorf("removed %v; %v", o.removed, o.wrong)
	}
}

func TestAlertingRefuses(t *testing.T) {
	t.Parallel()
	empty := answering(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"items":[]}`) })
	if _, err := (service.Alerting{Service: empty, Count: 2, Now: walking(time.Second), Lost: time.Second}).Run(t.Context()); errs.As(err).Code != "bench.no_needs" {
		t.Error(err)
	}
	denied := answering(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	if _, err := (service.Alerting{Service: denied, Count: 2, Now: walking(time.Second), Lost: time.Second}).Run(t.Context()); !errs.Is(err, errs.Denied) {
		t.Error(err)
	}
}
