//go:build linux || darwin || freebsd

package backup

import "golang.org/x/sys/unix"

// FreeBytes is how much an ordinary user may still write where a directory lies.
func FreeBytes(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, unreadable(err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
