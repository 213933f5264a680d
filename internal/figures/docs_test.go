package figures

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "print docs/figures.md anew")

const (
	doc  = "../../docs/figures.md"
	mark = "<!-- The table below is printed by `go test ./internal/figures -update`. -->\n"
)

// docs/figures.md holds the definitions as the program does.
func TestDefinitionsArePrinted(t *testing.T) {
	data, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	head, old, found := strings.Cut(string(data), mark)
	if !found {
		t.Fatal("docs/figures.md has lost the mark above its table")
	}
	var b strings.Builder
	b.WriteString("\n| number | 中文 | 单位 | 数什么 | 按哪个日期 | 算谁的 | 来源 |\n|---|---|---|---|---|---|---|\n")
	for _, n := range Numbers() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", n.Key, n.Term, n.Unit, n.Counts, n.Period, n.Subtree, n.Source)
	}
	if *update {
		if err := os.WriteFile(doc, []byte(head+mark+b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(b.String(), old); diff != "" {
		t.Errorf("run with -update: %s", diff)
	}
}

// Every number is defined once, whole, and can be asked for.
func TestDefinitionsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Numbers() {
		if seen[n.Key] || n.Term == "" || n.Counts == "" || n.Period == "" || n.Subtree == "" || n.Source == "" || n.Unit == "" {
			t.Errorf("%+v", n)
		}
		seen[n.Key] = true
	}
	if _, err := newWorld(1).book().Behind(Scope{All: true}, Selection{}, Asked{Key: "funnel.nothing"}); err == nil {
		t.Error("a number that is not defined is answered")
	}
	for _, chapter := range chapters() {
		for _, line := range chapter[1:] {
			for _, slot := range strings.Split(line, "{")[1:] {
				name, _, _ := strings.Cut(slot, "}")
				for _, key := range strings.Split(strings.TrimPrefix(name, "-"), "%") {
					if _, ok := NumberOf(key); !ok {
						t.Errorf("a report says {%s}, which is no number", key)
					}
				}
			}
		}
	}
}
