package contact

import (
	"regexp"
	"strings"
)

// Number gives a telephone number in the one spelling in which two can be
// compared: its digits, of whatever script, without the country's code and the
// zero before the area; an extension stands behind a "-". A text with anything
// but one number gives all its digits; one without digits "".
func Number(text string) string {
	var found []Place
	for _, p := range Find(text) {
		if p.Kind == Phone {
			found = append(found, p)
		}
	}
	if len(found) == 1 && len(found[0].Values) == 1 {
		return found[0].Values[0]
	}
	return national(digitsOf(string(read(text).shape)))
}

// Address gives a mail address in one spelling: narrow, in lower case, with the
// signs for which words or brackets may stand. Whatever is no address stays, but
// for its width and case.
func Address(text string) string { return oneAddress(strings.TrimSpace(read(text).plain)) }

func digitsOf(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, s)
}

// national takes the code of China from a number, and the zeros before an area:
// nothing else that long begins with 86.
func national(digits string) string {
	if len(digits) >= 14 {
		digits = strings.TrimPrefix(digits, "00")
	}
	if len(digits) == 12 || len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	return strings.TrimLeft(digits, "0")
}

// number gives the value of what stands from start to end, with an extension up to
// last.
func (r reading) number(start, end, last int) string {
	out := national(digitsOf(string(r.shape[start:end])))
	if extension := digitsOf(string(r.shape[end:last])); extension != "" {
		out += "-" + extension
	}
	return out
}

// The words and brackets that stand for the signs of an address.
var (
	ats  = regexp.MustCompile(` ?(?:@|[(\[<{] ?at ?[)\]>}]|艾特| at ) ?`)
	dots = regexp.MustCompile(` ?(?:\.|。|点|[(\[<{] ?dot ?[)\]>}]| dot ) ?`)
)

func oneAddress(s string) string {
	return dots.ReplaceAllString(ats.ReplaceAllString(s, "@"), ".")
}
