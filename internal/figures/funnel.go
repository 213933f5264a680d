package figures

import (
	"cmp"
	"slices"

	"hongniang/internal/catalog"
)

func funnelNumbers() []Number {
	counts := map[Stage]string{
		Arrived:    "工会受理的需求（不含草稿、待审核、退回、不予受理、撤回和已删除的）",
		Matched:    "其中至少开过一张对接单的",
		Introduced: "其中至少一次把人选推介给企业的",
		Interested: "其中企业表示有合作意向的（或已有更后面的步骤）",
		Signed:     "其中签了合同的（意向书不算签约）",
		Registered: "其中合同经技术合同认定登记的",
		Paid:       "其中合同有资金到账的",
		Benefited:  "其中有成效经填报人以外的人核实的；不签合同的帮扶也可以见效，所以不必先签约",
	}
	var out []Number
	for _, s := range Stages() {
		out = append(out, Number{Key: "funnel." + s.Key(), Term: s.Label(), Counts: counts[s], Period: arrivedRule, Subtree: needUnion, Source: needSource, Unit: Needs},
			Number{Key: "firms." + s.Key(), Term: s.Label() + "（企业）", Counts: "上述需求所属的企业，每家一次", Period: arrivedRule, Subtree: needUnion, Source: needSource, Unit: Firms})
	}
	return out
}

// Funnel is how many needs came how far, and how many firms they are of.
type Funnel struct {
	Needs [stages]int
	Firms [stages]int
}

// Step is one stage of a funnel as answers give it.
type Step struct {
	Key   string `json:"key"`
	Term  string `json:"term"`
	Needs int    `json:"needs"`
	Firms int    `json:"firms"`
}

// Steps gives the stages in order.
func (f Funnel) Steps() []Step {
	var out []Step
	for _, s := range Stages() {
		out = append(out, Step{Key: s.Key(), Term: s.Label(), Needs: f.Needs[s], Firms: f.Firms[s]})
	}
	return out
}

// By is what a funnel is split by.
type By string

// The splits.
const (
	ByRegion   By = "region"
	ByUnion    By = "union"
	ByIndustry By = "industry"
	ByMonth    By = "month"
)

// Row is the funnel of one region, union, industry or month.
type Row struct {
	Key   string // code, or YYYY-MM; "" for what says nothing
	Label string
	Funnel
	Narrow *Selection // selects just the needs of the row; nil when nothing does
}

// counting adds needs to funnels, each firm once a stage.
type counting struct {
	Funnel
	seen [stages]map[string]bool
}

func (c *counting) add(l *lens, n *needFact) {
	for s := Arrived; s < stages; s++ {
		if !l.reached(n, s) {
			continue
		}
		c.Needs[s]++
		if c.seen[s] == nil {
			c.seen[s] = map[string]bool{}
		}
		if key := n.firmKey(); !c.seen[s][key] {
			c.seen[s][key] = true
			c.Firms[s]++
		}
	}
}

// Funnels gives the funnel of a selection, whole and split; rows by the number
// of needs, months in order.
func (b *Book) Funnels(scope Scope, sel Selection, by By) (whole Funnel, rows []Row, err error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Funnel{}, nil, err
	}
	defer done()
	whole, rows = l.funnels(by)
	return whole, rows, nil
}

func (l *lens) funnels(by By) (whole Funnel, rows []Row) {
	var all counting
	split := map[string]*counting{}
	l.eachNeed(func(n *needFact) {
		all.add(l, n)
		key := l.keyBy(by, n)
		part := split[key]
		if part == nil {
			part = &counting{}
			split[key] = part
		}
		part.add(l, n)
	})
	for key, part := range split {
		if part.Funnel != (Funnel{}) {
			rows = append(rows, Row{Key: key, Label: l.label(by, key), Funnel: part.Funnel, Narrow: l.narrow(by, key)})
		}
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if by == ByMonth {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Needs[Arrived], a.Needs[Arrived]), cmp.Compare(a.Key, b.Key))
	})
	return all.Funnel, rows
}

// keyBy gives the row to which a need belongs. Regions are prefectures, and
// counties once a prefecture is chosen; unions those just below the chosen one.
func (l *lens) keyBy(by By, n *needFact) string {
	switch by {
	case ByRegion:
		if len(n.region) == 6 && len(l.region) < 4 {
			return n.region[:4] + "00"
		}
		return n.region
	case ByUnion:
		return l.branch(l.tree.managing(n.ties))
	case ByIndustry:
		if len(n.industry) > 2 {
			return n.industry[:2]
		}
		return n.industry
	}
	if d := n.reached[Arrived]; d != 0 {
		return d.String()[:7]
	}
	return ""
}

// narrow gives the selection of one row. What a city, a union or a section has
// itself, beside what lies below it, nothing selects.
func (l *lens) narrow(by By, key string) *Selection {
	sel := l.sel
	switch by {
	case ByRegion:
		if len(key) != 6 || len(l.region) < 4 && key[2:4] == "00" || len(l.region) >= 4 && key[4:] == "00" || catalog.PlaceName(key) == "" {
			return nil
		}
		sel.Region = key
	case ByUnion:
		if org, known := l.tree.orgs[key]; known && org.kind != "union" || key == "" || key == l.sel.Union || !l.scope.All && l.sel.Union == "" && key == l.scope.Union {
			return nil
		}
		sel.Union = key
	case ByIndustry:
		if len(key) != 2 || catalog.IndustryName(key) == "" {
			return nil
		}
		sel.Industry = key
	case ByMonth:
		month, ok := ParsePeriod(key)
		if !ok || sel.Happened || sel.Period.From > month.From || sel.Period.To != 0 && sel.Period.To < month.To {
			return nil // the row would be less than the month
		}
		sel.Period = month
	}
	return &sel
}

// branch gives the union just below the chosen one in which a union lies, or
// the chosen one itself.
func (l *lens) branch(union string) string {
	top := l.sel.Union
	if top == "" {
		top = l.scope.Union
	}
	last := union
	for code, depth := union, 0; code != "" && code != top && depth < maxDepth; depth++ {
		last = code
		code = l.tree.orgs[code].parent
		if code == top {
			return last
		}
		if org, ok := l.tree.orgs[code]; !ok || org.kind != "union" {
			return last
		}
	}
	return union
}

// label is the Chinese name of a row.
func (l *lens) label(by By, key string) string {
	name := ""
	switch by {
	case ByRegion:
		name = catalog.PlaceName(key)
	case ByUnion:
		name = l.tree.orgs[key].name
	case ByIndustry:
		name = catalog.IndustryName(key)
	case ByMonth:
		name = key
	}
	switch {
	case name != "":
		return name
	case key != "":
		return key
	}
	return "未填"
}
