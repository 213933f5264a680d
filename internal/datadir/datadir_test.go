package datadir_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/datadir"
	"hongniang/internal/errs"
)

// childEnv makes the test binary a process that holds the directory until its
// standard input ends.
const childEnv = "HONGNIANG_DATADIR_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		os.Exit(hold(path))
	}
	os.Exit(m.Run())
}

func hold(path string) int {
	d, err := datadir.Open(path)
	if err == nil {
		err = d.Announce("127.0.0.1:8080", "口令")
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("ready")
	io.Copy(io.Discard, os.Stdin)
	if err := d.Close(); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// holder starts a process that holds the directory.
func holder(t *testing.T, path string) (cmd *exec.Cmd, leave io.Closer) {
	t.Helper()
	cmd = exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	return cmd, in
}

func open(t *testing.T, path string) *datadir.Dir {
	t.Helper()
	d, err := datadir.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

func TestNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "深", "数据")
	d := open(t, path)
	if !d.New() || d.Path() != path {
		t.Errorf("new %v, path %q; want a new %q", d.New(), d.Path(), path)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v; want 0700", info.Mode(), err)
	}
	if _, err := d.StaffToken(bytes.NewReader(make([]byte, 100))); err != nil {
		t.Fatal(err)
	}
	d.Close()

	d = open(t, path) // a first start that failed before it kept anything
	if !d.New() {
		t.Error("a directory with nothing but our own files is not new")
	}
	if err := os.WriteFile(d.File("hongniang.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d.Close()
	if open(t, path).New() {
		t.Error("a directory with data is new")
	}
}

func TestLocked(t *testing.T) {
	path := t.TempDir()
	cmd, leave := holder(t, path)
	pid := cmd.Process.Pid

	_, err := datadir.Open(path)
	if !errs.Is(err, errs.Locked) {
		t.Fatalf("error is %v, want Locked", err)
	}
	for _, want := range []string{path, fmt.Sprintf("进程号 %d", pid), "http://127.0.0.1:8080"} {
		if !strings.Contains(errs.As(err).Message, want) {
			t.Errorf("the message does not say %q: %s", want, errs.As(err).Message)
		}
	}
	s, running, err := datadir.Peek(path)
	if diff := cmp.Diff(datadir.Server{PID: pid, Addr: "127.0.0.1:8080", Token: "口令"}, s); diff != "" || !running || err != nil {
		t.Errorf("peek: %v, %v\n%s", running, err, diff)
	}

	leave.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the holder ends with %v", err)
	}
	if _, running, err := datadir.Peek(path); running || err != nil {
		t.Errorf("peek after the end: %v, %v", running, err)
	}
	open(t, path)
}

func TestLockedWithinOneProcess(t *testing.T) {
	path := t.TempDir()
	open(t, path)
	_, err := datadir.Open(path)
	if !errs.Is(err, errs.Locked) {
		t.Errorf("error is %v, want Locked", err)
	}
	if _, running, err := datadir.Peek(path); !running || err != nil {
		t.Errorf("peek: %v, %v", running, err)
	}
}

// TestKilled: what a killed process leaves behind says nothing.
func TestKilled(t *testing.T) {
	path := t.TempDir()
	cmd, _ := holder(t, path)
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := os.Stat(filepath.Join(path, "server.json")); err != nil {
		t.Fatalf("the killed process left no server.json: %v", err)
	}
	if _, running, err := datadir.Peek(path); running || err != nil {
		t.Errorf("peek: %v, %v", running, err)
	}
	open(t, path)
}

// TestPeekDoesNotDisturb: lookers never keep an owner out.
func TestPeekDoesNotDisturb(t *testing.T) {
	path := t.TempDir()
	open(t, path).Close()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				datadir.Peek(path)
			}
		}
	}()
	for range 20 {
		d, err := datadir.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		d.Close()
	}
	close(stop)
	<-stopped
	if _, running, err := datadir.Peek(filepath.Join(path, "none")); running || err != nil {
		t.Errorf("peek at nothing: %v, %v", running, err)
	}
}

func TestStaffToken(t *testing.T) {
	d := open(t, t.TempDir())
	if _, err := d.StaffToken(bytes.NewReader([]byte("short"))); !errs.Is(err, errs.Internal) {
		t.Errorf("without randomness: %v", err)
	}
	token, err := d.StaffToken(bytes.NewReader(bytes.Repeat([]byte{0xab}, 24)))
	if err != nil || token != strings.Repeat("ab", 24) {
		t.Errorf("token %q, %v", token, err)
	}
	info, err := os.Stat(d.File("staff.token"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
	again, err := d.StaffToken(bytes.NewReader(nil))
	if err != nil || again != token {
		t.Errorf("the second time: %q, %v", again, err)
	}
	if err := os.WriteFile(d.File("staff.token"), []byte("  自定口令\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if own, err := d.StaffToken(nil); err != nil || own != "自定口令" {
		t.Errorf("an own token: %q, %v", own, err)
	}
}

func TestLinkKey(t *testing.T) {
	d := open(t, t.TempDir())
	if _, err := d.LinkKey(bytes.NewReader([]byte("short"))); !errs.Is(err, errs.Internal) {
		t.Errorf("without randomness: %v", err)
	}
	key, err := d.LinkKey(bytes.NewReader(bytes.Repeat([]byte{0xcd}, 32)))
	if err != nil || string(key) != strings.Repeat("cd", 32) {
		t.Errorf("key %q, %v", key, err)
	}
	if again, err := d.LinkKey(bytes.NewReader(nil)); err != nil || !bytes.Equal(again, key) {
		t.Errorf("the second time: %q, %v", again, err)
	}
}

func TestUnusable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "文件")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{file, filepath.Join(file, "sub")} {
		_, err := datadir.Open(path)
		if !errs.Is(err, errs.Unavailable) || !strings.Contains(errs.As(err).Message, path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if errors.Is(os.Remove(file), os.ErrNotExist) {
		t.Error("the file in the way was removed")
	}
}
