package wording

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/zh"
)

// tongue is the phrases of one language.
type tongue struct {
	keys    []string          // as the file has them, in its order
	phrases map[string]phrase // without gaps but numbers, by key
	heads   map[rune][]gapped // with gaps, by their first character
	tails   map[rune][]gapped // that begin with a gap, by their last character
	rest    []gapped          // that begin and end with a gap
}

// gapped is a phrase that holds something else.
type gapped struct {
	parts  []string // the text around the gaps, one more than gaps
	core   string   // the longest of the parts, for a quick no
	weight int      // of all parts, in bytes
	names  []string // of the gaps, "" for a number
	phrase phrase
}

// gap is a place in a phrase: {} or {2} for a number, {name} for anything.
var gap = regexp.MustCompile(`\{([a-z]*)\}`)

// readTongue reads lines of two phrases with a tab between; # begins a remark.
func readTongue(text string) (*tongue, error) {
	t := &tongue{phrases: map[string]phrase{}, heads: map[rune][]gapped{}, tails: map[rune][]gapped{}}
	lines := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		if !ok || from == "" || to == "" || lines[from] != "" {
			return nil, fmt.Errorf("line %d: not two phrases, or twice: %q", i+1, line)
		}
		lines[from] = to
		if err := t.add(from, to); err != nil {
			return nil, fmt.Errorf("line %d: %w: %q", i+1, err, line)
		}
		t.keys = append(t.keys, from)
	}
	for _, from := range t.keys {
		if bare, to, ok := behindMark(from, lines[from]); ok && lines[bare] == "" {
			if err := t.add(bare, to); err != nil {
				return nil, fmt.Errorf("%w: %q", err, from)
			}
		}
	}
	for _, list := range t.heads {
		slices.SortStableFunc(list, longest)
	}
	for _, list := range t.tails {
		slices.SortStableFunc(list, longest)
	}
	slices.SortStableFunc(t.rest, longest)
	return t, nil
}

// longest puts first what says more of a text by itself.
func longest(a, b gapped) int {
	return cmp.Compare(b.weight, a.weight)
}

// add keeps a phrase. A sentence is kept without its end, as it may stand among
// others.
func (t *tongue) add(from, to string) error {
	if bare, ok := strings.CutSuffix(from, "。"); ok && strings.HasSuffix(to, ".") {
		from, to = bare, strings.TrimSuffix(to, ".")
	}
	p, err := readPhrase(to)
	if err != nil {
		return err
	}
	var names []string
	named := false
	for _, m := range gap.FindAllStringSubmatch(from, -1) {
		names = append(names, m[1])
		named = named || m[1] != ""
	}
	if err := p.fits(names); err != nil {
		return err
	}
	if !named {
		t.phrases[from] = p
		return nil
	}
	t.addGapped(from, names, p)
	return nil
}

// unquotes tells whether a text ends a quotation that began before it: then it
// reaches from one into another. Words may be quoted one after the other.
func unquotes(text string) bool {
	text = strings.ReplaceAll(text, "”“", "")
	end := strings.Index(text, "”")
	return end >= 0 && !strings.Contains(text[:end], "“")
}

// behindMark gives a phrase that begins with a mark, as what is added to others
// does, without it: the mark is where others are parted.
func behindMark(from, to string) (bareFrom, bareTo string, ok bool) {
	for _, m := range marks[sentences : sentences+3] {
		if rest, ok := strings.CutPrefix(from, m.from); ok && han(rest) && strings.HasPrefix(to, m.to) {
			return rest, strings.TrimPrefix(to, m.to), true
		}
	}
	return "", "", false
}

// addGapped sorts a phrase with gaps to where it is looked for.
func (t *tongue) addGapped(from string, names []string, p phrase) {
	parts := gap.Split(from, -1)
	g := gapped{parts: parts, names: names, phrase: p, weight: len(strings.Join(parts, ""))}
	for _, part := range parts {
		if len(part) > len(g.core) {
			g.core = part
		}
	}
	first, _ := utf8.DecodeRuneInString(parts[0])
	last, _ := utf8.DecodeLastRuneInString(parts[len(parts)-1])
	switch {
	case parts[0] != "":
		t.heads[first] = append(t.heads[first], g)
	case parts[len(parts)-1] != "":
		t.tails[last] = append(t.tails[last], g)
	default:
		t.rest = append(t.rest, g)
	}
}

// match gives what stands in the gaps from the i-th on, the shortest first.
func (g gapped) match(text string, i int) ([]string, bool) {
	rest, ok := strings.CutPrefix(text, g.parts[i])
	if !ok || i == len(g.names) {
		return nil, ok && rest == ""
	}
	if g.names[i] == "" {
		n := numberAt(rest)
		values, ok := g.match(rest[n:], i+1)
		return append([]string{rest[:n]}, values...), ok && n > 0
	}
	for n := range rest {
		if n == 0 || !strings.HasPrefix(rest[n:], g.parts[i+1]) || unquotes(rest[:n]) || i+1 == len(g.names) && len(rest)-n > len(g.parts[i+1]) {
			continue
		}
		if values, ok := g.match(rest[n:], i+1); ok {
			return append([]string{rest[:n]}, values...), true
		}
	}
	if rest != "" && i+1 == len(g.names) && g.parts[i+1] == "" {
		return []string{rest}, true
	}
	return nil, false
}

// known gives a text that is a phrase as it stands, with its numbers.
func (t *tongue) known(text string) (string, bool) {
	key, numbers := strings.TrimSpace(text), []string(nil)
	p, ok := t.phrases[key]
	if !ok {
		key, numbers = keyOf(key)
		p, ok = t.phrases[key]
	}
	if !ok {
		return "", false
	}
	return around(text, p.fill(numbers, nil)), true
}

// word begins the key of a word that is said so wherever it stands.
const word = "~"

// variants are what OpenCC writes otherwise than people read them on pages.
var variants = strings.NewReplacer("爲", "為", "裏", "裡", "覈", "核")

// characters gives a text by its characters, but for the words that go wrong so;
// unless the whole of it is a phrase.
func (t *tongue) characters(text string) string {
	if said, ok := t.known(text); ok {
		return said
	}
	for _, key := range t.keys {
		bare, ok := strings.CutPrefix(key, word)
		if head, tail, found := strings.Cut(text, bare); ok && found {
			return t.characters(head) + t.phrases[key].fill(nil, nil) + t.characters(tail)
		}
	}
	return variants.Replace(zh.Traditional(text))
}

// around gives the words the space that a text has around it.
func around(text, words string) string {
	head := text[:len(text)-len(strings.TrimLeftFunc(text, unicode.IsSpace))]
	tail := text[len(strings.TrimRightFunc(text, unicode.IsSpace)):]
	return head + words + tail
}

// keyOf takes the numbers out of a phrase.
func keyOf(text string) (key string, numbers []string) {
	if !strings.ContainsAny(text, "0123456789") {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		n := numberAt(text[i:])
		if n == 0 {
			b.WriteByte(text[i])
			i++
			continue
		}
		b.WriteString("{}")
		numbers = append(numbers, text[i:i+n])
		i += n
	}
	return b.String(), numbers
}

// numberAt is the length of the number that a text begins with: 1,203 or 0.5.
func numberAt(text string) int {
	digit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	if !digit(0) {
		return 0
	}
	n, point := 1, false
	for n < len(text) {
		switch {
		case digit(n):
		case text[n] == ',' && !point && digit(n+1):
		case text[n] == '.' && !point && digit(n+1):
			point = true
		default:
			return n
		}
		n++
	}
	return n
}

func han(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return strings.ContainsFunc(text[i:], isHan)
		}
	}
	return false
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
