package figures

import (
	"cmp"
	"slices"

	"hongniang/internal/catalog"
)

// fewest is the smallest count that everybody is told: a smaller one could
// point at a firm.
const fewest = 3

// Open is a count as everybody is told it; Few stands for 0 to 2, and for what
// would give such a count away.
type Open struct {
	Count int  `json:"count"`
	Few   bool `json:"few,omitempty" doc:"Fewer than 3, or kept back so that no such count can be reckoned"`
}

// OpenRow is the public funnel of a year or a place.
type OpenRow struct {
	Label string `json:"label"`
	Steps []Open `json:"steps" doc:"In the order of the funnel"`
}

// OpenFunnel is the funnel for everybody: public needs alone, in counts that
// point at nobody.
type OpenFunnel struct {
	Terms  []string  `json:"terms"`
	Whole  OpenRow   `json:"whole"`
	Years  []OpenRow `json:"years" doc:"By the year in which the needs arrived"`
	Places []OpenRow `json:"places" doc:"By province and city"`
}

// OpenFunnel counts the needs that everybody may see. Errors: Unavailable.
func (b *Book) OpenFunnel() (OpenFunnel, error) {
	l, done, err := b.look(Scope{All: true}, Selection{})
	if err != nil {
		return OpenFunnel{}, err
	}
	defer done()
	var whole [stages]int
	years, places := map[string]*[stages]int{}, map[string]*[stages]int{}
	l.eachNeed(func(n *needFact) {
		if !n.public {
			return
		}
		year, place := "", ""
		if d := n.reached[Arrived]; d != 0 {
			year = d.String()[:4]
		}
		if len(n.region) == 6 {
			place = n.region[:4] + "00"
		}
		for s := Arrived; s < stages; s++ {
			if n.reached[s] != 0 {
				whole[s]++
				tick(years, year, s)
				tick(places, place, s)
			}
		}
	})
	out := OpenFunnel{Whole: openRow("全部", whole)}
	for _, s := range Stages() {
		out.Terms = append(out.Terms, s.Label())
	}
	out.Years = openTable(years, whole, func(key string) string { return key + " 年" })
	out.Places = openTable(places, whole, func(key string) string { return catalog.PlaceName(key[:2]+"0000") + shortOf(key) })
	return out, nil
}

// shortOf is the name of a city, nothing for a province itself.
func shortOf(key string) string {
	if key[2:4] == "00" {
		return ""
	}
	return catalog.PlaceName(key)
}

func tick(table map[string]*[stages]int, key string, s Stage) {
	if table[key] == nil {
		table[key] = new([stages]int)
	}
	table[key][s]++
}

func openRow(label string, counts [stages]int) OpenRow {
	r := OpenRow{Label: label, Steps: make([]Open, stages)}
	for s, n := range counts {
		r.Steps[s] = Open{Count: n}
		if n < fewest {
			r.Steps[s] = Open{Few: true}
		}
	}
	return r
}

// openTable keeps back small counts, and in every column in which what is kept
// back could be reckoned from the whole, the smallest others too.
func openTable(table map[string]*[stages]int, whole [stages]int, name func(string) string) []OpenRow {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Compare(b, a) })
	rows := make([]OpenRow, len(keys))
	for i, key := range keys {
		label := "未填"
		if key != "" {
			label = name(key)
		}
		rows[i] = openRow(label, *table[key])
	}
	for s := range whole {
		cover(rows, s, func(i int) int { return table[keys[i]][s] })
	}
	return rows
}

// cover keeps back more counts of a column, the smallest first, until nobody who
// knows the sum of the column can reckon a small one: what is kept back is then
// nothing, or two or more cells that together hold at least fewest.
func cover(rows []OpenRow, s int, truth func(row int) int) {
	for {
		hidden, sum, least := 0, 0, -1
		for i := range rows {
			switch c := rows[i].Steps[s]; {
			case c.Few:
				hidden++
				sum += truth(i)
			case least < 0 || c.Count < rows[least].Steps[s].Count:
				least = i
			}
		}
		if sum == 0 || hidden > 1 && sum >= fewest || least < 0 {
			return
		}
		rows[least].Steps[s] = Open{Few: true}
	}
}
