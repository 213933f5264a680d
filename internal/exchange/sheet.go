package exchange

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// sheet streams the rows of one worksheet.
type sheet struct {
	book   *workbook
	x      *xmlText
	file   io.ReadCloser
	number int
	done   bool
}

func (w *workbook) open(ref sheetRef) (*sheet, error) {
	f := w.parts[strings.ToLower(ref.part)]
	if f == nil {
		return nil, brokenWorkbook(errors.New("missing part " + ref.part))
	}
	r, err := f.Open()
	if err != nil {
		return nil, brokenWorkbook(err)
	}
	return &sheet{book: w, x: newXMLText(r), file: r}, nil
}

func (s *sheet) close() { _ = s.file.Close() } // only read

// next gives the next row that has a cell with content.
func (s *sheet) next() (line, error) {
	for !s.done {
		token, err := s.x.d.RawToken()
		if err != nil {
			return line{}, brokenWorkbook(unexpected(err))
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			l, err := s.row(t)
			if err != nil {
				return l, brokenWorkbook(err)
			}
			if len(l.cells) > 0 {
				return l, nil
			}
		case xml.EndElement:
			s.done = t.Name.Local == "sheetData" || t.Name.Local == "worksheet"
		}
	}
	return line{}, io.EOF
}

func (s *sheet) row(start xml.StartElement) (line, error) {
	s.number++
	if n, err := strconv.Atoi(attr(start.Attr, "r")); err == nil && n > 0 {
		s.number = n
	}
	l := line{number: s.number}
	column := 0
	for {
		token, err := s.x.d.RawToken()
		if err != nil {
			return l, unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				return l, nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			if at := columnOf(attr(t.Attr, "r")); at >= 0 {
				column = at
			}
			c, err := s.cell(attr(t.Attr, "t"))
			if err != nil {
				return l, err
			}
			l.put(column, c)
			column++
		}
	}
}

// put places a cell; the blanks before it are filled up.
func (l *line) put(column int, c Cell) {
	if column >= maxColumns || (c.Text == "" && c.Type == CellText) {
		return
	}
	for len(l.cells) <= column {
		l.cells = append(l.cells, Cell{Present: true})
	}
	l.cells[column] = c
}

// cell reads the content of a c element of that type.
func (s *sheet) cell(kind string) (Cell, error) {
	var value, inline string
	formula, valued := false, false
	for {
		token, err := s.x.d.RawToken()
		if err != nil {
			return Cell{}, unexpected(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "c" {
				return s.value(kind, value, inline, formula && !valued), nil
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				valued = true
				value, err = s.x.plain("v")
			case "f":
				formula = true
				_, err = s.x.plain("f")
			case "is":
				inline, err = s.x.richText("is")
			}
			if err != nil {
				return Cell{}, err
			}
		}
	}
}

func (s *sheet) value(kind, value, inline string, noValue bool) Cell {
	c := Cell{Text: value, Present: true}
	switch kind {
	case "s":
		c.Text = ""
		if n, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && n >= 0 && n < len(s.book.strings) {
			c.Text = s.book.strings[n]
		}
	case "inlineStr":
		c.Text = inline
	case "str", "d":
		c.Text = unescapeX(value)
	case "b":
		c.Text = map[bool]string{true: "TRUE", false: "FALSE"}[strings.TrimSpace(value) == "1"]
	case "e":
		c.Type = CellError
	default:
		if c.Text != "" {
			c.Type = CellNumber
			if s.book.date1904 {
				c.Type = CellDate1904
			}
		}
	}
	if noValue && c.Text == "" {
		return Cell{Type: CellNoValue, Present: true}
	}
	if len(c.Text) > maxCell {
		return Cell{Text: c.Text[:1000], Type: CellTooLong, Present: true}
	}
	return c
}

func attr(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// columnOf reads the letters of a cell reference: A1 → 0; -1 when there are none.
func columnOf(ref string) int {
	n := 0
	for _, r := range ref {
		if r < 'A' || r > 'Z' || n > maxColumns {
			break
		}
		n = n*26 + int(r-'A') + 1
	}
	return n - 1
}
