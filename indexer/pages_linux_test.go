package indexer

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
)

// What was read of the index's files does not stay mapped for good.
func TestPagesAreLetGo(t *testing.T) {
	t.Parallel()
	w := filled(t, 600)
	w.openIndex(t)
	w.catchUp(t)
	most, least := 0, 1<<30
	for i := range 600 {
		if _, err := w.index.Documents(t.Context(), []string{fmt.Sprintf("result/CG-2026-%05d", i)}); err != nil {
			t.Fatal(err)
		}
		now := mapped(t, w.indexDir())
		if most = max(most, now); i > 300 {
			least = min(least, now)
		}
	}
	if most < 100 || least > most/4 {
		t.Errorf("%d kB of the files were mapped, and never less than %d", most, least)
	}
}

// mapped is how many kB of the segments below dir are in the process's memory.
func mapped(t *testing.T, dir string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	sum, ours := 0, false
	for line := range strings.Lines(string(maps)) {
		fields := strings.Fields(line)
		switch {
		case strings.Contains(line, "-") && len(fields) >= 5 && !strings.HasSuffix(fields[0], ":"):
			ours = strings.Contains(line, dir) && strings.Contains(line, ".zap")
		case ours && fields[0] == "Rss:":
			kb, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			sum += kb
		}
	}
	return sum
}
