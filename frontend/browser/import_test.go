package browser_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"hongniang/internal/exchange"
)

// bring chooses a file on the page of imports, as from a disk.
func (h *hand) bring(kind, name string, data []byte) {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.under("从表格导入")
	h.fill("表里是什么", kind)
	h.attach("#file", path)
	h.steps++
	h.click("上传并核对")
}

// A firm brings a workbook with headers of its own: it says what they mean, sees the
// fault beside its cell, confirms, waits while it is told how far it is, takes the
// rows with faults home, mends them and brings them again.
func TestImportOfAWorkbook(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "import-xlsx", func(f flow) {
		column := f.of("项目", "课题") // what a firm said of a column is kept for its next file
		good, bad := "滚压套圈去毛刺工装"+f.width, "快换夹具改造"+f.width
		var book bytes.Buffer
		err := exchange.WriteTables(&book, []exchange.Table{{
			Name: "成果", Title: "2026 年成果", Columns: []exchange.TableColumn{{Header: column, Width: 30}, {Header: "完成单位", Width: 20}, {Header: "技术就绪度", Width: 10}, {Header: "备注栏", Width: 10}},
			Rows: [][]any{{good, "威海示例曲轴锻造有限公司", "8", "无"}, {bad, "威海示例曲轴锻造有限公司", "很高", "无"}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		h := f.as("qiye")
		h.bring("创新成果", "成果"+f.width+".xlsx", book.Bytes())
		h.reads("核对内容", "还缺必填的列：成果名称", "滚压套圈")
		h.readsNot("确认导入")
		h.fill(column, "成果名称（必填）")
		h.click("重新核对")
		h.reads("已按您说的重新核对", "将新增 1 条", "1 行有误", "很高")
		if beside := h.eval("document.querySelector('td.bad-cell').innerText"); !strings.Contains(beside, "很高") || !strings.Contains(beside, "应是一个数") {
			t.Errorf("beside the cell stands %q", beside)
		}
		h.click("确认导入")
		h.reads("共 2 行：新增 1", "有误 1", "已交红娘审核")
		h.shot()
		faults := h.download("下载错误表")
		if text := faults.has(t, ".xml"); !strings.Contains(text, bad) || strings.Contains(text, good) || !strings.Contains(text, "错误说明") {
			t.Errorf("the file of faults: %.2000s", text)
		}
		data, err := os.ReadFile(faults.path)
		if err != nil {
			t.Fatal(err)
		}
		h.bring("创新成果", faults.name, data)
		h.reads("1 行有误")
		h.readsNot("还缺必填的列")
		h.under("我的成果")
		h.reads(good, "待审核")
		f.visitorFindsNot(good)
	})
}

// A broker brings a table as old programs save it, in GBK: nothing has to be said of
// columns that bear their names, and what is in the file is there afterwards.
func TestImportOfAnOldTable(t *testing.T) {
	t.Parallel()
	atBothWidths(t, "import-csv", func(f flow) {
		name := "荣成示例渔具厂" + f.width
		text, err := simplifiedchinese.GBK.NewEncoder().String("单位名称,单位类别,地区\r\n" + name + ",企业,威海市\r\n" + name + "二分厂,企业,威海市\r\n")
		if err != nil {
			t.Fatal(err)
		}
		h := f.as("hongniang")
		h.bring("单位", "单位"+f.width+".csv", []byte(text))
		h.reads("将新增 2 条", name)
		h.click("确认导入")
		h.reads("共 2 行：新增 2")
		h.readsNot("下载错误表")
		h.bring("单位", "再传"+f.width+".csv", []byte(text))
		h.reads("2 条没有变化")
		h.click("删除这个上传的文件")
		h.reads("以前上传的", "单位"+f.width+".csv")
		h.readsNot("再传" + f.width + ".csv")
	})
}

// visitorFindsNot fails when somebody who has not signed in finds a title.
func (f flow) visitorFindsNot(title string) {
	f.t.Helper()
	visitor := f.hand("visitor")
	visitor.open("/search?q=" + title)
	if titles := visitor.eval("[...document.querySelectorAll('.hit-title')].map((e) => e.innerText).join()"); strings.Contains(titles, title) {
		f.t.Errorf("nobody reviewed %s, and it is public", title)
	}
}
