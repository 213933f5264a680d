package figures

import (
	"cmp"
	"slices"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

func fourNumbers() []Number {
	n := func(key, term, counts string, unit Unit) Number {
		return Number{Key: "four." + key, Term: term, Counts: counts + "；只算企业或红娘记录、确认过的帮扶", Period: "帮扶日期", Subtree: caseUnion, Source: "对接单里的帮扶记录", Unit: unit}
	}
	return []Number{
		n("craftsmen", "选派劳模工匠", "每次帮扶到企业去的人，去一次算一人次", Times),
		n("enterprises", "服务企业", "接受帮扶的企业，一个时期里每家一次", Firms),
		n("problems", "解决技术难题", "帮扶记录写明已解决的难题，同一家企业同一个难题一次", Items),
		n("trained", "培训职工", "帮扶记录里的培训人次", Times),
	}
}

// HelpEntry is a record of help behind the four numbers, with what ledgers
// print of it.
type HelpEntry struct {
	brokering.HelpLine
	FirmName string   `json:"enterprise_name,omitempty"`
	Persons  []string `json:"persons"`
	Problem  string   `json:"problem,omitempty"`
	Region   string   `json:"region_code,omitempty"`
}

// Four gives the four numbers of 劳模工匠助企行 for a selection, and every record
// behind them by date.
func (b *Book) Four(scope Scope, sel Selection) (brokering.FourNumbers, []HelpEntry, error) {
	l, done, err := b.look(scope, sel)
	if err != nil {
		return brokering.FourNumbers{}, nil, err
	}
	defer done()
	four := l.four()
	out := make([]HelpEntry, 0, len(four.Behind))
	for _, line := range four.Behind {
		out = append(out, l.helpEntry(line))
	}
	slices.SortStableFunc(out, func(a, b HelpEntry) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Introduction, b.Introduction), cmp.Compare(a.Help, b.Help))
	})
	return four, out, nil
}

// four counts by brokering's own rule. The region is that of the need that was
// helped, so that cases are not cut by theirs.
func (l *lens) four() brokering.FourNumbers {
	if l.numbers != nil {
		return *l.numbers
	}
	var helped []*caseFact
	for i := range l.cases.rows {
		if c := &l.cases.rows[i]; c.helped != nil && c.under(l.in) && l.caseTrade(c) {
			helped = append(helped, c)
		}
	}
	slices.SortFunc(helped, func(a, b *caseFact) int { return cmp.Compare(a.code, b.code) })
	tally := brokering.Tally{Period: l.sel.Period.text(), Region: l.sel.Region}
	for _, c := range helped {
		tally.Add(c.helped)
	}
	numbers := tally.Numbers()
	l.numbers = &numbers
	return numbers
}

func (l *lens) helpEntry(line brokering.HelpLine) HelpEntry {
	out := HelpEntry{HelpLine: line}
	c := l.cases.find(line.Introduction)
	if c == nil || c.helped == nil {
		return out
	}
	for _, h := range c.helped.Helps {
		if h.ID != line.Help {
			continue
		}
		out.Persons, out.Problem = h.Persons, h.Problem
		for _, n := range c.needs {
			if n.code == h.Need {
				out.FirmName, out.Region = n.firmName, n.region
			}
		}
	}
	if out.FirmName == "" {
		out.FirmName = l.tree.org(line.Enterprise).name
	}
	return out
}

func (l *lens) walkFour(what string, emit func(Entry)) {
	for _, line := range l.four().Behind {
		n := map[string]int{"craftsmen": line.Craftsmen, "enterprises": line.Enterprises, "problems": line.Problems, "trained": line.Trained}[what]
		if n == 0 {
			continue
		}
		h := l.helpEntry(line)
		e := Entry{Kind: "introduction", Code: line.Introduction, Title: h.FirmName, Note: catalog.Vocab("help_kind").Label(line.Kind) + h.problemText(), Day: line.Date, Times: n}
		if _, known := l.tree.orgs[line.Enterprise]; known && what == "enterprises" {
			e.Kind, e.Code, e.Note = "organisation", line.Enterprise, e.Note+"（对接单 "+line.Introduction+"）"
		}
		emit(e)
	}
}

func (h HelpEntry) problemText() string {
	if h.Problem == "" {
		return ""
	}
	return "：" + h.Problem
}
