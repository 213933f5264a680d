package indexer

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// allPieces looks for the longest sequences word by word.
func allPieces(words []string, body string) []string {
	var out []string
	for i := 0; i < len(words); {
		n, together := 0, ""
		for _, w := range words[i:] {
			if together += w; !strings.Contains(body, together) {
				break
			}
			n++
		}
		if words := trimmed(words[i : i+n]); len(words) > 0 {
			out = append(out, strings.Join(words, ""))
		}
		i += max(n, 1)
	}
	return out
}

func count(cut []zh.Term) map[string]int {
	out := map[string]int{}
	for _, t := range cut {
		out[t.Text]++
	}
	return out
}

func finderIn(text string) *finder {
	f := &finder{body: zh.Fold(text), pairs: pairs{known: map[string]int{}}, left: patience}
	for _, t := range zh.Bigrams(f.body) {
		i, known := f.pairs.known[t.Text]
		if !known {
			i = len(f.pairs.at)
			f.pairs.known[t.Text], f.pairs.at = i, append(f.pairs.at, nil)
		}
		f.pairs.at[i] = append(f.pairs.at[i], t.Start)
	}
	return f
}

// The pieces are those of looking for every sequence.
func TestPiecesAgainstBruteForce(t *testing.T) {
	t.Parallel()
	x := &Index{cutter: &rememberer{Cutter: cutter()}}
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 2000 {
		need := sentence(random, 12)
		text := sentence(random, 15) + strings.ToValidUTF8(need[len(need)/2:], "")
		f := finderIn(text)
		for _, r := range x.asked([]search.Clause{{Text: need, Weight: 1}}).runs {
			var got []string
			for _, p := range f.pieces(r) {
				got = append(got, p.text)
			}
			want := allPieces(r.words, f.body)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%q in %q:\n%s", need, text, diff)
			}
			found += len(got)
		}
	}
	if found < 5000 {
		t.Errorf("only %d pieces", found)
	}
}

// A flood of words that a long document has, but never together, used to take
// minutes for one list of candidates.
func TestPiecesOfAFlood(t *testing.T) {
	t.Parallel()
	x := &Index{cutter: &rememberer{Cutter: cutter()}}
	text := strings.Repeat("数控机床曲轴磨削时轴颈表面常出现烧伤和裂纹，", 1400)
	need := []rune(strings.Repeat("数控机床曲轴磨削时轴颈表面常出现烧伤和裂纹", 900))
	runs := x.asked([]search.Clause{{Text: string(need), Weight: 1}, {Text: string(need), Weight: 1}}).runs
	if len(runs) != 1 {
		t.Fatalf("%d runs, want the same run once", len(runs))
	}
	f := finderIn(text)
	if pieces := f.pieces(runs[0]); len(pieces) == 0 {
		t.Error("no pieces")
	}
	if f.left < -len(f.body)*20 {
		t.Errorf("%d bytes of patience are left", f.left)
	}
}

// A text that is one pair of characters over and over again is not compared from
// each of its places once patience is at an end.
func TestPatienceEndsInsideAPair(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("数控", 5000)
	f := finderIn(strings.Repeat("数控", 20_000))
	f.left = len(text)
	f.together(text, []string{text})
	if f.left < -len(text) {
		t.Errorf("%d bytes were compared beyond patience, the text has %d", -f.left, len(text))
	}
}
