// Package collection reads judged collections (a corpus, papers that name their
// people, and queries as JSON lines; judgements and runs as tab-separated lines;
// plain or gzipped) and measures rankings by them. docs/evaluation.md has the
// formats and the formulas.
package collection

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// Entry is one line of a corpus or of a list of papers.
type Entry struct {
	// Kind is set in a corpus of several kinds only, as `hongniang bench` makes.
	Kind     catalog.Kind `json:"kind,omitempty"`
	ID       string       `json:"id"`
	Title    string       `json:"title"`
	Text     string       `json:"text"`
	Keywords []string     `json:"keywords"`
	Experts  []string     `json:"experts"` // of a paper: ids of its people in the corpus
}

// Query is one line of a list of queries.
type Query struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// Typed is the query as somebody would type it into the search.
func (q Query) Typed() string {
	if q.Title == "" {
		return q.Text
	}
	return q.Title + " " + q.Text
}

// Document makes an entry a document of a kind.
func (e Entry) Document(kind catalog.Kind) search.Document {
	d := search.Document{
		ID: search.ID(kind, e.ID), Kind: kind, Code: e.ID, Title: e.Title, Keywords: e.Keywords,
		Text: strings.TrimSpace(e.Text + "\n" + strings.Join(e.Keywords, "；")), Codes: []string{e.ID},
	}
	for _, id := range e.Experts {
		d.People = append(d.People, search.Person{Code: id})
	}
	return d
}

// Document makes a query a need.
func (q Query) Document() search.Document {
	return search.Document{ID: search.ID(catalog.KindNeed, q.ID), Kind: catalog.KindNeed, Code: q.ID, Title: q.Title, Text: q.Text, Codes: []string{q.ID}}
}

// Entries reads a corpus; each is called in turn.
func Entries(path string, each func(Entry) error) error { return readLines(path, each) }

// Queries reads a list of queries.
func Queries(path string) ([]Query, error) {
	var out []Query
	err := readLines(path, func(q Query) error {
		out = append(out, q)
		return nil
	})
	return out, err
}

// line is one entry or query: nothing can be said of one without an id.
type line interface{ id() string }

func (e Entry) id() string { return e.ID }
func (q Query) id() string { return q.ID }

// readLines decodes each line of a file, unpacking it when it is gzipped.
func readLines[T line](path string, each func(T) error) error {
	lines, err := open(path)
	if err != nil {
		return err
	}
	defer lines.close()
	decoder := json.NewDecoder(lines)
	for n := 1; ; n++ {
		var line T
		switch err := decoder.Decode(&line); {
		case err == io.EOF:
			return nil
		case lines.err != nil:
			return brokenGzip(lines.err, path)
		case err != nil:
			return errs.Wrap(err, errs.Invalid, "collection.line", fmt.Sprintf("“%s”第 %d 条不是有效的 JSON。", path, n))
		case line.id() == "":
			return errs.New(errs.Invalid, "collection.no_id", fmt.Sprintf("“%s”第 %d 条没有 id。", path, n))
		}
		if err := each(line); err != nil {
			return err
		}
	}
}

// open opens a file, gzipped or not.
func open(path string) (*reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errs.Wrap(err, errs.NotFound, "collection.open", fmt.Sprintf("打不开文件“%s”，请检查路径。", path))
	}
	lines, err := unpacked(f)
	if err != nil {
		f.Close()
		return nil, brokenGzip(err, path)
	}
	lines.close = f.Close
	return lines, nil
}

func brokenGzip(err error, path string) error {
	return errs.Wrap(err, errs.Invalid, "collection.gzip", fmt.Sprintf("“%s”不是完整的 gzip 文件，请重新下载。", path))
}

// reader remembers why it could not read on, which the decoder does not tell
// from a line that is not whole.
type reader struct {
	io.Reader
	err   error
	close func() error
}

// Read reads from the file or what was packed in it.
func (r *reader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// unpacked reads a file, gzipped or not, behind its byte order mark.
func unpacked(f io.Reader) (*reader, error) {
	buffered := bufio.NewReaderSize(f, 1<<20)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\uFEFF" {
		_, err = buffered.Discard(len(mark))
		return &reader{Reader: buffered}, err
	}
	magic, err := buffered.Peek(2)
	if err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return &reader{Reader: buffered}, nil
	}
	unzipped, err := gzip.NewReader(buffered)
	return &reader{Reader: unzipped}, err
}
