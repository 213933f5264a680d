package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// jsonRows reads JSONL or a JSON array of objects. Values may be what Export
// writes, or texts in the syntax of a cell.
type jsonRows struct {
	names   *names
	fields  []catalog.FieldInfo
	lines   *bufio.Reader
	array   *json.Decoder // of a JSON array; nil for JSONL
	number  int
	unknown []string
}

// systemKeys are the keys of a record that are written but never read back.
var systemKeys = []string{"rev", "source", "created_by", "created_at", "updated_by", "updated_at", "deleted_at", "kind"}

// metaKeys are read from JSON only: people do not fill them in.
var metaKeys = []string{"owner_org", "union"}

func newJSONRows(kind catalog.Kind, r io.Reader, array bool) (*jsonRows, error) {
	j := &jsonRows{names: namesOf(kind), fields: catalog.Schema(kind), lines: bufio.NewReaderSize(r, 256<<10)}
	if array {
		j.array = json.NewDecoder(j.lines)
		j.array.UseNumber()
		if _, err := j.array.Token(); err != nil {
			return nil, brokenJSON(err)
		}
	}
	return j, nil
}

func brokenJSON(err error) error {
	var e *errs.Error
	if errors.As(err, &e) {
		return e
	}
	return errs.Wrap(err, errs.Invalid, "file.broken_json", "JSON 不完整或有语法错误，后面的内容没有读。请检查文件，或改成一行一个对象的 JSONL。")
}

func (j *jsonRows) next() (Row, error) {
	if j.array != nil {
		return j.nextElement()
	}
	for {
		data, long, err := j.readLine()
		if err != nil {
			return Row{}, err
		}
		if long {
			return j.faulty("json.too_long", "这一行超过 16 MB，没有导入。请精简，或分成几条。", ""), nil
		}
		if data = bytes.TrimSpace(data); len(data) > 0 {
			return j.object(data), nil
		}
	}
}

func (j *jsonRows) nextElement() (Row, error) {
	if !j.array.More() {
		if _, err := j.array.Token(); err != nil {
			return Row{}, brokenJSON(err)
		}
		return Row{}, io.EOF
	}
	var raw json.RawMessage
	if err := j.array.Decode(&raw); err != nil {
		return Row{}, brokenJSON(err)
	}
	j.number++
	return j.object(raw), nil
}

// readLine reads one line and drops what is above the limit.
func (j *jsonRows) readLine() (data []byte, long bool, err error) {
	for {
		part, err := j.lines.ReadSlice('\n')
		if len(data)+len(part) <= maxLine {
			data = append(data, part...)
		} else {
			long = true
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(data) == 0 && !long:
			return nil, false, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, false, readError(err)
		}
		j.number++
		return data, long, nil
	}
}

func (j *jsonRows) faulty(code, message, value string) Row {
	return Row{Number: j.number, Fault: &Fault{Row: j.number, Code: code, Message: message, Value: cut(value)}}
}

func (j *jsonRows) object(data []byte) Row {
	var object map[string]any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&object); err != nil || object == nil || dec.More() {
		return j.faulty("json.malformed", "这一行不是有效的 JSON 对象，请检查括号、引号和逗号。", string(data[:min(len(data), 400)]))
	}
	row := Row{Number: j.number, Cells: make([]Cell, len(j.fields)), Meta: map[string]string{}}
	for key, value := range object {
		if text, ok := value.(string); ok && slices.Contains(metaKeys, key) {
			row.Meta[key] = text
			continue
		}
		found, ok := j.names.find(key)
		if !ok {
			j.note(key)
			continue
		}
		if row.Cells[found.field].Present && key != j.fields[found.field].Key {
			continue // the key itself wins over a label
		}
		row.Cells[found.field] = Cell{Text: jsonText(j.fields[found.field], value), Present: true, Factor: found.factor}
	}
	return row
}

func (j *jsonRows) note(key string) {
	if len(j.unknown) < 50 && !slices.Contains(systemKeys, key) && !slices.Contains(metaKeys, key) && !slices.Contains(j.unknown, key) {
		j.unknown = append(j.unknown, key)
	}
}

// jsonText writes a JSON value in the syntax of a cell.
func jsonText(f catalog.FieldInfo, value any) string {
	switch {
	case f.List:
		if items, ok := value.([]any); ok {
			return jsonList(f, items)
		}
		if object, ok := value.(map[string]any); ok && f.Type == catalog.Group {
			return joinItems(f, []string{jsonGroup(f, object)})
		}
	case f.Type == catalog.Group:
		if object, ok := value.(map[string]any); ok {
			return jsonGroup(f, object)
		}
	}
	return scalar(value)
}

func jsonList(f catalog.FieldInfo, items []any) string {
	out := make([]string, len(items))
	for i, item := range items {
		object, ok := item.(map[string]any)
		switch {
		case ok && f.Type == catalog.Group:
			out[i] = jsonGroup(f, object)
		case f.Type == catalog.Group:
			out[i] = scalar(item) // a text in the syntax of an item
		default:
			out[i] = escapeItem(scalar(item))
		}
	}
	return joinItems(f, out)
}

func jsonGroup(f catalog.FieldInfo, object map[string]any) string {
	parts := make([]string, len(f.Items))
	for key, value := range object {
		for i, item := range f.Items {
			if key == item.Key || foldHeader(key) == foldHeader(item.Label) {
				parts[i] = escapePart(jsonText(item, value))
			}
		}
	}
	return joinParts(parts)
}

func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "是"
		}
		return "否"
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(value) // it came from JSON
	return strings.TrimSpace(b.String())
}
