package view

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
)

// OpenNeeds is the page of needs that somebody may take up.
type OpenNeeds struct {
	Total  int
	Items  []OpenNeed
	Fields []Link
	Pager  Pager
}

// OpenNeed is one of them, by its public view.
type OpenNeed struct {
	URL, Title, Summary, Code string
	Facts                     []string
}

// OpenQuery is the search for open needs that an address asks for: the newest
// first, by field of technology.
func OpenQuery(q SearchQuery) SearchQuery {
	q.Kind, q.Sort = catalog.KindNeed, search.ByDate
	return q
}

// BuildOpenNeeds makes the page of the public views of what a search found.
func BuildOpenNeeds(q SearchQuery, res search.Response, fields []search.FacetCount, needs []*catalog.Need) OpenNeeds {
	v := OpenNeeds{Total: res.Total, Pager: BuildPager(q, res.Total)}
	v.Pager.Prev, v.Pager.Next = openAddress(v.Pager.Prev), openAddress(v.Pager.Next)
	for i := range v.Pager.Pages {
		v.Pager.Pages[i].URL = openAddress(v.Pager.Pages[i].URL)
	}
	if g, ok := BuildFacet(q, search.FacetField, fields, res.Facets[search.FacetField]); ok {
		for _, l := range append(g.Values, g.More...) {
			l.URL = openAddress(l.URL)
			v.Fields = append(v.Fields, l)
		}
	}
	for _, n := range needs {
		v.Items = append(v.Items, openNeed(n))
	}
	return v
}

// openAddress is an address of the search page as one of the page of open needs.
func openAddress(searchURL string) string {
	return strings.Replace(searchURL, "/search", OpenNeedsURL, 1)
}

func openNeed(n *catalog.Need) OpenNeed {
	v := OpenNeed{URL: RecordURL(catalog.KindNeed, n.Code), Title: n.Title, Summary: Shorten(n.SummaryPublic, 160), Code: n.Code}
	add := func(text string) {
		if text != "" {
			v.Facts = append(v.Facts, text)
		}
	}
	add(n.Code)
	add(catalog.PlaceName(n.RegionCode))
	add(catalog.Vocab("need_type").Label(n.NeedType))
	add(budgetText(n))
	if n.Deadline != "" {
		add(n.Deadline + " 前解决")
	}
	return v
}

// budgetText says what a firm would spend, as far as it is public.
func budgetText(n *catalog.Need) string {
	wan := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	switch {
	case n.BudgetMaxWan > 0 && n.BudgetMinWan > 0 && n.BudgetMinWan < n.BudgetMaxWan:
		return "拟投入 " + wan(n.BudgetMinWan) + " 至 " + wan(n.BudgetMaxWan) + " 万元"
	case n.BudgetMaxWan > 0:
		return "拟投入 " + wan(n.BudgetMaxWan) + " 万元"
	case n.BudgetNegotiable:
		return "资金面议"
	}
	return ""
}

// WriteHits writes hits as a table that a spreadsheet opens: UTF-8 with its mark,
// a line each, behind a line of headings. base is where addresses start.
func WriteHits(w io.Writer, base string, hits []search.Hit) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write([]string{"类型", "编号", "名称", "简介", "单位", "人员", "地区", "年份", "网址"}); err != nil {
		return err
	}
	for _, h := range hits {
		var people []string
		for _, p := range h.People {
			people = append(people, p.Name)
		}
		year := ""
		if h.Year > 0 {
			year = strconv.Itoa(h.Year)
		}
		line := []string{KindLabel(h.Kind), h.Code, h.Title, h.Summary, strings.Join(h.Orgs, "、"), strings.Join(people, "、"), catalog.PlaceName(h.Region), year, base + RecordURL(h.Kind, h.Code)}
		for i := range line {
			line[i] = harmless(line[i])
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from reading a text as a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
