package exchange_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"hongniang/internal/errs"
	"hongniang/internal/exchange"
)

// Two sheets as they were given; a text that looks like a formula is a text.
func TestWriteTables(t *testing.T) {
	tables := []exchange.Table{
		{Name: "需求台账", Title: "需求台账", Notes: []string{"单位：威海市总工会", "时期：2026-01-01 至 2026-12-31"}, Columns: []exchange.TableColumn{{"编号", 12}, {"金额（万元）", 300}},
			Rows: [][]any{{"XQ-1", 26.5}, {"=1+1", nil}, {strings.Repeat("长", 40_000), 0}}},
		{Name: "空", Title: "没有记录", Columns: []exchange.TableColumn{{"编号", 0}}},
	}
	var out bytes.Buffer
	if err := exchange.WriteTables(&out, tables); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("需求台账")
	if err != nil {
		t.Fatal(err)
	}
	if n := len([]rune(rows[6][0])); n != 32_000 {
		t.Errorf("the long text has %d characters", n)
	}
	rows[6] = rows[6][1:]
	want := [][]string{{"需求台账"}, {"单位：威海市总工会"}, {"时期：2026-01-01 至 2026-12-31"}, {"编号", "金额（万元）"}, {"XQ-1", "26.5"}, {"=1+1"}, {"0"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
	if formula, err := f.GetCellFormula("需求台账", "A6"); err != nil || formula != "" {
		t.Errorf("a formula %q, %v", formula, err)
	}
	layout, err := f.GetPageLayout("需求台账")
	if err != nil || *layout.Orientation != "landscape" || *layout.Size != 9 || *layout.FitToWidth != 1 {
		t.Errorf("printed as %+v, %v", layout, err)
	}
	if names := f.GetDefinedName(); len(names) != 2 || names[0].RefersTo != "'需求台账'!$4:$4" {
		t.Errorf("the header is not repeated: %+v", names)
	}
	if rows, err := f.GetRows("空"); err != nil || len(rows) != 2 {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestWriteTablesRefusesMoreThanASheetHolds(t *testing.T) {
	rows := make([][]any, 1_048_576)
	err := exchange.WriteTables(&bytes.Buffer{}, []exchange.Table{{Name: "多", Title: "多", Rows: rows}})
	if !errs.Is(err, errs.TooLarge) {
		t.Errorf("%v", err)
	}
}
