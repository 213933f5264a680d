package search

import (
	"strings"
	"unicode"
)

// numberDigits is how many digits a number has at least by which a record is known:
// XQ-2026-A001 and ZL202310000001.1 have more, 6061 and T3.3-3650 do not.
const numberDigits = 7

// Number reads a query of one word that may be the number of a record, of a patent or
// of a registration, as 编号:WORD would be read; false when it cannot be one.
func (q Query) Number() (Query, bool) {
	digits := 0
	for _, r := range q.Text {
		switch {
		case '0' <= r && r <= '9':
			digits++
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !strings.ContainsRune(".-_/", r):
			return Query{}, false
		}
	}
	if digits < numberDigits || len(q.Phrases)+len(q.Without)+len(q.Filters) > 0 {
		return Query{}, false
	}
	return Query{Filters: []Filter{{Field: "code", Values: []string{q.Text}}}, Notes: q.Notes}, true
}
