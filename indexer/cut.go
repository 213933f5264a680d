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
	term int // in explainer.terms
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
	times  []int          // per term of the request
	pairs  map[string]int // the request's bigrams that the document has
	// numbers are the places of the request's numbers and Latin words, also as
	// parts of longer ones; whole are those that stand alone.
	numbers, whole map[string][]span
	found          map[string][]span  // of pieces made of words, once looked for
	lengths        map[string]float64 // by text field
	left           int                // of patience
	company        map[string][]span  // where the words of inCompany stand
}

// readDocument reads a document; cuts are those that were kept of it, none when
// its text is not the one that was indexed.
func (e *explainer) readDocument(doc search.Document, number int, cuts []byte) *reading {
	title := zh.Fold(doc.Title)
	d := &reading{
		text: title + "\n" + title + "\n" + zh.Fold(doc.Text), title: len(title), number: number, times: make([]int, len(e.terms)),
		pairs: map[string]int{}, numbers: map[string][]span{}, found: map[string][]span{}, whole: map[string][]span{}, left: patience, company: map[string][]span{},
	}
	d.lengths = make(map[string]float64, len(textFields))
	for _, field := range textFields {
		d.lengths[field] = e.stock.length(field, number)
	}
	f := zh.FoldText(d.text)
	e.readBigrams(d, f)
	e.readCharacters(d, f)
	if e.scoring.Words > 0 || len(e.company) > 0 {
		for _, t := range e.words(f, cuts) {
			d.add(e.at[fieldWords], t)
			if e.inCompany[t.Text] {
				d.company[t.Text] = append(d.company[t.Text], span{t.Start, t.End})
			}
		}
	}
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

func (e *explainer) readBigrams(d *reading, f zh.Folded) {
	f.EachBigram(func(t zh.Term) {
		d.add(e.at[fieldBigrams], t)
		if e.ask.pairs[t.Text] {
			d.pairs[t.Text]++
		}
		if e.ask.numbers[t.Text] {
			d.numbers[t.Text] = append(d.numbers[t.Text], span{t.Start, t.End})
		}
	})
}

func (e *explainer) readCharacters(d *reading, f zh.Folded) {
	f.EachCharacter(func(t zh.Term) {
		d.add(e.at[fieldCharacters], t)
		if e.ask.numbers[t.Text] && !isAmount(d.text, t) {
			d.whole[t.Text] = append(d.whole[t.Text], span{t.Start, t.End})
		}
	})
}

// words cuts a document into words, as it was cut before if that was kept.
func (e *explainer) words(f zh.Folded, cuts []byte) []zh.Term {
	if len(cuts) == 0 {
		return f.Words(e.index.cutter)
	}
	return f.Words(&player{Cutter: e.index.cutter, cuts: cuts})
}

func (d *reading) add(at map[string]int, t zh.Term) {
	if i, ok := at[t.Text]; ok {
		d.times[i]++
		d.spots = append(d.spots, spot{i, span{t.Start, t.End}})
	}
}

// worth is what a term adds to the document when it stands there n times.
func (e *explainer) worth(d *reading, term, n int) float64 {
	if n == 0 {
		return 0
	}
	t := e.terms[term]
	return t.gain * e.saturate(float64(n), d.lengths[t.field])
}

// shares says what of the score is lost when all pieces are cut out of the
// document, and which part of it falls to each: what a term loses is shared
// among the pieces by how many of its places each takes with it. A term that
// reaches over the edge of a piece is lost with it, a place inside two pieces is
// the longer one's. The length of the document stays what it is.
func (e *explainer) shares(d *reading, pieces []piece) []float64 {
	owners := d.owners(pieces)
	taken := map[[2]int]int{} // term, piece → places
	lost := map[int]int{}     // term → places
	for _, p := range d.spots {
		for _, owner := range owners[p.from:p.to] {
			if owner > 0 {
				taken[[2]int{p.term, int(owner) - 1}]++
				lost[p.term]++
				break
			}
		}
	}
	keys := make([][2]int, 0, len(taken))
	for key := range taken {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) }) // sums depend on their order
	out := make([]float64, len(pieces))
	for _, key := range keys {
		term := key[0]
		loss := e.worth(d, term, d.times[term]) - e.worth(d, term, d.times[term]-lost[term])
		out[key[1]] += loss * float64(taken[key]) / float64(lost[term])
	}
	for _, v := range e.company {
		e.shareRelated(d, v, owners, out)
	}
	return out
}

// owners gives, for each byte of the text, 1 + the piece that it belongs to;
// 0 for none.
func (d *reading) owners(pieces []piece) []int32 {
	out := make([]int32, len(d.text))
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
	if d.left -= len(d.text); d.left <= 0 {
		return nil
	}
	var out []span
	for at := 0; ; {
		i := strings.Index(d.text[at:], p.text)
		if i < 0 {
			d.found[p.text] = out
			return out
		}
		out = append(out, span{at + i, at + i + len(p.text)})
		at += i + len(p.text)
	}
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
	if len(found) == 0 {
		return false
	}
	from, to := hanRun(d.text, found[0])
	edges := map[int]bool{}
	at := from
	for _, word := range cutter.Cut(d.text[from:to]) {
		edges[at] = true
		at += len(word)
	}
	edges[at] = true
	return edges[found[0].from] && edges[found[0].to]
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
