package sqlitestore

import (
	"os"
	"path/filepath"
	"testing"

	"hongniang/internal/errs"
)

func TestVerifyRefusesWhatIsNotOurs(t *testing.T) {
	dir := t.TempDir()
	store, err := Open(t.Context(), filepath.Join(dir, "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	copied, newer := filepath.Join(dir, "copy.db"), filepath.Join(dir, "newer.db")
	for _, path := range []string{copied, newer} {
		if err := store.Snapshot(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Snapshot(t.Context(), copied); err == nil {
		t.Error("a snapshot writes over what is there")
	}
	if c, err := Verify(t.Context(), copied); err != nil || c != (Contents{}) {
		t.Errorf("an empty one: %+v, %v", c, err)
	}
	db, err := open(newer, 1, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, code := range map[string]string{newer: "store.newer", empty: "store.foreign", filepath.Join(dir, "none.db"): "store.cannot_open"} {
		if _, err := Verify(t.Context(), path); errs.As(err).Code != code {
			t.Errorf("%s: %v, want %s", path, err, code)
		}
	}
	store.Close()
	if err := store.Snapshot(t.Context(), filepath.Join(dir, "late.db")); errs.As(err).Code != "store.closed" {
		t.Errorf("after closing: %v", err)
	}
}
