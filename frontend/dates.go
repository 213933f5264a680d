package frontend

import (
	"bytes"
	"regexp"
)

// dated is the last of the classes of an element whose sentences may hold a day:
// browsers break lines behind the hyphens of one.
var dated = []byte(` dated"`)

// day is a day, with its time if it has one.
var day = regexp.MustCompile(`\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?`)

// keepDays keeps the days whole in the texts of elements of the class dated. It
// works on pages in their language, so that phrases are not cut; a page without
// such an element is given back as it is.
func keepDays(page []byte) []byte {
	if !bytes.Contains(page, dated) {
		return page
	}
	var out []byte
	rest := page
	for {
		at := bytes.Index(rest, dated)
		if at < 0 {
			return append(out, rest...)
		}
		from := bytes.IndexByte(rest[at:], '>')
		if from < 0 {
			return append(out, rest...)
		}
		from += at + 1
		to := bytes.Index(rest[from:], []byte("</"))
		if to < 0 {
			return append(out, rest...)
		}
		to += from
		out = append(out, rest[:from]...)
		out = append(out, day.ReplaceAll(rest[from:to], []byte(`<span class="date">$0</span>`))...)
		rest = rest[to:]
	}
}
