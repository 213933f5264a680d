package matcher_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// Naming a kind again and again asks for it once: each time used to cost a
// ranking of its own.
func TestKindsAreAskedOnce(t *testing.T) {
	w := demoData(t)
	once := matcher.Request{Text: "曲轴磨削烧伤", Kinds: []catalog.Kind{catalog.KindExpert}}
	often := once
	often.Kinds = slices.Repeat(once.Kinds, 50)
	if diff := cmp.Diff(w.match(t, once), w.match(t, often)); diff != "" {
		t.Errorf("the answer changes (-once +often):\n%s", diff)
	}
}

// A whole need in the place of the title is text, with the bound of text.
func TestLongTitleIsText(t *testing.T) {
	r, notes, err := matcher.Request{Title: strings.Repeat("曲轴烧伤，", 6000), Text: "磨床"}.Check()
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "" || !strings.HasPrefix(r.Text, "曲轴烧伤，") || len([]rune(r.Text)) != matcher.MaxNeedRunes {
		t.Errorf("title of %d, text of %d characters", len([]rune(r.Title)), len([]rune(r.Text)))
	}
	if len(notes) != 1 {
		t.Errorf("notes %q, want the one on what was cut", notes)
	}
}
