package datadir_test

import (
	"os"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"hongniang/internal/datadir"
	"hongniang/internal/errs"
)

// TestNotWritable takes the right to write from this thread alone, so that it
// tests the same thing for root.
func TestNotWritable(t *testing.T) {
	path := t.TempDir()
	if err := os.Chmod(path, 0o555); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		if os.Getuid() == 0 {
			unix.Setfsuid(65534)
		}
		_, err := datadir.Open(path)
		done <- err
	}()
	if err := <-done; !errs.Is(err, errs.Denied) {
		t.Errorf("error is %v, want Denied", err)
	}
}
