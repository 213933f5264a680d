package main

import (
	"os"
	"runtime/debug"
)

const (
	// collectAt is how far the heap may grow, in percent of what lives, before it is
	// collected: 200,000 records live in 450 MB of the index and the dictionary, and
	// are served from 720 MB.
	collectAt = 60
	// besideIndex is what the process may take beside what the index keeps, in
	// bytes, before it is collected more often than that: the dictionary, what the
	// desk and the figures know of every record, and what requests leave behind. A
	// limit near what lives has every match wait for collections.
	besideIndex = 640 << 20
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
