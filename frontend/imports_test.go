package frontend_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"hongniang/internal/catalog"
	"hongniang/internal/exchange"
)

// bringFile chooses a file on the page of imports.
func (b *browser) bringFile(kind, name string, data []byte) (*http.Response, string) {
	b.w.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("kind", kind) // into memory
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		b.w.t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = form.Close()
	r := httptest.NewRequestWithContext(b.w.t.Context(), http.MethodPost, "http://hn.example/imports", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", b.origin)
	r.Header.Set("Cookie", b.cookie)
	return b.w.do(r)
}

// chosen gives the fields that a page of an import offers for its columns.
func chosen(body string) (columns, fields []string) {
	for _, part := range strings.Split(body, `name="column" value="`)[1:] {
		name, rest, _ := strings.Cut(part, `"`)
		field := ""
		if m := regexp.MustCompile(`<option value="([^"]*)" selected>`).FindStringSubmatch(rest); m != nil {
			field = m[1]
		}
		columns, fields = append(columns, name), append(fields, field)
	}
	return columns, fields
}

var revField = regexp.MustCompile(`name="rev" value="(\d+)"`)

// A firm brings a table with headers of its own: it says what they mean, sees what
// is wrong beside the cells, confirms, and takes the rows that were not imported
// home to mend them.
func TestBringingAFileIn(t *testing.T) {
	w := newWorld(t)
	cast := w.cast()
	firm := cast["own firm"]
	if _, body := firm.get("/imports"); !strings.Contains(body, "还没有上传过文件") || !strings.Contains(body, `<option value="result" selected>`) || strings.Contains(body, `value="expert"`) || !strings.Contains(body, "/api/v1/templates/result.xlsx") {
		t.Errorf("the page of a firm: %s", body)
	}
	res, body := firm.bringFile("result", "成果.csv", []byte("项目,完成单位,技术就绪度\n滚压套圈去毛刺,某厂,8\n快换夹具改造,某厂,高\n,某厂,7\n"))
	at := res.Header.Get("Location")
	if res.StatusCode != 303 || !strings.HasPrefix(at, "/imports/DR-2026-") {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	_, body = firm.get(at)
	columns, fields := chosen(body)
	if strings.Join(columns, ",") != "项目,完成单位,技术就绪度" || strings.Join(fields, ",") != ",completing_orgs,trl" || !strings.Contains(body, "还缺必填的列：成果名称") || strings.Contains(body, "确认导入") {
		t.Fatalf("%v %v %s", columns, fields, body)
	}
	rev := revField.FindStringSubmatch(body)[1]
	if res, body := firm.post(at+"/start", "rev", rev); res.StatusCode != 422 || !strings.Contains(body, "文件缺少必填的列") {
		t.Errorf("begun without a title: %d", res.StatusCode)
	}
	res, body = firm.post(at+"/columns", "rev", rev, "header", "1", "column", "项目", "field", "title", "column", "完成单位", "field", "completing_orgs", "column", "技术就绪度", "field", "trl")
	if res.StatusCode != 303 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	_, body = firm.get(at + "?done=arranged")
	for _, want := range []string{"已按您说的重新核对", "将新增 1 条，更新 0 条，0 条没有变化，2 行有误", `class="bad-cell">高<span class="fault">`, "确认导入"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview lacks %s:\n%s", want, body)
		}
	}
	if res, body := firm.post(at+"/columns", "rev", rev, "header", "1"); res.StatusCode != 409 || !strings.Contains(body, "刚被别人改过") {
		t.Errorf("on an old revision: %d", res.StatusCode)
	}
	if res, _ := firm.post(at+"/columns", "header", "29"); res.StatusCode != 422 {
		t.Errorf("a header that is not there: %d", res.StatusCode)
	}
	if res, _ := firm.post(at+"/start", "rev", revField.FindStringSubmatch(body)[1]); res.StatusCode != 303 {
		t.Fatalf("not begun: %d", res.StatusCode)
	}
	if _, body = firm.get(at); !strings.Contains(body, "正在等待导入") || !strings.Contains(body, "data-busy") || !strings.Contains(body, "campaign.js") {
		t.Errorf("under way: %s", body)
	}
	if err := w.batches.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, body = firm.get(at)
	for _, want := range []string{"共 3 行：新增 1，更新 0，未变 0，有误 2", "已交红娘审核", at + "/errors.xlsx", "技术就绪度"} {
		if !strings.Contains(body, want) {
			t.Errorf("the result lacks %s:\n%s", want, body)
		}
	}
	res, file := firm.get(at + "/errors.xlsx")
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Content-Disposition"), "xlsx") {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	if _, err := exchange.Read(t.Context(), catalog.KindResult, exchange.FromBytes("x.xlsx", []byte(file))); err == nil {
		t.Error("the file of faults has lost its own headers")
	}
	res, _ = firm.bringFile("result", "错误表.xlsx", []byte(file))
	if _, body = firm.get(res.Header.Get("Location")); !strings.Contains(body, "0 条没有变化，2 行有误") {
		t.Errorf("the mended file does not know its columns: %s", body)
	}
	if _, body = cast["administrator"].get("/review"); !strings.Contains(body, "滚压套圈去毛刺") {
		t.Error("what came in is not in the queue of reviews")
	}
	if _, body = cast["visitor"].get("/search?q=滚压套圈去毛刺"); strings.Contains(body, "/results/CG-2026") {
		t.Error("what came in is public before its review")
	}
	for _, who := range []string{"other firm", "own broker", "administrator"} {
		if res, body := cast[who].get(at); res.StatusCode != 404 || strings.Contains(body, "成果.csv") {
			t.Errorf("%s sees another's file: %d", who, res.StatusCode)
		}
		if res, _ := cast[who].get(at + "/errors.xlsx"); res.StatusCode != 404 {
			t.Errorf("%s gets another's file of faults: %d", who, res.StatusCode)
		}
	}
	if res, _ := firm.post(at + "/discard"); res.Header.Get("Location") != "/imports?done=discarded" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if res, _ := firm.get(at); res.StatusCode != 404 {
		t.Errorf("a file that was thrown away: %d", res.StatusCode)
	}
}

// A file that is none is refused on the page where it was chosen, in words.
func TestFilesThatAreNoTables(t *testing.T) {
	w := newWorld(t)
	broker := w.cast()["own broker"]
	for name, c := range map[string]struct {
		kind, data string
		status     int
		says       string
	}{
		"空.csv":  {"expert", "", 422, "空"},
		"a.pdf":  {"expert", "%PDF-1.7 x", 422, "PDF"},
		"坏.xlsx": {"organisation", "PK\x03\x04", 422, "XLSX"},
		"旧.xls":  {"organisation", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, "另存"},
		"x.csv":  {"flower", "a,b\n", 403, "不能导入"},
	} {
		res, body := broker.bringFile(c.kind, name, []byte(c.data))
		if res.StatusCode != c.status || !strings.Contains(body, c.says) || !strings.Contains(body, "从表格导入") {
			t.Errorf("%s: %d %s", name, res.StatusCode, body)
		}
		if c.kind != "flower" && !strings.Contains(body, `<option value="`+c.kind+`" selected>`) {
			t.Errorf("%s: the kind is forgotten", name)
		}
	}
	if res, body := broker.post("/imports", "kind", "result"); res.StatusCode != 422 || !strings.Contains(body, "没有收到文件") {
		t.Errorf("no file: %d %s", res.StatusCode, body)
	}
}
