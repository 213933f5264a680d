package exchange

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"hongniang/internal/errs"
)

func (r *Reader) openJSON(src Source, l layout) error {
	text, err := l.text(src)
	if err != nil {
		return err
	}
	r.json, err = newJSONRows(r.kind, text, l.array)
	return err
}

// openCSV takes the delimiter with which the header names most fields, then the one
// that makes most cells.
func (r *Reader) openCSV(src Source, l layout) error {
	text, err := l.text(src)
	if err != nil {
		return err
	}
	buffered := bufio.NewReaderSize(text, 64<<10)
	head, err := buffered.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return readError(err)
	}
	comma, best := byte(','), -1
	for _, c := range []byte(",;\t") {
		lines, err := firstLines(newCSV(bytes.NewReader(head), c))
		if err != nil {
			return err
		}
		_, h := findHeader(namesOf(r.kind), lines, r.layout)
		if score := h.found * maxColumns; len(lines) > 0 && score+len(likelyHeader(lines).cells) > best {
			comma, best = c, score+len(likelyHeader(lines).cells)
		}
	}
	return r.openTable(newCSV(buffered, comma))
}

// openXLSX takes the visible sheet whose header names most fields, the first
// of several.
func (r *Reader) openXLSX(src Source) error {
	book, err := openWorkbook(src)
	if err != nil {
		return err
	}
	scores := make([]int, len(book.sheets))
	best := 0
	for i, ref := range book.sheets {
		r.sheets = append(r.sheets, ref.name)
		if scores[i], err = r.headerScore(book, ref); err != nil {
			return err
		}
		if scores[i] > scores[best] {
			best = i
		}
	}
	if r.layout.Sheet != "" {
		if best = slices.Index(r.sheets, r.layout.Sheet); best < 0 {
			return errs.New(errs.Invalid, "sheet.unknown", "文件里没有工作表“"+cut(r.layout.Sheet)+"”，请重新选择工作表。")
		}
	}
	bestRef := book.sheets[best]
	for i, ref := range book.sheets {
		if i != best && scores[i] > 1 && 2*scores[i] >= scores[best] {
			r.OtherSheets = append(r.OtherSheets, ref.name)
		}
	}
	s, err := book.open(bestRef)
	if err != nil {
		return err
	}
	r.Sheet, r.close = bestRef.name, s.close
	return r.openTable(s)
}

func (r *Reader) headerScore(book *workbook, ref sheetRef) (int, error) {
	s, err := book.open(ref)
	if err != nil {
		return 0, err
	}
	defer s.close()
	lines, err := firstLines(s)
	_, h := findHeader(namesOf(r.kind), lines, r.layout)
	return h.found, err
}

func (r *Reader) openTable(t table) error {
	lines, err := firstLines(t)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return errs.New(errs.Invalid, "file.empty", "文件里没有内容。")
	}
	at, header := findHeader(namesOf(r.kind), lines, r.layout)
	r.header, r.lines, r.top = header, t, lines
	if header.found > 0 || r.layout.Header != 0 {
		r.header.number, r.early = lines[at].number, lines[at+1:]
	}
	if r.layout.Header != 0 && r.header.number != r.layout.Header {
		return errs.New(errs.Invalid, "header.line", fmt.Sprintf("第 %d 行没有内容，或不在前 %d 个有内容的行里；请重新填写表头在第几行。", r.layout.Header, headerDepth))
	}
	return nil
}

func firstLines(t table) ([]line, error) {
	var out []line
	for len(out) < headerDepth {
		l, err := t.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, err
		}
		out = append(out, l)
	}
	return out, nil
}
