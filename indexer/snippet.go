package indexer

import (
	"sort"
	"unicode/utf8"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

const (
	snippetRunes = 110
	maxSnippets  = 2
	// markedText bounds how much of a text is looked through for highlights.
	markedText = 200_000
)

// marker finds what a query matched in stored texts.
type marker struct {
	bigrams    map[string]bool
	characters map[string]bool // only of a query of single characters
}

func newMarker(q search.Query) *marker {
	m := &marker{bigrams: map[string]bool{}, characters: map[string]bool{}}
	for _, t := range zh.Bigrams(q.Text) {
		if utf8.RuneCountInString(t.Text) == 1 && t.Text[0] >= 0x80 {
			m.characters[t.Text] = true
			continue
		}
		m.bigrams[t.Text] = true
	}
	return m
}

// marks gives the byte ranges of a text that the query's terms cover, merged
// and in order.
func (m *marker) marks(text string) []search.Range {
	if len(text) > markedText {
		cut := markedText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	var out []search.Range
	for _, t := range zh.Bigrams(text) {
		if m.bigrams[t.Text] {
			out = append(out, search.Range{Start: t.Start, End: t.End})
		}
	}
	if len(m.characters) > 0 {
		for _, t := range zh.Characters(text) {
			if m.characters[t.Text] {
				out = append(out, search.Range{Start: t.Start, End: t.End})
			}
		}
	}
	return merged(out)
}

func merged(ranges []search.Range) []search.Range {
	sort.Slice(ranges, func(i, j int) bool { return ranges[i].Start < ranges[j].Start })
	out := ranges[:0]
	for _, r := range ranges {
		if n := len(out); n > 0 && r.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
			continue
		}
		out = append(out, r)
	}
	return out
}

// snippets cuts the extracts of a text with the most marked bytes; without any
// match, its beginning.
func (m *marker) snippets(text string) []search.Snippet {
	if text == "" {
		return nil
	}
	marks := m.marks(text)
	if len(marks) == 0 {
		return []search.Snippet{cutSnippet(text, 0, nil)}
	}
	var out []search.Snippet
	for len(out) < maxSnippets && len(marks) > 0 {
		from := densest(marks)
		s := cutSnippet(text, marks[from].Start, marks)
		out = append(out, s)
		end := marks[from].Start + len(s.Text)
		var rest []search.Range
		for _, r := range marks {
			if r.End <= marks[from].Start-len(s.Text) || r.Start >= end {
				rest = append(rest, r)
			}
		}
		marks = rest
	}
	return out
}

// densest gives the mark from which a window of snippetRunes holds most.
func densest(marks []search.Range) int {
	best, most := 0, -1
	for i := range marks {
		sum := 0
		for j := i; j < len(marks) && marks[j].End <= marks[i].Start+3*snippetRunes; j++ {
			sum += marks[j].End - marks[j].Start
		}
		if sum > most {
			best, most = i, sum
		}
	}
	return best
}

// cutSnippet cuts about snippetRunes around a place, from a sentence's begin
// when one is near.
func cutSnippet(text string, at int, marks []search.Range) search.Snippet {
	start := at
	for back := 0; start > 0 && back < 30; back++ {
		r, size := utf8.DecodeLastRuneInString(text[:start])
		if r == '。' || r == '；' || r == '\n' || r == '！' || r == '？' {
			break
		}
		start -= size
	}
	end := start
	for n := 0; end < len(text) && n < snippetRunes; n++ {
		r, size := utf8.DecodeRuneInString(text[end:])
		if r == '\n' && end > at {
			break
		}
		end += size
	}
	s := search.Snippet{Text: text[start:end]}
	for _, r := range marks {
		if r.Start >= start && r.End <= end {
			s.Marks = append(s.Marks, search.Range{Start: r.Start - start, End: r.End - start})
		}
	}
	return s
}
