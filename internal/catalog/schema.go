package catalog

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// FieldInfo describes one field of a kind, for forms, files, pages and checks.
// It is read from the struct tags of the record types.
type FieldInfo struct {
	Key      string // JSON key, unique within the kind
	Label    string // Chinese
	Type     FieldType
	Vocab    string // vocabulary of a Choice field
	Format   string // date, month, wan, region, industry, ipc, uscc, application_no, phone, email, url
	Facet    string // facet that the field feeds
	Ref      Kind   // kind that the value is a code of
	Secret   string // "", "true": hidden unless the record says otherwise, "always"
	Required bool
	List     bool
	MinRunes int // of each value; 0: no bound
	MaxRunes int
	MaxItems int
	Low      int // bounds of a number, both 0: none
	High     int
	Items    []FieldInfo // of a Group: its parts in order
	path     []int
}

// FieldType is the shape of one value.
type FieldType string

// The shapes.
const (
	Text   FieldType = "text"
	Number FieldType = "number"
	Whole  FieldType = "whole"
	YesNo  FieldType = "yes_no"
	Group  FieldType = "group" // a struct of Items
)

var schemas = sync.OnceValue(func() map[Kind][]FieldInfo {
	out := map[Kind][]FieldInfo{}
	for _, kind := range Kinds() {
		rec, _ := New(kind)
		fields := describe(reflect.TypeOf(rec).Elem(), nil)
		for i := range fields {
			if fields[i].Key == "status" {
				fields[i].Vocab = StatusVocab(kind)
			}
		}
		out[kind] = fields
	}
	return out
})

// Schema lists the fields of a kind that people fill in, in form order.
func Schema(kind Kind) []FieldInfo { return schemas()[kind] }

// StatusVocab names the vocabulary of a kind's status.
func StatusVocab(kind Kind) string {
	if kind == KindNeed {
		return "need_status"
	}
	return "record_status"
}

// describe reads the tags of a struct: fields without a Chinese label are not
// for people and are left out.
func describe(t reflect.Type, path []int) []FieldInfo {
	var out []FieldInfo
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(append([]int{}, path...), i)
		if sf.Anonymous {
			out = append(out, describe(sf.Type, at)...)
			continue
		}
		if label := sf.Tag.Get("zh"); label != "" {
			out = append(out, describeField(sf, label, at))
		}
	}
	return out
}

func describeField(sf reflect.StructField, label string, path []int) FieldInfo {
	tag := sf.Tag
	key, _, _ := strings.Cut(tag.Get("json"), ",")
	f := FieldInfo{
		Key: key, Label: label, Vocab: tag.Get("vocab"), Format: tag.Get("format"), Facet: tag.Get("facet"),
		Ref: Kind(tag.Get("ref")), Secret: tag.Get("secret"), Required: tag.Get("required") == "true",
		MinRunes: intTag(tag, "min"), MaxRunes: intTag(tag, "max"), MaxItems: intTag(tag, "maxItems"),
		Low: intTag(tag, "low"), High: intTag(tag, "high"), path: path,
	}
	t := sf.Type
	if t.Kind() == reflect.Slice {
		f.List, t = true, t.Elem()
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		f.Type, f.Items = Group, describe(t, nil)
	case reflect.Float64:
		f.Type = Number
	case reflect.Int:
		f.Type = Whole
	case reflect.Bool:
		f.Type = YesNo
	default:
		f.Type = Text
	}
	return f
}

func intTag(tag reflect.StructTag, name string) int {
	n, _ := strconv.Atoi(tag.Get(name)) // tags are ours: a bad one is a missing bound, caught by the schema test
	return n
}

// Value gives the field's value in a record (or, for a part of a Group, in
// that group's struct), for reading and setting.
func (f FieldInfo) Value(of any) reflect.Value {
	return reflect.Indirect(reflect.ValueOf(of)).FieldByIndex(f.path)
}

// clearSecrets zeroes the fields whose secret tag is one of levels.
func clearSecrets(rec Record, levels ...string) {
	for _, f := range Schema(rec.Kind()) {
		for _, level := range levels {
			if f.Secret == level {
				f.Value(rec).SetZero()
			}
		}
	}
}
