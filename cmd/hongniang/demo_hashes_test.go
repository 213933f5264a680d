package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"

	"hongniang/internal/account"
)

// Whose password a hash is of is found out once; a file that is lost, or cannot
// be written, only costs the time again.
func TestDemoHashes(t *testing.T) {
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	demo, err := hasher.Hash(t.Context(), demoPassword)
	if err != nil {
		t.Fatal(err)
	}
	own, err := hasher.Hash(t.Context(), "somebody's own password")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, file := range []demoHashes{demoHashes(filepath.Join(dir, "passwords")), demoHashes(filepath.Join(dir, "missing", "passwords"))} {
		for range 2 {
			for hash, want := range map[string]bool{demo: true, own: false} {
				if got, err := file.open(t.Context(), hasher, hash); err != nil || got != want {
					t.Errorf("%s: %v, %v", file, got, err)
				}
			}
		}
	}
	kept, err := os.ReadFile(filepath.Join(dir, "passwords"))
	if err != nil {
		t.Fatal(err)
	}
	if want := len(nameOfHash(demo)+" demo\n") + len(nameOfHash(own)+" own\n"); len(kept) != want {
		t.Errorf("%d bytes are kept, want %d: %s", len(kept), want, kept)
	}
	noted := demoHashes(filepath.Join(dir, "noted"))
	noted.note("a hash that no password has", true)
	if got, err := noted.open(t.Context(), hasher, "a hash that no password has"); err != nil || !got {
		t.Errorf("what was noted is worked out again: %v, %v", got, err)
	}
}
