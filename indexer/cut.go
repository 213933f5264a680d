package indexer

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// span is a range of bytes of a document's folded text.
type span struct{ from, to int }

// spot is where a term of the request stands in a document.
type spot struct {
	term int // in lookout.terms
	span
}

// reading is a document as the scorer sees it: the title twice, then the text,
// all folded.
type reading struct {
	text   string
	title  int // bytes of one title
	number int
	score  float64
	spots  []spot
	times  []int // per term of the request
	pairs  pairs // where the request's bigrams stand
	// numbers are the places of the request's numbers and Latin words, also as
	// parts of longer ones; whole are those that stand alone.
	numbers, whole map[string][]span
	found          map[string][]span // of pieces made of words, once looked for
	lengths        []float64         // by field in textFields
	left           int               // of patience
	company        map[string][]span // where the words of inCompany stand
	cuts           []byte            // see recorder; none when they were not kept
}

// readDocument reads a document; cuts are those that were kept of it, none when
// its text is not the one that was indexed.
func (e *explainer) readDocument(doc search.Document, number int, cuts []byte) *reading {
	e.folded.Refold(doc.Title + "\n" + doc.Title + "\n" + doc.Text)
	e.folded.Only(&e.asks)
	f := e.folded.InFolded()
	d := &reading{
		text: f.Text(), title: f.Start(utf8.RuneCountInString(doc.Title)), number: number, times: zeros(&e.times, len(e.terms)), spots: e.spots[:0],
		pairs: e.emptyPairs(), numbers: map[string][]span{}, found: map[string][]span{}, whole: map[string][]span{}, left: patience, company: map[string][]span{}, cuts: cuts,
	}
	for _, field := range textFields {
		d.lengths = append(d.lengths, e.stock.length(field, number))
	}
	e.readBigrams(d, &f)
	e.readCharacters(d, &f)
	if e.scoring.Words > 0 || len(e.company) > 0 {
		e.readWords(d, &f)
	}
	e.spots = d.spots
	for i, n := range d.times {
		if n > 0 {
			d.score += e.worth(d, i, n)
		}
	}
	for _, v := range e.company {
		d.score += e.related(d, v, func(span) bool { return false })
	}
	return d
}

func (e *explainer) readBigrams(d *reading, f *zh.Folded) {
	looked := e.looked[keptField(fieldBigrams)]
	f.EachBigram(func(t zh.Term) {
		l := looked[t.Text]
		d.add(l, t)
		if l.pair > 0 {
			d.pairs.at[l.pair-1] = append(d.pairs.at[l.pair-1], t.Start)
		}
		if l.number {
			d.numbers[t.Text] = append(d.numbers[t.Text], span{t.Start, t.End})
		}
	})
}

func (e *explainer) readCharacters(d *reading, f *zh.Folded) {
	looked := e.looked[keptField(fieldCharacters)]
	f.EachCharacter(func(t zh.Term) {
		l := looked[t.Text]
		d.add(l, t)
		if l.number && !isAmount(d.text, t) {
			d.whole[t.Text] = append(d.whole[t.Text], span{t.Start, t.End})
		}
	})
}

// readWords cuts a document into words, as it was cut before if that was kept.
func (e *explainer) readWords(d *reading, f *zh.Folded) {
	looked := e.looked[keptField(fieldWords)]
	var cutter zh.Cutter = e.index.cutter
	if len(d.cuts) > 0 {
		cutter = &player{Cutter: cutter, cuts: d.cuts}
	}
	f.EachWord(cutter, func(t zh.Term) {
		l := looked[t.Text]
		d.add(l, t)
		if l.company {
			d.company[t.Text] = append(d.company[t.Text], span{t.Start, t.End})
		}
	})
}

func (d *reading) add(l looked, t zh.Term) {
	if l.term > 0 {
		d.times[l.term-1]++
		d.spots = append(d.spots, spot{l.term - 1, span{t.Start, t.End}})
	}
}

// worth is what a term adds to the document when it stands there n times.
func (e *explainer) worth(d *reading, term, n int) float64 {
	if n == 0 {
		return 0
	}
	t := e.terms[term]
	return t.gain * e.saturate(float64(n), d.lengths[e.texts[term]])
}

// shares says what of the score is lost when all pieces are cut out of the
// document, and which part of it falls to each: what a term loses is shared
// among the pieces by how many of its places each takes with it. A term that
// reaches over the edge of a piece is lost with it, a place inside two pieces is
// the longer one's. The length of the document stays what it is.
func (e *explainer) shares(d *reading, pieces []piece) []float64 {
	owners := d.owners(pieces, zeros(&e.owners, len(d.text)))
	lost := zeros(&e.lost, len(e.terms)) // places
	taken := e.taken[:0]                 // term, piece: one for each place
	for _, p := range d.spots {
		for _, owner := range owners[p.from:p.to] {
			if owner > 0 {
				taken = append(taken, [2]int{p.term, int(owner) - 1})
				lost[p.term]++
				break
			}
		}
	}
	e.taken = taken
	slices.SortFunc(taken, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) }) // sums depend on their order
	out := make([]float64, len(pieces))
	for i := 0; i < len(taken); {
		term, from := taken[i][0], i
		for i < len(taken) && taken[i] == taken[from] {
			i++
		}
		loss := e.worth(d, term, d.times[term]) - e.worth(d, term, d.times[term]-lost[term])
		out[taken[from][1]] += loss * float64(i-from) / float64(lost[term])
	}
	for _, v := range e.company {
		e.shareRelated(d, v, owners, out)
	}
	return out
}

// zeros gives n zeros, the same memory each time.
func zeros[T int | int32](room *[]T, n int) []T {
	if cap(*room) < n {
		*room = make([]T, 2*n)
	}
	out := (*room)[:n]
	clear(out)
	return out
}

// owners notes in out, for each byte of the text, 1 + the piece that it belongs to;
// 0 for none.
func (d *reading) owners(pieces []piece, out []int32) []int32 {
	order := make([]int, len(pieces))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(pieces[b].text) - len(pieces[a].text) })
	for _, i := range order {
		for _, at := range d.find(pieces[i]) {
			for b := at.from; b < at.to; b++ {
				if out[b] == 0 {
					out[b] = int32(i + 1)
				}
			}
		}
	}
	return out
}

// find gives the places of a piece.
func (d *reading) find(p piece) []span {
	switch {
	case p.alone:
		return d.whole[p.text]
	case p.words == nil:
		return d.numbers[p.text]
	}
	if known, ok := d.found[p.text]; ok {
		return known
	}
	var out []span
	for _, at := range d.pairs.of(firstPair(p.text)) {
		if len(out) > 0 && at < out[len(out)-1].to {
			continue
		}
		if d.left -= len(p.text); d.left <= 0 {
			return nil
		}
		if strings.HasPrefix(d.text[at:], p.text) {
			out = append(out, span{at, at + len(p.text)})
		}
	}
	d.found[p.text] = out
	return out
}

// standsIn tells whether a piece stands in the title, and in the text below it.
func (d *reading) standsIn(p piece) (title, body bool) {
	for _, at := range d.find(p) {
		title = title || at.to <= d.title
		body = body || at.from > 2*d.title+1
	}
	return title, body
}

// framed tells whether a piece begins and ends with words of the document where
// it stands first.
func (d *reading) framed(p piece, cutter zh.Cutter) bool {
	found := d.find(p)
	return len(found) > 0 && d.framedAt(p, found[0], cutter)
}

// mostLooked is at how many of its places a piece is looked at.
const mostLooked = 6

// entire tells whether a piece is made of whole words of the document at one of its
// places: 车工 in 数控车工 as it is cut, not in 挡车工. What is no Chinese always is.
func (d *reading) entire(p piece, cutter zh.Cutter) bool {
	if p.words == nil {
		return true
	}
	found := d.find(p)
	return slices.ContainsFunc(found[:min(len(found), mostLooked)], func(at span) bool { return d.framedAt(p, at, cutter) })
}

func (d *reading) framedAt(p piece, place span, cutter zh.Cutter) bool {
	if len(d.cuts) > 0 {
		first := han(d.text[:place.from])
		next, _ := utf8.DecodeRuneInString(d.text[place.to:])
		return begins(d.cuts, first) && (!unicode.Is(unicode.Han, next) || begins(d.cuts, first+han(p.text)))
	}
	from, to := hanRun(d.text, place)
	edges := map[int]bool{}
	at := from
	for _, word := range cutter.Cut(d.text[from:to]) {
		edges[at] = true
		at += len(word)
	}
	edges[at] = true
	return edges[place.from] && edges[place.to]
}

// han counts the Chinese characters of a text.
func han(text string) int {
	n := 0
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// hanRun widens a span of Chinese text to the run that it stands in.
func hanRun(text string, s span) (from, to int) {
	from, to = s.from, s.to
	for from > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if !unicode.Is(unicode.Han, r) {
			break
		}
		from -= size
	}
	for to < len(text) {
		r, size := utf8.DecodeRuneInString(text[to:])
		if !unicode.Is(unicode.Han, r) {
			break
		}
		to += size
	}
	return from, to
}
