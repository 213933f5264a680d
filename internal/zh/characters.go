package zh

// CharacterSet is a set of characters, by their last 16 bits: a character of the set is
// always found in it, and another one hardly ever. The zero value is empty.
type CharacterSet [1 << 16 / 64]uint64

// Add adds the characters of a text.
func (c *CharacterSet) Add(text string) {
	for _, r := range text {
		c[r>>6&(1<<10-1)] |= 1 << (r & 63)
	}
}

// Has tells whether a character is in the set.
func (c *CharacterSet) Has(r rune) bool { return c[r>>6&(1<<10-1)]&(1<<(r&63)) != 0 }

// Only has the Each methods visit no other terms than those that begin and end with
// characters of a set: who looks for a few terms in a long text sees most others by that, and
// need not look them up.
func (f *Folded) Only(set *CharacterSet) {
	f.may = f.may[:0]
	for _, r := range f.Runes {
		f.may = append(f.may, set.Has(r))
	}
}

// visited tells whether the term of the runes [from, to) is to be visited.
func (f *Folded) visited(from, to int) bool {
	return len(f.may) == 0 || f.may[from] && f.may[to-1]
}
