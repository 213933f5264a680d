package backup

import "golang.org/x/sys/windows"

// FreeBytes is how much the user may still write where a directory lies.
func FreeBytes(dir string) (int64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, unreadable(err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, unreadable(err)
	}
	return int64(free), nil
}
