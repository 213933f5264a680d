package figures

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hongniang/internal/errs"
)

func day(text string) Day { return ParseDay(text) }

func TestParseSelection(t *testing.T) {
	t.Parallel()
	cases := []struct {
		query string
		want  Selection
		by    By
		fault string
	}{
		{"", Selection{Happened: true}, ByRegion, ""},
		{"basis=arrived", Selection{}, ByRegion, ""},
		{"period=2024-02&by=month", Selection{Period: Period{day("2024-02-01"), day("2024-02-29")}, Happened: true}, ByMonth, ""},
		{"period=2026&basis=happened&by=union", Selection{Period: Period{day("2026-01-01"), day("2026-12-31")}, Happened: true}, ByUnion, ""},
		{"from=2026-01-02&union=+GH-1&region=371000&industry=C&by=industry", Selection{Period: Period{From: day("2026-01-02")}, Union: "GH-1", Region: "371000", Industry: "C", Happened: true}, ByIndustry, ""},
		{"from=2026-02-30", Selection{}, ByRegion, "from"},
		{"to=gestern", Selection{}, ByRegion, "to"},
		{"period=2026-Q1", Selection{Period: Period{day("2026-01-01"), day("2026-03-31")}, Happened: true}, ByRegion, ""},
		{"period=2024-q4", Selection{Period: Period{day("2024-10-01"), day("2024-12-31")}, Happened: true}, ByRegion, ""},
		{"period=2026-Q5", Selection{}, ByRegion, "period"},
		{"period=2026-Q", Selection{}, ByRegion, "period"},
		{"period=2026-13", Selection{}, ByRegion, "period"},
		{"period=0000", Selection{Period: Period{}}, ByRegion, "period"},
		{"basis=x", Selection{}, ByRegion, "basis"},
		{"by=x", Selection{}, ByRegion, "by"},
	}
	for _, c := range cases {
		v, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got, by, err := ParseSelection(v)
		fault := ""
		if e := errs.As(err); err != nil {
			fault = e.Fields[0].Field
		}
		if fault != c.fault || c.fault == "" && (got != c.want || by != c.by) {
			t.Errorf("%s: %+v by %s, fault %q", c.query, got, by, fault)
		}
		if c.fault == "" {
			if again, _, err := ParseSelection(got.Values()); err != nil || again != got {
				t.Errorf("%s: written as %s, read as %+v", c.query, got.Values().Encode(), again)
			}
		}
	}
}

func FuzzParseSelection(f *testing.F) {
	f.Add("period=2026-06&by=month&basis=happened")
	f.Add("from=9999-12-31&to=0001-01-01&region=%00")
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s, _, err := ParseSelection(v)
		if err != nil {
			return
		}
		if again, _, err := ParseSelection(s.Values()); err != nil || again != s {
			t.Errorf("%+v is read back as %+v, %v", s, again, err)
		}
		_ = s.Period.Text() + s.Period.Before().Text()
	})
}

// A day begins at midnight in China, whatever the machine's zone.
func TestDaysAreChinese(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-02-28T15:59:59Z": "2026-02-28", "2026-02-28T16:00:00Z": "2026-03-01", "2024-02-29T15:59:59Z": "2024-02-29", "2025-12-31T16:00:00Z": "2026-01-01",
		"1969-12-31T20:00:00Z": "",
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := DayOf(at).String(); got != want {
			t.Errorf("%s is %s in China, not %s", text, want, got)
		}
	}
	if DayOf(time.Time{}) != 0 || Day(0).String() != "" {
		t.Error("never is a day")
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	type pair struct{ From, To string }
	of := func(p Period) pair { return pair{p.From.String(), p.To.String()} }
	got := []pair{of(Month(day("2024-02-11"))), of(Year(day("2024-02-11"))), of(Month(day("2026-03-01")).Before()), of(Year(day("2026-03-01")).Before()), of(Period{day("2026-03-11"), day("2026-03-20")}.Before()),
		of(Quarter(day("2026-11-21"))), of(Quarter(day("2024-03-31"))), of(Quarter(day("2026-02-01")).Before())}
	want := []pair{{"2024-02-01", "2024-02-29"}, {"2024-01-01", "2024-12-31"}, {"2026-02-01", "2026-02-28"}, {"2025-01-01", "2025-12-31"}, {"2026-03-01", "2026-03-10"},
		{"2026-10-01", "2026-12-31"}, {"2024-01-01", "2024-03-31"}, {"2025-10-01", "2025-12-31"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := reportTitle(Quarter(day("2026-11-21"))); got != "技术红娘工作季报（2026 年第 4 季度）" {
		t.Error(got)
	}
	edge := Period{day("2026-06-01"), day("2026-06-30")}
	for d, want := range map[string]bool{"2026-05-31": false, "2026-06-01": true, "2026-06-30": true, "2026-07-01": false} {
		if edge.Holds(day(d)) != want {
			t.Errorf("June holds %s: %v", d, !want)
		}
	}
	if (Period{}).Holds(0) || !(Period{}).Holds(day("2026-06-01")) {
		t.Error("all time holds never")
	}
}
