package collection_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

func file(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func entries(path string) (out []collection.Entry, err error) {
	err = collection.Entries(path, func(e collection.Entry) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

const lines = `{"id":"1","title":"换流阀清灰","text":"带电清扫","keywords":["换流阀","清灰"],"experts":["p1","p2"],"year":2024}

{"id":"2","title":"二","text":"` + "\u3000" + `正文"}`

// Plain and gzipped files give the same, whatever their names; empty lines,
// unknown keys and a missing last line break do no harm.
func TestEntries(t *testing.T) {
	want := []collection.Entry{
		{ID: "1", Title: "换流阀清灰", Text: "带电清扫", Keywords: []string{"换流阀", "清灰"}, Experts: []string{"p1", "p2"}},
		{ID: "2", Title: "二", Text: "\u3000正文"},
	}
	for name, data := range map[string][]byte{
		"a.jsonl": []byte(lines), "b.jsonl": []byte(lines + "\n"), "c.jsonl.gz": gzipped(t, lines), "d.jsonl": gzipped(t, lines), "e.jsonl": []byte("\uFEFF" + lines),
	} {
		got, err := entries(file(t, name, data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got, err := entries(file(t, "empty", nil)); err != nil || got != nil {
		t.Errorf("an empty file: %v, %v", got, err)
	}
	long := `{"id":"l","text":"` + strings.Repeat("长", 1<<20) + `"}`
	if got, err := entries(file(t, "long", []byte(long))); err != nil || len(got) != 1 || len(got[0].Text) != 3<<20 {
		t.Errorf("a line of 3 MB: %d entries, %v", len(got), err)
	}
}

func TestQueries(t *testing.T) {
	got, err := collection.Queries(file(t, "q.jsonl", []byte(`{"id":"q1","title":"曲轴","text":"裂纹"}`+"\n"+`{"id":"q2","text":"只有正文"}`)))
	want := []collection.Query{{ID: "q1", Title: "曲轴", Text: "裂纹"}, {ID: "q2", Text: "只有正文"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestBadFiles(t *testing.T) {
	whole := gzipped(t, strings.Repeat(lines+"\n", 200))
	for _, tt := range []struct {
		name string
		data []byte
		kind errs.Kind
		code string
		says string
	}{
		{"half a line", []byte("{\"id\":\"1\"}\n{\"id\":"), errs.Invalid, "collection.line", "第 2 条"},
		{"no JSON", []byte("编号,标题\n"), errs.Invalid, "collection.line", "第 1 条"},
		{"another type", []byte("{\"id\":\"1\"}\n{\"id\":2}\n"), errs.Invalid, "collection.line", "第 2 条"},
		{"no id", []byte("{\"id\":\"1\"}\n{\"title\":\"无编号\"}\n"), errs.Invalid, "collection.no_id", "第 2 条"},
		{"broken gzip header", append([]byte{0x1f, 0x8b}, "xxxxxxxxxxxx"...), errs.Invalid, "collection.gzip", "gzip"},
		{"half a gzip file", whole[:len(whole)/2], errs.Invalid, "collection.gzip", "gzip"},
	} {
		_, err := entries(file(t, "x", tt.data))
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != tt.kind || e.Code != tt.code || !strings.Contains(e.Message, tt.says) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if _, err := entries(filepath.Join(t.TempDir(), "missing")); !errs.Is(err, errs.NotFound) {
		t.Errorf("a missing file: %v", err)
	}
	stop := errs.New(errs.Unavailable, "test.stop", "停")
	n := 0
	err := collection.Entries(file(t, "x", []byte(lines)), func(collection.Entry) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("an error of each: %v after %d", err, n)
	}
}

func TestDocument(t *testing.T) {
	got := collection.Entry{ID: "7", Title: "题", Text: "文", Keywords: []string{"甲", "乙"}, Experts: []string{"p1"}}.Document(catalog.KindResult)
	want := search.Document{
		ID: "result/7", Kind: catalog.KindResult, Code: "7", Title: "题", Text: "文\n甲；乙", Keywords: []string{"甲", "乙"},
		Codes: []string{"7"}, People: []search.Person{{Code: "p1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
