package browser_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// envBinary names a binary that is built already; without it the tests build
// their own.
const envBinary = "HONGNIANG_BINARY"

// server is the real program with the demo data, one for all tests here: its
// pages only read.
type server struct {
	base string
	stop func()
	err  error
	out  *bytes.Buffer
}

var shared = struct {
	once sync.Once
	server
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		shared.stop()
	}
	os.Exit(code)
}

// startServer gives the address of the running program.
func startServer(t *testing.T) string {
	t.Helper()
	shared.once.Do(func() { shared.server = launch() })
	if shared.err != nil {
		t.Fatalf("%v\n%s", shared.err, shared.out)
	}
	return shared.base
}

func launch() server {
	s := server{out: &bytes.Buffer{}}
	dir, err := os.MkdirTemp("", "hongniang-browser-")
	if err != nil {
		return server{err: err}
	}
	binary := os.Getenv(envBinary)
	if binary == "" {
		binary = filepath.Join(dir, "hongniang")
		build := exec.Command("go", "build", "-o", binary, "hongniang/cmd/hongniang")
		build.Stdout, build.Stderr = s.out, s.out
		if s.err = build.Run(); s.err != nil {
			return s
		}
	}
	addr, err := freeAddress()
	if err != nil {
		return server{err: err}
	}
	ctx, cancel := context.WithCancel(context.Background())
	run := exec.CommandContext(ctx, binary, "serve", "--demo", "--addr", addr, "--data", filepath.Join(dir, "data"))
	run.Stdout, run.Stderr = s.out, s.out
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	s.base, s.err = "http://"+addr, run.Start()
	s.stop = func() {
		cancel()
		_ = run.Wait() // it was told to stop
		_ = os.RemoveAll(dir)
	}
	if s.err == nil {
		s.err = ready(s.base, time.Minute)
	}
	return s
}

func freeAddress() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// ready waits until the program says that its data and its index are there.
func ready(base string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		if res, err := http.Get(base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("%s/readyz did not answer 200 within %s", base, patience)
}
