package exchange

import (
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"hongniang/internal/errs"
)

// Table is one sheet of a workbook that people read and sign: a ledger or a
// report. It is not for importing.
type Table struct {
	Name    string // of the sheet: at most 31 characters, without : \ / ? * [ ]
	Title   string
	Notes   []string // lines between the title and the table
	Columns []TableColumn
	Rows    [][]any // a string, number or nil for every column
}

// TableColumn is a column with its width in characters.
type TableColumn struct {
	Header string
	Width  int
}

// WriteTables writes a workbook with a sheet for each table, landscape on A4, the
// header repeated on every page. Texts stay texts: nothing becomes a formula.
// Errors: TooLarge (more rows than a sheet holds), Internal.
func WriteTables(to io.Writer, tables []Table) error {
	file := excelize.NewFile()
	defer file.Close()
	styles, err := makeStyles(file)
	if err == nil {
		styles["title"], err = file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: &excelize.Alignment{Vertical: "center"}})
	}
	if err != nil {
		return writeError(err)
	}
	for i, t := range tables {
		if err := addSheet(file, t.Name, i); err != nil {
			return writeError(err)
		}
		if err := writeTable(file, t, styles); err != nil {
			return err
		}
	}
	if err := file.Write(to); err != nil {
		return writeError(err)
	}
	return nil
}

func addSheet(file *excelize.File, name string, i int) error {
	if i == 0 {
		return file.SetSheetName("Sheet1", name)
	}
	_, err := file.NewSheet(name)
	return err
}

func writeTable(file *excelize.File, t Table, styles map[string]int) error {
	head := len(t.Notes) + 2 // title, notes, header
	if len(t.Rows)+head > excelRows {
		return errs.New(errs.TooLarge, "xlsx.rows", "超过了 XLSX 的行数上限（1048576 行），请缩小时期或范围。")
	}
	if err := pageOf(file, t, head); err != nil {
		return writeError(err)
	}
	stream, err := file.NewStreamWriter(t.Name)
	if err != nil {
		return writeError(err)
	}
	if err := writeHead(stream, t, styles); err != nil {
		return writeError(err)
	}
	for i, row := range t.Rows {
		cells := make([]any, len(row))
		for j, value := range row {
			cells[j] = tableCell(value, styles)
		}
		if err := stream.SetRow("A"+strconv.Itoa(head+1+i), cells); err != nil {
			return writeError(err)
		}
	}
	if err := stream.Flush(); err != nil {
		return writeError(err)
	}
	return nil
}

// pageOf sets how the sheet is printed.
func pageOf(file *excelize.File, t Table, head int) error {
	a4, wide, one, any := 9, "landscape", 1, 0
	if err := file.SetPageLayout(t.Name, &excelize.PageLayoutOptions{Size: &a4, Orientation: &wide, FitToWidth: &one, FitToHeight: &any}); err != nil {
		return err
	}
	fit := true
	if err := file.SetSheetProps(t.Name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	line := strconv.Itoa(head)
	return file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + t.Name + "'!$" + line + ":$" + line, Scope: t.Name})
}

func writeHead(stream *excelize.StreamWriter, t Table, styles map[string]int) error {
	for i, c := range t.Columns {
		if err := stream.SetColWidth(i+1, i+1, float64(min(max(c.Width, 4), 100))); err != nil {
			return err
		}
	}
	head := strconv.Itoa(len(t.Notes) + 2)
	below := strconv.Itoa(len(t.Notes) + 3)
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: len(t.Notes) + 2, TopLeftCell: "A" + below, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := stream.SetRow("A1", []any{excelize.Cell{StyleID: styles["title"], Value: t.Title}}, excelize.RowOpts{Height: 26}); err != nil {
		return err
	}
	for i, note := range t.Notes {
		if err := stream.SetRow("A"+strconv.Itoa(i+2), []any{note}); err != nil {
			return err
		}
	}
	var header []any
	for _, c := range t.Columns {
		header = append(header, excelize.Cell{StyleID: styles["header"], Value: c.Header})
	}
	return stream.SetRow("A"+head, header, excelize.RowOpts{Height: 30})
}

func tableCell(value any, styles map[string]int) any {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		if len(v) > excelCell {
			v, _ = pieces(v)
		}
		return excelize.Cell{StyleID: styles["text"], Value: v}
	}
	return excelize.Cell{StyleID: styles["number"], Value: value}
}
