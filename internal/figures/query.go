package figures

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

var periodText = regexp.MustCompile(`^\d{4}(-\d{2}|-[Qq][1-4])?$`)

// ParseSelection reads a selection from the parameters of an address: period
// (2026, 2026-06 or 2026-Q2) or from and to (YYYY-MM-DD), union, region, industry, basis
// (happened, or arrived; happened unless said otherwise) and by. What cannot be read is left out of the answer
// and named in the error. Errors: Invalid with fields.
func ParseSelection(values url.Values) (Selection, By, error) {
	var f errs.Faults
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	s := Selection{Union: get("union"), Region: get("region"), Industry: get("industry"), Happened: get("basis") != "arrived"}
	readDay := func(name string) Day {
		text := get(name)
		d := ParseDay(text)
		if d <= 0 && text != "" { // nothing here is older than 1970
			f.Add(name, "date.malformed", "日期应像 2026-06-01。", text)
		}
		return max(d, 0)
	}
	s.Period = Period{From: readDay("from"), To: readDay("to")}
	if text := get("period"); text != "" {
		p, ok := ParsePeriod(text)
		if !ok {
			f.Add("period", "period.malformed", "时期应像 2026、2026-06 或 2026-Q2（第二季度）。", text)
		}
		s.Period = p
	}
	if basis := get("basis"); basis != "" && basis != "arrived" && basis != "happened" {
		f.Add("basis", "figures.basis", "“怎么数”（basis）可填 happened（本期发生了多少，不填就是它）或 arrived（本期登记的需求走到哪一步）。", basis)
	}
	by := By(get("by"))
	if by == "" {
		by = ByRegion
	}
	if !slices.Contains([]By{ByRegion, ByUnion, ByIndustry, ByMonth}, by) {
		f.Add("by", "figures.by", "可按 region（地区）、union（工会）、industry（行业）或 month（月份）分列。", string(by))
		by = ByRegion
	}
	return s, by, f.Err()
}

// ParsePeriod reads a year, such as 2026, a month, such as 2026-06, or a quarter,
// such as 2026-Q2.
func ParsePeriod(text string) (Period, bool) {
	if !periodText.MatchString(text) {
		return Period{}, false
	}
	if len(text) == 4 {
		d := ParseDay(text + "-01-01")
		return Year(d), d > 0
	}
	if text[5] == 'Q' || text[5] == 'q' {
		d := ParseDay(fmt.Sprintf("%s-%02d-01", text[:4], int(text[6]-'0')*3-2))
		return Quarter(d), d > 0
	}
	d := ParseDay(text + "-01")
	return Month(d), d > 0
}

// Values writes a selection as the parameters that ParseSelection reads.
func (s Selection) Values() url.Values {
	v := url.Values{}
	for _, p := range [][2]string{{"from", s.Period.From.String()}, {"to", s.Period.To.String()}, {"union", s.Union}, {"region", s.Region}, {"industry", s.Industry}} {
		if p[1] != "" {
			v.Set(p[0], p[1])
		}
	}
	if !s.Happened {
		v.Set("basis", "arrived")
	}
	return v
}

// Text says in Chinese which days a period holds.
func (p Period) Text() string {
	switch {
	case p.From == 0 && p.To == 0:
		return "全部时期"
	case p.From == 0:
		return "截至 " + p.To.String()
	case p.To == 0:
		return p.From.String() + " 起"
	}
	return p.From.String() + " 至 " + p.To.String()
}
