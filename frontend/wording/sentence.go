package wording

import "strings"

// say gives a text: a phrase, a phrase with gaps, or several with marks between.
// Where a part of it is not known, the text stays as it is: half a sentence in
// each language is worse than one in Chinese.
func (t *tongue) say(text string) (string, bool) {
	bare := strings.TrimSpace(text)
	said, ok := t.sentence(bare, 0)
	if !ok {
		return text, false
	}
	return around(text, said), true
}

// marks are what sentences are made of, the strongest first, and what each is in
// English.
var marks = []struct{ from, to string }{
	{"\n", "\n"}, {"。", ". "}, {"！", "! "}, {"？", "? "}, {"；", "; "}, {"：", ": "}, {"，", ", "}, {" · ", " · "}, {"、", ", "}, {"……", "…"}, {" — ", " — "}, {" / ", " / "}, {"／", " / "}, {" ", " "},
}

// sentence says a text that stands below the first marks.
func (t *tongue) sentence(text string, below int) (string, bool) {
	if !han(text) {
		return plain.Replace(text), true
	}
	if said, ok := t.known(text); ok {
		return said, true
	}
	if said, ok := t.gapped(text); ok {
		return said, true
	}
	if bare, ok := strings.CutSuffix(text, "。"); ok {
		if said, ok := t.sentence(bare, below); ok {
			return said + ".", true
		}
	}
	if said, ok := t.brackets(text, below); ok {
		return said, true
	}
	for i := below; i < len(marks); i++ {
		if strings.Contains(text, marks[i].from) {
			if said, ok := t.split(text, i); ok {
				return said, true
			}
		}
	}
	return "", false
}

// plain gives the marks between what is not Chinese.
var plain = strings.NewReplacer("。", ".", "；", "; ", "：", ": ", "，", ", ", "、", ", ", "（", " (", "）", ")", "！", "!", "？", "?", "……", "…")

// split says the parts between a mark.
func (t *tongue) split(text string, mark int) (string, bool) {
	parts := strings.Split(text, marks[mark].from)
	for i, part := range parts {
		said, ok := t.sentence(strings.TrimSpace(part), mark+1)
		if !ok {
			return "", false
		}
		if i > 0 && marks[mark].from != "。" && marks[mark].from != "！" && marks[mark].from != "？" {
			said = inside(said, false)
		}
		parts[i] = said
	}
	to := marks[mark].to
	if parts[len(parts)-1] == "" {
		return strings.Join(parts[:len(parts)-1], to) + strings.TrimRight(to, " "), true
	}
	return strings.Join(parts, to), true
}

// brackets says what stands before, in and after （）, and leaves what is quoted in
// “” as it was written, unless it is a phrase.
func (t *tongue) brackets(text string, below int) (string, bool) {
	for _, b := range []struct{ open, close, from, to string }{{"“", "”", " “", "” "}, {"（", "）", " (", ") "}} {
		head, tail, ok := strings.Cut(text, b.open)
		if !ok {
			continue
		}
		mid, tail, ok := strings.Cut(tail, b.close)
		if !ok {
			continue
		}
		before, ok1 := t.sentence(strings.TrimSpace(head), below)
		in, ok2 := t.sentence(strings.TrimSpace(mid), 0)
		after, ok3 := t.sentence(strings.TrimSpace(tail), below)
		if !ok2 && b.open == "“" {
			in, ok2 = mid, true
		}
		if ok1 && ok2 && ok3 {
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

// gapped says a phrase with gaps, and what stands in them if that is one too.
func (t *tongue) gapped(text string) (string, bool) {
	first, last := ends(text)
	for _, list := range [][]gapped{t.heads[first], t.tails[last], t.rest} {
		for _, g := range list {
			if values, ok := g.match(text, 0); ok {
				return t.filled(g, values), true
			}
		}
	}
	return "", false
}

func ends(text string) (first, last rune) {
	runes := []rune(text)
	return runes[0], runes[len(runes)-1]
}

func (t *tongue) filled(g gapped, values []string) string {
	var numbers []string
	named := map[string]string{}
	for i, v := range values {
		if g.names[i] == "" {
			numbers = append(numbers, v)
			continue
		}
		said, ok := t.sentence(strings.TrimSpace(v), 0)
		if !ok {
			said = v
		}
		named[g.names[i]] = said
	}
	return g.phrase.fill(numbers, named)
}
