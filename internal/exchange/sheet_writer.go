package exchange

import (
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

const (
	excelCell    = 32_000 // UTF-16 units that one cell takes; Excel's limit is 32,767
	excelRows    = 1_048_576
	overflowCols = 8
)

// sheetWriter streams a table into a workbook. Texts that are too long for a
// cell go on in hidden columns at the right, each piece headed by its key.
type sheetWriter struct {
	file   *excelize.File
	stream *excelize.StreamWriter
	keys   []string // of the columns
	styles map[string]int
	at     int // row that is written next
}

func writeError(err error) error {
	return errs.Wrap(err, errs.Internal, "file.write", "文件写不出去，请检查磁盘空间和权限。")
}

// newSheetWriter begins a workbook with one sheet.
func newSheetWriter(name string, columns []sheetColumn) (*sheetWriter, error) {
	w := &sheetWriter{file: excelize.NewFile(), at: 1}
	if err := w.begin(name, columns); err != nil {
		_ = w.file.Close() // the first error counts
		return nil, writeError(err)
	}
	return w, nil
}

// sheetColumn is a column that is written.
type sheetColumn struct {
	key      string // "" for columns that are no field
	header   string
	required bool
	width    float64
}

func (w *sheetWriter) begin(name string, columns []sheetColumn) error {
	if err := w.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	var err error
	if w.styles, err = makeStyles(w.file); err != nil {
		return err
	}
	if w.stream, err = w.file.NewStreamWriter(name); err != nil {
		return err
	}
	header := make([]any, 0, len(columns)+overflowCols)
	for i, c := range columns {
		if err := w.stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		style := "header"
		if c.required {
			style = "required"
		}
		w.keys = append(w.keys, c.key)
		header = append(header, excelize.Cell{StyleID: w.styles[style], Value: c.header})
	}
	for i := range overflowCols {
		header = append(header, excelize.Cell{StyleID: w.styles["header"], Value: overflowColumn + strconv.Itoa(i+1)})
	}
	if err := w.stream.SetColVisible(len(columns)+1, len(columns)+overflowCols, false); err != nil {
		return err
	}
	if err := w.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	w.at = 2
	return w.stream.SetRow("A1", header, excelize.RowOpts{Height: 30})
}

func makeStyles(f *excelize.File) (map[string]int, error) {
	border := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "BFBFBF", Style: 1})
	}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	const asText = 49 // "@": Excel keeps what is typed
	styles := map[string]int{}
	for name, style := range map[string]*excelize.Style{
		"header":   {Font: &excelize.Font{Bold: true}, Fill: fill("DCE6F1"), Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}},
		"required": {Font: &excelize.Font{Bold: true, Color: "C00000"}, Fill: fill("FCE4D6"), Border: border, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}},
		"text":     {NumFmt: asText, Alignment: top},
		"number":   {Alignment: top},
		"bad":      {NumFmt: asText, Fill: fill("FFC7CE"), Font: &excelize.Font{Color: "9C0006"}, Alignment: top},
		"example":  {NumFmt: asText, Font: &excelize.Font{Italic: true, Color: "808080"}, Alignment: top},
	} {
		id, err := f.NewStyle(style)
		if err != nil {
			return nil, err
		}
		styles[name] = id
	}
	return styles, nil
}

// row writes the values of one row, strings and numbers; marked are the columns
// to colour. An error names what does not fit into a workbook.
func (w *sheetWriter) row(values []any, marked map[int]bool) error {
	if w.at > excelRows {
		return errs.New(errs.TooLarge, "xlsx.rows", "超过了 XLSX 的行数上限（1048576 行），请改用 CSV 或 JSONL。")
	}
	cells := make([]any, len(values), len(values)+overflowCols)
	var more []string
	for i, value := range values {
		text, isText := value.(string)
		if isText && len(text) > excelCell {
			var rest []string
			text, rest = pieces(text)
			for _, piece := range rest {
				more = append(more, w.keys[i]+"\n"+piece)
			}
			value = text
		}
		cells[i] = w.styled(value, isText, marked[i])
	}
	if len(more) > overflowCols {
		return errs.New(errs.TooLarge, "xlsx.cell", fmt.Sprintf("第 %d 行的内容太长，XLSX 放不下，请改用 CSV 或 JSONL。", w.at))
	}
	for _, piece := range more {
		cells = append(cells, excelize.Cell{StyleID: w.styles["text"], Value: piece})
	}
	if err := w.stream.SetRow("A"+strconv.Itoa(w.at), cells); err != nil {
		return writeError(err)
	}
	w.at++
	return nil
}

func (w *sheetWriter) styled(value any, isText, bad bool) any {
	switch {
	case bad:
		return excelize.Cell{StyleID: w.styles["bad"], Value: value}
	case value == nil:
		return nil
	case isText:
		return excelize.Cell{StyleID: w.styles["text"], Value: value}
	}
	return excelize.Cell{StyleID: w.styles["number"], Value: value}
}

// pieces cuts a text where a cell is full.
func pieces(s string) (first string, rest []string) {
	units, from := 0, 0
	var out []string
	for i, r := range s {
		n := max(1, utf16.RuneLen(r))
		if units+n > excelCell {
			out = append(out, s[from:i])
			units, from = 0, i
		}
		units += n
	}
	out = append(out, s[from:])
	return out[0], out[1:]
}

func (w *sheetWriter) finish(to io.Writer) error {
	defer w.file.Close()
	if err := w.stream.Flush(); err != nil {
		return writeError(err)
	}
	if err := w.file.Write(to); err != nil {
		return writeError(err)
	}
	return nil
}

func fieldColumn(f catalog.FieldInfo) sheetColumn {
	return sheetColumn{key: f.Key, header: f.Label, required: f.Required, width: fieldWidth(f)}
}

// fieldWidth is a column's width in characters of Excel.
func fieldWidth(f catalog.FieldInfo) float64 {
	w := float64(displayWidth(f.Label) + 4)
	switch {
	case f.Type == catalog.Group || f.MaxRunes > 300:
		return max(w, 42)
	case f.MaxRunes >= 60 || f.List:
		return max(w, 26)
	}
	return max(w, 12)
}
