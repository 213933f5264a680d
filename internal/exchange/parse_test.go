package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func fieldOf(t testing.TB, kind catalog.Kind, key string) catalog.FieldInfo {
	t.Helper()
	for _, f := range catalog.Schema(kind) {
		if f.Key == key {
			return f
		}
	}
	t.Fatalf("%s has no %s", kind, key)
	return catalog.FieldInfo{}
}

func TestParseNumber(t *testing.T) {
	tests := []struct {
		text   string
		money  bool
		factor float64
		want   float64
		ok     bool
	}{
		{"12.5", true, 1, 12.5, true},
		{"１２．５万元", true, 1, 12.5, true},
		{"¥35,000元", true, 1, 3.5, true},
		{"1.2亿元", true, 1, 12000, true},
		{"35000", true, 1e-4, 3.5, true},
		{"3.5万", true, 1e-4, 3.5, true},
		{"约 20 万", true, 1, 20, true},
		{"1，234", false, 1, 1234, true},
		{"1200人", false, 1, 1200, true},
		{"1.2万人", false, 1, 12000, true},
		{"-0.5", false, 1, -0.5, true},
		{"1e3", false, 1, 1000, true},
		{"10-20", true, 1, 0, false},
		{"面议", true, 1, 0, false},
		{"12斤", false, 1, 0, false},
		{"1e999", false, 1, 0, false},
		{"", false, 1, 0, false},
		{"NaN", false, 1, 0, false},
		{"0x10", false, 1, 0, false},
	}
	for _, tt := range tests {
		if got, ok := parseNumber(tt.text, tt.money, tt.factor); got != tt.want || ok != tt.ok {
			t.Errorf("parseNumber(%q, %v, %v) = %v %v, want %v %v", tt.text, tt.money, tt.factor, got, ok, tt.want, tt.ok)
		}
	}
}

func TestLists(t *testing.T) {
	tests := []struct {
		key, cell string
		want      []string
	}{
		{"keywords", "振动、轴承", []string{"振动", "轴承"}},
		{"keywords", "振动，轴承, 齿轮", []string{"振动", "轴承", "齿轮"}},
		{"keywords", "振动；轴承、齿轮", []string{"振动", "轴承、齿轮"}},
		{"keywords", "振动\r\n轴承；齿轮\n", []string{"振动", "轴承；齿轮"}},
		{"keywords", `振动\、轴承`, []string{"振动、轴承"}},
		{"keywords", "振动、轴承；", []string{"振动、轴承"}},
		{"innovation_points", "采用甲、乙结构，省力", []string{"采用甲、乙结构，省力"}},
		{"completing_orgs", "甲厂、乙厂", []string{"甲厂", "乙厂"}},
		{"completing_orgs", "甲,乙公司", []string{"甲,乙公司"}},
		{"transfer_modes", "转让、许可", []string{"转让", "许可"}},
		{"transfer_modes", "技术入股/作价投资", []string{"技术入股/作价投资"}},
		{"keywords", " ；、，", []string{"、，"}},
		{"keywords", "；", []string{}},
	}
	for _, tt := range tests {
		f, r := fieldOf(t, catalog.KindResult, tt.key), &catalog.Result{}
		if p := setCell(f, r, Cell{Text: tt.cell, Present: true}); p != nil {
			t.Fatal(p)
		}
		if diff := cmp.Diff(tt.want, f.Value(r).Interface()); diff != "" {
			t.Errorf("%s %q: %s", tt.key, tt.cell, diff)
		}
	}
}

func TestGroups(t *testing.T) {
	r := &catalog.Result{}
	set := func(key, cell string) *problem {
		return setCell(fieldOf(t, catalog.KindResult, key), r, Cell{Text: cell, Present: true})
	}
	if p := set("indicators", "粗糙度｜不高于｜０.８｜μm\n转速|>=|4,000"); p != nil {
		t.Fatal(p)
	}
	want := []catalog.Target{{Name: "粗糙度", Op: "不高于", Value: 0.8, Unit: "μm"}, {Name: "转速", Op: ">=", Value: 4000}}
	if diff := cmp.Diff(want, r.Indicators); diff != "" {
		t.Error(diff)
	}
	if p := set("benefits", "2024|节约|35000元；2025|创造|1.2亿"); p != nil || r.Benefits[0].AmountWan != 3.5 || r.Benefits[1].AmountWan != 12000 {
		t.Errorf("%v %+v", p, r.Benefits)
	}
	if p := set("indicators", "甲|≥|1\n乙|≥|很多"); p == nil || p.code != "number.malformed" || !strings.Contains(p.message, "第 2 项") {
		t.Errorf("%+v", p)
	}
	if p := set("contact", "张三|1|a@b.cn|多了"); p == nil || p.code != "group.parts" {
		t.Errorf("%+v", p)
	}
	if p := set("contact", ""); p != nil || r.Contact != nil {
		t.Errorf("%+v %+v", p, r.Contact)
	}
}

func TestDatesFromNumbers(t *testing.T) {
	tests := []struct {
		key  string
		cell Cell
		want string
	}{
		{"deadline", Cell{Text: "45444", Type: CellNumber}, "2024-06-01"},
		{"deadline", Cell{Text: "45444.75", Type: CellNumber}, "2024-06-01"},
		{"deadline", Cell{Text: "43982", Type: CellDate1904}, "2024-06-01"},
		{"deadline", Cell{Text: "2024", Type: CellNumber}, "2024"},
		{"deadline", Cell{Text: "20240601", Type: CellNumber}, "2024-06-01"},
		{"deadline", Cell{Text: "2024.06"}, "2024-06"},
		{"deadline", Cell{Text: "45444"}, "2024-06-01"},
		{"deadline", Cell{Text: "Jun-24"}, "2024-06"},
		{"deadline", Cell{Text: "1-Jun-24"}, "2024-06-01"},
		{"deadline", Cell{Text: "2024/6/1 0:00:00"}, "2024-06-01"},
		{"code", Cell{Text: "13800138000", Type: CellNumber}, "13800138000"},
		{"code", Cell{Text: "1.2300000000000001", Type: CellNumber}, "1.23"},
		{"code", Cell{Text: "2.0221125089E11", Type: CellNumber}, "202211250890"},
	}
	for _, tt := range tests {
		n := &catalog.Need{}
		if p := setCell(fieldOf(t, catalog.KindNeed, tt.key), n, tt.cell); p != nil {
			t.Fatal(p)
		}
		catalog.Clean(n)
		if got := fieldOf(t, catalog.KindNeed, tt.key).Value(n).String(); got != tt.want {
			t.Errorf("%+v = %q, want %q", tt.cell, got, tt.want)
		}
	}
}

func TestParseYesNo(t *testing.T) {
	for _, s := range []string{"是", "TRUE", "√", "１", "Yes"} {
		if yes, ok := parseYesNo(s); !yes || !ok {
			t.Errorf("%q is not yes", s)
		}
	}
	for _, s := range []string{"否", "False", "×", "0", "无"} {
		if yes, ok := parseYesNo(s); yes || !ok {
			t.Errorf("%q is not no", s)
		}
	}
	if _, ok := parseYesNo("也许"); ok {
		t.Error("也许 is understood")
	}
}

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{"=1": "'=1", "'=1": "''=1", "'a": "'a", "-": "'-", "a=1": "a=1", "": "", "\t=1": "'\t=1"} {
		if got := guard(text); got != want || unguard(got) != text {
			t.Errorf("guard(%q) = %q, back %q", text, got, unguard(got))
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add(`a\|b`, "c；d")
	f.Add(`\\`, `\`)
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = fuzzItem(a), fuzzItem(b)
		if a == "" || b == "" {
			return
		}
		for _, key := range []string{"keywords", "innovation_points", "completing_orgs"} {
			field := fieldOf(t, catalog.KindResult, key)
			for _, want := range [][]string{{a}, {a, b}} {
				r := &catalog.Result{}
				field.Value(r).Set(reflectValue(want))
				cell := cellText(field, field.Value(r), "")
				if p := setCell(field, r, Cell{Text: cell, Present: true}); p != nil {
					t.Fatal(p)
				}
				if diff := cmp.Diff(want, field.Value(r).Interface()); diff != "" {
					t.Fatalf("%s, cell %q: %s", key, cell, diff)
				}
			}
		}
	})
}

// FuzzCell feeds every field of every kind; what is read must be written and
// read again as the same.
func FuzzCell(f *testing.F) {
	for _, s := range append([]string{"张三|||是", "45444", "1e308", "4544\x1c4", "；；", "|", "\\"}, nasty...) {
		f.Add(s, uint8(0))
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, s string, kind uint8) {
		for _, k := range catalog.Kinds() {
			for _, field := range catalog.Schema(k) {
				checkCellStable(t, k, field, Cell{Text: s, Present: true, Type: CellType(kind % 6)})
			}
		}
	})
}

func checkCellStable(t *testing.T, kind catalog.Kind, f catalog.FieldInfo, c Cell) {
	t.Helper()
	first, err := catalog.New(kind)
	if err != nil {
		t.Fatal(err)
	}
	if p := setCell(f, first, c); p != nil {
		if p.code == "" || p.message == "" {
			t.Fatalf("%s: a problem without words", f.Key)
		}
		return
	}
	catalog.Clean(first)
	second, err := catalog.New(kind)
	if err != nil {
		t.Fatal(err)
	}
	second.Base().RegionCode = first.Base().RegionCode
	text := scalarText(cellValue(f, first))
	if p := setCell(f, second, Cell{Text: text, Present: true}); p != nil {
		t.Fatalf("%s: %q was read, then written as %q and refused: %s", f.Key, c.Text, text, p.message)
	}
	catalog.Clean(second)
	if diff := cmp.Diff(f.Value(first).Interface(), f.Value(second).Interface()); diff != "" {
		t.Fatalf("%s: %q, written as %q: %s", f.Key, c.Text, text, diff)
	}
}

// FuzzReadCSV must agree with encoding/csv on what that accepts, and never fail.
func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"b\",c\r\n", "\"a\nb\"", "\"open", "\n\n,\n", "a\rb", "'=1,2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := Read(t.Context(), catalog.KindNeed, FromBytes("a.csv", data)); err == nil {
			r.Close()
		} else if errs.As(err).Code == "internal" {
			t.Fatalf("%q: a foreign error: %v", data, err)
		}
		var got [][]string
		table := newCSV(bytes.NewReader(data), ',')
		for {
			l, err := table.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			var row []string
			for _, c := range l.cells {
				row = append(row, c.Text)
			}
			got = append(got, row)
		}
		want, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || bytes.ContainsAny(data, "'\r") || len(want) == 0 {
			return
		}
		if diff := cmp.Diff(dropBlank(want), got); diff != "" {
			t.Fatalf("%q (-encoding/csv +ours):\n%s", data, diff)
		}
	})
}

// FuzzReadJSON and FuzzReadSheet feed what no program writes.
func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{`{"name":"a"}`, `[{"name":1},{}]`, `{"contact":{"name":[1]}}`, `{"keywords":[["a"]]}`, "{\"a\":\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { readFuzzed(t, FromBytes("a.jsonl", data)) })
}

func FuzzReadSheet(f *testing.F) {
	for _, s := range []string{`<sheetData><row><c t="inlineStr"><is><t>单位名称</t></is></c></row><row><c r="A2"><v>1</v></c></row></sheetData>`, `<row r="99999999999"><c r="ZZZZZZ1" t="s"><v>-1</v></c>`, `<row><c><f>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readFuzzed(t, FromBytes("a.xlsx", zipOf(t, map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="表" r:id="rId1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Target="sheet1.xml"/></Relationships>`,
			"xl/sheet1.xml":              string(data),
		})))
	})
}

// readFuzzed wants rows or an error of ours.
func readFuzzed(t *testing.T, src Source) {
	t.Helper()
	r, err := Read(t.Context(), catalog.KindOrganisation, src)
	if err == nil {
		defer r.Close()
		for row, rowErr := range r.Rows(t.Context()) {
			if err = rowErr; err != nil {
				break
			}
			r.Record(row, &catalog.Organisation{})
		}
	}
	if err != nil && errs.As(err).Code == "internal" {
		t.Fatalf("a foreign error: %v", err)
	}
}
