package view

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/figures"
)

// Reports is the page on which a report is chosen.
type Reports struct {
	Filter  FigureFilter
	Scope   string
	Problem string
	Items   []ReportItem
}

// ReportItem is a report that can be read, printed and downloaded.
type ReportItem struct {
	Title, What, Page, File string
}

// SummaryKind is the name of monthly and yearly reports among the ledgers.
const SummaryKind = "summary"

// BuildReports lists the reports of a selection.
func BuildReports(q FigureQuestion) Reports {
	v := Reports{Filter: BuildFilter(ReportsURL, q, nil), Scope: ScopeText(q.Sel)}
	what := map[figures.LedgerKind]string{
		figures.NeedLedger: "本期登记的每一项需求：企业、地区、状态，走到哪一步、哪一天。", figures.ResultLedger: "本期入库的成果：完成人、应用情况、三个一线、疑点。",
		figures.PeopleLedger: "本期入库的专家工匠：技能等级、荣誉、被邀约次数。", figures.CaseLedger: "本期新开、办结或有金额发生的对接单。", figures.HelpLedger: "选派、服务、解决、培训四项数字和背后的每一条帮扶记录。",
	}
	if p := MonthToReport(q); p != q.Sel.Period {
		sel := q.Sel
		sel.Period = p
		v.Items = append(v.Items, reportItem(SummaryKind, "月报（"+MonthName(p)+"）", "没有选月份时，给您上个月的。", sel))
	}
	title := "工作报告"
	if p := q.Sel.Period; p.From != 0 && p == figures.Month(p.From) {
		title = "月报"
	} else if p.From != 0 && p == figures.Quarter(p.From) {
		title = "季报"
	} else if p.From != 0 && p == figures.Year(p.From) {
		title = "年报"
	}
	v.Items = append(v.Items, reportItem(SummaryKind, title, "本期发生的数和上期的数，用工作自己的话写成，每个数点得进去。", q.Sel))
	for _, k := range figures.LedgerKinds() {
		v.Items = append(v.Items, reportItem(string(k), k.Title(), what[k], q.Sel))
	}
	return v
}

// MonthToReport is the month that is selected, or else the last one that is over.
func MonthToReport(q FigureQuestion) figures.Period {
	if p := q.Sel.Period; p.From != 0 && p == figures.Month(p.From) {
		return p
	}
	return figures.Month(q.Today).Before()
}

// MonthName is a month in Chinese, such as 2026 年 6 月.
func MonthName(p figures.Period) string {
	text := p.From.String()
	return text[:4] + " 年 " + strings.TrimPrefix(text[5:7], "0") + " 月"
}

func reportItem(kind, title, what string, sel figures.Selection) ReportItem {
	v := sel.Values()
	v.Del("basis") // ledgers and reports have their own
	file := "/api/v1/reports/ledgers/" + kind
	if kind == SummaryKind {
		file = "/api/v1/reports/" + SummaryKind
	}
	page := ReportsURL + "/" + kind
	if len(v) > 0 {
		page += "?" + v.Encode()
	}
	v.Set("format", "xlsx")
	return ReportItem{Title: title, What: what, Page: page, File: file + "?" + v.Encode()}
}

// ReportPage is a report as it is printed.
type ReportPage struct {
	Title    string
	Lines    []string // whose, when, printed when
	File     string
	Back     string
	Chapters []ReportChapter
	Note     string
	Head     []string
	Body     template.HTML // the rows of the table
	Classes  []string      // of the columns: num, wide, code, date or short; codes and dates are never broken
	More     string
	Empty    string
}

// ReportChapter is a part of a report in words.
type ReportChapter struct {
	Title string
	Lines [][]Figure
}

func reportHead(kind, title, union string, sel figures.Selection, today figures.Day) ReportPage {
	item := reportItem(kind, title, "", sel)
	return ReportPage{
		Title: title, Lines: []string{"单位：" + union, "时期：" + ScopeText(figures.Selection{Period: sel.Period, Region: sel.Region, Industry: sel.Industry}), "制表日期：" + today.String()},
		File: item.File, Back: ReportsURL + "?" + sel.Values().Encode(),
	}
}

// BuildSummary shows a monthly or yearly report; its numbers lead to the
// records behind them.
func BuildSummary(r figures.Summary, q FigureQuestion) ReportPage {
	v := reportHead(SummaryKind, r.Title, r.Union, q.Sel, q.Today)
	v.Note = r.Note
	back := reportItem(SummaryKind, "", "", q.Sel).Page
	now := asked{sel: q.Sel, back: back}
	now.sel.Happened = true
	before := asked{sel: r.Before, back: back}
	for _, c := range r.Chapters {
		chapter := ReportChapter{Title: c.Title}
		for _, line := range c.Lines {
			var out []Figure
			for _, part := range line {
				f := Figure{Text: part.Text}
				if part.Key != "" && part.Before {
					f.URL = before.behind(part.Key, part.Arg)
				} else if part.Key != "" {
					f.URL = now.behind(part.Key, part.Arg)
				}
				out = append(out, f)
			}
			chapter.Lines = append(chapter.Lines, out)
		}
		v.Chapters = append(v.Chapters, chapter)
	}
	return v
}

// PrintRows bounds the lines of a ledger on a page; the file has them all.
const PrintRows = 500

// BuildLedger shows a ledger.
func BuildLedger(l figures.Ledger, union string, q FigureQuestion) ReportPage {
	v := reportHead(string(l.Kind), l.Title, union, q.Sel, q.Today)
	v.Note = l.Note
	for _, c := range l.Columns {
		v.Head, v.Classes = append(v.Head, c.Title), append(v.Classes, columnClass(c))
	}
	if l.Total > PrintRows {
		v.More = fmt.Sprintf("这里只列前 %d 行，共 %s 行；全部在 Excel 文件里。", PrintRows, Thousands(l.Total))
	}
	v.Body = ledgerBody(l.Rows[:min(len(l.Rows), PrintRows)], v.Classes)
	if len(l.Rows) == 0 {
		v.Empty = "这个时期和范围里没有记录。请换一个时期再看。"
	}
	return v
}

// ledgerBody writes the rows of a ledger: some 8,500 cells, of which a template
// escapes each by its place in the page, which takes longer than all the rest.
func ledgerBody(rows [][]figures.Cell, classes []string) template.HTML {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString("<tr>")
		for j, c := range row {
			f := ledgerCell(c)
			b.WriteString(`<td class="` + classes[j] + `">`)
			if f.URL != "" {
				b.WriteString(`<a href="` + template.HTMLEscapeString(f.URL) + `">` + template.HTMLEscapeString(f.Text) + "</a></td>")
			} else {
				b.WriteString(template.HTMLEscapeString(f.Text) + "</td>")
			}
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String())
}

func columnClass(c figures.Column) string {
	switch {
	case c.Sum:
		return "num"
	case c.Width >= 20:
		return "wide"
	case slices.Contains([]string{"编号", "对接单"}, c.Title):
		return "code"
	case slices.Contains([]string{"日期", "收到", "匹配", "推荐", "有意向", "签约", "登记", "到账", "见效", "入库", "最近确认", "完成年月", "开单", "办结"}, c.Title):
		return "date"
	}
	return "short"
}

func ledgerCell(c figures.Cell) Figure {
	if c.Is {
		return Figure{Text: strconv.FormatFloat(c.Number, 'f', -1, 64)}
	}
	f := Figure{Text: c.Text}
	if c.Code != "" {
		f.URL = EntryURL(figures.Entry{Kind: c.Kind, Code: c.Code})
	}
	return f
}

// OpenFunnelPage is the funnel for everybody.
type OpenFunnelPage struct {
	Chart  *Chart
	Tables []FigureTable
	Empty  string
}

// BuildOpenFunnel shows what everybody may know.
func BuildOpenFunnel(f figures.OpenFunnel) OpenFunnelPage {
	v := OpenFunnelPage{}
	if len(f.Years) == 0 {
		v.Empty = "还没有公开的需求。企业可以注册以后发布难题，或把难题贴进首页先看看谁能帮忙。"
		return v
	}
	whole := FigureTable{Caption: "全部公开的需求", Head: []string{"阶段", "需求（项）"}}
	var bars []Bar
	var values []float64
	for i, o := range f.Whole.Steps {
		text := openText(o)
		whole.Rows = append(whole.Rows, FigureRow{Label: Link{Text: f.Terms[i]}, Cells: []Figure{text}})
		bars, values = append(bars, Bar{Label: f.Terms[i], Value: text.Text}), append(values, float64(o.Count))
	}
	v.Chart = NewChart("open-chart", "公开需求的对接成效", bars, values)
	v.Tables = []FigureTable{whole, openTable("按登记年份", "年份", f.Terms, f.Years), openTable("按地区", "地区", f.Terms, f.Places)}
	return v
}

func openText(o figures.Open) Figure {
	if o.Few {
		return plainFigure("不公布")
	}
	return plainFigure(Thousands(o.Count))
}

func openTable(caption, head string, terms []string, rows []figures.OpenRow) FigureTable {
	t := FigureTable{Caption: caption, Head: append([]string{head}, terms...)}
	for _, r := range rows {
		row := FigureRow{Label: Link{Text: r.Label}}
		for _, o := range r.Steps {
			row.Cells = append(row.Cells, openText(o))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// FigureValues reads the parameters of the form: a region may be a name.
func FigureValues(v url.Values, place func(text string) (string, bool)) url.Values {
	out := url.Values{}
	for key, list := range v {
		if len(list) > 0 && list[0] != "" {
			out.Set(key, list[0])
		}
	}
	if code, ok := place(out.Get("region")); ok && out.Get("region") != "" {
		out.Set("region", code)
	}
	return out
}
