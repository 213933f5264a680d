package house_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"hongniang/internal/config"
)

// root is the checkout as seen from this package.
const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// service is what the product needs to be said of a compose service.
type service struct {
	Build       string            `yaml:"build"`
	Image       string            `yaml:"image"`
	User        string            `yaml:"user"`
	Command     []string          `yaml:"command"`
	Restart     string            `yaml:"restart"`
	ReadOnly    bool              `yaml:"read_only"`
	Tmpfs       []string          `yaml:"tmpfs"`
	SecurityOpt []string          `yaml:"security_opt"`
	Ports       []string          `yaml:"ports"`
	Environment map[string]string `yaml:"environment"`
	Volumes     []string          `yaml:"volumes"`
	DependsOn   map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
	Healthcheck struct {
		Test        []string `yaml:"test"`
		Interval    string   `yaml:"interval"`
		Timeout     string   `yaml:"timeout"`
		Retries     int      `yaml:"retries"`
		StartPeriod string   `yaml:"start_period"`
	} `yaml:"healthcheck"`
}

type compose struct {
	Services map[string]service `yaml:"services"`
	Volumes  map[string]any     `yaml:"volumes"`
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "docker-compose.yml")), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeServices(t *testing.T) {
	t.Parallel()
	c := readCompose(t)
	if got := slices.Sorted(maps.Keys(c.Services)); !slices.Equal(got, []string{"hongniang", "mongo"}) {
		t.Fatalf("services %v", got)
	}
	for name, s := range c.Services {
		if uid, _, _ := strings.Cut(s.User, ":"); uid == "" || uid == "0" || uid == "root" {
			t.Errorf("%s runs as %q, want another user than root", name, s.User)
		}
		if s.Restart == "" || len(s.Healthcheck.Test) < 2 || s.Healthcheck.Test[0] != "CMD" || s.Healthcheck.Retries < 1 {
			t.Errorf("%s lacks restart or a health check: %q %+v", name, s.Restart, s.Healthcheck)
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			if _, declared := c.Volumes[volume]; !declared {
				t.Errorf("%s mounts %s, which volumes does not declare", name, volume)
			}
		}
	}
	mongo, hongniang := c.Services["mongo"], c.Services["hongniang"]
	if !strings.HasPrefix(mongo.Image, "mongo:8") || !slices.Contains(mongo.Command, "--replSet") || len(mongo.Ports) != 0 {
		t.Errorf("mongo must be version 8, a replica set, and not published: %+v", mongo)
	}
	if check := strings.Join(mongo.Healthcheck.Test, " "); !strings.Contains(check, "rs.initiate") || !strings.Contains(check, "isWritablePrimary") {
		t.Errorf("the health check of mongo does not start the replica set: %s", check)
	}
	if hongniang.DependsOn["mongo"].Condition != "service_healthy" || !hongniang.ReadOnly {
		t.Errorf("hongniang must wait for a healthy mongo and have a read-only root: %+v", hongniang)
	}
}

// expand replaces ${NAME:-default} by the default, as compose does in an empty
// environment.
func expand(value string) string {
	return regexp.MustCompile(`\$\{\w+:-([^}]*)\}`).ReplaceAllString(value, "$1")
}

// The service's environment is one that the settings accept, and means what
// the rest of the file says.
func TestComposeEnvironment(t *testing.T) {
	t.Parallel()
	s := readCompose(t).Services["hongniang"]
	known := map[string]bool{}
	for _, key := range config.Keys() {
		known[config.EnvName(key)] = true
	}
	var env []string
	for name, value := range s.Environment {
		if !known[name] {
			t.Errorf("%s is not a setting", name)
		}
		if value = expand(value); strings.Contains(value, "$") {
			t.Errorf("%s: %q has no default", name, value)
		}
		env = append(env, name+"="+value)
	}
	got, err := config.Load("", env)
	if err != nil {
		t.Fatal(err)
	}
	if got.MongoDB.URI.Reveal() != "mongodb://mongo:27017/?replicaSet=rs0" {
		t.Errorf("MongoDB %q", got.MongoDB.URI.Reveal())
	}
	if !slices.Contains(s.Volumes, "data:"+got.Data.Dir) {
		t.Errorf("the data directory %s is on no volume: %v", got.Data.Dir, s.Volumes)
	}
	if _, port, _ := strings.Cut(got.Server.Addr, ":"); !slices.Contains(s.Ports, "8080:"+port) {
		t.Errorf("the port of %s is not published: %v", got.Server.Addr, s.Ports)
	}
}

func TestDockerfile(t *testing.T) {
	t.Parallel()
	_, last, _ := strings.Cut(read(t, "Dockerfile"), "\nFROM scratch\n")
	if last == "" {
		t.Fatal("the image is not built FROM scratch")
	}
	var env []string
	has := map[string]string{}
	for line := range strings.Lines(last) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		has[word] = rest
		if word == "ENV" {
			env = append(env, strings.Fields(rest)...)
		}
	}
	want := map[string]string{"USER": "65532:65532", "ENTRYPOINT": `["/hongniang"]`, "CMD": `["serve"]`, "VOLUME": "/data"}
	for word, rest := range want {
		if diff := cmp.Diff(rest, has[word]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", word, diff)
		}
	}
	if !strings.HasSuffix(has["HEALTHCHECK"], `CMD ["/hongniang", "healthcheck"]`) {
		t.Errorf("HEALTHCHECK %s", has["HEALTHCHECK"])
	}
	got, err := config.Load("", env)
	if err != nil || got.Data.Dir != "/data" || got.Server.Addr != "0.0.0.0:8080" {
		t.Errorf("ENV %v gives %+v, %v", env, got, err)
	}
	if !strings.Contains(read(t, "Dockerfile"), "CGO_ENABLED=0") {
		t.Error("the binary must be static")
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))
	if version == nil || !strings.Contains(read(t, "Dockerfile"), "FROM golang:"+version[1]+" ") {
		t.Errorf("the image is not built with the Go of go.mod, %v", version)
	}
}

// The scripts parse, and continuous integration runs what the README says.
func TestScripts(t *testing.T) {
	t.Parallel()
	for script, shell := range map[string]string{"scripts/test.sh": "sh", "scripts/chromium.sh": "sh", ".ci/run": "bash"} {
		if out, err := exec.CommandContext(t.Context(), shell, "-n", filepath.Join(root, script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", script, err, out)
		}
		if info, err := os.Stat(filepath.Join(root, script)); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable (%v)", script, err)
		}
	}
	ci := read(t, ".ci/run")
	for _, line := range []string{"set -euo pipefail", "export HONGNIANG_REQUIRE_BROWSER=1", "make test"} {
		if !strings.Contains(ci, line) {
			t.Errorf(".ci/run lacks %q", line)
		}
	}
}

// chromium.sh prints a browser that is there, installs one where it can, and
// says why where it cannot; it never fails the build for want of one.
func TestChromiumScript(t *testing.T) {
	t.Parallel()
	const stub = "#!/bin/sh\n"
	for _, c := range []struct {
		name    string
		tools   map[string]string // scripts in PATH; NEW stands for the place of an installed browser
		env     string
		fails   bool
		stdout  string
		stderrs string
	}{
		{name: "found", tools: map[string]string{"google-chrome": ""}, stdout: "google-chrome"},
		{name: "without windows", tools: map[string]string{"chromium": "", "chromium-headless-shell": ""}, stdout: "chromium-headless-shell"},
		{name: "named", tools: map[string]string{"mine": "", "chromium": ""}, env: "HONGNIANG_CHROMIUM=mine", stdout: "mine"},
		{name: "named wrongly", tools: map[string]string{"chromium": ""}, env: "HONGNIANG_CHROMIUM=mine", fails: true, stderrs: "HONGNIANG_CHROMIUM=mine"},
		{name: "not root", tools: map[string]string{"id": "echo 1000", "apt-get": "exit 0"}, stderrs: "cannot be installed"},
		{name: "no apt-get", tools: map[string]string{"id": "echo 0"}, stderrs: "cannot be installed"},
		{name: "installed", tools: map[string]string{"id": "echo 0", "apt-get": `[ "$1" = update ] || { echo '#!/bin/sh' >NEW; /bin/chmod +x NEW; }`}, stdout: "chromium", stderrs: "installing"},
		{name: "installed with windows", tools: map[string]string{"id": "echo 0", "apt-get": `case "$*" in *headless*) exit 100 ;; *chromium*) echo '#!/bin/sh' >NEW; /bin/chmod +x NEW ;; esac`}, stdout: "chromium", stderrs: "installing"},
		{name: "not installed", tools: map[string]string{"id": "echo 0", "apt-get": "exit 1"}, stderrs: "could not install"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bin := t.TempDir()
			for name, body := range c.tools {
				body = strings.ReplaceAll(body, "NEW", filepath.Join(bin, "chromium"))
				if err := os.WriteFile(filepath.Join(bin, name), []byte(stub+body+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.CommandContext(t.Context(), "/bin/sh", filepath.Join(root, "scripts/chromium.sh"))
			cmd.Env = []string{"PATH=" + bin, c.env}
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			err := cmd.Run()
			if (err != nil) != c.fails || !strings.Contains(stderr.String(), c.stderrs) {
				t.Errorf("error %v, stderr %q", err, stderr.String())
			}
			if got := strings.TrimPrefix(strings.TrimSpace(stdout.String()), bin+"/"); got != c.stdout {
				t.Errorf("stdout %q, want %q", got, c.stdout)
			}
		})
	}
}
