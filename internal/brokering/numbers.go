package brokering

import (
	"strings"
)

// FourNumbers are what every report of 劳模工匠助企行 must print, each with the
// records behind it. Only help that the enterprise or a broker vouches for
// counts.
type FourNumbers struct {
	Craftsmen   int        `json:"craftsmen" doc:"选派劳模工匠，人次"`
	Enterprises int        `json:"enterprises" doc:"服务企业，家"`
	Problems    int        `json:"problems" doc:"解决技术难题，个"`
	Trained     int        `json:"trained" doc:"培训职工，人次"`
	Behind      []HelpLine `json:"behind" doc:"Every record that was counted, and in what"`
}

// HelpLine is one record behind the numbers, and what it added to each.
type HelpLine struct {
	Introduction string `json:"introduction"`
	Help         string `json:"help" doc:"Id of the record in the introduction"`
	Date         string `json:"date"`
	Kind         string `json:"kind" doc:"Vocabulary help_kind"`
	Enterprise   string `json:"enterprise" doc:"Code, or the need's code where the firm has none"`
	Craftsmen    int    `json:"craftsmen"`
	Enterprises  int    `json:"enterprises" doc:"1 with the first record of a firm"`
	Problems     int    `json:"problems" doc:"1 with the first record that solved this problem of this firm"`
	Trained      int    `json:"trained"`
}

// Period is a span of days, both ends in it, YYYY-MM-DD; empty ends are open.
type Period struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

func (p Period) holds(date string) bool {
	return (p.From == "" || date >= p.From) && (p.To == "" || date <= p.To)
}

// Tally sums the four numbers of introductions for a period and a region (a GB/T
// 2260 code: of a province or city, what lies in it counts; "" for all).
type Tally struct {
	Period  Period
	Region  string
	numbers FourNumbers
	seen    map[string]bool
}

// Add counts an introduction; the same one must not be added twice.
func (t *Tally) Add(in *Introduction) {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	for _, h := range in.Helps {
		need, _ := in.Need(h.Need)
		region := need.RegionCode
		if region == "" {
			region = in.RegionCode
		}
		if h.counts() && t.Period.holds(h.Date) && within(region, t.Region) {
			t.add(in.Code, h, need)
		}
	}
}

func (t *Tally) add(code string, h Help, need NeedRef) {
	firm := need.Org
	if firm == "" {
		firm = need.Code
	}
	line := HelpLine{Introduction: code, Help: h.ID, Date: h.Date, Kind: h.Kind, Enterprise: firm, Craftsmen: len(h.Persons), Trained: h.PeopleTrained}
	line.Enterprises = t.first("firm/" + firm)
	if h.ProblemSolved {
		line.Problems = t.first("problem/" + firm + "/" + h.Problem)
	}
	n := &t.numbers
	n.Craftsmen += line.Craftsmen
	n.Enterprises += line.Enterprises
	n.Problems += line.Problems
	n.Trained += line.Trained
	n.Behind = append(n.Behind, line)
}

func (t *Tally) first(key string) int {
	if t.seen[key] {
		return 0
	}
	t.seen[key] = true
	return 1
}

// Numbers gives what was counted so far.
func (t *Tally) Numbers() FourNumbers {
	out := t.numbers
	out.Behind = append([]HelpLine{}, t.numbers.Behind...)
	return out
}

// within tells whether a place lies in a region: 371002 in 371000 in 370000.
func within(place, region string) bool {
	return strings.HasPrefix(place, strings.TrimSuffix(strings.TrimSuffix(region, "00"), "00"))
}
