package exchange

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
)

// nasty are texts that a careless writer or reader breaks.
var nasty = []string{
	"=1+1", "+86", "-5", "@cmd", "'=x", "''=y", "'plain", "甲、乙", "甲；乙;丙", "a|b｜c", `C:\new`, `a\|b\\`, `\`, "一\n二", "逗，号,", "\"引号\"",
	"是", "1e5", "007", "2024.10", "_x0041_", "_x005F_", "&lt;<b>&", "示例", "#N/A", "TRUE", "x\n\ny", "𠮷野家", "φ0.02mm ±5%",
}

// filler fills records with values that survive catalog.Clean.
type filler struct{ *rand.Rand }

func (r filler) text(f catalog.FieldInfo) string {
	s := nasty[r.IntN(len(nasty))] + nasty[r.IntN(len(nasty))]
	if f.MaxRunes > 0 && f.MaxRunes <= 300 {
		s = strings.ReplaceAll(s, "\n", "")
	}
	return s
}

func (r filler) fill(fields []catalog.FieldInfo, of any) {
	for _, f := range fields {
		v := f.Value(of)
		if !f.List {
			if f.Required || r.IntN(4) > 0 {
				r.value(f, v)
			}
			continue
		}
		n := r.IntN(4)
		list := reflect.MakeSlice(v.Type(), n, n)
		for i := range n {
			r.value(f, list.Index(i))
		}
		v.Set(list)
	}
}

func (r filler) value(f catalog.FieldInfo, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	switch f.Type {
	case catalog.Group:
		r.fill(f.Items, v.Addr().Interface())
	case catalog.Number:
		v.SetFloat([]float64{0, 0.1, -3, 12.345678, 1e8, 0.000001}[r.IntN(6)])
	case catalog.Whole:
		v.SetInt(int64(r.IntN(100000)))
	case catalog.YesNo:
		v.SetBool(r.IntN(2) == 0)
	default:
		v.SetString(r.string(f))
	}
}

func (r filler) string(f catalog.FieldInfo) string {
	switch {
	case f.Vocab != "":
		choices := catalog.Vocab(f.Vocab).Choices
		return choices[r.IntN(len(choices))].Key
	case f.Format == "region":
		return catalog.Places()[r.IntN(len(catalog.Places()))].Code
	case f.Format == "date":
		return []string{"2024-06-01", "2024-10", "2024"}[r.IntN(3)]
	case f.Format == "month":
		return []string{"2024-10", "1999"}[r.IntN(2)]
	case f.Format == "industry":
		return []string{"34", "C", "P"}[r.IntN(3)]
	}
	return r.text(f)
}

// TestLossless writes a rich record of every kind in every format and reads it
// back: nothing may change.
func TestLossless(t *testing.T) {
	r := filler{rand.New(rand.NewPCG(1, 2))}
	for _, kind := range catalog.Kinds() {
		var recs []catalog.Record
		for range 150 {
			rec, err := catalog.New(kind)
			if err != nil {
				t.Fatal(err)
			}
			r.fill(catalog.Schema(kind), rec)
			rec.Base().Code = "C-" + itoa(len(recs))
			catalog.Clean(rec)
			recs = append(recs, rec)
		}
		for _, format := range []Format{XLSX, CSV, JSONL} {
			t.Run(string(kind)+"/"+string(format), func(t *testing.T) {
				checkLossless(t, recs, ExportOptions{Kind: kind, Format: format, IncludeConfidential: true})
			})
		}
	}
}

func checkLossless(t *testing.T, recs []catalog.Record, o ExportOptions) {
	t.Helper()
	in, err := Read(t.Context(), o.Kind, export(t, recs, o))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	i := 0
	for row, err := range in.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got, err := catalog.New(o.Kind)
		if err != nil {
			t.Fatal(err)
		}
		if faults := in.Record(row, got); faults != nil {
			t.Fatal(faults)
		}
		catalog.Clean(got)
		if diff := cmp.Diff(recs[i], got); diff != "" {
			t.Fatalf("record %d (-want +got):\n%s", i, diff)
		}
		i++
	}
	if i != len(recs) || len(in.Unknown()) > 0 {
		t.Fatalf("read %d of %d, unknown %v", i, len(recs), in.Unknown())
	}
}

// TestLongTexts has texts longer than a cell of a workbook.
func TestLongTexts(t *testing.T) {
	need := &catalog.Need{Title: "很长的需求", Detail: strings.Repeat("𠮷甲", 50_000), Background: strings.Repeat("一=二|", 4_000)}
	need.Code = "XQ-1"
	for _, format := range []Format{XLSX, CSV, JSONL} {
		checkLossless(t, []catalog.Record{need}, ExportOptions{Kind: catalog.KindNeed, Format: format, IncludeConfidential: true})
	}
}
