package main

import (
	"context"
	"os"
	"runtime/debug"
	"time"

	"hongniang/indexer"
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
	// besideMore is what each document above largeStock adds to that, in bytes.
	besideMore = 700
	largeStock = 200_000
	// besideRebuild is what an index takes that is made while another answers: near the
	// limit collections would take the processors from who searches.
	besideRebuild = 768 << 20
	// resizeEvery is how often the limit follows the stock.
	resizeEvery = 2 * time.Second
)

// boundMemory sets how the heap is collected, when index bytes of postings may be kept of
// a stock of 200,000 documents, and so many there are. GOGC and GOMEMLIMIT of the
// environment win.
func boundMemory(index int64, documents int) {
	limitMemory(index, documents)
	collect(collectAt)
}

func limitMemory(index int64, documents int) { setLimit(memoryLimit(index, documents)) }

func setLimit(limit int64) {
	if os.Getenv("GOMEMLIMIT") == "" && debug.SetMemoryLimit(-1) != limit { // setting it stops everything for a moment
		debug.SetMemoryLimit(limit)
	}
}

// memoryLimit is what the process may take, in bytes, before it is collected more often.
func memoryLimit(index int64, documents int) int64 {
	return max(indexer.Room(index, documents), 0) + besideIndex + besideMore*int64(max(documents-largeStock, 0))
}

// sizeMemory sets the limit for the stock as it is now.
func (in *installation) sizeMemory(ctx context.Context) {
	status, err := in.index.Status(ctx)
	if err != nil { // it tells everybody who asks
		return
	}
	limit := memoryLimit(memoryOf(in.cfg), status.Documents)
	if status.Rebuilding {
		limit += besideRebuild
	}
	setLimit(limit)
}

// followStock has the limit follow the stock until ctx ends.
func (in *installation) followStock(ctx context.Context) {
	tick := time.NewTicker(resizeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			in.sizeMemory(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// collect has the heap collected whenever it has grown by so many percent; less than 0:
// at the limit only, for as long as the program opens what it keeps.
func collect(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
