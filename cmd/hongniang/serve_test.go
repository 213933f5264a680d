package main_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/api"
	"hongniang/matcher"
)

// A new data directory gets the demo data once; the greeting says where the
// service is, and its address answers.
func TestServeDemo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := serve(t, dir, "--demo")
	status := s.awaitIndex()
	if status.Store != "ok" || status.Index != "ok" || status.Documents < 700 || status.Lag != 0 || status.Records["need"] < 80 || status.Role != "administrator" {
		t.Errorf("status %+v", status)
	}
	for path, want := range map[string]string{"/": "把难题贴进来", "/search?q=换流阀": "CG-2026-B018", "/healthz": `"ok"`, "/metrics": "hongniang_index_documents"} {
		res, err := http.Get(s.base + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d, %v, without %s", path, res.StatusCode, err, want)
		}
	}
	for _, want := range []string{"go_gc_gogc_percent 60\n", "go_gc_gomemlimit_bytes 7.21420288e+08\n"} { // 320 MiB of the index, 368 beside it
		if metrics := s.metrics(); !strings.Contains(metrics, want) {
			t.Errorf("what is opened is not collected, and then all is, within bounds: %q is not told", want)
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("SIGTERM: exit code %d: %s", code, s.log)
	}
	if out := must(t, "demo", "--data", dir); out != "装入了 0 条示例记录。\n" {
		t.Errorf("after it the data are not there: %s", out)
	}
	for _, name := range []string{"server.json", "staff.token"} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != (name == "staff.token") {
			t.Errorf("%s after the end: %v", name, err)
		}
	}
}

func (s *server) metrics() string {
	s.t.Helper()
	res, err := http.Get(s.base + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

func (s *server) status() api.Status {
	s.t.Helper()
	var status api.Status
	code, data, err := s.ask(http.MethodGet, "/status", nil)
	if err == nil {
		err = json.Unmarshal(data, &status)
	}
	if err != nil || code != http.StatusOK {
		s.t.Fatalf("status: %d, %v: %s", code, err, data)
	}
	return status
}

// awaitIndex waits until the index stands at the head of the change feed.
func (s *server) awaitIndex() api.Status {
	s.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		status := s.status()
		if status.Lag == 0 {
			return status
		}
		if time.Now().After(end) {
			s.t.Fatalf("the index does not catch up: %+v\n%s", status, s.log)
		}
	}
}

// --demo leaves a data directory alone that is not new.
func TestServeDemoTwice(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	must(t, "demo", "--data", filepath.Join(dir, "elsewhere"))
	if got := serve(t, dir, "--demo").status(); got.Records["need"] != 0 {
		t.Errorf("a directory with other files was filled: %+v", got)
	}
}

// While a server runs, commands on its data directory answer through it, word
// for word as without it.
func TestCommandsThroughServer(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	const need = "磨削曲轴时轴颈表面常出现烧伤和裂纹，想找会调整砂轮和冷却的师傅"
	commands := [][]string{
		{"search", "换流阀 清灰", "--kind", "result,专利"},
		{"search", "曲轴", "--json", "--top", "3"},
		{"match", "--text", need, "--top", "3"},
		{"match", "--need", "XQ-2026-A018", "--top", "4", "--json"},
		{"match", "--text", strings.Repeat(need, 800), "--top", "1"},
		{"export", "studio", "-", "--confidential"},
		{"reindex"},
	}
	direct := make([]string, len(commands))
	for i, args := range commands {
		direct[i] = must(t, append(args, "--data", dir)...)
	}
	s := serve(t, dir)
	for i, args := range commands {
		got := must(t, append(args, "--data", dir)...)
		got = strings.Replace(got, "，期间检索没有中断", "", 1)
		if diff := cmp.Diff(direct[i], got); diff != "" {
			t.Errorf("%q (-alone +through the server):\n%.2000s", args[:1], diff)
		}
	}
	fails(t, run(t, "match", "--need", "XQ-1999-0001", "--data", dir), 3, "record.not_found")
	fails(t, run(t, "match", "--text", "？", "--data", dir), 2, "record.invalid")

	refused := run(t, "demo", "--data", dir)
	fails(t, refused, 4, "datadir.locked")
	if !strings.Contains(refused.err, strings.TrimPrefix(s.base, "http://localhost")) {
		t.Errorf("it does not say where the server is: %s", refused.err)
	}
	fails(t, run(t, "serve", "--addr", "127.0.0.1:0", "--data", dir), 4, "datadir.locked")

	check := command(t.TempDir(), "healthcheck")
	check.Env = append(check.Env, "HONGNIANG_SERVER_ADDR="+strings.TrimPrefix(s.base, "http://"))
	if got := finish(t, check); got.code != 0 || got.out+got.err != "" {
		t.Errorf("healthcheck: %+v", got)
	}
}

// A rebuild that was asked for over HTTP goes on when who asked has gone.
func TestRebuildOutlivesItsRequest(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	s := serve(t, dir)
	serving := func() string {
		name, err := os.ReadFile(filepath.Join(dir, "index", "CURRENT"))
		if err != nil {
			t.Fatal(err)
		}
		return string(name)
	}
	// leave asks for a rebuild and goes away when it runs; false when it was over before.
	leave := func() bool {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.base+"/api/v1/reindex", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.token)
		answered := make(chan error, 1)
		go func() {
			res, err := http.DefaultClient.Do(req)
			if err == nil {
				res.Body.Close()
			}
			answered <- err
		}()
		for !strings.Contains(s.metrics(), "hongniang_index_rebuilding 1") && len(answered) == 0 {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		return <-answered != nil
	}
	before := serving()
	for tries := 0; !leave(); tries++ {
		if tries == 20 {
			t.Fatal("each rebuild was over before anybody could leave")
		}
		before = serving()
	}
	for end := time.Now().Add(patience); serving() == before; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the old index serves still: %s", s.log)
		}
	}
}

// Staff and visitors of the running program: the matcher's answer to a visitor
// gives the enterprise of an anonymous need not away.
func TestAnonymousNeed(t *testing.T) {
	t.Parallel()
	s := serve(t, demoDir(t))
	match := func(headers ...string) matcher.Answer {
		req, err := http.NewRequest(http.MethodPost, s.base+"/api/v1/needs/XQ-2026-A018/match", nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(headers); i += 2 {
			req.Header.Set(headers[i], headers[i+1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var answer matcher.Answer
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res.StatusCode, err)
		}
		return answer
	}
	told := func(a matcher.Answer) bool {
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), `"own_group"`) || strings.Contains(string(data), `"same_enterprise"`)
	}
	if !told(match("Authorization", "Bearer "+s.token)) {
		t.Error("staff are not told that somebody is of the need's own firm")
	}
	if told(match()) || told(match("X-Forwarded-For", "203.0.113.9")) {
		t.Error("a visitor is told that somebody is of the enterprise")
	}
}
