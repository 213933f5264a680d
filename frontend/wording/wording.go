// Package wording shows pages in another language than that in which they are
// written. Pages are written in simplified Chinese; every other language is one
// file of phrases, keyed by the Chinese ones, so that a page that nobody has
// translated yet is still whole.
//
// What a person typed, and what a form sends, is never touched: only text and
// the attributes that are read to people are. A phrase may have gaps, for what
// stands in it: {} is a number, {name} is anything, which is said in the language
// too if it is a phrase, and else stays as it was written.
package wording

import (
	"embed"
	"fmt"
)

//go:embed *.tsv
var files embed.FS

// Language is how a page is shown; it is the value of the attribute lang.
type Language string

// The languages.
const (
	Simplified  Language = "zh-CN"
	Traditional Language = "zh-Hant"
	English     Language = "en"
)

// Languages lists them as a switch does.
func Languages() []Language { return []Language{Simplified, Traditional, English} }

// Name is the language in itself.
func (l Language) Name() string {
	switch l {
	case Traditional:
		return "繁體"
	case English:
		return "English"
	}
	return "简体"
}

// Parse reads the name of a language; what it does not know is Simplified.
func Parse(text string) Language {
	for _, l := range Languages() {
		if string(l) == text {
			return l
		}
	}
	return Simplified
}

// Book holds the phrases of every language. It is safe for concurrent use.
type Book struct {
	tongues map[Language]*tongue
	recent  map[Language]*recent
}

// Open reads the embedded files. A line is the Chinese phrase, a tab and the
// other. Errors say which line is wrong.
func Open() (*Book, error) {
	b := &Book{tongues: map[Language]*tongue{}, recent: map[Language]*recent{}}
	for _, l := range []Language{Traditional, English} {
		data, err := files.ReadFile(string(l) + ".tsv")
		if err != nil {
			return nil, err
		}
		if b.tongues[l], err = readTongue(string(data)); err != nil {
			return nil, fmt.Errorf("%s.tsv: %w", l, err)
		}
		b.recent[l] = &recent{}
	}
	return b, nil
}

// Say gives a text in a language, and whether all of it is: what no phrase is
// known for stays as it is in English, and is converted by its characters in
// Traditional. Space around it stays.
func (b *Book) Say(l Language, text string) (said string, whole bool) {
	t := b.tongues[l]
	if t == nil || !han(text) {
		return text, true
	}
	if kept, ok := b.recent[l].get(text); ok {
		return kept.said, kept.whole
	}
	if l == Traditional {
		said, whole = t.characters(text), true
	} else {
		said, whole = t.say(text)
	}
	b.recent[l].put(text, saying{said, whole})
	return said, whole
}
