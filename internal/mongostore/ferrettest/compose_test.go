package ferrettest

import (
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// composeEnvironment is what docker-compose.yml sets for the service, with the
// defaults of its variables.
func composeEnvironment(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(mainModule, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Services map[string]struct {
			Environment map[string]string `yaml:"environment"`
		} `yaml:"services"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	env := file.Services["hongniang"].Environment
	for name, value := range env {
		env[name] = regexp.MustCompile(`\$\{\w+:-([^}]*)\}`).ReplaceAllString(value, "$1")
	}
	return env
}

// here replaces what is of the container network: hosts, ports and volumes.
// FerretDB is no replica set, so the URI may not name one.
func here(t *testing.T, env map[string]string, m *mongod, dir, port string) {
	t.Helper()
	uri, err := url.Parse(env["HONGNIANG_MONGODB_URI"])
	if err != nil || uri.Host != "mongo:27017" {
		t.Fatalf("HONGNIANG_MONGODB_URI %q: %v", env["HONGNIANG_MONGODB_URI"], err)
	}
	options := uri.Query()
	options.Del("replicaSet")
	uri.Host, uri.RawQuery = m.addr, options.Encode()
	env["HONGNIANG_MONGODB_URI"] = uri.String()
	env["HONGNIANG_DATA_DIR"] = dir
	host, _, err := net.SplitHostPort(env["HONGNIANG_SERVER_ADDR"])
	if err != nil {
		t.Fatal(err)
	}
	env["HONGNIANG_SERVER_ADDR"] = net.JoinHostPort(host, port)
}

// TestCompose starts the service with the environment of docker-compose.yml and
// nothing else, and asks for its health as Docker does.
func TestCompose(t *testing.T) {
	t.Parallel()
	m, dir, addr := startMongod(t), t.TempDir(), freeAddr(t)
	_, port, _ := strings.Cut(addr, ":")
	env := composeEnvironment(t)
	here(t, env, m, dir, port)
	var set settings
	for _, name := range slices.Sorted(maps.Keys(env)) {
		set.env = append(set.env, name+"="+env[name])
	}
	if code, out := set.run(t, "healthcheck"); code == 0 {
		t.Errorf("healthy before it runs: %s", out)
	}
	s := set.serve(t, addr, dir)
	if code, out := set.run(t, "healthcheck"); code != 0 || out != "" {
		t.Errorf("healthcheck: exit code %d: %s", code, out)
	}
	ready := decode[map[string]any](t, s.must(http.StatusOK, http.MethodGet, "/readyz", ""))
	if ready["ready"] != true || ready["store"] != "ok" || ready["index"] != "ok" {
		t.Errorf("readyz %v", ready)
	}
	s.must(http.StatusCreated, http.MethodPost, "/api/v1/results", result("CG-E2E-1", "曲轴圆角滚压工装", 0))
	if !slices.Contains(databases(t, m), "hongniang") {
		t.Errorf("databases %v, want the one that HONGNIANG_MONGODB_DATABASE names", databases(t, m))
	}
	s.token = "" // a neighbour in the container network is no staff
	if got, err := s.ask(http.MethodPost, "/api/v1/results", result("CG-E2E-2", "滚压工装", 0)); err != nil || got.status == http.StatusCreated {
		t.Errorf("a write without a token: %+v, %v", got, err)
	}
	s.stop()
	for line := range strings.Lines(s.log.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("a line of the log is not JSON: %s", line)
		}
	}
	if code, out := set.run(t, "healthcheck"); code == 0 {
		t.Errorf("healthy after it has stopped: %s", out)
	}
}
