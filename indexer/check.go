package indexer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// checkSegments proves the check sum of every segment file that a reader uses:
// the last four bytes of a zap file are the CRC-32 (IEEE) of all before them.
// Files that a killed process left unfinished are not referred to and do not
// count. Each processor proves a file at a time.
func checkSegments(r index.IndexReader) error {
	if _, ok := r.(*scorch.IndexSnapshot); !ok {
		return fmt.Errorf("reader is a %T", r)
	}
	files := make(chan string)
	faults := make([]error, runtime.GOMAXPROCS(0))
	var checking sync.WaitGroup
	for i := range faults {
		checking.Go(func() {
			for file := range files {
				if faults[i] == nil {
					faults[i] = checkSegment(file)
				}
			}
		})
	}
	for _, file := range segmentFiles(r) {
		files <- file
	}
	close(files)
	checking.Wait()
	return errors.Join(faults...)
}

// segmentFiles are the files of the segments that a reader uses.
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

func checkSegment(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() < 8 {
		return fmt.Errorf("%s: too short", filepath.Base(name))
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, info.Size()-4); err != nil {
		return err
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil {
		return err
	}
	if sum.Sum32() != binary.BigEndian.Uint32(want[:]) {
		return fmt.Errorf("%s: check sum differs", filepath.Base(name))
	}
	return nil
}
