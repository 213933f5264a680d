package review

import (
	"cmp"
	"slices"
)

// Scored is an application with the totals of those who judged it.
type Scored struct {
	Result string
	Totals []int // of each juror, 0 to 10,000: hundredths of a point
}

// dropFrom is from how many jurors on the highest and the lowest are left out.
const dropFrom = 5

// Standing is the place of an application.
type Standing struct {
	Result string `json:"result"`
	Sum    int    `json:"sum" doc:"Of the totals that count, in hundredths of a point"`
	Count  int    `json:"count" doc:"How many totals count: their mean is sum / count"`
	Totals []int  `json:"totals" doc:"Of all jurors, rising, without names"`
	Place  int    `json:"place" doc:"From 1; tied ones share it"`
	Tied   bool   `json:"tied,omitempty"`
	Prize  string `json:"prize,omitempty"`
}

// Mean is the mean in points, 0 to 100.
func (s Standing) Mean() float64 {
	if s.Count == 0 {
		return 0
	}
	return float64(s.Sum) / float64(s.Count) / 100
}

// Total weighs the points of a sheet: hundredths of a point, 0 to 10,000.
func Total(criteria []Criterion, points []int) int {
	sum := 0
	for i, c := range criteria {
		if i < len(points) {
			sum += c.Weight * points[i]
		}
	}
	return sum
}

// trimmed sums the totals, without the highest and the lowest when there are
// five or more.
func trimmed(totals []int) (sum, count int) {
	totals = slices.Sorted(slices.Values(totals))
	if len(totals) >= dropFrom {
		totals = totals[1 : len(totals)-1]
	}
	for _, t := range totals {
		sum += t
	}
	return sum, len(totals)
}

// compare orders by mean, the higher first, exactly.
func compare(a, b Standing) int {
	return cmp.Compare(b.Sum*max(a.Count, 1), a.Sum*max(b.Count, 1))
}

// Rank places the applications and gives the prizes: down the ranking, each prize
// to at most its quota, none below the floor. Ties are ties; when one lies across
// the border of a prize, only a decision orders it, and it is in open until there
// is one: those in it have no prize then, and neither has anybody below.
func Rank(entries []Scored, terms Terms, decisions []Decision) (out []Standing, open [][]string) {
	for _, e := range entries {
		sum, count := trimmed(e.Totals)
		out = append(out, Standing{Result: e.Result, Sum: sum, Count: count, Totals: slices.Sorted(slices.Values(e.Totals))})
	}
	slices.SortFunc(out, func(a, b Standing) int { return cmp.Or(compare(a, b), cmp.Compare(a.Result, b.Result)) })
	p := purse{prizes: terms.Prizes}
	for from := 0; from < len(out); {
		to := from + 1
		for to < len(out) && compare(out[from], out[to]) == 0 {
			to++
		}
		group := out[from:to]
		for i := range group {
			group[i].Place, group[i].Tied = from+1, len(group) > 1
		}
		if group[0].Count > 0 && group[0].Sum >= terms.Floor*100*group[0].Count && len(open) == 0 {
			if tie := p.give(group, decisions); tie != nil {
				open = append(open, tie)
			}
		}
		from = to
	}
	return out, open
}

// purse gives prizes away, the highest first.
type purse struct {
	prizes []Prize
	level  int // of the prize that is given now
	given  int // of it
}

// give gives a group of equals their prizes, or the results that a decision has
// to order first.
func (p *purse) give(group []Standing, decisions []Decision) []string {
	p.turn()
	if p.level >= len(p.prizes) {
		return nil
	}
	if len(group) > p.prizes[p.level].Quota-p.given && !order(group, decisions) {
		return results(group)
	}
	for i := range group {
		if p.turn(); p.level < len(p.prizes) {
			group[i].Prize = p.prizes[p.level].Name
			p.given++
		}
	}
	return nil
}

// turn goes on to the next prize when one is given away.
func (p *purse) turn() {
	for p.level < len(p.prizes) && p.given >= p.prizes[p.level].Quota {
		p.level, p.given = p.level+1, 0
	}
}

// order puts a tie into the order of the last decision that is about just it.
func order(group []Standing, decisions []Decision) bool {
	want := slices.Sorted(slices.Values(results(group)))
	for i := len(decisions) - 1; i >= 0; i-- {
		d := decisions[i].Order
		if slices.Equal(slices.Sorted(slices.Values(d)), want) {
			slices.SortFunc(group, func(a, b Standing) int { return cmp.Compare(slices.Index(d, a.Result), slices.Index(d, b.Result)) })
			return true
		}
	}
	return false
}

func results(group []Standing) []string {
	var out []string
	for _, s := range group {
		out = append(out, s.Result)
	}
	return out
}
