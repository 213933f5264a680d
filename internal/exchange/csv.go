package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// line is one row of a table before its columns are known.
type line struct {
	number int
	cells  []Cell
	fault  *Fault
}

// table gives the lines of a file one by one, io.EOF behind the last.
type table interface {
	next() (line, error)
}

// csvTable reads delimited text after RFC 4180, and what people make of it: a
// quote inside an unquoted cell is a character. In contrast to encoding/csv a
// cell has a limit, so that a forgotten quote cannot swallow a gigabyte, and
// knows the line on which it began.
type csvTable struct {
	r     *bufio.Reader
	comma byte
	at    int // line that is read next, from 1
	cell  []byte
	long  bool // the cell was cut
}

func newCSV(r io.Reader, comma byte) *csvTable {
	return &csvTable{r: bufio.NewReaderSize(r, 64<<10), comma: comma, at: 1}
}

func (t *csvTable) next() (line, error) {
	for {
		l := line{number: t.at}
		done, err := t.record(&l)
		if err != nil {
			return l, err
		}
		if len(l.cells) > 1 || len(l.cells) == 1 && l.cells[0].Text != "" || l.fault != nil {
			return l, nil
		}
		if done {
			return l, io.EOF
		}
	}
}

// record reads the cells of one record; done tells that the file ended.
func (t *csvTable) record(l *line) (done bool, err error) {
	for {
		end, err := t.readCell(l)
		if err != nil && !errors.Is(err, io.EOF) {
			return true, readError(err)
		}
		if len(l.cells) < maxColumns {
			l.cells = append(l.cells, t.take())
		}
		if err != nil {
			return true, nil
		}
		if end == '\n' {
			return false, nil
		}
	}
}

func (t *csvTable) take() Cell {
	c := Cell{Text: unguard(string(t.cell)), Present: true}
	if t.long {
		c.Type = CellTooLong
	}
	t.cell, t.long = t.cell[:0], false
	return c
}

// readCell reads up to a delimiter or line end, which it answers.
func (t *csvTable) readCell(l *line) (byte, error) {
	b, err := t.r.ReadByte()
	if err != nil {
		return 0, err
	}
	if b == '"' {
		if err := t.quoted(l); err != nil {
			return 0, err
		}
		b, err = t.r.ReadByte()
	}
	for ; err == nil; b, err = t.r.ReadByte() {
		switch b {
		case t.comma:
			return b, nil
		case '\n':
			t.at++
			return b, nil
		case '\r':
			if next, _ := t.r.Peek(1); bytes.Equal(next, []byte("\n")) {
				_, err = t.r.Discard(1)
			}
			t.at++
			return '\n', err
		}
		t.put(b)
	}
	return 0, err
}

// quoted reads to the closing quote. A file that ends inside is a fault of the
// row that opened it.
func (t *csvTable) quoted(l *line) error {
	for {
		b, err := t.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) {
				l.fault = &Fault{Row: l.number, Value: cut(string(t.cell)), Code: "csv.quote", Message: "这一行有引号没有配对，后面的内容都被当成了同一格。请补上引号；格内的引号要写成两个。"}
			}
			return err
		}
		if b == '"' {
			if next, _ := t.r.Peek(1); !bytes.Equal(next, []byte(`"`)) {
				return nil
			}
			_, _ = t.r.Discard(1) // just peeked
		}
		if b == '\r' {
			if next, _ := t.r.Peek(1); bytes.Equal(next, []byte("\n")) {
				continue // a line end inside a cell is \n
			}
		}
		if b == '\n' {
			t.at++
		}
		t.put(b)
	}
}

func (t *csvTable) put(b byte) {
	if len(t.cell) >= maxCell {
		t.long = true
		return
	}
	t.cell = append(t.cell, b)
}

// formulaStarts are the first characters that make a spreadsheet run a text.
const formulaStarts = "=+-@\t\r＝＋－＠"

// guard puts an apostrophe before a text that a spreadsheet would run as a
// formula; unguard takes it away. A text that has such an apostrophe of its own
// gets a second one, so that every text survives.
func guard(s string) string {
	if dangerous(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && dangerous(s[1:]) {
		return s[1:]
	}
	return s
}

func dangerous(s string) bool {
	s = strings.TrimLeft(s, "'")
	for _, r := range formulaStarts {
		if strings.HasPrefix(s, string(r)) {
			return true
		}
	}
	return false
}
