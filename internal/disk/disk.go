// Package disk tells whether a large file may be written: a full disk would keep the
// service from saving anything.
package disk

// What is left of the disk when a large file has been written: so many bytes, and so
// large a part of the file's own size.
const (
	leftFree     = 64 << 20
	leftFreePart = 10 // one in so many
)

// Need is how many bytes must be free before a file of a size is written.
func Need(size int64) int64 { return size + max(leftFree, size/leftFreePart) }
