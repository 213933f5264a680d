package browser_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	out  *output
}

// output gathers what the program says while others read it.
type output struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.said.String()
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
	if err := tooFewPictures(pictures.drawn.Load(), pictures.undrawn.Load()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
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
	s := server{out: &output{}}
	dir, err := os.MkdirTemp("", "hongniang-browser-")
	if err != nil {
		return server{err: err, out: s.out}
	}
	program.once.Do(build)
	if program.err != nil {
		return server{err: program.err, out: s.out}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.data = filepath.Join(dir, "data")
	run := exec.CommandContext(ctx, program.path, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", s.data}, switches...)...)
	run.Stdout, run.Stderr, run.Env = s.out, s.out, plainEnvironment()
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) }
	run.WaitDelay = 10 * time.Second
	s.err = run.Start()
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
		s.base, s.err = ready(s.out, ended)
		if s.err == nil && slices.Contains(switches, "--demo") {
			var codes []string
			codes, s.err = readCodes(s.base)
			demoCodes.Store(s.base, codes)
		}
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

// greeting is how the program says at which port it is.
var greeting = regexp.MustCompile(`http://localhost:(\d+)\n`)

// ready waits until the program says where it is, and that its data and its index
// are there.
func ready(out *output, ended <-chan struct{}) (base string, err error) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		select {
		case <-ended:
			return "", errors.New("the program ended before it was ready")
		default:
		}
		if m := greeting.FindStringSubmatch(out.String()); m != nil {
			base = "http://127.0.0.1:" + m[1]
		} else {
			continue
		}
		if res, err := http.Get(base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return base, nil
			}
		}
	}
	return "", fmt.Errorf("%s/readyz did not answer 200 within %v", base, patience)
}
