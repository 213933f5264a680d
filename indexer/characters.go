package indexer

import "unicode/utf8"

// characters are those of which terms are made, by their last 16 bits: what
// begins or ends with another is none of the terms. To ask here first is quicker than
// to look up a map: BenchmarkMayBeATerm.
type characters [1 << 16 / 64]uint64

func (c *characters) add(term string) {
	for _, r := range term {
		c[r>>6&(1<<10-1)] |= 1 << (r & 63)
	}
}

func (c *characters) has(r rune) bool { return c[r>>6&(1<<10-1)]&(1<<(r&63)) != 0 }

// may tells whether a text may be one of the terms.
func (c *characters) may(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return c.has(first) && c.has(last)
}
