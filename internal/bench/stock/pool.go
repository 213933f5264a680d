// Package stock makes corpora of any size out of real documents: first the real
// ones, then new ones put together from their titles and sentences, so that
// lengths and the frequencies of terms stay those of real text. What it makes is
// for measuring speed; the new documents say nothing.
package stock

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// Pool is real documents and the sentences of which new ones are made. It holds
// their texts in memory.
type Pool struct {
	entries   []collection.Entry
	sentences [][]string // per entry, none of one without a text
	all       []place    // every sentence
	// kin are the entries whose titles have a bigram, at most maxKin of each: what
	// shares one is on much the same subject.
	kin   map[string][]int32
	ids   map[string]bool
	bytes int // of the entries' texts
}

// place is a sentence of an entry.
type place struct{ entry, sentence int32 }

// maxKin bounds the entries of one title bigram; 研究 is in every tenth title.
const maxKin = 400

// ReadPool reads collection files. Errors: those of collection.Entries, and
// errs.Invalid: bench.empty when the files hold no document, bench.kind for an
// entry of an unknown kind.
func ReadPool(paths []string) (*Pool, error) {
	p := &Pool{kin: map[string][]int32{}, ids: map[string]bool{}}
	for n, path := range paths {
		err := collection.Entries(path, func(e collection.Entry) error { return p.add(e, n) })
		if err != nil {
			return nil, err
		}
	}
	if len(p.entries) == 0 {
		return nil, errs.New(errs.Invalid, "bench.empty", "“"+strings.Join(paths, "”“")+"”里没有一篇文档，无从造语料。请检查 --from。")
	}
	return p, nil
}

// Len is how many real documents there are.
func (p *Pool) Len() int { return len(p.entries) }

// add takes an entry of the n-th file; an id that was there before gets a mark.
func (p *Pool) add(e collection.Entry, n int) error {
	if err := CheckKind(e); err != nil {
		return err
	}
	for p.ids[e.ID] {
		e.ID = fmt.Sprintf("%s-%d", e.ID, n+1)
	}
	p.ids[e.ID] = true
	at := int32(len(p.entries))
	p.entries = append(p.entries, e)
	p.bytes += len(e.Text)
	parts := Sentences(e.Text)
	for i := range parts {
		p.all = append(p.all, place{at, int32(i)})
	}
	p.sentences = append(p.sentences, parts)
	for _, t := range zh.Bigrams(titleOf(e)) {
		list := p.kin[t.Text]
		if len(list) < maxKin && (len(list) == 0 || list[len(list)-1] != at) {
			p.kin[t.Text] = append(list, at)
		}
	}
	return nil
}

// longestClause is how many runes a title has that is taken from a text: as many
// as the titles that enterprises write, mostly.
const longestClause = 20

// titleOf is the title, or for want of one the first clause of the text.
func titleOf(e collection.Entry) string {
	if e.Title != "" {
		return e.Title
	}
	return clause(e.Text, longestClause)
}

// CheckKind refuses an entry of a kind that no corpus of bench has. Error:
// errs.Invalid (bench.kind).
func CheckKind(e collection.Entry) error {
	switch e.Kind {
	case "", catalog.KindResult, catalog.KindExpert, catalog.KindNeed:
		return nil
	}
	return errs.New(errs.Invalid, "bench.kind", fmt.Sprintf("文档“%s”的 kind“%s”不认识，只能是 result、expert 或 need（不写即 result）。", e.ID, e.Kind))
}

// longestSentence is where a sentence without an end is cut, in runes: bullet
// lists and tables would be one.
const longestSentence = 120

// Sentences cuts a text behind 。！？；, at line ends, and at the latest after 120
// characters. Together they are the text, without what stands alone between them.
func Sentences(text string) []string {
	var out []string
	from, runes := 0, 0
	cut := func(to int) {
		if s := strings.TrimSpace(text[from:to]); s != "" {
			out = append(out, s)
		}
		from, runes = to, 0
	}
	for i, r := range text {
		runes++
		if ends(r) || runes >= longestSentence {
			cut(i + utf8.RuneLen(r))
		}
	}
	cut(len(text))
	return out
}

func ends(r rune) bool { return strings.ContainsRune("。！？；!?;\n", r) }
