// Package indexer answers searches with bleve: it lays records out in fields,
// ranks, filters, counts and highlights, follows the change feed, and rebuilds
// itself. It implements search.Engine; nothing of bleve leaves it.
//
// The index holds public text only, and can be thrown away at any time: the
// records are in a catalog.Store.
package indexer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/postings"
	"hongniang/internal/catalog"
	"hongniang/internal/disk"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// Options are what an index needs beside its directory.
type Options struct {
	Cutter  zh.Cutter
	Words   string // names the dictionary of Cutter; see UseWords
	Log     *slog.Logger
	Related []byte           // the related words that ship with the program; may be empty
	Now     func() time.Time // nil: time.Now
	// Memory is how many bytes of postings are kept in memory, so that searches
	// and matches are fast, with 200,000 documents (see Room); 0 means DefaultMemory,
	// less than 0 none.
	Memory int64
	// Pause is how long the index rests between batches while saves come together; those
	// of the meantime are one batch.
	Pause time.Duration
	// ProveAfter is how long after the beginning of Follow those files are proved that
	// look as they did when the index was closed; see ProvingDelay. 0: Open proves all.
	ProveAfter time.Duration
}

// DefaultMemory is enough for the postings of some 200,000 records.
const DefaultMemory = 320 << 20

// Room gives the bytes that postings may take in memory where Options.Memory is memory
// and the stock so large: a larger one than 200,000 documents is given more, three fifths
// of memory for each 200,000. Less than 1 stays what it is.
func Room(memory int64, documents int) int64 {
	if memory < 1 {
		return memory
	}
	return postings.Room(memory, documents)
}

// Index is one installation's index. It is safe for concurrent use.
type Index struct {
	dir     string
	cutters *cutters
	cutter  *rememberer // cuts with cutters
	fields  *fieldWriter
	log     *slog.Logger
	now     func() time.Time

	memory     int64
	lookUp     int // see the constant
	words      relatedWords
	recent     recent
	synonyms   atomic.Pointer[zh.Synonyms]
	rebuilding atomic.Bool
	failures   atomic.Int64 // of rebuilds
	beside     bool         // it is being made while somebody asks another
	lock       *os.File     // held as long as the index is open
	feed       sync.Mutex   // one reader of the change feed at a time, and none during a swap
	damaged    chan error   // told when a search meets a broken file; room for one

	mu    sync.RWMutex // guards what the five below point to
	open  bleve.Index
	path  string
	shot  snapshots       // where no postings are kept in memory
	cache *postings.Cache // else
	shelf *shelf          // with it

	free  func(dir string) (int64, error) // bytes that may be written; see disk.Free
	proof atomic.Pointer[proof]           // of the files of open

	proveAfter time.Duration // see Options

	gathering gathering  // of saves
	writing   sync.Mutex // one batch at a time
	revs      map[string]int64
}

var (
	_ search.Engine   = (*Index)(nil)
	_ catalog.Indexer = (*Index)(nil)
)

// layout is part of every index directory's name: raise it when fields or
// analysis change, and older directories are rebuilt.
const layout = 4

// Open opens the index in dir, or makes an empty one when there is none, when
// its layout is another, or when its files are damaged; the feed then fills it
// (see Follow). Errors: errs.Locked when another process has it open,
// errs.Unavailable.
func Open(dir string, o Options) (*Index, error) {
	cuts := newCutters(o.Cutter, o.Words)
	x := &Index{dir: dir, cutters: cuts, cutter: &rememberer{Cutter: cuts}, fields: newFieldWriter(cuts), log: o.Log, now: o.Now, damaged: make(chan error, 1), revs: map[string]int64{}, memory: cmp.Or(o.Memory, DefaultMemory), lookUp: lookUp, free: disk.Free, proveAfter: o.ProveAfter}
	x.cache, x.shelf = newCache(x.memory), &shelf{}
	if x.log == nil {
		x.log = slog.New(slog.DiscardHandler)
	}
	if x.now == nil {
		x.now = time.Now
	}
	x.gathering = gathering{pause: o.Pause, write: func(changes []change) error { return x.apply(context.Background(), changes, nil) }}
	x.synonyms.Store(zh.ParseSynonyms(""))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unavailable(err)
	}
	if err := x.acquire(); err != nil {
		return nil, err
	}
	if err := x.openOrCreate(); err != nil {
		unlockFile(x.lock)
		return nil, unavailable(err)
	}
	x.removeOthers()
	x.openRelated(o.Related)
	return x, nil
}

// acquire takes the lock on the directory: without it a second process would
// take the files that the first holds for damaged, and remove them.
func (x *Index) acquire() error {
	f, err := os.OpenFile(filepath.Join(x.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return unavailable(err)
	}
	free, err := lockFile(f)
	if err == nil && free {
		x.lock = f
		return nil
	}
	f.Close()
	if err != nil {
		return unavailable(err)
	}
	return errs.New(errs.Locked, "index.locked", fmt.Sprintf("索引目录“%s”正由另一个进程使用，请先停止它，再试一次。", x.dir))
}

func (x *Index) openOrCreate() error {
	if path := x.current(); path != "" {
		opened, proved, err := openProved(path, x.proveAfter > 0)
		if err == nil {
			x.open, x.path = opened, path
			x.proof.Store(proved)
			x.sealFiles()
			return nil
		}
		x.log.Warn("index is damaged and is made anew", "err", err)
	}
	path := x.nextPath()
	opened, err := create(path)
	if err != nil {
		return err
	}
	x.open, x.path = opened, path
	x.proof.Store(&proof{path: path})
	if err = nameWords(opened, x.cutters.wanted().name); err == nil {
		err = x.point(path)
	}
	if err != nil {
		opened.Close()
		return err
	}
	return nil
}

func unavailable(err error) error {
	return errs.Wrap(err, errs.Unavailable, "index.unavailable", "检索索引暂时不能用，系统会自行修复，请稍后再试。")
}

// create makes an empty index whose documents are laid out by fieldWriter.
func create(path string) (bleve.Index, error) {
	return bleve.NewUsing(path, bleve.NewIndexMapping(), scorch.Name, scorch.Name, map[string]any{"eventCallbackName": faultEvents})
}

// openProved opens an index and proves its files before anything is written, but for those
// that may wait; a panic of the library on broken ones is an error.
func openProved(path string, mayWait bool) (opened bleve.Index, proved *proof, err error) {
	err = recovered(func() error {
		still, err := openFiles(path, true) // nothing is merged
		if err != nil {
			return err
		}
		err = recovered(func() error {
			return withReader(still, func(r index.IndexReader) (err error) {
				if proved, err = newProof(path, segmentFiles(r), mayWait); err != nil {
					return err
				}
				_, err = newSnapshot(context.Background(), r) // reads the live documents once
				return err
			})
		})
		return errors.Join(err, still.Close())
	})
	if err == nil {
		err = recovered(func() (err error) { opened, err = openFiles(path, false); return err })
	}
	if err != nil {
		if proved != nil {
			proved.letGo()
		}
		return nil, nil, err
	}
	return opened, proved, nil
}

func openFiles(path string, readOnly bool) (bleve.Index, error) {
	return bleve.OpenUsing(path, map[string]any{"bolt_timeout": "2s", "eventCallbackName": faultEvents, "read_only": readOnly})
}

// withReader runs use on a reader of an index.
func withReader(opened bleve.Index, use func(index.IndexReader) error) error {
	advanced, err := opened.Advanced()
	if err != nil {
		return err
	}
	reader, err := advanced.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	return use(reader)
}

// read runs use on a reader of the current index.
func (x *Index) read(use func(index.IndexReader) error) error {
	return x.use(func() error { return withReader(x.open, use) })
}

// use runs a piece of work while the current index stays open. A failure that
// is neither the caller's nor one of ours is damage: it is told to Follow.
func (x *Index) use(work func() error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.open == nil {
		return unavailable(errors.New("closed"))
	}
	err := recovered(work)
	var ours *errs.Error
	if err == nil || errors.As(err, &ours) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	x.reportDamage(err)
	return unavailable(err)
}

const pointer = "CURRENT"

// current gives the directory that the pointer file names, "" without.
func (x *Index) current() string {
	data, err := os.ReadFile(filepath.Join(x.dir, pointer))
	name := strings.TrimSpace(string(data))
	if err != nil || !strings.HasPrefix(name, fmt.Sprintf("v%d-", layout)) || name != filepath.Base(name) {
		return ""
	}
	return filepath.Join(x.dir, name)
}

// nextPath names a directory that is not there yet.
func (x *Index) nextPath() string {
	for n := 1; ; n++ {
		path := filepath.Join(x.dir, fmt.Sprintf("v%d-%06d", layout, n))
		if _, err := os.Stat(path); os.IsNotExist(err) {
			return path
		}
	}
}

// point makes path the current index, atomically.
func (x *Index) point(path string) error {
	return replaceFile(filepath.Join(x.dir, pointer), []byte(filepath.Base(path)+"\n"))
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	temp := name + ".new"
	if err := os.WriteFile(temp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, name)
}

// removeOthers clears what earlier generations and broken rebuilds left.
func (x *Index) removeOthers() {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != filepath.Base(x.path) && strings.HasPrefix(e.Name(), "v") {
			if err := os.RemoveAll(filepath.Join(x.dir, e.Name())); err != nil {
				x.log.Warn("an old index stays behind", "dir", e.Name(), "err", err)
			}
		}
	}
}

// Close closes the index; it waits for running searches. Closing twice is no
// error.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open == nil {
		return nil
	}
	x.cache.Close()
	if broken(x.open) {
		x.reportDamage(errBroken)
	}
	err := closeFiles(x.open)
	x.open = nil
	x.sealFiles()
	x.proof.Load().letGo()
	if x.lock != nil {
		unlockFile(x.lock)
	}
	return err
}

// UseSynonyms sets the groups that searches use from now on.
func (x *Index) UseSynonyms(s *zh.Synonyms) { x.synonyms.Store(s) }

// Status tells how far the index has come.
func (x *Index) Status(context.Context) (search.Status, error) {
	out := search.Status{Rebuilding: x.rebuilding.Load(), FailedRebuilds: x.failures.Load(), Slow: x.memory <= 0}
	err := x.read(func(r index.IndexReader) error {
		n, err := r.DocCount()
		if err != nil {
			return err
		}
		out.Documents = int(n)
		at, err := placeOf(r)
		out.Checkpoint = at.seq
		return err
	})
	return out, err
}

// generation gives the number of the current directory, for logs and tests.
func (x *Index) generation() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, n, _ := strings.Cut(filepath.Base(x.path), "-")
	g, _ := strconv.Atoi(n)
	return g
}
