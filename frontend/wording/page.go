package wording

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// untouched are elements whose text is typed, code, or for machines.
var untouched = map[string]bool{"textarea": true, "script": true, "style": true, "code": true, "template": true}

// spoken are the attributes that are read to people.
var spoken = map[string]bool{"placeholder": true, "aria-label": true, "title": true, "alt": true, "label": true, "data-label": true}

// unmarked are elements that hold text alone, so that nothing can be marked in
// them.
var unmarked = map[string]bool{"option": true, "title": true, "text": true, "desc": true}

// inline are elements that stand in a sentence: in English a space parts them from
// its words, which Chinese does not need.
var inline = map[string]bool{"a": true, "b": true, "br": true, "code": true, "em": true, "kbd": true, "mark": true, "span": true, "strong": true}

// writer is a page on its way into a language.
type writer struct {
	book    *Book
	to      Language
	out     []byte
	skip    string // the element in which nothing is said
	tag     string // the start tag just before, "" if something else was
	tagEnd  int    // where it ends in out, before its last character
	marked  bool   // it names its language
	waiting mark   // a text that may have to be marked as Chinese
	word    bool   // out ends with words that were just said
	closed  bool   // out ends with an element of a sentence
}

// mark is a text in out that stayed Chinese: all of it, alone in its element so far.
type mark struct{ tagEnd, from, to int }

// Translate gives a page, or a part of one, in a language. What stays Chinese on an
// English page is marked as that by the attribute lang, for those who have it read
// to them.
func (b *Book) Translate(l Language, page []byte) []byte {
	if l == Simplified {
		return page
	}
	w := writer{book: b, to: l, out: make([]byte, 0, len(page)+len(page)/4)}
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			w.settle("")
			return w.out
		}
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(z, kind == html.StartTagToken)
		case html.EndTagToken:
			w.end(z)
		case html.TextToken:
			w.text(z.Raw())
		default:
			w.settle("")
			w.out = append(w.out, z.Raw()...)
		}
	}
}

func (w *writer) start(z *html.Tokenizer, opens bool) {
	w.settle("")
	raw := bytes.Clone(z.Raw()) // reading the tag changes it
	name := tagName(raw)
	if w.word && inline[name] {
		w.out = append(w.out, ' ')
	}
	w.word, w.closed = false, false
	if opens && untouched[name] && w.skip == "" {
		w.skip = name
	}
	if name == "html" || !ascii(raw) {
		raw = w.attributes(z.Token(), raw)
	}
	w.out = append(w.out, raw...)
	w.tag, w.tagEnd = "", len(w.out)-1
	if opens {
		w.tag, w.marked = name, bytes.Contains(raw, []byte(" lang="))
	}
}

func (w *writer) end(z *html.Tokenizer) {
	raw := z.Raw()
	name := strings.TrimRight(tagName(raw[1:]), " ")
	w.settle(name)
	w.word, w.closed = false, inline[name]
	if name == w.skip {
		w.skip = ""
	}
	w.out = append(w.out, raw...)
}

// text says a piece of text; one in which nothing changes stays byte for byte.
func (w *writer) text(raw []byte) {
	closed := w.closed
	w.word, w.closed = false, false
	tag, marked := w.tag, w.marked && w.tag != ""
	w.settle("")
	if w.skip != "" || ascii(raw) {
		w.out = append(w.out, raw...)
		return
	}
	text := html.UnescapeString(string(raw))
	said, whole := w.book.Say(w.to, text)
	if w.to == English && whole {
		if first, _ := utf8.DecodeRuneInString(said); closed && unicode.IsLetter(first) {
			w.out = append(w.out, ' ')
		}
		last, _ := utf8.DecodeLastRuneInString(said)
		w.word = unicode.IsLetter(last) || strings.ContainsRune(".,:;)", last)
	}
	from := len(w.out)
	switch {
	case w.to == English && whole && !unmarked[tag] && han(said):
		w.out = append(w.out, markRuns(said)...)
	case said == text:
		w.out = append(w.out, raw...)
	default:
		w.out = append(w.out, html.EscapeString(said)...)
	}
	if w.to == English && !whole && !marked {
		w.waiting = mark{from: from, to: len(w.out)}
		if tag != "" {
			w.waiting.tagEnd = w.tagEnd
		}
		w.tag = tag
	}
}

// settle marks the text that waits: by its element, when that ends behind it, else
// by one of its own.
func (w *writer) settle(endOf string) {
	m, tag := w.waiting, w.tag
	w.waiting, w.tag = mark{}, ""
	if m.to == 0 {
		return
	}
	const lang = ` lang="zh-CN"`
	if m.tagEnd > 0 && endOf == tag {
		w.out = slices.Insert(w.out, m.tagEnd, []byte(lang)...)
		return
	}
	if unmarked[tag] {
		return
	}
	text := string(w.out[m.from:m.to])
	bare := strings.TrimSpace(text)
	w.out = append(w.out[:m.from], around(text, "<bdi"+lang+">"+bare+"</bdi>")...)
}

// runs are the Chinese parts of a sentence.
var runs = regexp.MustCompile(`\p{N}*\p{Han}(?:[\p{Han}\p{N}，。、；：（）《》·—/%.-]*\p{Han})?`)

// markRuns gives a sentence as HTML, with the names in it marked as Chinese.
func markRuns(text string) string {
	return runs.ReplaceAllString(html.EscapeString(text), `<bdi lang="zh-CN">$0</bdi>`)
}

// attributes gives a start tag with its spoken attributes and its language
// changed; one in which nothing changes stays byte for byte.
func (w *writer) attributes(t html.Token, raw []byte) []byte {
	changed := false
	for i, a := range t.Attr {
		to := a.Val
		switch {
		case spoken[a.Key]:
			to, _ = w.book.Say(w.to, a.Val)
		case t.Data == "meta" && a.Key == "content":
			to, _ = w.book.Say(w.to, a.Val)
		case t.Data == "html" && a.Key == "lang":
			to = string(w.to)
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

// tagName reads the name at the head of a start tag.
func tagName(raw []byte) string {
	end := 1
	for end < len(raw) && raw[end] != ' ' && raw[end] != '>' && raw[end] != '/' && raw[end] != '\n' && raw[end] != '\t' {
		end++
	}
	return strings.ToLower(string(raw[1:end]))
}

func ascii(raw []byte) bool {
	return !slices.ContainsFunc(raw, func(c byte) bool { return c >= utf8.RuneSelf })
}
