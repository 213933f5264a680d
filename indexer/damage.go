package indexer

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// recovered turns a panic of the library into an error: the files that it reads
// are memory-mapped, and damaged ones make it panic.
func recovered(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panicked: %v", r)
		}
	}()
	return work()
}

// faultEvents names the callback that init registers with bleve.
const faultEvents = "hongniang"

// The library's own goroutines recover from panics, but a fault in a
// memory-mapped file ends the process unless the goroutine asked otherwise.
// These events are fired in the merger and the persister.
func init() {
	scorch.RegistryEventCallbacks[faultEvents] = func(e scorch.Event) bool {
		switch e.Kind {
		case scorch.EventKindPreMergeCheck, scorch.EventKindPersisterProgress, scorch.EventKindPurgerCheck:
			debug.SetPanicOnFault(true)
		}
		return true
	}
}

var errBroken = errors.New("a background task of the index failed")

// broken tells whether a background task of an index failed: a merger or
// persister that died of a damaged file never comes back, and batches then wait
// for ever.
func broken(opened bleve.Index) bool { return counter(opened, "TotOnErrors") > 0 }

// counter is a number that the library tells of an index, by its name.
func counter(opened bleve.Index, name string) uint64 {
	inner, _ := opened.StatsMap()["index"].(map[string]any)
	n, _ := inner[name].(uint64)
	return n
}

// writeBatch writes a batch, and gives up when the index is found broken.
func writeBatch(opened bleve.Index, batch *bleve.Batch) error {
	return unlessBroken(opened, func() error { return opened.Batch(batch) })
}

// unlessBroken waits for what the background tasks of an index do, and gives up when the
// index is found broken.
func unlessBroken(opened bleve.Index, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- recovered(work) }()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-look.C:
			if broken(opened) {
				return errBroken
			}
		}
	}
}

// closingTime is how long an index may take to close before it is left as broken.
const closingTime = 15 * time.Second

// closeFiles closes an index; one whose tasks died may never come to an end.
func closeFiles(opened bleve.Index) error {
	done := make(chan error, 1)
	go func() { done <- recovered(opened.Close) }()
	select {
	case err := <-done:
		return err
	case <-time.After(closingTime):
		return errors.New("the index does not close; its memory is lost until the program ends")
	}
}

// reportDamage tells Follow to rebuild; should that never come to pass, the next opening
// proves every file.
func (x *Index) reportDamage(err error) {
	if err := x.proof.Load().doubt(); err != nil {
		x.log.Warn("a damaged index stays sealed", "err", err)
	}
	select {
	case x.damaged <- err:
	default:
	}
}
