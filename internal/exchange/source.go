// Package exchange carries records in and out of files: XLSX, CSV and JSONL,
// with templates that people can fill in and reports that say, row by row,
// what to mend. docs/import.md describes how a cell is written.
package exchange

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Format is how a file is written.
type Format string

// The formats. JSONL reads a JSON array too; CSV reads commas, semicolons and tabs.
const (
	XLSX  Format = "xlsx"
	CSV   Format = "csv"
	JSONL Format = "jsonl"
)

// ParseFormat reads a format's name or a file name that ends with it.
func ParseFormat(name string) (Format, error) {
	name = strings.TrimSuffix(strings.ToLower(name), ".gz")
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "xlsx":
		return XLSX, nil
	case "csv":
		return CSV, nil
	case "jsonl", "ndjson", "json":
		return JSONL, nil
	}
	return "", errs.New(errs.Invalid, "format.unknown", "没有这种格式。可用的有：xlsx、csv、jsonl。")
}

// Limits on what is read; all in bytes of unpacked content.
const (
	maxFile    = 1 << 30   // a whole file
	maxStrings = 256 << 20 // the shared strings of a workbook, which are held in memory
	maxCell    = 1 << 20   // one cell
	maxLine    = 16 << 20  // one line of JSON
	maxRatio   = 400       // unpacked to packed, of parts above bombSize
	bombSize   = 32 << 20
	maxParts   = 10_000 // files inside a workbook
	maxColumns = 1_000  // columns that are looked at
)

// Source is a file to read. It may be read several times.
type Source struct {
	Name string // file name, for the format, messages and the record's source
	Data io.ReaderAt
	Size int64
}

// FromBytes makes a source of what is already in memory.
func FromBytes(name string, data []byte) Source {
	return Source{Name: name, Data: bytes.NewReader(data), Size: int64(len(data))}
}

// Open opens a file; the caller calls the second result when done. Errors:
// NotFound, Denied, Invalid (a folder).
func Open(path string) (Source, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return Source{}, nil, openError(path, err)
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		return Source{Name: filepath.Base(path), Data: f, Size: info.Size()}, f.Close, nil
	}
	_ = f.Close() // nothing was written
	return Source{}, nil, errs.Wrap(err, errs.Invalid, "file.not_regular", "“"+path+"”不是文件，请指定一个 XLSX、CSV 或 JSONL 文件。")
}

func openError(path string, err error) error {
	switch {
	case os.IsNotExist(err):
		return errs.Wrap(err, errs.NotFound, "file.not_found", "找不到文件“"+path+"”，请核对路径。")
	case os.IsPermission(err):
		return errs.Wrap(err, errs.Denied, "file.denied", "没有读取“"+path+"”的权限，请检查文件权限。")
	}
	return errs.Wrap(err, errs.Invalid, "file.unreadable", "打不开文件“"+path+"”，请检查它是否被别的程序占用。")
}

func (s Source) reader() io.Reader { return io.NewSectionReader(s.Data, 0, s.Size) }

// head reads up to n bytes from the start.
func (s Source) head(n int64) []byte {
	buf := make([]byte, min(n, s.Size))
	got, _ := s.Data.ReadAt(buf, 0) // a short read shows up when the file is read in full
	return buf[:got]
}

// Cell is what a file holds for one field.
type Cell struct {
	Text    string
	Type    CellType
	Present bool    // the file has a column (or the JSON object a key) for the field
	Factor  float64 // what a number is to be multiplied with, from the unit in the header; 0 means 1
}

// CellType tells what a cell of a workbook was; cells of text files are CellText.
type CellType uint8

// The types of cell.
const (
	CellText CellType = iota
	CellNumber
	CellError   // a formula that failed, such as #N/A
	CellNoValue // a formula whose result was never saved
	CellTooLong // above the limit; Text holds its beginning
	CellDate1904
)

// Row is one record of a file.
type Row struct {
	Number int               // line of the sheet or file, from 1
	Cells  []Cell            // one per field of catalog.Schema, in its order
	Meta   map[string]string // owner_org and union, which only JSON carries
	Fault  *Fault            // the whole row cannot be read
}

// Fault is something wrong in one row, with what to do about it.
type Fault struct {
	Row     int    `json:"row" doc:"Line of the file, from 1"`
	Key     string `json:"key,omitempty" doc:"Key of the field; empty when the whole row is meant"`
	Column  string `json:"column,omitempty" doc:"Chinese label of the column"`
	Value   string `json:"value,omitempty" doc:"What was written, cut to 80 characters"`
	Code    string `json:"code" doc:"Stable code"`
	Message string `json:"message" doc:"What is wrong and what to do, in Chinese"`
}

// Column is a column of a file that was recognised.
type Column struct {
	Header string // as written in the file
	Field  catalog.FieldInfo
}
