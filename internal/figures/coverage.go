package figures

import (
	"cmp"
	"slices"
	"strings"
)

func coverageNumbers() []Number {
	const firms = "推荐发生的日期"
	n := func(key, term, counts, period string, unit Unit) Number {
		return Number{Key: "coverage." + key, Term: term, Counts: counts, Period: period, Subtree: needUnion, Source: "单位、人员、需求与对接单", Unit: unit}
	}
	return []Number{
		n("firms", "推荐到的企业", "有需求被推荐了人选的企业，每家一次", firms, Firms),
		n("small", "其中小微企业", "规模为小型或微型的", firms, Firms),
		n("private", "其中民营企业", "所有制为民营的", firms, Firms),
		n("first", "其中首次受益企业", "在这以前（不限工会）没有被推荐过的", firms, Firms),
		n("unknown", "其中资料未填", "没有登记规模或所有制、或没有建单位档案的", firms, Firms),
		n("top10", "前十家企业的需求", "被推荐需求最多的十家企业所占的需求数；占比越高越集中", firms, Needs),
		n("introduced", "被推荐的需求", "集中度的分母", firms, Needs),
		n("idle", "没有案例的地区", "库里有企业或需求、却没有一项需求被推荐的县区（登记到市的按市）", firms, Items),
		n("unasked", "从未被邀约的人", "已公开发布的专家工匠里，一次邀约也没有收到过的", nowRule, People),
	}
}

// Coverage is whom the work reaches.
type Coverage struct {
	Firms      int `json:"firms"`
	Small      int `json:"small"`
	Private    int `json:"private"`
	First      int `json:"first"`
	Unknown    int `json:"unknown"`
	Introduced int `json:"introduced" doc:"Needs"`
	Top10      int `json:"top10" doc:"Needs of the ten firms that have most"`
	Idle       int `json:"idle" doc:"Districts"`
	People     int `json:"people"`
	Unasked    int `json:"unasked"`
}

// Coverage gives whom the work of a selection reached.
func (b *Book) Coverage(scope Scope, sel Selection) (Coverage, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Coverage{}, err
	}
	defer done()
	return l.coverage(), nil
}

func (l *lens) coverage() Coverage {
	c, firms := Coverage{}, l.firms()
	for _, f := range firms {
		c.Firms++
		c.Introduced += f.needs
		for _, of := range []struct {
			key string
			sum *int
		}{{"small", &c.Small}, {"private", &c.Private}, {"first", &c.First}, {"unknown", &c.Unknown}} {
			if l.firmIs(of.key, f) {
				*of.sum++
			}
		}
	}
	for _, f := range top10(firms) {
		c.Top10 += f.needs
	}
	c.Idle = len(l.idle())
	l.eachPerson(func(*personFact) { c.People++ })
	c.Unasked = int(l.count("coverage.unasked", ""))
	return c
}

// firm is a firm of which needs were introduced in the period.
type firm struct {
	key   string
	need  *needFact // one of its needs
	day   Day       // of the first in the period
	first Day       // of the first ever
	needs int
}

// firms lists the firms of which needs were introduced in the period, those with
// most needs first.
func (l *lens) firms() []firm {
	if l.reachedFirms != nil {
		return l.reachedFirms
	}
	at := make([]int32, len(l.firmIDs)) // place in out, from 1
	out := []firm{}
	l.eachNeed(func(n *needFact) {
		day := n.reached[Introduced]
		if !l.sel.Period.Holds(day) {
			return
		}
		if at[n.firmID] == 0 {
			out = append(out, firm{key: n.firmKey(), need: n, day: day})
			at[n.firmID] = int32(len(out))
		}
		f := &out[at[n.firmID]-1]
		f.needs++
		f.day = earlier(f.day, day)
	})
	for i := range l.needs.rows {
		if n := &l.needs.rows[i]; n.counted && n.reached[Introduced] != 0 && at[n.firmID] != 0 {
			f := &out[at[n.firmID]-1]
			f.first = earlier(f.first, n.reached[Introduced])
		}
	}
	slices.SortFunc(out, func(a, b firm) int { return cmp.Or(cmp.Compare(b.needs, a.needs), cmp.Compare(a.key, b.key)) })
	l.reachedFirms = out
	return out
}

func top10(firms []firm) []firm { return firms[:min(10, len(firms))] }

// firmIs tells whether a firm counts in one of the shares.
func (l *lens) firmIs(share string, f firm) bool {
	org := l.tree.org(f.need.firm)
	switch share {
	case "firms":
		return true
	case "small":
		return org.size == "small" || org.size == "micro"
	case "private":
		return org.ownership == "private"
	case "first":
		return l.sel.Period.Holds(f.first)
	case "unknown":
		return org.size == "" || org.ownership == ""
	}
	return false
}

// idle lists the districts in which there are enterprises or needs, but no need
// was introduced in the period.
func (l *lens) idle() []string {
	busy := map[string]bool{}
	note := func(region string, introduced bool) {
		if region != "" {
			busy[region] = busy[region] || introduced
		}
	}
	for _, o := range l.tree.orgs {
		if o.counted && o.kind == "enterprise" && strings.HasPrefix(o.region, l.region) && l.trade(o.industry) && l.in(l.tree.managingOrg(o)) {
			note(o.region, false)
		}
	}
	l.eachNeed(func(n *needFact) { note(n.region, l.sel.Period.Holds(n.reached[Introduced])) })
	var out []string
	for region, introduced := range busy {
		if !introduced {
			out = append(out, region)
		}
	}
	slices.Sort(out)
	return out
}

// eachPerson visits the published people.
func (l *lens) eachPerson(visit func(*personFact)) {
	for i := range l.people.rows {
		if p := &l.people.rows[i]; p.counted && l.wants(p.ties, p.industry) {
			visit(p)
		}
	}
}

func (l *lens) walkCoverage(rest string, emit func(Entry)) {
	switch rest {
	case "introduced":
		l.eachNeed(func(n *needFact) {
			if l.sel.Period.Holds(n.reached[Introduced]) {
				e := l.needEntry(n, Introduced)
				e.on = n.reached[Introduced]
				emit(e)
			}
		})
	case "top10":
		for _, f := range top10(l.firms()) {
			e := l.firmEntry(f.need, f.day)
			e.Times = f.needs
			emit(e)
		}
	case "idle":
		for _, region := range l.idle() {
			emit(placeEntry(region))
		}
	case "unasked":
		l.eachPerson(func(p *personFact) {
			if l.asked[p.code] == 0 {
				emit(Entry{Kind: "expert", Code: p.code, Title: p.name, Note: p.employer})
			}
		})
	default:
		for _, f := range l.firms() {
			if l.firmIs(rest, f) {
				emit(l.firmEntry(f.need, f.day))
			}
		}
	}
}
