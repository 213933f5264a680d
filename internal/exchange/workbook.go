package exchange

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"hongniang/internal/errs"
)

// workbook reads an XLSX file as a stream. It is read here and not by excelize
// because excelize's row iterator takes a sheet that breaks off for a complete
// one, and hides whether a cell was a number, a text or a failed formula.
type workbook struct {
	parts    map[string]*zip.File
	sheets   []sheetRef // visible ones, in order
	strings  []string   // shared strings
	date1904 bool
}

type sheetRef struct{ name, part string }

func openWorkbook(src Source) (*workbook, error) {
	zr, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return nil, brokenWorkbook(err)
	}
	w := &workbook{parts: map[string]*zip.File{}}
	for _, f := range zr.File {
		w.parts[strings.TrimPrefix(strings.ToLower(f.Name), "/")] = f
	}
	at, err := w.mainPart()
	if err != nil {
		return nil, err
	}
	stringsPart, err := w.readSheets(at)
	if err != nil {
		return nil, err
	}
	if len(w.sheets) == 0 {
		return nil, errs.New(errs.Invalid, "file.no_sheet", "工作簿里没有可见的工作表，请取消隐藏后再导入。")
	}
	return w, w.readStrings(stringsPart)
}

func brokenWorkbook(err error) error {
	var e *errs.Error
	if errors.As(err, &e) {
		return e
	}
	return errs.Wrap(err, errs.Invalid, "file.broken_xlsx", "XLSX 文件不完整或已损坏，请用 Excel 或 WPS 打开另存后再导入，或重新下载。")
}

// relations reads a .rels part: id → target and type.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (w *workbook) relations(part string) ([]relation, error) {
	var out struct {
		Relationship []relation `xml:"Relationship"`
	}
	err := w.decode(part, &out)
	return out.Relationship, err
}

// decode reads a small part whole; a part that is not there is an empty one.
func (w *workbook) decode(part string, into any) error {
	f := w.parts[strings.ToLower(part)]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return brokenWorkbook(err)
	}
	defer r.Close()
	if err := xml.NewDecoder(io.LimitReader(r, bombSize)).Decode(into); err != nil {
		return brokenWorkbook(err)
	}
	return nil
}

func (w *workbook) mainPart() (string, error) {
	rels, err := w.relations("_rels/.rels")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			return strings.TrimPrefix(r.Target, "/"), nil
		}
	}
	return "xl/workbook.xml", nil
}

// readSheets lists the visible sheets and answers where the shared strings are.
func (w *workbook) readSheets(main string) (stringsPart string, err error) {
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.decode(main, &book); err != nil {
		return "", err
	}
	dir, file := path.Split(main)
	rels, err := w.relations(dir + "_rels/" + file + ".rels")
	if err != nil {
		return "", err
	}
	targets := map[string]string{}
	for _, r := range rels {
		target := strings.TrimPrefix(path.Join("/"+dir, r.Target), "/")
		if strings.HasPrefix(r.Target, "/") {
			target = r.Target[1:]
		}
		targets[r.ID] = target
		if strings.HasSuffix(r.Type, "/sharedStrings") {
			stringsPart = target
		}
	}
	w.date1904 = book.Pr.Date1904 == "1" || book.Pr.Date1904 == "true"
	for _, s := range book.Sheets {
		for _, a := range s.Attrs {
			if part := targets[a.Value]; a.Name.Local == "id" && part != "" && (s.State == "" || s.State == "visible") {
				w.sheets = append(w.sheets, sheetRef{s.Name, part})
			}
		}
	}
	return stringsPart, nil
}

// readStrings reads the shared strings: each si is the text of its t elements
// but those that give a reading (rPh).
func (w *workbook) readStrings(part string) error {
	f := w.parts[strings.ToLower(part)]
	if f == nil {
		return nil
	}
	if f.UncompressedSize64 > maxStrings {
		return errs.New(errs.TooLarge, "file.too_large", "工作簿里的文字太多（超过 256 MB），请拆成几个文件再导入。")
	}
	r, err := f.Open()
	if err != nil {
		return brokenWorkbook(err)
	}
	defer r.Close()
	x := newXMLText(r)
	for {
		name, err := x.start()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return brokenWorkbook(err)
		}
		if name == "si" {
			text, err := x.richText("si")
			if err != nil {
				return brokenWorkbook(err)
			}
			w.strings = append(w.strings, text)
		}
	}
}

// xmlText pulls start elements and texts out of a part.
type xmlText struct {
	d    *xml.Decoder
	attr []xml.Attr // of the element that start answered
}

func newXMLText(r io.Reader) *xmlText {
	return &xmlText{d: xml.NewDecoder(r)}
}

func (x *xmlText) start() (string, error) {
	for {
		token, err := x.d.RawToken()
		if err != nil {
			return "", err
		}
		if s, ok := token.(xml.StartElement); ok {
			x.attr = s.Attr
			return s.Name.Local, nil
		}
	}
}

// richText gathers the t elements up to the end of the element.
func (x *xmlText) richText(end string) (string, error) {
	var b strings.Builder
	inText, reading := false, false
	for {
		token, err := x.d.RawToken()
		if err != nil {
			return "", unexpected(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			reading = reading || t.Name.Local == "rPh"
		case xml.EndElement:
			if t.Name.Local == end {
				return unescapeX(b.String()), nil
			}
			inText = false
			reading = reading && t.Name.Local != "rPh"
		case xml.CharData:
			if inText && !reading {
				b.Write(t)
			}
		}
	}
}

// plain gathers the text of an element without children.
func (x *xmlText) plain(end string) (string, error) {
	var b strings.Builder
	for {
		token, err := x.d.RawToken()
		if err != nil {
			return "", unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == end {
				return b.String(), nil
			}
		case xml.CharData:
			b.Write(t)
		}
	}
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// unescapeX reads the _xHHHH_ form in which a workbook keeps control characters.
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
