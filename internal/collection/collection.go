// Package collection reads judged collections: a corpus, papers that name their
// people, and queries, as JSON lines, plain or gzipped.
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
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Text     string   `json:"text"`
	Keywords []string `json:"keywords"`
	Experts  []string `json:"experts"` // of a paper: ids of its people in the corpus
}

// Query is one line of a list of queries.
type Query struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
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

// readLines decodes each line of a file, unpacking it when it is gzipped.
func readLines[T any](path string, each func(T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return errs.Wrap(err, errs.NotFound, "collection.open", fmt.Sprintf("打不开文件“%s”，请检查路径。", path))
	}
	defer f.Close()
	lines, err := unpacked(f)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "collection.gzip", fmt.Sprintf("“%s”不是完整的 gzip 文件。", path))
	}
	decoder := json.NewDecoder(lines)
	for n := 1; ; n++ {
		var line T
		switch err := decoder.Decode(&line); {
		case err == io.EOF:
			return nil
		case err != nil:
			return errs.Wrap(err, errs.Invalid, "collection.line", fmt.Sprintf("“%s”第 %d 条不是有效的 JSON。", path, n))
		}
		if err := each(line); err != nil {
			return err
		}
	}
}

func unpacked(f io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(f, 1<<20)
	magic, err := buffered.Peek(2)
	if err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return buffered, nil
	}
	return gzip.NewReader(buffered)
}
