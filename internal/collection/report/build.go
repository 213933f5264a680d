package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"hongniang/internal/collection"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
)

// builder gathers a report and what is to be noted of its files.
type builder struct {
	in     Input
	sides  []Side // the run, and the other if there is one
	scores []map[string]collection.Scores
	done   map[string]bool
	seen   struct {
		answered, unjudged int // among the first ten of the run
		unknownFound       int // that the corpus does not have
		unknownMissed      int
		absent             int // relevant documents that the run does not have
	}
}

func newBuilder(in Input) *builder {
	b := &builder{in: in, sides: []Side{in.Run}, done: map[string]bool{}}
	if in.Against != nil {
		b.sides = append(b.sides, *in.Against)
	}
	ids := make([]string, len(in.Queries))
	for i, q := range in.Queries {
		ids[i] = q.ID
	}
	for _, s := range b.sides {
		b.scores = append(b.scores, in.Measuring.Score(s.Run, in.Judged, ids))
	}
	return b
}

// checkIDs refuses a run that has answers, but to none of the queries.
func (b *builder) checkIDs(s Side) error {
	if len(s.Run) == 0 || b.strangers(s.Run) < len(s.Run) {
		return nil
	}
	return errs.New(errs.Invalid, "eval.run_foreign", fmt.Sprintf("“%s”里没有一个查询编号与查询文件对得上，请检查是不是别的数据集的结果。", s.Name))
}

// strangers counts the queries of a run that are not in the collection.
func (b *builder) strangers(run collection.Run) int {
	known := map[string]bool{}
	for _, q := range b.in.Queries {
		known[q.ID] = true
	}
	n := 0
	for id := range run {
		if !known[id] {
			n++
		}
	}
	return n
}

func (b *builder) head() Report {
	out := Report{Kind: kinds[b.in.Kind], Measuring: b.in.Measuring, MinGrade: max(1, b.in.Measuring.MinGrade), Queries: len(b.scores[0])}
	for i, s := range b.sides {
		out.Runs = append(out.Runs, Measured{Name: s.Name, Scores: collection.Mean(b.scores[i])})
	}
	if len(b.sides) == 2 {
		out.Difference, out.P = collection.Compare(collection.NDCG(b.scores[1]), collection.NDCG(b.scores[0]))
	}
	ids := map[string]bool{}
	for _, q := range b.in.Queries {
		ids[q.ID] = true
	}
	out.Uncounted = len(ids) - out.Queries
	return out
}

// need explains one query.
func (b *builder) need(ctx context.Context, q collection.Query) (Need, error) {
	p := b.placesOf(q)
	missed, more := p.missed(b.in.Measuring)
	found := p.orders[0][:min(depth, len(p.orders[0]))]
	ids := slices.Clone(missed)
	for _, r := range found {
		ids = append(ids, r.ID)
	}
	why, err := b.in.Explain(ctx, q, ids)
	if err != nil {
		return Need{}, err
	}
	n := Need{ID: q.ID, Title: zh.CleanLine(q.Title), Excerpt: excerpt(q.Text), MoreMissed: more}
	for _, scores := range b.scores {
		n.NDCG = append(n.NDCG, scores[q.ID].NDCG)
	}
	for _, r := range found {
		n.Found = append(n.Found, b.found(p, r.ID, why))
	}
	ahead := aheadOf(found, why)
	for _, id := range missed {
		n.Missed = append(n.Missed, b.missed(p, id, why, ahead))
	}
	return n, nil
}

// places are the ranks of one query's documents in the runs.
type places struct {
	judged map[string]int
	orders [][]collection.Ranked
	ranks  []map[string]int // from 1
}

func (b *builder) placesOf(q collection.Query) places {
	p := places{judged: b.in.Judged[q.ID]}
	for _, s := range b.sides {
		order, ranks := b.in.Measuring.Order(s.Run[q.ID], p.judged), map[string]int{}
		for i, r := range order {
			ranks[r.ID] = i + 1
		}
		p.orders, p.ranks = append(p.orders, order), append(p.ranks, ranks)
	}
	return p
}

// missed lists the relevant documents that are not among the first ten of the
// run, the best graded and best placed first, and counts those left out.
func (p places) missed(m collection.Measuring) (ids []string, more int) {
	for id, grade := range p.judged {
		if rank := p.ranks[0][id]; m.Relevant(grade) && (rank == 0 || rank > depth) {
			ids = append(ids, id)
		}
	}
	last := func(id string) int {
		if rank := p.ranks[0][id]; rank > 0 {
			return rank
		}
		return len(p.orders[0]) + 1
	}
	slices.SortFunc(ids, func(x, y string) int {
		return cmp.Or(cmp.Compare(p.judged[y], p.judged[x]), cmp.Compare(last(x), last(y)), cmp.Compare(x, y))
	})
	shown := min(shownMissed, len(ids))
	return ids[:shown], len(ids) - shown
}

// row is what found and missed documents share.
func (b *builder) row(p places, id string, why map[string]Why) Row {
	r := Row{ID: id, Grade: "未评", Title: zh.CleanLine(why[id].Title), Why: strongest(why[id].Terms)}
	for _, v := range why[id].Voices {
		r.Voices = append(r.Voices, Voice{Title: zh.CleanLine(v.Title), Share: v.Share, Terms: strongest(v.Terms)})
	}
	if grade, judged := p.judged[id]; judged {
		r.Grade, r.Relevant = strconv.Itoa(grade)+" 级", b.in.Measuring.Relevant(grade)
	}
	for _, ranks := range p.ranks {
		r.Ranks = append(r.Ranks, ranks[id])
	}
	return r
}

func (b *builder) found(p places, id string, why map[string]Why) Row {
	r := b.row(p, id, why)
	w, known := why[id]
	b.seen.answered++
	if _, judged := p.judged[id]; !judged {
		b.seen.unjudged++
	}
	switch {
	case !known:
		b.seen.unknownFound++
		r.Says = notInCorpus
	case !w.shares():
		r.Says = "按现在的排序，与这条查询没有一个共同的字：结果可能出自别的排序。"
	default:
		r.Says = scraps(w)
	}
	return r
}

func (b *builder) missed(p places, id string, why map[string]Why, ahead rivals) Row {
	r := b.row(p, id, why)
	w, known := why[id]
	if !known {
		b.seen.unknownMissed++
	}
	if r.Ranks[0] == 0 {
		b.seen.absent++
	}
	r.Says = whyMissed(w, known, ahead)
	return r
}

func strongest(terms []Term) []Term { return terms[:min(shownTerms, len(terms))] }

// excerpt is the beginning of a text on one line.
func excerpt(text string) string {
	r := []rune(zh.CleanLine(text))
	if len(r) <= excerptSize {
		return string(r)
	}
	return string(r[:excerptSize-1]) + "…"
}

func anchor(n int) string { return "n" + strconv.Itoa(n) }
