package stock

import (
	"bufio"
	"io"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/zh"
)

// WriteTokens writes an entry as another search engine can read it without
// cutting Chinese: id, title and text between tabs, the last two as our bigrams
// with one space between. Keywords are part of the text, as in our index.
func WriteTokens(w *bufio.Writer, e collection.Entry) error {
	d := e.Document(catalog.KindResult)
	return writeRow(w, d.Code, d.Title, d.Text)
}

// WriteNeedTokens writes a need in the same form.
func WriteNeedTokens(w *bufio.Writer, q collection.Query) error {
	return writeRow(w, q.ID, q.Title, q.Text)
}

func writeRow(w *bufio.Writer, id, title, text string) error {
	for _, part := range []string{plain(id), "\t", tokens(title), "\t", tokens(text), "\n"} {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

func tokens(text string) string {
	cut := zh.Bigrams(text)
	parts := make([]string, len(cut))
	for i, t := range cut {
		parts[i] = t.Text
	}
	return strings.Join(parts, " ")
}

// plain keeps an id from breaking the row that it stands in.
func plain(id string) string { return strings.Join(strings.Fields(id), "_") }
