package figures

import (
	"cmp"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Entry is one record behind a number.
type Entry struct {
	Kind  string `json:"kind" doc:"need, result, expert, studio, patent, organisation, introduction, help or region"`
	Code  string `json:"code"`
	Title string `json:"title,omitempty"`
	Note  string `json:"note,omitempty" doc:"In Chinese: the firm, the amount, the reason"`
	Day   string `json:"day,omitempty" doc:"The date that decided, YYYY-MM-DD"`
	Fen   int64  `json:"fen,omitempty" doc:"What it adds to an amount"`
	Times int    `json:"times,omitempty" doc:"What it adds to a number of persons or cases"`

	on Day // Day as a number; Day is written for those that are shown
}

// Behind is a number with every record behind it.
type Behind struct {
	Number Number  `json:"number"`
	Value  int64   `json:"value" doc:"The number itself; money in 分"`
	Items  []Entry `json:"items"`

	Total int `json:"-"` // how many records there are, shown or not
}

// Asked names a number, and how many of the records behind it are wanted.
type Asked struct {
	Key string // of a Number
	Arg string // narrows it: a broker's account, a kind of benefit; else ""
	// From is how many records are left out, Most how many are given; 0 gives all.
	From, Most int
}

// Behind gives the records behind a number, the latest first. Errors: those of
// a selection, NotFound for a number that is not defined.
func (b *Book) Behind(scope Scope, sel Selection, asked Asked) (Behind, error) {
	n, ok := NumberOf(asked.Key)
	if !ok {
		return Behind{}, errs.New(errs.NotFound, "figures.unknown", "没有这个统计项，请从统计页上点数字进来。")
	}
	l, done, err := b.look(scope, sel)
	if err != nil {
		return Behind{}, err
	}
	defer done()
	out, items := Behind{Number: n, Items: []Entry{}}, first[Entry]{order: latest}
	if asked.Most > 0 {
		items.most = asked.From + asked.Most
	}
	l.walk(asked.Key, asked.Arg, func(e Entry) {
		if e.Day != "" {
			e.on = ParseDay(e.Day)
		}
		items.add(e)
		out.Value += worth(n.Unit, e)
	})
	list := items.sorted()
	out.Total, out.Items = items.seen, append(out.Items, list[min(asked.From, len(list)):]...)
	for i := range out.Items {
		out.Items[i].Day = out.Items[i].on.String()
	}
	return out, nil
}

func latest(a, b Entry) int {
	return cmp.Or(cmp.Compare(b.on, a.on), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code))
}

// worth is what an entry adds to a number.
func worth(u Unit, e Entry) int64 {
	switch {
	case u == Fen:
		return e.Fen
	case u == Times || e.Times != 0:
		return int64(e.Times)
	}
	return 1
}

// count gives a number without keeping its records.
func (l *lens) count(key, arg string) int64 {
	unit := l.unitOf(key)
	if rung, ok := strings.CutPrefix(key, "ladder."); ok {
		return l.countLadder(rung, arg, unit)
	}
	var sum int64
	l.walk(key, arg, func(e Entry) { sum += worth(unit, e) })
	return sum
}

func (l *lens) unitOf(key string) Unit {
	if l.units == nil {
		l.units = map[string]Unit{}
		for _, n := range Numbers() {
			l.units[n.Key] = n.Unit
		}
	}
	return l.units[key]
}

// walk visits every record behind a number.
func (l *lens) walk(key, arg string, emit func(Entry)) {
	family, rest, _ := strings.Cut(key, ".")
	switch family {
	case "funnel":
		l.walkFunnel(stageOf(rest), emit)
	case "firms":
		l.walkFirms(stageOf(rest), emit)
	case "ladder":
		l.walkLadder(rest, arg, emit)
	case "coverage":
		l.walkCoverage(rest, emit)
	case "work":
		l.walkWork(rest, arg, emit)
	case "frontline", "suspects":
		l.walkFrontline(key, emit)
	case "four":
		l.walkFour(rest, emit)
	case "stock":
		l.walkStock(rest, emit)
	}
}

func stageOf(key string) Stage {
	return Stage(slices.IndexFunc(Stages(), func(s Stage) bool { return s.Key() == key }))
}

func (l *lens) needEntry(n *needFact, s Stage) Entry {
	return Entry{Kind: "need", Code: n.code, Title: n.title, Note: l.firmName(n), on: n.reached[s]}
}

// firmName is the firm as staff know it.
func (l *lens) firmName(n *needFact) string {
	if n.firmName != "" {
		return n.firmName
	}
	return l.tree.org(n.firm).name
}

func (l *lens) walkFunnel(s Stage, emit func(Entry)) {
	l.eachNeed(func(n *needFact) {
		if l.reached(n, s) {
			emit(l.needEntry(n, s))
		}
	})
}

func (l *lens) walkFirms(s Stage, emit func(Entry)) {
	seen := make([]bool, len(l.firmIDs))
	l.eachNeed(func(n *needFact) {
		if l.reached(n, s) && !seen[n.firmID] {
			seen[n.firmID] = true
			emit(l.firmEntry(n, n.reached[s]))
		}
	})
}

// firmEntry is a firm by one of its needs; a firm that is not catalogued is
// shown by the need.
func (l *lens) firmEntry(n *needFact, day Day) Entry {
	if _, known := l.tree.orgs[n.firm]; known {
		return Entry{Kind: "organisation", Code: n.firm, Title: l.firmName(n), on: day}
	}
	return Entry{Kind: "need", Code: n.code, Title: n.title, Note: n.firmName, on: day}
}

func (l *lens) caseEntry(c *caseFact, day Day) Entry {
	e := Entry{Kind: "introduction", Code: c.code, on: day, Note: "经办 " + c.broker.Name}
	if len(c.needs) > 0 {
		e.Title = c.needs[0].title
	}
	return e
}

func placeEntry(region string) Entry {
	return Entry{Kind: "region", Code: region, Title: strings.Join(catalog.PlacePath(region), "")}
}
