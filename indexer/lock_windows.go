package indexer

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock until unlockFile or the end of the process; it answers
// false at once when another open file has it.
func lockFile(f *os.File) (bool, error) {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile gives the lock up and closes f.
func unlockFile(f *os.File) { f.Close() }
