package figures

import (
	"cmp"
	"iter"
	"slices"

	"hongniang/internal/catalog"
)

func funnelNumbers() []Number {
	counts := map[Stage]string{
		Arrived:    "工会受理的需求（不含草稿、待审核、退回、不予受理、撤回和已删除的）",
		Matched:    "工会受理的需求里，至少开过一张对接单的",
		Introduced: "工会受理的需求里，至少一次把人选推荐给企业的",
		Interested: "工会受理的需求里，企业表示有合作意向的（或已有更后面的步骤）",
		Signed:     "工会受理的需求里，签了合同的（意向书不算签约）",
		Registered: "工会受理的需求里，合同经技术合同认定登记的",
		Paid:       "工会受理的需求里，合同有资金到账的",
		Benefited:  "工会受理的需求里，成效经填报人以外的人核实的；不签合同的帮扶也可以见效，所以不必先签约",
	}
	var out []Number
	for _, s := range Stages() {
		out = append(out, Number{Key: "funnel." + s.Key(), Term: s.Label(), Counts: counts[s], Period: arrivedRule, Subtree: needUnion, Source: needSource, Unit: Needs},
			Number{Key: "firms." + s.Key(), Term: s.Label() + "（企业）", Counts: counts[s] + "，这些需求所属的企业，每家一次", Period: arrivedRule, Subtree: needUnion, Source: needSource, Unit: Firms})
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

// counting adds needs to a funnel, each firm once a stage.
type counting struct {
	Funnel
	seen map[int32]uint8 // by firm, a bit for each stage
}

func (c *counting) add(firm int32, at uint8) {
	have := c.seen[firm]
	for s := range stages {
		if at&(1<<s) == 0 {
			continue
		}
		c.Needs[s]++
		if have&(1<<s) == 0 {
			c.Firms[s]++
		}
	}
	c.seen[firm] = have | at
}

// stagesOf gives the stages at which a need counts, a bit for each.
func (l *lens) stagesOf(n *needFact) uint8 {
	var out uint8
	for s := range stages {
		if l.reached(n, s) {
			out |= 1 << s
		}
	}
	return out
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
	all := counting{seen: map[int32]uint8{}}
	split, keys := map[string]*counting{}, keyMemory{lens: l, by: by, days: map[Day]string{}, unions: map[string]string{}}
	l.eachNeed(func(n *needFact) {
		at := l.stagesOf(n)
		if at == 0 {
			return
		}
		all.add(n.firmID, at)
		for key, at := range keys.of(n, at) {
			part := split[key]
			if part == nil {
				part = &counting{seen: map[int32]uint8{}}
				split[key] = part
			}
			part.add(n.firmID, at)
		}
	})
	for key, part := range split {
		rows = append(rows, Row{Key: key, Label: l.label(by, key), Funnel: part.Funnel, Narrow: l.narrow(by, key)})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if by == ByMonth {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Or(cmp.Compare(b.Needs[Arrived], a.Needs[Arrived]), cmp.Compare(a.Key, b.Key))
	})
	return all.Funnel, rows
}

// keyMemory finds the rows of needs, and works each key out once.
type keyMemory struct {
	*lens
	by     By
	days   map[Day]string
	unions map[string]string
}

// of gives the rows in which a need counts, with its stages there: one row, but for
// months where steps are counted, each of which stands in its own month.
func (k keyMemory) of(n *needFact, at uint8) iter.Seq2[string, uint8] {
	return func(yield func(string, uint8) bool) {
		if k.by != ByMonth || !k.sel.Happened {
			yield(k.row(n), at)
			return
		}
		for s := range stages {
			if at&(1<<s) != 0 && !yield(k.month(n.reached[s]), 1<<s) {
				return
			}
		}
	}
}

// row gives the row to which a need belongs. Regions are prefectures, and
// counties once a prefecture is chosen; unions those just below the chosen one.
func (k keyMemory) row(n *needFact) string {
	switch k.by {
	case ByRegion:
		if len(n.region) == 6 && len(k.region) < 4 {
			return prefecture(n.region)
		}
		return n.region
	case ByUnion:
		union := k.tree.managing(*n.ties)
		if _, ok := k.unions[union]; !ok {
			k.unions[union] = k.branch(union)
		}
		return k.unions[union]
	case ByIndustry:
		return n.industry[:min(2, len(n.industry))]
	}
	return k.month(n.reached[Arrived])
}

// month is YYYY-MM.
func (k keyMemory) month(d Day) string {
	if _, ok := k.days[d]; !ok {
		text := d.String()
		k.days[d] = text[:min(7, len(text))]
	}
	return k.days[d]
}

func prefecture(region string) string { return region[:4] + "00" }

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
		if !ok || sel.Period.From > month.From || sel.Period.To != 0 && sel.Period.To < month.To {
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
		code = l.tree.org(code).parent
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
		name = l.tree.org(key).name
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
