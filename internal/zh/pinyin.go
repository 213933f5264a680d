package zh

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// Pinyin gives the toneless reading of a text and the initials of its
// syllables, both in lower case: 曲轴 → "quzhou", "qz". Latin letters and
// digits stand for themselves; everything else is passed over. Of a character
// with several readings the commonest is taken.
func Pinyin(s string) (full, initials string) {
	args := pinyin.NewArgs()
	var f, in strings.Builder
	for _, r := range Fold(s) {
		switch {
		case unicode.Is(unicode.Han, r):
			if p := pinyin.SinglePinyin(r, args); len(p) > 0 && p[0] != "" {
				f.WriteString(p[0])
				in.WriteByte(p[0][0])
			}
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			f.WriteRune(r)
			in.WriteRune(r)
		}
	}
	return f.String(), in.String()
}
