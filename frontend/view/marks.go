package view

import (
	"html/template"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/search"
)

// markHTML gives text as HTML with its marked ranges in <mark>. The ranges come
// from an engine and are not trusted: they may lie outside the text, overlap,
// be unsorted, or cut a character.
func markHTML(text string, marks []search.Range) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range cleanMarks(text, marks) {
		b.WriteString(template.HTMLEscapeString(text[at:m.Start]))
		b.WriteString("<mark>" + template.HTMLEscapeString(text[m.Start:m.End]) + "</mark>")
		at = m.End
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String())
}

// fromWord leaves out the mark of a sentence that an excerpt begins with, and moves
// what is marked accordingly.
func fromWord(text string, marks []search.Range) (string, []search.Range) {
	rest := strings.TrimLeft(text, "，。；、：！？ ")
	moved := make([]search.Range, len(marks))
	for i, m := range marks {
		moved[i] = search.Range{Start: m.Start - (len(text) - len(rest)), End: m.End - (len(text) - len(rest))}
	}
	return rest, moved
}

// cleanMarks brings ranges into the text and onto rune borders (widening them),
// sorts them and joins those that touch.
func cleanMarks(text string, marks []search.Range) []search.Range {
	var out []search.Range
	for _, m := range marks {
		m.Start, m.End = max(m.Start, 0), min(m.End, len(text))
		if m.Start >= m.End {
			continue
		}
		for m.Start > 0 && !utf8.RuneStart(text[m.Start]) {
			m.Start--
		}
		for m.End < len(text) && !utf8.RuneStart(text[m.End]) {
			m.End++
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b search.Range) int { return a.Start - b.Start })
	joined := out[:0]
	for _, m := range out {
		if n := len(joined); n > 0 && m.Start <= joined[n-1].End {
			joined[n-1].End = max(joined[n-1].End, m.End)
			continue
		}
		joined = append(joined, m)
	}
	return joined
}
