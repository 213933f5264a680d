package view

import (
	"net/url"
	"slices"
	"strconv"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// DeskTop is how many candidates a list of the matching desk has.
const DeskTop = 20

// DeskQuery is what the address of a matching desk says.
type DeskQuery struct {
	Kinds    []catalog.Kind // none: all four
	Floor    matcher.Band   // "": Low
	Clean    bool           // nobody with a warning
	Compared []string       // kind/code
}

// candidateKinds are what a need may be matched with.
var candidateKinds = []catalog.Kind{catalog.KindExpert, catalog.KindStudio, catalog.KindResult, catalog.KindPatent}

// ParseDesk reads the address; what it does not know is left out.
func ParseDesk(v url.Values) DeskQuery {
	q := DeskQuery{Clean: v.Get("clean") == "yes", Compared: ParseCompared(v)}
	for _, kind := range candidateKinds {
		if slices.Contains(v["kind"], string(kind)) {
			q.Kinds = append(q.Kinds, kind)
		}
	}
	if b := matcher.Band(v.Get("floor")); bandLevels[b] > 0 {
		q.Floor = b
	}
	return q
}

// Desk is the page on which a broker matches one need.
type Desk struct {
	Need       Record
	URL        string
	Edit       string
	Candidates []Candidate
	Nearest    []Candidate // where nobody fits
	Left       int         // candidates that the filters leave out
	Summary    string
	Failed     string
	Notes      []string
	Kinds      []FormOption
	Floors     []FormOption
	Clean      bool
	Comparison *Comparison
	Cases      []IntroductionLine
}

// ID is the id by which a candidate is chosen to be compared.
func (c Candidate) ID() string { return string(c.Kind) + "/" + c.Code }

// BuildDesk makes the page; need has its introductions and its answer, with the
// addresses at which candidates are introduced.
func BuildDesk(q DeskQuery, need Record) Desk {
	v := Desk{Need: need, URL: DeskURL(need.Code), Edit: EditNeedURL(need.Code), Clean: q.Clean, Cases: need.Introductions}
	for _, kind := range candidateKinds {
		v.Kinds = append(v.Kinds, FormOption{Value: string(kind), Label: KindLabel(kind), Chosen: len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind)})
	}
	for _, b := range []matcher.Band{matcher.Low, matcher.Medium, matcher.High, matcher.VeryHigh} {
		v.Floors = append(v.Floors, FormOption{Value: string(b), Label: b.Label() + "以上", Chosen: b == q.Floor})
	}
	if need.Answer == nil {
		return v
	}
	v.Failed, v.Notes, v.Summary = need.Answer.Failed, need.Answer.Notes, need.Answer.Summary
	var compared []Candidate
	all := slices.Concat(need.Answer.People.Items, need.Answer.Documents.Items)
	slices.SortStableFunc(all, func(x, y Candidate) int { return y.Score - x.Score })
	for _, c := range all {
		c.Pick = c.ID()
		if c.Picked = slices.Contains(q.Compared, c.Pick); c.Picked {
			compared = append(compared, c)
		}
		if q.keeps(c) {
			v.Candidates = append(v.Candidates, c)
		} else {
			v.Left++
		}
	}
	if len(all) == 0 {
		v.Nearest = slices.Concat(need.Answer.People.Nearest, need.Answer.Documents.Nearest)
	}
	if len(compared) > 1 {
		table := CompareCandidates(compared)
		v.Comparison = &table
	}
	return v
}

func (q DeskQuery) keeps(c Candidate) bool {
	return (len(q.Kinds) == 0 || slices.Contains(q.Kinds, c.Kind)) && c.Level >= bandLevels[q.Floor] && !(q.Clean && len(c.Warnings) > 0)
}

// Heading says how many are shown.
func (d Desk) Heading() string {
	text := "候选 " + strconv.Itoa(len(d.Candidates))
	if d.Left > 0 {
		text += "，另有 " + strconv.Itoa(d.Left) + " 个不合筛选条件"
	}
	return text
}
