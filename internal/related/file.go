package related

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/errs"
)

// magic begins the first line of a file: magic, version, documents, mark and
// Unix seconds of the origin, between tabs. Each further line is a word, then
// for each near word the word and the similarity; lines rise by word.
const (
	magic   = "hongniang-related"
	version = 1
)

// Bounds of what is read: no file of ours comes near.
const (
	maxFile  = 64 << 20 // bytes when unpacked
	maxLine  = 64 << 10
	maxLists = 2 * maxWords // of a model joined with another
)

// WriteTo writes the model as text.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	at := int64(0)
	if !m.Origin.At.IsZero() {
		at = m.Origin.At.Unix()
	}
	fmt.Fprintf(&b, "%s\t%d\t%d\t%d\t%d\n", magic, version, m.Origin.Documents, m.Origin.Mark, at)
	for _, word := range m.words() {
		b.WriteString(word)
		for _, n := range m.near[word] {
			fmt.Fprintf(&b, "\t%s\t%.3f", n.Word, n.Similarity)
		}
		b.WriteByte('\n')
	}
	return b.WriteTo(w)
}

// Read reads what WriteTo wrote, packed with gzip or not. Errors: Invalid, with
// the code related.broken or related.version.
func Read(r io.Reader) (*Model, error) {
	unpacked, err := unpack(r)
	if err != nil {
		return nil, broken(err, 1)
	}
	limited := &io.LimitedReader{R: unpacked, N: maxFile + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(make([]byte, 0, 4096), maxLine)
	m := &Model{near: map[string][]Near{}}
	n, last := 1, ""
	for ; lines.Scan(); n++ {
		if n == 1 {
			err = m.readHead(lines.Text())
		} else {
			last, err = m.readLine(lines.Text(), last)
		}
		if err != nil {
			return nil, broken(err, n)
		}
	}
	switch {
	case lines.Err() != nil:
		return nil, broken(lines.Err(), n)
	case limited.N <= 0 || len(m.near) > maxLists:
		return nil, broken(errors.New("too long"), n)
	case n == 1:
		return nil, broken(io.ErrUnexpectedEOF, n)
	}
	return m, nil
}

// broken wraps a fault, unless it is one of ours.
func broken(err error, line int) error {
	var ours *errs.Error
	if errors.As(err, &ours) {
		return err
	}
	return errs.Wrap(err, errs.Invalid, "related.broken", fmt.Sprintf("相关词文件第 %d 行读不懂；请删除这个文件，系统会重新学习。", line))
}

func unpack(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		return gzip.NewReader(buffered)
	}
	return buffered, nil
}

func (m *Model) readHead(line string) error {
	cells := strings.Split(line, "\t")
	if len(cells) < 2 || cells[0] != magic {
		return errors.New("no head")
	}
	if cells[1] != strconv.Itoa(version) {
		return errs.New(errs.Invalid, "related.version", "相关词文件是另一个版本的程序写的；请删除这个文件，系统会重新学习。")
	}
	var numbers [3]int64
	if len(cells) != 2+len(numbers) {
		return errors.New("head of another length")
	}
	for i := range numbers {
		n, err := strconv.ParseInt(cells[2+i], 10, 64)
		if err != nil || n < 0 {
			return errors.New("not a number")
		}
		numbers[i] = n
	}
	m.Origin = Origin{Documents: int(numbers[0]), Mark: numbers[1]}
	if numbers[2] > 0 {
		m.Origin.At = time.Unix(numbers[2], 0).UTC()
	}
	return nil
}

// readLine reads the list of a word that comes behind last.
func (m *Model) readLine(line, last string) (word string, err error) {
	cells := strings.Split(line, "\t")
	word = cells[0]
	if len(cells) < 3 || len(cells) > 1+2*Most || len(cells)%2 == 0 || word <= last || !utf8.ValidString(line) {
		return "", errors.New("not a list of near words")
	}
	near := make([]Near, 0, len(cells)/2)
	for i := 1; i < len(cells); i += 2 {
		similarity, err := strconv.ParseFloat(cells[i+1], 64)
		if err != nil || cells[i] == "" || cells[i] == word || !(similarity > 0 && similarity <= 1) {
			return "", errors.New("not a near word with its similarity")
		}
		near = append(near, Near{cells[i], similarity})
	}
	m.near[word] = near
	return word, nil
}
