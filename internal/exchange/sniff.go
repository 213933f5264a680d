package exchange

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"hongniang/internal/errs"
)

// layout is what a file turned out to be.
type layout struct {
	format Format
	gzip   bool
	array  bool // a JSON array rather than one object a line
}

// foreign are the files that people send by mistake: how they begin, and what
// to say.
var foreign = []struct{ magic, code, message string }{
	{"%PDF", "file.pdf", "这是 PDF 文件，不能直接导入。请把内容填进导入模板（XLSX）再导入。"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "file.old_xls", "这是旧版 Excel（.xls）或加了密码的文件。请用 Excel 或 WPS 打开，另存为不加密的 XLSX 再导入。"},
	{"\x89PNG", "file.image", "这是图片，不能导入。请把内容填进导入模板（XLSX）再导入。"},
	{"\xFF\xD8\xFF", "file.image", "这是图片，不能导入。请把内容填进导入模板（XLSX）再导入。"},
	{"GIF8", "file.image", "这是图片，不能导入。请把内容填进导入模板（XLSX）再导入。"},
	{"Rar!", "file.archive", "这是压缩包。请先解压，再逐个导入里面的 XLSX、CSV 或 JSONL 文件。"},
	{"7z\xBC\xAF", "file.archive", "这是压缩包。请先解压，再逐个导入里面的 XLSX、CSV 或 JSONL 文件。"},
	{"{\\rtf", "file.document", "这是文字处理文档，不是表格。请把内容填进导入模板（XLSX）再导入。"},
	{"SQLite format 3", "file.database", "这是数据库文件，不能导入。要恢复备份请用 restore 命令。"},
}

// sniff decides what a file is: by its content, then by its name.
func sniff(src Source) (layout, error) {
	head := src.head(64 << 10)
	switch {
	case len(head) == 0:
		return layout{}, errs.New(errs.Invalid, "file.empty", "文件是空的，没有可导入的内容。")
	case bytes.HasPrefix(head, []byte("PK")):
		return layout{format: XLSX}, checkWorkbook(src)
	case bytes.HasPrefix(head, []byte("\x1F\x8B")):
		inner, err := gunzipHead(src)
		if err != nil {
			return layout{}, err
		}
		out, err := sniffText(inner, strings.TrimSuffix(strings.ToLower(src.Name), ".gz"))
		out.gzip = true
		return out, err
	}
	return sniffText(head, strings.ToLower(src.Name))
}

func gunzipHead(src Source) ([]byte, error) {
	zr, err := gzip.NewReader(src.reader())
	if err != nil {
		return nil, brokenGzip(err)
	}
	buf := make([]byte, 64<<10)
	n, err := io.ReadFull(zr, buf)
	if n == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, brokenGzip(err)
	}
	if n == 0 {
		return nil, errs.New(errs.Invalid, "file.empty", "压缩文件里是空的，没有可导入的内容。")
	}
	return buf[:n], nil
}

func brokenGzip(err error) error {
	return errs.Wrap(err, errs.Invalid, "file.broken_gzip", "压缩文件（.gz）不完整或已损坏，请重新压缩或重新下载后再导入。")
}

func sniffText(head []byte, name string) (layout, error) {
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return layout{}, errs.New(errs.Invalid, f.code, f.message)
		}
	}
	if bytes.HasPrefix(head, []byte("PK")) {
		return layout{}, errs.New(errs.Invalid, "file.archive", "压缩文件里是另一个压缩文件或 XLSX，请先解压再导入。")
	}
	if isUTF16(head) {
		return layout{format: CSV}, nil
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \t\r\n")
	lower := bytes.ToLower(text[:min(len(text), 200)])
	switch {
	case len(text) == 0:
		return layout{}, errs.New(errs.Invalid, "file.empty", "文件里只有空白，没有可导入的内容。")
	case bytes.IndexByte(head, 0) >= 0 && looksBinary(head):
		return layout{}, errs.New(errs.Invalid, "file.binary", "这不是表格文件（内容是二进制数据）。能导入的有：XLSX、CSV（UTF-8 或 GBK）、JSONL。")
	case bytes.HasPrefix(lower, []byte("<")):
		return layout{}, errs.New(errs.Invalid, "file.markup", "这是网页或 XML 文件（有些系统导出的“.xls”其实是网页）。请用 Excel 或 WPS 打开，另存为 XLSX 再导入。")
	case isJSON(text, '{', "\"}"):
		return layout{format: JSONL}, nil
	case isJSON(text, '[', "{]"):
		return layout{format: JSONL, array: true}, nil
	}
	return sniffName(name)
}

// sniffName has the last word on a text file that could be a table.
func sniffName(name string) (layout, error) {
	switch filepath.Ext(name) {
	case ".jsonl", ".ndjson", ".json":
		return layout{format: JSONL}, nil
	case ".docx", ".doc", ".pdf", ".pptx":
		return layout{}, errs.New(errs.Invalid, "file.document", "文件名像文档，内容却不是。请把内容填进导入模板（XLSX）再导入。")
	case ".xlsx", ".xlsm":
		return layout{}, errs.New(errs.Invalid, "file.not_xlsx", "文件名是 XLSX，内容却不是，可能已损坏或改过扩展名。请用 Excel 或 WPS 打开，另存为 XLSX 再导入。")
	}
	return layout{format: CSV}, nil
}

func isJSON(text []byte, open byte, next string) bool {
	if text[0] != open {
		return false
	}
	rest := bytes.TrimLeft(text[1:], " \t\r\n")
	return len(rest) > 0 && strings.IndexByte(next, rest[0]) >= 0
}

// looksBinary tells data from a text that lost a character: more than one
// control byte in fifty.
func looksBinary(head []byte) bool {
	n := 0
	for _, b := range head {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' {
			n++
		}
	}
	return n*50 > len(head)
}

// checkWorkbook refuses zip files that are no workbook, or that would unpack
// to more than a person ever typed.
func checkWorkbook(src Source) error {
	zr, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return errs.Wrap(err, errs.Invalid, "file.broken_xlsx", "XLSX 文件不完整或已损坏，请用 Excel 或 WPS 打开另存后再导入，或重新下载。")
	}
	names := map[string]bool{}
	for _, f := range zr.File {
		names[strings.TrimPrefix(strings.ToLower(f.Name), "/")] = true
	}
	if err := checkSizes(zr); err != nil {
		return err
	}
	switch {
	case names["xl/workbook.xml"] || names["_rels/.rels"] && names["[content_types].xml"] && hasSheets(names):
		return nil
	case names["word/document.xml"]:
		return errs.New(errs.Invalid, "file.document", "这是 Word 文档，不是表格。请把内容填进导入模板（XLSX）再导入。")
	case names["ppt/presentation.xml"]:
		return errs.New(errs.Invalid, "file.document", "这是演示文稿，不是表格。请把内容填进导入模板（XLSX）再导入。")
	case names["xl/workbook.bin"]:
		return errs.New(errs.Invalid, "file.xlsb", "这是 XLSB（二进制工作簿）。请用 Excel 打开，另存为 XLSX 再导入。")
	case names["content.xml"] && names["mimetype"]:
		return errs.New(errs.Invalid, "file.ods", "这是 ODS 表格。请用 WPS 或 LibreOffice 打开，另存为 XLSX 再导入。")
	}
	return errs.New(errs.Invalid, "file.archive", "这是压缩包，里面不是工作簿。请先解压，再逐个导入里面的 XLSX、CSV 或 JSONL 文件。")
}

func hasSheets(names map[string]bool) bool {
	for name := range names {
		if strings.Contains(name, "worksheets/") {
			return true
		}
	}
	return false
}

// checkSizes looks at the declared sizes; archive/zip refuses a part that
// turns out longer than it declares.
func checkSizes(zr *zip.Reader) error {
	bomb := errs.New(errs.TooLarge, "file.zip_bomb", "这个 XLSX 解压后大得不合常理，可能是恶意文件，没有打开。若确是正常数据，请拆成几个文件或另存为 CSV 再导入。")
	if len(zr.File) > maxParts {
		return bomb
	}
	var total uint64
	for _, f := range zr.File {
		total += f.UncompressedSize64
		packed := max(f.CompressedSize64, 1)
		if f.UncompressedSize64 > maxFile || total > maxFile || (f.UncompressedSize64 > bombSize && f.UncompressedSize64/packed > maxRatio) {
			return bomb
		}
	}
	return nil
}

// limited fails with TooLarge once more than maxFile bytes were read.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n, errs.New(errs.TooLarge, "file.too_large", "文件太大（解压后超过 1 GB），请拆成几个文件再导入。")
	}
	return n, err
}

// content gives the plain bytes of a text file.
func (l layout) content(src Source) (io.Reader, error) {
	r := io.Reader(bufio.NewReaderSize(src.reader(), 256<<10))
	if l.gzip {
		zr, err := gzip.NewReader(r)
		if err != nil {
			return nil, brokenGzip(err)
		}
		r = gzipErrors{zr}
	}
	return &limited{r: r, left: maxFile}, nil
}

// gzipErrors gives the faults of a packed file their sentence.
type gzipErrors struct{ r io.Reader }

func (g gzipErrors) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, brokenGzip(err)
	}
	return n, err
}
