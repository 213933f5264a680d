package postings

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// What was read of the index's files does not stay mapped for good: after so many
// reads the pages are let go, and what is read then is the same.
func TestPagesAreLetGo(t *testing.T) {
	t.Parallel()
	s, path := newFiledStock(t)
	v := s.view()
	read := func() {
		t.Helper()
		if data, err := stored(v, 0); err != nil || data != "of a" {
			t.Fatalf("%q, %v", data, err)
		}
	}
	for range mostTouched / 2 {
		read()
	}
	before := mapped(t, path)
	for range mostTouched - 1 {
		read()
		if mapped(t, path) == 0 {
			break
		}
	}
	if after := mapped(t, path); before == 0 || after != 0 {
		t.Errorf("%d pages were mapped after some reads and %d after more", before, after)
	}
	read()
}

// A new view lets go what was read to make it, of the segments that are new; what others
// read of the old ones meanwhile stays mapped.
func TestNewViewLetsItsOwnPagesGo(t *testing.T) {
	t.Parallel()
	s, path := newFiledStock(t)
	old, err := filepath.Glob(path + "/store/*.zap")
	if err != nil || len(old) != 1 {
		t.Fatalf("%q, %v", old, err)
	}
	v := s.view()
	if n := mapped(t, old[0]); n != 0 {
		t.Errorf("%d pages stay mapped of a segment that is new", n)
	}
	if _, err := stored(v, 0); err != nil {
		t.Fatal(err)
	}
	s.put("b", "result", "x", "blue")
	if later := s.view(); later.Size() != 2 {
		t.Fatalf("%d documents", later.Size())
	}
	if mapped(t, old[0]) == 0 {
		t.Error("a new view let go the pages of an old segment")
	}
}

// newFiledStock is a stock of one document that was written to a file below path.
func newFiledStock(t *testing.T) (s stock, path string) {
	t.Helper()
	path = t.TempDir() + "/index"
	x, err := bleve.NewUsing(path, bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	stock{t: t, Index: x}.put("a", "result", "x x y", "red")
	if err := x.Close(); err != nil { // until it is closed, what is new need not be in a file
		t.Fatal(err)
	}
	if x, err = bleve.Open(path); err != nil {
		t.Fatal(err)
	}
	s = stock{t, x, New(layout, 1<<20)}
	t.Cleanup(func() { s.cache.Close(); x.Close() })
	return s, path
}

// mapped is how many pages of the segments below a path are in the process's memory.
func mapped(t *testing.T, below string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := os.Open("/proc/self/pagemap")
	if err != nil {
		t.Fatal(err)
	}
	defer pages.Close()
	size, present := uint64(os.Getpagesize()), 0
	for line := range strings.Lines(string(maps)) {
		var from, to uint64
		if !strings.Contains(line, below) || !strings.Contains(line, ".zap") {
			continue
		}
		if _, err := fmt.Sscanf(line, "%x-%x ", &from, &to); err != nil {
			t.Fatal(err)
		}
		entries := make([]byte, (to-from)/size*8)
		if _, err := pages.ReadAt(entries, int64(from/size*8)); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(entries); at += 8 {
			present += int(binary.LittleEndian.Uint64(entries[at:]) >> 63)
		}
	}
	return present
}
