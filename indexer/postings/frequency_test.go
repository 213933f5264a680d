package postings

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// What is told of a term without its lists is what its lists tell, in an index of many
// segments of which documents were changed and deleted; and no list is read for it.
func TestFrequencyWithoutLists(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 9))
	s := newStock(t, 1<<20)
	for range 25 {
		for range 8 {
			text := ""
			for range 1 + random.IntN(6) {
				text += fmt.Sprintf("w%d ", random.IntN(12))
			}
			s.put(fmt.Sprint(random.IntN(40)), []string{"need", "result"}[random.IntN(2)], strings.TrimSpace(text), "red")
		}
		if err := s.Delete(fmt.Sprint(random.IntN(40))); err != nil {
			t.Fatal(err)
		}
		before := s.cache.Bytes()
		v := s.view()
		dead := map[int]bool{}
		for place := range v.Dead() {
			dead[place] = true
		}
		told := map[string]string{}
		ask := func(word string) string {
			documents, counted, err := v.Frequency(0, word)
			if err != nil {
				t.Fatal(err)
			}
			out := fmt.Sprint(documents, counted)
			for place := range v.Size() {
				has, err := v.Has(0, word, place)
				if err != nil {
					t.Fatal(err)
				}
				if has && !dead[place] {
					out += fmt.Sprint(" ", place)
				}
			}
			return out
		}
		for w := range 13 {
			word := fmt.Sprintf("w%d", w)
			told[word] = ask(word)
		}
		if got := s.cache.Bytes(); got > before {
			t.Fatalf("%d bytes of lists were read", got-before)
		}
		for w := range 13 {
			word := fmt.Sprintf("w%d", w)
			term, err := v.Term(0, word)
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprint(term.Documents, term.Counted)
			for place := range v.Size() {
				if l := term.lists[partIndex(v, place)]; l != nil && !dead[place] && l.times(uint32(place-v.partOf(place).from)) > 0 {
					want += fmt.Sprint(" ", place)
				}
			}
			if told[word] != want || ask(word) != want {
				t.Fatalf("%s: told %q, with its lists %q, want %q", word, told[word], ask(word), want)
			}
		}
		s.cache.Close() // the next view reads anew
	}
}

func partIndex(v *View, place int) int {
	for i := range v.parts {
		if &v.parts[i] == v.partOf(place) {
			return i
		}
	}
	return -1
}
