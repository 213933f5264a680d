package ferrettest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/datadir"
	"hongniang/internal/search"
)

// mainModule is the root of the module that is tested here.
const mainModule = "../../.."

// built is where the program goes; TestMain removes it.
var built string

// program builds the program once, where none is named that is built already.
var program = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("HONGNIANG_BINARY"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "hongniang-ferrettest-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "hongniang")
	build := exec.Command("go", "build", "-o", path, "./cmd/hongniang")
	build.Dir = mainModule
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w: %s", err, out)
	}
	return path, nil
})

// settings are how the program is run.
type settings struct {
	env  []string // all of its environment
	args []string
}

// on are settings for a data directory and a database, whose commands pass one at a
// time: with those of others before it one may take long.
func on(m *mongod, database, dir string) settings {
	return settings{env: []string{
		"HONGNIANG_DATA_DIR=" + dir, "HONGNIANG_MONGODB_URI=mongodb://" + m.addr + "/" + database + "?timeoutMS=60000", "HONGNIANG_LOG_LEVEL=warn",
	}}
}

// run runs a command of the program to its end and answers its exit code and
// what it printed, faults included.
func (s settings) run(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := s.command(t, args...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (s settings) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = t.TempDir(), s.env
	return cmd
}

// service is the program while it serves.
type service struct {
	t     *testing.T
	cmd   *exec.Cmd
	base  string // http://HOST:PORT
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

// start runs the service on a free port until the end of the test, and waits
// until it is ready.
func start(t *testing.T, m *mongod, database, dir string, args ...string) *service {
	t.Helper()
	s := on(m, database, dir)
	s.args = append([]string{"--addr", anyPort}, args...)
	return s.serve(t, anyPort, dir)
}

// anyPort has the service listen where nobody else does.
const anyPort = "127.0.0.1:0"

// serve runs the service, which listens on addr and keeps its token in dir.
func (s settings) serve(t *testing.T, addr, dir string) *service {
	t.Helper()
	out := &service{t: t, cmd: s.command(t, append([]string{"serve"}, s.args...)...), base: "http://" + addr, log: &output{}, ended: make(chan struct{})}
	out.cmd.Stderr = out.log
	if err := out.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = out.cmd.Wait() // a killed process is meant to fail
		close(out.ended)
	}()
	t.Cleanup(out.kill)
	if addr == anyPort {
		out.base = "http://" + out.announced(dir)
	}
	out.awaitReady()
	token, err := os.ReadFile(filepath.Join(dir, "staff.token"))
	if err != nil {
		t.Fatal(err)
	}
	out.token = strings.TrimSpace(string(token))
	return out
}

// announced is where the service says that it listens, once it does.
func (s *service) announced(dir string) string {
	s.t.Helper()
	var said datadir.Server
	s.eventually(patience, "an address", func() bool {
		s.mustLive()
		data, err := os.ReadFile(filepath.Join(dir, "server.json")) // of one that was killed, before it writes its own
		return err == nil && json.Unmarshal(data, &said) == nil && said.PID == s.cmd.Process.Pid && said.Addr != ""
	})
	return said.Addr
}

func (s *service) mustLive() {
	s.t.Helper()
	select {
	case <-s.ended:
		s.t.Fatalf("the service ended: %s", s.log)
	default:
	}
}

func (s *service) awaitReady() {
	s.t.Helper()
	s.eventually(patience, "ready", func() bool {
		s.mustLive()
		res, err := http.Get(s.base + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
}

// patience is how long something may take that nobody waits for, on a machine that
// does much else.
const patience = 5 * time.Minute

// eventually waits for something to become true.
func (s *service) eventually(within time.Duration, what string, is func() bool) {
	s.t.Helper()
	for end := time.Now().Add(within); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("not within %v: %s\n%s", within, what, s.log)
		}
	}
}

// kill ends the process as a power failure would.
func (s *service) kill() {
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.ended
}

// stop asks the process to end, as Docker does, and wants it to end well.
func (s *service) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		s.t.Fatal(err)
	}
	<-s.ended
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		s.t.Errorf("exit code %d: %s", code, s.log)
	}
}

// answer is what the service answered.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// ask sends a request as staff; body may be "".
func (s *service) ask(method, path, body string) (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, s.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	begun := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, data, time.Since(begun)}, err
}

// prompt is how soon somebody is answered, whatever is away.
const prompt = 5 * time.Second

// promptly asks like ask, and again when the answer comes late: on a machine that does
// much else one may, but not each.
func (s *service) promptly(method, path, body string) (answer, error) {
	var got answer
	var err error
	for range 5 {
		if got, err = s.ask(method, path, body); err != nil || got.took <= prompt {
			break
		}
	}
	return got, err
}

// must asks and wants a status.
func (s *service) must(status int, method, path, body string) answer {
	s.t.Helper()
	got, err := s.ask(method, path, body)
	if err != nil {
		s.t.Fatalf("%s %s: %v\n%s", method, path, err, s.log)
	}
	if got.status != status {
		s.t.Fatalf("%s %s: status %d, want %d: %s", method, path, got.status, status, got.body)
	}
	return got
}

// decode reads a JSON answer.
func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(a.body, &out); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return out
}

// find searches through the API.
func (s *service) find(query string, kind catalog.Kind) search.Response {
	s.t.Helper()
	q := url.Values{"q": {query}, "size": {"50"}}
	if kind != "" {
		q.Set("kind", string(kind))
	}
	return decode[search.Response](s.t, s.must(http.StatusOK, http.MethodGet, "/api/v1/search?"+q.Encode(), ""))
}

// title is the title of a record in the index, "" when it is not there.
func (s *service) title(code string) string {
	s.t.Helper()
	for _, hit := range s.find("编号:"+code, "").Hits {
		if hit.Code == code {
			return hit.Title
		}
	}
	return ""
}

// stored counts the records of each kind in the database.
func (s *service) stored() map[string]int {
	s.t.Helper()
	return decode[struct{ Records map[string]int }](s.t, s.must(http.StatusOK, http.MethodGet, "/api/v1/status", "")).Records
}

// found counts the documents of each kind in the index.
func (s *service) found() map[string]int {
	s.t.Helper()
	out := map[string]int{}
	for _, kind := range catalog.Kinds() {
		out[string(kind)] = s.find("", kind).Total
	}
	return out
}

// result is the body of a result with a title of our own.
func result(code, title string, rev int) string {
	body := fmt.Sprintf(`{"code":%q,"title":%q,"summary":"示例：一项用于检验服务的成果，减少停机时间。","tech_field":"manufacturing","completing_orgs":["检验厂"],"completers":[{"name":"王检","org":"检验厂"}],"rev":%d}`, code, title, rev)
	if rev == 0 {
		return strings.Replace(body, `,"rev":0`, "", 1)
	}
	return body
}

// history gives what was done to a record, such as "create 1".
func (s *service) history(kinds, code string) []string {
	s.t.Helper()
	got := decode[struct{ Items []catalog.Change }](s.t, s.must(http.StatusOK, http.MethodGet, "/api/v1/"+kinds+"/"+code+"/history", ""))
	var out []string
	for _, c := range got.Items {
		out = append(out, fmt.Sprint(c.Action, " ", c.Rev))
	}
	return out
}
