package brokering

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// maxFen is the largest amount: a thousand 亿元.
const maxFen = 1e13

// chinaTime is where dates are dates.
func chinaTime() *time.Location { return catalog.China() }

// dateOf gives the Chinese date of a moment, days later.
func dateOf(t time.Time, days int) string {
	return t.In(chinaTime()).AddDate(0, 0, days).Format(time.DateOnly)
}

// tidy cleans every text of a step and finds those that are too long.
func tidy(step *Step, f *errs.Faults) { tidyValue(reflect.ValueOf(step).Elem(), "", "", f) }

func tidyValue(v reflect.Value, path string, tag reflect.StructTag, f *errs.Faults) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Time]() {
			fresh := reflect.New(v.Type().Elem()) // what the caller handed in stays as it is
			fresh.Elem().Set(v.Elem())
			v.Set(fresh)
			tidyValue(v.Elem(), path, tag, f)
		}
	case reflect.Struct:
		tidyStruct(v, path, f)
	case reflect.Slice:
		tidyList(v, path, tag, f)
	case reflect.String:
		s := zh.Clean(v.String())
		if limit, err := strconv.Atoi(tag.Get("max")); err == nil && utf8.RuneCountInString(s) > limit {
			f.Add(path, "text.too_long", fmt.Sprintf("文字太长：最多 %d 个字，请精简。", limit), s)
		} else if err != nil && utf8.RuneCountInString(s) > 200 {
			f.Add(path, "text.too_long", "这一项最多 200 个字，请核对。", s)
		}
		v.SetString(s)
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			f.Add(path, "number.malformed", "这一项应是一个数。", "")
		}
	}
}

func tidyStruct(v reflect.Value, path string, f *errs.Faults) {
	t := v.Type()
	if t == reflect.TypeFor[time.Time]() {
		return
	}
	for i := range v.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if key == "-" {
			continue
		}
		if path != "" {
			key = path + "." + key
		}
		tidyValue(v.Field(i), key, t.Field(i).Tag, f)
	}
}

func tidyList(v reflect.Value, path string, tag reflect.StructTag, f *errs.Faults) {
	limit := 100
	if n, err := strconv.Atoi(tag.Get("maxItems")); err == nil {
		limit = n
	}
	if v.Len() > limit {
		f.Add(path, "list.too_long", fmt.Sprintf("最多 %d 项，现有 %d 项，请删减。", limit, v.Len()), "")
		return
	}
	fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(fresh, v)
	if v.Len() > 0 {
		v.Set(fresh)
	}
	for i := range v.Len() {
		tidyValue(v.Index(i), path+"["+strconv.Itoa(i)+"]", tag, f)
	}
}

// given refuses an empty text.
func (m *move) given(field, label, s string) bool {
	if s == "" {
		m.fault(field, "text.required", fmt.Sprintf("请填写“%s”。", label), "")
	}
	return s != ""
}

// oneOf refuses what is not in the vocabulary; what is optional may be empty.
func (m *move) oneOf(field, label, vocabulary, s string) bool {
	v := catalog.Vocab(vocabulary)
	if v.Has(s) {
		return true
	}
	m.fault(field, "choice.unknown", fmt.Sprintf("请选“%s”，可填：%s。", label, strings.Join(v.Labels(), "、")), s)
	return false
}

func (m *move) oneOfOrNone(field, label, vocabulary, s string) {
	if s != "" {
		m.oneOf(field, label, vocabulary, s)
	}
}

// date refuses what is no full date.
func (m *move) date(field, label, s string) bool {
	if t, err := time.Parse(time.DateOnly, s); err != nil || t.Year() < 1990 || t.Year() > 2100 {
		m.fault(field, "date.malformed", fmt.Sprintf("请填写“%s”，形如 2026-06-01。", label), s)
		return false
	}
	return true
}

// pastDate refuses a date that has not come: what is recorded has happened.
func (m *move) pastDate(field, label, s string) {
	if m.date(field, label, s) && s > dateOf(m.now, 0) {
		m.fault(field, "date.future", fmt.Sprintf("“%s”还没有到，事情发生以后再登记。", label), s)
	}
}

// fen refuses amounts that are negative or beyond all reason.
func (m *move) fen(field, label string, fen int64, wanted bool) {
	switch {
	case wanted && fen == 0:
		m.fault(field, "money.required", fmt.Sprintf("请填写“%s”，以分为单位的整数。", label), "")
	case fen < 0 || fen > maxFen:
		m.fault(field, "money.range", fmt.Sprintf("“%s”应在 0 到一千亿元之间。", label), strconv.FormatInt(fen, 10))
	}
}

var periodPattern = regexp.MustCompile(`^(19|20)\d\d(-(0[1-9]|1[0-2]))?$`)

// files refuses ids of attachments that are not here.
func (m *move) files(field string, ids []string) {
	for i, id := range ids {
		if !m.attached(id) {
			m.fault(fmt.Sprintf("%s[%d]", field, i), "introduction.file_unknown", "没有这个附件，请先上传，再填它的编号（如 F1）。", id)
		}
	}
}

// file is the same for one that may be left out.
func (m *move) file(field, id string) {
	if id != "" && !m.attached(id) {
		m.fault(field, "introduction.file_unknown", "没有这个附件，请先上传，再填它的编号（如 F1）。", id)
	}
}

// attached tells whether the actor may refer to an attachment: what he is not
// shown does not exist for him.
func (m *move) attached(id string) bool {
	for _, a := range m.in.Attachments {
		if a.ID == id {
			return m.in.opensFile(a, m.who.Seat)
		}
	}
	return false
}

// room refuses the next item of a full list: the document must stay one.
func (m *move) room(n, limit int, label string) {
	if n >= limit && m.refuse == nil {
		m.refuse = errs.New(errs.TooLarge, "introduction.full", fmt.Sprintf("一张对接单最多 %d 条%s，已经满了；请办结这张，另开一张接着办。", limit, label))
	}
}

// present refuses a step without its part.
func (m *move) present(field string, missing bool) bool {
	if missing {
		m.fault(field, "field.required", fmt.Sprintf("这一步要填写 %s。", field), "")
	}
	return !missing
}

func nextID(prefix string, n int) string { return prefix + strconv.Itoa(n+1) }
