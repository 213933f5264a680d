package zh

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Term is one indexed piece of a text.
type Term struct {
	Text       string // folded
	Start, End int    // byte range in the original text, on rune borders
}

// span is a run of folded runes [from, to) of one class.
type span struct {
	from, to int
	han      bool
}

// spans finds the runs of Chinese characters and of letters and digits; model
// numbers such as t3.3-3650 or gb/t stay one run. They are added to out.
func spans(runes []rune, out []span) []span {
	for i := 0; i < len(runes); {
		switch r := runes[i]; {
		case isHan(r):
			j := i + 1
			for j < len(runes) && isHan(runes[j]) {
				j++
			}
			out = append(out, span{i, j, true})
			i = j
		case isAlnum(r):
			j := alnumEnd(runes, i)
			out = append(out, span{i, j, false})
			i = j
		default:
			i++
		}
	}
	return out
}

func isHan(r rune) bool {
	return 0x4E00 <= r && r <= 0x9FFF || r >= 0x2E80 && unicode.Is(unicode.Han, r)
}

func isAlnum(r rune) bool {
	return 'a' <= r && r <= 'z' || isDigit(r) || r > 0x7f && (unicode.IsLetter(r) || unicode.IsNumber(r)) && !isHan(r) || r == '%' || r == '‰' || r == '°' || r == '℃' || r == '℉' || r == '㎡' || r == '㎜'
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// connectors join letters and digits to one model number or measure.
const connectors = "-./_+#*'"

// alnumEnd gives the end of the run that starts at i: letters and digits, with
// single connectors between them. A run is cut at 64 runes, so that hostile
// text makes no giant terms.
func alnumEnd(runes []rune, i int) int {
	const longest = 64
	j := i
	for j < len(runes) && j-i < longest {
		if isAlnum(runes[j]) {
			j++
			continue
		}
		if !strings.ContainsRune(connectors, runes[j]) || j+1 >= len(runes) || !isAlnum(runes[j+1]) {
			break
		}
		j++
	}
	return j
}

// piecesOf cuts a run of letters and digits: the run itself, its parts between
// connectors, and within a part the numbers with and without their unit.
// 't3.3-3650' gives t3.3-3650, t3.3, 3650; 'φ0.02mm' gives φ0.02mm, 0.02mm, 0.02.
func piecesOf(runes []rune, s span) []span {
	out := []span{s}
	add := func(p span) {
		if p.from >= p.to {
			return
		}
		for _, have := range out {
			if have == p {
				return
			}
		}
		out = append(out, p)
	}
	for from := s.from; from < s.to; {
		to := partEnd(runes, from, s.to)
		add(span{from, to, false})
		addMeasures(runes, span{from, to, false}, add)
		from = to + 1
	}
	return out
}

// partEnd ends a part at a connector; a point between digits is no border.
func partEnd(runes []rune, from, end int) int {
	for i := from; i < end; i++ {
		if !strings.ContainsRune(connectors, runes[i]) {
			continue
		}
		if runes[i] == '.' && i > from && i+1 < end && isDigit(runes[i-1]) && isDigit(runes[i+1]) {
			continue
		}
		return i
	}
	return end
}

// addMeasures adds, for a part with both digits and letters, each number alone
// and with the letters right behind it.
func addMeasures(runes []rune, part span, add func(span)) {
	for i := part.from; i < part.to; {
		if !isDigit(runes[i]) {
			j := i
			for j < part.to && !isDigit(runes[j]) {
				j++
			}
			if j-i >= 2 {
				add(span{i, j, false})
			}
			i = j
			continue
		}
		j := i
		for j < part.to && (isDigit(runes[j]) || runes[j] == '.') {
			j++
		}
		add(span{i, j, false})
		k := j
		for k < part.to && !isDigit(runes[k]) {
			k++
		}
		add(span{i, k, false})
		i = j
	}
}

// measureWords are the Chinese units that people write behind a number.
const measureWords = "目级度吨米寸伏安瓦层轴台"

// withUnit extends a run that ends in a digit by the Chinese unit behind it:
// 120目.
func withUnit(f *Folded, s span) (span, bool) {
	if s.to < len(f.Runes) && isDigit(f.Runes[s.to-1]) && strings.ContainsRune(measureWords, f.Runes[s.to]) {
		from := s.to
		for from > s.from && (isDigit(f.Runes[from-1]) || f.Runes[from-1] == '.') {
			from--
		}
		return span{from, s.to + 1, false}, true
	}
	return span{}, false
}

func (f *Folded) term(from, to int) Term {
	return Term{Text: f.slice(from, to), Start: f.Start(from), End: f.End(to - 1)}
}

// Bigrams cuts a text into overlapping pairs of Chinese characters; a lone
// character stands for itself. Letters and digits come as model numbers whole
// and in pieces.
func Bigrams(text string) []Term { return FoldText(text).Bigrams() }

// Bigrams is the function of that name for a text that is folded.
func (f Folded) Bigrams() []Term {
	out := make([]Term, 0, len(f.Runes))
	f.EachBigram(func(t Term) { out = append(out, t) })
	return out
}

// EachBigram visits the terms of Bigrams, in order.
func (f *Folded) EachBigram(visit func(Term)) {
	for _, s := range f.spans {
		switch {
		case !s.han:
			f.eachAlnum(s, visit)
		case s.to-s.from == 1:
			f.offer(s.from, s.to, visit)
		default:
			for i := s.from; i+1 < s.to; i++ {
				f.offer(i, i+2, visit)
			}
		}
	}
}

// Characters cuts a text into single Chinese characters; letters and digits
// come as whole runs.
func Characters(text string) []Term { return FoldText(text).Characters() }

// Characters is the function of that name for a text that is folded.
func (f Folded) Characters() []Term {
	out := make([]Term, 0, len(f.Runes))
	f.EachCharacter(func(t Term) { out = append(out, t) })
	return out
}

// EachCharacter visits the terms of Characters, in order.
func (f *Folded) EachCharacter(visit func(Term)) {
	for _, s := range f.spans {
		if !s.han {
			f.offer(s.from, s.to, visit)
			continue
		}
		for i := s.from; i < s.to; i++ {
			f.offer(i, i+1, visit)
		}
	}
}

// offer visits the term of the runes [from, to) unless others are looked for.
func (f *Folded) offer(from, to int, visit func(Term)) {
	if f.visited(from, to) {
		visit(f.term(from, to))
	}
}

func (f *Folded) eachAlnum(s span, visit func(Term)) {
	for _, p := range piecesOf(f.Runes, s) {
		f.offer(p.from, p.to, visit)
	}
	if u, ok := withUnit(f, s); ok {
		f.offer(u.from, u.to, visit)
	}
}

// Cutter finds the words in a run of Chinese characters: the length in runes of
// each word in turn, and the shorter words inside a word.
type Cutter interface {
	// Cut gives consecutive words that together are the run.
	Cut(run string) []string
	// Known tells whether a text of two or three characters is a word.
	Known(word string) bool
}

// Words cuts a text into words in search mode: each word, and the words of two
// or three characters inside a longer one. Letters and digits come as in
// Bigrams.
func Words(text string, cutter Cutter) []Term { return FoldText(text).Words(cutter) }

// Words is the function of that name for a text that is folded.
func (f Folded) Words(cutter Cutter) []Term {
	out := make([]Term, 0, len(f.Runes))
	f.EachWord(cutter, func(t Term) { out = append(out, t) })
	return out
}

// EachWord visits the terms of Words, in order.
func (f *Folded) EachWord(cutter Cutter, visit func(Term)) {
	for _, s := range f.spans {
		if !s.han {
			f.eachAlnum(s, visit)
			continue
		}
		at := s.from
		for _, word := range cutter.Cut(f.slice(s.from, s.to)) {
			n := utf8.RuneCountInString(word)
			if n == 0 || at+n > s.to {
				break
			}
			f.eachIn(at, at+n, cutter, visit)
			at += n
		}
	}
}

// eachIn visits the words inside the word [from, to), and then the word.
func (f *Folded) eachIn(from, to int, cutter Cutter, visit func(Term)) {
	for size := 2; size <= 3 && size < to-from; size++ {
		for i := from; i+size <= to; i++ {
			if f.visited(i, i+size) && cutter.Known(f.slice(i, i+size)) {
				visit(f.term(i, i+size))
			}
		}
	}
	f.offer(from, to, visit)
}

// functionCharacters stand between the things that a sentence is about.
const functionCharacters = "的和与及了为以在是于或其该这之而则且并也都将把被由从很更最"

// longestChunk is the length in runes up to which a chunk is taken for the name
// of a thing.
const longestChunk = 9

// Chunks gives the stretches of two to nine characters between punctuation,
// spaces and function characters: what stands there by itself, 图像处理 in
// 基于图像处理的方法, is what a text is about, more than the same characters
// inside 医学图像处理系统.
func Chunks(text string) []Term { return FoldText(text).Chunks() }

// Chunks is the function of that name for a text that is folded.
func (f Folded) Chunks() []Term {
	var out []Term
	f.EachChunk(func(t Term) { out = append(out, t) })
	return out
}

// EachChunk visits the terms of Chunks, in order.
func (f *Folded) EachChunk(visit func(Term)) {
	from := 0
	end := func(to int) {
		if n := to - from; n >= 2 && n <= longestChunk {
			f.offer(from, to, visit)
		}
		from = to + 1
	}
	for i, r := range f.Runes {
		if !isHan(r) && !isAlnum(r) && r != '-' || strings.ContainsRune(functionCharacters, r) {
			end(i)
		}
	}
	end(len(f.Runes))
}

// Run is a folded stretch of Chinese characters, or of letters and digits.
type Run struct {
	Text string
	Han  bool
}

// Runs gives the runs of a text, without what stands between them.
func Runs(text string) []Run {
	f := FoldText(text)
	var out []Run
	for _, s := range f.spans {
		out = append(out, Run{Text: f.slice(s.from, s.to), Han: s.han})
	}
	return out
}
