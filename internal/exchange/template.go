package exchange

import (
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// The sheets of a template.
const (
	dataSheet   = "填写"
	guideSheet  = "填写说明"
	choiceSheet = "选项"
	// lastRow is how far down the drop-down lists go.
	lastRow = 5000
)

// WriteTemplate writes an XLSX form for records of a kind: a sheet to fill in,
// with required columns starred, drop-down lists and an example row that Import
// passes over, and a sheet that explains every column.
func WriteTemplate(kind catalog.Kind, w io.Writer) error {
	if _, err := catalog.New(kind); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	t := &template{file: f, kind: kind, fields: catalog.Schema(kind)}
	for _, step := range []func() error{t.begin, t.header, t.lists, t.guide} {
		if err := step(); err != nil {
			return errs.Wrap(err, errs.Internal, "template.write", "导入模板没有生成，请稍后再试。")
		}
	}
	if err := f.Write(w); err != nil {
		return writeError(err)
	}
	return nil
}

type template struct {
	file   *excelize.File
	kind   catalog.Kind
	fields []catalog.FieldInfo
	styles map[string]int
}

func (t *template) begin() error {
	if err := t.file.SetSheetName("Sheet1", dataSheet); err != nil {
		return err
	}
	for _, name := range []string{guideSheet, choiceSheet} {
		if _, err := t.file.NewSheet(name); err != nil {
			return err
		}
	}
	var err error
	t.styles, err = makeStyles(t.file)
	return err
}

// header writes the headers and the example row of the sheet to fill in.
func (t *template) header() error {
	for i, f := range t.fields {
		column, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		style, label, body := "header", f.Label, "text"
		if f.Required {
			style, label = "required", "*"+f.Label
		}
		if !f.List && (f.Type == catalog.Number || f.Type == catalog.Whole) {
			body = "number"
		}
		for _, err := range []error{
			t.file.SetColWidth(dataSheet, column, column, fieldWidth(f)),
			t.file.SetColStyle(dataSheet, column, t.styles[body]),
			t.file.SetCellStr(dataSheet, column+"1", label),
			t.file.SetCellStyle(dataSheet, column+"1", column+"1", t.styles[style]),
			t.file.SetCellStr(dataSheet, column+"2", example(t.kind, f)),
			t.file.SetCellStyle(dataSheet, column+"2", column+"2", t.styles["example"]),
		} {
			if err != nil {
				return err
			}
		}
	}
	return t.file.SetPanes(dataSheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// lists gives columns with a vocabulary a drop-down list. The values stand in a
// hidden sheet: written into the cell's rule they may not exceed 255 characters.
func (t *template) lists() error {
	next := 1
	for i, f := range t.fields {
		choices := choicesOf(f)
		if len(choices) == 0 {
			continue
		}
		from, err := excelize.ColumnNumberToName(next)
		if err != nil {
			return err
		}
		next++
		values := append([]string{f.Label}, choices...)
		if err := t.file.SetSheetCol(choiceSheet, from+"1", &values); err != nil {
			return err
		}
		source := "'" + choiceSheet + "'!$" + from + "$2:$" + from + "$" + itoa(len(choices)+1)
		if err := t.dropDown(i+1, source, f); err != nil {
			return err
		}
	}
	return t.file.SetSheetVisible(choiceSheet, false)
}

func (t *template) dropDown(column int, source string, f catalog.FieldInfo) error {
	name, err := excelize.ColumnNumberToName(column)
	if err != nil {
		return err
	}
	rule := excelize.NewDataValidation(true)
	rule.SetSqref(name + "2:" + name + itoa(lastRow))
	rule.SetSqrefDropList(source)
	if f.List {
		rule.SetInput(f.Label, "可填多项，用 ； 隔开；下拉列表只能先选一项。")
	} else {
		rule.SetError(excelize.DataValidationErrorStyleWarning, f.Label, "请从下拉列表里选一项。")
	}
	return t.file.AddDataValidation(dataSheet, rule)
}

// choicesOf lists what may be chosen for a field; none when it is free.
func choicesOf(f catalog.FieldInfo) []string {
	switch {
	case f.Vocab != "":
		return catalog.Vocab(f.Vocab).Labels()
	case f.Type == catalog.YesNo:
		return []string{"是", "否"}
	case f.Format == "region":
		var out []string
		for _, p := range catalog.Places() {
			if name := choiceText(f, p.Code, ""); name != p.Code {
				out = append(out, name)
			}
		}
		return out
	}
	return nil
}

// guide writes the sheet that explains the columns.
func (t *template) guide() error {
	rows := [][]any{}
	for _, note := range notes(t.kind) {
		rows = append(rows, []any{note})
	}
	rows = append(rows, []any{}, []any{"列名", "是否必填", "怎样填", "可填的内容", "示例"})
	head := len(rows)
	for _, f := range t.fields {
		required := ""
		if f.Required {
			required = "必填"
		}
		rows = append(rows, []any{f.Label, required, howTo(f), allowed(f), example(t.kind, f)})
	}
	for i, row := range rows {
		if err := t.file.SetSheetRow(guideSheet, "A"+itoa(i+1), &row); err != nil {
			return err
		}
	}
	for column, width := range map[string]float64{"A": 22, "B": 10, "C": 60, "D": 60, "E": 40} {
		if err := t.file.SetColWidth(guideSheet, column, column, width); err != nil {
			return err
		}
	}
	if err := t.file.SetCellStyle(guideSheet, "A"+itoa(head), "E"+itoa(head), t.styles["header"]); err != nil {
		return err
	}
	return t.file.SetCellStyle(guideSheet, "A"+itoa(head+1), "E"+itoa(len(rows)), t.styles["text"])
}

func notes(kind catalog.Kind) []string {
	return []string{
		"“" + catalog.Vocab("kind").Label(string(kind)) + "”导入模板：请在“" + dataSheet + "”表里填写，一行一条。红色带 * 的列必填，其余可以留空，用不到的列可以删掉。",
		"第 2 行是示例（编号为“示例”），导入时自动跳过，可以保留也可以删除。",
		"编号留空时由系统编号。再次导入时，按编号、外部编号、名称与单位依次认出原有记录：文件里没有的列保持原样，内容没有变化的记录不动。空着的格会清空原有内容；只有编号、外部编号、状态、可见范围、保密级别、成果密级、授权空着时保持原样。",
		"可填多项的列：每项一行（格内换行用 Alt+Enter），或用 ； 隔开；名称、代码、选项这类短内容也可用 、 或逗号隔开。",
		"由几段组成的列（如指标、完成人、荣誉、联系人）：各段用 | 隔开，次序见下表，没有的段留空，末尾的空段可以不写；多项时每项一行。",
		"内容里本来就有分隔符的，在它前面加一个反斜杠 \\，如 甲\\|乙。",
		"日期写成 2026-06-30、2026/6/30 或 2026年6月30日；金额以万元计，也可以写明单位，如 35000元、1.2亿元。",
	}
}

// howTo says in a sentence how a column is filled in.
func howTo(f catalog.FieldInfo) string {
	var out []string
	switch f.Type {
	case catalog.Group:
		out = append(out, "格式："+partLabels(f))
		for _, item := range f.Items {
			if more := howTo(item); item.Vocab != "" || item.Type != catalog.Text || item.Format != "" {
				out = append(out, item.Label+"："+more)
			}
		}
	case catalog.YesNo:
		out = append(out, "填 是 或 否")
	case catalog.Number, catalog.Whole:
		out = append(out, numberHint(f))
	default:
		out = append(out, textHint(f))
	}
	if f.List {
		limit := ""
		if f.MaxItems > 0 {
			limit = "，最多 " + itoa(f.MaxItems) + " 项"
		}
		out = append(out, "可填多项"+limit)
	}
	return strings.Join(out, "；")
}

func numberHint(f catalog.FieldInfo) string {
	hint := "填数"
	if f.Type == catalog.Whole {
		hint = "填整数"
	}
	if f.Format == "wan" {
		hint += "，以万元计"
	}
	if f.Low != 0 || f.High != 0 {
		hint += "，" + itoa(f.Low) + " 到 " + itoa(f.High)
	}
	return hint
}

// formatHints say what a format looks like.
var formatHints = map[string]string{
	"date": "日期，如 2026-06-30；只知道年月可写 2026-06", "month": "年月，如 2026-06",
	"region": "6 位行政区划代码或地名，如 371000 或 威海市", "industry": "国民经济行业代码或名称，如 34 或 通用设备制造业",
	"ipc": "IPC 分类号，如 B23Q1/70", "uscc": "18 位统一社会信用代码", "application_no": "专利申请号，可带 CN 或 ZL，如 202211250898.9",
	"phone": "电话", "code": "留空则由系统编号；只用汉字、字母、数字和 - _ . 等符号", "email": "邮箱", "url": "网址，以 http:// 或 https:// 开头",
}

func textHint(f catalog.FieldInfo) string {
	switch {
	case f.Vocab != "":
		return "从可填的内容里选"
	case f.Format != "":
		return formatHints[f.Format]
	case f.Ref != "":
		return "填系统里“" + catalog.Vocab("kind").Label(string(f.Ref)) + "”的编号"
	case f.MinRunes > 0:
		return itoa(f.MinRunes) + " 到 " + itoa(f.MaxRunes) + " 个字"
	}
	return "不超过 " + itoa(f.MaxRunes) + " 个字"
}

// allowed lists the values of a column's vocabularies.
func allowed(f catalog.FieldInfo) string {
	if f.Type != catalog.Group {
		if f.Format == "region" {
			return ""
		}
		return strings.Join(choicesOf(f), "；")
	}
	var out []string
	for _, item := range f.Items {
		if values := allowed(item); values != "" {
			out = append(out, item.Label+"："+values)
		}
	}
	return strings.Join(out, "\n")
}
