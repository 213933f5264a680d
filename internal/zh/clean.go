package zh

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

// Clean makes a text fit to keep: valid UTF-8 in normal form C, without control
// characters and invisible marks, without the pinyin that some web pages put
// behind a character (產(chǎn)業(yè) → 產業), with full-width letters and digits in
// half width, lines trimmed and at most one empty line in a row. Script and
// Chinese punctuation stay as they were typed.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "�")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = norm.NFC.String(strings.Map(cleanRune, s))
	s = dropPinyinDebris(s)
	lines := strings.Split(s, "\n")
	out := lines[:0]
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// CleanLine is Clean for a field of one line: white space runs become a space.
func CleanLine(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

func cleanRune(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\u3000' || r == '\u00a0':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == '\uFFFE', r == '\uFFFF':
		return -1
	case '０' <= r && r <= '９', 'Ａ' <= r && r <= 'Ｚ', 'ａ' <= r && r <= 'ｚ':
		return r - 0xFEE0
	case r == '％' || r == '＋' || r == '－' || r == '／' || r == '．' || r == '＝':
		return r - 0xFEE0
	}
	return r
}

// dropPinyinDebris removes "(pinyin)" right behind a Chinese character, but
// only where the letters are a reading of that very character: 铁(Fe) stays.
func dropPinyinDebris(s string) string {
	if !strings.ContainsAny(s, "(（") {
		return s
	}
	var b strings.Builder
	var last rune
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if (r == '(' || r == '（') && unicode.Is(unicode.Han, last) {
			if n := debrisLen(s[i+size:], last); n > 0 {
				i += size + n
				continue
			}
		}
		b.WriteRune(r)
		last = r
		i += size
	}
	return b.String()
}

// debrisLen is the length of "pinyin)" at the start of s when it reads han,
// else 0.
func debrisLen(s string, han rune) int {
	end := strings.IndexAny(s, ")）")
	if end <= 0 || end > 16 {
		return 0
	}
	_, size := utf8.DecodeRuneInString(s[end:])
	args := pinyin.NewArgs()
	args.Style, args.Heteronym = pinyin.Tone, true
	toned := strings.ToLower(s[:end])
	marked := strings.IndexFunc(toned, func(r rune) bool { return r > 0x7f }) >= 0
	for _, reading := range pinyin.SinglePinyin(han, args) {
		if len(toned) > 1 && reading == toned || !marked && len(toned) > 2 && plain(reading) == toned {
			return end + size
		}
	}
	return 0
}

// plain drops the tone marks of a reading: chǎn → chan.
func plain(reading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(reading))
}
