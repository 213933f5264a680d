package exchange

import (
	"bytes"
	"io"
	"iter"
	"log/slog"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/sqlitestore"
	"hongniang/internal/zh"
)

func newImporter(t testing.TB) Importer {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	return Importer{Service: &catalog.Service{Store: store, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}}
}

func mustImport(t testing.TB, im Importer, kind catalog.Kind, src Source, o Options) Report {
	t.Helper()
	report, err := Import(t.Context(), im, kind, src, o)
	if err != nil {
		t.Fatalf("import %s: %v", src.Name, err)
	}
	return report
}

// counts are the numbers of a report: created, updated, unchanged, failed.
func counts(r Report) [4]int { return [4]int{r.Created, r.Updated, r.Unchanged, r.Failed} }

func wantCounts(t testing.TB, r Report, want [4]int) {
	t.Helper()
	if got := counts(r); got != want {
		t.Fatalf("created, updated, unchanged, failed = %v, want %v\n%v", got, want, r.Faults)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", code)
	}
	if e := errs.As(err); e.Code != code {
		t.Fatalf("code %s, want %s: %v", e.Code, code, err)
	}
}

func all(t testing.TB, im Importer, kind catalog.Kind) []catalog.Record {
	t.Helper()
	var out []catalog.Record
	for rec, err := range Records(t.Context(), im.Service.Store, kind) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
	return out
}

func each(recs []catalog.Record) iter.Seq2[catalog.Record, error] {
	return func(yield func(catalog.Record, error) bool) {
		for _, rec := range recs {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func export(t testing.TB, recs []catalog.Record, o ExportOptions) Source {
	t.Helper()
	var b bytes.Buffer
	if _, err := Export(t.Context(), &b, each(recs), o); err != nil {
		t.Fatal(err)
	}
	return FromBytes("out."+string(o.Format), b.Bytes())
}

// workbookOf makes an XLSX of rows by excelize.
func workbookOf(t testing.TB, rows [][]any) Source {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", "A"+itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	return saved(t, f)
}

func saved(t testing.TB, f *excelize.File) Source {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return FromBytes("book.xlsx", b.Bytes())
}

func readAll(t testing.TB, kind catalog.Kind, src Source) []Row {
	t.Helper()
	r, err := Read(t.Context(), kind, src)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []Row
	for row, err := range r.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

func codes(faults []Fault) []string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Code)
	}
	return out
}

func head(t testing.TB, r io.Reader, n int) string {
	t.Helper()
	data, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func reflectValue(v any) reflect.Value { return reflect.ValueOf(v) }

// fuzzItem makes an item as catalog.Clean leaves one, without garbled characters,
// which are refused.
func fuzzItem(s string) string { return zh.Clean(strings.ReplaceAll(zh.Clean(s), "\uFFFD", "")) }

func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int:
		return itoa(v)
	}
	return ""
}

// dropBlank leaves out rows of one empty cell, which are blank lines to us.
func dropBlank(rows [][]string) [][]string {
	var out [][]string
	for _, row := range rows {
		if len(row) > 1 || row[0] != "" {
			out = append(out, row)
		}
	}
	return out
}

func columnName(t testing.TB, i int) string {
	t.Helper()
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		t.Fatal(err)
	}
	return name
}
