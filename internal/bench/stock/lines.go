package stock

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"

	"hongniang/internal/collection"
)

// Lines writes JSON lines, gzipped or not.
type Lines struct {
	out    *bufio.Writer
	packed *gzip.Writer // nil when not
	encode *json.Encoder
}

// NewLines writes to w; Close must be called.
func NewLines(w io.Writer, gzipped bool) *Lines {
	l := &Lines{out: bufio.NewWriterSize(w, 1<<20)}
	if gzipped {
		// Level 1 of 9: a corpus of gigabytes is written once and read a few times.
		l.packed, _ = gzip.NewWriterLevel(l.out, gzip.BestSpeed)
		l.encode = json.NewEncoder(l.packed)
	} else {
		l.encode = json.NewEncoder(l.out)
	}
	l.encode.SetEscapeHTML(false)
	return l
}

// line is an entry as it is written: nothing that is empty.
type line struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Keywords []string `json:"keywords,omitempty"`
	Experts  []string `json:"experts,omitempty"`
}

// Entry writes an entry of a corpus.
func (l *Lines) Entry(e collection.Entry) error {
	return l.encode.Encode(line{e.ID, string(e.Kind), e.Title, e.Text, e.Keywords, e.Experts})
}

// Query writes a need.
func (l *Lines) Query(q collection.Query) error {
	return l.encode.Encode(struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Text  string `json:"text"`
	}{q.ID, q.Title, q.Text})
}

// Any writes any value on one line.
func (l *Lines) Any(v any) error { return l.encode.Encode(v) }

// Close writes what is left; it does not close the writer below.
func (l *Lines) Close() error {
	if l.packed != nil {
		if err := l.packed.Close(); err != nil {
			return err
		}
	}
	return l.out.Flush()
}
