package indexer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"hongniang/internal/search"
)

// Marks are in order, apart, inside the text and on rune borders, and cover
// what was typed.
func TestMarks(t *testing.T) {
	t.Parallel()
	x := demonstration(t)
	marked := 0
	for _, query := range []string{"曲轴磨削", "換流閥", "T3.3-3650", "CNC", "φ0.02mm", "阀", "kind:专利 焊接变形"} {
		for _, h := range ask(t, x, search.Request{Query: query, Size: 30, Snippets: true}).Hits {
			marked += checkMarks(t, h.Title, h.TitleMarks)
			for _, s := range h.Snippets {
				marked += checkMarks(t, s.Text, s.Marks)
				if !strings.Contains(h.Text, s.Text) {
					t.Errorf("%s: %q is no part of its text", h.Code, s.Text)
				}
			}
		}
	}
	if marked < 100 {
		t.Errorf("only %d marks", marked)
	}
	first := ask(t, x, search.Request{Query: "连杆颈", Snippets: true, Size: 1}).Hits[0]
	if len(first.TitleMarks) != 1 || first.Title[first.TitleMarks[0].Start:first.TitleMarks[0].End] != "连杆颈" {
		t.Errorf("%s: %v", first.Title, first.TitleMarks)
	}
	if plain := ask(t, x, search.Request{Query: "连杆颈", Size: 1}).Hits[0]; plain.Snippets != nil || plain.TitleMarks != nil {
		t.Error("snippets were not asked for")
	}
}

func checkMarks(t *testing.T, text string, marks []search.Range) int {
	t.Helper()
	at := -1
	for _, m := range marks {
		if m.Start <= at || m.End <= m.Start || m.End > len(text) || !utf8.ValidString(text[m.Start:m.End]) || !utf8.ValidString(text[:m.Start]) {
			t.Fatalf("marks %v in %q", marks, text)
		}
		at = m.End
	}
	return len(marks)
}

func FuzzSnippets(f *testing.F) {
	f.Add("曲轴", "大曲轴连杆颈磨削，曲轴烧伤。\n曲轴很长")
	f.Add("磨", strings.Repeat("磨", 500))
	f.Add("a-b", "a-b\xff\xfe a-b\x00")
	f.Add("Ⅷ İ", "Ⅷ İstanbul \u0130")
	f.Fuzz(func(t *testing.T, query, text string) {
		m := newMarker(search.ParseQuery(query))
		text = strings.ToValidUTF8(text, "")
		checkMarks(t, text, m.marks(text))
		for _, s := range m.snippets(text) {
			checkMarks(t, s.Text, s.Marks)
			if !strings.Contains(text, s.Text) || utf8.RuneCountInString(s.Text) > snippetRunes+1 || !utf8.ValidString(s.Text) {
				t.Fatalf("snippet %q of %q", s.Text, text)
			}
		}
	})
}
