package stock

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/collection"
	"hongniang/internal/zh"
)

// maker puts new documents together.
type maker struct {
	pool  *Pool
	plan  Plan
	scale float64
	on    map[int32][]int // people by the entry that gives their subject
}

// meetPeople notes the subject of every person, so that documents on it can name
// him.
func (m *maker) meetPeople() {
	m.on = map[int32][]int{}
	for k := range m.plan.People {
		subject := m.subject(k)
		m.on[subject] = append(m.on[subject], k)
	}
}

// subject is the entry around which a person's profile is made.
func (m *maker) subject(person int) int32 {
	d := drawsFor(m.plan.Seed, "subject", person)
	return int32(d.below(len(m.pool.entries)))
}

func (m *maker) result(i int) collection.Entry {
	d := drawsFor(m.plan.Seed, "result", i)
	t := m.theme(&d, int32(d.below(len(m.pool.entries))))
	e := collection.Entry{Kind: catalog.KindResult, ID: m.freshID(fmt.Sprintf("n%07d", i)), Title: t.title(), Keywords: t.keywords()}
	e.Text = t.text(m.length(&d))
	e.Experts = m.people(&d, t.donors[:2])
	return e
}

func (m *maker) person(k int) collection.Entry {
	d := drawsFor(m.plan.Seed, "person", k)
	t := m.theme(&d, m.subject(k))
	return collection.Entry{Kind: catalog.KindExpert, ID: m.personID(k), Title: fmt.Sprintf("专家%06d", k), Text: t.text(m.length(&d)), Keywords: t.keywords()}
}

func (m *maker) need(k int) collection.Entry {
	q := m.pool.Need(m.plan.Seed, k)
	return collection.Entry{Kind: catalog.KindNeed, ID: m.freshID("need-" + q.ID), Title: q.Title, Text: q.Text}
}

func (m *maker) personID(k int) string { return m.freshID(fmt.Sprintf("p%06d", k)) }

// freshID is an id that no real document has.
func (m *maker) freshID(id string) string {
	for m.pool.ids[id] {
		id = "x" + id
	}
	return id
}

// length is the length in bytes of some real text, brought to the plan's scale.
func (m *maker) length(d *draws) int {
	return int(float64(len(m.pool.entries[d.below(len(m.pool.entries))].Text)) * m.scale)
}

// people are 1 to 3 people on the subjects of a document, where it names any;
// where nobody works on them, anybody.
func (m *maker) people(d *draws, donors []int32) []string {
	if m.plan.People == 0 || d.within() >= named {
		return nil
	}
	var near []int
	for _, donor := range donors {
		near = append(near, m.on[donor]...)
	}
	var out []string
	for range 1 + d.below(3) {
		k := d.below(m.plan.People)
		if len(near) > 0 {
			k = near[d.below(len(near))]
		}
		if id := m.personID(k); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// theme is a real document with others on the same subject.
type theme struct {
	pool   *Pool
	draws  *draws
	donors []int32 // the first gives the subject; more come as they are needed
}

func (m *maker) theme(d *draws, first int32) *theme {
	return &theme{pool: m.pool, draws: d, donors: []int32{first, m.pool.relative(d, first)}}
}

// relative is an entry that shares a bigram of the title with another; the same
// one when no other does.
func (p *Pool) relative(d *draws, of int32) int32 {
	terms := zh.Bigrams(titleOf(p.entries[of]))
	if len(terms) == 0 {
		return of
	}
	kin := p.kin[terms[d.below(len(terms))].Text]
	if len(kin) == 0 {
		return of
	}
	return kin[d.below(len(kin))]
}

// keywords are those of the document that gives the subject.
func (t *theme) keywords() []string { return t.pool.entries[t.donors[0]].Keywords }

// title is the beginning of one title and the end of another, cut between words
// where both have such a place; else the first title.
func (t *theme) title() string {
	first, second := t.pool.entries[t.donors[0]].Title, t.pool.entries[t.donors[1]].Title
	head, tail := phrases(first), phrases(second)
	if len(head) < 2 || len(tail) < 2 {
		return first
	}
	return strings.Join(head[:len(head)/2], "") + strings.Join(tail[len(tail)/2:], "")
}

var titleCuts = strings.NewReplacer("，", "，\x00", "：", "：\x00", "、", "、\x00", "的", "的\x00", "与", "与\x00", "及", "及\x00", "和", "和\x00")

// phrases cuts a title behind 的, 与, 及, 和 and commas.
func phrases(title string) []string {
	return strings.FieldsFunc(titleCuts.Replace(title), func(r rune) bool { return r == '\x00' })
}

// text joins runs of sentences of the donors to about so many bytes. A sentence
// comes once; when the subject has no more of them, any others are taken.
func (t *theme) text(size int) string {
	var b strings.Builder
	t.fill(&b, map[place]bool{}, size)
	return b.String()
}

// fill adds runs of sentences that are not used yet to a text.
func (t *theme) fill(b *strings.Builder, used map[place]bool, size int) {
	full := size <= 0 || len(t.pool.all) == 0
	for turn := 0; !full && turn < patience; turn++ {
		donor := t.donor(turn)
		if turn >= patience/2 {
			donor = t.pool.all[t.draws.below(len(t.pool.all))].entry
		}
		full = t.addRun(b, donor, used, size)
	}
}

// patience is how many turns a text is tried for, in a pool of few sentences.
const patience = 256

// turnsEach is how many turns the documents on a subject have before another one
// comes in: with fewer, the terms of a text would repeat less than they do in
// real text.
const turnsEach = 2

// donor takes turns with the documents on the subject.
func (t *theme) donor(turn int) int32 {
	if turn/turnsEach >= len(t.donors) {
		t.donors = append(t.donors, t.pool.relative(t.draws, t.donors[t.draws.below(len(t.donors))]))
	}
	return t.donors[turn/turnsEach]
}

// addRun adds two to five sentences that follow one another, the first after the
// last, and tells whether the text is as long as it should be. The last is left out when the text ends
// nearer to its size without it.
func (t *theme) addRun(b *strings.Builder, donor int32, used map[place]bool, size int) (full bool) {
	from := t.pool.sentences[donor]
	if len(from) == 0 {
		return false
	}
	start, run := t.draws.below(len(from)), 2+t.draws.below(4)
	for n := range min(run, len(from)) {
		i := (start + n) % len(from)
		if used[place{donor, int32(i)}] {
			continue
		}
		if over := b.Len() + len(from[i]) - size; over > len(from[i])/2 && b.Len() > 0 {
			return true
		}
		used[place{donor, int32(i)}] = true
		b.WriteString(from[i])
	}
	return b.Len() >= size
}

// clause cuts a text at its first comma or full stop, at most n runes.
func clause(text string, n int) string {
	end := strings.IndexFunc(text, func(r rune) bool { return ends(r) || strings.ContainsRune("，,：:", r) })
	if end > 0 {
		text = text[:end]
	}
	return shorten(text, n)
}

func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n])
}
