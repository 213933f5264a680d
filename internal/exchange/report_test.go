package exchange

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"hongniang/internal/catalog"
)

func openExcel(t testing.TB, src Source) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(src.reader())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// mend does what a person does with a report: writes over cells of the first
// sheet and saves.
func mend(t testing.TB, src Source, cells map[string]string) Source {
	t.Helper()
	f := openExcel(t, src)
	for at, value := range cells {
		if err := f.SetCellStr(f.GetSheetName(0), at, value); err != nil {
			t.Fatal(err)
		}
	}
	return saved(t, f)
}

func TestReportMarksTheCell(t *testing.T) {
	src := FromBytes("a.jsonl", []byte(`{"name":"甲厂","size":"特大","employee_count":"很多"}`+"\n"+`{"name":"乙厂"}`+"\n"))
	report := mustImport(t, newImporter(t), catalog.KindOrganisation, src, Options{DryRun: true})
	var b bytes.Buffer
	if err := report.WriteXLSX(t.Context(), src, &b); err != nil {
		t.Fatal(err)
	}
	f := openExcel(t, FromBytes("r.xlsx", b.Bytes()))
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, header := range rows[0] {
		at, err := excelize.CoordinatesToCellName(i+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		id, err := f.GetCellStyle(f.GetSheetName(0), at)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		marked := len(style.Fill.Color) > 0 && style.Fill.Color[0] == "FFC7CE"
		if want := header == faultColumn || header == "职工人数" || header == "规模"; marked != want {
			t.Errorf("column %q marked %v, want %v", header, marked, want)
		}
	}
	if !strings.Contains(rows[1][0], "职工人数") || rows[1][1] != "1" {
		t.Errorf("row %v", rows[1])
	}
}

func TestTableLinesUp(t *testing.T) {
	report := Report{File: "a.csv", Rows: 2, Failed: 2, Unknown: []string{"备注"}, Stopped: "停下了。", Faults: []Fault{
		{Row: 2, Column: "申请号", Value: "123", Message: "格式不对。"},
		{Row: 113, Value: "很长很长的一段内容它一定放不进这一列里面去", Message: "整行有误。"},
	}}
	var b bytes.Buffer
	if err := report.Table(&b); err != nil {
		t.Fatal(err)
	}
	want := `a.csv 共 2 行：新增 0，更新 0，未变 0，有误 2。
不认识的列（已忽略）：备注
行   列        内容                     问题和办法
--------------------------------------------------
2    申请号    123                      格式不对。
113  （整行）  很长很长的一段内容它一…  整行有误。
停下了。
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestDisplayWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "中文": 4, "（）": 4, "é…": 2, "a\n": 1} {
		if got := displayWidth(s); got != want {
			t.Errorf("displayWidth(%q) = %d, want %d", s, got, want)
		}
	}
}
