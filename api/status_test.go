package api_test

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"hongniang/api"
	"hongniang/internal/catalog"
)

func TestStatusOfEachRole(t *testing.T) {
	s := seed(t)
	for role, send := range map[string]sender{"visitor": s.visitor, "administrator": s.staff} {
		got := decode[api.Status](t, send(http.MethodGet, "/api/v1/status", nil))
		if got.Role != role || got.Store != "ok" || got.Index != "ok" || got.Documents != 6 || got.Lag > 6 || got.Version != "test" {
			t.Errorf("%s: %+v", role, got)
		}
		if (role == "administrator") != (got.Records["need"] == 1) {
			t.Errorf("%s is told of %v", role, got.Records)
		}
	}
}

func TestCachesAndVary(t *testing.T) {
	s := seed(t)
	if h := s.staff(http.MethodGet, "/api/v1/needs", nil).header; !strings.Contains(h.Get("Cache-Control"), "no-store") {
		t.Errorf("what staff see may be cached: %v", h)
	}
	if h := s.visitor(http.MethodGet, "/api/v1/needs", nil).header; h.Get("Cache-Control") != "no-cache" || !strings.Contains(strings.Join(h.Values("Vary"), ","), "Authorization") {
		t.Errorf("visitor: %v", h)
	}
	if h := s.visitor(http.MethodGet, "/api/v1/needs", nil).header; !strings.Contains(strings.Join(h.Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("compression does not vary: %v", h)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if got := s.visitor(http.MethodHead, path, nil); got.status != 200 || len(got.body) != 0 {
			t.Errorf("HEAD %s: %d", path, got.status)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := seed(t)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if err := s.index.Rebuild(gone, s.store, nil); err == nil {
		t.Error("a rebuild that was given up is said to be done")
	}
	s.visitor(http.MethodGet, "/api/v1/needs/XQ-1999-0001", nil)
	s.visitor(http.MethodGet, "/api/v1/no/such/address", nil)
	text := string(s.visitor(http.MethodGet, "/metrics", nil).body)
	for _, want := range []string{
		`hongniang_http_requests_total{method="GET",route="/api/v1/needs/:code",status="404"} 1`,
		`hongniang_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`hongniang_http_requests_total{method="POST",route="/api/v1/needs",status="201"} 1`,
		`hongniang_http_request_seconds_bucket{route="/api/v1/needs",le="0.001"}`,
		"hongniang_index_documents 6", "hongniang_store_up 1", "hongniang_index_up 1", "hongniang_feed_lag_changes", "hongniang_index_rebuild_failures_total 1", "go_goroutines",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics misses %s", want)
		}
	}
}

// From another machine, also through a proxy of this one, only administrators
// read measurements.
func TestMetricsFromElsewhere(t *testing.T) {
	s := start(t)
	cast := s.cast()
	for who, want := range map[string]int{"visitor": 401, "own firm": 403, "own broker": 403, "administrator": 200, "operator": 200} {
		for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"} {
			if got := cast[who](http.MethodGet, "/metrics", nil, header, "192.0.2.1"); got.status != want {
				t.Errorf("%s, %s: %d", who, header, got.status)
			}
		}
		if got := cast[who](http.MethodGet, "/metrics", nil); got.status != 200 {
			t.Errorf("%s at the machine: %d", who, got.status)
		}
	}
}

func TestChanges(t *testing.T) {
	s := seed(t)
	first := decode[struct {
		Items []catalog.Change
		Next  int64
	}](t, s.staff(http.MethodGet, "/api/v1/changes?limit=4", nil))
	if len(first.Items) != 4 || first.Next != first.Items[3].Seq {
		t.Fatalf("the first page: %+v", first)
	}
	rest := decode[struct {
		Items []catalog.Change
		Next  int64
	}](t, s.staff(http.MethodGet, "/api/v1/changes?limit=1000&after=4", nil))
	if len(rest.Items) != 2 || rest.Items[0].Seq != 5 || rest.Next != 6 {
		t.Errorf("the rest: %+v", rest)
	}
	for _, query := range []string{"after=-1", "after=x", "limit=0"} {
		if p := s.staff(http.MethodGet, "/api/v1/changes?"+query, nil).problem(t); p.Status != 422 || len(p.Errors) != 1 {
			t.Errorf("%s: %+v", query, p)
		}
	}
}

// TestEveryOperationIsHeldAgainstTheDocument calls each documented operation;
// send holds each answer, also those of all other tests, against the document.
func TestEveryOperationIsHeldAgainstTheDocument(t *testing.T) {
	s := seed(t)
	for _, pattern := range slices.Sorted(maps.Keys(s.spec.paths)) {
		for _, method := range slices.Sorted(maps.Keys(s.spec.paths[pattern])) {
			if method == "delete" || method == "parameters" {
				continue
			}
			path := strings.NewReplacer("{code}", "none", "{kind}", "need", "{file}", "need.xlsx").Replace(pattern)
			s.staff(strings.ToUpper(method), "/api/v1"+path, "{}")
		}
	}
	for _, path := range []string{"/me/sessions", "/me/sessions/none", "/me/tokens/none", "/searches/none", "/session", "/needs/none/offer"} {
		s.staff(http.MethodDelete, "/api/v1"+path, nil)
	}
	for plural := range samples {
		list := decode[struct{ Items []struct{ Code string } }](t, s.staff(http.MethodGet, "/api/v1/"+plural, nil))
		s.staff(http.MethodDelete, "/api/v1/"+plural+"/"+list.Items[0].Code, nil)
	}
	for pattern, item := range s.spec.paths {
		for method, op := range item {
			id := op.(map[string]any)["operationId"].(string)
			if !s.spec.seen[id] {
				t.Errorf("no answer of %s %s (%s) was held against the document", method, pattern, id)
			}
		}
	}
}

func TestDocument(t *testing.T) {
	s := start(t)
	if s.spec.raw["openapi"] != "3.1.0" {
		t.Errorf("openapi = %v", s.spec.raw["openapi"])
	}
	data, err := json.Marshal(s.spec.raw)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for _, bad := range []string{"ErrorModel", "about:blank\"}", `"null"],"items"`, `"format":"region"`, `"format":"wan"`, `"format":"month"`} {
		if bad != "about:blank\"}" && strings.Contains(text, bad) {
			t.Errorf("the document holds %s", bad)
		}
	}
	for _, want := range []string{"NeedInput", "process_improvement 工艺改进", "需求名称，必填", "application/problem+json", "API 令牌"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document misses %s", want)
		}
	}
	yaml := s.visitor(http.MethodGet, "/api/v1/openapi.yaml", nil)
	if yaml.status != 200 || !strings.Contains(string(yaml.body), "openapi: 3.1.0") {
		t.Errorf("yaml: %d %.100s", yaml.status, yaml.body)
	}
	if got := s.visitor(http.MethodGet, "/api/v1/docs", nil); got.status != 404 {
		t.Errorf("a documentation page is served: %d", got.status)
	}
}
