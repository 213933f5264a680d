package frontend

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/frontend/view"
	"hongniang/internal/batch"
	"hongniang/internal/catalog"
	"hongniang/internal/exchange"
)

// importsView is the page on which a file is chosen.
type importsView struct {
	Kinds   []importKind
	Problem string
	Done    string
	Items   []importLine
	MaxMB   int
}

// importKind is one sort of record that may be brought in.
type importKind struct {
	Key, Label, Template string
	Chosen               bool
}

// importLine is a file that was brought before.
type importLine struct {
	URL, File, Kind, State, At, Note string
	Waits                            bool // for the one who brought it
}

// importsFacts is what the page is made of.
type importsFacts struct {
	Kinds   []catalog.Kind // that the caller may enter
	Chosen  string
	Batches []*batch.Batch
	Now     time.Time
	Err     error
	Done    string
}

// buildImports makes the page.
func buildImports(f importsFacts) importsView {
	v := importsView{MaxMB: batch.MaxFile >> 20, Done: map[string]string{"discarded": "已删除上传的文件；已经导入的记录还在。"}[f.Done]}
	if f.Err != nil {
		v.Problem = sentence(f.Err)
	}
	for i, kind := range f.Kinds {
		v.Kinds = append(v.Kinds, importKind{Key: string(kind), Label: view.KindLabel(kind), Template: templateURL(kind), Chosen: string(kind) == f.Chosen || f.Chosen == "" && i == 0})
	}
	for _, b := range f.Batches {
		line := importLine{URL: view.ImportURL(b.Code), File: b.File, Kind: view.KindLabel(b.Kind), State: batchState(b), At: view.SinceText(b.At, f.Now), Waits: b.State == batch.Received || b.State == batch.Broken}
		if b.Report != nil {
			line.Note = counted(*b.Report)
		}
		v.Items = append(v.Items, line)
	}
	return v
}

func templateURL(kind catalog.Kind) string { return "/api/v1/templates/" + string(kind) + ".xlsx" }

func batchState(b *batch.Batch) string {
	return map[batch.State]string{batch.Received: "待核对", batch.Queued: "等待导入", batch.Working: "正在导入", batch.Done: "已导入", batch.Broken: "没有导完"}[b.State]
}

// counted says what an import did, or would do.
func counted(r exchange.Report) string {
	return fmt.Sprintf("共 %d 行：新增 %d，更新 %d，未变 %d，有误 %d", r.Rows, r.Created, r.Updated, r.Unchanged, r.Failed)
}

// importFacts is what the page of one file is made of.
type importFacts struct {
	Batch *batch.Batch
	Trial *batch.Trial // nil when the file is not to be settled any more
	Own   bool         // the caller acts for his own organisation only
	Err   error
	Done  string
}

// importView is the page of one file.
type importView struct {
	Code, URL, File, Kind, Size, State string
	Rev                                int64
	Problem, Done                      string
	Steps                              []importStep
	Columns                            *importColumns
	Trial                              *importTrial
	Job                                *view.JobView
	Result                             *importResult
	Again                              bool // the import broke off and may be begun again
}

// importStep is one of the steps of bringing a file in.
type importStep struct {
	Text          string
	Done, Current bool
}

// importColumns is the table by which a person says what columns mean.
type importColumns struct {
	Sheets  []view.FormOption
	Header  int
	Columns []importColumn
	Missing string // labels of required fields that no column gives
	Fixed   bool   // a file of JSON: its keys say what they mean
	Open    bool   // something is to be decided
}

// importColumn is one column with the fields to choose from.
type importColumn struct {
	ID      string
	Name    string
	Samples []string
	Options []view.FormOption
	Passed  bool
}

// importTrial is what would come of the first rows.
type importTrial struct {
	Summary string
	Head    []string
	Rows    []importRow
	Notes   []string
	Stopped string
	Ready   bool // there is something to import
}

// importRow is one row of the preview.
type importRow struct {
	Number  int
	Outcome string
	Bad     bool
	Faults  []string // about the row as a whole
	Cells   []importCell
}

// importCell is one cell with what is wrong with it.
type importCell struct {
	Text  string
	Fault string
}

// importResult is what an import did.
type importResult struct {
	Text   string
	Errors string // where the rows that were not imported can be had
	Faults []importFault
	More   string
	Notes  []string
}

// importFault is one fault for a list.
type importFault struct {
	Row                    int
	Column, Value, Message string
}

// shownFaults is how many faults a page lists.
const shownFaults = 50

// buildImport makes the page of one file.
func buildImport(f importFacts) importView {
	b := f.Batch
	v := importView{Code: b.Code, URL: view.ImportURL(b.Code), File: b.File, Kind: view.KindLabel(b.Kind), Size: view.Bytes(b.Size), State: batchState(b), Rev: b.Rev}
	v.Done = map[string]string{"arranged": "已按您说的重新核对。"}[f.Done]
	if v.Problem = b.Fault; f.Err != nil {
		v.Problem = sentence(f.Err)
	}
	v.Steps = importSteps(b.State)
	if f.Trial != nil {
		v.Columns = columnsOfImport(b, f.Trial.Survey)
		v.Trial = trialOfImport(*f.Trial)
		v.Again = b.State == batch.Broken
	}
	if b.Busy() {
		v.Job = importJob(b)
	}
	if b.Report != nil && !b.Busy() {
		v.Result = resultOfImport(b, f.Own)
	}
	return v
}

func importSteps(s batch.State) []importStep {
	at := map[batch.State]int{batch.Received: 1, batch.Broken: 1, batch.Queued: 2, batch.Working: 2, batch.Done: 3}[s]
	var out []importStep
	for i, text := range []string{"上传文件", "核对内容", "导入", "看结果"} {
		out = append(out, importStep{Text: text, Done: i < at, Current: i == at})
	}
	return out
}

func importJob(b *batch.Batch) *view.JobView {
	j := &view.JobView{Busy: true, Text: "正在等待导入…"}
	if b.State == batch.Working {
		j.Text = fmt.Sprintf("正在导入，已处理 %s 行", view.Thousands(b.Rows))
		if b.Total > 0 {
			j.Text += fmt.Sprintf("，共约 %s 行", view.Thousands(b.Total))
			j.Share = min(100, 100*b.Rows/b.Total)
		}
		if b.Begun > 1 {
			j.Text += "（中断过，正从头核对；已导入的不会重复）"
		}
	}
	return j
}

func columnsOfImport(b *batch.Batch, s exchange.Survey) *importColumns {
	v := &importColumns{Header: s.Header, Missing: strings.Join(s.Missing, "、"), Fixed: s.Format == exchange.JSONL}
	if len(s.Sheets) > 1 {
		for _, name := range s.Sheets {
			v.Sheets = append(v.Sheets, view.FormOption{Value: name, Label: name, Chosen: name == s.Sheet})
		}
	}
	fields := catalog.Schema(b.Kind)
	for i, c := range s.Columns {
		col := importColumn{ID: fmt.Sprintf("column-%d", i+1), Name: c.Name, Samples: c.Samples, Passed: c.Key == "", Options: []view.FormOption{{Label: "不导入这一列", Chosen: c.Key == ""}}}
		for _, f := range fields {
			label := f.Label
			if f.Required {
				label += "（必填）"
			}
			col.Options = append(col.Options, view.FormOption{Value: f.Key, Label: label, Chosen: f.Key == c.Key})
		}
		v.Columns = append(v.Columns, col)
		v.Open = v.Open || col.Passed
	}
	v.Open = v.Open || v.Missing != "" || s.Fault != nil
	return v
}

// readImportLayout reads what a person decided about the columns.
func readImportLayout(form map[string][]string) exchange.Layout {
	first := func(key string) string {
		if v := form[key]; len(v) > 0 {
			return strings.TrimSpace(v[0])
		}
		return ""
	}
	o := exchange.Layout{Sheet: first("sheet"), Header: int(view.ReadRev(first("header"))), Fields: map[string]string{}}
	names, keys := form["column"], form["field"]
	for i := range min(len(names), len(keys)) {
		o.Fields[names[i]] = keys[i]
	}
	return o
}

func trialOfImport(t batch.Trial) *importTrial {
	if t.Report == nil {
		v := &importTrial{}
		if t.Survey.Fault != nil {
			v.Stopped = sentence(t.Survey.Fault)
		}
		return v
	}
	r := *t.Report
	v := &importTrial{Ready: r.Created+r.Updated > 0 || t.More, Stopped: r.Stopped}
	v.Summary = fmt.Sprintf("将新增 %d 条，更新 %d 条，%d 条没有变化，%d 行有误。", r.Created, r.Updated, r.Unchanged, r.Failed)
	if t.More {
		v.Summary = fmt.Sprintf("前 %d 行里，", r.Rows) + v.Summary
	}
	if r.Failed > 0 {
		v.Notes = append(v.Notes, "有误的行不会导入，别的行照常导入；导完可以下载错误表，改好再传。")
	}
	v.Notes = append(v.Notes, reportNotes(r)...)
	shown := shownFields(t.Rows)
	fields := catalog.Schema(r.Kind)
	for _, i := range shown {
		v.Head = append(v.Head, fields[i].Label)
	}
	for _, j := range t.Rows {
		v.Rows = append(v.Rows, rowOfImport(j, fields, shown))
	}
	return v
}

// shownFields are the fields for which the file has a column.
func shownFields(rows []exchange.Judged) []int {
	var out []int
	for _, j := range rows {
		for i, c := range j.Row.Cells {
			if c.Present && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	slices.Sort(out)
	return out
}

func rowOfImport(j exchange.Judged, fields []catalog.FieldInfo, shown []int) importRow {
	row := importRow{Number: j.Row.Number, Bad: j.Outcome == exchange.Failed, Outcome: map[exchange.Outcome]string{
		exchange.Created: "新增", exchange.Updated: "更新", exchange.Unchanged: "未变", exchange.Failed: "有误", exchange.Example: "示例，跳过"}[j.Outcome]}
	placed := map[string]bool{}
	for _, i := range shown {
		cell := importCell{}
		if i < len(j.Row.Cells) {
			cell.Text = view.Shorten(j.Row.Cells[i].Text, 40)
		}
		for _, f := range j.Faults {
			if f.Key == fields[i].Key {
				cell.Fault, placed[f.Key] = f.Message, true
			}
		}
		row.Cells = append(row.Cells, cell)
	}
	for _, f := range j.Faults {
		if !placed[f.Key] {
			row.Faults = append(row.Faults, f.Message)
		}
	}
	return row
}

// reportNotes says what of a file was not read.
func reportNotes(r exchange.Report) []string {
	var out []string
	if len(r.Unknown) > 0 {
		out = append(out, "不导入的列："+view.Shorten(strings.Join(r.Unknown, "、"), 200)+"。")
	}
	if len(r.OtherSheets) > 0 {
		out = append(out, "只读工作表“"+r.Sheet+"”；像是数据、但没有读的还有："+strings.Join(r.OtherSheets, "、")+"。")
	}
	if r.Examples > 0 {
		out = append(out, fmt.Sprintf("模板里的示例行跳过了 %d 行。", r.Examples))
	}
	return out
}

func resultOfImport(b *batch.Batch, own bool) *importResult {
	r := *b.Report
	v := &importResult{Text: counted(r) + "。", Notes: reportNotes(r)}
	if b.Begun > 1 {
		v.Notes = append(v.Notes, "导入中断过，重新核对过一遍；中断以前导入的，算在“未变”里。")
	}
	if own && r.Created > 0 {
		v.Notes = append(v.Notes, "新增的记录已交红娘审核，通过以后公众才看得到。")
	}
	if r.Failed > 0 {
		v.Errors = view.ImportURL(b.Code) + "/errors.xlsx"
	}
	for _, f := range r.Faults[:min(len(r.Faults), shownFaults)] {
		v.Faults = append(v.Faults, importFault{Row: f.Row, Column: view.OrText(f.Column, "（整行）"), Value: f.Value, Message: f.Message})
	}
	if len(r.Faults) > shownFaults || b.Cut {
		v.More = "这里只列出前面的一部分，全部在错误表里。"
	}
	return v
}
