package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"hongniang/configs"
	"hongniang/indexer"
	"hongniang/internal/bench"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
	"hongniang/internal/zh"
	"hongniang/internal/zh/segment"
)

// benchIndex is an index that is measured in this process: with the production
// analysis, as serve opens it.
type benchIndex struct {
	corpus, dir string
}

func (b *benchIndex) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&b.corpus, "corpus", "", "语料（JSONL，可为 .gz），如 bench corpus 所写")
	cmd.Flags().StringVar(&b.dir, "index", "", "索引放在哪个文件夹：建一次，以后接着用（缺省用临时的）")
}

// opened is an open index with how it came to be.
type opened struct {
	*indexer.Index
	segmenter *segment.Segmenter
	synonyms  *zh.Synonyms
	documents int
	load      *loaded       // nil when the index was there already
	opening   time.Duration // of an index that is there
	close     func()
}

// loaded says how an index was filled; it stands beside the index as load.json.
type loaded struct {
	Corpus    string  `json:"corpus"` // name and size of the file
	Documents int     `json:"documents"`
	Bytes     int64   `json:"bytes"` // of titles and texts
	Seconds   float64 `json:"seconds"`
	OnDisk    int64   `json:"on_disk_bytes"`
}

const loadFile = "load.json"

// open opens the index of a corpus, and builds it when it is not there yet. After
// a load it is opened anew, so that memory is that of a start. Errors: errs.Invalid
// bench.other_corpus when the directory holds the index of another corpus.
func (b benchIndex) open(ctx context.Context) (*opened, error) {
	boundMemory(indexer.DefaultMemory, 0) // as serve does
	corpus, err := describe(b.corpus)
	if err != nil {
		return nil, err
	}
	dir, cleanup := b.dir, func() {}
	if dir == "" {
		if dir, err = os.MkdirTemp("", "hongniang-bench-"); err != nil {
			return nil, errs.Wrap(err, errs.Unavailable, "eval.temp", "建不了临时目录，请检查磁盘空间。")
		}
		cleanup = func() { os.RemoveAll(dir) }
	}
	out, err := b.openIn(ctx, dir, corpus)
	if err != nil {
		cleanup()
		return nil, err
	}
	out.close = func() {
		out.Close()
		cleanup()
	}
	return out, nil
}

func (b benchIndex) openIn(ctx context.Context, dir, corpus string) (*opened, error) {
	was, err := readLoaded(dir)
	if err != nil {
		return nil, err
	}
	if was.Corpus != "" && was.Corpus != corpus {
		return nil, errs.New(errs.Invalid, "bench.other_corpus", fmt.Sprintf("“%s”里是另一份语料（%s）的索引。请换一个 --index，或删掉这个文件夹。", dir, was.Corpus))
	}
	segmenter, err := newSegmenter("")
	if err != nil {
		return nil, err
	}
	if err := segmenter.Wait(); err != nil {
		return nil, err
	}
	out, err := openAt(dir, segmenter)
	if err != nil {
		return nil, err
	}
	if out.documents > 0 && out.documents == was.Documents {
		return out, nil
	}
	load, err := out.fill(ctx, b.corpus)
	out.Close()
	if err != nil {
		return nil, err
	}
	runtime.GC()
	debug.FreeOSMemory()
	again, err := openAt(dir, segmenter)
	if err != nil {
		return nil, err
	}
	health, err := again.Health(ctx)
	load.Corpus, load.OnDisk = corpus, health.Bytes
	if err == nil {
		err = load.write(dir)
	}
	if err != nil {
		again.Close()
		return nil, err
	}
	again.load = &load
	return again, nil
}

// openAt opens the index in a directory, as serve does.
func openAt(dir string, segmenter *segment.Segmenter) (*opened, error) {
	start := time.Now()
	x, err := indexer.Open(filepath.Join(dir, "index"), indexer.Options{Cutter: segmenter, Related: shippedRelated()})
	if err != nil {
		return nil, err
	}
	out := &opened{Index: x, segmenter: segmenter, opening: time.Since(start), synonyms: zh.ParseSynonyms(configs.Text("synonyms.txt"))}
	x.UseSynonyms(out.synonyms)
	status, err := x.Status(context.Background())
	if err != nil {
		x.Close()
		return nil, err
	}
	out.documents = status.Documents
	limitMemory(indexer.DefaultMemory, out.documents)
	return out, nil
}

// fill indexes a corpus and measures that.
func (o *opened) fill(ctx context.Context, corpus string) (loaded, error) {
	setLimit(math.MaxInt64) // nobody is served meanwhile
	defer limitMemory(indexer.DefaultMemory, 0)
	out, start := loaded{}, time.Now()
	err := o.Fill(ctx, func(each func(search.Document) error) error {
		return entriesOf(corpus, func(e collection.Entry) error {
			out.Bytes += int64(len(e.Title) + len(e.Text))
			return each(benchDocument(e))
		})
	})
	out.Seconds = time.Since(start).Seconds()
	if err != nil {
		return out, err
	}
	status, err := o.Status(ctx)
	if err == nil && status.Documents == 0 {
		err = errs.New(errs.Invalid, "bench.empty", "“"+corpus+"”里没有一篇文档，无从衡量。请检查 --corpus。")
	}
	out.Documents = status.Documents
	return out, err
}

// benchDocument makes an entry the document that its kind says.
func benchDocument(e collection.Entry) search.Document {
	kind := e.Kind
	if kind == "" {
		kind = "result"
	}
	return e.Document(kind)
}

// describe names a file with its size, by which it is known again.
func describe(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", errs.Wrap(err, errs.NotFound, "collection.open", fmt.Sprintf("打不开文件“%s”，请检查路径。", path))
	}
	return fmt.Sprintf("%s，%d 字节", filepath.Base(path), info.Size()), nil
}

// readLoaded reads what is said of an index; nothing when there is none.
func readLoaded(dir string) (loaded, error) {
	var out loaded
	data, err := os.ReadFile(filepath.Join(dir, loadFile))
	if errors.Is(err, os.ErrNotExist) {
		return out, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		return out, errs.Wrap(err, errs.Invalid, "bench.index", fmt.Sprintf("“%s”不是 bench 建的索引，或没有建完。请换一个 --index，或删掉这个文件夹。", dir))
	}
	return out, nil
}

func (l loaded) write(dir string) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, loadFile)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return unwritable(err, path)
	}
	return nil
}

// report begins a report with what is known of the index.
func (o *opened) report(command string) *bench.Report {
	r := &bench.Report{Command: command, Machine: bench.ThisMachine(), Documents: o.documents}
	if l := o.load; l != nil {
		r.Fact("load_seconds", "装入用时", l.Seconds, "秒")
		r.Fact("load_per_second", "装入速度", float64(l.Documents)/l.Seconds, "篇每秒")
		r.Fact("load_megabytes_per_second", "装入速度", float64(l.Bytes)/1e6/l.Seconds, "MB 每秒")
		r.Fact("index_megabytes", "索引大小", float64(l.OnDisk)/1e6, "MB")
	}
	r.Fact("open_milliseconds", "打开索引", bench.Milliseconds(o.opening), "毫秒")
	return r
}

// newBenchLoad loads a corpus and says how fast.
func newBenchLoad() *cobra.Command {
	var index benchIndex
	var profile string
	cmd := &cobra.Command{
		Use:     "load --corpus FILE",
		Short:   "把语料装入新索引，衡量装入速度、索引大小和内存",
		Example: "  hongniang bench load --corpus c200k.jsonl.gz --index /tmp/bench-200k",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := needFlags(cmd, "corpus"); err != nil {
				return err
			}
			if was, err := readLoaded(index.dir); index.dir != "" && (err != nil || was.Documents > 0) {
				if err == nil {
					err = errs.New(errs.Conflict, "bench.loaded", fmt.Sprintf("“%s”里已经有索引，没有重新装入。要再量一次，请换一个 --index，或删掉这个文件夹。", index.dir))
				}
				return err
			}
			var x *opened
			err := profiled(profile, func() (err error) {
				x, err = index.open(cmd.Context())
				return err
			})
			if err != nil {
				return err
			}
			defer x.close()
			r := x.report("load")
			memory := bench.OwnMemory()
			r.Memory = &memory
			return r.Write(cmd.OutOrStdout())
		},
	}
	index.add(cmd)
	addProfile(cmd, &profile)
	return cmd
}
