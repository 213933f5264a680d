// Package browsertest finds the Chromium that the browser tests drive, and
// keeps their skips from going unseen: `make test` counts them, and with
// HONGNIANG_REQUIRE_BROWSER=1 (as .ci/run sets it) a skip is a failure.
package browsertest

import (
	"os"
	"os/exec"
	"testing"
)

// The environment of the browser tests.
const (
	envBinary  = "HONGNIANG_CHROMIUM"           // path of the binary; else the names below are looked for
	envRequire = "HONGNIANG_REQUIRE_BROWSER"    // 1: no browser is a failure
	envSkips   = "HONGNIANG_TEST_BROWSER_SKIPS" // file to which the name of each skipped test is added
)

// names are the binaries by which distributions call Chromium or Chrome, first those
// that are the same engine without a browser's windows.
func names() []string {
	return []string{"chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
}

// Chromium gives the path of the browser; without one it skips the test, or
// fails it where a browser is required. Call it first in every browser test.
//
// A test starts it with Flags: as root and in containers Chromium needs
// --no-sandbox, without a graphics card --disable-gpu, and without
// --disable-background-networking it talks to its maker during the test; without
// --allow-pre-commit-input it drops clicks and keys on a page that is there and has
// not been painted yet, which takes a while on a busy machine.
// Chinese text needs a font such as Debian's fonts-noto-cjk (scripts/chromium.sh
// installs both).
func Chromium(t testing.TB) string {
	t.Helper()
	path, why := find(os.Getenv(envBinary), exec.LookPath)
	if path != "" {
		return path
	}
	if os.Getenv(envRequire) == "1" {
		t.Fatalf("%s, and %s=1 requires one: run scripts/chromium.sh or set %s", why, envRequire, envBinary)
	}
	if err := note(os.Getenv(envSkips), t.Name()); err != nil {
		t.Errorf("the skip cannot be counted: %v", err)
	}
	t.Skipf("BROWSER TEST SKIPPED: %s", why)
	return ""
}

// Flags are the switches, without their dashes, that a headless run needs
// beside --headless; each is switched on.
func Flags() []string {
	return []string{"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-dev-shm-usage", "allow-pre-commit-input"}
}

// find gives the browser, or why there is none. A wanted binary that is not
// there is not replaced by another.
func find(wanted string, lookPath func(string) (string, error)) (path, why string) {
	if wanted != "" {
		if path, err := lookPath(wanted); err == nil {
			return path, ""
		}
		return "", envBinary + "=" + wanted + " is not a program"
	}
	for _, name := range names() {
		if path, err := lookPath(name); err == nil {
			return path, ""
		}
	}
	return "", "no Chromium or Chrome found"
}

// note adds a line to the file of skips.
func note(file, test string) error {
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(test + "\n"); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}
