package view

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// values gives the single values of a field in a record or group: none for an
// empty field, one, or those of its list.
func values(f catalog.FieldInfo, of any) []reflect.Value {
	v := reflect.Indirect(f.Value(of))
	if !v.IsValid() || v.IsZero() {
		return nil
	}
	if !f.List {
		return []reflect.Value{v}
	}
	out := make([]reflect.Value, v.Len())
	for i := range out {
		out[i] = reflect.Indirect(v.Index(i))
	}
	return out
}

// buildItem shows one field of a record, and false when it says nothing.
func buildItem(rec catalog.Record, f catalog.FieldInfo, refs Names) (Item, bool) {
	if it, ok := specialItem(rec, f, refs); ok {
		it.Label = OrText(it.Label, f.Label)
		return it, it.says()
	}
	vs := values(f, rec)
	if f.Key == "" || len(vs) == 0 {
		return Item{}, false
	}
	it := Item{Label: f.Label}
	switch {
	case f.Type == catalog.Group && f.List:
		it.Table = buildTable(f, vs, refs)
	case f.Type == catalog.Group:
		it.Text = groupLines(f, vs[0])
	case f.List || f.Ref != "" || f.Vocab != "" || f.Format == "region" || f.Format == "industry" || f.Format == "url":
		it.takeValues(f, vs, refs)
	case f.Type == catalog.Text:
		it.Text = paragraphs(vs[0].String())
	default:
		it.Text = []string{valueText(f, vs[0])}
	}
	return it, it.says()
}

// longPoint is the length from which listed values are points of their own and
// not words in a row.
const longPoint = 14

// takeValues shows short values: linked ones as links, others in a row or, when
// long, as points.
func (it *Item) takeValues(f catalog.FieldInfo, vs []reflect.Value, refs Names) {
	if f.Ref != "" {
		it.Label = strings.TrimSuffix(it.Label, "编号")
	}
	var texts []string
	linked, long := false, false
	for _, v := range vs {
		l := valueLink(f, v, refs)
		it.Links = append(it.Links, l)
		texts = append(texts, l.Text)
		linked, long = linked || l.URL != "", long || len([]rune(l.Text)) > longPoint
	}
	switch {
	case linked:
	case long && len(texts) > 1:
		it.Links, it.List = nil, texts
	default:
		it.Links, it.Text = nil, []string{strings.Join(texts, "、")}
	}
}

// specialItem shows the fields that are told together with another one.
func specialItem(rec catalog.Record, f catalog.FieldInfo, refs Names) (Item, bool) {
	switch r := rec.(type) {
	case *catalog.Need:
		switch f.Key {
		case "enterprise_name":
			return Item{Links: named(refs, catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName)}, true
		case "budget_min_wan":
			return Item{Label: "拟投入资金", Text: money(r.BudgetMinWan, r.BudgetMaxWan, r.BudgetNegotiable)}, true
		}
	case *catalog.Result:
		if f.Key == "asking_price_wan" {
			return Item{Label: "意向价格", Text: money(r.AskingPriceWan, 0, r.PriceNegotiable)}, true
		}
	case *catalog.Patent:
		if f.Key == "inventors" {
			return Item{Links: inventors(r, refs)}, true
		}
	case *catalog.Expert:
		if f.Key == "employer_name" {
			return Item{Links: named(refs, catalog.KindOrganisation, r.EmployerCode, r.EmployerName)}, true
		}
	case *catalog.Studio:
		switch f.Key {
		case "enterprise_name":
			return Item{Links: named(refs, catalog.KindOrganisation, r.EnterpriseCode, r.EnterpriseName)}, true
		case "leader_name":
			return Item{Links: named(refs, catalog.KindExpert, r.LeaderCode, r.LeaderName)}, true
		}
	}
	return Item{}, false
}

func named(refs Names, kind catalog.Kind, code, name string) []Link {
	if code == "" && name == "" {
		return nil
	}
	return []Link{refs.link(kind, code, name)}
}

func inventors(p *catalog.Patent, refs Names) []Link {
	out := textLinks(p.Inventors)
	for i := range out {
		if len(p.InventorCodes) == len(out) {
			out[i] = refs.link(catalog.KindExpert, p.InventorCodes[i], out[i].Text)
		}
	}
	if len(out) == 0 {
		for _, code := range p.InventorCodes {
			out = append(out, refs.link(catalog.KindExpert, code, ""))
		}
	}
	return out
}

// money writes an amount or a span of 万元.
func money(low, high float64, negotiable bool) []string {
	text := ""
	switch {
	case low > 0 && high > low:
		text = number(low) + " 至 " + number(high) + " 万元"
	case high > 0 && low == 0:
		text = "不超过 " + number(high) + " 万元"
	case low > 0:
		text = number(low) + " 万元"
	}
	if negotiable {
		text = strings.TrimPrefix(text+"，可面议", "，")
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// valueLink shows one short value, linked to its record, its facet or a search.
func valueLink(f catalog.FieldInfo, v reflect.Value, refs Names) Link {
	text := valueText(f, v)
	switch {
	case f.Ref != "":
		return refs.link(f.Ref, v.String(), "")
	case f.Format == "region":
		return Link{Text: OrText(strings.Join(catalog.PlacePath(v.String()), " "), text), URL: facetURL(search.FacetRegion, v.String())}
	case f.Facet == string(search.FacetIndustry):
		return Link{Text: text}
	case f.Facet != "":
		return Link{Text: text, URL: facetURL(search.Facet(f.Facet), v.String())}
	case f.Format == "url":
		return Link{Text: text, URL: webURL(v.String())}
	case f.Key == "keywords" || f.Key == "occupations" || f.Key == "trades":
		return Link{Text: text, URL: SearchQuery{Q: text}.URL()}
	case f.Key == "completing_orgs" || f.Key == "applicants":
		return Link{Text: text, URL: facetURL(search.FacetOrganisation, text)}
	}
	return Link{Text: text}
}

// webURL lets only web addresses become links.
func webURL(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// valueText writes one value as a person reads it.
func valueText(f catalog.FieldInfo, v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return "是"
		}
		return "否"
	case reflect.Float64:
		if f.Format == "wan" && !strings.Contains(f.Label, "万元") {
			return number(v.Float()) + " 万元"
		}
		return number(v.Float())
	case reflect.Int:
		return wholeText(f, int(v.Int()))
	}
	switch {
	case f.Vocab != "":
		return catalog.Vocab(f.Vocab).Label(v.String())
	case f.Format == "industry":
		return strings.TrimSpace(v.String() + " " + catalog.IndustryName(v.String()))
	case f.Format == "region":
		return OrText(catalog.PlaceName(v.String()), v.String())
	}
	return v.String()
}

func wholeText(f catalog.FieldInfo, n int) string {
	switch f.Key {
	case "year":
		return strconv.Itoa(n) + " 年"
	case "trl":
		return strconv.Itoa(n) + " 级（共 9 级）"
	case "members_count", "employee_count":
		return Thousands(n) + " 人"
	case "services_done":
		return Thousands(n) + " 次"
	case "rank":
		return "第 " + strconv.Itoa(n) + " 名"
	}
	return Thousands(n)
}

// paragraphs cuts a text at its line ends.
func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// groupLines tells a single group as "label：value" lines.
func groupLines(f catalog.FieldInfo, v reflect.Value) []string {
	var out []string
	for _, part := range f.Items {
		vs := values(part, v.Interface())
		if part.Key == "accepting" {
			vs = []reflect.Value{part.Value(v.Interface())}
		}
		var texts []string
		for _, one := range vs {
			texts = append(texts, valueText(part, one))
		}
		if len(texts) > 0 {
			out = append(out, part.Label+"："+strings.Join(texts, "、"))
		}
	}
	return out
}

// buildTable shows repeated groups, without the columns that nobody filled in.
// A reference becomes the link of the row's first column.
func buildTable(f catalog.FieldInfo, rows []reflect.Value, refs Names) *Table {
	if f.Key == "targets" || f.Key == "indicators" {
		return targetTable(f, rows)
	}
	var ref catalog.FieldInfo
	var columns []catalog.FieldInfo
	for _, part := range f.Items {
		used := slices.ContainsFunc(rows, func(row reflect.Value) bool { return len(values(part, row.Interface())) > 0 })
		switch {
		case part.Ref != "":
			ref = part
		case used:
			columns = append(columns, part)
		}
	}
	if len(columns) == 0 {
		return nil
	}
	t := &Table{}
	for _, col := range columns {
		t.Head = append(t.Head, col.Label)
	}
	for _, row := range rows {
		cells := make([]Link, len(columns))
		for i, col := range columns {
			for _, v := range values(col, row.Interface()) {
				cells[i].Text = valueText(col, v)
			}
		}
		if ref.Key != "" {
			if code := ref.Value(row.Interface()).String(); code != "" {
				cells[0] = refs.link(ref.Ref, code, cells[0].Text)
			}
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}

// targetTable writes what a need wants as 指标, 要求 (≤ 0.02 mm) and, when known, 现状;
// what a result reached as 指标, 数值 and, when known, 改进前.
func targetTable(f catalog.FieldInfo, rows []reflect.Value) *Table {
	reached, before := "数值", "改进前"
	if f.Key == "targets" {
		reached, before = "要求", "现状"
	}
	t := &Table{Head: []string{"指标", reached}}
	current := false
	for _, row := range rows {
		target, ok := row.Interface().(catalog.Target)
		if !ok {
			return nil
		}
		value := strings.TrimSpace(catalog.Vocab("operator").Label(target.Op) + " " + number(target.Value) + " " + target.Unit)
		t.Rows = append(t.Rows, []Link{{Text: target.Name}, {Text: value}, {Text: target.CurrentValue}})
		current = current || target.CurrentValue != ""
	}
	if current {
		t.Head = append(t.Head, before)
		return t
	}
	for i := range t.Rows {
		t.Rows[i] = t.Rows[i][:2]
	}
	return t
}
