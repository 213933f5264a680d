package related_test

import (
	"fmt"
	"iter"
	"math/rand"
	"slices"
)

// things is how many things the made language speaks of. Each has two names,
// and company of its own.
const things = 200

// letters spells a number so that no name contains another or has a digit.
func letters(kind string, n int) string {
	return fmt.Sprintf("%s%c%c%c", kind, 'a'+rune(n/676%26), 'a'+rune(n/26%26), 'a'+rune(n%26))
}

func name(thing, which int) string { return letters([]string{"shop", "book"}[which], thing) }

// language makes texts of the language, always the same: sentences that each
// say of one thing, under one of its names, some of what can be said of it.
func language(texts int) [][]string {
	random := rand.New(rand.NewSource(7))
	said := make([][]int, things)
	for i := range said {
		said[i] = random.Perm(120)[:6]
	}
	out := make([][]string, texts)
	for i := range out {
		for range 8 {
			thing := random.Intn(things)
			say := func() string { return letters("of", said[thing][random.Intn(6)]) }
			out[i] = append(out[i], say(), say(), name(thing, random.Intn(2)), say(), say(), "的", letters("any", random.Intn(50)), fmt.Sprint(10+random.Intn(50)))
		}
	}
	return out
}

// zipf streams texts of words whose frequencies fall as those of a language do:
// each text is about something, so that words keep company.
func zipf(texts, length int) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		random := rand.New(rand.NewSource(11))
		common := rand.NewZipf(random, 1.1, 20, 400_000)
		spell := map[uint64]string{}
		text := make([]string, length)
		for range texts {
			topic := uint64(random.Intn(300))
			for i := range text {
				n := common.Uint64()
				if n > 1000 && random.Intn(3) > 0 {
					n = n/300*300 + topic
				}
				w, known := spell[n]
				if !known {
					w = fmt.Sprintf("词%s", letters(letters("", int(n/676)), int(n)))
					spell[n] = w
				}
				text[i] = w
			}
			if !yield(text) {
				return
			}
		}
	}
}

// shuffled gives the texts in another order.
func shuffled(texts [][]string) [][]string {
	out := slices.Clone(texts)
	rand.New(rand.NewSource(3)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
