package zh_test

import (
	"slices"
	"testing"

	"hongniang/internal/zh"
)

// may tells whether a text begins and ends with characters of a set.
func may(set *zh.CharacterSet, text string) bool {
	runes := []rune(text)
	return set.Has(runes[0]) && set.Has(runes[len(runes)-1])
}

// halves cuts into words of four characters, and knows each part of them.
type halves struct{}

func (halves) Cut(run string) []string {
	var out []string
	for pair := range slices.Chunk([]rune(run), 4) {
		out = append(out, string(pair))
	}
	return out
}

func (halves) Known(word string) bool { return true }

// Of a text of which only some terms are looked for, those are visited that begin and end
// with a character of the set, the others are not; a text that is folded in its place is
// visited whole again.
func TestOnly(t *testing.T) {
	t.Parallel()
	const text = "數控車床T3.3-3650主軸溫升0.02mm控制，軸承120目的磨損 A 軸"
	var set zh.CharacterSet
	set.Add("轴温承 3m目数损A制a")
	for name, each := range map[string]func(f *zh.Folded, visit func(zh.Term)){
		"bigrams": (*zh.Folded).EachBigram, "characters": (*zh.Folded).EachCharacter,
		"chunks": (*zh.Folded).EachChunk,
		"words":  func(f *zh.Folded, visit func(zh.Term)) { f.EachWord(halves{}, visit) },
	} {
		var want, got, again []zh.Term
		f := zh.FoldText(text)
		each(&f, func(term zh.Term) { again = append(again, term) })
		for _, term := range again {
			if may(&set, term.Text) {
				want = append(want, term)
			}
		}
		f.Only(&set)
		each(&f, func(term zh.Term) { got = append(got, term) })
		if len(want) < 2 || len(want) == len(again) || !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v of %v", name, got, want, again)
		}
		f.Refold(text)
		whole := 0
		each(&f, func(zh.Term) { whole++ })
		if whole != len(again) {
			t.Errorf("%s: %d terms of a text that is folded anew, want %d", name, whole, len(again))
		}
	}
}

// Characters of more than 16 bits share their place with others, and are found all the same.
func TestCharacterSet(t *testing.T) {
	t.Parallel()
	var set zh.CharacterSet
	set.Add("轴𠮷")
	if !set.Has('轴') || !set.Has('𠮷') || set.Has('承') {
		t.Error("the set does not have what was added, or has more")
	}
}
