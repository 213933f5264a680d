package view

import (
	"strings"
	"testing"

	"hongniang/internal/figures"
)

func yearOf(t *testing.T, last string) []figures.MonthCount {
	t.Helper()
	out := make([]figures.MonthCount, 12)
	day := figures.ParseDay(last)
	for i := len(out) - 1; i >= 0; i-- {
		out[i].Period = figures.Month(day)
		day = out[i].Period.From - 1
	}
	return out
}

func TestNewColumns(t *testing.T) {
	t.Parallel()
	months := yearOf(t, "2026-02-03")
	var periods []figures.Period
	for _, m := range months {
		periods = append(periods, m.Period)
	}
	values := make([]int, 12)
	values[0], values[10], values[11] = 1, 0, 1234
	c := NewColumns("c", "征集需求", "项", periods, values)
	for i, want := range map[int]Column{
		0:  {Label: "3月", Value: "1", X: 16, Left: 6, Top: columnFoot - 2, Height: 2},
		10: {Label: "1月", X: 336, Left: 326, Top: columnFoot},
		11: {Label: "2月", Value: "1,234", X: 368, Left: 358, Top: columnFoot - columnHeight, Height: columnHeight},
	} {
		if c.Bars[i] != want {
			t.Errorf("column %d is %+v, want %+v", i, c.Bars[i], want)
		}
	}
	if c.Desc != "3月 1 项，2月 1,234 项" {
		t.Errorf("read out as %q", c.Desc)
	}
	if none := NewColumns("n", "合同签约", "项", periods, make([]int, 12)); none.Desc != "每个月都是零" || none.Bars[3].Height != 0 {
		t.Errorf("%+v", none)
	}
}

func TestMonthsPart(t *testing.T) {
	t.Parallel()
	months := yearOf(t, "2026-11-20")
	months[11].Needs[figures.Arrived], months[11].Begun, months[4].Needs[figures.Benefited] = 7, 3, 1
	p := asked{sel: figures.Selection{Union: "GH-1"}}.monthsPart(months)
	if len(p.Columns) != 5 || len(p.Tables) != 1 || len(p.Tables[0].Rows) != 12 || len(p.Tables[0].Head) != 6 {
		t.Fatalf("%d charts, %+v", len(p.Columns), p.Tables)
	}
	last := p.Tables[0].Rows[11]
	if last.Label.Text != "2026-11" || last.Cells[0].Text != "7" || last.Cells[4].Text != "3" || last.Cells[1].URL != "" {
		t.Errorf("%+v", last)
	}
	for _, want := range []string{"key=funnel.needs", "from=2026-11-01", "to=2026-11-30", "union=GH-1"} {
		if !strings.Contains(last.Cells[0].URL, want) {
			t.Errorf("%s leads to %s", want, last.Cells[0].URL)
		}
	}
	if strings.Contains(last.Cells[0].URL, "basis") {
		t.Errorf("a month counts what happened in it, and leads to %s", last.Cells[0].URL)
	}
	if none := (asked{}).monthsPart(nil); none.Empty == "" || none.Columns != nil {
		t.Errorf("%+v", none)
	}
}
