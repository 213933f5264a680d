package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hongniang/internal/collection"
)

const notInCorpus = "语料里没有这个编号。"

// rivals are the documents among the first ten: what they have, and what one
// must score to be among them.
type rivals struct {
	terms []string // those that bring them most, strongest first
	last  float64  // lowest present score among them
	full  bool     // there are ten
}

// aheadOf sums up, over the found documents, what each term brings.
func aheadOf(found []collection.Ranked, why map[string]Why) rivals {
	out := rivals{full: len(found) == depth}
	sum := map[string]float64{}
	for _, r := range found {
		w, known := why[r.ID]
		if known && (out.last == 0 || w.Score < out.last) {
			out.last = w.Score
		}
		for _, t := range w.Terms {
			sum[t.Text] += t.Share
		}
		for _, v := range w.Voices {
			for _, t := range v.Terms {
				sum[t.Text] += t.Share
			}
		}
	}
	out.terms = slices.SortedFunc(maps.Keys(sum), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b))
	})
	return out
}

// whyMissed says in Chinese why a relevant document is not among the first ten.
func whyMissed(w Why, known bool, ahead rivals) string {
	switch {
	case !known:
		return notInCorpus
	case !w.shares():
		return "与这条查询没有一个共同的字。" + lacking(w, ahead)
	}
	said := scraps(w) + lacking(w, ahead)
	if said == "" && len(ahead.terms) > 0 {
		said = "前面各项写到的主要用语它都有。"
	}
	switch {
	case !ahead.full:
		return said + "前 10 名没有排满：它没有进结果文件，或得分太低。"
	case w.Score < ahead.last:
		return said + fmt.Sprintf("按现在的排序它得 %s，前面各项至少 %s。", figure(w.Score), figure(ahead.last))
	default:
		return said + fmt.Sprintf("按现在的排序它得 %s，并不低于前面各项（最低 %s）：结果可能出自别的排序，或排序还看了词以外的东西（如整句、同义词）。", figure(w.Score), figure(ahead.last))
	}
}

// scraps names what made the score when no word did.
func scraps(w Why) string {
	if len(w.Scraps) == 0 {
		return ""
	}
	return "没有共同的词，得分来自零散的字：“" + strings.Join(w.Scraps, "”“") + "”。"
}

// lacking names what those ahead have of the query and the document has not.
func lacking(w Why, ahead rivals) string {
	var lacks []string
	for _, t := range ahead.terms {
		within := func(other string) bool { return strings.Contains(t, other) || strings.Contains(other, t) }
		if len(lacks) < shownLacks && !w.has(t) && !slices.ContainsFunc(lacks, within) {
			lacks = append(lacks, t)
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return "它没有写到“" + strings.Join(lacks, "”“") + "”，前面的有。"
}

// figure shows a score: strengths are below 1, raw scores may be hundreds.
func figure(score float64) string {
	if score < 10 {
		return fmt.Sprintf("%.3f", score)
	}
	return fmt.Sprintf("%.1f", score)
}

// notes say what of the files does not fit together.
func (b *builder) notes() []string {
	var out []string
	add := func(n int, format string, args ...any) {
		if n > 0 {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	for _, s := range b.sides {
		if len(s.Run) == 0 {
			out = append(out, fmt.Sprintf("“%s”是空的：每个查询都按 0 分计。", s.Name))
		}
		n := b.strangers(s.Run)
		add(n, "“%s”里有 %d 个查询不在查询文件里，未计。", s.Name, n)
	}
	add(b.unanswered(), "有 %d 个要计的查询在结果里一条也没有，按 0 分计。", b.unanswered())
	add(b.seen.unknownFound, "前 10 名里有 %d 条的编号不在语料里。", b.seen.unknownFound)
	add(b.seen.unknownMissed, "该找到而没找到的，有 %d 条的编号不在语料里。", b.seen.unknownMissed)
	add(b.seen.unjudged, "前 10 名共 %d 条，其中 %d 条没有评判过，按不相关计。", b.seen.answered, b.seen.unjudged)
	if b.in.Measuring.Condensed {
		add(b.seen.absent, "有 %d 条相关文档不在结果文件里。去掉未评判的文档来衡量时，结果要排得深：请把 eval rank 的 --top 设为 1000 以上。", b.seen.absent)
	}
	return out
}

// unanswered counts the queries that count and that the run does not have.
func (b *builder) unanswered() int {
	n := 0
	for id := range b.scores[0] {
		if len(b.in.Run.Run[id]) == 0 {
			n++
		}
	}
	return n
}
