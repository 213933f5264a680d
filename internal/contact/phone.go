package contact

import (
	"regexp"
	"slices"
	"strings"
)

// The patterns read the shape of a text, where every rune is one byte.
var (
	mobile   = regexp.MustCompile(`(?:\+? ?86 {0,2}|0086 {0,2})?1(?: {0,2}\d){10}`)
	landline = regexp.MustCompile(`0[1-9]\d{1,2} {0,3}\d{3,4} ?\d{4}`)
	service  = regexp.MustCompile(`[48]00 ?(?:\d{3} ?\d{4}|\d{4} ?\d{3})`)
	abroad   = regexp.MustCompile(`\+ ?\d{1,3}(?: {0,2}\d){7,12}`)
	bare     = regexp.MustCompile(`\d(?: {0,2}\d){6,11}`)
)

// phones finds telephone numbers: those that look like one by themselves, and
// any number of 7 to 12 digits behind a word such as 电话.
func (r reading) phones() []Place {
	var out []Place
	for _, look := range []struct {
		pattern *regexp.Regexp
		fits    func(start, end int) bool
	}{
		{mobile, r.isMobile}, {landline, r.isLandline}, {service, r.alone}, {abroad, r.alone}, {bare, r.isCalled},
	} {
		for at := 0; at < len(r.shape); {
			m := look.pattern.FindIndex(r.shape[at:])
			if m == nil {
				break
			}
			start, end := at+m[0], at+m[1]
			if at = start + 1; look.fits(start, end) {
				at = r.extended(end)
				out = append(out, r.place(Phone, start, at, r.number(start, end, at)))
			}
		}
	}
	return out
}

func (r reading) is(i int, c byte) bool {
	return i >= 0 && i < len(r.shape) && (r.shape[i] == c || c == '0' && r.shape[i] >= '0' && r.shape[i] <= '9')
}

// alone: no digit or letter touches the number, and it is no part of a decimal.
func (r reading) alone(start, end int) bool {
	return !r.is(start-1, '0') && !r.is(end, '0') && !r.is(start-1, 'a') && !r.is(end, 'a') && !r.fraction(start)
}

// fraction tells whether a number stands behind a decimal point.
func (r reading) fraction(start int) bool {
	return start >= 2 && r.folded.Runes[start-1] == '.' && r.is(start-2, '0')
}

// isMobile looks at the groups of the eleven digits: 138 1234 5678 is a number to
// call, 150 200 300 45 is a list of sizes. Letters may touch it (tel138…), but not
// those of a patent.
func (r reading) isMobile(start, end int) bool {
	if r.is(start-1, '0') || r.is(end, '0') || r.fraction(start) || r.behind(start, "zl", "cn") {
		return false
	}
	var groups []int
	digits := 0
	for i := end - 1; i >= start && digits < 11; i-- {
		if !r.is(i, '0') {
			continue
		}
		if digits++; len(groups) == 0 || !r.is(i+1, '0') {
			groups = append(groups, 0)
		}
		groups[len(groups)-1]++
		if digits == 11 && !r.is(i, '1') {
			return false
		}
		if digits == 10 && r.shape[i] < '3' {
			return false
		}
	}
	slices.Reverse(groups)
	n := len(groups)
	return n <= 2 || n == 11 || groups[0] == 3 && (n == 3 || n == 4 && groups[1] == 4)
}

// isLandline: an area code and a number, not the tail of something longer.
func (r reading) isLandline(start, end int) bool {
	return r.alone(start, end) && !(r.is(start-1, ' ') && r.is(start-2, 'a') && r.is(start-3, '0'))
}

// callWords are what stands before a number that has no shape of its own.
var callWords = []string{"电话", "座机", "手机", "手机号", "致电", "拨打", "热线", "传真", "短信", "打给我", "联系方式", "tel", "phone", "mobile", "fax", "call"}

// isCalled: a word such as 电话 stands shortly before the number.
func (r reading) isCalled(start, end int) bool {
	return !r.is(start-1, '0') && !r.is(end, '0') && r.nearWord(start, callWords)
}

// nearWord looks for a word at most 4 runes before a place.
func (r reading) nearWord(start int, words []string) bool {
	before := string(r.folded.Runes[max(0, start-14):start])
	for _, w := range words {
		if i := strings.LastIndex(before, w); i >= 0 && len([]rune(before[i+len(w):])) <= 4 {
			return true
		}
	}
	return false
}

// behind tells whether one of the words touches the place from the left, blanks aside.
func (r reading) behind(start int, words ...string) bool {
	before := strings.TrimRight(string(r.folded.Runes[max(0, start-6):start]), " ")
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(before, w) })
}

// extended takes an extension (转801, 分机8, -801) along.
func (r reading) extended(end int) int {
	rest := string(r.folded.Runes[end:min(len(r.folded.Runes), end+10)])
	m := extension.FindString(rest)
	return end + len([]rune(m))
}

var extension = regexp.MustCompile(`^(?: ?(?:转|分机|ext\.?|-) ?:?\d{1,5})?`)
