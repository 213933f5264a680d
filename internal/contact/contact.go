// Package contact finds where a text says how to reach somebody: telephone
// numbers, mail addresses, and accounts of WeChat, QQ and the like, also when
// they are written so that programs miss them (full width, Chinese digits, dots
// between the digits). Numbers of patents, models and standards are left alone.
package contact

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"hongniang/internal/zh"
)

// Kind is how somebody can be reached.
type Kind string

// The kinds.
const (
	Phone   Kind = "phone"
	Mail    Kind = "mail"
	Account Kind = "account" // WeChat, QQ, DingTalk …
)

// Place is where one way of reaching somebody stands: a byte range on rune
// borders.
type Place struct {
	Start, End int
	Kind       Kind
	// Values are what stands there, in one spelling, so that it can be compared: of a
	// number as Number gives it, of an address as Address does, of an account in
	// lower case. Places that overlap are one, with the values of each.
	Values []string
}

// Find gives the places in order; they do not overlap.
func Find(text string) []Place {
	r := read(text)
	found := slices.Concat(r.matches(Mail, mails...), r.accounts(), r.phones())
	slices.SortStableFunc(found, func(a, b Place) int { return a.Start - b.Start })
	var out []Place
	for _, p := range found {
		if n := len(out); n > 0 && p.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, p.End)
			out[n-1].Values = append(out[n-1].Values, p.Values...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// Mask puts words in the place of what Find finds.
func Mask(text string, words map[Kind]string) string {
	var b strings.Builder
	at := 0
	for _, p := range Find(text) {
		b.WriteString(text[at:p.Start])
		b.WriteString(words[p.Kind])
		at = p.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// reading is a text in two forms that keep the way back.
type reading struct {
	folded zh.Folded
	plain  string // folded, Chinese digits as digits, without invisible characters
	from   []int  // per byte of plain, the rune it comes from
	shape  []byte // per rune: its digit, ' ' for what may separate digits, '+', 'a' for Latin letters, else '.'
}

func read(text string) reading {
	r := reading{folded: zh.FoldText(text)}
	var b strings.Builder
	for i, c := range r.folded.Runes {
		digit, isDigit := digitOf(c)
		switch {
		case isDigit:
			c = rune(digit)
			r.shape = append(r.shape, digit)
		case c == '+':
			r.shape = append(r.shape, '+')
		case separates(c):
			r.shape = append(r.shape, ' ')
		case c < unicode.MaxASCII && unicode.IsLetter(c):
			r.shape = append(r.shape, 'a')
		default:
			r.shape = append(r.shape, '.')
		}
		if unicode.Is(unicode.Cf, c) {
			continue
		}
		n := b.Len()
		b.WriteRune(c)
		for range b.Len() - n {
			r.from = append(r.from, i)
		}
	}
	r.plain = b.String()
	return r
}

// place makes a Place of a range of runes.
func (r reading) place(kind Kind, start, end int, value string) Place {
	return Place{Start: r.folded.Start(start), End: r.folded.End(end - 1), Kind: kind, Values: []string{value}}
}

// chineseDigits are the digits of 0 to 9 in turn: everyday, of cheques, of telegrams.
var chineseDigits = []string{"〇零○", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"}

// digitOf reads a digit of any script.
func digitOf(c rune) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return byte(c), true
	case c >= '①' && c <= '⑨':
		return byte('1' + c - '①'), true
	case c == '⓪':
		return '0', true
	case c >= 0x1D7CE && c <= 0x1D7FF: // mathematical digits, five alphabets of ten
		return byte('0' + (c-0x1D7CE)%10), true
	}
	for n, all := range chineseDigits {
		if strings.ContainsRune(all, c) {
			return byte('0' + n), true
		}
	}
	return 0, false
}

// separates tells whether people write it between the digits of a number.
func separates(c rune) bool {
	return unicode.IsSpace(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Pd, c) || strings.ContainsRune(".·•・_*~/|()[]、,，。−", c)
}

// mails are addresses, also with words for their signs.
var mails = []*regexp.Regexp{
	regexp.MustCompile(`([a-z0-9._%+\-]+ ?(?:@|[(\[<{] ?at ?[)\]>}]|艾特) ?[a-z0-9\-]+(?: ?(?:\.|。|点|[(\[<{] ?dot ?[)\]>}]) ?[a-z0-9\-]+)*)`),
	regexp.MustCompile(`([a-z0-9._%+\-]+ at [a-z0-9\-]+(?: ?(?:\.| dot ) ?[a-z0-9\-]+)* ?(?:\.| dot ) ?(?:com|cn|net|org|edu|gov)\b)`),
}

// matches gives what the first group of patterns matches in the plain form.
func (r reading) matches(kind Kind, patterns ...*regexp.Regexp) []Place {
	var out []Place
	for _, p := range patterns {
		for _, at := range p.FindAllStringSubmatchIndex(r.plain, -1) {
			found := r.plain[at[2]:at[3]]
			switch {
			case kind == Mail:
				found = oneAddress(found)
			case strings.Trim(found, "0123456789 .-") == "":
				found = national(digitsOf(found))
			}
			out = append(out, r.place(kind, r.from[at[2]], r.from[at[3]-1]+1, found))
		}
	}
	return out
}

// connect stands between the name of a service and an account; clear says
// without doubt that an account follows.
const (
	connect = `(?: ?(?:号码?|帐号|账号|id|同号|同步|搜索?|联系|[是为:=(，,]))*`
	clear   = ` ?(?:号码?|帐号|账号|id|是|为|:|=|\()` + connect
)

var (
	chat    = `(?:[微薇威徽] ?信|v ?信|加 ?我? ?[微薇v]|\+ ?[微薇v])`
	latin   = `(?:^|[^a-z0-9])(?:wei ?xin|we ?chat|vx|wx)`
	account = ` *([a-z][a-z0-9_\-]{5,19}|\d{5,12})`
	// accounts are the patterns; the group is the account.
	accountPatterns = []*regexp.Regexp{
		regexp.MustCompile(chat + clear + account),
		regexp.MustCompile(chat + connect + ` *([a-z][a-z_\-]{0,18}[0-9_][a-z0-9_\-]{4,18}|[a-z][a-z0-9_\-]{4,18}[0-9_]|\d{5,12})`),
		regexp.MustCompile(latin + clear + account),
		regexp.MustCompile(latin + ` +([a-z][a-z_\-]{0,18}[0-9_][a-z0-9_\-]{4,18}|[a-z][a-z0-9_\-]{4,18}[0-9_]|\d{6,12})`),
		regexp.MustCompile(`(?:(?:^|[^a-z0-9])qq ?群?|扣扣|企鹅|(?:^|[^a-z0-9])q[群号])` + connect + ` *(\d(?:[ .\-]?\d){4,11})`),
		regexp.MustCompile(`(?:钉钉|飞书|抖音|快手|微博|公众号|skype|whatsapp|telegram)` + clear + ` *([a-z0-9][a-z0-9_.\-]{4,30})`),
	}
)

func (r reading) accounts() []Place { return r.matches(Account, accountPatterns...) }
