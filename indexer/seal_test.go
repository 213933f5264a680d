package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
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

// serving opens the index as a service does, which proves sealed files after a delay.
func (w *world) serving(t *testing.T, delay time.Duration) {
	t.Helper()
	index, err := Open(w.indexDir(), Options{Cutter: cutter(), Log: slog.New(slog.NewTextHandler(w.log, nil)), ProveAfter: delay})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	w.index, w.service.Index = index, index
}

// inOneFile is filled, with one segment: nothing is left to merge.
func inOneFile(t *testing.T) *world {
	t.Helper()
	w := filled(t, 30)
	w.openIndex(t)
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := awaitWritten(t.Context(), w.index.open); err != nil {
		t.Fatal(err)
	}
	return w.closed(t, 1)
}

// inManyFiles is filled, with segments that the library does not merge by itself.
func inManyFiles(t *testing.T) *world {
	t.Helper()
	w := filled(t, 30)
	w.openIndex(t)
	for batch := range 2 {
		if err := w.index.AddDocuments(t.Context(), manyDocuments(batch)); err != nil {
			t.Fatal(err)
		}
	}
	return w.closed(t, 2)
}

// closed is a world whose index was closed with so many files at least.
func (w *world) closed(t *testing.T, files int) *world {
	t.Helper()
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.sealed(); len(got) < files {
		t.Fatalf("only %v are sealed", got)
	}
	return w
}

// spoilUnseen makes the check sum of a sealed file wrong; from outside it looks as before.
func (w *world) spoilUnseen(t *testing.T, name string) {
	t.Helper()
	file := filepath.Join(w.index.path, "store", name)
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	edit(t, file, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
	if err := os.Chtimes(file, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// used are the names of the segment files that the index uses.
func (w *world) used(t *testing.T) (names []string) {
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

// isSealed tells whether all files that the index uses are sealed.
func (w *world) isSealed(t *testing.T) bool {
	t.Helper()
	sealed := w.sealed()
	return !slices.ContainsFunc(w.used(t), func(name string) bool { return !slices.Contains(sealed, name) })
}

// sealed are the names of the files that are sealed.
func (w *world) sealed() []string {
	return slices.Sorted(maps.Keys(readSeals(w.index.path)))
}

func (w *world) isAt(path string) bool {
	w.index.mu.RLock()
	defer w.index.mu.RUnlock()
	return w.index.path == path
}

func removeFile(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}

func mergeMeanwhile(t *testing.T, w *world) {
	before := w.used(t)
	if err := w.index.Compact(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := w.used(t); len(after) != 1 || slices.Contains(before, after[0]) {
		t.Fatalf("%v became %v", before, after)
	}
	for _, name := range before { // the library will
		if err := os.Remove(filepath.Join(w.index.path, "store", name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

// What was closed in good order is opened without being read whole; damage that cannot be
// seen from outside is found while the index serves, also where the file was merged into
// another meanwhile, and repaired. A whole index stays, and is sealed again.
func TestSealedIsProvedLater(t *testing.T) {
	t.Parallel()
	for _, spoiled := range []bool{true, false} {
		for name, is := range map[string]struct {
			made      func(t *testing.T) *world
			meanwhile func(t *testing.T, w *world)
		}{"as opened": {inOneFile, func(*testing.T, *world) {}}, "merged": {inManyFiles, mergeMeanwhile}} {
			t.Run(fmt.Sprintf("%s, spoiled %v", name, spoiled), func(t *testing.T) {
				t.Parallel()
				w := is.made(t)
				path, files := w.index.path, w.sealed()
				for _, file := range files {
					if spoiled {
						w.spoilUnseen(t, file)
					}
				}
				w.serving(t, time.Nanosecond)
				if !w.isAt(path) {
					t.Fatal("sealed files were read at the opening")
				}
				if got := w.sealed(); len(got) != 0 {
					t.Errorf("%v are sealed before they are read", got)
				}
				proof := w.index.proof.Load()
				held := proof.held()
				if len(held) == 0 {
					t.Fatal("nothing is held to be proved")
				}
				is.meanwhile(t, w)
				w.follow(t)
				eventually(t, "the proof", func() bool { return len(proof.held()) == 0 })
				if spoiled {
					eventually(t, "a rebuild", func() bool { return !w.isAt(path) })
				} else {
					eventually(t, "seals", func() bool { return w.isSealed(t) })
					if !w.isAt(path) || strings.Contains(w.log.String(), "damage") {
						t.Errorf("a whole index was made anew: %s", w.log)
					}
				}
				if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
					t.Errorf("%d of 30 found", got)
				}
				if err := held[0].Close(); !errors.Is(err, os.ErrClosed) {
					t.Errorf("files stay open: %v", err)
				}
			})
		}
	}
}

// What is not sealed as it looks is read before anything is answered, and by who does not
// run on everything is.
func TestUnsealedIsProvedAtOpen(t *testing.T) {
	t.Parallel()
	change := func(of func(seal) seal) func(*testing.T, *world) {
		return func(t *testing.T, w *world) {
			known := readSeals(w.index.path)
			for name, s := range known {
				known[name] = of(s)
			}
			if err := known.write(w.index.path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, unseal := range map[string]func(t *testing.T, w *world){
		"no seals": func(t *testing.T, w *world) { removeFile(t, filepath.Join(w.index.path, sealFile)) },
		"broken seals": func(t *testing.T, w *world) {
			edit(t, filepath.Join(w.index.path, sealFile), func(b []byte) []byte { return b[:len(b)-2] })
		},
		"other files": func(t *testing.T, w *world) {
			edit(t, filepath.Join(w.index.path, sealFile), func([]byte) []byte { return []byte(`{"x.zap":{"size":1}}`) })
		},
		"another time": change(func(s seal) seal { s.Modified++; return s }),
		"another size": change(func(s seal) seal { s.Size++; return s }),
		"as sealed":    func(*testing.T, *world) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := inOneFile(t)
			path := w.index.path
			for _, file := range w.sealed() {
				w.spoilUnseen(t, file)
			}
			unseal(t, w)
			if name == "as sealed" {
				w.openIndex(t)
			} else {
				w.serving(t, time.Hour)
			}
			if w.isAt(path) {
				t.Error("a damaged index was opened")
			}
		})
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
	if !w.isSealed(t) {
		t.Errorf("made anew: %v sealed, %v used", w.sealed(), w.used(t))
	}
	stale, err := json.Marshal(seals{"gone.zap": {Size: 1}})
	if err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(w.index.path, sealFile), func([]byte) []byte { return stale })
	used := w.used(t)
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	if got := w.sealed(); !slices.Contains(got, used[0]) || slices.Contains(got, "gone.zap") {
		t.Errorf("closed: %v sealed, %v used", got, used)
	}
	for _, delay := range []time.Duration{0, time.Hour} {
		removeFile(t, filepath.Join(w.index.path, sealFile))
		w.serving(t, delay)
		if !w.isSealed(t) {
			t.Errorf("proved at the opening: %v sealed, %v used", w.sealed(), w.used(t))
		}
		if err := w.index.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Nothing is sealed that was not read, that changed since, or of an index that was
// reported damaged: the next opening reads it.
func TestNotSealed(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, w *world){
		"closed before the proof": func(t *testing.T, w *world) { w.serving(t, time.Hour) },
		"stopped before the proof": func(t *testing.T, w *world) {
			w.serving(t, time.Hour)
			ctx, stop := context.WithCancel(t.Context())
			stop()
			w.index.proveSealed(ctx)
			if len(w.index.damaged) > 0 || len(w.index.proof.Load().held()) == 0 {
				t.Error("a proof that was stopped ended")
			}
		},
		"reported damaged": func(t *testing.T, w *world) {
			w.openIndex(t)
			w.index.reportDamage(errBroken)
			if got := w.sealed(); len(got) > 0 {
				t.Errorf("%v are sealed while the report stands", got)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := inOneFile(t)
			spoil(t, w)
			held := w.index.proof.Load().held()
			if err := w.index.Close(); err != nil {
				t.Fatal(err)
			}
			for _, f := range held {
				if !errors.Is(f.Close(), os.ErrClosed) {
					t.Errorf("%s stays open", f.Name())
				}
			}
			if got := w.sealed(); len(got) > 0 {
				t.Errorf("%v are sealed", got)
			}
		})
	}
}

// A file that somebody writes to after it was proved is not sealed, one that is new is.
func TestChangedSinceItsProof(t *testing.T) {
	t.Parallel()
	w := inOneFile(t)
	store := filepath.Join(w.index.path, "store")
	var files []string
	for _, name := range w.sealed() {
		files = append(files, filepath.Join(store, name))
	}
	p, err := newProof(w.index.path, files, false)
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Minute)
	for _, file := range files {
		if err := os.Chtimes(file, time.Time{}, later); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"new.zap", "other.file"} {
		if err := os.WriteFile(filepath.Join(store, name), []byte("1234"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.seal(); err != nil {
		t.Fatal(err)
	}
	if got := w.sealed(); !slices.Equal(got, []string{"new.zap"}) {
		t.Errorf("%v are sealed", got)
	}
}

// Damage that is found in files that serve no more is nobody's.
func TestProofOfReplacedFiles(t *testing.T) {
	t.Parallel()
	w := inOneFile(t)
	for _, file := range w.sealed() {
		w.spoilUnseen(t, file)
	}
	w.serving(t, 300*time.Millisecond)
	old := w.index.proof.Load()
	held := old.held()
	ended := make(chan struct{})
	go func() { defer close(ended); w.index.proveSealed(t.Context()) }()
	if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
		t.Fatal(err)
	}
	if len(old.held()) != 0 || len(held) == 0 || !errors.Is(held[0].Close(), os.ErrClosed) {
		t.Errorf("%d old files are held still", len(old.held()))
	}
	<-ended
	w.index.conclude(old, false, errBroken)
	if len(w.index.damaged) > 0 {
		t.Error("damage of the old files is told of the new ones")
	}
	if !w.isSealed(t) {
		t.Errorf("%v sealed, %v used", w.sealed(), w.used(t))
	}
}

// Seals that are right are not written again; those that cannot be written keep
// nobody from opening.
func TestSealsThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := inOneFile(t)
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
	removeFile(t, filepath.Join(w.index.path, sealFile))
	path := w.index.path
	w.openIndex(t)
	if !strings.Contains(w.log.String(), "not sealed") || !w.isAt(path) {
		t.Errorf("%s is open, that was %s: %s", w.index.path, path, w.log)
	}
	if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
		t.Errorf("%d of 30 found", got)
	}
}

// A proof rests after each piece, and ends when it may not go on.
func TestProofRests(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "x.zap")
	if err := os.WriteFile(name, make([]byte, 30*provingPiece), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rests := 0
	err = prove(f, func(time.Duration) error {
		if rests++; rests == 2 {
			return context.Canceled
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || rests != 2 {
		t.Errorf("%d rests, %v", rests, err)
	}
	p := &proof{waiting: []*os.File{f}}
	begin := time.Now()
	if whole, err := p.proveWaiting(t.Context(), 100*time.Millisecond); whole || err == nil {
		t.Errorf("zeros are whole: %v, %v", whole, err)
	}
	if took := time.Since(begin); took < 130*time.Millisecond {
		t.Errorf("a delay of 100 ms and thirty rests of one at least took %v", took)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if whole, err := p.proveWaiting(ctx, time.Nanosecond); whole || err != nil {
		t.Errorf("one that was stopped answers %v, %v", whole, err)
	}
}
