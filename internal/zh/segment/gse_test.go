package segment

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"hongniang/configs"
)

var update = flag.Bool("update", false, "freeze the words of gse's dictionary anew")

// oracle is gse with its own dictionary.
var oracle = sync.OnceValue(func() *gse.Segmenter {
	loadModel()
	out := &gse.Segmenter{SkipLog: true, NotLoadHMM: true}
	if err := out.LoadDictEmbed("zh_s"); err != nil {
		panic(err)
	}
	return out
})

// withOurs is gse with its dictionary and the words of configs/userdict.txt.
var withOurs = sync.OnceValue(func() *gse.Segmenter {
	out := &gse.Segmenter{SkipLog: true, NotLoadHMM: true}
	if err := out.LoadDictEmbed("zh_s"); err != nil {
		panic(err)
	}
	for _, o := range ownWords(configs.Text("userdict.txt")) {
		if err := out.AddToken(o.word, o.freq); err != nil {
			panic(err)
		}
	}
	return out
})

// dictionary lists the words of gse's dictionary, "word frequency", sorted.
func dictionary() []string {
	var out []string
	for _, token := range oracle().Dict.Tokens {
		out = append(out, token.Text()+" "+strconv.FormatFloat(token.Freq(), 'f', -1, 64))
	}
	slices.SortFunc(out, func(a, b string) int {
		a, _, _ = strings.Cut(a, " ")
		b, _, _ = strings.Cut(b, " ")
		return strings.Compare(a, b)
	})
	return out
}

// nodesOf counts the beginnings of words that are sorted.
func nodesOf(lines []string) int {
	nodes, last := 0, ""
	for _, line := range lines {
		word, _, _ := strings.Cut(line, " ")
		_, same := shared([]byte(last), []byte(word))
		nodes += utf8.RuneCountInString(word) - same
		last = word
	}
	return nodes
}

// freeze writes words with their frequencies, sorted, as thaw reads them.
func freeze(t *testing.T, lines []string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err == nil {
		_, err = fmt.Fprintf(zipped, "%d\n%s\n", nodesOf(lines), strings.Join(lines, "\n"))
	}
	if err == nil {
		err = zipped.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The frozen words are those of the gse that go.mod names: after a new one run
// go test ./internal/zh/segment -run FrozenWords -update
func TestFrozenWords(t *testing.T) {
	lines := dictionary()
	if *update {
		if err := os.WriteFile("words.txt.gz", freeze(t, lines), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	w, err := thaw(0)
	if err != nil {
		t.Fatal(err)
	}
	if w.total != oracle().Dict.TotalFreq() {
		t.Errorf("frequencies sum up to %v, gse's to %v", w.total, oracle().Dict.TotalFreq())
	}
	for _, line := range lines {
		word, freq, _ := strings.Cut(line, " ")
		n := node(0)
		for _, r := range word {
			n, _ = w.child(n, r)
		}
		if at := w.of[n-1]; at == 0 || strconv.FormatFloat(w.freqs[at-1], 'f', -1, 64) != freq {
			t.Fatalf("%s is not frozen as it is", line)
		}
	}
	words := 0
	for _, of := range w.of {
		if of > 0 {
			words++
		}
	}
	if words != len(lines) {
		t.Errorf("%d words are frozen, gse has %d", words, len(lines))
	}
	nodes := 0
	for _, key := range w.keys {
		if key != 0 {
			nodes++
		}
	}
	if said := nodesOf(lines); nodes != said || 2*nodes > len(w.keys) {
		t.Errorf("%d nodes of %d slots, %d are frozen", nodes, len(w.keys), said)
	}
}

// runs draws runs of Chinese characters: words of the dictionary and of ours, halves of
// them, frequent and rare characters, in a row.
func runs(seed uint64, n int) []string {
	draw := rand.New(rand.NewPCG(seed, 0))
	var known []string
	for _, line := range dictionary() {
		word, _, _ := strings.Cut(line, " ")
		if strings.IndexFunc(word, func(r rune) bool { return r < 0x4E00 || r > 0x9FFF }) < 0 {
			known = append(known, word)
		}
	}
	own := ownWords(configs.Text("userdict.txt"))
	const frequent = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
	out := make([]string, n)
	for i := range out {
		var b strings.Builder
		for range 1 + draw.IntN(12) {
			switch word := []rune(known[draw.IntN(len(known))]); draw.IntN(6) {
			case 0:
				b.WriteRune(rune(0x4E00 + draw.IntN(0x51FF)))
			case 1:
				b.WriteRune([]rune(frequent)[draw.IntN(utf8.RuneCountInString(frequent))])
			case 2:
				b.WriteString(string(word[draw.IntN(len(word)):]))
			case 3:
				b.WriteString(own[draw.IntN(len(own))].word)
			default:
				b.WriteString(string(word))
			}
		}
		out[i] = strings.Map(func(r rune) rune {
			if r < 0x4E00 || r > 0x9FFF {
				return -1
			}
			return r
		}, b.String())
	}
	return out
}

// Every cut is that of gse.
func TestCutsAreThoseOfGse(t *testing.T) {
	t.Parallel()
	s := New(configs.Text("userdict.txt"))
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	if got, want := s.words.total, withOurs().Dict.TotalFreq(); got != want {
		t.Errorf("frequencies sum up to %v, gse's to %v", got, want)
	}
	for _, run := range runs(1, 20_000) {
		if got, want := s.Cut(run), withOurs().Cut(run, true); run != "" && !slices.Equal(got, want) {
			t.Fatalf("Cut(%s) = %q, gse %q", run, got, want)
		}
		word, _ := firstRunes(run, 3)
		freq, _, is := withOurs().Find(word)
		if word != "" && s.Known(word) != (is && freq > 0) {
			t.Fatalf("Known(%s) = %v", word, s.Known(word))
		}
	}
}

// Words of a user dictionary that nobody should write change no other word.
func TestHostileWords(t *testing.T) {
	t.Parallel()
	s := New("\x00 7\n\xff\xfe 8\n不锈 inf\n钢 NaN\n" + strings.Repeat("磨", 100_000) + " 9\n")
	if err := s.Wait(); err != nil {
		t.Fatal(err)
	}
	plain := New("")
	for _, r := range runs(3, 500) {
		if strings.Contains(r, "磨") || strings.Contains(r, "锈") {
			continue
		}
		if got, want := s.Cut(r), plain.Cut(r); !slices.Equal(got, want) {
			t.Fatalf("Cut(%s) = %q, want %q", r, got, want)
		}
	}
	w := newWords(2)
	if w.add("\x00", 7); !w.known("\x00") {
		t.Error("a word of NUL has no place of its own")
	}
	for r := rune(0x4E00); r < 0x4E00+500; r++ {
		if w.grow(0, r); w.known(string(r)) {
			t.Fatalf("%c is a word", r)
		}
	}
}

// BenchmarkCut holds our cuts against those of gse: ratio is our time in parts of its.
func BenchmarkCut(b *testing.B) {
	s := New(configs.Text("userdict.txt"))
	all := runs(2, 2_000)
	s.Cut(all[0])
	withOurs()
	size, ours, theirs := 0, time.Duration(0), time.Duration(0)
	for i := 0; b.Loop(); i++ {
		run := all[i%len(all)]
		start := time.Now()
		s.Cut(run)
		cut := time.Now()
		withOurs().Cut(run, true)
		ours, theirs = ours+cut.Sub(start), theirs+time.Since(cut)
		size += len(run)
	}
	b.ReportMetric(float64(size)/1e6/ours.Seconds(), "MB/s")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
}

// BenchmarkThaw reads the frozen words; ratio is its time in parts of that of gse.
func BenchmarkThaw(b *testing.B) {
	ours, theirs := time.Duration(0), time.Duration(0)
	for b.Loop() {
		start := time.Now()
		if _, err := thaw(0); err != nil {
			b.Fatal(err)
		}
		thawed := time.Now()
		out := gse.Segmenter{SkipLog: true, NotLoadHMM: true}
		if err := out.LoadDictEmbed("zh_s"); err != nil {
			b.Fatal(err)
		}
		ours, theirs = ours+thawed.Sub(start), theirs+time.Since(thawed)
	}
	b.ReportMetric(ours.Seconds()/float64(b.N)*1000, "thaw-ms")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "ratio")
}
