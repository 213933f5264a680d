package httpx_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/account"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// wrapped serves routes behind everything and gives the log.
func wrapped(t *testing.T, routes http.HandlerFunc) (*httptest.Server, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	n := 0
	srv := httptest.NewServer(httpx.Wrap(routes, httpx.Options{
		Gate: httpx.Gate{Token: "geheim-token"}, Log: slog.New(slog.NewJSONHandler(&log, nil)), Now: time.Now,
		NewID: func() string { n++; return fmt.Sprintf("id-%06d", n) },
	}))
	t.Cleanup(srv.Close)
	return srv, &log
}

func get(t *testing.T, url string, headers ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

func TestRequestIDIsTakenOnlyWhenSane(t *testing.T) {
	srv, _ := wrapped(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, httpx.RequestID(r.Context())) })
	for given, want := range map[string]string{
		"abcdef-123456":         "abcdef-123456",
		"short":                 "",
		"<script>alert(1)</sc>": "",
		"has space in it":       "",
		strings.Repeat("a", 65): "",
		"..%2f..%2fetcpasswd":   "",
		"":                      "",
	} {
		resp, body := get(t, srv.URL, "X-Request-Id", given)
		got := resp.Header.Get("X-Request-Id")
		if want == "" && !strings.HasPrefix(got, "id-") || want != "" && got != want || got != string(body) {
			t.Errorf("X-Request-Id %q: answered %q, handler saw %q", given, got, body)
		}
	}
}

func TestLogHoldsNoSecrets(t *testing.T) {
	srv, log := wrapped(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, httpx.AccessOf(r.Context()).Role()) })
	_, body := get(t, srv.URL+"/search?q=机密查询&token=canary", "Authorization", "Bearer geheim-token", "Cookie", "s=canary")
	if string(body) != "administrator" {
		t.Errorf("role = %q", body)
	}
	line := log.String()
	for _, secret := range []string{"geheim", "canary", "机密", "%E6"} {
		if strings.Contains(line, secret) {
			t.Errorf("the log holds %q: %s", secret, line)
		}
	}
	for _, want := range []string{`"status":200`, `"path":"/search"`, `"role":"administrator"`, `"request_id":"id-000001"`} {
		if !strings.Contains(line, want) {
			t.Errorf("the log misses %s: %s", want, line)
		}
	}
}

func TestPanicBecomesAProblem(t *testing.T) {
	srv, log := wrapped(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "half an answer")
		panic("cause for the log")
	})
	resp, body := get(t, srv.URL+"/api/v1/x", "Accept-Encoding", "gzip")
	var p httpx.Problem
	if err := json.Unmarshal(body, &p); err != nil || resp.StatusCode != 500 || p.Code != "internal" || p.RequestID == "" {
		t.Errorf("status %d, problem %+v, %v", resp.StatusCode, p, err)
	}
	if resp.Header.Get("Content-Type") != httpx.ProblemType || strings.Contains(string(body), "cause for") {
		t.Errorf("type %q, body %s", resp.Header.Get("Content-Type"), body)
	}
	if !strings.Contains(log.String(), "cause for the log") || !strings.Contains(log.String(), "httpx_test.go") {
		t.Errorf("the log misses cause and stack: %s", log)
	}
}

func TestPanicAfterTheStartBreaksTheConnection(t *testing.T) {
	srv, _ := wrapped(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, strings.Repeat("x", 100_000))
		panic("late")
	})
	resp, err := http.Get(srv.URL)
	if err != nil {
		return // broken before the headers came: the client knows
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err == nil {
		t.Error("a cut answer looked complete")
	}
}

func TestSafeHeaders(t *testing.T) {
	srv, _ := wrapped(t, func(w http.ResponseWriter, r *http.Request) {})
	resp, _ := get(t, srv.URL)
	csp := resp.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("policy %q", csp)
	}
	if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") == "" {
		t.Errorf("headers %v", resp.Header)
	}
}

func TestGzip(t *testing.T) {
	long := strings.Repeat("换流阀清灰工法。", 500)
	serve := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			for i := 0; i < len(body); i += 300 {
				io.WriteString(w, body[i:min(i+300, len(body))])
			}
		}
	}
	tests := []struct {
		name, accept, contentType, body string
		zipped                          bool
	}{
		{"html", "gzip, br", "text/html; charset=utf-8", long, true},
		{"json", "gzip", "application/json", long, true},
		{"problem", "br, *;q=0.5", "application/problem+json", long, true},
		{"not wanted", "", "text/html", long, false},
		{"refused", "gzip;q=0, *", "text/html", long, false},
		{"small", "gzip", "text/html", "小", false},
		{"empty", "gzip", "text/html", "", false},
		{"picture", "gzip", "image/png", long, false},
		{"workbook", "gzip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", long, false},
		{"events", "gzip", "text/event-stream", long, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv, _ := wrapped(t, serve(tt.contentType, tt.body))
			resp, body := get(t, srv.URL, "Accept-Encoding", tt.accept)
			if zipped := resp.Header.Get("Content-Encoding") == "gzip"; zipped != tt.zipped {
				t.Fatalf("zipped = %v, want %v", zipped, tt.zipped)
			}
			if resp.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("Vary = %q", resp.Header.Get("Vary"))
			}
			if tt.zipped {
				if len(body) >= len(tt.body) {
					t.Errorf("%d bytes on the wire for %d", len(body), len(tt.body))
				}
				body = unzip(t, body)
			}
			if diff := cmp.Diff(tt.body, string(body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
		})
	}
}

func unzip(t *testing.T, data []byte) []byte {
	t.Helper()
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestBodyLimit(t *testing.T) {
	srv, _ := wrapped(t, func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			httpx.WriteProblem(w, r, err)
		}
	})
	for name, body := range map[string]io.Reader{
		"announced": strings.NewReader(strings.Repeat("x", httpx.MaxBody+1)),
		"chunked":   io.MultiReader(strings.NewReader(strings.Repeat("x", httpx.MaxBody)), strings.NewReader("x")),
	} {
		resp, err := http.Post(srv.URL+"/api/v1/match", "application/json", body)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var p httpx.Problem
		err = json.NewDecoder(resp.Body).Decode(&p)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 413 || p.Code != "body.too_large" || !strings.Contains(p.Detail, "2 MB") {
			t.Errorf("%s: status %d, %+v, %v", name, resp.StatusCode, p, err)
		}
	}
	resp, err := http.Post(srv.URL+"/api/v1/imports/need", "text/csv", strings.NewReader(strings.Repeat("x", httpx.MaxBody+1)))
	if err != nil || resp.StatusCode != 401 { // large files are for who signed in
		t.Fatalf("a visitor's upload of 2 MB: %v, %v", resp, err)
	}
	resp.Body.Close()
}

func TestStatusOfEveryKind(t *testing.T) {
	want := map[errs.Kind]int{
		errs.Invalid: 422, errs.NotFound: 404, errs.Conflict: 409, errs.Stale: 409, errs.Denied: 403,
		errs.TooLarge: 413, errs.Locked: 423, errs.Unavailable: 503, errs.Internal: 500,
	}
	for kind, status := range want {
		p := httpx.NewProblem(fmt.Errorf("outer: %w", errs.New(kind, "a.b", "话")), "id")
		if p.Status != status || p.Title == "" || p.Code != "a.b" || p.Detail != "话" {
			t.Errorf("%s: %+v", kind, p)
		}
		if (status == 503) != (p.GetHeaders().Get("Retry-After") != "") {
			t.Errorf("%s: headers %v", kind, p.GetHeaders())
		}
	}
	foreign := httpx.NewProblem(errors.New("dial tcp 10.0.0.1: refused"), "id")
	if foreign.Status != 500 || strings.Contains(foreign.Detail, "10.0.0.1") {
		t.Errorf("a library's error is shown: %+v", foreign)
	}
}

// What to do to the machine is told administrators alone, over the API too.
func TestProblemsTellOperatorsAlone(t *testing.T) {
	t.Parallel()
	const words = "请腾出空间后再保存一次。"
	full := errs.New(errs.Unavailable, "store.full", words)
	for role, tells := range map[account.Role]bool{account.Visitor: false, account.Broker: false, account.Administrator: true} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/needs", nil)
		r = r.WithContext(httpx.WithAccess(r.Context(), httpx.Access{Actor: account.Actor{Role: role}}))
		w := httptest.NewRecorder()
		httpx.WriteProblem(w, r, full)
		var p httpx.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 503 || p.Code != "store.full" || strings.Contains(p.Detail, words) != tells || p.Detail == "" {
			t.Errorf("%s: %d %+v %v", role, w.Code, p, err)
		}
	}
	busy := errs.New(errs.Unavailable, "store.busy", "数据库正忙。")
	if got := httpx.ToldTo(account.Actor{}, busy); got != error(busy) {
		t.Errorf("another failure: %v", got)
	}
}
