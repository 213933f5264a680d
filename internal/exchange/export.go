package exchange

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"iter"
	"strconv"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ExportOptions say what is written.
type ExportOptions struct {
	Kind   catalog.Kind
	Format Format
	// IncludeConfidential writes whole records, for staff. Without it public
	// views are written, records that the public may not see are left out, and
	// tables have no columns for confidential fields: importing such a file
	// back clears nothing.
	IncludeConfidential bool
}

// Records gives all records of a kind that are not removed, in order of code.
func Records(ctx context.Context, store catalog.Store, kind catalog.Kind) iter.Seq2[catalog.Record, error] {
	return func(yield func(catalog.Record, error) bool) {
		after := ""
		for {
			recs, err := store.Scan(ctx, kind, after, 500)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(recs) == 0 {
				return
			}
			for _, rec := range recs {
				after = rec.Base().Code
				if !rec.Base().Deleted() && !yield(rec, nil) {
					return
				}
			}
		}
	}
}

// rowWriter writes records one by one.
type rowWriter interface {
	record(catalog.Record) error
	finish() error
	abort() // frees what finish would
}

// Export writes records and answers how many. Import reads the file back
// without loss. Errors: those of recs, TooLarge (more than a workbook holds),
// Internal (w failed).
func Export(ctx context.Context, w io.Writer, recs iter.Seq2[catalog.Record, error], o ExportOptions) (int, error) {
	out, err := newRowWriter(w, o)
	if err != nil {
		return 0, err
	}
	n, err := exportAll(ctx, out, recs, o)
	if err != nil {
		out.abort()
		return n, err
	}
	return n, out.finish()
}

func exportAll(ctx context.Context, out rowWriter, recs iter.Seq2[catalog.Record, error], o ExportOptions) (n int, err error) {
	for rec, err := range recs {
		if err == nil && ctx.Err() != nil {
			err = errs.Wrap(ctx.Err(), errs.Unavailable, "export.stopped", "导出已停下，文件不完整，请重新导出。")
		}
		if err != nil {
			return n, err
		}
		rec, ok := visible(rec, o)
		if !ok {
			continue
		}
		if err := out.record(rec); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func visible(rec catalog.Record, o ExportOptions) (catalog.Record, bool) {
	if rec.Base().Deleted() || rec.Kind() != o.Kind {
		return nil, false
	}
	if o.IncludeConfidential {
		return rec, true
	}
	return catalog.PublicView(rec)
}

func newRowWriter(w io.Writer, o ExportOptions) (rowWriter, error) {
	if _, err := catalog.New(o.Kind); err != nil {
		return nil, err
	}
	var fields []catalog.FieldInfo
	for _, f := range catalog.Schema(o.Kind) {
		if o.IncludeConfidential || (f.Secret == "" && f.Key != "external_id") {
			fields = append(fields, f)
		}
	}
	switch o.Format {
	case XLSX:
		return newXLSXWriter(w, o.Kind, fields)
	case CSV:
		return newCSVWriter(w, fields)
	case JSONL:
		return newJSONWriter(w), nil
	}
	return nil, errs.New(errs.Invalid, "format.unknown", "没有这种格式。可用的有：xlsx、csv、jsonl。")
}

type xlsxWriter struct {
	*sheetWriter
	fields []catalog.FieldInfo
	to     io.Writer
}

func newXLSXWriter(w io.Writer, kind catalog.Kind, fields []catalog.FieldInfo) (*xlsxWriter, error) {
	columns := make([]sheetColumn, len(fields))
	for i, f := range fields {
		columns[i] = fieldColumn(f)
	}
	s, err := newSheetWriter(catalog.Vocab("kind").Label(string(kind)), columns)
	return &xlsxWriter{sheetWriter: s, fields: fields, to: w}, err
}

func (x *xlsxWriter) record(rec catalog.Record) error {
	values := make([]any, len(x.fields))
	for i, f := range x.fields {
		values[i] = cellValue(f, rec)
	}
	return x.row(values, nil)
}

func (x *xlsxWriter) finish() error { return x.sheetWriter.finish(x.to) }
func (x *xlsxWriter) abort()        { _ = x.file.Close() } // the error that led here counts

type csvWriter struct {
	w      *csv.Writer
	fields []catalog.FieldInfo
}

func newCSVWriter(w io.Writer, fields []catalog.FieldInfo) (*csvWriter, error) {
	if _, err := io.WriteString(w, utf8BOM); err != nil { // Excel needs the mark to see UTF-8
		return nil, writeError(err)
	}
	c := &csvWriter{w: csv.NewWriter(w), fields: fields}
	c.w.UseCRLF = true
	header := make([]string, len(fields))
	for i, f := range fields {
		header[i] = f.Label
	}
	return c, c.write(header)
}

func (c *csvWriter) write(row []string) error {
	if err := c.w.Write(row); err != nil {
		return writeError(err)
	}
	return nil
}

func (c *csvWriter) record(rec catalog.Record) error {
	row := make([]string, len(c.fields))
	for i, f := range c.fields {
		switch v := cellValue(f, rec).(type) {
		case string:
			row[i] = guard(v)
		case float64:
			row[i] = strconv.FormatFloat(v, 'f', -1, 64)
		case int:
			row[i] = strconv.Itoa(v)
		}
	}
	return c.write(row)
}

func (*csvWriter) abort() {}

func (c *csvWriter) finish() error {
	c.w.Flush()
	if err := c.w.Error(); err != nil {
		return writeError(err)
	}
	return nil
}

type jsonWriter struct {
	w   *bufio.Writer
	enc *json.Encoder
}

func newJSONWriter(w io.Writer) *jsonWriter {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	return &jsonWriter{w: b, enc: enc}
}

func (j *jsonWriter) record(rec catalog.Record) error {
	if err := j.enc.Encode(rec); err != nil {
		return writeError(err)
	}
	return nil
}

func (*jsonWriter) abort() {}

func (j *jsonWriter) finish() error {
	if err := j.w.Flush(); err != nil {
		return writeError(err)
	}
	return nil
}
