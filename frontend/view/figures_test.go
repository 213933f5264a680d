package view

import (
	"net/url"
	"strings"
	"testing"

	"hongniang/internal/figures"
)

func TestNewChart(t *testing.T) {
	t.Parallel()
	c := NewChart("c", "漏斗", []Bar{{Label: "需求", Value: "400 项"}, {Label: "签约", Value: "15 项"}, {Label: "见效", Value: "0 项"}}, []float64{400, 15, 0})
	if c.Bars[0].Length != 100 || c.Bars[1].Length != 3.7 || c.Bars[2].Length != 0 || c.Height < 3*barHeight {
		t.Errorf("%+v", c)
	}
	if c.Desc != "需求 400 项，签约 15 项，见效 0 项" {
		t.Errorf("read out as %s", c.Desc)
	}
	if nothing := NewChart("n", "空", []Bar{{Label: "需求", Value: "0 项"}}, []float64{0}); nothing.Bars[0].Length != 0 {
		t.Errorf("%+v", nothing)
	}
}

func TestBuildBehindPages(t *testing.T) {
	t.Parallel()
	n, _ := figures.NumberOf("ladder.verified")
	b := figures.Behind{Number: n, Value: 26_000_000}
	b.Total = 401
	for _, c := range []struct {
		page       string
		lines      int
		prev, next bool
	}{{"", 200, false, true}, {"0", 200, false, true}, {"2", 200, true, true}, {"3", 1, true, false}, {"9", 1, true, false}, {"99999999999999999999", 200, false, true}} {
		asked := AskBehind("ladder.verified", "saved", c.page)
		if asked.From >= b.Total {
			asked = LastBehind(asked, b.Total)
		}
		b.Items = make([]figures.Entry, min(asked.Most, b.Total-asked.From))
		for i := range b.Items {
			b.Items[i] = figures.Entry{Kind: "introduction", Code: "DJ-1", Fen: 1_000_000}
		}
		v := BuildBehind(b, figures.Selection{Region: "371000"}, asked, "")
		if len(v.Items) != c.lines || (v.Prev != "") != c.prev || (v.Next != "") != c.next || v.Value != "26 万元" || v.Items[0].Amount != "1" {
			t.Errorf("page %s: %d lines, %q, %q, %s", c.page, len(v.Items), v.Prev, v.Next, v.Value)
		}
		if c.next && (!strings.Contains(v.Next, "arg=saved") || !strings.Contains(v.Next, "region=371000")) {
			t.Errorf("the next page forgets what was asked: %s", v.Next)
		}
	}
}

// A column stands on the page where something is in it.
func TestBuildBehindNotes(t *testing.T) {
	t.Parallel()
	n, _ := figures.NumberOf("ladder.verified")
	for note, want := range map[string]bool{"": false, "某厂": true} {
		b := figures.Behind{Number: n, Items: []figures.Entry{{Code: "DJ-1"}, {Code: "DJ-2", Note: note}}}
		if got := BuildBehind(b, figures.Selection{}, figures.Asked{Most: 200}, "").Notes; got != want {
			t.Errorf("%q: %v", note, got)
		}
	}
}

// Rows behind what is late say how late, of whom, and lead back to the report.
func TestBuildBehindOfWhatIsLate(t *testing.T) {
	t.Parallel()
	n, _ := figures.NumberOf("work.late")
	sel := figures.Selection{Period: figures.Month(figures.ParseDay("2026-10-05")), Region: "371000"}
	b := figures.Behind{Number: n, Of: "示例红娘", Dates: "办理期限", Value: 1, Total: 1, Items: []figures.Entry{{Kind: "introduction", Code: "DJ-1", Note: "等红娘：组织验收", Org: "DW-1", Day: "2026-11-08", Late: 13}}}
	v := BuildBehind(b, sel, AskBehind("work.late", "u1", ""), ReadBack("/reports/summary?from=2026-10-01"))
	if v.Term != "超期（示例红娘）" || v.Head != "超期（天）" || v.Items[0].Amount != "13" || v.Items[0].NoteURL != "/organisations/DW-1" || v.Dates != "办理期限" {
		t.Errorf("%+v", v)
	}
	if v.Back != (Link{Text: "回到报告", URL: "/reports/summary?from=2026-10-01"}) || v.Scope != "截至今天，不分时期，山东省威海市" && v.Scope != "截至今天，不分时期，威海市" {
		t.Errorf("%+v, %s", v.Back, v.Scope)
	}
	for _, bad := range []string{"", "//evil.example", "https://evil.example", "/login", "/reports/\\evil", "/reports/" + strings.Repeat("x", 400)} {
		if got := ReadBack(bad); got != "" {
			t.Errorf("%q leads back to %q", bad, got)
		}
	}
}

// The month's report is always there: of the month that is chosen, else of the last.
func TestMonthReport(t *testing.T) {
	t.Parallel()
	today := figures.ParseDay("2026-11-21")
	for _, c := range []struct {
		period figures.Period
		want   string
	}{{figures.Period{}, "月报（2026 年 10 月）"}, {figures.Year(today), "月报（2026 年 10 月）"}, {figures.Month(figures.ParseDay("2026-06-01")), "月报（2026 年 6 月）"}} {
		got := monthReport(FigureQuestion{Sel: figures.Selection{Period: c.period, Union: "GH-1"}, Today: today})
		if got.Text != c.want || !strings.HasPrefix(got.URL, "/reports/summary?from=2026-") || !strings.Contains(got.URL, "union=GH-1") {
			t.Errorf("%v: %+v", c.period, got)
		}
	}
	if items := BuildReports(FigureQuestion{Sel: figures.Selection{Period: figures.Year(today)}, Today: today}).Items; items[0].Title != "月报（2026 年 10 月）" || items[1].Title != "年报" {
		t.Errorf("%+v", items[:2])
	}
}

// A ledger's cells are escaped, whatever stands in them, and lead to their records.
func TestLedgerBody(t *testing.T) {
	t.Parallel()
	l := figures.Ledger{Kind: figures.NeedLedger, Columns: []figures.Column{{Title: "编号"}, {Title: "企业", Width: 24}, {Title: "超期（天）", Sum: true}}, Rows: [][]figures.Cell{{
		{Text: "XQ-1", Kind: "need", Code: "XQ-1\"><b>"}, {Text: `<script>alert("x")</script>&`}, {Number: 13, Is: true},
	}}}
	got := string(BuildLedger(l, "示例工会", FigureQuestion{}).Body)
	const want = `<tr><td class="code"><a href="/needs/XQ-1%22%3E%3Cb%3E">XQ-1</a></td><td class="wide">&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;&amp;</td><td class="num">13</td></tr>` + "\n"
	if got != want {
		t.Errorf("%s", got)
	}
}

func TestLastBehind(t *testing.T) {
	t.Parallel()
	for total, want := range map[int]int{0: 0, 1: 0, 200: 0, 201: 200, 401: 400} {
		if got := LastBehind(AskBehind("k", "a", "9"), total); got.From != want || got.Key != "k" || got.Arg != "a" || got.Most != behindPage {
			t.Errorf("of %d: %+v", total, got)
		}
	}
}

func TestEntryURL(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"need": "/needs/XQ-1", "introduction": "/introductions/XQ-1", "organisation": "/organisations/XQ-1", "region": "/leader?region=XQ-1", "": ""} {
		if got := EntryURL(figures.Entry{Kind: kind, Code: "XQ-1"}); got != want {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

func TestReportAddresses(t *testing.T) {
	t.Parallel()
	period, _ := figures.ParsePeriod("2026-06")
	v := BuildReports(FigureQuestion{Sel: figures.Selection{Period: period, Union: "GH-1", Happened: true}, Today: period.To})
	if v.Items[0].Title != "月报" || v.Items[0].File != "/api/v1/reports/summary?format=xlsx&from=2026-06-01&to=2026-06-30&union=GH-1" || v.Items[1].Page != "/reports/needs?from=2026-06-01&to=2026-06-30&union=GH-1" {
		t.Errorf("%+v", v.Items[:2])
	}
	if len(v.Filter.Bases) != 0 || len(v.Filter.Quick) != 7 || !v.Filter.Quick[0].Current {
		t.Errorf("%+v", v.Filter)
	}
	place := func(text string) (string, bool) { return "371000", text == "威海" }
	if got := FigureValues(url.Values{"region": {"威海"}, "from": {""}, "to": {"x"}}, place).Encode(); got != "region=371000&to=x" {
		t.Error(got)
	}
}
