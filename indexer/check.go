package indexer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// proveAll proves the check sums of segment files, on each processor a file at a time.
func proveAll(names []string) error {
	files := make(chan string)
	faults := make([]error, runtime.GOMAXPROCS(0))
	var proving sync.WaitGroup
	for i := range faults {
		proving.Go(func() {
			for name := range files {
				if faults[i] == nil {
					faults[i] = proveNamed(name)
				}
			}
		})
	}
	for _, name := range names {
		files <- name
	}
	close(files)
	proving.Wait()
	return errors.Join(faults...)
}

// segmentFiles are the files of the segments that a reader uses. Those that a killed
// process left unfinished are not among them.
func segmentFiles(r index.IndexReader) []string {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil
	}
	var files []string
	for _, s := range snapshot.Segments() {
		if file, ok := s.Segment().(segment.PersistedSegment); ok {
			files = append(files, file.Path())
		}
	}
	return files
}

func proveNamed(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return prove(f, func(time.Duration) error { return nil })
}

// provingPiece is how many bytes are read at a time.
const provingPiece = 1 << 20

// prove proves the check sum of a segment file: its last four bytes are the CRC-32 (IEEE)
// of all before them. After each piece rest is told how long that took; its error ends the
// proof.
func prove(f *os.File, rest func(worked time.Duration) error) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	const sumSize = 4
	if info.Size() < 2*sumSize {
		return fmt.Errorf("%s: too short", filepath.Base(f.Name()))
	}
	sum, piece := crc32.NewIEEE(), make([]byte, provingPiece)
	end := info.Size() - sumSize
	for at := int64(0); at < end; {
		begin := time.Now()
		part := piece[:min(end-at, provingPiece)]
		if _, err := f.ReadAt(part, at); err != nil {
			return err
		}
		sum.Write(part)
		at += int64(len(part))
		if err := rest(time.Since(begin)); err != nil {
			return err
		}
	}
	var want [sumSize]byte
	if _, err := f.ReadAt(want[:], end); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%s: check sum differs", filepath.Base(f.Name()))
	}
	return nil
}
