package zh

import "strings"

// askingWords are the words with which one asks: they say that something is
// wanted, not what. A longer one stands before those inside it.
var askingWords = strings.Fields("什么时候 为什么 怎么办 怎么样 怎么 怎样 如何 什么 哪些 哪个 哪里 哪种 多少 多久 几年 为何 有何 谁 " +
	"能不能 可不可以 是不是 有没有 会不会 要不要 是否 能否 可否 可以 应该 应当 请问")

var askingOut = strings.NewReplacer(spaced(askingWords)...)

func spaced(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, w, " ")
	}
	return out
}

// leastAsked is how many characters a question must keep without the words with
// which it asks.
const leastAsked = 2

// WithoutAsking gives a typed text folded and without the words with which one
// asks: 如何防止铝合金焊缝出气孔吗 is about 防止铝合金焊缝出气孔. A text of which
// nothing would be left stays whole.
func WithoutAsking(text string) string {
	folded := Fold(text)
	rest := askingOut.Replace(folded)
	asks := rest != folded
	rest = strings.TrimRightFunc(rest, func(r rune) bool { return !isHan(r) && !isAlnum(r) })
	if bare, ok := strings.CutSuffix(rest, "吗"); ok {
		rest = bare
	} else if asks { // 酒吧 and 毛呢 are things
		rest = strings.TrimSuffix(strings.TrimSuffix(rest, "呢"), "吧")
	}
	if len(Characters(rest)) < leastAsked {
		return folded
	}
	return rest
}
