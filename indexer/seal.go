package indexer

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	index "github.com/blevesearch/bleve_index_api"
)

// To prove every file of an index before it answers is to read all of it, which takes
// longer than all else at a start when the files are not in the page cache. Files that
// look as they did when they were known to be whole are opened at once, and proved while
// the index answers. All others are proved first: those that a killed process left, that
// were cut short, that somebody wrote to.

// seal is how a segment file looks from outside.
type seal struct {
	Size     int64 `json:"size"`
	Modified int64 `json:"modified"` // in ns since 1970
}

// seals are those of the segment files that were proved when an index was opened, or were
// in use when it was closed in good order, by the names of the files.
type seals map[string]seal

// sealFile lies in the directory of an index, beside the files of the library.
const sealFile = "seals.json"

func sealOf(file string) (seal, error) {
	info, err := os.Stat(file)
	if err != nil {
		return seal{}, err
	}
	return seal{Size: info.Size(), Modified: info.ModTime().UnixNano()}, nil
}

// readSeals reads the seals of an index; where they cannot be read there are none.
func readSeals(path string) seals {
	var known seals
	data, err := os.ReadFile(filepath.Join(path, sealFile))
	if err != nil || json.Unmarshal(data, &known) != nil {
		return nil
	}
	return known
}

// divide tells the files that are sealed from those that must be proved first.
func (known seals) divide(files []string) (sealed, open []string) {
	for _, file := range files {
		now, err := sealOf(file)
		if was, ok := known[filepath.Base(file)]; err == nil && ok && was == now {
			sealed = append(sealed, file)
		} else {
			open = append(open, file)
		}
	}
	return sealed, open
}

// write writes the seals of files, when they are others than those known.
func (known seals) write(path string, files []string) error {
	if sealed, open := known.divide(files); len(open) == 0 && len(sealed) == len(known) {
		return nil
	}
	now := seals{}
	for _, file := range files {
		s, err := sealOf(file)
		if err != nil {
			return err
		}
		now[filepath.Base(file)] = s
	}
	data, err := json.Marshal(now)
	if err != nil {
		return err
	}
	temp := filepath.Join(path, sealFile+".new")
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(path, sealFile))
}

// sealAll seals the files that an index uses. What goes wrong costs time at the next
// start, no more.
func (x *Index) sealAll(opened bleve.Index, path string) {
	err := recovered(func() error {
		return withReader(opened, func(r index.IndexReader) error { return readSeals(path).write(path, segmentFiles(r)) })
	})
	if err != nil {
		x.log.Warn("the index is not sealed; the next start reads all of it", "err", err)
	}
}

// provingDelay is how long after a start sealed files are proved: who asks first needs the
// disk and the processors.
const provingDelay = 30 * time.Second

// proveSealed proves the files that were opened because they are sealed, and tells Follow
// of damage. They are held open from the beginning on, since they may be merged into others
// meanwhile, and these would have the damage but a right check sum.
func (x *Index) proveSealed(ctx context.Context, delay time.Duration) {
	x.mu.Lock()
	path, files := x.path, x.unproved
	x.unproved = nil
	x.mu.Unlock()
	defer closeAll(files)
	if len(files) == 0 || pause(ctx, delay) != nil {
		return
	}
	for _, f := range files {
		err := prove(f, func(worked time.Duration) error { return pause(ctx, worked) })
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			x.reportDamageOf(path, err)
			return
		}
	}
}

// reportDamageOf reports damage of the files in a directory, if they are those that serve.
func (x *Index) reportDamageOf(path string, err error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.path == path {
		x.reportDamage(err)
	}
}

func openAll(names []string) (files []*os.File, err error) {
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}
