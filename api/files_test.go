package api_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"

	"hongniang/internal/exchange"
	"hongniang/internal/httpx"
)

const resultsCSV = "成果名称,成果类别,完成单位\n曲轴夹具改造,小革新,示例厂\n,小革新,示例厂\n主轴修复,大发明,示例厂\n"

func TestImportAndExport(t *testing.T) {
	s := start(t)
	t.Setenv("TMPDIR", t.TempDir())
	dry := decode[exchange.Report](t, s.staff(http.MethodPost, "/api/v1/imports/results?dry_run=true&filename=r.csv", resultsCSV))
	if !dry.DryRun || dry.Created != 1 || dry.Failed != 2 {
		t.Errorf("dry run: %+v", dry)
	}
	if got := decode[struct{ Items []any }](t, s.staff(http.MethodGet, "/api/v1/results", nil)); len(got.Items) != 0 {
		t.Errorf("a dry run saved %v", got.Items)
	}
	form, contentType := formOf(t, "file", "成果.csv", resultsCSV)
	real := decode[exchange.Report](t, s.staff(http.MethodPost, "/api/v1/imports/成果", form, "Content-Type", contentType))
	if real.Created != 1 || real.Failed != 2 || len(real.Faults) != 2 || real.Faults[0].Row != 3 || !hasChinese(real.Faults[0].Message) || real.File != "成果.csv" {
		t.Errorf("import: %+v", real)
	}
	again := decode[exchange.Report](t, s.staff(http.MethodPost, "/api/v1/imports/result", resultsCSV, "Content-Type", "text/csv"))
	if again.Created != 0 || again.Unchanged != 1 {
		t.Errorf("again: %+v", again)
	}
	marked := s.staff(http.MethodPost, "/api/v1/imports/result?filename=r.csv", resultsCSV, "Accept", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	if text := string(unpacked(t, marked)); !strings.Contains(text, "大发明") || strings.Contains(text, "曲轴夹具改造") {
		t.Errorf("the marked workbook: %.300s", text)
	}
	for format, want := range map[string]string{"csv": "成果名称", "jsonl": `"title":"曲轴夹具改造"`, "xlsx": "曲轴夹具改造"} {
		got := s.visitor(http.MethodGet, "/api/v1/exports/results?format="+format, nil)
		if !strings.Contains(string(unpacked(t, got)), want) || !strings.Contains(got.header.Get("Content-Disposition"), "."+format) {
			t.Errorf("%s: %d %v %.200s", format, got.status, got.header, got.body)
		}
	}
	if got := s.visitor(http.MethodGet, "/api/v1/templates/result.xlsx", nil); !strings.Contains(string(unpacked(t, got)), "成果名称") {
		t.Errorf("template: %d", got.status)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

func formOf(t *testing.T, field, name, content string) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile(field, name)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, content)
	w.Close()
	return b.Bytes(), w.FormDataContentType()
}

func TestBadFiles(t *testing.T) {
	s := start(t)
	noFile, noFileType := formOf(t, "other", "a.csv", resultsCSV)
	whole, wholeType := formOf(t, "file", "a.csv", resultsCSV)
	tests := []struct {
		name, method, path string
		body               any
		contentType        string
		status             int
		code               string
	}{
		{"unknown kind", "POST", "/imports/dragons?filename=a.csv", resultsCSV, "", 404, "kind.unknown"},
		{"empty", "POST", "/imports/result?filename=a.csv", "", "", 422, "file.empty"},
		{"no file in the form", "POST", "/imports/result", noFile, noFileType, 422, "form.no_file"},
		{"form without a border", "POST", "/imports/result", whole, "multipart/form-data", 400, "form.malformed"},
		{"form cut off", "POST", "/imports/result", whole[:len(whole)-60], wholeType, 400, "form.malformed"},
		{"too large", "POST", "/imports/result?filename=a.csv", bytes.Repeat([]byte("x"), httpx.MaxUpload+1), "", 413, "body.too_large"},
		{"bad dry_run", "POST", "/imports/result?dry_run=perhaps&filename=a.csv", resultsCSV, "", 422, "params.invalid"},
		{"unknown format", "GET", "/exports/results?format=pdf", nil, "", 422, "params.invalid"},
		{"unknown export", "GET", "/exports/dragons", nil, "", 404, "kind.unknown"},
		{"unknown template", "GET", "/templates/dragon.xlsx", nil, "", 404, "template.unknown"},
		{"template as csv", "GET", "/templates/need.csv", nil, "", 404, "template.unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := s.staff(tt.method, "/api/v1"+tt.path, tt.body, "Content-Type", tt.contentType)
			if p := got.problem(t); got.status != tt.status || p.Code != tt.code || !hasChinese(p.Detail) {
				t.Errorf("%d %+v", got.status, p)
			}
		})
	}
	for name, content := range map[string]string{"zip that is none": "PK\x03\x04 nonsense", "wrong headers": "a,b,c\n1,2,3\n"} {
		got := s.staff(http.MethodPost, "/api/v1/imports/result?filename=a.xlsx", content)
		if p := got.problem(t); got.status >= 500 || !hasChinese(p.Detail) {
			t.Errorf("%s: %d %+v", name, got.status, p)
		}
	}
	if p := s.visitor(http.MethodPost, "/api/v1/imports/result?filename=a.csv", resultsCSV).problem(t); p.Status != 401 {
		t.Errorf("a visitor imports: %+v", p)
	}
	if p := s.visitor(http.MethodGet, "/api/v1/exports/need?confidential=true", nil).problem(t); p.Status != 401 || p.Code != "access.sign_in" {
		t.Errorf("a visitor exports what is confidential: %+v", p)
	}
}
