package main_test

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the real program, built once for all tests here.
var binary string

// envBinary names a program that is built already.
const envBinary = "HONGNIANG_BINARY"

// atOnce is how many tests run at a time: much of a test of whole programs is waiting
// for the disk and for what they do by and by.
const atOnce = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	dir, err := os.MkdirTemp("", "hongniang-cmd-")
	if binary = os.Getenv(envBinary); err == nil && binary == "" {
		binary = filepath.Join(dir, "hongniang")
		build := exec.Command("go", "build", "-o", binary, ".")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "building the program:", err)
		os.Exit(1)
	}
	demoPath = filepath.Join(dir, "demo")
	demoMade = sync.OnceValue(func() error { return makeDemo(dir) })
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

var (
	demoMade func() error
	demoPath string
)

// makeDemo loads the demo data, and indexes them by searching.
func makeDemo(dir string) error {
	for _, args := range [][]string{{"demo"}, {"search", "电主轴"}} {
		if out, err := command(dir, append(args, "--data", demoPath)...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", args, err, out)
		}
	}
	return nil
}

// demoDir gives a data directory of its own that holds the demo data and their
// index.
func demoDir(t testing.TB) string {
	t.Helper()
	if err := demoMade(); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(demoPath)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// command prepares the program in a working directory, without the settings of
// whoever runs the tests.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command(binary, args...)
	cmd.Dir = dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "HONGNIANG_") })
	return cmd
}

// result is what a finished command left.
type result struct {
	code     int
	out, err string
}

// run runs the program to its end.
func run(t testing.TB, args ...string) result {
	t.Helper()
	return finish(t, command(t.TempDir(), args...))
}

func finish(t testing.TB, cmd *exec.Cmd) result {
	t.Helper()
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), out.String(), stderr.String()}
}

// must runs the program and wants it to succeed and to say nothing on stderr.
func must(t testing.TB, args ...string) string {
	t.Helper()
	got := run(t, args...)
	if got.code != 0 || got.err != "" {
		t.Fatalf("%q: exit code %d, stderr %s", args, got.code, got.err)
	}
	return got.out
}

// patience is how long anything may take on a busy machine.
const patience = 3 * time.Minute

// server is a running service.
type server struct {
	t     testing.TB
	cmd   *exec.Cmd
	dir   string
	base  string // http://localhost:PORT
	token string
	log   *output
	ended chan struct{}
}

// output gathers what a running process writes.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// serve starts the service on a data directory and a free port, and waits until
// it is ready. It is stopped at the end of the test.
func serve(t testing.TB, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, log: &output{}, ended: make(chan struct{})}
	s.cmd = command(t.TempDir(), append([]string{"serve", "--data", dir, "--addr", "127.0.0.1:0"}, args...)...)
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.kill)
	lines := bufio.NewReader(stdout)
	greeting, err := lines.ReadString('\n')
	go func() {
		_, _ = io.Copy(s.log, lines)
		_ = s.cmd.Wait() // the tests look at the state
		close(s.ended)
	}()
	if err != nil {
		t.Fatalf("the service ended at once: %s", s.log)
	}
	_, s.base, _ = strings.Cut(strings.TrimSpace(greeting), "：")
	if !strings.HasPrefix(s.base, "http://localhost:") {
		t.Fatalf("the greeting names no address: %q", greeting)
	}
	token, err := os.ReadFile(filepath.Join(dir, "staff.token"))
	if err != nil {
		t.Fatal(err)
	}
	s.token = strings.TrimSpace(string(token))
	s.awaitReady()
	return s
}

func (s *server) awaitReady() {
	s.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if res, err := http.Get(s.base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
	}
	s.t.Fatalf("not ready within %v: %s", patience, s.log)
}

// kill ends the process as a power failure would.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.ended
}

// stop asks the process to end, and gives its exit code.
func (s *server) stop() int {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatalf("it does not end: %s", s.log)
	}
	return s.cmd.ProcessState.ExitCode()
}

// ask sends a request to the API as staff.
func (s *server) ask(method, path string, body io.Reader) (int, []byte, error) {
	req, err := http.NewRequest(method, s.base+"/api/v1"+path, body)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return res.StatusCode, data, err
}
