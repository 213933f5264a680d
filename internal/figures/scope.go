package figures

import (
	"cmp"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Scope is whose numbers somebody may read: those of a union's subtree, or all.
// Its zero value reads nothing.
type Scope struct {
	All   bool
	Union string
}

// ScopeOf asks the table of permissions. Errors: Denied.
func ScopeOf(a account.Actor) (Scope, error) {
	switch scope := account.ScopeOf(a, account.ReportRead); {
	case scope == account.All:
		return Scope{All: true}, nil
	case scope == account.Subtree && a.Org != "":
		return Scope{Union: a.Org}, nil
	}
	return Scope{}, errs.New(errs.Denied, "figures.not_yours", "统计和报表只给工会工作人员看。")
}

// Selection says of what numbers are wanted. Its zero value is everything in
// the scope, whenever it was.
type Selection struct {
	Period   Period
	Union    string // a union within the scope; "" for the whole scope
	Region   string // GB/T 2260
	Industry string // GB/T 4754 section or division
	Happened bool   // the funnel counts steps taken in the period, not how far needs that arrived in it came
}

// Check tells what is wrong with a selection. Errors: Invalid with fields.
func (s Selection) Check() error {
	var f errs.Faults
	if s.Period.From != 0 && s.Period.To != 0 && s.Period.To < s.Period.From {
		f.Add("to", "figures.period_order", "截止日期早于起始日期，请核对。", s.Period.To.String())
	}
	if s.Region != "" && catalog.PlaceName(s.Region) == "" {
		f.Add("region", "region.unknown", "没有这个地区，请填 6 位行政区划代码。", s.Region)
	}
	if s.Industry != "" && len(catalog.IndustryScope(s.Industry)) == 0 {
		f.Add("industry", "industry.unknown", "没有这个行业，请填国民经济行业的门类字母或两位大类代码。", s.Industry)
	}
	return f.Err()
}

// lens is a selection within a scope, looking at one state of the book.
type lens struct {
	*Book
	scope    Scope
	sel      Selection
	region   string          // significant part
	industry map[string]bool // divisions and sections; nil for all
	known    map[string]bool // whether a union lies in the selection

	// what was looked for once already
	wanted       []*needFact
	cased        []*caseFact
	resulted     []*resultFact
	looked       [3]bool
	reachedFirms []firm
	sum          *brokering.Ladder
	numbers      *brokering.FourNumbers
	units        map[string]Unit
}

// look begins to read; done ends it. Errors: Unavailable while the book is
// being filled, Denied for a union outside the scope, Invalid.
func (b *Book) look(scope Scope, sel Selection) (l *lens, done func(), err error) {
	if err := sel.Check(); err != nil {
		return nil, nil, err
	}
	b.mu.RLock()
	if !b.ready {
		b.mu.RUnlock()
		return nil, nil, errs.New(errs.Unavailable, "figures.loading", "统计数据还在整理，一般不到一分钟，请稍后刷新。")
	}
	l = &lens{Book: b, scope: scope, sel: sel, region: significant(sel.Region), known: map[string]bool{}}
	if sel.Union != "" && !scope.All && !b.tree.below(sel.Union, scope.Union) {
		b.mu.RUnlock()
		return nil, nil, errs.New(errs.Denied, "figures.union", "这个工会不在您的范围内，请重新选择。")
	}
	if sel.Industry != "" {
		l.industry = map[string]bool{}
		for _, code := range catalog.IndustryScope(sel.Industry) {
			l.industry[code] = true
		}
	}
	return l, b.mu.RUnlock, nil
}

// in tells whether what a union manages is wanted and may be read.
func (l *lens) in(union string) bool {
	known, ok := l.known[union]
	if !ok {
		switch {
		case l.sel.Union != "":
			known = l.tree.below(union, l.sel.Union)
		case !l.scope.All:
			known = l.tree.below(union, l.scope.Union)
		default:
			known = true
		}
		l.known[union] = known
	}
	return known
}

func (l *lens) wants(t *ties, industry string) bool {
	return strings.HasPrefix(t.region, l.region) && l.trade(industry) && l.in(l.tree.managing(*t))
}

func (l *lens) trade(industry string) bool {
	if l.industry == nil {
		return true
	}
	return l.industry[industry] || len(industry) > 2 && l.industry[industry[:2]]
}

// eachNeed visits the needs that count, whenever they came.
func (l *lens) eachNeed(visit func(*needFact)) {
	if !l.looked[0] {
		l.looked[0] = true
		for i := range l.needs.rows {
			if n := &l.needs.rows[i]; n.counted && l.wants(n.ties, n.industry) {
				l.wanted = append(l.wanted, n)
			}
		}
	}
	for _, n := range l.wanted {
		visit(n)
	}
}

// eachCase visits the introductions, whenever they began.
func (l *lens) eachCase(visit func(*caseFact)) {
	if !l.looked[1] {
		l.looked[1] = true
		for i := range l.cases.rows {
			if c := &l.cases.rows[i]; strings.HasPrefix(c.region, l.region) && c.under(l.in) && l.caseTrade(c) {
				l.cased = append(l.cased, c)
			}
		}
	}
	for _, c := range l.cased {
		visit(c)
	}
}

// caseTrade: one of its needs is of the industry.
func (l *lens) caseTrade(c *caseFact) bool {
	if l.industry == nil {
		return true
	}
	return slices.ContainsFunc(c.needs, func(n caseNeed) bool {
		f := l.needs.find(n.code)
		return f != nil && l.trade(f.industry)
	})
}

// reached tells whether a need counts at a stage, and the day that decides.
func (l *lens) reached(n *needFact, s Stage) bool {
	if l.sel.Happened {
		return l.sel.Period.Holds(n.reached[s])
	}
	return n.reached[s] != 0 && l.sel.Period.Holds(n.reached[Arrived])
}

// UnionChoice is a union by which numbers can be asked.
type UnionChoice struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Depth int    `json:"depth" doc:"0 for the highest within the scope"`
}

// Unions lists the unions within a scope, each under the one above it.
func (b *Book) Unions(scope Scope) []UnionChoice {
	b.mu.RLock()
	defer b.mu.RUnlock()
	below, top := map[string][]*orgFact{}, []*orgFact{}
	for _, o := range b.tree.orgs {
		if o.kind != "union" || o.deleted || !scope.All && !b.tree.below(o.code, scope.Union) {
			continue
		}
		if above, ok := b.tree.orgs[o.parent]; ok && above.kind == "union" && (scope.All || o.code != scope.Union) {
			below[o.parent] = append(below[o.parent], o)
		} else {
			top = append(top, o)
		}
	}
	var out []UnionChoice
	var walk func(list []*orgFact, depth int)
	walk = func(list []*orgFact, depth int) {
		slices.SortFunc(list, func(a, b *orgFact) int { return cmp.Compare(a.code, b.code) })
		for _, o := range list {
			out = append(out, UnionChoice{Code: o.code, Name: o.name, Depth: depth})
			if depth < maxDepth {
				walk(below[o.code], depth+1)
			}
		}
	}
	walk(top, 0)
	return out
}
