// Package zh knows Chinese text: folding of width, case and script, cleaning
// of what copying and scraping leave behind, pinyin, and the cutting of folded
// text into terms. The dictionary-based segmenter is in zh/segment.
package zh

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

// firstFolded and lastFolded bound the characters of foldTable.
const firstFolded, lastFolded = 0x3400, 0x9FFF

// foldTable maps each traditional character of the basic block and extension A
// to its simplified form. It is compiled once from OpenCC's dictionary: one
// character to one character, so that offsets stay put.
var foldTable = sync.OnceValue(func() *[lastFolded - firstFolded + 1]rune {
	table, simpler := new([lastFolded - firstFolded + 1]rune), simplified()
	for i := range table {
		r := firstFolded + rune(i)
		if to, ok := simpler[r]; ok {
			r = to
		}
		table[i] = r
	}
	return table
})

// simplified reads the characters that have a simplified form.
func simplified() map[rune]rune {
	out := make(map[rune]rune, 4096)
	converter, err := opencc.New("t2s")
	if err != nil {
		return out
	}
	var lines strings.Builder
	for r := rune(firstFolded); r <= lastFolded; r++ {
		lines.WriteRune(r)
		lines.WriteByte('\n')
	}
	converted, err := converter.Convert(lines.String())
	if err != nil {
		return out
	}
	for i, line := range strings.Split(strings.TrimSuffix(converted, "\n"), "\n") {
		from := firstFolded + rune(i)
		to, size := utf8.DecodeRuneInString(line)
		if from <= lastFolded && size == len(line) && to != from {
			out[from] = to
		}
	}
	for from, to := range out { // 薴 → 苧 → 苎: folding once is folding for good
		if last, ok := out[to]; ok {
			out[from] = last
		}
	}
	return out
}

// FoldRune gives the form of r under which text is compared: half width, lower
// case, simplified.
func FoldRune(r rune) rune {
	switch {
	case r < 0x80:
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case r == 0x3000:
		return ' '
	case 0xFF01 <= r && r <= 0xFF5E:
		return FoldRune(r - 0xFEE0)
	case firstFolded <= r && r <= lastFolded:
		return foldTable()[r-firstFolded]
	}
	if to, ok := symbolFolds[r]; ok {
		return to
	}
	return unicode.ToLower(r)
}

// symbolFolds are the signs that technical texts write in several ways.
var symbolFolds = map[rune]rune{
	'Φ': 'φ', 'ϕ': 'φ', 'Ø': 'φ', 'ø': 'φ', '⌀': 'φ', '∅': 'φ',
	'µ': 'μ', '×': 'x', '✕': 'x', '－': '-', '‐': '-', '‑': '-', '–': '-', '—': '-', '−': '-',
	'〜': '~', '∼': '~', '‘': '\'', '’': '\'', '“': '"', '”': '"', '·': '·', '•': '·', '・': '·',
}

// Fold gives the form under which text is compared.
func Fold(s string) string { return strings.Map(FoldRune, s) }

// Folded is a text in its folded form, with the way back to the original.
type Folded struct {
	Runes []rune
	text  string  // of Runes
	at    []int32 // per rune, where it begins in text; one more than Runes
	from  []int32 // the same in the original text
	spans []span  // its runs
	may   []bool  // per rune, whether terms that begin or end with it are visited; none: all are
}

// Text is the folded text.
func (f Folded) Text() string { return f.text }

// Start is where the rune i begins in the original text, in bytes; of one behind the
// last rune, where the text ends.
func (f Folded) Start(i int) int { return int(f.from[i]) }

// End is where the rune i ends in the original text.
func (f Folded) End(i int) int { return int(f.from[i+1]) }

// InFolded is the same with the folded text for the original one: the places of its
// terms are those in Text.
func (f Folded) InFolded() Folded {
	f.from = f.at
	return f
}

// FoldText folds text rune by rune. Invalid bytes become U+FFFD and keep their
// place.
func FoldText(text string) Folded {
	var f Folded
	f.Refold(text)
	return f
}

// Refold is FoldText into the memory of a folded text that nobody needs any more; its
// Text alone stays good.
func (f *Folded) Refold(text string) {
	n := utf8.RuneCountInString(text)
	f.Runes, f.from, f.at = slices.Grow(f.Runes[:0], n), slices.Grow(f.from[:0], n+1), slices.Grow(f.at[:0], n+1)
	var folded strings.Builder
	folded.Grow(len(text))
	table := foldTable()
	for i, r := range text {
		if firstFolded <= r && r <= lastFolded { // most are
			r = table[r-firstFolded]
		} else {
			r = FoldRune(r)
		}
		f.Runes = append(f.Runes, r)
		f.from = append(f.from, int32(i))
		f.at = append(f.at, int32(folded.Len()))
		folded.WriteRune(r)
	}
	f.from, f.at = append(f.from, int32(len(text))), append(f.at, int32(folded.Len()))
	f.text = folded.String()
	f.spans, f.may = spans(f.Runes, f.spans[:0]), f.may[:0]
}

// slice gives the runes [from, to) as text.
func (f *Folded) slice(from, to int) string { return f.text[f.at[from]:f.at[to]] }
