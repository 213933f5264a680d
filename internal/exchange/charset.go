package exchange

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"hongniang/internal/errs"
)

const utf8BOM = "\uFEFF"

func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF"))
}

// text gives the characters of a text file as UTF-8 without a byte order mark.
// The whole file is looked at before: a GBK file may begin with a megabyte of
// ASCII.
func (l layout) text(src Source) (io.Reader, error) {
	enc, err := l.charset(src)
	if err != nil {
		return nil, err
	}
	r, err := l.content(src)
	if err != nil || enc == nil {
		return dropBOM(r), err
	}
	return dropBOM(transform.NewReader(r, enc.NewDecoder())), nil
}

func dropBOM(r io.Reader) io.Reader {
	if r == nil {
		return nil
	}
	buf := make([]byte, 3)
	n, err := io.ReadFull(r, buf)
	head := bytes.TrimPrefix(buf[:n], []byte(utf8BOM))
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return io.MultiReader(bytes.NewReader(head), failing{err})
	}
	return io.MultiReader(bytes.NewReader(head), r)
}

// failing answers every read with an error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// charset finds the encoding of a file; nil means UTF-8.
func (l layout) charset(src Source) (encoding.Encoding, error) {
	r, err := l.content(src)
	if err != nil {
		return nil, err
	}
	good, bad, err := countUTF8(r)
	if err != nil {
		return nil, err
	}
	if head := src.head(2); !l.gzip && isUTF16(head) {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), nil
	}
	if bad == 0 || bad*20 < good {
		return nil, nil
	}
	if r, err = l.content(src); err != nil {
		return nil, err
	}
	good, bad, err = countReplaced(transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder()))
	if err != nil {
		return nil, err
	}
	if bad > 0 && bad*20 >= good {
		return nil, errs.New(errs.Invalid, "file.charset", "认不出文件的文字编码（既不是 UTF-8，也不是 GBK）。请用 Excel 或 WPS 打开，另存为 XLSX 或“CSV UTF-8”再导入。")
	}
	return simplifiedchinese.GB18030, nil
}

// countUTF8 counts the characters beyond ASCII and the bytes that are not UTF-8.
func countUTF8(r io.Reader) (good, bad int, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		data := buf[:kept+n]
		last := err != nil
		for len(data) > 0 && (last || utf8.FullRune(data)) {
			if data[0] < utf8.RuneSelf {
				data = data[1:]
				continue
			}
			c, size := utf8.DecodeRune(data)
			if c == utf8.RuneError && size <= 1 {
				bad++
			} else {
				good++
			}
			data = data[size:]
		}
		kept = copy(buf, data)
		if errors.Is(err, io.EOF) {
			return good, bad, nil
		}
		if err != nil {
			return good, bad, readError(err)
		}
	}
}

// countReplaced counts the characters beyond ASCII and those that could not be
// decoded.
func countReplaced(r io.Reader) (good, bad int, err error) {
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		bad += bytes.Count(buf[:n], []byte("\uFFFD"))
		for _, b := range buf[:n] {
			if b >= 0xC0 {
				good++
			}
		}
		if errors.Is(err, io.EOF) {
			return good - bad, bad, nil
		}
		if err != nil {
			return good, bad, readError(err)
		}
	}
}

// readError keeps our own errors and gives the machine's a sentence.
func readError(err error) error {
	var e *errs.Error
	if errors.As(err, &e) {
		return e
	}
	return errs.Wrap(err, errs.Invalid, "file.unreadable", "文件读到一半出错，可能不完整或已损坏，请重新下载或另存后再导入。")
}
