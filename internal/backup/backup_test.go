package backup_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hongniang/internal/backup"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

var clock = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

// place is a data directory with a real store.
type place struct {
	dir   string
	store *sqlitestore.Store
	keep  *backup.Keeper
	now   time.Time
}

func verify(ctx context.Context, path string) (string, error) {
	c, err := sqlitestore.Verify(ctx, path)
	return fmt.Sprintf("%d 条记录", c.Records), err
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{dir: t.TempDir(), now: clock}
	p.open(t)
	p.keep = &backup.Keeper{Dir: filepath.Join(p.dir, "backups"), Now: func() time.Time { return p.now },
		DB: backup.Database{Verify: verify, Snapshot: func(ctx context.Context, path string) error { return p.store.Snapshot(ctx, path) }}}
	p.save(t, "CG-1")
	return p
}

func (p *place) file() string { return filepath.Join(p.dir, "hongniang.db") }

func (p *place) open(t *testing.T) {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), p.file())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	p.store = store
}

func (p *place) save(t *testing.T, code string) {
	t.Helper()
	rec := &catalog.Result{Title: code}
	rec.Code = code
	if err := p.store.Save(t.Context(), []catalog.Write{{Record: rec, Action: catalog.Created, By: "test", At: clock}})[0]; err != nil {
		t.Fatal(err)
	}
}

func (p *place) count(t *testing.T) int {
	t.Helper()
	n, err := p.store.Count(t.Context(), catalog.KindResult)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *place) make(t *testing.T) backup.Backup {
	t.Helper()
	b, err := p.keep.Make(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.now = p.now.Add(time.Second)
	return b
}

func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestMakeListCheck(t *testing.T) {
	p := newPlace(t)
	if list, err := p.keep.List(); err != nil || len(list) != 0 {
		t.Errorf("before the first: %v, %v", list, err)
	}
	first := p.make(t)
	p.save(t, "CG-2")
	second := p.make(t)
	list, err := p.keep.List()
	if err != nil || len(list) != 2 || list[0] != second || list[1] != first || first.Name != "hongniang-20261120-090000.db" || len(first.Sum) != 64 || first.Bytes < 1 {
		t.Errorf("%+v, %v", list, err)
	}
	for name, want := range map[string]string{first.Name: "1 条记录", second.Name: "2 条记录"} {
		if says, err := p.keep.Check(t.Context(), name); err != nil || says != want {
			t.Errorf("%s: %q, %v", name, says, err)
		}
	}
	f, b, err := p.keep.Open(first.Name)
	if err != nil || b != first {
		t.Fatalf("%+v, %v", b, err)
	}
	defer f.Close()
	if n, err := io.Copy(io.Discard, f); n != first.Bytes || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if line, err := os.ReadFile(filepath.Join(p.keep.Dir, first.Name+".sha256")); err != nil || string(line) != first.Sum+"  "+first.Name+"\n" {
		t.Errorf("not as sha256sum reads it: %q, %v", line, err)
	}
	for _, name := range []string{"", "../hongniang.db", "hongniang.db", "hongniang-20261120-090000.db.sha256", "hongniang-99999999-999999.db", "hongniang-20200101-000000.db"} {
		if _, _, err := p.keep.Open(name); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", name, err)
		}
	}
	p.now = clock
	if _, err := p.keep.Make(t.Context()); !errs.Is(err, errs.Conflict) {
		t.Errorf("twice in a second: %v", err)
	}
}

// Somebody writes all the time; the copy is of one moment, and whole.
func TestBackupWhileOthersWrite(t *testing.T) {
	p := newPlace(t)
	stop, wrote := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				p.save(t, fmt.Sprintf("W-%05d", i))
			}
			if i == 3 {
				close(wrote)
			}
		}
	})
	<-wrote
	b := p.make(t)
	close(stop)
	wg.Wait()
	if says, err := p.keep.Check(t.Context(), b.Name); err != nil || says == "0 条记录" {
		t.Errorf("%q, %v", says, err)
	}
}

// A changed or cut file is found out.
func TestCheckFindsDamage(t *testing.T) {
	p := newPlace(t)
	b := p.make(t)
	path := filepath.Join(p.keep.Dir, b.Name)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.keep.Check(t.Context(), b.Name); errs.As(err).Code != "backup.changed" {
		t.Errorf("a flipped bit: %v", err)
	}
	if err := os.Remove(path + ".sha256"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.keep.Check(t.Context(), b.Name); errs.As(err).Code != "backup.no_sum" {
		t.Errorf("without its sum: %v", err)
	}
	if _, err := p.keep.Check(t.Context(), "hongniang-20200101-000000.db"); !errs.Is(err, errs.NotFound) {
		t.Errorf("none: %v", err)
	}
}

// What a killed process left is no backup, and goes with the next one.
func TestKilledInTheMiddle(t *testing.T) {
	p := newPlace(t)
	good := p.make(t)
	for _, left := range []string{"hongniang-20261119-010101.db.part", "hongniang-20261119-010102.db.sha256", "hongniang-20261119-010103.db.sha256.part", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(p.keep.Dir, left), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := p.keep.List(); err != nil || len(list) != 1 || list[0] != good {
		t.Errorf("%+v, %v", list, err)
	}
	next := p.make(t)
	want := strings.Join([]string{good.Name, good.Name + ".sha256", next.Name, next.Name + ".sha256", "notes.txt"}, " ")
	if got := files(t, p.keep.Dir); got != want {
		t.Errorf("left: %s, want %s", got, want)
	}
}

// A backup that fails leaves nothing, whether the disk is full or the copy is bad.
func TestFailedBackup(t *testing.T) {
	p := newPlace(t)
	whole := p.keep.DB
	full := errs.New(errs.Unavailable, "store.full", "磁盘已满。")
	for name, tt := range map[string]struct {
		db   backup.Database
		code string
	}{
		"full disk": {backup.Database{Verify: verify, Snapshot: func(_ context.Context, path string) error {
			if err := os.WriteFile(path, []byte("SQLite format 3"), 0o600); err != nil {
				return err
			}
			return full
		}}, "store.full"},
		"not a database": {backup.Database{Verify: verify, Snapshot: func(_ context.Context, path string) error {
			return os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600)
		}}, "store.damaged"},
		"no file": {backup.Database{Verify: verify, Snapshot: func(context.Context, string) error { return nil }}, "backup.unwritable"},
	} {
		p.keep.DB = tt.db
		if _, err := p.keep.Make(t.Context()); errs.As(err).Code != tt.code {
			t.Errorf("%s: %v", name, err)
		}
		if got := files(t, p.keep.Dir); got != "" {
			t.Errorf("%s leaves %s", name, got)
		}
	}
	p.keep.DB = whole
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.keep.Make(ctx); errs.As(err).Code != "store.cancelled" || files(t, p.keep.Dir) != "" {
		t.Errorf("cancelled: %v, left %s", err, files(t, p.keep.Dir))
	}
	p.keep.Dir = filepath.Join(p.file(), "backups") // below a file
	if _, err := p.keep.Make(t.Context()); errs.As(err).Code != "backup.unwritable" {
		t.Errorf("a directory that cannot be: %v", err)
	}
}

func TestOneBackupAtATime(t *testing.T) {
	p := newPlace(t)
	whole := p.keep.DB.Snapshot
	var second error
	p.keep.DB.Snapshot = func(ctx context.Context, path string) error {
		_, second = p.keep.Make(ctx)
		return whole(ctx, path)
	}
	p.make(t)
	if !errs.Is(second, errs.Locked) {
		t.Errorf("%v", second)
	}
}

func settle(ctx context.Context, path string) error {
	store, err := sqlitestore.Open(ctx, path)
	if err != nil {
		return err
	}
	return store.Close()
}

func (p *place) restoring(b backup.Backup) backup.Restoring {
	return backup.Restoring{From: filepath.Join(p.keep.Dir, b.Name), To: p.file(), Aside: p.file() + ".before", Verify: verify, Settle: settle}
}

func TestRestore(t *testing.T) {
	p := newPlace(t)
	b := p.make(t)
	p.save(t, "CG-2")
	if err := p.store.Close(); err != nil {
		t.Fatal(err)
	}
	says, err := p.restoring(b).Run(t.Context())
	if err != nil || says != "1 条记录" {
		t.Fatalf("%q, %v", says, err)
	}
	p.open(t)
	if n := p.count(t); n != 1 {
		t.Errorf("%d records after restoring", n)
	}
	if c, err := sqlitestore.Verify(t.Context(), p.file()+".before"); err != nil || c.Records != 2 {
		t.Errorf("what was there before: %+v, %v", c, err)
	}
	p.save(t, "CG-3") // the backup itself stays as it is
	if _, err := p.keep.Check(t.Context(), b.Name); err != nil {
		t.Error(err)
	}
}

// A damaged database and one that is gone give way to the backup too.
func TestRestoreOverDamage(t *testing.T) {
	p := newPlace(t)
	b := p.make(t)
	p.store.Close()
	if err := os.WriteFile(p.file(), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.file()+"-wal", []byte("left by a kill"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.restoring(b).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.open(t)
	if n := p.count(t); n != 1 {
		t.Errorf("%d records", n)
	}
	p.store.Close()
	if err := os.Remove(p.file()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.restoring(b).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.open(t)
	if n := p.count(t); n != 1 {
		t.Errorf("%d records where there was nothing", n)
	}
}

// A bad backup changes nothing.
func TestRestoreOfABadBackup(t *testing.T) {
	p := newPlace(t)
	b := p.make(t)
	p.save(t, "CG-2")
	r := p.restoring(b)
	if err := os.Truncate(r.From, b.Bytes/2); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context()); errs.As(err).Code != "backup.changed" {
		t.Errorf("%v", err)
	}
	if n := p.count(t); n != 2 || strings.Contains(files(t, p.dir), "restoring") {
		t.Errorf("%d records, %s", n, files(t, p.dir))
	}
}

// What must not be undone is done in the copy first; where it cannot be, and where the
// copy is not good afterwards, nothing is restored.
func TestRestoreAmends(t *testing.T) {
	p := newPlace(t)
	b := p.make(t)
	if err := p.store.Close(); err != nil {
		t.Fatal(err)
	}
	r := p.restoring(b)
	if err := os.WriteFile(p.file()+".restoring-wal", []byte("left by a kill"), 0o600); err != nil {
		t.Fatal(err)
	}
	spoil := func(_ context.Context, fresh string, _ bool) error {
		return os.WriteFile(fresh, []byte(strings.Repeat("no database ", 1000)), 0o600)
	}
	before := files(t, p.dir)
	for code, amend := range map[string]func(context.Context, string, bool) error{
		"not.now": func(context.Context, string, bool) error {
			return errs.New(errs.Unavailable, "not.now", "现在不行。")
		},
		"store.damaged": spoil,
	} {
		r.Amend = amend
		if _, err := r.Run(t.Context()); errs.As(err).Code != code {
			t.Errorf("%s: %v", code, err)
		}
		if got := files(t, p.dir); got != strings.ReplaceAll(before, " hongniang.db.restoring-wal", "") {
			t.Errorf("%s leaves %s, was %s", code, got, before)
		}
	}
	r.Amend = func(ctx context.Context, fresh string, old bool) error {
		store, err := sqlitestore.Open(ctx, fresh)
		if err != nil || !old {
			return fmt.Errorf("%v, %w", old, err)
		}
		rec := &catalog.Result{Meta: catalog.Meta{Code: "CG-9"}, Title: "后来的成果"}
		if err := store.Save(ctx, []catalog.Write{{Record: rec, Action: catalog.Created, By: "test", At: clock}})[0]; err != nil {
			return err
		}
		return store.Close()
	}
	if says, err := r.Run(t.Context()); err != nil || says != "2 条记录" {
		t.Errorf("%s, %v", says, err)
	}
}
