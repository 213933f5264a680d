package indexer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

// A test that needs a process of its own runs the test binary with these set.
const (
	childDir  = "HONGNIANG_INDEXER_CHILD_DIR"
	childWork = "HONGNIANG_INDEXER_CHILD_WORK"
)

// singles cuts into single characters: a child process need not load the
// dictionary.
type singles struct{}

func (singles) Cut(run string) []string { return strings.Split(run, "") }
func (singles) Known(string) bool       { return false }

// child does the work of a second process and answers its exit code.
func child(dir, work string) int {
	var err error
	switch {
	case work == "save":
		err = childSaves(dir)
	case work == "open":
		var index *Index
		if index, err = Open(filepath.Join(dir, "index"), Options{Cutter: singles{}}); err == nil {
			err = index.Close()
		}
	case strings.HasPrefix(work, "truncate"):
		err = childTruncates(dir, strings.TrimPrefix(work, "truncate "))
	}
	if err != nil {
		fmt.Println("failed:", errs.KindOf(err), err)
		return 1
	}
	return 0
}

// childSaves saves for ever and prints each acknowledged code.
func childSaves(dir string) error {
	ctx := context.Background()
	store, err := sqlitestore.Open(ctx, filepath.Join(dir, "hongniang.db"))
	if err != nil {
		return err
	}
	index, err := Open(filepath.Join(dir, "index"), Options{Cutter: singles{}})
	if err != nil {
		return err
	}
	service := &catalog.Service{Store: store, Index: index, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	go index.Follow(ctx, store, 5*time.Millisecond)
	for round := 0; ; round++ {
		var recs []catalog.Record
		for range 1 + rand.IntN(20) {
			rec := result(0, "轴承清洗")
			rec.Code, rec.ExternalID = "", fmt.Sprintf("%d-%d", os.Getpid(), rand.Int64())
			recs = append(recs, rec)
		}
		for i, err := range service.SaveAll(ctx, "王", recs) {
			if err != nil {
				return err
			}
			fmt.Println("saved", recs[i].Base().Code)
		}
	}
}

// startChild runs the test binary for a work on a directory.
func startChild(t *testing.T, dir, work string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, childWork+"="+work)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

// A process killed at a random moment of applying leaves an index that the next
// one brings to what the database has.
func TestKillWhileApplying(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	saved := map[string]bool{}
	for round := range 4 {
		cmd, lines := startChild(t, dir, "save")
		for n, stop := 0, 20+rand.IntN(120); n < stop && lines.Scan(); n++ {
			if strings.HasPrefix(lines.Text(), "failed") {
				t.Fatal(lines.Text())
			}
			saved[strings.TrimPrefix(lines.Text(), "saved ")] = true
		}
		time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if code, ok := strings.CutPrefix(lines.Text(), "saved "); ok {
				saved[code] = true
			}
		}
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
			t.Fatalf("round %d: the child was not killed: %v", round, err)
		}
		func() {
			w := openWorld(t, dir)
			defer w.store.Close()
			defer w.index.Close()
			w.catchUp(t)
			sameAsDatabase(t, w, saved)
			if strings.Contains(w.log.String(), "damaged") {
				t.Errorf("round %d: a kill damaged the index: %s", round, w.log)
			}
		}()
	}
	t.Logf("%d saves over 4 kills", len(saved))
}

// sameAsDatabase checks that the index holds every record of the store, found
// by its code, and nothing else.
func sameAsDatabase(t *testing.T, w *world, saved map[string]bool) {
	t.Helper()
	total := 0
	for _, kind := range catalog.Kinds() {
		n, err := w.store.Count(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		total += n
	}
	status, err := w.index.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if total < len(saved) {
		t.Errorf("%d records in the store, %d were acknowledged", total, len(saved))
	}
	if status.Documents != total {
		t.Errorf("%d documents in the index, %d records in the store", status.Documents, total)
	}
	for code := range saved {
		if !finds(t, w.index, "编号:"+code, code) {
			t.Fatalf("%s was saved and is not found", code)
		}
	}
}

// A second process on the same index is refused with a sentence, and does the
// first no harm.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.create(t, result(1, "曲轴磨削"))
	cmd, lines := startChild(t, w.dir, "open")
	lines.Scan()
	if got := lines.Text(); !strings.HasPrefix(got, "failed: locked") || !strings.Contains(got, "正由另一个进程使用") {
		t.Errorf("second process: %q", got)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the second process opened the index")
	}
	w.create(t, result(2, "曲轴磨削"))
	if got := codes(t, w.index, "曲轴磨削"); len(got) != 2 {
		t.Errorf("after the second process: %v", got)
	}
	if _, err := Open(w.indexDir(), Options{Cutter: cutter()}); errs.KindOf(err) != errs.Locked {
		t.Errorf("second open in one process: %v", err)
	}
	w.index.Close()
	w.openIndex(t)
	if got := codes(t, w.index, "曲轴磨削"); len(got) != 2 {
		t.Errorf("after a restart: %v", got)
	}
}

// childTruncates opens an index, cuts its files short while it serves, and
// checks that the process lives and repairs itself.
func childTruncates(dir, bytes string) error {
	ctx := context.Background()
	left, err := strconv.ParseInt(bytes, 10, 64)
	if err != nil {
		return err
	}
	store, err := sqlitestore.Open(ctx, filepath.Join(dir, "hongniang.db"))
	if err != nil {
		return err
	}
	index, err := Open(filepath.Join(dir, "index"), Options{Cutter: singles{}, Log: slog.New(slog.NewTextHandler(os.Stdout, nil))})
	if err != nil {
		return err
	}
	path := index.path
	before := index.generation()
	cut := func() error {
		return spoil(path, func(name string) error { return os.Truncate(name, left) })
	}
	if err := cut(); err != nil {
		return err
	}
	service := &catalog.Service{Store: store, Index: index, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	return index.surviveTruncation(ctx, service, before, cut)
}
