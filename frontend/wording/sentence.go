package wording

import (
	"strings"
	"unicode/utf8"
)

// say gives a text: a phrase, a phrase with gaps, or several with marks between.
// Where a part of it is not known, the text stays as it is: half a sentence in
// each language is worse than one in Chinese. Only what stands between dots, as
// facts do, is said each by itself.
func (t *tongue) say(text string) (string, bool) {
	bare := strings.TrimSpace(text)
	said, ok := t.sentence(bare, 0)
	switch {
	case ok:
	case strings.Contains(bare, dot):
		said, ok = t.facts(bare, dot)
	}
	if !ok {
		return text, false
	}
	return around(text, said), true
}

// dot stands between facts.
const dot = " · "

// facts says what it can of a list; ok says whether that was anything.
func (t *tongue) facts(text, mark string) (said string, ok bool) {
	parts := strings.Split(text, mark)
	for i, part := range parts {
		if said, whole := t.sentence(strings.TrimSpace(part), 0); whole {
			parts[i], ok = said, ok || han(part)
		}
	}
	if mark != dot {
		mark = plain.Replace(mark)
	}
	return strings.Join(parts, mark), ok
}

// marks are what sentences are made of, the strongest first, and what each is in
// English. The first ones part whole sentences.
var marks = []struct{ from, to string }{
	{dot, dot}, {"\n", "\n"}, {"。", ". "}, {"！", "! "}, {"？", "? "}, {"；", "; "}, {"：", ": "}, {"，", ", "}, {"、", ", "}, {"……", "…"}, {" — ", " — "}, {" / ", " / "}, {"／", " / "}, {" ", " "},
}

// sentences is how many of the marks part sentences.
const sentences = 5

// sentence says a text that stands below the first marks.
func (t *tongue) sentence(text string, below int) (string, bool) {
	if !han(text) {
		return plain.Replace(text), true
	}
	if said, ok := t.known(text); ok {
		return said, true
	}
	if bare, ok := strings.CutSuffix(text, "。"); ok {
		said, ok := t.sentence(bare, below)
		return said + ".", ok
	}
	for i := below; i < sentences; i++ {
		if said, ok := t.split(text, i); ok {
			return said, true
		}
	}
	if said, ok := t.gapped(text); ok {
		return said, true
	}
	if said, ok := t.brackets(text, below); ok {
		return said, true
	}
	for i := max(below, sentences); i < len(marks); i++ {
		if said, ok := t.split(text, i); ok {
			return said, true
		}
	}
	return "", false
}

// plain gives the marks between what is not Chinese.
var plain = strings.NewReplacer("。", ".", "；", "; ", "：", ": ", "，", ", ", "、", ", ", "（", " (", "）", ")", "！", "!", "？", "?", "……", "…")

// split says the parts between a mark, if it is there and each is known.
func (t *tongue) split(text string, mark int) (string, bool) {
	m := marks[mark]
	if !strings.Contains(text, m.from) {
		return "", false
	}
	parts := strings.Split(text, m.from)
	for i, part := range parts {
		said, ok := t.sentence(strings.TrimSpace(part), mark+1)
		if !ok {
			return "", false
		}
		if i > 0 && mark >= sentences {
			said = inside(said, false)
		}
		parts[i] = said
	}
	if parts[len(parts)-1] == "" {
		return strings.Join(parts[:len(parts)-1], m.to) + strings.TrimRight(m.to, " "), true
	}
	return strings.Join(parts, m.to), true
}

// brackets says what stands before and after （） or “”, and leaves what is in
// them as it was written if it is no phrase.
func (t *tongue) brackets(text string, below int) (string, bool) {
	for _, b := range []struct{ open, close, from, to string }{{"“", "”", " “", "” "}, {"《", "》", " “", "” "}, {"（", "）", " (", ") "}} {
		head, tail, ok := strings.Cut(text, b.open)
		if !ok {
			continue
		}
		mid, tail, ok := strings.Cut(tail, b.close)
		if !ok || !han(head+tail) && !han(mid) {
			continue
		}
		before, ok1 := t.sentence(strings.TrimSpace(head), below)
		after, ok2 := t.sentence(strings.TrimSpace(tail), below)
		in, ok3 := t.sentence(strings.TrimSpace(mid), 0)
		if !ok3 {
			in = mid
		}
		if ok1 && ok2 && (ok3 || han(head+tail)) {
			return strings.TrimSpace(join(before+b.from, in, b.to, after)), true
		}
	}
	return "", false
}

// join puts no space before a mark.
func join(before, in, end, after string) string {
	if after == "" || strings.ContainsAny(after[:1], ".,;:!?)") {
		end = strings.TrimRight(end, " ")
	}
	return before + in + end + after
}

// gapped says a phrase with gaps, and what stands in them if that is one too. The
// phrase that says most of the text by itself is taken.
func (t *tongue) gapped(text string) (string, bool) {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	lists := [][]gapped{t.heads[first], t.tails[last], t.rest}
	for {
		best := -1
		for i, list := range lists {
			if len(list) > 0 && (best < 0 || longest(list[0], lists[best][0]) < 0) {
				best = i
			}
		}
		if best < 0 {
			return "", false
		}
		g := lists[best][0]
		lists[best] = lists[best][1:]
		if !strings.Contains(text, g.core) {
			continue
		}
		if values, ok := g.match(text, 0); ok {
			return t.filled(g, values), true
		}
	}
}

// filled says what stands in gaps as far as it can.
func (t *tongue) filled(g gapped, values []string) string {
	var numbers []string
	named := map[string]string{}
	for i, v := range values {
		if g.names[i] == "" {
			numbers = append(numbers, v)
			continue
		}
		named[g.names[i]] = t.inGap(strings.TrimSpace(v))
	}
	return g.phrase.fill(numbers, named)
}

func (t *tongue) inGap(text string) string {
	if said, ok := t.sentence(text, 0); ok {
		return said
	}
	if head, tail, ok := strings.Cut(text, "（"); ok && strings.HasSuffix(tail, "）") { // a title, and how many
		if said, ok := t.sentence(strings.TrimSuffix(tail, "）"), 0); ok {
			return head + " (" + said + ")"
		}
	}
	for _, mark := range []string{dot, "；", "、"} {
		if strings.Contains(text, mark) {
			if said, ok := t.facts(text, mark); ok {
				return said
			}
		}
	}
	return text
}
