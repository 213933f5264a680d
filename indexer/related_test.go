package indexer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// shippedWords is a list as it ships with the program.
const shippedWords = "hongniang-related\t1\t900\t0\t0\nbookaa\tnonsense\t0.900\n曲轴\t连杆\t0.800\n"

// relatedWorld opens an index in dir with shipped words and a clock of its own.
func relatedWorld(t testing.TB, dir string, now func() time.Time, log *lockedBuffer) *Index {
	t.Helper()
	x, err := Open(dir, Options{Cutter: cutter(), Log: slog.New(slog.NewTextHandler(log, nil)), Related: []byte(shippedWords), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// thing spells one of two names of a thing, or something said of it.
func thing(kind string, n int) string {
	return fmt.Sprintf("%s%c%c", kind, 'a'+rune(n/26%26), 'a'+rune(n%26))
}

// addTexts adds documents that speak of 100 things, each under two names that
// keep the same company.
func addTexts(t testing.TB, x *Index, from, to int) {
	t.Helper()
	random := rand.New(rand.NewSource(7))
	said := make([][]int, 100)
	for i := range said {
		said[i] = random.Perm(80)[:6]
	}
	random = rand.New(rand.NewSource(int64(from)))
	var docs []search.Document
	for n := from; n < to; n++ {
		var text []string
		for range 8 {
			i := random.Intn(100)
			say := func() string { return thing("of", said[i][random.Intn(6)]) }
			text = append(text, say(), say(), thing([]string{"shop", "book"}[random.Intn(2)], i), say(), say(), "的", thing("any", random.Intn(50)))
		}
		code := fmt.Sprintf("CG-2026-%05d", n)
		docs = append(docs, search.Document{ID: search.ID(catalog.KindResult, code), Kind: catalog.KindResult, Code: code, Rev: 1, Title: text[2], Text: strings.Join(text[3:], " ")})
	}
	if err := x.AddDocuments(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

// nearest is the nearest word, "" without.
func nearest(x *Index, word string) string {
	if near := x.near(word); len(near) > 0 {
		return near[0].Word
	}
	return ""
}

// What the installation's own texts say comes before what ships, is kept over
// a restart, and is learned from enough text alone.
func TestLearnRelated(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &lockedBuffer{}
	x := relatedWorld(t, dir, newClock(), log)
	addTexts(t, x, 0, EnoughToLearn-1)
	if err := x.LearnRelated(t.Context()); err != nil || x.Related().Own || nearest(x, "shopaa") != "" {
		t.Fatalf("learned from too little: %+v, %v", x.Related(), err)
	}
	if got := x.Related(); got.Words != 2 || nearest(x, "曲轴") != "连杆" || nearest(x, "bookaa") != "nonsense" {
		t.Errorf("what ships: %+v, %v", got, x.near("曲轴"))
	}
	addTexts(t, x, EnoughToLearn-1, EnoughToLearn+50)
	if err := x.LearnRelated(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := func(x *Index) {
		t.Helper()
		if got := x.Related(); !got.Own || got.Documents != EnoughToLearn+50 || got.Words < 150 {
			t.Errorf("%+v", got)
		}
		right := 0
		for i := range 100 {
			if nearest(x, thing("shop", i)) == thing("book", i) && nearest(x, thing("book", i)) == thing("shop", i) {
				right++
			}
		}
		if right < 95 || nearest(x, "曲轴") != "连杆" {
			t.Errorf("%d of 100 things found under their other name; 曲轴: %v", right, x.near("曲轴"))
		}
	}
	check(x)
	x.Close()
	check(relatedWorld(t, dir, newClock(), log))
	if log.String() != "" {
		t.Errorf("something went wrong: %s", log)
	}
}

// A file that is missing, torn or of another version is done without; the log
// says so. One that cannot be written leaves the words as they were.
func TestRelatedFileFaults(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &lockedBuffer{}
	x := relatedWorld(t, dir, newClock(), log)
	addTexts(t, x, 0, EnoughToLearn)
	if err := os.MkdirAll(x.relatedPath()+".new/in the way", 0o700); err != nil {
		t.Fatal(err)
	}
	if e := errs.As(x.LearnRelated(t.Context())); e == nil || e.Code != "related.not_written" || e.Kind != errs.Unavailable || x.Related().Own {
		t.Errorf("a disk that takes nothing: %v", e)
	}
	if err := os.RemoveAll(x.relatedPath() + ".new"); err != nil {
		t.Fatal(err)
	}
	if err := x.LearnRelated(t.Context()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(x.relatedPath())
	if err != nil {
		t.Fatal(err)
	}
	for what, file := range map[string][]byte{"torn": whole[:len(whole)/2], "empty": {}, "another version": []byte("hongniang-related\t9\n")} {
		x.Close()
		if err := os.WriteFile(x.relatedPath(), file, 0o600); err != nil {
			t.Fatal(err)
		}
		log := &lockedBuffer{}
		x = relatedWorld(t, dir, newClock(), log)
		if x.Related().Own || nearest(x, "曲轴") != "连杆" || !strings.Contains(log.String(), "cannot be read and are learned again") {
			t.Errorf("%s: %+v, log %s", what, x.Related(), log)
		}
	}
	x.Close()
	bad, err := Open(dir, Options{Cutter: cutter(), Log: slog.New(slog.NewTextHandler(log, nil)), Related: []byte("曲轴")})
	if err != nil {
		t.Fatal(err)
	}
	defer bad.Close()
	if bad.near("曲轴") != nil || !strings.Contains(log.String(), "ship with the program cannot be read") {
		t.Errorf("a broken list that ships: %v, log %s", bad.near("曲轴"), log)
	}
}

// Of more text than is learned from, an even part is read.
func TestSampleIDs(t *testing.T) {
	t.Parallel()
	x := relatedWorld(t, t.TempDir(), newClock(), &lockedBuffer{})
	addTexts(t, x, 0, 1000) // 57 words each, with the title twice
	for words, want := range map[int][2]int{1_000_000: {1000, 1000}, 28_500: {450, 550}, 5_700: {70, 130}, 0: {0, 0}} {
		ids, err := x.sampleIDs(t.Context(), words)
		if err != nil || len(ids) < want[0] || len(ids) > want[1] {
			t.Errorf("%d ids for %d words, want %v: %v", len(ids), words, want, err)
		}
	}
}

func TestLearnRelatedEnds(t *testing.T) {
	t.Parallel()
	x := relatedWorld(t, t.TempDir(), newClock(), &lockedBuffer{})
	addTexts(t, x, 0, EnoughToLearn)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := x.LearnRelated(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a learning that nobody waits for: %v", err)
	}
	x.words.learning.Lock()
	if err := x.LearnRelated(t.Context()); !errs.Is(err, errs.Locked) {
		t.Errorf("two at once: %v", err)
	}
	x.words.learning.Unlock()
	x.Close()
	if err := x.LearnRelated(t.Context()); !errs.Is(err, errs.Unavailable) {
		t.Errorf("from a closed index: %v", err)
	}
}

// movedClock is a clock that a test moves.
type movedClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *movedClock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Related words are learned again when a tenth of the documents changed, but
// not twice a day.
func TestRelatedAreDue(t *testing.T) {
	t.Parallel()
	clock := &movedClock{now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	x := relatedWorld(t, t.TempDir(), clock.Now, &lockedBuffer{})
	due := func(want bool, when string) {
		t.Helper()
		if got := x.relatedAreDue(t.Context(), time.Time{}); got != want {
			t.Errorf("%s: due %v", when, got)
		}
	}
	feed := func(seq int64) {
		t.Helper()
		if err := x.apply(t.Context(), nil, &place{seq: seq}); err != nil {
			t.Fatal(err)
		}
	}
	due(false, "without documents")
	addTexts(t, x, 0, EnoughToLearn)
	feed(EnoughToLearn)
	due(true, "never learned")
	if x.relatedAreDue(t.Context(), clock.Now().Add(-time.Hour)) {
		t.Error("due again an hour after it failed")
	}
	if err := x.LearnRelated(t.Context()); err != nil {
		t.Fatal(err)
	}
	feed(EnoughToLearn + EnoughToLearn/10)
	due(false, "an hour after")
	clock.move(25 * time.Hour)
	due(true, "a day and a tenth of the documents later")
	feed(EnoughToLearn + EnoughToLearn/10 - 1)
	due(false, "a day later, but less than a tenth changed")
	feed(5)
	due(true, "another feed")
}

// In the background the words are learned after a while, while searches and a
// rebuild go on; and when they are asked for.
func TestKeepRelated(t *testing.T) {
	t.Parallel()
	log := &lockedBuffer{}
	clock := &movedClock{now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	x := relatedWorld(t, t.TempDir(), clock.Now, log)
	addTexts(t, x, 0, EnoughToLearn)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	running.Go(func() { x.keepRelated(ctx, schedule{delay: 20 * time.Millisecond, every: 5 * time.Millisecond}) })
	waitUntil(t, func() bool {
		if _, err := x.Search(t.Context(), search.Request{Query: "shopaa"}); err != nil {
			t.Errorf("search while learning: %v", err)
		}
		return x.Related().Own
	})
	addTexts(t, x, EnoughToLearn, EnoughToLearn+10)
	x.RelearnSoon()
	x.RelearnSoon() // does not wait
	waitUntil(t, func() bool { return x.Related().Documents == EnoughToLearn+10 })
	waitUntil(t, func() bool { return strings.Count(log.String(), "related words learned") > 1 })
	if strings.Contains(log.String(), "WARN") {
		t.Errorf("log: %s", log)
	}
}

// waitUntil asks until it is so.
func waitUntil(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(testPatience); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came to be")
		}
	}
}

// Learning reads a few documents at a time: an index that is swapped meanwhile
// is read on.
func TestLearnRelatedDuringRebuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 30 {
		w.create(t, result(n, "曲轴磨削"))
	}
	ids, err := w.index.sampleIDs(t.Context(), 1_000_000)
	if err != nil || len(ids) != 30 {
		t.Fatalf("%d ids: %v", len(ids), err)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	read := 0
	for range w.index.texts(ctx, append(ids, "result/gone"), stop) {
		if read == 0 {
			if err := w.index.Rebuild(t.Context(), w.store, nil); err != nil {
				t.Fatal(err)
			}
		}
		read++
	}
	if read != 30 || ctx.Err() != nil {
		t.Errorf("%d texts: %v", read, context.Cause(ctx))
	}
}

// Follow is where that happens.
func TestFollowLearnsRelated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	addTexts(t, w.index, 0, EnoughToLearn)
	w.follow(t)
	w.index.RelearnSoon()
	waitUntil(t, func() bool { return w.index.Related().Own })
}
