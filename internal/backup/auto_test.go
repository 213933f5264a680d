package backup_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

// auto asks for the backup of the day at a moment, as a process that began then.
func (p *place) auto(t *testing.T, at string, started time.Time) bool {
	t.Helper()
	var err error
	if p.now, err = time.Parse(time.RFC3339, at); err != nil {
		t.Fatal(err)
	}
	made, err := p.keep.Auto(t.Context(), started)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// One a day, after three in the morning in China; one that somebody made in the day
// is one too. A computer that is off at night makes it when it is on.
func TestAutoDays(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 7
	long := time.Time{}
	for _, c := range []struct {
		at   string
		want bool
		why  string
	}{
		{"2026-11-20T09:00:00+08:00", true, "the first"},
		{"2026-11-20T23:00:00+08:00", false, "the same day"},
		{"2026-11-21T02:59:59+08:00", false, "not night yet"},
		{"2026-11-21T03:00:00+08:00", true, "the night"},
		{"2026-11-21T03:10:00+08:00", false, "made"},
		{"2026-11-24T08:30:00+08:00", true, "off for days"},
	} {
		if got := p.auto(t, c.at, long); got != c.want {
			t.Errorf("%s, %s: made %v", c.at, c.why, got)
		}
	}
	p.now = p.now.Add(20 * time.Hour)
	if _, err := p.keep.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.auto(t, "2026-11-25T09:00:00+08:00", long) {
		t.Error("one that was asked for does not count")
	}
}

// A new installation is left alone for an hour.
func TestAutoBegins(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 1
	started := time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC)
	if p.auto(t, "2026-11-20T01:59:59Z", started) || !p.auto(t, "2026-11-20T02:00:00Z", started) {
		t.Error("not after an hour")
	}
	p.keep.Keep = 0
	if p.auto(t, "2026-11-29T02:00:00Z", started) {
		t.Error("turned off, and made")
	}
}

// The newest are kept; those that somebody asked for stay; nothing is left beside.
func TestAutoKeeps(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 2
	p.now = time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	if _, err := p.keep.Make(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"19", "20", "21", "22"} {
		if !p.auto(t, "2026-11-"+day+"T09:00:00Z", time.Time{}) {
			t.Errorf("none on the %sth", day)
		}
	}
	list, err := p.keep.List()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range list {
		got = append(got, b.Name)
		if b.Auto != strings.Contains(b.Name, "-auto") || b.Sum == "" {
			t.Errorf("%+v", b)
		}
		if _, err := p.keep.Check(t.Context(), b.Name); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"hongniang-20261122-090000-auto.db", "hongniang-20261121-090000-auto.db", "hongniang-20261118-090000.db"}, got); diff != "" {
		t.Error(diff)
	}
	files, err := os.ReadDir(p.keep.Dir)
	if err != nil || len(files) != 6 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

// A full disk is told until the next one comes about; the old ones stay.
func TestAutoFails(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 1
	if !p.auto(t, "2026-11-20T09:00:00Z", time.Time{}) {
		t.Fatal("none")
	}
	whole := p.keep.DB.Snapshot
	p.keep.DB.Snapshot = func(_ context.Context, path string) error {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Error(err)
		}
		return errs.New(errs.Unavailable, "store.full", "磁盘已满。")
	}
	p.now = p.now.AddDate(0, 0, 1)
	if made, err := p.keep.Auto(t.Context(), time.Time{}); made || !errs.Is(err, errs.Unavailable) {
		t.Errorf("%v, %v", made, err)
	}
	if f := p.keep.Failed(); f.Err == nil || !f.At.Equal(p.now) {
		t.Errorf("%+v", f)
	}
	if left, err := filepath.Glob(filepath.Join(p.keep.Dir, "*")); err != nil || len(left) != 2 {
		t.Errorf("%v, %v", left, err)
	}
	p.keep.DB.Snapshot = whole
	if made, err := p.keep.Auto(t.Context(), time.Time{}); !made || err != nil || p.keep.Failed().Err != nil {
		t.Errorf("%v, %v, %+v", made, err, p.keep.Failed())
	}
}

// A backup of a clock that was years ahead does not keep those of today from being
// made.
func TestAutoAfterAWrongClock(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 7
	if !p.auto(t, "2031-01-01T09:00:00+08:00", time.Time{}) {
		t.Fatal("none is made")
	}
	if !p.auto(t, "2026-11-20T09:00:00+08:00", time.Time{}) || p.auto(t, "2026-11-20T10:00:00+08:00", time.Time{}) {
		t.Error("the day's backup is not made once")
	}
}

// A backup that would fill the disk is not begun: nothing of it is written, it is told
// why, and made when there is room again.
func TestNoRoom(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 7
	const size = 1000 << 20
	free := int64(size + size/10 - 1)
	p.keep.DB.Size = func() (int64, error) { return size, nil }
	p.keep.Free = func(dir string) (int64, error) { return free, nil }
	if _, err := p.keep.Auto(t.Context(), time.Time{}); errs.As(err).Code != "backup.no_room" || errs.As(p.keep.Failed().Err).Code != "backup.no_room" {
		t.Errorf("%v, told %v", err, p.keep.Failed().Err)
	}
	if got := files(t, p.keep.Dir); got != "" {
		t.Errorf("left: %s", got)
	}
	free++
	if made, err := p.keep.Auto(t.Context(), time.Time{}); !made || err != nil {
		t.Errorf("%v, %v", made, err)
	}
	p.keep.Free = nil // as it is on this machine
	p.keep.DB.Size = func() (int64, error) { return 1 << 60, nil }
	if _, err := p.keep.Make(t.Context()); errs.As(err).Code != "backup.no_room" {
		t.Errorf("of a size that no disk has: %v", err)
	}
}

// As many copies of a clock that was ahead as are kept do not stand in the place of
// those of the days to come.
func TestDaysAreKeptBesideAWrongClock(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.keep.Keep = 2
	for _, at := range []string{"2031-01-01T09:00:00+08:00", "2031-01-02T09:00:00+08:00", "2026-11-20T09:00:00+08:00", "2026-11-21T09:00:00+08:00"} {
		if !p.auto(t, at, time.Time{}) {
			t.Fatalf("none is made at %s", at)
		}
	}
	list, err := p.keep.List()
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, b := range list {
		kept = append(kept, b.At.Format(time.DateOnly))
	}
	if diff := cmp.Diff([]string{"2026-11-21", "2026-11-20"}, kept); diff != "" {
		t.Error(diff)
	}
}
