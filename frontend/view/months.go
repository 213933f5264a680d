package view

import (
	"strconv"

	"hongniang/internal/figures"
)

// Columns is a chart of one number month by month; the table beside it says the
// same.
type Columns struct {
	ID    string
	Title string
	Unit  string
	Desc  string // read out
	Bars  []Column
}

// Column is a month in a chart. Lengths are units of the drawing, which is 384
// wide and has room for columns of columnHeight.
type Column struct {
	Label  string // 1月
	Value  string // "" for zero
	X      int    // of the middle
	Left   int
	Top    int
	Height int
}

// The drawing of a month: columns stand on a line at columnFoot.
const (
	columnStep   = 32
	columnWidth  = 20
	columnHeight = 56
	columnFoot   = 76
)

// NewColumns draws a number of each month, the largest columnHeight high; one
// that is not zero is seen.
func NewColumns(id, title, unit string, months []figures.Period, values []int) Columns {
	c := Columns{ID: id, Title: title, Unit: unit}
	most := 1
	for _, v := range values {
		most = max(most, v)
	}
	for i, v := range values {
		name := monthName(months[i])
		col := Column{Label: name, X: i*columnStep + columnStep/2, Left: i*columnStep + (columnStep-columnWidth)/2, Height: v * columnHeight / most}
		if v > 0 {
			col.Value, col.Height = Thousands(v), max(col.Height, 2)
			if c.Desc != "" {
				c.Desc += "，"
			}
			c.Desc += name + " " + col.Value + " " + unit
		}
		col.Top = columnFoot - col.Height
		c.Bars = append(c.Bars, col)
	}
	if c.Desc == "" {
		c.Desc = "每个月都是零"
	}
	return c
}

// monthName is 1月 to 12月.
func monthName(p figures.Period) string {
	n, err := strconv.Atoi(p.From.String()[5:7])
	if err != nil {
		return ""
	}
	return strconv.Itoa(n) + "月"
}

// monthSeries are the stages whose course is drawn.
func monthSeries() []figures.Stage {
	return []figures.Stage{figures.Arrived, figures.Introduced, figures.Signed, figures.Benefited}
}

// monthsPart is the course of the last twelve months: each number is that of the
// month by what happened in it, and leads to its records.
func (a asked) monthsPart(months []figures.MonthCount) FigurePart {
	p := FigurePart{ID: "months", Title: "近十二个月", Lead: "总是按发生的月份数：每个数算在它第一次发生的那个月，不论需求是哪个月登记的；对接单算在开单的月。"}
	if len(months) == 0 {
		return FigurePart{ID: p.ID, Title: p.Title, Empty: "没有可以按月列出的数。"}
	}
	t := FigureTable{Caption: "按月", Head: []string{"月份"}}
	var periods []figures.Period
	begun := make([]int, len(months))
	for i, m := range months {
		periods, begun[i] = append(periods, m.Period), m.Begun
		t.Rows = append(t.Rows, FigureRow{Label: Link{Text: m.Period.From.String()[:7]}, Cells: a.monthCells(m)})
	}
	for _, s := range monthSeries() {
		values := make([]int, len(months))
		for i, m := range months {
			values[i] = m.Needs[s]
		}
		t.Head = append(t.Head, s.Label())
		p.Columns = append(p.Columns, NewColumns("months-"+s.Key(), s.Label(), "项", periods, values))
	}
	t.Head = append(t.Head, "新开对接单")
	p.Columns = append(p.Columns, NewColumns("months-begun", "新开对接单", "件", periods, begun))
	p.Tables = []FigureTable{t}
	return p
}

func (a asked) monthCells(m figures.MonthCount) []Figure {
	in := asked{sel: a.sel}
	in.sel.Period, in.sel.Happened = m.Period, true
	var out []Figure
	for _, s := range monthSeries() {
		out = append(out, in.count("funnel."+s.Key(), m.Needs[s]))
	}
	return append(out, in.count("work.begun", m.Begun))
}
