// Package mail sends letters: a Letter is words in Chinese, a Post sends one by
// SMTP, and a Queue keeps what is to be sent in a store, so that a killed process
// loses nothing and a server that is down is asked again later.
//
// It does not know who is told what, or why: package notice does.
package mail

import (
	"html"
	"strings"
)

// Letter is one mail. Its words are plain; they stand in it twice, as text and as
// HTML.
type Letter struct {
	ID      string // stable: it makes the Message-ID, so that a letter that went out twice is shown once
	To      string // address
	Name    string // of the reader; may be empty
	Subject string // one line
	Blocks  []Block
	Off     string // address that ends such letters by one click; may be empty
}

// Block is a paragraph. With a URL it is a link, whose words are Text.
type Block struct {
	Text string
	URL  string
	Item bool // of a list
}

// Text gives the words as plain text: a link's address stands behind its words.
func (l Letter) Text() string {
	var b strings.Builder
	for i, block := range l.Blocks {
		switch {
		case block.Item && i > 0 && l.Blocks[i-1].Item:
		case i > 0:
			b.WriteString("\r\n")
		}
		if block.Item {
			b.WriteString("· ")
		}
		b.WriteString(strings.ReplaceAll(block.Text, "\n", "\r\n"))
		if block.URL != "" {
			b.WriteString("：\r\n" + block.URL)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// HTML gives the same words as HTML without styles that a mail reader might not
// know, and without anything that is loaded from elsewhere.
func (l Letter) HTML() string {
	var b strings.Builder
	b.WriteString(`<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>` + html.EscapeString(l.Subject) +
		`</title></head><body style="font-size:16px;line-height:1.7;color:#1d2733;max-width:40em">`)
	listed := false
	for _, block := range l.Blocks {
		if block.Item != listed {
			b.WriteString(map[bool]string{true: "<ul>", false: "</ul>"}[block.Item])
			listed = block.Item
		}
		b.WriteString(block.html())
	}
	if listed {
		b.WriteString("</ul>")
	}
	b.WriteString("</body></html>\r\n")
	return b.String()
}

func (b Block) html() string {
	words := strings.ReplaceAll(html.EscapeString(b.Text), "\n", "<br>")
	if b.URL != "" {
		words = `<a href="` + html.EscapeString(b.URL) + `">` + words + `</a>`
	}
	if b.Item {
		return "<li>" + words + "</li>"
	}
	return "<p>" + words + "</p>"
}
