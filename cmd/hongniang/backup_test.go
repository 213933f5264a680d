package main_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var backupName = regexp.MustCompile(`hongniang-\d{8}-\d{6}\.db`)

// A backup by the shell: made, listed, checked, and put back over what came later.
func TestBackupCommand(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	made := must(t, "backup", "make", "--data", dir)
	name := backupName.FindString(made)
	if name == "" || !strings.Contains(must(t, "backup", "list", "--data", dir), name) {
		t.Fatalf("made: %s", made)
	}
	if says := must(t, "backup", "check", name, "--data", dir); !strings.Contains(says, "完好") || strings.Contains(says, "：0 条记录") {
		t.Errorf("%s", says)
	}
	file := filepath.Join(dir, "backups", name)
	elsewhere := filepath.Join(t.TempDir(), "new")
	if says := must(t, "backup", "restore", file, "--data", elsewhere); !strings.Contains(says, "已恢复") {
		t.Errorf("on a new machine: %s", says)
	}
	if hits := must(t, "search", "电主轴", "--data", elsewhere); !strings.Contains(hits, "电主轴") {
		t.Errorf("what was restored is not found: %s", hits)
	}
	if says := must(t, "backup", "restore", file, "--data", dir); !strings.Contains(says, "before-") {
		t.Errorf("over what is there: %s", says)
	}
	if err := os.Truncate(file, 4096); err != nil {
		t.Fatal(err)
	}
	fails(t, run(t, "backup", "restore", file, "--data", dir), 1, "backup.changed")
	mongo := command(t.TempDir(), "backup", "make", "--data", dir)
	mongo.Env = append(mongo.Env, "HONGNIANG_MONGODB_URI=mongodb://user:geheim@localhost:1/")
	if got := finish(t, mongo); got.code == 0 || !strings.Contains(got.err, "mongodump") || strings.Contains(got.err, "geheim") {
		t.Errorf("with MongoDB: %+v", got)
	}
}

// Who was erased after the backup was made does not come back with it; where nobody
// can tell who was, that is said.
func TestRestoreErasesAgain(t *testing.T) {
	t.Parallel()
	const name = "王建军（示例）" // of the expert who is forgotten
	dir := demoDir(t)
	made := must(t, "backup", "make", "--data", dir)
	file := filepath.Join(dir, "backups", backupName.FindString(made))
	held := func(path string) bool {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(data), name)
	}
	must(t, "--data", dir, "person", "forget", "ZJ-2026-A005", "--words", "本人来函提出")
	if !held(file) || held(filepath.Join(dir, "hongniang.db")) {
		t.Fatal("he is not in the backup, or was not erased after it")
	}
	if says := must(t, "backup", "restore", file, "--data", dir); !strings.Contains(says, "1 件注销已再办一遍") {
		t.Error(says)
	}
	if held(filepath.Join(dir, "hongniang.db")) {
		t.Error("he came back with the backup")
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.restoring*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if says := must(t, "backup", "restore", file, "--data", filepath.Join(t.TempDir(), "new")); !strings.Contains(says, "请在“个人信息”页再办一遍") {
		t.Error(says)
	}
}

// Killed while the copy is written, a backup is not there; the next clears away what
// was left, and every backup that is listed is good.
func TestBackupKilled(t *testing.T) {
	t.Parallel()
	dir := demoDir(t)
	parts := filepath.Join(dir, "backups", "*.part")
	killed, checked := 0, map[string]bool{}
	for range 10 {
		cmd := command(t.TempDir(), "backup", "make", "--data", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		for waiting := true; waiting; {
			select {
			case <-ended:
				waiting = false
			default:
				if found, err := filepath.Glob(parts); err != nil {
					t.Fatal(err)
				} else if len(found) > 0 {
					if err := cmd.Process.Kill(); err == nil {
						killed++
					}
					<-ended
					waiting = false
				}
				time.Sleep(200 * time.Microsecond) // the processor is for the backup
			}
		}
		for _, name := range backupName.FindAllString(must(t, "backup", "list", "--data", dir), -1) {
			if !checked[name] {
				must(t, "backup", "check", name, "--data", dir)
			}
			checked[name] = true
		}
	}
	t.Logf("killed %d times in the middle", killed)
	for ended := false; !ended; { // a name of the second in which one was killed may be taken
		got := run(t, "backup", "make", "--data", dir)
		ended = got.code == 0
		if !ended && !strings.Contains(got.err, "backup.exists") {
			t.Fatalf("%+v", got)
		}
	}
	if left, err := filepath.Glob(parts); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	for _, name := range backupName.FindAllString(must(t, "backup", "list", "--data", dir), -1) { // whatever was killed after they were made
		must(t, "backup", "check", name, "--data", dir)
	}
}
