package main

import (
	"os"
	"runtime/debug"
)

const (
	// collectAt is how far the heap may grow, in percent of what lives, before it is
	// collected. The segmenter's dictionary is over 100 MB of pointers that every
	// collection walks: half as many collections take a fifth off the p95 of a match.
	collectAt = 200
	// besideIndex is what the process may take beside what the index keeps, in
	// bytes, before it is collected more often than that: the dictionary, and what
	// requests leave behind.
	besideIndex = 352 << 20
)

// boundMemory sets how the heap is collected, when index bytes may be kept of
// the index. GOGC and GOMEMLIMIT of the environment win.
func boundMemory(index int64) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(max(index, 0) + besideIndex)
	}
}
