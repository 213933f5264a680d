package main

import (
	"os"
	"runtime/debug"
)

const (
	// collectAt is how far the heap may grow, in percent of what lives, before it is
	// collected.
	collectAt = 60
	// besideIndex is what the process may take beside what the index keeps, in
	// bytes, before it is collected more often than that: the dictionary, what the
	// desk and the figures know of every record, and what requests leave behind. A
	// limit near what lives has every match wait for collections.
	besideIndex = 368 << 20
)

// boundMemory sets how the heap is collected, when index bytes may be kept of
// the index. GOGC and GOMEMLIMIT of the environment win.
func boundMemory(index int64) {
	limitMemory(index)
	collect(collectAt)
}

func limitMemory(index int64) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(max(index, 0) + besideIndex)
	}
}

// collect has the heap collected whenever it has grown by so many percent; less than 0:
// at the limit only, for as long as the program opens what it keeps.
func collect(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
