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
	Org   string `json:"org,omitempty" doc:"Code of the firm that the note names"`
	Day   string `json:"day,omitempty" doc:"The date that decided, YYYY-MM-DD"`
	Late  int    `json:"days_late,omitempty" doc:"Days since the due date, of what is late"`
	Fen   int64  `json:"fen,omitempty" doc:"What it adds to an amount"`
	Times int    `json:"times,omitempty" doc:"What it adds to a number of persons or cases"`

	on Day // Day as a number; Day is written for those that are shown
}

// Behind is a number with every record behind it.
type Behind struct {
	Number Number  `json:"number"`
	Of     string  `json:"of,omitempty" doc:"Name of what arg narrows it to: a broker, a kind of benefit"`
	Dates  string  `json:"dates,omitempty" doc:"What the days of the items are, in Chinese"`
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

// Behind gives the records behind a number, the latest first; what is late, the
// latest last. Errors: those of
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
	out, items := Behind{Number: n, Of: l.named(asked), Dates: n.dates(sel), Items: []Entry{}}, first[Entry]{order: latest}
	if asked.Key == "work.late" || asked.Key == "work.stuck" {
		items.order = longest
	}
	if deep := asked.From > nearPages; asked.Most > 0 && !deep {
		items.most = asked.From + asked.Most
	}
	l.walk(asked.Key, asked.Arg, func(e Entry) {
		if e.Day != "" {
			e.on = ParseDay(e.Day)
		}
		items.add(e)
		out.Value += worth(n.Unit, e)
	})
	out.Total, out.Items = items.seen, append(out.Items, items.page(asked)...)
	for i := range out.Items {
		out.Items[i].Day = out.Items[i].on.String()
	}
	return out, nil
}

// nearPages is up to which record a page is found by keeping the first ones.
const nearPages = 2000

func latest(a, b Entry) int {
	return cmp.Or(cmp.Compare(b.on, a.on), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Code, b.Code))
}

func longest(a, b Entry) int {
	return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(a.Code, b.Code))
}

// named is the name of what an argument narrows a number to.
func (l *lens) named(asked Asked) string {
	switch family, _, _ := strings.Cut(asked.Key, "."); {
	case asked.Arg == "":
		return ""
	case family == "ladder":
		return catalog.Vocab("case_benefit_kind").Label(asked.Arg)
	case family != "work":
		return ""
	}
	name := ""
	l.eachCase(func(c *caseFact) {
		if c.broker.User == asked.Arg {
			name = c.broker.Name
		}
	})
	return name
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

// needEntry is a need with the date that counts: of its arrival, or of the step
// where steps are counted.
func (l *lens) needEntry(n *needFact, s Stage) Entry {
	day := n.reached[Arrived]
	if l.sel.Happened {
		day = n.reached[s]
	}
	return Entry{Kind: "need", Code: n.code, Title: n.title, Note: l.firmName(n), Org: l.knownFirm(n), on: day}
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
			emit(l.firmEntry(n, l.needEntry(n, s).on))
		}
	})
}

// knownFirm is the code of the firm of a need; "" when it is not catalogued.
func (l *lens) knownFirm(n *needFact) string {
	if _, known := l.tree.orgs[n.firm]; known {
		return n.firm
	}
	return ""
}

// firmEntry is a firm by one of its needs; a firm that is not catalogued leads to
// the need.
func (l *lens) firmEntry(n *needFact, day Day) Entry {
	if l.knownFirm(n) != "" {
		return Entry{Kind: "organisation", Code: n.firm, Title: l.firmName(n), on: day}
	}
	return Entry{Kind: "need", Code: n.code, Title: n.firmName, Note: "没有建单位档案；难题：" + n.title, on: day}
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
