package exchange

import (
	"context"
	"io"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
)

// WriteXLSX writes a workbook of the rows that were not imported: as they stand
// in the original, the cells at fault coloured, what to do in the column
// 错误说明. When mended it can be imported as it is. The original is read again.
func (r Report) WriteXLSX(ctx context.Context, original Source, w io.Writer) error {
	in, err := ReadAs(ctx, r.Kind, original, r.Layout)
	if err != nil {
		return err
	}
	defer in.Close()
	columns := in.reportColumns()
	out, err := newSheetWriter("有误的行", columns)
	if err != nil {
		return err
	}
	faults := map[int][]Fault{}
	for _, f := range r.Faults {
		faults[f.Row] = append(faults[f.Row], f)
	}
	for row, err := range in.Rows(ctx) {
		if err != nil {
			if ctx.Err() != nil {
				_ = out.file.Close() // the first error counts
				return err
			}
			break // the report has it; what was read is still of use
		}
		if bad := faults[row.Number]; bad != nil {
			if err := out.row(in.reportRow(columns, row, bad)); err != nil {
				_ = out.file.Close() // the first error counts
				return err
			}
		}
	}
	return out.finish(w)
}

// reportColumns are the columns of the file, with their headers as they were
// (a header may carry a unit), behind what is wrong and where.
func (r *Reader) reportColumns() []sheetColumn {
	out := []sheetColumn{{header: faultColumn, width: 50}, {header: originColumn, width: 8}}
	if r.json != nil {
		for _, f := range r.fields {
			out = append(out, fieldColumn(f))
		}
		return out
	}
	for _, c := range r.Columns() {
		column := fieldColumn(c.Field)
		column.header = c.Header
		out = append(out, column)
	}
	return out
}

func (r *Reader) reportRow(columns []sheetColumn, row Row, faults []Fault) ([]any, map[int]bool) {
	values := make([]any, len(columns))
	marked := map[int]bool{0: true}
	values[0], values[1] = faultText(faults), row.Number
	for i, c := range columns[2:] {
		for j, f := range r.fields {
			if f.Key == c.key && j < len(row.Cells) {
				values[i+2] = original(f, row.Cells[j])
			}
		}
		for _, f := range faults {
			marked[i+2] = marked[i+2] || f.Key == c.key
		}
	}
	return values, marked
}

// original gives a cell as it was, a date as a text.
func original(f catalog.FieldInfo, c Cell) any {
	switch {
	case c.Type == CellNoValue || c.Text == "":
		return nil
	case c.Type == CellTooLong:
		return cut(c.Text)
	case c.Type != CellNumber && c.Type != CellDate1904:
		return strings.ReplaceAll(c.Text, "\x00", "")
	}
	if f.Type == catalog.Number || f.Type == catalog.Whole {
		if x, err := strconv.ParseFloat(c.Text, 64); err == nil {
			return x
		}
	}
	if text, p := numberText(f, c); p == nil {
		return text
	}
	return c.Text
}

func faultText(faults []Fault) string {
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = f.Message
		if f.Column != "" && !strings.Contains(f.Message, f.Column) {
			lines[i] = f.Column + "：" + f.Message
		}
	}
	return strings.Join(lines, "\n")
}
