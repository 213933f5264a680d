package collection

import (
	"bufio"
	"fmt"
	"strings"

	"hongniang/internal/errs"
)

// maxLine is the longest line of a tab-separated file, in bytes.
const maxLine = 1 << 20

// table is a tab-separated file whose lines name a query, a document and what
// is said of the pair; further columns are ignored.
type table struct {
	path   string
	header bool   // the first line names the columns
	third  string // what the third column holds, in Chinese
}

// pair is one line of a table.
type pair struct {
	line                   int // from 1
	query, document, value string
}

// read hands over each line but the header; empty lines are passed over.
func (t table) read(each func(pair) error) error {
	lines, err := open(t.path)
	if err != nil {
		return err
	}
	defer lines.close()
	scanner := bufio.NewScanner(lines)
	scanner.Buffer(nil, maxLine)
	n := 0
	for scanner.Scan() {
		n++
		if text := strings.TrimSuffix(scanner.Text(), "\r"); text != "" {
			if err := t.line(n, text, each); err != nil {
				return err
			}
		}
	}
	switch {
	case lines.err != nil:
		return brokenGzip(lines.err, t.path)
	case scanner.Err() != nil:
		return errs.Wrap(scanner.Err(), errs.Invalid, "collection.line", fmt.Sprintf("“%s”第 %d 行太长，这不像是用制表符隔开的文件。", t.path, n+1))
	case n == 0 && t.header:
		return t.fault(1, "collection.no_header", "没有表头")
	}
	return nil
}

func (t table) line(n int, text string, each func(pair) error) error {
	cells := strings.Split(text, "\t")
	switch {
	case len(cells) < 3:
		return t.fault(n, "collection.columns", fmt.Sprintf("只有 %d 列", len(cells)))
	case t.header && n == 1:
		return t.checkHeader(cells)
	case cells[0] == "" || cells[1] == "":
		return t.fault(n, "collection.no_id", "缺少编号")
	}
	return each(pair{line: n, query: cells[0], document: cells[1], value: cells[2]})
}

// checkHeader refuses a first line that is a line of values: it would be lost.
func (t table) checkHeader(cells []string) error {
	if strings.Trim(cells[2], "0123456789.-+ ") == "" {
		return t.fault(1, "collection.no_header", "没有表头")
	}
	return nil
}

// fault says what is wrong with a line, and what it should be.
func (t table) fault(line int, code, what string) error {
	return errs.New(errs.Invalid, code, fmt.Sprintf("“%s”第 %d 行%s；每行应为 查询编号、文档编号、%s，用制表符隔开%s。",
		t.path, line, what, t.third, map[bool]string{true: "，第一行为表头", false: "，没有表头"}[t.header]))
}

// shorten keeps a value that is quoted in a message short.
func shorten(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
