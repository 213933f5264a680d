package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// An import that is told to end says that it is not done, by its exit code too,
// and goes on when it is run again.
func TestInterruptedImport(t *testing.T) {
	t.Parallel()
	k := &killed{t: t, dir: filepath.Join(t.TempDir(), "data"), work: t.TempDir()}
	cmd := command(k.work, "import", "organisation", k.manyRows(30_000), "--data", k.dir)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(patience)
	for writes := false; !writes; time.Sleep(5 * time.Millisecond) {
		info, err := os.Stat(filepath.Join(k.dir, "hongniang.db-wal"))
		writes = err == nil && info.Size() > 1<<20 // the first records are in
		if time.Now().After(end) {
			_ = cmd.Process.Kill()
			t.Fatalf("it writes nothing within %v", patience)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 130 || !strings.Contains(stderr.String(), "import.stopped") {
		t.Errorf("it ended with %v and says %s", err, &stderr)
	}
}

// manyRows writes a file of n organisations.
func (k *killed) manyRows(n int) string {
	k.t.Helper()
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"external_id":"many-%d","name":"停一停%d示例有限公司"}`+"\n", i, i)
	}
	path := filepath.Join(k.work, "many.jsonl")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		k.t.Fatal(err)
	}
	return path
}
