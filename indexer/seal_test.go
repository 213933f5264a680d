package indexer

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/internal/search"
)

// spoilUnseen makes the check sum of a file wrong; from outside it looks as before.
func spoilUnseen(t *testing.T, name string) {
	t.Helper()
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, name, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	if err := os.Chtimes(name, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// usedFiles are the names of the segment files that the index uses.
func (w *world) usedFiles(t *testing.T) (names []string) {
	t.Helper()
	err := w.index.read(func(r index.IndexReader) error {
		for _, file := range segmentFiles(r) {
			names = append(names, filepath.Base(file))
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	slices.Sort(names)
	return names
}

func (w *world) sealed() []string {
	return slices.Sorted(maps.Keys(readSeals(w.index.path)))
}

// What was closed in good order is opened without being read whole; damage that cannot be
// seen from outside is found while the index serves, also where the file was merged into
// another meanwhile, and repaired.
func TestSealedIsProvedLater(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(t *testing.T, w *world){
		"as it was opened": func(*testing.T, *world) {},
		"merged meanwhile": func(t *testing.T, w *world) {
			was := w.usedFiles(t)
			if err := w.index.Compact(t.Context()); err != nil {
				t.Fatal(err)
			}
			if now := w.usedFiles(t); slices.Equal(was, now) {
				t.Fatalf("nothing was merged: %v", now)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := filled(t, 30)
			w.openIndex(t)
			for batch := range 2 { // segments that are too large for the library to merge them by itself
				if err := w.index.AddDocuments(t.Context(), manyDocuments(batch)); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.index.Close(); err != nil {
				t.Fatal(err)
			}
			path := w.index.path
			for file := range readSeals(path) {
				spoilUnseen(t, filepath.Join(path, "store", file))
			}
			w.openIndex(t)
			if w.index.path != path {
				t.Fatal("the sealed files were read at the opening")
			}
			if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
				t.Errorf("%d of 30 found before the proof", got)
			}
			before(t, w)
			w.index.proving = 0
			w.follow(t)
			eventually(t, "a rebuild", func() bool {
				w.index.mu.RLock()
				defer w.index.mu.RUnlock()
				return w.index.path != path
			})
			if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
				t.Errorf("%d of 30 found after it", got)
			}
		})
	}
}

// What is not sealed as it looks is read before anything is answered.
func TestUnsealedIsProvedAtOpen(t *testing.T) {
	t.Parallel()
	for name, unseal := range map[string]func(t *testing.T, file string){
		"no seals":     func(t *testing.T, file string) { remove(t, file) },
		"broken seals": func(t *testing.T, file string) { edit(t, file, func(b []byte) []byte { return b[:len(b)/2] }) },
		"another index": func(t *testing.T, file string) {
			edit(t, file, func([]byte) []byte { return []byte(`{"x.zap":{"size":1}}`) })
		},
		"another time": func(t *testing.T, file string) {
			edit(t, file, func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), `"modified":1`, `"modified":2`)) })
		},
		"another size": func(t *testing.T, file string) {
			edit(t, file, func(b []byte) []byte { return []byte(strings.ReplaceAll(string(b), `"size":`, `"size":1`)) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := filled(t, 30)
			path := w.index.path
			for file := range readSeals(path) {
				spoilUnseen(t, filepath.Join(path, "store", file))
			}
			unseal(t, filepath.Join(path, sealFile))
			w.openIndex(t)
			if w.index.path == path {
				t.Error("a damaged index was opened")
			}
		})
	}
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

// Files are sealed when they were proved at an opening, when an index is closed, and when
// it was made anew; never those that are only written.
func TestSeals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	w.catchUp(t)
	if got := w.sealed(); len(got) != 0 {
		t.Errorf("%v are sealed while they are written", got)
	}
	if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := w.sealed(), w.usedFiles(t); !slices.Equal(got, want) {
		t.Errorf("made anew: %v sealed, %v used", got, want)
	}
	remove(t, filepath.Join(w.index.path, sealFile))
	used := w.usedFiles(t)
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.sealed(); !slices.Equal(got, used) {
		t.Errorf("closed: %v sealed, %v used", got, used)
	}
	remove(t, filepath.Join(w.index.path, sealFile))
	w.openIndex(t)
	if got := w.sealed(); !slices.Equal(got, used) {
		t.Errorf("proved at the opening: %v sealed, %v used", got, used)
	}
}

// Seals that are right are not written again, and those that cannot be written keep nobody
// from opening.
func TestSealsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := filled(t, 30)
	if err := os.Mkdir(filepath.Join(w.index.path, sealFile+".new"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.openIndex(t)
	if strings.Contains(w.log.String(), "not sealed") {
		t.Errorf("right seals were written again: %s", w.log)
	}
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	remove(t, filepath.Join(w.index.path, sealFile))
	path := w.index.path
	w.openIndex(t)
	if !strings.Contains(w.log.String(), "not sealed") || w.index.path != path {
		t.Errorf("%s is open, that was %s: %s", w.index.path, path, w.log)
	}
	if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
		t.Errorf("%d of 30 found", got)
	}
}

// A proof rests after each piece for as long as that took, and ends when it may not go on.
func TestProofRests(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "x.zap")
	if err := os.WriteFile(name, make([]byte, 3*provingPiece), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rests := 0
	err = prove(f, func(worked time.Duration) error {
		if worked <= 0 {
			t.Errorf("reading took %v", worked)
		}
		if rests++; rests == 2 {
			return context.Canceled
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || rests != 2 {
		t.Errorf("%d rests, %v", rests, err)
	}
}
