package exchange

import (
	"bytes"
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func secretNeeds() []catalog.Record {
	open := &catalog.Need{Title: "轴承振动抑制", SummaryPublic: "求抑振办法", Detail: "机密细节", EnterpriseName: "机密机械有限公司", Contact: &catalog.Contact{Name: "机密联系人", Phone: "0631-1"}, Confidentiality: "summary_only"}
	open.Code, open.Status, open.Visibility, open.ExternalID = "XQ-1", "published", "public", "机密外部号"
	hidden := &catalog.Need{Title: "机密需求名称", Confidentiality: "nda"}
	hidden.Code, hidden.Status, hidden.Visibility = "XQ-2", "published", "public"
	draft := &catalog.Need{Title: "机密草稿名称"}
	draft.Code, draft.Status = "XQ-3", "draft"
	return []catalog.Record{open, hidden, draft}
}

// plainText gives all the characters of an exported file.
func plainText(t testing.TB, src Source, format Format) string {
	t.Helper()
	if format != XLSX {
		return head(t, src.reader(), 1<<20)
	}
	f := openExcel(t, src)
	var b strings.Builder
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
	}
	return b.String()
}

func TestPublicExportHasNoSecrets(t *testing.T) {
	for _, format := range []Format{XLSX, CSV, JSONL} {
		var b bytes.Buffer
		n, err := Export(t.Context(), &b, each(secretNeeds()), ExportOptions{Kind: catalog.KindNeed, Format: format})
		if err != nil || n != 1 {
			t.Fatalf("%s: %d records, %v", format, n, err)
		}
		text := plainText(t, FromBytes("a", b.Bytes()), format)
		if strings.Contains(text, "机密") || !strings.Contains(text, "轴承振动抑制") {
			t.Errorf("%s:\n%s", format, text)
		}
	}
	for _, format := range []Format{XLSX, CSV, JSONL} {
		src := export(t, secretNeeds(), ExportOptions{Kind: catalog.KindNeed, Format: format, IncludeConfidential: true})
		if text := plainText(t, src, format); strings.Count(text, "机密") < 6 {
			t.Errorf("%s: staff miss something:\n%s", format, text)
		}
	}
}

// TestPublicExportClearsNothing imports a public file over the whole records.
func TestPublicExportClearsNothing(t *testing.T) {
	for _, format := range []Format{XLSX, CSV, JSONL} {
		im := newImporter(t)
		whole := export(t, secretNeeds(), ExportOptions{Kind: catalog.KindNeed, Format: JSONL, IncludeConfidential: true})
		wantCounts(t, mustImport(t, im, catalog.KindNeed, whole, Options{}), [4]int{3, 0, 0, 0})
		public := export(t, all(t, im, catalog.KindNeed), ExportOptions{Kind: catalog.KindNeed, Format: format})
		wantCounts(t, mustImport(t, im, catalog.KindNeed, public, Options{}), [4]int{0, 0, 1, 0})
	}
}

// TestExportedTextsAreNoFormulas looks at what a spreadsheet would run.
func TestExportedTextsAreNoFormulas(t *testing.T) {
	var recs []catalog.Record
	for i, text := range []string{"=HYPERLINK(\"http://x\")", "+1+1", "-1", "@SUM(A1)"} {
		o := &catalog.Organisation{Name: "甲厂" + itoa(i), Introduction: text}
		o.Code = "DW-" + itoa(i)
		recs = append(recs, o)
	}
	o := ExportOptions{Kind: catalog.KindOrganisation, Format: CSV, IncludeConfidential: true}
	for _, line := range strings.Split(plainText(t, export(t, recs, o), CSV), "\n")[1:] {
		for _, cell := range strings.Split(line, ",") {
			if cell = strings.TrimPrefix(cell, `"`); cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("cell %q", cell)
			}
		}
	}
	o.Format = XLSX
	f := openExcel(t, export(t, recs, o))
	sheet := f.GetSheetName(0)
	for i := range catalog.Schema(o.Kind) {
		for row := range recs {
			at := columnName(t, i) + itoa(row+2)
			if formula, err := f.GetCellFormula(sheet, at); formula != "" || err != nil {
				t.Errorf("%s holds the formula %q, %v", at, formula, err)
			}
		}
	}
}

// TestExportImportedIsUnchanged closes the circle through the store.
func TestExportImportedIsUnchanged(t *testing.T) {
	for _, format := range []Format{XLSX, CSV, JSONL} {
		im := newImporter(t)
		src := export(t, manyResults(50), ExportOptions{Kind: catalog.KindResult, Format: format, IncludeConfidential: true})
		wantCounts(t, mustImport(t, im, catalog.KindResult, src, Options{}), [4]int{50, 0, 0, 0})
		recs := all(t, im, catalog.KindResult)
		again := export(t, recs, ExportOptions{Kind: catalog.KindResult, Format: format, IncludeConfidential: true})
		wantCounts(t, mustImport(t, im, catalog.KindResult, again, Options{}), [4]int{0, 0, 50, 0})

		other := newImporter(t)
		mustImport(t, other, catalog.KindResult, again, Options{})
		moved := all(t, other, catalog.KindResult)
		for i := range recs {
			*recs[i].Base(), *moved[i].Base() = catalog.Meta{Code: recs[i].Base().Code}, catalog.Meta{Code: moved[i].Base().Code}
		}
		if diff := cmp.Diff(recs, moved); diff != "" {
			t.Errorf("%s: %s", format, diff)
		}
	}
}

func TestExportErrors(t *testing.T) {
	gone := errs.New(errs.Unavailable, "store.unavailable", "数据库连不上。")
	var failing iter.Seq2[catalog.Record, error] = func(yield func(catalog.Record, error) bool) { yield(nil, gone) }
	var b bytes.Buffer
	_, err := Export(t.Context(), &b, failing, ExportOptions{Kind: catalog.KindNeed, Format: CSV})
	wantCode(t, err, "store.unavailable")
	_, err = Export(t.Context(), &b, each(nil), ExportOptions{Kind: catalog.KindNeed, Format: "doc"})
	wantCode(t, err, "format.unknown")
	_, err = Export(t.Context(), &b, each(nil), ExportOptions{Kind: "x", Format: CSV})
	wantCode(t, err, "kind.unknown")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Export(ctx, &b, each(secretNeeds()), ExportOptions{Kind: catalog.KindNeed, Format: CSV})
	wantCode(t, err, "export.stopped")
}

func TestTooLongForAWorkbook(t *testing.T) {
	o := &catalog.Organisation{Name: "甲厂", Introduction: strings.Repeat("长", 12*excelCell)}
	var b bytes.Buffer
	_, err := Export(t.Context(), &b, each([]catalog.Record{o}), ExportOptions{Kind: catalog.KindOrganisation, Format: XLSX, IncludeConfidential: true})
	wantCode(t, err, "xlsx.cell")
}

func TestParseFormat(t *testing.T) {
	for name, want := range map[string]Format{"xlsx": XLSX, "成果.CSV": CSV, "a.jsonl.gz": JSONL, "json": JSONL} {
		if got, err := ParseFormat(name); got != want || err != nil {
			t.Errorf("ParseFormat(%q) = %q, %v", name, got, err)
		}
	}
	_, err := ParseFormat("a.doc")
	wantCode(t, err, "format.unknown")
}
