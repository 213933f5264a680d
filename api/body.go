package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/httpx"
)

// object is a decoded JSON object; its numbers are json.Number.
type object = map[string]any

// readObject reads a JSON object of at most limit bytes. Errors: TooLarge,
// json.empty, json.malformed.
func (r *Request) readObject(limit int64) (object, error) {
	data, err := io.ReadAll(io.LimitReader(r.http.Body, limit+1))
	if err != nil {
		return nil, readError(err)
	}
	if int64(len(data)) > limit {
		return nil, httpx.TooLarge(limit)
	}
	return parseObject(data)
}

func parseObject(data []byte) (object, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errs.New(errs.Invalid, "json.empty", "请求没有内容，请提交一个 JSON 对象。")
	}
	if !utf8.Valid(data) {
		return nil, errs.New(errs.Invalid, "json.malformed", "内容不是 UTF-8 编码的文字，请以 UTF-8 提交 JSON。")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, malformed(err, data, dec.InputOffset())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed(err, data, dec.InputOffset())
	}
	obj, ok := v.(object)
	if !ok {
		return nil, errs.New(errs.Invalid, "json.malformed", "内容应是一个 JSON 对象，以 { 开头、以 } 结尾。")
	}
	return obj, nil
}

func malformed(err error, data []byte, at int64) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	line := bytes.Count(data[:min(int(at), len(data))], []byte("\n")) + 1
	return errs.Wrap(err, errs.Invalid, "json.malformed", fmt.Sprintf("内容不是有效的 JSON，问题在第 %d 行附近，请检查引号、逗号和括号。", line))
}

func readError(err error) error {
	var tooBig interface{ Timeout() bool }
	if errors.As(err, &tooBig) && tooBig.Timeout() || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errs.Wrap(err, errs.Invalid, "form.malformed", "内容没有传完就中断了，请重试。")
	}
	return err
}

// shape says what an object may hold: the fields of a form, and texts and
// ignored keys beside them.
type shape struct {
	fields  []catalog.FieldInfo
	texts   map[string]bool
	ignored map[string]bool
}

// check finds unknown keys and values of a wrong type, so that decoding into
// the Go type cannot fail. null is allowed everywhere: it clears a field.
func (s shape) check(obj object, prefix string, f *errs.Faults) {
	byKey := map[string]catalog.FieldInfo{}
	for _, field := range s.fields {
		byKey[field.Key] = field
	}
	for key, v := range obj {
		field, known := byKey[key]
		switch {
		case s.ignored[key] || v == nil && (known || s.texts[key]):
		case known && field.List:
			checkList(field, v, prefix+key, f)
		case known:
			checkOne(field, v, prefix+key, f)
		case s.texts[key]:
			checkOne(catalog.FieldInfo{Key: key, Label: key, Type: catalog.Text}, v, prefix+key, f)
		default:
			f.Add(prefix+key, "field.unknown", unknownField(key, byKey), "")
		}
	}
}

func unknownField(key string, known map[string]catalog.FieldInfo) string {
	if r := []rune(key); len(r) > 40 {
		key = string(r[:40]) + "…"
	}
	folded := strings.ToLower(strings.ReplaceAll(key, "-", "_"))
	for k, f := range known {
		if f.Label == key || strings.ReplaceAll(k, "_", "") == strings.ReplaceAll(folded, "_", "") {
			return fmt.Sprintf("没有“%s”这个字段，是否指 %s（%s）？", key, k, f.Label)
		}
	}
	return fmt.Sprintf("没有“%s”这个字段，请对照 /api/v1/openapi.json 里的字段名。", key)
}

func checkList(field catalog.FieldInfo, v any, name string, f *errs.Faults) {
	list, ok := v.([]any)
	if !ok {
		f.Add(name, "type.list", fmt.Sprintf("“%s”应是一个列表，写成 [ … ]。", field.Label), shown(v))
		return
	}
	for i, item := range list {
		checkOne(field, item, name+"["+strconv.Itoa(i)+"]", f)
	}
}

func checkOne(field catalog.FieldInfo, v any, name string, f *errs.Faults) {
	wrong := func(code, what string) {
		f.Add(name, code, fmt.Sprintf("“%s”应是%s。", field.Label, what), shown(v))
	}
	switch field.Type {
	case catalog.Group:
		if obj, ok := v.(object); ok {
			shape{fields: field.Items}.check(obj, name+".", f)
		} else {
			wrong("type.object", "一个对象，写成 { … }")
		}
	case catalog.Number:
		if n, ok := v.(json.Number); !ok || !isFloat(n) {
			wrong("type.number", "一个数，不加引号")
		}
	case catalog.Whole:
		if n, ok := v.(json.Number); !ok || !isWhole(n) {
			wrong("type.whole", "一个整数，不加引号")
		}
	case catalog.YesNo:
		if _, ok := v.(bool); !ok {
			wrong("type.yes_no", " true 或 false，不加引号")
		}
	default:
		if _, ok := v.(string); !ok {
			wrong("type.text", "一段文字，加引号")
		}
	}
}

func isFloat(n json.Number) bool {
	_, err := n.Float64()
	return err == nil
}

func isWhole(n json.Number) bool {
	_, err := strconv.ParseInt(n.String(), 10, 0)
	return err == nil
}

func shown(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}
