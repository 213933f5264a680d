package exchange

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	utf "golang.org/x/text/encoding/unicode"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

func zipOf(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gz(t testing.TB, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWrongFiles(t *testing.T) {
	good := workbookOf(t, [][]any{{"单位名称"}, {"甲厂"}})
	whole := []byte(head(t, good.reader(), 1<<20))
	lines := strings.Repeat(`{"name":"甲厂"}`+"\n", 5000)
	tests := []struct {
		name string
		data []byte
		code string
	}{
		{"empty.csv", nil, "file.empty"},
		{"blank.csv", []byte("\xEF\xBB\xBF \r\n \r\n"), "file.empty"},
		{"a.pdf", []byte("%PDF-1.7 ..."), "file.pdf"},
		{"a.xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"), "file.old_xls"},
		{"html.xls", []byte("<html><table><tr><td>单位名称"), "file.markup"},
		{"a.docx", zipOf(t, map[string]string{"word/document.xml": "x"}), "file.document"},
		{"a.ods", zipOf(t, map[string]string{"mimetype": "x", "content.xml": "x"}), "file.ods"},
		{"a.zip", zipOf(t, map[string]string{"a.csv": "单位名称\n甲厂"}), "file.archive"},
		{"a.xlsb", zipOf(t, map[string]string{"xl/workbook.bin": "x"}), "file.xlsb"},
		{"cut.xlsx", whole[:len(whole)/2], "file.broken_xlsx"},
		{"text.xlsx", []byte("单位名称\n甲厂"), "file.not_xlsx"},
		{"bin.csv", bytes.Repeat([]byte{0, 1, 2, 3, 'a'}, 100), "file.binary"},
		{"cut.jsonl.gz", gz(t, lines)[:60], "file.broken_gzip"},
		{"empty.jsonl.gz", gz(t, ""), "file.empty"},
		{"cut.json", []byte(`[{"name":"甲厂"},{"name":`), "file.broken_json"},
		{"neither.csv", append([]byte("单位名称\n"), bytes.Repeat([]byte{0xFF, 0x20}, 200)...), "file.charset"},
		{"other.csv", []byte("a,b,c\n1,2,3\n"), "header.missing"},
		{"missing.csv", []byte("统一社会信用代码,规模\n,小型\n"), "header.required"},
		{"sheetless.xlsx", zipOf(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), "file.no_sheet"},
		{"badxml.xlsx", zipOf(t, map[string]string{"xl/workbook.xml": "<workbook"}), "file.broken_xlsx"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Import(t.Context(), newImporter(t), catalog.KindOrganisation, FromBytes(tt.name, tt.data), Options{})
			wantCode(t, err, tt.code)
			if e := errs.As(err); !strings.ContainsFunc(e.Message, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("message %q", e.Message)
			}
		})
	}
}

func TestHeaderErrorListsWhatIsMissing(t *testing.T) {
	_, err := Read(t.Context(), catalog.KindPatent, FromBytes("p.csv", []byte("申请日,备注\n2024-01-01,x\n")))
	wantCode(t, err, "header.required")
	for _, want := range []string{"申请号", "专利名称", "备注"} {
		if message := errs.As(err).Message; !strings.Contains(message, want) {
			t.Errorf("%q does not name %s", message, want)
		}
	}
}

// TestZipBomb has parts that unpack to far more than they weigh.
func TestZipBomb(t *testing.T) {
	bomb := zipOf(t, map[string]string{"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": strings.Repeat(" ", 40<<20)})
	_, err := Read(t.Context(), catalog.KindNeed, FromBytes("bomb.xlsx", bomb))
	wantCode(t, err, "file.zip_bomb")
	if !errs.Is(err, errs.TooLarge) {
		t.Errorf("kind %s", errs.KindOf(err))
	}
}

// TestLyingZip has a part that is longer than it declares.
func TestLyingZip(t *testing.T) {
	data := head(t, workbookOf(t, [][]any{{"单位名称"}, {"甲厂"}}).reader(), 1<<20)
	zr, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range zr.File {
		raw, err := f.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		h := f.FileHeader
		if strings.HasSuffix(h.Name, "sheet1.xml") {
			h.UncompressedSize64 = 10
		}
		part, err := w.CreateRaw(&h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(head(t, raw, 1<<20))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Read(t.Context(), catalog.KindOrganisation, FromBytes("lie.xlsx", b.Bytes()))
	wantCode(t, err, "file.broken_xlsx")
}

func TestCharsets(t *testing.T) {
	const text = "单位名称,规模,简介\r\n甲机械厂,小型,生产齿轮\r\n乙厂,中型,𠮷野\r\n"
	gbk, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	late, err := simplifiedchinese.GBK.NewEncoder().String("name,introduction\n" + strings.Repeat("abc,def\n", 20_000) + "甲机械厂,齿轮\n")
	if err != nil {
		t.Fatal(err)
	}
	wide, err := utf.UTF16(utf.LittleEndian, utf.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"utf8": text, "bom": utf8BOM + text, "gb18030": gbk, "utf16": wide, "semicolon": strings.ReplaceAll(text, ",", ";")} {
		t.Run(name, func(t *testing.T) {
			for _, src := range []Source{FromBytes("a.csv", []byte(data)), FromBytes("a.csv.gz", gz(t, data))} {
				if name == "utf16" && strings.HasSuffix(src.Name, ".gz") {
					continue
				}
				im := newImporter(t)
				wantCounts(t, mustImport(t, im, catalog.KindOrganisation, src, Options{}), [4]int{2, 0, 0, 0})
				got := all(t, im, catalog.KindOrganisation)[1].(*catalog.Organisation)
				if got.Introduction != "𠮷野" || got.Size != "medium" {
					t.Errorf("read %+v", got)
				}
			}
		})
	}
	rows := readAll(t, catalog.KindOrganisation, FromBytes("late.csv", []byte(late)))
	if last := rows[len(rows)-1]; len(rows) != 20_001 || last.Cells[nameColumn(t)].Text != "甲机械厂" {
		t.Errorf("GBK behind 160 KB of ASCII: %d rows, last %v", len(rows), last)
	}
}

func nameColumn(t testing.TB) int {
	t.Helper()
	for i, f := range catalog.Schema(catalog.KindOrganisation) {
		if f.Key == "name" {
			return i
		}
	}
	t.Fatal("no name")
	return 0
}

// TestBadCells has one bad row of each sort between good ones.
func TestBadCells(t *testing.T) {
	huge := strings.Repeat("齿轮", 10<<20/6)
	tests := []struct{ name, cell, code string }{
		{"nul", "甲\x00乙", "cell.nul"},
		{"huge", huge, "cell.too_long"},
		{"garbled", "甲\uFFFD乙", "cell.garbled"},
		{"long", strings.Repeat("长", 5001), "text.too_long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := "单位名称,主要产品或学科\n甲厂,齿轮\n乙厂," + tt.cell + "\n丙厂,轴承\n"
			report := mustImport(t, newImporter(t), catalog.KindOrganisation, FromBytes("a.csv", []byte(data)), Options{})
			wantCounts(t, report, [4]int{2, 0, 0, 1})
			if f := report.Faults[0]; f.Code != tt.code || f.Row != 3 || len([]rune(f.Value)) > 81 {
				t.Errorf("fault %+v", f)
			}
		})
	}
}

func TestOpenQuote(t *testing.T) {
	data := "单位名称,简介\n甲厂,\"写得 5\"\" 长\"\n乙厂,不\"配对\n丙厂,\"没有完\n丁厂,x\n"
	report := mustImport(t, newImporter(t), catalog.KindOrganisation, FromBytes("a.csv", []byte(data)), Options{})
	wantCounts(t, report, [4]int{2, 0, 0, 1})
	if f := report.Faults[0]; f.Code != "csv.quote" || f.Row != 4 {
		t.Errorf("fault %+v", f)
	}
}

func TestBadJSONLines(t *testing.T) {
	lines := []string{`{"name":"甲厂"}`, `{"name":`, `[1,2]`, `null`, `{"name":{"a":1}}`, `{"name":"乙厂","颜色":"红"}`, "", `{"名称":"丙厂","资质":["高企"],"联系人":{"联系人":"张三","phone":"0631-5230000"}}`}
	im := newImporter(t)
	report := mustImport(t, im, catalog.KindOrganisation, FromBytes("a.jsonl", []byte(strings.Join(lines, "\n"))), Options{})
	wantCounts(t, report, [4]int{4, 0, 0, 3})
	if diff := cmp.Diff([]string{"颜色"}, report.Unknown); diff != "" {
		t.Error(diff)
	}
	got := all(t, im, catalog.KindOrganisation)[3].(*catalog.Organisation)
	if diff := cmp.Diff(&catalog.Contact{Name: "张三", Phone: "0631-5230000"}, got.Contact); diff != "" || got.Qualifications[0] != "high_tech" {
		t.Errorf("read %+v %s", got, diff)
	}
}

func TestBrokenTailKeepsWhatCameBefore(t *testing.T) {
	im := newImporter(t)
	report, err := Import(t.Context(), im, catalog.KindOrganisation, FromBytes("a.json", []byte(`[{"name":"甲厂"},{"name":"乙厂"},{]`)), Options{})
	wantCode(t, err, "file.broken_json")
	wantCounts(t, report, [4]int{2, 0, 0, 0})
	if report.Stopped == "" {
		t.Error("the report does not say that the file broke off")
	}
}

// TestExcelAsPeopleMakeIt has a title above, merged cells, formulas, dates as
// numbers, a second sheet and an unknown column.
func TestExcelAsPeopleMakeIt(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for at, value := range map[string]any{
		"A1": "2026 年成果汇总表", "A2": "填报单位：示例总工会",
		"A4": " 成果名称 * ", "B4": "成果类别", "C4": "意向价格(元)", "D4": "研究完成年月", "E4": "序号", "F4": "技术就绪度", "G4": "价格面议",
		"A5": "甲装置", "B5": "小发明", "C5": 35000, "D5": 45444, "E5": 1, "F5": "８级", "G5": "√",
		"A6": "乙装置", "C6": 12000, "D6": 2024.1, "F6": 6,
		"A7": "丙装置", "C7": "１，２００元", "D7": "2024年3月", "F7": 6.5,
		"A9": "丁装置", "G9": true,
	} {
		if err := f.SetCellValue("Sheet1", at, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.MergeCell("Sheet1", "A1", "G1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellFormula("Sheet1", "B9", "VLOOKUP(1,H1:H2,1)"); err != nil {
		t.Fatal(err)
	}
	im := newImporter(t)
	report := mustImport(t, im, catalog.KindResult, saved(t, f), Options{})
	wantCounts(t, report, [4]int{1, 0, 0, 3})
	if diff := cmp.Diff([]string{"date.ambiguous", "number.not_whole", "cell.formula_no_value"}, codes(report.Faults)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"序号"}, report.Unknown); diff != "" {
		t.Error(diff)
	}
	got := all(t, im, catalog.KindResult)[0].(*catalog.Result)
	if got.EndMonth != "2024-06" || got.AskingPriceWan != 3.5 || got.TRL != 8 || !got.PriceNegotiable {
		t.Errorf("read %+v", got)
	}
}

// TestFormulaResults has the values that Excel saves beside formulas.
func TestFormulaResults(t *testing.T) {
	sheet := `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>单位名称</t></is></c><c r="B1" t="s"><v>0</v></c></row>` +
		`<row r="2"><c r="A2" t="str"><f>A9&amp;B9</f><v>甲厂</v></c><c r="B2"><f>1+2</f><v>3</v></c></row>` +
		`<row r="3"><c r="A3" t="e"><f>VLOOKUP()</f><v>#N/A</v></c><c r="B3" t="e"><v>#REF!</v></c></row></sheetData></worksheet>`
	src := FromBytes("a.xlsx", zipOf(t, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="x"><sheets><sheet name="表" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst><si><r><t>职工</t></r><r><t>人数</t></r><rPh><t>zhi</t></rPh></si></sst>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}))
	im := newImporter(t)
	report := mustImport(t, im, catalog.KindOrganisation, src, Options{})
	wantCounts(t, report, [4]int{1, 0, 0, 1})
	if diff := cmp.Diff([]string{"cell.formula_error", "cell.formula_error"}, codes(report.Faults)); diff != "" {
		t.Error(diff)
	}
	if got := all(t, im, catalog.KindOrganisation)[0].(*catalog.Organisation); got.Name != "甲厂" || got.EmployeeCount != 3 {
		t.Errorf("read %+v", got)
	}
}

// TestReadsWhatExcelizeReads compares the two readers on a sheet of odd texts.
func TestReadsWhatExcelizeReads(t *testing.T) {
	rows := [][]any{{"单位名称", "简介"}}
	for i, s := range nasty {
		rows = append(rows, []any{"第" + itoa(i) + "厂", s})
	}
	src := workbookOf(t, rows)
	f := openExcel(t, src)
	want, err := f.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	book, err := openWorkbook(src)
	if err != nil {
		t.Fatal(err)
	}
	s, err := book.open(book.sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i := range want {
		l, err := s.next()
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, c := range l.cells {
			got = append(got, c.Text)
		}
		if diff := cmp.Diff(want[i], got); diff != "" || l.number != i+1 {
			t.Errorf("row %d: %s", l.number, diff)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	_, _, err := Open(filepath.Join(dir, "none.csv"))
	wantCode(t, err, "file.not_found")
	_, _, err = Open(dir)
	wantCode(t, err, "file.not_regular")
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, []byte("单位名称\n甲厂\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	src, done, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, mustImport(t, newImporter(t), catalog.KindOrganisation, src, Options{}), [4]int{1, 0, 0, 0})
	if err := done(); err != nil {
		t.Error(err)
	}
}
