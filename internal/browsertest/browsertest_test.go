package browsertest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	t.Parallel()
	only := func(have ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			if slices.Contains(have, name) {
				return "/bin/" + name, nil
			}
			return "", errors.New("not found")
		}
	}
	for _, c := range []struct {
		wanted string
		have   []string
		path   string
		why    string
	}{
		{"", []string{"chromium", "chromium-headless-shell"}, "/bin/chromium-headless-shell", ""},
		{"", []string{"google-chrome", "chromium"}, "/bin/chromium", ""},
		{"", []string{"google-chrome"}, "/bin/google-chrome", ""},
		{"", nil, "", "no Chromium"},
		{"mine", []string{"mine", "chromium"}, "/bin/mine", ""},
		{"mine", []string{"chromium"}, "", "mine is not a program"},
	} {
		path, why := find(c.wanted, only(c.have...))
		if path != c.path || !strings.Contains(why, c.why) || (why == "") != (c.why == "") {
			t.Errorf("find(%q, %v) = %q, %q", c.wanted, c.have, path, why)
		}
	}
}

// The script that finds and installs a browser knows it by the same names, in the same
// order.
func TestNamesOfTheScript(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../scripts/chromium.sh")
	if err != nil {
		t.Fatal(err)
	}
	if want := "for name in " + strings.Join(names(), " ") + ";"; !strings.Contains(string(script), want) {
		t.Errorf("scripts/chromium.sh lacks %q", want)
	}
}

// recorder stands in for a test that is skipped or failed.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper()      {}
func (r *recorder) Name() string { return "TestPage/search" }
func (r *recorder) Skipf(format string, args ...any) {
	r.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func run(t *testing.T) (path string, r recorder) {
	t.Helper()
	done := make(chan struct{})
	r.TB = t
	go func() {
		defer close(done)
		path = Chromium(&r)
	}()
	<-done
	return path, r
}

func TestWithoutBrowser(t *testing.T) {
	skips := filepath.Join(t.TempDir(), "skips")
	t.Setenv(envBinary, filepath.Join(t.TempDir(), "none"))
	t.Setenv(envSkips, skips)
	t.Setenv(envRequire, "")
	for range 2 {
		if _, r := run(t); !strings.Contains(r.skipped, "BROWSER TEST SKIPPED") || r.failed != "" {
			t.Errorf("without a browser: skipped %q, failed %q", r.skipped, r.failed)
		}
	}
	if got, err := os.ReadFile(skips); err != nil || string(got) != "TestPage/search\nTestPage/search\n" {
		t.Errorf("the skips are %q, %v", got, err)
	}
	t.Setenv(envRequire, "1")
	if _, r := run(t); r.skipped != "" || !strings.Contains(r.failed, "requires one") {
		t.Errorf("with a browser required: skipped %q, failed %q", r.skipped, r.failed)
	}
}

func TestWithBrowser(t *testing.T) {
	self, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(envBinary, self)
	if path, r := run(t); path != self || r.skipped+r.failed != "" {
		t.Errorf("Chromium = %q, skipped %q, failed %q", path, r.skipped, r.failed)
	}
}
