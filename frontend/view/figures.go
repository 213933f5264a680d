package view

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/figures"
)

// The pages of figures.
const (
	LeaderURL  = "/leader"
	BehindURL  = "/leader/behind"
	ReportsURL = "/reports"
	FunnelURL  = "/funnel"
)

// Figure is a number that leads to the records behind it; without a URL there
// are none.
type Figure struct {
	Text string
	URL  string
}

// Bar is a line of a chart: its length is of 100.
type Bar struct {
	Label  string
	Value  string
	Length float64
	Y      int // of the label's base line
}

// Chart is bars, as a picture; the table beside it says the same.
type Chart struct {
	ID     string
	Title  string
	Desc   string
	Height int
	Bars   []Bar
}

// barHeight is how much room a bar and its label take.
const barHeight = 34

// NewChart draws values as bars, the largest 100 long.
func NewChart(id, title string, bars []Bar, values []float64) *Chart {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	c := &Chart{ID: id, Title: title, Height: len(bars)*barHeight + 4}
	for i, b := range bars {
		b.Y = i*barHeight + 14
		if most > 0 {
			b.Length = float64(int(values[i]*1000/most)) / 10
		}
		if c.Desc != "" {
			c.Desc += "，"
		}
		c.Desc += b.Label + " " + b.Value
		c.Bars = append(c.Bars, b)
	}
	return c
}

// FigureTable is a table of numbers: the first cell of a row heads it.
type FigureTable struct {
	Caption string
	Head    []string
	Rows    []FigureRow
	Foot    *FigureRow
}

// FigureRow is a line of a table of numbers.
type FigureRow struct {
	Label Link
	Cells []Figure
}

// FigurePart is a section of the leader's page.
type FigurePart struct {
	ID    string
	Title string
	Lead  string
	Chart *Chart
	// Columns are charts month by month, of the same table.
	Columns []Columns
	Tables  []FigureTable
	Notes   []string
	Empty   string
	Half    bool // takes half the width of a wide screen
}

// asked writes the addresses of a selection.
type asked struct {
	sel  figures.Selection
	by   figures.By
	back string // address of the report that the number stands in; "" for the leader's page
}

func (a asked) behind(key, arg string) string {
	v := a.sel.Values()
	v.Set("key", key)
	if arg != "" {
		v.Set("arg", arg)
	}
	if a.back != "" {
		v.Set("back", a.back)
	}
	return BehindURL + "?" + v.Encode()
}

// count is a number with the records behind it.
func (a asked) count(key string, n int) Figure {
	f := Figure{Text: Thousands(n)}
	if n > 0 {
		f.URL = a.behind(key, "")
	}
	return f
}

// wan is an amount with the records behind it.
func (a asked) wan(key, arg string, fen int64) Figure {
	f := Figure{Text: figures.WanText(fen)}
	if fen > 0 {
		f.URL = a.behind(key, arg)
	}
	return f
}

// page is the address of the leader's page for another selection.
func (a asked) page(sel figures.Selection, by figures.By) string {
	v := sel.Values()
	if by != "" && by != figures.ByRegion {
		v.Set("by", string(by))
	}
	if len(v) == 0 {
		return LeaderURL
	}
	return LeaderURL + "?" + v.Encode()
}

func plainFigure(text string) Figure { return Figure{Text: text} }

func share(part, whole int) Figure {
	return plainFigure(figures.ShareText(int64(part), int64(whole)))
}

// EntryURL is the page of a record behind a number; "" where there is none.
func EntryURL(e figures.Entry) string {
	switch e.Kind {
	case "introduction":
		return "/introductions/" + url.PathEscape(e.Code)
	case "region":
		return LeaderURL + "?" + url.Values{"region": {e.Code}}.Encode()
	case "":
		return ""
	}
	return RecordURL(catalog.Kind(e.Kind), e.Code)
}

// BehindPage is a number with the records behind it.
type BehindPage struct {
	Term    string
	Value   string
	Counts  string
	Period  string
	Subtree string
	Scope   string
	Back    Link
	Dates   string // what the days of the records are; "" where they have none
	Notes   bool   // something is said of a record
	Amounts bool   // the records add amounts or persons, or are late
	Head    string
	Items   []BehindLine
	Shown   string
	Prev    string
	Next    string
}

// BehindLine is one record.
type BehindLine struct {
	Code, Title, URL, Note, Day, Amount string
	NoteURL                             string // of the firm that the note names
}

// behindPage is how many records a page lists.
const behindPage = 200

// maxBehindPage is how far addresses count.
const maxBehindPage = 100_000

// AskBehind asks for the page of the records behind a number that an address
// names; what is no page is the first.
func AskBehind(key, arg, page string) figures.Asked {
	n, err := strconv.Atoi(page)
	if err != nil || n < 1 || n > maxBehindPage {
		n = 1
	}
	return figures.Asked{Key: key, Arg: arg, From: (n - 1) * behindPage, Most: behindPage}
}

// LastBehind asks for the last page of so many records instead.
func LastBehind(asked figures.Asked, total int) figures.Asked {
	asked.From = max(0, total-1) / behindPage * behindPage
	return asked
}

// BuildBehind shows a page of the records behind a number.
func BuildBehind(b figures.Behind, sel figures.Selection, asking figures.Asked, back string) BehindPage {
	given, arg, last, page := sel, asking.Arg, max(1, (b.Total+behindPage-1)/behindPage), 1+asking.From/behindPage
	out := BehindPage{
		Term: b.Number.Term, Value: figures.ValueText(b.Number.Unit, b.Value), Counts: b.Number.Counts, Period: b.Number.Decides(sel), Subtree: b.Number.Subtree,
		Scope: ScopeText(sel), Back: backTo(back, sel), Dates: b.Dates,
	}
	if b.Of != "" {
		out.Term += "（" + b.Of + "）"
	}
	if b.Number.Now() {
		sel.Period, sel.Happened = figures.Period{}, false
		out.Scope = strings.Replace(ScopeText(sel), sel.Period.Text(), "截至今天，不分时期", 1)
	}
	switch {
	case b.Number.Unit == figures.Days: // a list of answers, which are not added
		out.Value = fmt.Sprintf("%d 次答复", b.Total)
	case b.Number.Unit == figures.Fen:
		out.Amounts, out.Head = true, "金额（万元）"
	case len(b.Items) > 0 && b.Items[0].Late > 0:
		out.Amounts, out.Head = true, "超期（天）"
	case b.Number.Unit == figures.Times, b.Number.Key == "coverage.top10":
		out.Amounts, out.Head = true, "计数（"+string(b.Number.Unit)+"）"
	}
	for _, e := range b.Items {
		line := BehindLine{Code: e.Code, Title: OrText(e.Title, e.Code), URL: EntryURL(e), Note: e.Note, Day: e.Day}
		if e.Org != "" {
			line.NoteURL = RecordURL(catalog.KindOrganisation, e.Org)
		}
		out.Notes = out.Notes || e.Note != ""
		if e.Fen != 0 {
			line.Amount = figures.WanText(e.Fen)
		} else if e.Late != 0 {
			line.Amount = strconv.Itoa(e.Late)
		} else if out.Amounts {
			line.Amount = strconv.Itoa(e.Times)
		}
		out.Items = append(out.Items, line)
	}
	at := func(n int) string {
		if n < 1 || n > last {
			return ""
		}
		return asked{sel: given, back: back}.behind(b.Number.Key, arg) + "&page=" + strconv.Itoa(n)
	}
	out.Prev, out.Next = at(page-1), at(page+1)
	if last > 1 {
		out.Shown = fmt.Sprintf("第 %d 页，共 %d 页，%s 条", page, last, Thousands(b.Total))
	}
	return out
}

// ReadBack reads to which report a page about one of its numbers leads back; ""
// for an address that is none of a report.
func ReadBack(text string) string {
	if !strings.HasPrefix(text, ReportsURL+"/") || strings.ContainsAny(text, "\\\r\n") || len(text) > 400 {
		return ""
	}
	return text
}

// backTo leads to the page on which the number stands.
func backTo(back string, sel figures.Selection) Link {
	if back != "" {
		return Link{Text: "回到报告", URL: back}
	}
	return Link{Text: "成效", URL: asked{sel: sel}.page(sel, "")}
}

// ScopeText says in Chinese what is selected.
func ScopeText(sel figures.Selection) string {
	text := sel.Period.Text()
	if sel.Region != "" {
		text += "，" + catalog.PlaceName(sel.Region)
	}
	if sel.Industry != "" {
		text += "，" + catalog.IndustryName(sel.Industry)
	}
	return text
}
