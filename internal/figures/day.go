package figures

import (
	"strings"
	"time"
)

// Day counts days since 1970-01-01 in Chinese time; 0 is never.
type Day int32

const chinaSeconds = 8 * 3600 // China has one time, UTC+8, all year

// DayOf gives the day in China on which a moment lies; 0 for the zero time.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	return Day((t.Unix() + chinaSeconds) / 86400)
}

// ParseDay reads YYYY-MM-DD; 0 for anything else.
func ParseDay(text string) Day {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0
	}
	return Day(t.Unix() / 86400)
}

// String writes YYYY-MM-DD, "" for never.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return d.time().Format(time.DateOnly)
}

func (d Day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// earlier gives the first of two days, of which either may be never.
func earlier(a, b Day) Day {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// Period is a span of days, both ends in it; 0 leaves an end open.
type Period struct{ From, To Day }

// Holds tells whether a day lies in the period; never does not.
func (p Period) Holds(d Day) bool {
	return d != 0 && (p.From == 0 || d >= p.From) && (p.To == 0 || d <= p.To)
}

// Month gives the month that a day lies in.
func Month(d Day) Period {
	t := d.time()
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
	return Period{From: Day(first.Unix() / 86400), To: Day(first.AddDate(0, 1, -1).Unix() / 86400)}
}

// Quarter gives the quarter of a year that a day lies in.
func Quarter(d Day) Period {
	t := d.time()
	first := time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	return Period{From: Day(first.Unix() / 86400), To: Day(first.AddDate(0, 3, -1).Unix() / 86400)}
}

// Year gives the year that a day lies in.
func Year(d Day) Period {
	y := d.time().Year()
	return Period{From: Day(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400), To: Day(time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400)}
}

// Before gives the period of the same sort just before: of a month the month
// before, of a quarter the quarter before, of a year the year before, else as
// many days. A period without a beginning has none before it; without an end it
// is left as it is.
func (p Period) Before() Period {
	switch {
	case p.From == 0 || p.To == 0:
		return p
	case p == Month(p.From):
		return Month(p.From - 1)
	case p == Quarter(p.From):
		return Quarter(p.From - 1)
	case p == Year(p.From):
		return Year(p.From - 1)
	}
	n := p.To - p.From + 1
	return Period{From: p.From - n, To: p.From - 1}
}

// significant cuts the pairs of zeros off the end of a region's code.
func significant(region string) string {
	for len(region) > 2 && strings.HasSuffix(region, "00") {
		region = region[:len(region)-2]
	}
	return region
}
