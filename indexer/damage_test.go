package indexer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// filled is a world with n results whose index is closed, for damaging it.
func filled(t *testing.T, n int) *world {
	t.Helper()
	w := newWorld(t)
	var recs []catalog.Record
	for i := range n {
		recs = append(recs, result(i+1, "曲轴磨削烧伤防控"))
	}
	for i := 0; i < n; i += 10 {
		for _, err := range w.service.SaveAll(t.Context(), "王", recs[i:min(i+10, n)]) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	w.catchUp(t)
	if err := w.index.Close(); err != nil {
		t.Fatal(err)
	}
	return w
}

// files gives the files of the current index by pattern, one at least.
func (w *world) files(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(w.indexDir(), "v*", "store", pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return names
}

func edit(t *testing.T, name string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Every way of damaging a closed index ends with one that has everything.
func TestDamagedAtOpen(t *testing.T) {
	t.Parallel()
	damages := map[string]func(t *testing.T, w *world){
		"segment cut in half": func(t *testing.T, w *world) {
			edit(t, w.files(t, "*.zap")[0], func(b []byte) []byte { return b[:len(b)/2] })
		},
		"segment emptied": func(t *testing.T, w *world) {
			edit(t, w.files(t, "*.zap")[0], func([]byte) []byte { return nil })
		},
		"one bit of a segment": func(t *testing.T, w *world) {
			edit(t, w.files(t, "*.zap")[0], func(b []byte) []byte { b[len(b)/3] ^= 1; return b })
		},
		"segment's end": func(t *testing.T, w *world) {
			edit(t, w.files(t, "*.zap")[0], func(b []byte) []byte { copy(b[len(b)-40:], strings.Repeat("\xff", 40)); return b })
		},
		"segment removed": func(t *testing.T, w *world) {
			for _, name := range w.files(t, "*.zap") {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			}
		},
		"bolt removed": func(t *testing.T, w *world) {
			if err := os.Remove(w.files(t, "root.bolt")[0]); err != nil {
				t.Fatal(err)
			}
		},
		"bolt cut": func(t *testing.T, w *world) {
			edit(t, w.files(t, "root.bolt")[0], func(b []byte) []byte { return b[:5000] })
		},
		"bolt overwritten": func(t *testing.T, w *world) {
			edit(t, w.files(t, "root.bolt")[0], func(b []byte) []byte { return []byte(strings.Repeat("x", len(b))) })
		},
		"directory removed": func(t *testing.T, w *world) {
			dirs, err := filepath.Glob(filepath.Join(w.indexDir(), "v*"))
			if err != nil || len(dirs) != 1 {
				t.Fatal(dirs, err)
			}
			if err := os.RemoveAll(dirs[0]); err != nil {
				t.Fatal(err)
			}
		},
	}
	now := fmt.Sprintf("v%d-", layout)
	for _, text := range []string{"", "garbage", now + "999999", "../../etc", now, "v0-000001", now + "000001\x00", strings.Repeat("长", 5000)} {
		damages[fmt.Sprintf("pointer %.12q", text)] = func(t *testing.T, w *world) {
			edit(t, filepath.Join(w.indexDir(), pointer), func([]byte) []byte { return []byte(text) })
		}
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := filled(t, 30)
			damage(t, w)
			w.openIndex(t)
			w.catchUp(t)
			if got := ask(t, w.index, search.Request{Query: "曲轴磨削"}).Total; got != 30 {
				t.Errorf("%d of 30 found", got)
			}
			w.create(t, result(31, "曲轴磨削"))
			if !finds(t, w.index, "曲轴磨削", "CG-2026-00031") {
				t.Error("what was saved after the repair is not found")
			}
			if dirs, _ := filepath.Glob(filepath.Join(w.indexDir(), "v*")); len(dirs) != 1 {
				t.Errorf("directories left: %v", dirs)
			}
		})
	}
}

// A file damaged under a running index: searches may fail for a while, with a
// Chinese sentence, and Follow puts a good index in its place.
func TestDamagedWhileServing(t *testing.T) {
	t.Parallel()
	w := filled(t, 200)
	w.openIndex(t)
	w.follow(t)
	path := w.index.path
	before := w.index.generation()
	eventually(t, "a rebuild", func() bool {
		if err := spoil(path, overwrite); err != nil { // again: healthy files may have been made of those before
			t.Fatal(err)
		}
		res, err := w.index.Search(t.Context(), search.Request{Query: "曲轴磨削", Facets: true})
		if err != nil && (errs.KindOf(err) != errs.Unavailable || !strings.Contains(errs.As(err).Message, "自行修复")) {
			t.Fatalf("%v", err)
		}
		return err == nil && res.Total == 200 && w.index.generation() != before
	})
}

// spoil does harm to every file that an index has in its directory at the moment;
// those that are merged away meanwhile are let go.
func spoil(path string, harm func(name string) error) error {
	names, err := filepath.Glob(filepath.Join(path, "store", "*.zap"))
	for _, name := range names {
		if wrong := harm(name); !errors.Is(wrong, fs.ErrNotExist) {
			err = errors.Join(err, wrong)
		}
	}
	return err
}

func overwrite(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = f.WriteAt(bytes.Repeat([]byte{0xff}, int(info.Size())), 0)
	return err
}

// Files cut short under a running process are a fault of the memory map, which
// must not end the process.
func TestTruncatedWhileServing(t *testing.T) {
	t.Parallel()
	for _, left := range []string{"0", "100", "5000"} {
		t.Run(left+" bytes left", func(t *testing.T) {
			t.Parallel()
			w := filled(t, 200)
			w.store.Close()
			cmd, lines := startChild(t, w.dir, "truncate "+left)
			var out strings.Builder
			for lines.Scan() {
				fmt.Fprintln(&out, lines.Text())
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v\n%.4000s", err, out.String())
			}
		})
	}
}

// surviveTruncation searches, suggests and saves on broken files until Follow
// has put new ones in their place. harm is done again while the old ones serve:
// healthy files may have been made of those that were broken.
func (x *Index) surviveTruncation(ctx context.Context, service *catalog.Service, before int, harm func() error) error {
	x.Search(ctx, search.Request{Query: "曲轴", Facets: true, Snippets: true})
	x.Suggest(ctx, "q", 10)
	x.Search(ctx, search.Request{Query: "单位:重工 编号:CG-2026"})
	x.Documents(ctx, []string{"result/CG-2026-00001"})
	saved := result(201, "曲轴磨削烧伤防控")
	if err := service.Create(ctx, "王", saved); err != nil {
		return err
	}
	follow, stop := context.WithCancel(ctx)
	defer stop()
	go x.Follow(follow, service.Store, 10*time.Millisecond)
	for end := time.Now().Add(testPatience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if err := harm(); err != nil {
			return err
		}
		res, err := x.Search(ctx, search.Request{Query: "曲轴磨削"})
		if err == nil && res.Total == 201 && x.generation() != before {
			return nil
		}
	}
	return fmt.Errorf("not repaired; generation %d", x.generation())
}
