package exchange

import (
	"bytes"
	"strings"
	"testing"

	"hongniang/internal/catalog"
)

func templateOf(t testing.TB, kind catalog.Kind) Source {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTemplate(kind, &b); err != nil {
		t.Fatal(err)
	}
	return FromBytes("模板.xlsx", b.Bytes())
}

// TestTemplateRoundTrip imports a template as it is (nothing happens), and with
// the mark of its example row taken away (the example is a valid record).
func TestTemplateRoundTrip(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			src := templateOf(t, kind)
			im := newImporter(t)
			report := mustImport(t, im, kind, src, Options{})
			wantCounts(t, report, [4]int{0, 0, 0, 0})
			if report.Examples != 1 || len(report.Unknown) != 0 || report.Sheet != dataSheet {
				t.Errorf("report %+v", report)
			}
			mended := mend(t, src, map[string]string{"A2": ""})
			wantCounts(t, mustImport(t, im, kind, mended, Options{}), [4]int{1, 0, 0, 0})
			rec := all(t, im, kind)[0]
			for _, f := range catalog.Schema(kind) {
				if example(kind, f) != "" && f.Value(rec).IsZero() {
					t.Errorf("%s: the example %q was not read", f.Label, example(kind, f))
				}
			}
		})
	}
}

func TestTemplateHelpsToFillIn(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		f := openExcel(t, templateOf(t, kind))
		rows, err := f.GetRows(guideSheet)
		if err != nil {
			t.Fatal(err)
		}
		guide := map[string][]string{}
		for _, row := range rows {
			if len(row) > 2 {
				guide[row[0]] = row
			}
		}
		rules, err := f.GetDataValidations(dataSheet)
		if err != nil {
			t.Fatal(err)
		}
		lists := 0
		for i, field := range catalog.Schema(kind) {
			row := guide[field.Label]
			if row == nil || strings.TrimSpace(row[2]) == "" {
				t.Errorf("%s: %s is not explained", kind, field.Label)
			}
			header, err := f.GetCellValue(dataSheet, columnName(t, i)+"1")
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(header, "*") != field.Required {
				t.Errorf("%s: header %q, required %v", kind, header, field.Required)
			}
			if len(choicesOf(field)) > 0 {
				lists++
			}
		}
		if len(rules) != lists || lists == 0 {
			t.Errorf("%s: %d drop-down lists, want %d", kind, len(rules), lists)
		}
		if visible, err := f.GetSheetVisible(choiceSheet); visible || err != nil {
			t.Errorf("the sheet of choices is visible: %v", err)
		}
	}
}

// TestTemplateChoicesAreAccepted guards against a list that offers what the
// import refuses.
func TestTemplateChoicesAreAccepted(t *testing.T) {
	for _, kind := range catalog.Kinds() {
		for _, f := range catalog.Schema(kind) {
			if f.Vocab == "" {
				continue
			}
			for _, choice := range choicesOf(f) {
				rec, err := catalog.New(kind)
				if err != nil {
					t.Fatal(err)
				}
				if p := setCell(f, rec, Cell{Text: choice, Present: true}); p != nil {
					t.Fatal(p)
				}
				catalog.Clean(rec)
				got := f.Value(rec)
				if f.List {
					got = got.Index(0)
				}
				if label := catalog.Vocab(f.Vocab).Label(got.String()); label != choice {
					t.Errorf("%s %s: %q became %q", kind, f.Label, choice, label)
				}
			}
		}
	}
}
