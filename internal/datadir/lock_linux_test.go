package datadir_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"

	"hongniang/internal/datadir"
)

// The lock of a directory that was given up is free although a program that is being
// started still has its file.
func TestLockIsGivenUp(t *testing.T) {
	path, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		d, err := datadir.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		started := again(t, d.File("lock"))
		defer unix.Close(started)
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// again gives another number of an open file.
func again(t *testing.T, path string) int {
	t.Helper()
	all, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, link := range all {
		if of, err := os.Readlink(link); err != nil || of != path {
			continue
		}
		n, err := strconv.Atoi(filepath.Base(link))
		if err != nil {
			t.Fatal(err)
		}
		out, err := unix.FcntlInt(uintptr(n), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	t.Fatalf("%s is not open", path)
	return 0
}
