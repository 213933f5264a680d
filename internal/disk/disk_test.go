package disk_test

import (
	"path/filepath"
	"testing"

	"hongniang/internal/disk"
)

func TestFree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if free, err := disk.Free(dir); err != nil || free <= 0 {
		t.Errorf("%d bytes are free, %v", free, err)
	}
	if _, err := disk.Free(filepath.Join(dir, "none")); err == nil {
		t.Error("a directory that is not there has room")
	}
}

func TestNeed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ size, need int64 }{{0, 64 << 20}, {1000 << 20, 1100 << 20}, {100 << 20, 164 << 20}} {
		if got := disk.Need(c.size); got != c.need {
			t.Errorf("Need(%d) = %d, not %d", c.size, got, c.need)
		}
	}
}
