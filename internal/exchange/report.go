package exchange

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Report says what an import did.
type Report struct {
	Kind   catalog.Kind `json:"kind"`
	File   string       `json:"file"`
	Format Format       `json:"format,omitempty"`
	Sheet  string       `json:"sheet,omitempty" doc:"Worksheet that was read"`
	// OtherSheets look like tables of the kind too; only Sheet was read.
	OtherSheets []string `json:"other_sheets,omitempty"`
	DryRun      bool     `json:"dry_run,omitempty"`
	Rows        int      `json:"rows" doc:"Rows that were read, without examples"`
	Created     int      `json:"created"`
	Updated     int      `json:"updated"`
	Unchanged   int      `json:"unchanged"`
	Failed      int      `json:"failed" doc:"Rows that were not imported"`
	Examples    int      `json:"examples,omitempty" doc:"Example rows of the template, passed over"`
	Unknown     []string `json:"unknown,omitempty" doc:"Columns that were not understood and passed over"`
	Faults      []Fault  `json:"faults,omitempty" doc:"At most 100,000, in order of rows"`
	Stopped     string   `json:"stopped,omitempty" doc:"Why the import broke off, in Chinese"`

	// Layout is what a person decided about the table; WriteXLSX reads the original by it.
	Layout Layout `json:"-"`
}

const maxFaults = 100_000

// fail notes a row that is not imported, with its faults.
func (r *Report) fail(faults ...Fault) {
	r.Failed++
	if len(r.Faults)+len(faults) <= maxFaults {
		r.Faults = append(r.Faults, faults...)
	}
}

func (r *Report) saved(made bool) {
	if made {
		r.Created++
	} else {
		r.Updated++
	}
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Faults, func(a, b Fault) int { return cmp.Compare(a.Row, b.Row) })
}

// Summary is one Chinese sentence with the counts.
func (r Report) Summary() string {
	verb := ""
	if r.DryRun {
		verb = "试导入（没有保存）："
	}
	return fmt.Sprintf("%s%s 共 %d 行：新增 %d，更新 %d，未变 %d，有误 %d。", verb, r.File, r.Rows, r.Created, r.Updated, r.Unchanged, r.Failed)
}

// tableFaults is how many faults a terminal is shown.
const tableFaults = 100

// Table writes the report for a terminal with a font of fixed width, in which
// a Chinese character takes two columns.
func (r Report) Table(w io.Writer) error {
	var b strings.Builder
	b.WriteString(r.Summary() + "\n")
	if len(r.Unknown) > 0 {
		b.WriteString("不认识的列（已忽略）：" + strings.Join(r.Unknown, "、") + "\n")
	}
	if len(r.OtherSheets) > 0 {
		b.WriteString("只读了工作表“" + r.Sheet + "”。像是数据、但没有读的工作表：" + strings.Join(r.OtherSheets, "、") + "。需要时请各存成一个文件再导入。\n")
	}
	if len(r.Faults) > 0 {
		r.faultTable(&b)
	}
	if r.Stopped != "" {
		b.WriteString(r.Stopped + "\n")
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return errs.Wrap(err, errs.Internal, "report.write", "报告写不出去，请检查磁盘空间。")
	}
	return nil
}

func (r Report) faultTable(b *strings.Builder) {
	rows := [][]string{{"行", "列", "内容", "问题和办法"}}
	for _, f := range r.Faults[:min(len(r.Faults), tableFaults)] {
		column := f.Column
		if column == "" {
			column = "（整行）"
		}
		rows = append(rows, []string{strconv.Itoa(f.Row), fit(column, 24), fit(oneLine(f.Value), 24), oneLine(f.Message)})
	}
	var widths [3]int
	for _, row := range rows {
		for i := range widths {
			widths[i] = max(widths[i], displayWidth(row[i]))
		}
	}
	for i, row := range rows {
		for j := range widths {
			b.WriteString(pad(row[j], widths[j]) + "  ")
		}
		b.WriteString(row[3] + "\n")
		if i == 0 {
			b.WriteString(strings.Repeat("-", widths[0]+widths[1]+widths[2]+16) + "\n")
		}
	}
	if more := len(r.Faults) - tableFaults; more > 0 {
		fmt.Fprintf(b, "……还有 %d 处，请看错误表（XLSX）。\n", more)
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// displayWidth counts terminal columns.
func displayWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	if r < ' ' || r == 0x7f {
		return 0
	}
	return 1
}

func pad(s string, columns int) string {
	return s + strings.Repeat(" ", max(0, columns-displayWidth(s)))
}

// fit shortens a text to that many columns.
func fit(s string, columns int) string {
	if displayWidth(s) <= columns {
		return s
	}
	n := 1
	for i, r := range s {
		if n += runeWidth(r); n > columns {
			return s[:i] + "…"
		}
	}
	return s
}
