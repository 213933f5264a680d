package sqlitestore_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func fresh(t *testing.T) (*sqlitestore.Store, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hongniang.db")
	s, err := sqlitestore.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, path
}

func needs(prefix string, n int, detail string) []catalog.Write {
	out := make([]catalog.Write, n)
	for i := range out {
		rec := &catalog.Need{Meta: catalog.Meta{Code: fmt.Sprintf("%s-%05d", prefix, i)}, Title: fmt.Sprintf("%s第%d号难题", prefix, i), Detail: detail}
		out[i] = catalog.Write{Record: rec, Action: catalog.Created, By: "王", At: noon}
	}
	return out
}

func mustSave(t *testing.T, s *sqlitestore.Store, writes []catalog.Write) {
	t.Helper()
	for i, err := range s.Save(t.Context(), writes) {
		if err != nil {
			t.Fatalf("write %d: %v", i, err)
		}
	}
}

// wantState checks that exactly n needs are there, each with its feed line.
func wantState(t *testing.T, s *sqlitestore.Store, n int) {
	t.Helper()
	count, err := s.Count(t.Context(), catalog.KindNeed)
	if err != nil || count != n {
		t.Errorf("%d needs, %v; want %d", count, err, n)
	}
	lines, err := s.Changes(t.Context(), 0, 1<<20)
	if err != nil || len(lines) != n {
		t.Errorf("%d feed lines, %v; want %d", len(lines), err, n)
	}
}

func wantError(t *testing.T, err error, kind errs.Kind, code string) {
	t.Helper()
	if e := errs.As(err); e == nil || e.Kind != kind || e.Code != code {
		t.Fatalf("error is %v, want %s %s", err, kind, code)
	}
}

// TestFull: on a full disk a slice is refused as a whole, half of it is never
// kept, and saving works again when there is room.
func TestFull(t *testing.T) {
	s, _ := fresh(t)
	mustSave(t, s, needs("A", 10, ""))
	s.Pragma(t, "max_page_count = 60")
	writes := needs("B", 50, strings.Repeat("长", 20000))
	for _, err := range s.Save(t.Context(), writes) {
		wantError(t, err, errs.Unavailable, "store.full")
	}
	for _, w := range writes {
		if w.Record.Base().Rev != 0 {
			t.Fatalf("%s has rev %d though it is not saved", w.Record.Base().Code, w.Record.Base().Rev)
		}
	}
	wantState(t, s, 10)
	mustSave(t, s, needs("C", 1, ""))
	s.Pragma(t, "max_page_count = 100000")
	mustSave(t, s, writes)
	wantState(t, s, 61)
}

func TestReadOnly(t *testing.T) {
	s, _ := fresh(t)
	s.Pragma(t, "query_only = 1")
	wantError(t, s.Save(t.Context(), needs("A", 1, ""))[0], errs.Unavailable, "store.read_only")
	_, err := s.TakeNumbers(t.Context(), "XQ", 1)
	wantError(t, err, errs.Unavailable, "store.read_only")
	s.Pragma(t, "query_only = 0")
	mustSave(t, s, needs("A", 1, ""))
	wantState(t, s, 1)
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, code string
		kind       errs.Kind
		path       func(t *testing.T) string
	}{
		{"no directory", "store.cannot_open", errs.Unavailable, func(*testing.T) string { return filepath.Join(dir, "none", "x.db") }},
		{"a directory", "store.cannot_open", errs.Unavailable, func(*testing.T) string { return dir }},
		{"not a database", "store.damaged", errs.Internal, func(t *testing.T) string {
			return writeFile(t, bytes.Repeat([]byte("这不是数据库。"), 1000))
		}},
		{"a later release", "store.newer", errs.Internal, func(t *testing.T) string {
			s, path := fresh(t)
			s.Pragma(t, "user_version = 99")
			s.Close()
			return path
		}},
		{"another program", "store.foreign", errs.Internal, func(t *testing.T) string {
			s, path := fresh(t)
			s.Pragma(t, "user_version = 0")
			s.Pragma(t, "journal_mode = DELETE")
			s.Close()
			return path
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := tt.path(t)
			before, _ := os.ReadFile(path)
			_, err := sqlitestore.Open(t.Context(), path)
			wantError(t, err, tt.kind, tt.code)
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func writeFile(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hongniang.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestDamaged overwrites pages in the middle of a closed file.
func TestDamaged(t *testing.T) {
	s, path := fresh(t)
	mustSave(t, s, needs("A", 300, strings.Repeat("长", 300)))
	s.Close()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 8192; i < len(data); i++ {
		data[i] = byte(i * 7)
	}
	s, err = sqlitestore.Open(t.Context(), writeFile(t, data))
	if err == nil {
		defer s.Close()
		_, err = s.Scan(t.Context(), catalog.KindNeed, "", 1000)
	}
	wantError(t, err, errs.Internal, "store.damaged")
}

// TestUnreadable: one bad record is named and does not hide the others.
func TestUnreadable(t *testing.T) {
	s, _ := fresh(t)
	mustSave(t, s, needs("A", 3, ""))
	s.Exec(t, "UPDATE records SET body = '{' WHERE code = 'A-00001'")
	_, err := s.Get(t.Context(), catalog.KindNeed, "A-00001")
	wantError(t, err, errs.Internal, "record.unreadable")
	if !strings.Contains(errs.As(err).Message, "need/A-00001") {
		t.Errorf("the message does not name the record: %s", errs.As(err).Message)
	}
	if _, err := s.Get(t.Context(), catalog.KindNeed, "A-00002"); err != nil {
		t.Error(err)
	}
}

// TestWALStaysSmall updates far more than the limit of the WAL.
func TestWALStaysSmall(t *testing.T) {
	s, path := fresh(t)
	writes := needs("A", 1, strings.Repeat("长", 30000))
	for range 400 { // 36 MB
		mustSave(t, s, writes)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() > 16<<20 {
		t.Errorf("the WAL has %d bytes, %v", info.Size(), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("the WAL is still there after Close: %v", err)
	}
}

// A slice of writes is one transaction: what an import saves waits for the disk once
// for each slice, not once for each record.
func TestSliceIsOneTransaction(t *testing.T) {
	s, path := fresh(t)
	writes := needs("A", 400, strings.Repeat("主轴温升过高，", 100))
	mustSave(t, s, writes[:200])
	before := commits(t, path+"-wal")
	mustSave(t, s, writes[200:])
	if got := commits(t, path+"-wal") - before; got != 1 {
		t.Errorf("200 records were saved in %d transactions", got)
	}
	wantState(t, s, 400)
}

// commits counts the transactions in a WAL: the last frame of each tells the size
// of the database after it (https://www.sqlite.org/fileformat.html#the_write_ahead_log).
func commits(t *testing.T, path string) int {
	t.Helper()
	wal, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const header, frame = 32, 24
	page := int(binary.BigEndian.Uint32(wal[8:]))
	n := 0
	for at := header; at+frame+page <= len(wal); at += frame + page {
		if binary.BigEndian.Uint32(wal[at+4:]) != 0 {
			n++
		}
	}
	return n
}
