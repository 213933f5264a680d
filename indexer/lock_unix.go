//go:build unix

package indexer

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the lock until unlockFile or the end of the process; it answers
// false at once when another open file has it.
func lockFile(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile gives the lock up and closes f. To close it is not enough while a program
// is being started: until that is another program it has f too.
func unlockFile(f *os.File) {
	_ = unix.Flock(int(f.Fd()), unix.LOCK_UN) // the end of f gives it up as well
	f.Close()
}
