package matcher

import (
	"context"
	"slices"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/internal/search"
	"hongniang/internal/zh"
)

// proof is evidence with where each of its terms stands.
type proof struct {
	Evidence
	places [][]string // per term, the most convincing first
}

// evidence names the terms that a document answers, what each brings and where
// they stand.
func evidence(doc search.Document, why search.Explanation) proof {
	out := proof{Evidence: Evidence{Kind: doc.Kind, Code: doc.Code, Title: doc.Title, Terms: []string{}, Parts: []float64{}}}
	places := []string{}
	lines := linesOf(doc)
	for _, t := range why.Terms {
		where := placesOf(doc, lines, t)
		out.Terms = append(out.Terms, t.Term)
		out.Parts = append(out.Parts, part(t.Score, why.Score))
		out.places = append(out.places, where)
		places = append(places, where...)
	}
	out.Place = strings.Join(distinct(places), "、")
	return out
}

// linesOf gives the text of a document folded, in lines.
func linesOf(doc search.Document) []string { return strings.Split(zh.Fold(doc.Text), "\n") }

// placesOf says in words where a term stands: for a result or patent the title
// and one place of the text, given folded in lines, for a person one place of the
// profile.
func placesOf(doc search.Document, lines []string, t search.TermScore) []string {
	person := isProfile(doc.Kind)
	var out []string
	if t.Title {
		out = append(out, map[bool]string{true: "名称", false: "标题"}[person])
	}
	if t.Body || !t.Title {
		out = append(out, lineOf(doc, lines, t.Term))
	}
	if person {
		return out[len(out)-1:]
	}
	return out
}

// bestPlace convinces more than any other: what a craftsman is known for.
const bestPlace = "绝技绝活"

// lineOf names the line of the text where a term stands: the craftsman's skills
// if it stands there too, else the first.
func lineOf(doc search.Document, lines []string, term string) string {
	first := ""
	for i, line := range lines {
		if i >= len(doc.Places) {
			break
		}
		if first != "" && doc.Places[i] != bestPlace || !strings.Contains(line, term) {
			continue
		}
		if first = doc.Places[i]; first == bestPlace {
			break
		}
	}
	switch {
	case first != "":
		return first
	case isProfile(doc.Kind):
		return "简介"
	}
	return "正文"
}

// mainPart is the part of a candidate's strength from which terms are called
// the main reason.
const mainPart = 0.5

// main is how many of the first terms together are the main reason; 0 when all
// of them are not.
func (p proof) main() int {
	sum := 0.0
	for i, part := range p.Parts {
		if sum += part * p.Share; sum >= mainPart {
			return i + 1
		}
	}
	return 0
}

// sentence says what the document answers. Whose it is stands before it.
func (p proof) sentence(whose string) string {
	main := p.main()
	switch {
	case main == 0 && len(p.Terms) == 1:
		return whose + strings.Join(p.places[0], "和") + "只对上" + quoted(p.Terms) + "一个词。"
	case main == 0:
		return whose + p.said(0, len(p.Terms), "写到") + "。"
	case main == len(p.Terms):
		return whose + p.said(0, main, "写到") + "，这是对上的主要原因。"
	}
	return whose + p.said(0, main, "写到") + "，这是对上的主要原因；" + p.said(main, len(p.Terms), "还提到") + "。"
}

// said joins the terms [from, to) by where they stand: 标题和摘要都写到“漆雾”，原理写到“水帘”.
func (p proof) said(from, to int, verb string) string {
	var wheres []string
	terms := map[string][]string{}
	for i := from; i < to; i++ {
		where := p.places[i][0]
		if len(p.places[i]) > 1 {
			where += "和正文都"
		}
		if !slices.Contains(wheres, where) {
			wheres = append(wheres, where)
		}
		terms[where] = append(terms[where], p.Terms[i])
	}
	var out []string
	for _, where := range wheres {
		out = append(out, where+verb+quoted(terms[where]))
	}
	return strings.Join(out, "，")
}

func quoted(terms []string) string { return "“" + strings.Join(terms, "”“") + "”" }

// reasons puts proofs into sentences that can be said on the phone: what a
// person's own profile says, then the documents. bare is what to say of a person
// for whom no document speaks.
func reasons(doc search.Document, proofs []proof, bare string) []string {
	out := []string{}
	for _, p := range proofs {
		out = append(out, p.sentence(whose(doc, p)))
	}
	if isProfile(doc.Kind) && !slices.ContainsFunc(proofs, func(p proof) bool { return !isProfile(p.Kind) }) {
		out = append(out, bare)
	}
	if len(doc.HonourNames) > 0 {
		out = append(out, "荣誉："+strings.Join(doc.HonourNames[:min(3, len(doc.HonourNames))], "、")+"。")
	}
	return out
}

// whose says whose text a proof is.
func whose(doc search.Document, p proof) string {
	own := p.Kind == doc.Kind && p.Code == doc.Code
	switch {
	case own && doc.Kind == catalog.KindExpert:
		return "本人"
	case own && doc.Kind == catalog.KindStudio:
		return "工作室"
	case own:
		return ""
	}
	tie := "参与的"
	if doc.Kind == catalog.KindStudio {
		tie = "工作室的"
	}
	return tie + catalog.Vocab("kind").Label(string(p.Kind)) + "《" + p.Title + "》"
}

// bare says of people, by id, why no document speaks for them: the index is
// asked which of the experts any document backs.
func (m *Matcher) bare(ctx context.Context, list []found) (map[string]string, error) {
	out := map[string]string{}
	var ids []string
	for _, f := range list {
		switch {
		case len(f.voices) > 0 || !isProfile(f.kind):
		case f.kind == catalog.KindStudio:
			out[f.id] = "没有对上的成果，凭工作室简介。"
		default:
			ids = append(ids, f.id)
			out[f.id] = "没有登记成果，凭本人简介。"
		}
	}
	backed, err := m.Engine.Backed(ctx, ids)
	for id := range backed {
		out[id] = "登记的成果没有对上，凭本人简介。"
	}
	return out, err
}
