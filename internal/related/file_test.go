package related_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"hongniang/internal/errs"
	"hongniang/internal/related"
)

func read(t testing.TB, file string) *related.Model {
	t.Helper()
	m, err := related.Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func packed(file string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, file)
	_ = w.Close()
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 8, 30, 15, 999, time.UTC)
	m := learn(t, slices.Values(language(1000)), related.Options{Dimensions: 30, Origin: related.Origin{Mark: 4711, At: at}})
	want := written(t, m)
	if !strings.HasPrefix(want, "hongniang-related\t1\t1000\t4711\t1772353815\n") {
		t.Errorf("head: %.60q", want)
	}
	for _, file := range []string{want, packed(want)} {
		got := read(t, file)
		if again := written(t, got); again != want {
			t.Error("what was read is not what was written")
		}
		if wantOrigin := (related.Origin{Documents: 1000, Mark: 4711, At: at.Truncate(time.Second)}); got.Origin != wantOrigin {
			t.Errorf("origin %+v, want %+v", got.Origin, wantOrigin)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const head = "hongniang-related\t1\t2\t0\t0\n"
	long := strings.Repeat("长", 30_000)
	for name, c := range map[string]struct{ file, code, line string }{
		"empty":              {"", "related.broken", "第 1 行"},
		"something else":     {"曲轴\t磨削\n", "related.broken", "第 1 行"},
		"newer":              {"hongniang-related\t2\tx\n", "related.version", "另一个版本"},
		"half a head":        {"hongniang-related\t1\t2\n", "related.broken", "第 1 行"},
		"head of words":      {"hongniang-related\t1\ta\tb\tc\n", "related.broken", "第 1 行"},
		"negative head":      {"hongniang-related\t1\t-2\t0\t0\n", "related.broken", "第 1 行"},
		"no near word":       {head + "曲轴\n", "related.broken", "第 2 行"},
		"no similarity":      {head + "曲轴\t磨削\n", "related.broken", "第 2 行"},
		"not a number":       {head + "曲轴\t磨削\t高\n", "related.broken", "第 2 行"},
		"NaN":                {head + "曲轴\t磨削\tNaN\n", "related.broken", "第 2 行"},
		"too similar":        {head + "曲轴\t磨削\t1.5\n", "related.broken", "第 2 行"},
		"itself":             {head + "曲轴\t曲轴\t0.900\n", "related.broken", "第 2 行"},
		"not in order":       {head + "b\tc\t0.9\na\tc\t0.9\n", "related.broken", "第 3 行"},
		"twice":              {head + "b\tc\t0.9\nb\td\t0.9\n", "related.broken", "第 3 行"},
		"four near words":    {head + "a\tb\t0.9\tc\t0.9\td\t0.9\te\t0.9\n", "related.broken", "第 2 行"},
		"other encoding":     {head + "\xc7\xfa\tb\t0.9\n", "related.broken", "第 2 行"},
		"a line too long":    {head + long + "\tb\t0.9\n", "related.broken", "第 2 行"},
		"torn gzip":          {packed(head + "a\tb\t0.9\n")[:30], "related.broken", "行"},
		"not even gzip":      {"\x1f\x8bnothing", "related.broken", "第 1 行"},
		"gzip of other text": {packed("曲轴"), "related.broken", "第 1 行"},
		"a bomb":             {packed(head + strings.Repeat("\n", 1<<20)), "related.broken", "第 2 行"},
	} {
		m, err := related.Read(strings.NewReader(c.file))
		e := errs.As(err)
		if m != nil || e == nil || e.Kind != errs.Invalid || e.Code != c.code || !strings.Contains(e.Message, c.line) || !strings.Contains(e.Message, "重新学习") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file that is longer than any of ours is not read into memory.
func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	endless := io.MultiReader(strings.NewReader("hongniang-related\t1\t2\t0\t0\n"), rising{})
	if _, err := related.Read(endless); errs.As(err).Code != "related.broken" {
		t.Errorf("an endless file: %v", err)
	}
	gone := errors.New("the disk is gone")
	if _, err := related.Read(iotest.ErrReader(gone)); !errors.Is(err, gone) || errs.As(err).Code != "related.broken" {
		t.Errorf("a disk that fails: %v", err)
	}
}

// rising never ends, and never has a whole line.
type rising struct{}

func (rising) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"", "hongniang-related\t1\t2\t7\t1700000000\n曲轴\t连杆\t0.812\t凸轮轴\t0.790\n磨削\t车削\t0.701\n", packed("hongniang-related\t1\t0\t0\t0\na\tb\t1\n"), "\x1f\x8b"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := related.Read(bytes.NewReader(file))
		if err != nil {
			if code := errs.As(err).Code; code != "related.broken" && code != "related.version" {
				t.Errorf("a stranger's error: %v", err)
			}
			return
		}
		first := written(t, m)
		if again := written(t, read(t, first)); again != first {
			t.Errorf("%q becomes %q", first, again)
		}
	})
}
