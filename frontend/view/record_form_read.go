package view

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// ReadRecordForm puts what was typed into a copy of a saved record (or an empty
// one): fields that the form does not show stay. Faults are of what is no number; the
// record holds the rest all the same.
func ReadRecordForm(form url.Values, saved catalog.Record) (catalog.Record, error) {
	rec := catalog.Clone(saved)
	var faults errs.Faults
	for _, part := range formParts[rec.Kind()] {
		for _, f := range catalog.Schema(rec.Kind()) {
			if slices.Contains(part.keys, f.Key) {
				readField(form, f, f.Value(rec), f.Key, &faults)
			}
		}
	}
	return rec, faults.Err()
}

func readField(form url.Values, f catalog.FieldInfo, v reflect.Value, name string, faults *errs.Faults) {
	text := strings.TrimSpace(form.Get(name))
	switch {
	case f.Type == catalog.Group && f.List:
		readRows(form, f, v, faults)
	case f.Type == catalog.Group:
		group := reflect.New(groupType(v))
		if readParts(form, f, group, f.Key+".", faults) || f.Key == "availability" { // no tick is an answer too
			v.Set(group)
		} else {
			v.SetZero()
		}
	case f.List && f.Vocab != "":
		v.Set(reflect.ValueOf(form[name]))
	case f.List && f.Key == "keywords":
		v.Set(reflect.ValueOf(words(text)))
	case f.List:
		v.Set(reflect.ValueOf(linesOf(text)))
	case f.Type == catalog.YesNo:
		v.SetBool(text == "yes")
	case f.Type == catalog.Text:
		v.SetString(text)
	default:
		readNumber(f, v, text, name, faults)
	}
}

// linesOf gives the lines that are not blank; nil for none.
func linesOf(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func readNumber(f catalog.FieldInfo, v reflect.Value, text, name string, faults *errs.Faults) {
	v.SetZero()
	if text == "" {
		return
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x >= -mostNumber && x <= mostNumber) || f.Type == catalog.Whole && x != float64(int64(x)) {
		faults.Add(name, "number.malformed", "“"+f.Label+"”请填一个数，如 8。", text)
		return
	}
	if f.Type == catalog.Whole {
		v.SetInt(int64(x))
		return
	}
	v.SetFloat(x)
}

// readRows reads the lines of which anything is filled in.
func readRows(form url.Values, f catalog.FieldInfo, list reflect.Value, faults *errs.Faults) {
	out := reflect.MakeSlice(list.Type(), 0, leastRows)
	for i := range lastRow(form, f.Key+".") {
		row, own := reflect.New(groupType(list)), errs.Faults{}
		if !readParts(form, f, row, fmt.Sprintf("%s.%d.", f.Key, i+1), &own) {
			continue
		}
		for _, fault := range own {
			faults.Add(fmt.Sprintf("%s[%d]", f.Key, out.Len()), fault.Code, fault.Message, fault.Value)
		}
		out = reflect.Append(out, row.Elem())
	}
	if out.Len() == 0 {
		list.SetZero()
		return
	}
	list.Set(out)
}

// lastRow is the highest number behind a prefix in the names of what was sent: rows
// of imported records are many, and one that is not read is lost.
func lastRow(form url.Values, prefix string) int {
	last := 0
	for name := range form {
		rest, ok := strings.CutPrefix(name, prefix)
		n, err := strconv.Atoi(rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))])
		if ok && err == nil && n <= mostFormRows {
			last = max(last, n)
		}
	}
	return last
}

// readParts reads the parts of a group, and tells whether anything is filled in; a
// choice or a tick alone is nothing.
func readParts(form url.Values, f catalog.FieldInfo, group reflect.Value, prefix string, faults *errs.Faults) bool {
	filled := false
	for _, item := range f.Items {
		name := prefix + item.Key
		filled = filled || item.Vocab == "" && item.Type != catalog.YesNo && strings.TrimSpace(form.Get(name)) != ""
		readField(form, item, item.Value(group.Interface()), name, faults)
	}
	return filled
}

// ReadRev reads the revision of a form's hidden field; 0 when there is none.
func ReadRev(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
