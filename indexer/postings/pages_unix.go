//go:build unix

package postings

import "golang.org/x/sys/unix"

// letGo tells the system that mapped memory is not needed now. It is advice: that it
// is not taken harms nobody.
func letGo(mapped []byte) {
	if len(mapped) > 0 {
		_ = unix.Madvise(mapped, unix.MADV_DONTNEED)
	}
}
