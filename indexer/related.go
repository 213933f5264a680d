package indexer

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"hongniang/indexer/analysis"
	"hongniang/internal/errs"
	"hongniang/internal/related"
	"hongniang/internal/zh"
)

// EnoughToLearn is how many documents an index must have before related words
// are learned from it.
const EnoughToLearn = 2000

const (
	// relatedFile is in the index directory beside the generations: it is
	// learned from the index, and like the index can be thrown away.
	relatedFile = "related.tsv.gz"
	// changedPart of the documents must have changed, and relearnAfter passed,
	// before the words are learned again.
	changedPart  = 0.1
	relearnAfter = 24 * time.Hour
)

// relatedWords is what an index knows of words that stand for much the same.
type relatedWords struct {
	shipped  *related.Model
	own      atomic.Pointer[related.Model] // nil until learned
	joined   atomic.Pointer[related.Model] // own before shipped: what near answers from
	learning sync.Mutex
	soon     chan struct{} // room for one
}

// openRelated reads what ships with the program and what was learned before. A
// file that cannot be read is logged and done without.
func (x *Index) openRelated(shipped []byte) {
	x.words.soon = make(chan struct{}, 1)
	if len(shipped) > 0 {
		model, err := related.Read(bytes.NewReader(shipped))
		if err != nil {
			x.log.Warn("the related words that ship with the program cannot be read", "err", err)
		}
		x.words.shipped = model
	}
	x.words.joined.Store(x.words.shipped)
	own, err := readRelated(x.relatedPath())
	switch {
	case err == nil:
		x.useRelated(own)
	case !errors.Is(err, fs.ErrNotExist):
		x.log.Warn("the related words of this index cannot be read and are learned again", "err", err)
	}
}

func (x *Index) relatedPath() string { return filepath.Join(x.dir, relatedFile) }

func readRelated(path string) (*related.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return related.Read(f)
}

func (x *Index) useRelated(own *related.Model) {
	x.words.own.Store(own)
	x.words.joined.Store(own.Or(x.words.shipped))
}

// near gives the words that stand for much the same as a word of the field of
// words: at most three, the most similar first, with a similarity of .7 to 1.
func (x *Index) near(word string) []related.Near { return x.words.joined.Load().Near(word) }

// RelatedStatus tells what the related words of an index come from.
type RelatedStatus struct {
	Own       bool // learned from the index itself, not only what ships
	Documents int  // that they were learned from, when Own
	Words     int  // that have related ones
}

// Related tells what the related words come from.
func (x *Index) Related() RelatedStatus {
	out := RelatedStatus{Words: x.words.joined.Load().Len()}
	if own := x.words.own.Load(); own != nil {
		out.Own, out.Documents = true, own.Origin.Documents
	}
	return out
}

// RelearnSoon asks Follow to learn the related words again without waiting for
// enough to have changed.
func (x *Index) RelearnSoon() {
	select {
	case x.words.soon <- struct{}{}:
	default:
	}
}

// LearnRelated learns related words from the titles and texts of the index, on
// all processors, keeps them beside the index and uses them from now on. With
// fewer than EnoughToLearn documents it does nothing. Errors: errs.Locked when they are
// being learned, errs.Unavailable, those of ctx.
func (x *Index) LearnRelated(ctx context.Context) error {
	return x.learnRelated(ctx, runtime.GOMAXPROCS(0))
}

func (x *Index) learnRelated(ctx context.Context, workers int) error {
	if !x.words.learning.TryLock() {
		return errs.New(errs.Locked, "related.learning", "相关词正在学习，请等它完成。")
	}
	defer x.words.learning.Unlock()
	status, err := x.Status(ctx)
	if err != nil || status.Documents < EnoughToLearn {
		return err
	}
	ids, err := x.sampleIDs(ctx, related.DefaultTokens*9/10)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	texts := related.Cutting(ctx, x.texts(ctx, ids, stop), workers, func(text string) []string { return Words(text, x.fields.cutter) })
	own, err := related.Learn(ctx, texts, related.Options{
		Workers: workers, Origin: related.Origin{Documents: status.Documents, Mark: status.Checkpoint, At: x.now()},
	})
	if err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	if err := x.writeRelated(own); err != nil {
		return errs.Wrap(err, errs.Unavailable, "related.not_written", "学到的相关词写不进索引目录，请检查磁盘空间和权限；检索照常可用。")
	}
	x.useRelated(own)
	return nil
}

// Words gives the words of a text as the index has them, in order: what related
// words are learned from.
func Words(text string, cutter zh.Cutter) []string {
	terms := zh.Words(text, cutter)
	out := make([]string, len(terms))
	for i, t := range terms {
		out[i] = t.Text
	}
	return out
}

// sampleIDs gives the ids of all documents, or of an even part of them that has
// about so many words.
func (x *Index) sampleIDs(ctx context.Context, words int) ([]string, error) {
	var ids []string
	total := 0.0
	err := x.read(func(r index.IndexReader) error {
		var numbers []int
		err := eachPosting(ctx, r, posting{field: fieldWords, term: analysis.Everything, norms: true}, func(n int, p *index.TermFieldDoc) {
			numbers = append(numbers, n)
			total += 1 / (p.Norm * p.Norm)
		})
		if err != nil {
			return err
		}
		for _, n := range numbers {
			id, err := r.ExternalID(index.NewIndexInternalID(nil, uint64(n)))
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return ctx.Err()
	})
	if err != nil || total <= float64(words) {
		return ids, err
	}
	share := float64(words) / total
	kept := ids[:0]
	for _, id := range ids {
		if related.Part(id) < share {
			kept = append(kept, id)
		}
	}
	return kept, nil
}

// texts reads documents a few at a time, so that a swap of the index never
// waits long. Those that are gone by then are passed over; a failure stops the
// learning.
func (x *Index) texts(ctx context.Context, ids []string, stop context.CancelCauseFunc) iter.Seq[string] {
	const atOnce = 100
	return func(yield func(string) bool) {
		for len(ids) > 0 {
			n := min(atOnce, len(ids))
			docs, err := x.Documents(ctx, ids[:n])
			if err != nil {
				stop(err)
			}
			if ctx.Err() != nil {
				return
			}
			for _, d := range docs {
				if !yield(d.Title + "\n" + d.Text) {
					return
				}
			}
			ids = ids[n:]
		}
	}
}

// writeRelated puts the file in its place whole or not at all.
func (x *Index) writeRelated(m *related.Model) error {
	temp := x.relatedPath() + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	packed := gzip.NewWriter(f)
	_, err = m.WriteTo(packed)
	if err := errors.Join(err, packed.Close(), f.Sync(), f.Close()); err != nil {
		os.Remove(temp)
		return err
	}
	return os.Rename(temp, x.relatedPath())
}

// schedule says when related words are learned in the background.
type schedule struct {
	delay time.Duration // after the start: those who come first are served first
	every time.Duration // between looks whether enough has changed
}

// backgroundLearning is the schedule of Follow.
func backgroundLearning() schedule { return schedule{delay: 5 * time.Minute, every: 10 * time.Minute} }

// keepRelated learns related words again when it is time, in one goroutine,
// until ctx ends.
func (x *Index) keepRelated(ctx context.Context, s schedule) {
	var tried time.Time
	wait := time.NewTimer(s.delay)
	defer wait.Stop()
	for {
		asked := false
		select {
		case <-ctx.Done():
			return
		case <-x.words.soon:
			asked = true
		case <-wait.C:
		}
		if asked || x.relatedAreDue(ctx, tried) {
			tried = x.now()
			x.logLearning(x.learnRelated(ctx, 1), tried)
		}
		wait.Reset(s.every)
	}
}

// relatedAreDue tells whether enough documents have changed since the related
// words were learned, and it was not tried today.
func (x *Index) relatedAreDue(ctx context.Context, tried time.Time) bool {
	status, err := x.Status(ctx)
	if err != nil || status.Documents < EnoughToLearn || status.Rebuilding || x.now().Sub(tried) < relearnAfter {
		return false
	}
	own := x.words.own.Load()
	if own == nil {
		return true
	}
	changes := status.Checkpoint - own.Origin.Mark
	enough := changes < 0 || float64(changes) >= changedPart*float64(own.Origin.Documents) // below 0: another feed
	return enough && x.now().Sub(own.Origin.At) >= relearnAfter
}

func (x *Index) logLearning(err error, start time.Time) {
	switch now := x.Related(); {
	case errors.Is(err, context.Canceled):
	case err != nil:
		x.log.Warn("related words are not learned; they stay as they were", "err", err)
	case now.Own:
		x.log.Info("related words learned", "words", now.Words, "documents", now.Documents, "took", x.now().Sub(start).Round(time.Second))
	}
}
