//go:build !linux && !darwin && !freebsd && !windows

package disk

import "math"

// Free cannot be asked here: there is always room, until writing fails.
func Free(string) (int64, error) { return math.MaxInt64, nil }
