package browser_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// envBinary names a binary that is built already; without it the tests build
// their own.
const envBinary = "HONGNIANG_BINARY"

// server is the real program with the demo data. One serves all tests; only the
// written tasks, which change what others look at, have one for each width.
type server struct {
	base string
	data string // its directory
	stop func()
	err  error
	out  *bytes.Buffer
}

var shared = struct {
	once sync.Once
	server
}{}

// atOnce is how many tests run at a time: much of a browser test is waiting.
const atOnce = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", atOnce); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	for _, stop := range []func(){chromium.stop, shared.stop} {
		if stop != nil {
			stop()
		}
	}
	if program.dir != "" {
		_ = os.RemoveAll(program.dir)
	}
	os.Exit(code)
}

// startServer gives the address of the running program.
func startServer(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.server = launch("--demo") })
	if shared.err != nil {
		t.Fatalf("%v\n%s", shared.err, shared.out)
	}
	return shared.base
}

// ownServer starts the program anew for one test alone.
func ownServer(t *testing.T) string {
	t.Helper()
	return ownInstallation(t, "--demo").base
}

// ownInstallation starts it with other switches.
func ownInstallation(t *testing.T, switches ...string) server {
	t.Helper()
	s := launch(switches...)
	if s.err != nil {
		t.Fatalf("%v\n%s", s.err, s.out)
	}
	t.Cleanup(s.stop)
	return s
}

func launch(switches ...string) server {
	s := server{out: &bytes.Buffer{}}
	dir, err := os.MkdirTemp("", "hongniang-browser-")
	if err != nil {
		return server{err: err}
	}
	program.once.Do(build)
	if program.err != nil {
		return server{err: program.err, out: s.out}
	}
	addr, err := freeAddress()
	if err != nil {
		return server{err: err}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.data = filepath.Join(dir, "data")
	run := exec.CommandContext(ctx, program.path, append([]string{"serve", "--addr", addr, "--data", s.data}, switches...)...)
	run.Stdout, run.Stderr, run.Env = s.out, s.out, plainEnvironment()
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	s.base, s.err = "http://"+addr, run.Start()
	ended := make(chan struct{})
	s.stop = func() {
		cancel()
		<-ended
		_ = os.RemoveAll(dir)
	}
	if s.err == nil {
		go func() {
			_ = run.Wait() // it is told to stop, or its output says why it ended
			close(ended)
		}()
		s.err = ready(s.base, ended)
	} else {
		close(ended)
	}
	if s.err != nil {
		s.stop()
	}
	return s
}

// program is the built binary.
var program struct {
	once      sync.Once
	path, dir string // dir is "" when it was built before
	err       error
}

func build() {
	if program.path = os.Getenv(envBinary); program.path != "" {
		return
	}
	if program.dir, program.err = os.MkdirTemp("", "hongniang-built-"); program.err != nil {
		return
	}
	program.path = filepath.Join(program.dir, "hongniang")
	if out, err := exec.Command("go", "build", "-o", program.path, "hongniang/cmd/hongniang").CombinedOutput(); err != nil {
		program.err = fmt.Errorf("%w\n%s", err, out)
	}
}

// plainEnvironment is ours without the settings of the program and the switches
// of these tests, which the program would refuse as unknown settings.
func plainEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "HONGNIANG_") })
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
func ready(base string, ended <-chan struct{}) error {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		select {
		case <-ended:
			return errors.New("the program ended before it was ready")
		default:
		}
		if res, err := http.Get(base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	return errors.New(base + "/readyz did not answer 200 within a minute")
}
