package exchange

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Reader gives the records of a file one after the other; it holds one row at
// a time (and, of a workbook, the shared strings).
type Reader struct {
	Format Format
	Sheet  string // of a workbook
	// OtherSheets have a header of the kind too; they are not read.
	OtherSheets []string
	layout      Layout
	sheets      []string // the visible sheets of a workbook
	top         []line   // the first lines of a table
	kind        catalog.Kind
	fields      []catalog.FieldInfo
	header      headerRow
	lines       table // nil for JSON
	early       []line
	json        *jsonRows
	close       func()
}

// Read opens a file of records of a kind. Its format is decided by its content,
// then by its name. Errors: Invalid (not a table, no header, a required column
// is missing), TooLarge (unpacks to more than 1 GB or suspiciously well).
func Read(ctx context.Context, kind catalog.Kind, src Source) (*Reader, error) {
	return ReadAs(ctx, kind, src, Layout{})
}

// ReadAs is Read by what a person decided about the table. Errors: those of Read;
// Invalid when the sheet or the line of the header is not there.
func ReadAs(ctx context.Context, kind catalog.Kind, src Source, o Layout) (*Reader, error) {
	r, err := openReader(ctx, kind, src, o)
	if err != nil || r.json != nil {
		return r, err
	}
	if err := checkHeader(kind, r.header); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// openReader opens a file whatever its header says.
func openReader(ctx context.Context, kind catalog.Kind, src Source, o Layout) (*Reader, error) {
	if _, err := catalog.New(kind); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, stopped(err)
	}
	l, err := sniff(src)
	if err != nil {
		return nil, err
	}
	r := &Reader{Format: l.format, kind: kind, fields: catalog.Schema(kind), layout: o, close: func() {}}
	switch l.format {
	case XLSX:
		err = r.openXLSX(src)
	case JSONL:
		return r, r.openJSON(src, l)
	default:
		err = r.openCSV(src, l)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func stopped(err error) error {
	return errs.Wrap(err, errs.Unavailable, "import.stopped", "操作已停下。可以重新导入同一文件，已导入的不会重复。")
}

// Close ends reading.
func (r *Reader) Close() { r.close() }

// Columns lists the columns that were recognised; none for JSON.
func (r *Reader) Columns() []Column {
	var out []Column
	for i, field := range r.header.fields {
		if field >= 0 {
			out = append(out, Column{Header: r.header.headers[i], Field: r.fields[field]})
		}
	}
	return out
}

// Unknown lists the headers (for JSON the keys read so far) that are not
// understood and were passed over.
func (r *Reader) Unknown() []string {
	if r.json != nil {
		return r.json.unknown
	}
	return r.header.unknown
}

// Rows gives the rows behind the header. An error ends them: the rest of the
// file cannot be read, what came before stands. A fault of one row is in its
// Fault.
func (r *Reader) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			row, err := r.next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func (r *Reader) next(ctx context.Context) (Row, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Row{}, stopped(err)
		}
		if r.json != nil {
			return r.json.next()
		}
		l, err := r.nextLine()
		if err != nil {
			return Row{}, err
		}
		if row, ok := r.row(l); ok {
			return row, nil
		}
	}
}

func (r *Reader) nextLine() (line, error) {
	if len(r.early) > 0 {
		l := r.early[0]
		r.early = r.early[1:]
		return l, nil
	}
	return r.lines.next()
}

// row brings a line into the order of the schema; blank lines answer false.
func (r *Reader) row(l line) (Row, bool) {
	row := Row{Number: l.number, Cells: make([]Cell, len(r.fields)), Fault: l.fault}
	blank := l.fault == nil
	for i, field := range r.header.fields {
		if field < 0 {
			continue
		}
		c := Cell{Present: true}
		if i < len(l.cells) {
			c = l.cells[i]
		}
		c.Factor = r.header.factors[i]
		row.Cells[field] = c
		blank = blank && c.Type == CellText && strings.TrimSpace(c.Text) == ""
	}
	if blank {
		return row, false
	}
	for _, i := range r.header.overflow {
		if i < len(l.cells) {
			r.continueText(&row, l.cells[i].Text)
		}
	}
	return row, true
}

// continueText adds a piece of a text that was too long for a workbook's cell.
func (r *Reader) continueText(row *Row, piece string) {
	key, text, ok := strings.Cut(piece, "\n")
	for i, f := range r.fields {
		if ok && f.Key == key {
			row.Cells[i].Text += text
		}
	}
}

// Record reads a row into a record: the cells that the file has are set, the
// rest stays. The record is not cleaned or validated.
func (r *Reader) Record(row Row, rec catalog.Record) []Fault {
	if row.Fault != nil {
		return []Fault{*row.Fault}
	}
	var faults []Fault
	for i, f := range r.fields {
		c := row.Cells[i]
		if !c.Present || keeps(f.Key, c) {
			continue
		}
		if p := setCell(f, rec, c); p != nil {
			faults = append(faults, Fault{Row: row.Number, Key: f.Key, Column: f.Label, Value: cut(c.Text), Code: p.code, Message: p.message})
		}
	}
	m := rec.Base()
	for key, to := range map[string]*string{"owner_org": &m.OwnerOrg, "union": &m.Union} {
		if value, ok := row.Meta[key]; ok {
			*to = value
		}
	}
	return faults
}

// guarded are the fields that an empty cell does not clear: those that tell
// records apart, and those whose absence would show more of a record.
var guarded = map[string]bool{
	"code": true, "external_id": true, "status": true, "visibility": true,
	"confidentiality": true, "secrecy": true, "consent": true,
}

func keeps(key string, c Cell) bool {
	return guarded[key] && c.Type == CellText && strings.TrimSpace(c.Text) == ""
}

// exampleMark is what the example row of a template has for its code.
const exampleMark = "示例"

// Example tells whether a row is the example of a template, which is not
// imported.
func (r *Reader) Example(row Row) bool {
	for i, f := range r.fields {
		if f.Key == "code" && i < len(row.Cells) {
			code := foldHeader(row.Cells[i].Text)
			return code == exampleMark || strings.HasPrefix(code, exampleMark+"(")
		}
	}
	return false
}

// count estimates the rows of the file, for a progress bar; 0 when unknown.
func count(src Source, format Format) int {
	l, err := sniff(src)
	if err != nil || format == XLSX {
		return countSheetRows(src, err)
	}
	r, err := l.content(src)
	if err != nil {
		return 0
	}
	buf := make([]byte, 64<<10)
	n := 0
	for {
		got, err := r.Read(buf)
		n += bytes.Count(buf[:got], []byte("\n"))
		if err != nil {
			return n
		}
	}
}

func countSheetRows(src Source, err error) int {
	book, openErr := openWorkbook(src)
	if err != nil || openErr != nil || len(book.sheets) == 0 {
		return 0
	}
	f := book.parts[strings.ToLower(book.sheets[0].part)]
	if f == nil {
		return 0
	}
	r, err := f.Open()
	if err != nil {
		return 0
	}
	defer r.Close()
	scanner := bufio.NewReaderSize(r, 64<<10)
	n := 0
	for {
		if _, err := scanner.ReadSlice('>'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return n
		}
		if next, _ := scanner.Peek(4); string(next) == "<row" {
			n++
		}
	}
}
