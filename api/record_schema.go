package api

import (
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// inputSchema documents what a client may send for a kind: the fields of its
// form with their Chinese names, and for choices the keys and labels. The
// rules themselves are the catalog's, so that its messages reach people.
func (a *API) inputSchema(kind catalog.Kind) *huma.Schema {
	schemas := a.huma.OpenAPI().Components.Schemas.Map()
	name := strings.ToUpper(string(kind[:1])) + string(kind[1:]) + "Input"
	if _, ok := schemas[name]; !ok {
		s := formSchema(catalog.Schema(kind))
		s.Properties["rev"] = &huma.Schema{Type: huma.TypeInteger, Description: "读到的版本号；更新时必填（或用 If-Match）"}
		for _, key := range []string{"owner_org", "union"} {
			s.Properties[key] = nullable(&huma.Schema{Type: huma.TypeString})
		}
		for key := range readOnly {
			if key != "rev" {
				s.Properties[key] = &huma.Schema{Description: "由系统填写，提交的值不起作用", ReadOnly: true}
			}
		}
		schemas[name] = s
	}
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

func formSchema(fields []catalog.FieldInfo) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, AdditionalProperties: false}
	for _, f := range fields {
		s.Properties[f.Key] = fieldSchema(f)
	}
	return s
}

func fieldSchema(f catalog.FieldInfo) *huma.Schema {
	one := valueSchema(f)
	if f.List {
		one = &huma.Schema{Type: huma.TypeArray, Items: one}
		if f.MaxItems > 0 {
			one.MaxItems = &f.MaxItems
		}
	}
	one.Description = describeField(f)
	if one.Type == huma.TypeObject {
		return one
	}
	return nullable(one)
}

func valueSchema(f catalog.FieldInfo) *huma.Schema {
	switch f.Type {
	case catalog.Group:
		return formSchema(f.Items)
	case catalog.Number:
		return &huma.Schema{Type: huma.TypeNumber}
	case catalog.Whole:
		return &huma.Schema{Type: huma.TypeInteger}
	case catalog.YesNo:
		return &huma.Schema{Type: huma.TypeBoolean}
	}
	return &huma.Schema{Type: huma.TypeString}
}

func nullable(s *huma.Schema) *huma.Schema {
	s.Nullable = true
	return s
}

func describeField(f catalog.FieldInfo) string {
	var b strings.Builder
	b.WriteString(f.Label)
	if f.Required {
		b.WriteString("，必填")
	}
	if f.MaxRunes > 0 {
		b.WriteString("，最多 " + strconv.Itoa(f.MaxRunes) + " 字")
	}
	if f.Secret != "" {
		b.WriteString("，保密")
	}
	if f.Vocab != "" {
		b.WriteString("。可填代码或中文：")
		for i, c := range catalog.Vocab(f.Vocab).Choices {
			if i > 0 {
				b.WriteString("、")
			}
			b.WriteString(c.Key + " " + c.Label)
		}
	}
	return b.String()
}

// sortFaults puts faults in the order of their fields: those of a JSON object
// are found in random order.
func sortFaults(f errs.Faults) {
	slices.SortFunc(f, func(a, b errs.Field) int { return strings.Compare(a.Field+a.Code, b.Field+b.Code) })
}
