package figures

import (
	"slices"
	"sync"
	"time"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// Book holds what numbers need of every record and introduction. It is safe for concurrent use: pages read while changes come in.
type Book struct {
	mu      sync.RWMutex
	tree    tree
	needs   table[needFact]
	results table[resultFact]
	people  table[personFact]
	studios table[studioFact]
	cases   table[caseFact]
	of      map[string][]string // codes of the cases of each need
	words   map[string]string   // each short text once
	tied    map[ties]*ties
	classes map[class]*class
	firmIDs map[string]int32 // of firmKey
	asked   map[string]int   // invitations of each person, as himself or behind a target
	patents table[patentFact]
	now     func() time.Time
	ready   bool
	seen    feedPlace
	version int64 // raised with every change

	overviews overviews
}

// New gives an empty book with a clock; Load fills it.
func New(now func() time.Time) *Book { return &Book{now: now} }

// Today is the day on which the book is asked.
func (b *Book) Today() Day { return DayOf(b.now()) }

// Ready tells whether the book has read everything once.
func (b *Book) Ready() bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.ready
}

// Put takes in a record as it is now, a removed one too.
func (b *Book) Put(rec catalog.Record) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.put(rec)
}

func (b *Book) put(rec catalog.Record) {
	b.version++
	code := rec.Base().Code
	switch r := rec.(type) {
	case *catalog.Need:
		f := needOf(r)
		f.ties = b.tie(f.ties)
		f.firm, f.firmName, f.industry, f.sort, f.status = b.word(f.firm), b.word(f.firmName), b.word(f.industry), b.word(f.sort), b.word(f.status)
		f.firmID = b.firmNumber(f.firmKey())
		b.needs.put(code, f)
		b.reach(code)
	case *catalog.Result:
		f := resultOf(r)
		f.ties = b.tie(f.ties)
		f.class = once(&b.classes, f.class)
		f.orgs, f.ended, f.suspicions = b.word(f.orgs), b.word(f.ended), b.word(f.suspicions)
		b.results.put(code, f)
	case *catalog.Expert:
		f := personOf(r)
		f.ties = b.tie(f.ties)
		f.employer, f.skill, f.industry = b.word(f.employer), b.word(f.skill), b.word(f.industry)
		b.people.put(code, f)
	case *catalog.Studio:
		f := studioOf(r)
		f.ties = b.tie(f.ties)
		b.studios.put(code, f)
	case *catalog.Organisation:
		f := orgOf(r)
		f.ties = b.tie(f.ties)
		if b.tree.orgs == nil {
			b.tree.orgs = map[string]*orgFact{}
		}
		b.tree.orgs[code] = &f
	case *catalog.Patent:
		f := patentFact{code: r.Code, title: r.Title, ties: tiesOf(&r.Meta, ""), industry: r.IndustryCode, created: DayOf(r.CreatedAt), counted: countedRecord(&r.Meta)}
		f.ties = b.tie(f.ties)
		b.patents.put(code, f)
	}
}

// PutCase takes in an introduction as it is now.
func (b *Book) PutCase(in *brokering.Introduction) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.putCase(in)
}

func (b *Book) putCase(in *brokering.Introduction) {
	b.version++
	before := b.needsOf(in.Code)
	if old := b.cases.find(in.Code); old != nil {
		b.countAsked(old, -1)
	}
	c := caseOf(in)
	b.countAsked(&c, 1)
	c.union, c.helping, c.region = b.word(c.union), b.word(c.helping), b.word(c.region)
	b.cases.put(in.Code, c)
	if b.of == nil {
		b.of = map[string][]string{}
	}
	for _, need := range before {
		b.of[need] = slices.DeleteFunc(b.of[need], func(code string) bool { return code == in.Code })
	}
	after := b.needsOf(in.Code)
	for _, need := range after {
		b.of[need] = append(b.of[need], in.Code)
	}
	for _, need := range append(before, after...) {
		b.reach(need)
	}
}

// firmNumber numbers firms from 0.
func (b *Book) firmNumber(key string) int32 {
	id, ok := b.firmIDs[key]
	if !ok {
		if b.firmIDs == nil {
			b.firmIDs = map[string]int32{}
		}
		id = int32(len(b.firmIDs))
		b.firmIDs[key] = id
	}
	return id
}

// countAsked counts the invitations of a case, once for each target.
func (b *Book) countAsked(c *caseFact, by int) {
	if b.asked == nil {
		b.asked = map[string]int{}
	}
	for _, t := range c.targets {
		if t.invited == 0 {
			continue
		}
		if t.kind == "expert" {
			b.asked[t.code] += by
		}
		if t.person != "" && (t.kind != "expert" || t.person != t.code) {
			b.asked[t.person] += by
		}
	}
}

// needsOf lists the needs of a case that is kept, each once.
func (b *Book) needsOf(code string) []string {
	c := b.cases.find(code)
	if c == nil {
		return nil
	}
	var out []string
	for _, n := range c.needs {
		if !slices.Contains(out, n.code) {
			out = append(out, n.code)
		}
	}
	return out
}

// reach reckons anew how far a need came.
func (b *Book) reach(need string) {
	f := b.needs.find(need)
	if f == nil {
		return
	}
	r := Reached{Arrived: f.reached[Arrived]}
	for _, code := range b.of[need] {
		if c := b.cases.find(code); c != nil {
			for _, n := range c.needs {
				if n.code == need {
					r.join(n.reached)
				}
			}
		}
	}
	f.reached = r
}

// word gives the one copy of a short text.
func (b *Book) word(s string) string {
	if s == "" {
		return ""
	}
	if have, ok := b.words[s]; ok {
		return have
	}
	if b.words == nil {
		b.words = map[string]string{}
	}
	b.words[s] = s
	return s
}

// tie gives the one copy of ties.
func (b *Book) tie(t *ties) *ties {
	if have, ok := b.tied[*t]; ok {
		return have
	}
	t.union, t.orgs[0], t.orgs[1], t.region = b.word(t.union), b.word(t.orgs[0]), b.word(t.orgs[1]), b.word(t.region)
	return once(&b.tied, t)
}

// once gives the one copy of a value: rows that share it are smaller, and collections
// have less to look at.
func once[T comparable](kept *map[T]*T, v *T) *T {
	if have, ok := (*kept)[*v]; ok {
		return have
	}
	if *kept == nil {
		*kept = map[T]*T{}
	}
	(*kept)[*v] = v
	return v
}

// dropCase forgets an introduction that is gone.
func (b *Book) dropCase(code string) {
	b.version++
	needs := b.needsOf(code)
	if old := b.cases.find(code); old != nil {
		b.countAsked(old, -1)
	}
	b.cases.drop(code)
	for _, need := range needs {
		b.of[need] = slices.DeleteFunc(b.of[need], func(c string) bool { return c == code })
		b.reach(need)
	}
}
