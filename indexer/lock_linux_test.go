package indexer

import (
	"testing"

	"golang.org/x/sys/unix"
)

// The lock of an index that was closed is free although a program that is being
// started still has its file.
func TestLockIsGivenUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for range 2 {
		x, err := Open(dir, Options{Cutter: cutter()})
		if err != nil {
			t.Fatal(err)
		}
		started, err := unix.FcntlInt(x.lock.Fd(), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(started)
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
