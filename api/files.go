package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/exchange"
	"hongniang/internal/httpx"
)

// The media types of files.
const (
	xlsxType  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	csvType   = "text/csv"
	jsonlType = "application/x-ndjson"
	jsonType  = "application/json"
)

var mediaTypes = map[exchange.Format]string{exchange.XLSX: xlsxType, exchange.CSV: csvType, exchange.JSONL: jsonlType}

func (a *API) mountFiles() {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	upload := &huma.RequestBody{Required: true, Description: "XLSX、CSV 或 JSONL 文件（.gz 亦可）：multipart 的 file 字段，或直接作为请求体", Content: map[string]*huma.MediaType{
		"multipart/form-data": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file.Schema}, Required: []string{"file"}}},
		xlsxType:              file, csvType: file, jsonlType: file, "application/octet-stream": file,
	}}
	report := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[exchange.Report](), true, "Report")
	op := func(id, method, path, summary string, content map[string]*huma.MediaType) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"文件"},
			Responses: map[string]*huma.Response{"200": {Description: "OK", Content: content}}}
	}
	in := op("import", http.MethodPost, "/imports/{kind}", "导入一个文件；Accept 为 XLSX 时回给标出错误的表格", map[string]*huma.MediaType{jsonType: {Schema: report}, xlsxType: file})
	in.Parameters = []*huma.Param{yesParam("dry_run", "只检查，不保存")}
	register(a, operation{Operation: in, action: account.FileImport, body: upload}, a.importFile)
	out := op("export", http.MethodGet, "/exports/{kind}", "导出一类记录", map[string]*huma.MediaType{xlsxType: file, csvType: file, jsonlType: file})
	out.Parameters = []*huma.Param{
		{Name: "format", In: "query", Description: "文件格式", Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"xlsx", "csv", "jsonl"}, Default: "xlsx"}},
		yesParam("confidential", "连同保密内容，只含自己工会管辖的记录"),
	}
	register(a, operation{Operation: out, action: account.FileExportPublic}, a.exportFile)
	register(a, operation{Operation: op("template", http.MethodGet, "/templates/{file}", "下载填报模板，如 need.xlsx", map[string]*huma.MediaType{xlsxType: file}), action: account.FileExportPublic}, a.template)
}

// fileOut answers with a file or JSON; Body writes it.
type fileOut struct {
	Body func(huma.Context)
}

type importIn struct {
	Request
	Kind     string `path:"kind" doc:"need, result, patent, expert, studio, organisation, or the plural or Chinese name"`
	DryRun   string `query:"dry_run"`
	FileName string `query:"filename" doc:"Name of a file that is sent as the body; its ending tells the format"`
	Accept   string `header:"Accept"`
}

func (a *API) importFile(ctx context.Context, in *importIn) (*fileOut, error) {
	var f errs.Faults
	dry := yes(&f, "dry_run", in.DryRun)
	if err := paramErr(f); err != nil {
		return nil, err
	}
	kind, err := catalog.ParseKind(in.Kind)
	if err != nil {
		return nil, err
	}
	src, file, err := in.receive()
	if err != nil {
		return nil, err
	}
	defer file.discard()
	report, err := exchange.Import(ctx, exchange.Importer{Service: a.serviceFor(ctx)}, kind, src,
		exchange.Options{DryRun: dry, By: signature(ctx), Admit: a.sightOf(ctx).gate.Admit})
	if err != nil {
		return nil, err
	}
	if !strings.Contains(in.Accept, xlsxType) {
		return jsonFile(report), nil
	}
	return a.spooled("导入结果-"+string(kind)+".xlsx", xlsxType, func(w io.Writer) error { return report.WriteXLSX(ctx, src, w) })
}

func jsonFile(v any) *fileOut {
	return &fileOut{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", jsonType)
		_ = huma.DefaultJSONFormat.Marshal(c.BodyWriter(), v) // the client is gone when this fails
	}}
}

// receive puts the uploaded file on disk.
func (in *importIn) receive() (exchange.Source, *spool, error) {
	media, _, _ := mime.ParseMediaType(in.http.Header.Get("Content-Type"))
	if media == "multipart/form-data" {
		return in.receiveForm()
	}
	name := in.FileName
	if name == "" {
		name = "upload" + endings[media]
	}
	return receiveFile(name, in.http.Body)
}

var endings = map[string]string{xlsxType: ".xlsx", csvType: ".csv", jsonlType: ".jsonl", jsonType: ".json"}

func (in *importIn) receiveForm() (exchange.Source, *spool, error) {
	form, err := in.http.MultipartReader()
	if err != nil {
		return exchange.Source{}, nil, errs.Wrap(err, errs.Invalid, "form.malformed", "上传的表单无法读取，请重新选择文件后再传。")
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return exchange.Source{}, nil, errs.New(errs.Invalid, "form.no_file", "没有收到文件，请选择一个 XLSX、CSV 或 JSONL 文件（表单字段名为 file）。")
		}
		if err != nil {
			return exchange.Source{}, nil, readFault(err)
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return receiveFile(part.FileName(), part)
		}
	}
}

func receiveFile(name string, from io.Reader) (exchange.Source, *spool, error) {
	file, err := newSpool()
	if err != nil {
		return exchange.Source{}, nil, err
	}
	size, err := io.Copy(file, io.LimitReader(from, httpx.MaxUpload+1))
	switch {
	case err != nil:
		err = readFault(err)
	case size == 0:
		err = errs.New(errs.Invalid, "file.empty", "收到的文件是空的，请检查后重新上传。")
	case size > httpx.MaxUpload:
		err = httpx.TooLarge(httpx.MaxUpload)
	}
	if err != nil {
		file.discard()
		return exchange.Source{}, nil, err
	}
	return exchange.Source{Name: name, Data: file.File, Size: size}, file, nil
}

// readFault tells a body over its limit from one that broke off.
func readFault(err error) error {
	var tooBig *http.MaxBytesError
	if errors.As(err, &tooBig) {
		return httpx.TooLarge(tooBig.Limit)
	}
	return errs.Wrap(err, errs.Invalid, "form.malformed", "文件没有传完或表单格式不对，请重新上传。")
}

type exportIn struct {
	Kind         string `path:"kind" doc:"need, result, patent, expert, studio, organisation, or the plural or Chinese name"`
	Format       string `query:"format"`
	Confidential string `query:"confidential"`
}

func (a *API) exportFile(ctx context.Context, in *exportIn) (*fileOut, error) {
	var f errs.Faults
	o := exchange.ExportOptions{Format: exchange.XLSX, IncludeConfidential: yes(&f, "confidential", in.Confidential)}
	if in.Format != "" {
		format, err := exchange.ParseFormat(in.Format)
		if err != nil {
			f.Add("format", errs.As(err).Code, errs.As(err).Message, in.Format)
		}
		o.Format = format
	}
	if err := paramErr(f); err != nil {
		return nil, err
	}
	kind, err := catalog.ParseKind(in.Kind)
	if err != nil {
		return nil, err
	}
	records := exchange.Records(ctx, a.deps.Catalog.Store, kind)
	if o.IncludeConfidential {
		if err := httpx.AccessOf(ctx).Check(account.FileExportWhole); err != nil {
			return nil, err
		}
		records = a.sightOf(ctx).only(ctx, account.FileExportWhole, records)
	}
	o.Kind = kind
	name := fmt.Sprintf("%s-%s.%s", catalog.Vocab("kind").Label(string(kind)), a.deps.Now().In(catalog.China()).Format("20060102"), o.Format)
	return a.spooled(name, mediaTypes[o.Format], func(w io.Writer) error {
		_, err := exchange.Export(ctx, w, records, o)
		return err
	})
}

type templateIn struct {
	File string `path:"file" doc:"Kind with .xlsx, such as need.xlsx"`
}

func (a *API) template(_ context.Context, in *templateIn) (*fileOut, error) {
	name, isXLSX := strings.CutSuffix(in.File, ".xlsx")
	kind, err := catalog.ParseKind(name)
	if err != nil || !isXLSX {
		return nil, errs.New(errs.NotFound, "template.unknown", "没有这个模板。可用的有 need.xlsx、result.xlsx、patent.xlsx、expert.xlsx、studio.xlsx、organisation.xlsx。")
	}
	return a.spooled(catalog.Vocab("kind").Label(string(kind))+"填报模板.xlsx", xlsxType, func(w io.Writer) error { return exchange.WriteTemplate(kind, w) })
}

// spooled writes a file to disk first, so that a failure half-way is an error
// and not half a file, and answers with it.
func (a *API) spooled(name, contentType string, write func(io.Writer) error) (*fileOut, error) {
	file, err := newSpool()
	if err != nil {
		return nil, err
	}
	if err := write(file); err != nil {
		file.discard()
		return nil, err
	}
	size, err := file.rewind()
	if err != nil {
		file.discard()
		return nil, err
	}
	return &fileOut{Body: func(c huma.Context) {
		defer file.discard()
		c.SetHeader("Content-Type", contentType)
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		c.SetHeader("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
		_, _ = io.Copy(c.BodyWriter(), file) // the client is gone when this fails
	}}, nil
}

// spool is a temporary file.
type spool struct{ *os.File }

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "hongniang-*")
	if err != nil {
		return nil, spoolError(err)
	}
	_ = os.Remove(f.Name()) // where a file in use can be removed, a killed process leaves nothing behind
	return &spool{f}, nil
}

func (s *spool) rewind() (size int64, err error) {
	if size, err = s.Seek(0, io.SeekEnd); err == nil {
		_, err = s.Seek(0, io.SeekStart)
	}
	if err != nil {
		return 0, spoolError(err)
	}
	return size, nil
}

func (s *spool) discard() {
	_ = s.Close()           // nothing of it is kept
	_ = os.Remove(s.Name()) // gone already on most systems
}

func spoolError(err error) error {
	return errs.Wrap(err, errs.Internal, "file.spool", "临时文件不能读写，请检查临时目录的空间和权限。")
}
