package exchange

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"hongniang/internal/catalog"
)

func manyResults(n int) []catalog.Record {
	out := make([]catalog.Record, n)
	for i := range out {
		r := &catalog.Result{
			Title: fmt.Sprintf("第%d号可调式中心架", i), ResultKind: "small_innovation", Summary: "一种装拆方便的细长轴支承装置，用于卧式车床加工细长轴时抑制振动，装拆只需一人。",
			Keywords: []string{"细长轴", "中心架", "振动"}, TechField: "manufacturing", IndustryCode: "34",
			Completers:     []catalog.Completer{{Name: "张三", Org: "示例机械有限公司", IsFrontline: true}, {Name: "李四"}},
			CompletingOrgs: []string{fmt.Sprintf("示例机械%d厂", i%500)}, EndMonth: "2024-05", Stage: "mature", TRL: 8, AskingPriceWan: 3.5,
		}
		r.Status, r.Visibility, r.RegionCode = "published", "public", "371000"
		out[i] = r
	}
	return out
}

// BenchmarkImport10000 takes a CSV file of 10,000 results into SQLite.
func BenchmarkImport10000(b *testing.B) {
	src := export(b, manyResults(10_000), ExportOptions{Kind: catalog.KindResult, Format: CSV, IncludeConfidential: true})
	for b.Loop() {
		report := mustImport(b, newImporter(b), catalog.KindResult, src, Options{})
		wantCounts(b, report, [4]int{10_000, 0, 0, 0})
	}
}

// BenchmarkRead50000 reads a workbook of 50,000 rows.
func BenchmarkRead50000(b *testing.B) {
	src := export(b, manyResults(50_000), ExportOptions{Kind: catalog.KindResult, Format: XLSX})
	for b.Loop() {
		if n := len(readAll(b, catalog.KindResult, src)); n != 50_000 {
			b.Fatal(n)
		}
	}
}

// TestManyRowsTakeLittleMemory reads 50,000 rows of a workbook one by one.
func TestManyRowsTakeLittleMemory(t *testing.T) {
	var file bytes.Buffer
	if _, err := Export(t.Context(), &file, each(manyResults(50_000)), ExportOptions{Kind: catalog.KindResult, Format: XLSX}); err != nil {
		t.Fatal(err)
	}
	src := FromBytes("big.xlsx", file.Bytes())
	r, err := Read(t.Context(), catalog.KindResult, src)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n, peak := 0, uint64(0)
	for row, err := range r.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%10_000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
		if row.Number != n+1 {
			t.Fatalf("row %d is numbered %d", n, row.Number)
		}
	}
	if n != 50_000 {
		t.Errorf("read %d rows", n)
	}
	if peak > 400<<20 {
		t.Errorf("heap in use %d MB", peak>>20)
	}
}
