//go:build unix

package indexer

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the lock until f is closed, by us or by the end of the
// process; it answers false at once when another open file has it.
func lockFile(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
