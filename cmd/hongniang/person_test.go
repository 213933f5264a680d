package main_test

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A person of the demonstration takes his data along and is forgotten, by the
// shell alone; afterwards no file has his name.
func TestPersonExportAndForget(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	const who, name = "ZJ-2026-A005", "王建军（示例）"
	to := filepath.Join(t.TempDir(), "个人信息.zip")
	if out := must(t, "--data", dir, "person", "export", who, "-o", to); !strings.Contains(out, "请只交给本人") {
		t.Error(out)
	}
	z, err := zip.OpenReader(to)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	if len(z.File) < 2 {
		t.Errorf("%d parts", len(z.File))
	}
	fails(t, run(t, "--data", dir, "person", "forget", "ZJ-404", "--words", "本人来函提出"), 3, "personal.unknown")
	if out := must(t, "--data", dir, "person", "forget", who, "--words", "本人来函提出"); !strings.Contains(out, "已注销人员") {
		t.Error(out)
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), name) {
			t.Errorf("%s has his name", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
