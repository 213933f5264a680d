//go:build unix

package house_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// clone is a copy of the checkout in which `make build` was run once for all
// tests here.
var clone = struct {
	once sync.Once
	dir  string
	err  error
}{}

func TestMain(m *testing.M) {
	code := m.Run()
	if clone.dir != "" {
		_ = os.RemoveAll(clone.dir)
	}
	os.Exit(code)
}

// built gives the copy, with the program in bin.
func built(t *testing.T) string {
	t.Helper()
	watchSources(t)
	clone.once.Do(func() {
		if clone.dir, clone.err = os.MkdirTemp("", "hongniang-readme-"); clone.err != nil {
			return
		}
		if clone.err = copyTree(clone.dir); clone.err != nil {
			return
		}
		cmd := inClone("make", "build")
		if out, err := cmd.CombinedOutput(); err != nil {
			clone.err = fmt.Errorf("make build: %w: %s", err, out)
		}
	})
	if clone.err != nil {
		t.Fatal(clone.err)
	}
	return clone.dir
}

// copyTree copies what a clone would have.
func copyTree(to string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name == ".git" || name == "bin" || name == "data"):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), data, info.Mode().Perm())
	})
}

// inClone prepares a command in the copy, without the settings of whoever runs
// the tests.
func inClone(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = clone.dir
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "HONGNIANG_") || strings.HasPrefix(v, "MAKE") || strings.HasPrefix(v, "MFLAGS")
	})
	return cmd
}

// running starts a service in the background and waits until it is ready; it
// ends with the test.
func running(t *testing.T, cmd *exec.Cmd, base string) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // make and what it runs end together
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is told to end
		close(ended)
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) // it may have ended
		<-ended
	})
	for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatalf("it ended before it was ready: %s", log.String())
		default:
		}
		if res, err := http.Get(base + "/readyz"); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return &log
			}
		}
	}
	t.Fatalf("%s is not ready", base)
	return nil
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// shellBlocks are the blocks of a README that are to be run.
func shellBlocks(t *testing.T, name string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(read(t, name), -1) {
		out = append(out, m[1])
	}
	return out
}

// Both READMEs hold the same commands, and each does what it says beside a
// running `make run`.
func TestReadmeCommands(t *testing.T) {
	blocks := shellBlocks(t, "README.md")
	if diff := cmp.Diff(blocks, shellBlocks(t, "README.zh-CN.md")); diff != "" || len(blocks) < 10 {
		t.Fatalf("%d blocks; README.md and README.zh-CN.md differ:\n%s", len(blocks), diff)
	}
	built(t)
	port := freePort(t)
	serve := inClone("make", "run")
	serve.Env = append(serve.Env, "HONGNIANG_SERVER_ADDR=localhost:"+port)
	running(t, serve, "http://localhost:"+port)
	_, noCurl := exec.LookPath("curl")
	here := strings.NewReplacer("localhost:8080", "localhost:"+port, "/tmp/", t.TempDir()+"/")
	for _, block := range blocks {
		if noCurl != nil && strings.Contains(block, "curl") {
			t.Logf("NOT RUN, there is no curl here: %s", block)
			continue
		}
		cmd := inClone("sh", "-euc", here.Replace(block))
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil || stdout.Len() == 0 || stderr.Len() != 0 {
			t.Errorf("%s\n%v\nstdout %.500s\nstderr %s", block, err, stdout.String(), stderr.String())
		}
		if says := stdout.String(); strings.Contains(says, "没有找到") || strings.Contains(says, "没有合适") || strings.Contains(says, `"total":0`) {
			t.Errorf("%s\nfinds nothing:\n%.500s", block, says)
		}
	}
}

// The service starts with exactly the environment, command and health check
// that docker-compose.yml gives it; only MongoDB, the directory and the port
// are those of this machine.
func TestComposeStarts(t *testing.T) {
	s := readCompose(t).Services["hongniang"]
	binary := filepath.Join(built(t), "bin", "hongniang")
	data, port := filepath.Join(t.TempDir(), "data"), freePort(t)
	here := map[string]string{
		"HONGNIANG_MONGODB_URI": "",
		"HONGNIANG_DATA_DIR":    data,
		"HONGNIANG_SERVER_ADDR": strings.Replace(s.Environment["HONGNIANG_SERVER_ADDR"], ":8080", ":"+port, 1),
	}
	env := []string{"TMPDIR=" + t.TempDir()}
	for name, value := range s.Environment {
		if own, ok := here[name]; ok {
			value = own
		}
		env = append(env, name+"="+expand(value))
	}
	container := func(args ...string) *exec.Cmd {
		cmd := exec.Command(binary, args...)
		cmd.Dir, cmd.Env = t.TempDir(), env
		return cmd
	}
	base := "http://localhost:" + port
	running(t, container(s.Command...), base)
	if out, err := container(s.Healthcheck.Test[2:]...).CombinedOutput(); err != nil || len(out) != 0 {
		t.Errorf("health check: %v %s", err, out)
	}
	if info, err := os.Stat(filepath.Join(data, "staff.token")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the staff token: %v", err)
	}
	res, err := http.Post(base+"/api/v1/organisations", "application/json", strings.NewReader(`{"name":"示例厂"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var problem struct{ Code string }
	if err := json.NewDecoder(res.Body).Decode(&problem); err != nil || res.StatusCode != http.StatusUnauthorized || problem.Code != "access.sign_in" {
		t.Errorf("a write without the token: %d %+v %v", res.StatusCode, problem, err)
	}
}
