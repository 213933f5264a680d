package exchange

import (
	"reflect"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
)

// cellValue gives what a field of a record is written as: a string, a number,
// or nil for nothing. setCell reads it back.
func cellValue(f catalog.FieldInfo, rec catalog.Record) any {
	v := f.Value(rec)
	if v.IsZero() {
		return nil
	}
	if !f.List && (f.Type == catalog.Number || f.Type == catalog.Whole) {
		return v.Interface()
	}
	return cellText(f, v, rec.Base().RegionCode)
}

func cellText(f catalog.FieldInfo, v reflect.Value, region string) string {
	if !f.List {
		return oneText(f, v, region)
	}
	one := f
	one.List = false
	items := make([]string, v.Len())
	for i := range items {
		items[i] = oneText(one, v.Index(i), region)
		if f.Type != catalog.Group {
			items[i] = escapeItem(items[i])
		}
	}
	return joinItems(f, items)
}

func oneText(f catalog.FieldInfo, v reflect.Value, region string) string {
	switch f.Type {
	case catalog.Group:
		return groupText(f, reflect.Indirect(v), region)
	case catalog.Number:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case catalog.Whole:
		return strconv.FormatInt(v.Int(), 10)
	case catalog.YesNo:
		return scalar(v.Bool())
	}
	return choiceText(f, v.String(), region)
}

func groupText(f catalog.FieldInfo, v reflect.Value, region string) string {
	parts := make([]string, len(f.Items))
	for i, item := range f.Items {
		value := item.Value(v.Addr().Interface())
		if value.IsZero() && item.Type != catalog.YesNo && !(item.Type == catalog.Number && item.Key == "value") {
			continue
		}
		text := cellText(item, value, region)
		if item.List {
			text = inlineList(item, text)
		}
		parts[i] = escapePart(text)
	}
	return joinParts(parts)
}

// inlineList writes the items of a list inside a group on one line where their
// texts allow it.
func inlineList(f catalog.FieldInfo, cell string) string {
	if strings.ContainsAny(cell, itemSeps+shortSeps+commaSeps+`\`) || !strings.Contains(inlineSeps(f), shortSeps) {
		return cell
	}
	return strings.ReplaceAll(cell, lineSep, "、")
}

// choiceText writes the Chinese name of a key where that name means the key.
func choiceText(f catalog.FieldInfo, key, region string) string {
	switch {
	case f.Vocab == "result_kind":
		label := catalog.Vocab(f.Vocab).Label(key)
		if back, ok := catalog.ParseResultKind(label, region); ok && back == key {
			return label
		}
	case f.Vocab != "":
		label := catalog.Vocab(f.Vocab).Label(key)
		if back, ok := catalog.Vocab(f.Vocab).Parse(label); ok && back == key {
			return label
		}
	case f.Format == "region":
		name := strings.Join(catalog.PlacePath(key), "")
		if back, ok := catalog.ParsePlace(name); ok && back == key {
			return name
		}
	}
	return key
}
