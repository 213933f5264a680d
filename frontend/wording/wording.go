// Package wording shows pages in another language than that in which they are
// written. Pages are written in simplified Chinese; every other language is one
// file of phrases, keyed by the Chinese ones, so that a page that nobody has
// translated yet is still whole.
//
// What a person typed, and what a form sends, is never touched: only text and
// the attributes that are read to people are.
package wording

import (
	"bytes"
	"embed"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"hongniang/internal/zh"
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
	phrases map[Language]map[string]string
}

// Open reads the embedded files. A line is the Chinese phrase, a tab and the
// other; numbers are {} in both. Errors say which line is wrong.
func Open() (*Book, error) {
	b := &Book{phrases: map[Language]map[string]string{}}
	for _, l := range []Language{Traditional, English} {
		data, err := files.ReadFile(string(l) + ".tsv")
		if err != nil {
			return nil, err
		}
		if b.phrases[l], err = readPhrases(string(data)); err != nil {
			return nil, fmt.Errorf("%s.tsv: %w", l, err)
		}
	}
	return b, nil
}

func readPhrases(text string) (map[string]string, error) {
	out := map[string]string{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		from, to, ok := strings.Cut(line, "\t")
		_, twice := out[from]
		if !ok || from == "" || to == "" || twice || strings.Count(from, "{}") != strings.Count(to, "{}") {
			return nil, fmt.Errorf("line %d: not two phrases, twice, or not as many {}: %q", i+1, line)
		}
		out[from] = to
	}
	return out, nil
}

var number = regexp.MustCompile(`\d[\d,]*`)

// keyOf takes the numbers out of a phrase.
func keyOf(phrase string) (key string, numbers []string) {
	numbers = number.FindAllString(phrase, -1)
	return number.ReplaceAllString(phrase, "{}"), numbers
}

// phrase gives a text in the language: from the book; else, for Traditional, by
// its characters; else as it is. Space around it stays.
func (b *Book) phrase(l Language, text string) string {
	bare := strings.TrimSpace(text)
	if bare == "" {
		return text
	}
	key, numbers := keyOf(bare)
	to, ok := b.phrases[l][key]
	switch {
	case ok:
		for _, n := range numbers {
			to = strings.Replace(to, "{}", n, 1)
		}
		return strings.Replace(text, bare, to, 1)
	case l == Traditional:
		return zh.Traditional(text)
	}
	return text
}

// untouched are elements whose text is typed, code, or for machines.
var untouched = map[string]bool{"textarea": true, "script": true, "style": true, "code": true, "template": true}

// spoken are the attributes that are read to people.
var spoken = map[string]bool{"placeholder": true, "aria-label": true, "title": true, "alt": true}

// Translate gives a page, or a part of one, in a language.
func (b *Book) Translate(l Language, page []byte) []byte {
	if l == Simplified {
		return page
	}
	var out bytes.Buffer
	out.Grow(len(page) + len(page)/8)
	skip := ""
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if untouched[t.Data] && kind == html.StartTagToken {
				skip = t.Data
			}
			raw = b.tag(l, t, raw)
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		case html.TextToken:
			if skip == "" {
				raw = b.text(l, raw)
			}
		}
		out.Write(raw)
	}
}

// text gives a piece of text; one in which nothing changes stays byte for byte.
func (b *Book) text(l Language, raw []byte) []byte {
	text := html.UnescapeString(string(raw))
	if to := b.phrase(l, text); to != text {
		return []byte(html.EscapeString(to))
	}
	return raw
}

// tag gives a start tag with its spoken attributes and its language changed; one
// in which nothing changes stays byte for byte.
func (b *Book) tag(l Language, t html.Token, raw []byte) []byte {
	changed := false
	for i, a := range t.Attr {
		to := a.Val
		switch {
		case spoken[a.Key]:
			to = b.phrase(l, a.Val)
		case t.Data == "html" && a.Key == "lang":
			to = string(l)
		}
		if to != a.Val {
			t.Attr[i].Val, changed = to, true
		}
	}
	if !changed {
		return raw
	}
	return []byte(t.String())
}
