package exchange

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

const twoResults = "编号,外部编号,成果名称,成果类别,完成单位,主要完成人,意向价格（元）\n" +
	",E1,可调式中心架,小发明,示例机械有限公司,张三||示例机械有限公司|车工|是,35000\n" +
	",,快换刀架,小革新,示例机床厂,李四、王五,1.2万元\n"

func TestImportTwice(t *testing.T) {
	im := newImporter(t)
	src := FromBytes("成果.csv", []byte(twoResults))
	report := mustImport(t, im, catalog.KindResult, src, Options{By: "经办"})
	wantCounts(t, report, [4]int{2, 0, 0, 0})
	wantCounts(t, mustImport(t, im, catalog.KindResult, src, Options{By: "经办"}), [4]int{0, 0, 2, 0})

	recs := all(t, im, catalog.KindResult)
	first, second := recs[0].(*catalog.Result), recs[1].(*catalog.Result)
	if first.Rev != 1 || second.Rev != 1 {
		t.Errorf("revisions %d and %d, want 1", first.Rev, second.Rev)
	}
	if first.AskingPriceWan != 3.5 || second.AskingPriceWan != 1.2 {
		t.Errorf("prices %v and %v", first.AskingPriceWan, second.AskingPriceWan)
	}
	if diff := cmp.Diff([]catalog.Completer{{Name: "李四"}, {Name: "王五"}}, second.Completers); diff != "" {
		t.Error(diff)
	}
	if first.Source == nil || first.Source.Kind != "import" || first.Source.Ref != "成果.csv" || first.CreatedBy != "经办" {
		t.Errorf("source %+v by %q", first.Source, first.CreatedBy)
	}
}

func TestImportKeepsOtherFields(t *testing.T) {
	im := newImporter(t)
	mustImport(t, im, catalog.KindResult, FromBytes("a.csv", []byte(twoResults)), Options{})
	code := all(t, im, catalog.KindResult)[0].Base().Code
	src := FromBytes("b.csv", []byte("编号,成果名称,成果简介,成果类别\n"+code+",可调式中心架,新的简介,\n"))
	wantCounts(t, mustImport(t, im, catalog.KindResult, src, Options{}), [4]int{0, 1, 0, 0})
	got := all(t, im, catalog.KindResult)[0].(*catalog.Result)
	if got.Summary != "新的简介" || got.AskingPriceWan != 3.5 || got.ExternalID != "E1" || got.Rev != 2 {
		t.Errorf("lost a field without a column: %+v", got)
	}
	if got.ResultKind != "" {
		t.Errorf("an empty cell clears, got %q", got.ResultKind)
	}
}

func TestEmptyCellsNeverShowMore(t *testing.T) {
	im := newImporter(t)
	mustImport(t, im, catalog.KindExpert, FromBytes("a.csv", []byte("姓名,工作单位,授权,可见范围,状态\n张三,甲厂,否|否,内部,待审核\n")), Options{})
	report := mustImport(t, im, catalog.KindExpert, FromBytes("b.csv", []byte("姓名,工作单位,授权,可见范围,状态\n张三,甲厂,,,\n")), Options{})
	wantCounts(t, report, [4]int{0, 0, 1, 0})
}

func TestImportMatching(t *testing.T) {
	tests := []struct {
		name, rows string
		want       [4]int
		codes      []string
	}{
		{"external id", ",E1,改了名的中心架,示例机械有限公司\n", [4]int{0, 1, 0, 0}, nil},
		{"natural key finds a record with an external id", ",,可调式 中心架,示例机械有限公司\n", [4]int{0, 1, 0, 0}, nil},
		{"natural key gives an external id", ",E9,快换刀架,示例机床厂\n", [4]int{0, 1, 0, 0}, nil},
		{"other external id is another record", ",E7,可调式中心架,示例机械有限公司\n", [4]int{1, 0, 0, 0}, nil},
		{"other code", "CG-9,,快换刀架,示例机床厂\n", [4]int{0, 0, 0, 1}, []string{"match.other_code"}},
		{"new code", "CG-9,,别的刀架,示例机床厂\n", [4]int{1, 0, 0, 0}, nil},
		{"twice in the file", ",E5,甲装置,\n,E5,乙装置,\n", [4]int{1, 0, 0, 1}, []string{"row.duplicate"}},
		{"twice by name", ",,甲装置,丙厂\n,,甲 装置,丙厂\n", [4]int{1, 0, 0, 1}, []string{"row.duplicate"}},
		{"code and name of one record", "CG-2026-0002,,快换刀架,示例机床厂\n,,快换刀架,示例机床厂\n", [4]int{0, 0, 1, 1}, []string{"row.duplicate"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			im := newImporter(t)
			mustImport(t, im, catalog.KindResult, FromBytes("a.csv", []byte(twoResults)), Options{})
			report := mustImport(t, im, catalog.KindResult, FromBytes("b.csv", []byte("编号,外部编号,成果名称,完成单位\n"+tt.rows)), Options{})
			wantCounts(t, report, tt.want)
			if diff := cmp.Diff(tt.codes, codes(report.Faults)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDuplicateNamesItsRow(t *testing.T) {
	report := mustImport(t, newImporter(t), catalog.KindOrganisation, FromBytes("a.csv", []byte("编号,单位名称\nA,甲厂\nB,乙厂\nA,丙厂\n")), Options{})
	if len(report.Faults) != 1 || report.Faults[0].Row != 4 || !strings.Contains(report.Faults[0].Message, "第 2 行") {
		t.Errorf("faults %+v", report.Faults)
	}
}

func TestNamesakesAreAmbiguous(t *testing.T) {
	im := newImporter(t)
	mustImport(t, im, catalog.KindExpert, FromBytes("a.csv", []byte("外部编号,姓名,工作单位\n1,王伟,甲厂\n2,王伟,甲厂\n")), Options{})
	report := mustImport(t, im, catalog.KindExpert, FromBytes("b.csv", []byte("姓名,工作单位\n王伟,甲厂\n")), Options{})
	if diff := cmp.Diff([]string{"match.ambiguous"}, codes(report.Faults)); diff != "" {
		t.Error(diff)
	}
}

func TestRemovedRecordsStayRemoved(t *testing.T) {
	im := newImporter(t)
	src := FromBytes("a.csv", []byte(twoResults))
	mustImport(t, im, catalog.KindResult, src, Options{})
	first := all(t, im, catalog.KindResult)[0]
	code, title := first.Base().Code, first.Heading()
	if _, err := im.Service.Delete(t.Context(), "x", catalog.KindResult, code, 0); err != nil {
		t.Fatal(err)
	}
	report := mustImport(t, im, catalog.KindResult, src, Options{})
	wantCounts(t, report, [4]int{0, 0, 1, 1})
	if report.Faults[0].Code != "match.deleted" {
		t.Errorf("fault %+v", report.Faults[0])
	}
	probe := FromBytes("b.csv", []byte("编号,成果名称\n"+code+",猜一猜的名称\n"))
	if f := mustImport(t, im, catalog.KindResult, probe, Options{}).Faults; len(f) != 1 || f[0].Code != "match.deleted" || strings.Contains(f[0].Message, title) {
		t.Errorf("faults %+v, want one that does not name %s", f, title)
	}
}

func TestGoodRowsGoIn(t *testing.T) {
	rows := []string{"申请号,专利名称,专利类型,申请日", "202211250898.9,一种夹具,发明,2022/10/13", "202211250898.8,校验位错,发明,", "CN01123456.7,,,", "ZL 2023 1 0000001.2,日期错,发明,2023年13月"}
	report := mustImport(t, newImporter(t), catalog.KindPatent, FromBytes("p.csv", []byte(strings.Join(rows, "\n"))), Options{})
	if report.Created != 1 || report.Failed != 3 {
		t.Fatalf("report %+v", report)
	}
	for _, f := range report.Faults {
		if f.Column == "" || f.Row < 3 || f.Message == "" {
			t.Errorf("fault without a place: %+v", f)
		}
	}
}

func TestDryRunSavesNothing(t *testing.T) {
	im := newImporter(t)
	report := mustImport(t, im, catalog.KindResult, FromBytes("a.csv", []byte(twoResults)), Options{DryRun: true})
	wantCounts(t, report, [4]int{2, 0, 0, 0})
	if recs := all(t, im, catalog.KindResult); len(recs) != 0 {
		t.Errorf("a dry run saved %d records", len(recs))
	}
}

func TestProgressEndsAtTotal(t *testing.T) {
	for _, format := range []Format{CSV, XLSX, JSONL} {
		var done, total int
		o := Options{Progress: func(d, n int) { done, total = d, n }}
		src := export(t, organisations(250), ExportOptions{Kind: catalog.KindOrganisation, Format: format, IncludeConfidential: true})
		mustImport(t, newImporter(t), catalog.KindOrganisation, src, o)
		if done != 250 || total != 250 {
			t.Errorf("%s: progress ended at %d of %d", format, done, total)
		}
	}
}

func organisations(n int) []catalog.Record {
	out := make([]catalog.Record, n)
	for i := range out {
		o := &catalog.Organisation{Name: fmt.Sprintf("第%d机械厂", i), Products: "齿轮、轴承", Keywords: []string{"齿轮", "轴承"}, Size: "small"}
		o.RegionCode = "371000"
		out[i] = o
	}
	return out
}

// racing is a store whose records somebody else changes once, just before the
// import saves them.
type racing struct {
	catalog.Store
	other *catalog.Service
	left  int
}

func (r *racing) Save(ctx context.Context, writes []catalog.Write) []error {
	if r.left > 0 {
		r.left--
		rec, err := r.other.Get(ctx, catalog.KindResult, "CG-2026-0001")
		if err == nil {
			rec.(*catalog.Result).Prospect = fmt.Sprint("别人写的 ", r.left)
			err = r.other.Update(ctx, "别人", rec)
		}
		if err != nil {
			return []error{err}
		}
	}
	return r.Store.Save(ctx, writes)
}

func TestStaleIsRetried(t *testing.T) {
	im := newImporter(t)
	mustImport(t, im, catalog.KindResult, FromBytes("a.csv", []byte(twoResults)), Options{})
	other := *im.Service
	im.Service.Store = &racing{Store: im.Service.Store, other: &other, left: 2}
	report := mustImport(t, im, catalog.KindResult, FromBytes("b.csv", []byte("外部编号,成果名称,成果简介\nE1,可调式中心架,新简介\n")), Options{})
	wantCounts(t, report, [4]int{0, 1, 0, 0})
	got := all(t, im, catalog.KindResult)[0].(*catalog.Result)
	if got.Summary != "新简介" || got.Prospect != "别人写的 0" || got.Rev != 4 {
		t.Errorf("one of two changes was lost: %+v", got)
	}
}

// failing after some saves is what a full disk looks like, or a database that
// goes away: which of them it is, the person is told.
type failingStore struct {
	catalog.Store
	saves int
}

func (f *failingStore) Save(ctx context.Context, writes []catalog.Write) []error {
	if f.saves--; f.saves >= 0 {
		return f.Store.Save(ctx, writes)
	}
	out := make([]error, len(writes))
	for i := range out {
		out[i] = errs.New(errs.Unavailable, "store.full", "磁盘已满，没有保存。")
	}
	return out
}

func TestUnavailableStopsAndGoesOn(t *testing.T) {
	im := newImporter(t)
	good := im.Service.Store
	im.Service.Store = &failingStore{Store: good, saves: 2}
	src := export(t, organisations(700), ExportOptions{Kind: catalog.KindOrganisation, Format: CSV})
	if n := len(readAll(t, catalog.KindOrganisation, src)); n != 0 {
		t.Fatalf("unpublished records are not public, got %d", n)
	}
	src = export(t, organisations(700), ExportOptions{Kind: catalog.KindOrganisation, Format: CSV, IncludeConfidential: true})
	report, err := Import(t.Context(), im, catalog.KindOrganisation, src, Options{})
	wantCode(t, err, "import.unavailable")
	wantCounts(t, report, [4]int{400, 0, 0, 0})
	if !strings.Contains(report.Stopped, "磁盘已满") || !strings.Contains(report.Stopped, "可以重新导入同一文件，已导入的不会重复") {
		t.Errorf("stopped: %q", report.Stopped)
	}
	im.Service.Store = good
	wantCounts(t, mustImport(t, im, catalog.KindOrganisation, src, Options{}), [4]int{300, 0, 400, 0})
}

func TestCancelStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	im := newImporter(t)
	src := export(t, organisations(700), ExportOptions{Kind: catalog.KindOrganisation, Format: JSONL, IncludeConfidential: true})
	o := Options{Progress: func(done, _ int) {
		if done == 500 {
			cancel()
		}
	}}
	report, err := Import(ctx, im, catalog.KindOrganisation, src, o)
	wantCode(t, err, "import.stopped")
	if report.Created != 400 || len(all(t, im, catalog.KindOrganisation)) != 400 {
		t.Errorf("report %v, stored %d", counts(report), len(all(t, im, catalog.KindOrganisation)))
	}
	wantCounts(t, mustImport(t, im, catalog.KindOrganisation, src, Options{}), [4]int{300, 0, 400, 0})
}

func TestReportWorkbookCanBeMendedAndImported(t *testing.T) {
	im := newImporter(t)
	src := FromBytes("p.csv", []byte("备注,成果名称,意向价格（元）,成果类别,研究完成年月\n好,甲装置,20000,小发明,2024-05\n坏,乙装置,二万,小发明,2024-05\n坏,丙装置,30000,大发明,\n"))
	report := mustImport(t, im, catalog.KindResult, src, Options{})
	wantCounts(t, report, [4]int{1, 0, 0, 2})
	var b bytes.Buffer
	if err := report.WriteXLSX(t.Context(), src, &b); err != nil {
		t.Fatal(err)
	}
	again := FromBytes("错误.xlsx", b.Bytes())
	second := mustImport(t, im, catalog.KindResult, again, Options{})
	wantCounts(t, second, [4]int{0, 0, 0, 2})
	if len(second.Unknown) != 0 {
		t.Errorf("our own columns are unknown: %v", second.Unknown)
	}
	third := mustImport(t, im, catalog.KindResult, mend(t, again, map[string]string{"D2": "20000", "E3": "小革新"}), Options{})
	wantCounts(t, third, [4]int{2, 0, 0, 0})
	for _, rec := range all(t, im, catalog.KindResult)[1:] {
		if price := rec.(*catalog.Result).AskingPriceWan; price != 2 && price != 3 {
			t.Errorf("the unit of the header was lost: %v", price)
		}
	}
}

func TestAllFaultsOfARowAtOnce(t *testing.T) {
	data := "单位名称,规模,职工人数,邮编\n,特大,很多,1\n"
	report := mustImport(t, newImporter(t), catalog.KindOrganisation, FromBytes("a.csv", []byte(data)), Options{})
	wantCounts(t, report, [4]int{0, 0, 0, 1})
	if diff := cmp.Diff([]string{"number.malformed", "text.required", "choice.unknown"}, codes(report.Faults)); diff != "" {
		t.Error(diff)
	}
}

func TestOtherSheetsAreNamed(t *testing.T) {
	f := openExcel(t, workbookOf(t, [][]any{{"单位名称", "规模"}, {"甲厂", "小型"}}))
	for _, name := range []string{"二车间", "备注"} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetSheetRow("二车间", "A1", &[]any{"单位名称", "规模"}); err != nil {
		t.Fatal(err)
	}
	report := mustImport(t, newImporter(t), catalog.KindOrganisation, saved(t, f), Options{})
	wantCounts(t, report, [4]int{1, 0, 0, 0})
	if diff := cmp.Diff([]string{"二车间"}, report.OtherSheets); diff != "" {
		t.Error(diff)
	}
}
