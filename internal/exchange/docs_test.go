package exchange

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// TestDocumentedCells reads the examples of docs/import.md.
func TestDocumentedCells(t *testing.T) {
	data, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(data), "```cells\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("docs/import.md has no block of cells")
	}
	for line := range strings.Lines(block) {
		parts := strings.Split(strings.TrimSpace(line), "\t\t")
		if len(parts) != 3 {
			t.Fatalf("line %q", line)
		}
		kind, key, _ := strings.Cut(parts[0], ".")
		rec, err := catalog.New(catalog.Kind(kind))
		if err != nil {
			t.Fatal(err)
		}
		f := fieldOf(t, rec.Kind(), key)
		if p := setCell(f, rec, Cell{Text: strings.ReplaceAll(parts[1], "⏎", "\n"), Present: true}); p != nil {
			t.Errorf("%s: %s", line, p.message)
			continue
		}
		catalog.Clean(rec)
		got, err := json.Marshal(f.Value(rec).Interface())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(asJSON(t, parts[2]), withoutEmpty(asJSON(t, string(got)))); diff != "" {
			t.Errorf("%s\n%s", line, diff)
		}
	}
}

func asJSON(t *testing.T, s string) any {
	t.Helper()
	var out any
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return out
}

// withoutEmpty leaves out parts that are always written although empty: 0 and "".
func withoutEmpty(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = withoutEmpty(v[i])
		}
	case map[string]any:
		for key, part := range v {
			if part == "" || part == 0.0 {
				delete(v, key)
			}
		}
	}
	return v
}
