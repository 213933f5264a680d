package view

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"hongniang/internal/catalog"
	"hongniang/matcher"
)

// DeskTop is how many candidates a list of the matching desk has.
const DeskTop = 20

// DeskURL is where a broker matches a need.
func DeskURL(code string) string { return RecordURL(catalog.KindNeed, code) + "/desk" }

// DeskQuery is what the address of a matching desk says.
type DeskQuery struct {
	Kinds    []catalog.Kind // none: all four
	Floor    matcher.Band   // "": Low
	Clean    bool           // nobody with a warning
	Compared []string       // kind/code
	Asked    bool           // a comparison was asked for
	Filter   bool           // who is ticked stays ticked, and is not put side by side
}

// Back is what a form on the desk sends along, so that one comes back to the same
// filters and the same candidates ticked.
func (q DeskQuery) Back() string { return deskBack + "?" + q.values().Encode() }

const deskBack = "desk"

func (q DeskQuery) values() url.Values {
	v := url.Values{}
	for _, kind := range q.Kinds {
		v.Add("kind", string(kind))
	}
	if q.Floor != "" {
		v.Set("floor", string(q.Floor))
	}
	if q.Clean {
		v.Set("clean", "yes")
	}
	for _, id := range q.Compared {
		v.Add("id", id)
	}
	if q.Filter {
		v.Set("do", "filter")
	}
	return v
}

// ReadDeskBack reads what a form on the desk sent along; false when it was on
// another page.
func ReadDeskBack(back string) (DeskQuery, bool) {
	rest, ok := strings.CutPrefix(back, deskBack)
	if !ok {
		return DeskQuery{}, false
	}
	v, err := url.ParseQuery(strings.TrimPrefix(rest, "?"))
	if err != nil {
		v = nil
	}
	return ParseDesk(v), true
}

// DeskAgain is the address of the desk as it was.
func DeskAgain(need string, q DeskQuery, more ...string) string {
	v := q.values()
	for i := 1; i < len(more); i += 2 {
		v.Set(more[i-1], more[i])
	}
	if len(v) == 0 {
		return DeskURL(need)
	}
	return DeskURL(need) + "?" + v.Encode()
}

// candidateKinds are what a need may be matched with.
var candidateKinds = []catalog.Kind{catalog.KindExpert, catalog.KindStudio, catalog.KindResult, catalog.KindPatent}

// onlyLabels name the buttons that show one kind alone.
var onlyLabels = map[catalog.Kind]string{catalog.KindExpert: "只看专家工匠", catalog.KindStudio: "只看创新工作室", catalog.KindResult: "只看创新成果", catalog.KindPatent: "只看专利"}

// ParseDesk reads the address; what it does not know is left out.
func ParseDesk(v url.Values) DeskQuery {
	q := DeskQuery{Clean: v.Get("clean") == "yes", Compared: ParseCompared(v), Filter: v.Get("do") == "filter", Asked: v.Get("do") == "compare"}
	for _, kind := range candidateKinds {
		if slices.Contains(v["kind"], string(kind)) {
			q.Kinds = append(q.Kinds, kind)
		}
	}
	if one, pressed := strings.CutPrefix(v.Get("do"), "kind:"); pressed {
		q.Filter, q.Kinds = true, nil
		if slices.Contains(candidateKinds, catalog.Kind(one)) {
			q.Kinds = []catalog.Kind{catalog.Kind(one)}
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
	Kinds      []FormOption // each a button that shows them alone; the first all
	Kept       []string     // the kinds that are shown alone now
	Floors     []FormOption
	Clean      bool
	Comparison *Comparison
	TooFew     bool        // a comparison was asked for of fewer than two
	Folded     []Candidate // whom the last word calls wrong for this need
	Done       string
	Cases      []IntroductionLine
}

// ID is the id by which a candidate is chosen to be compared.
func (c Candidate) ID() string { return string(c.Kind) + "/" + c.Code }

// BuildDesk makes the page; need has its introductions and its answer, with the
// addresses at which candidates are introduced.
func BuildDesk(q DeskQuery, need Record) Desk {
	v := Desk{Need: need, URL: DeskURL(need.Code), Edit: EditNeedURL(need.Code), Clean: q.Clean, Cases: need.Introductions}
	v.Kinds = []FormOption{{Label: "全部", Chosen: len(q.Kinds) == 0}}
	for _, kind := range candidateKinds {
		v.Kinds = append(v.Kinds, FormOption{Value: string(kind), Label: onlyLabels[kind], Chosen: len(q.Kinds) == 1 && q.Kinds[0] == kind})
	}
	for _, kind := range q.Kinds {
		v.Kept = append(v.Kept, string(kind))
	}
	for _, b := range []matcher.Band{matcher.Low, matcher.Medium, matcher.High, matcher.VeryHigh} {
		label := "匹配度" + b.Label() + "以上"
		switch b {
		case matcher.Low: // nobody below is a candidate
			label = "匹配度不限"
		case matcher.VeryHigh:
			label = "匹配度极高"
		}
		v.Floors = append(v.Floors, FormOption{Value: string(b), Label: label, Chosen: b == q.Floor})
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
	v.Folded = slices.Concat(need.Answer.People.Folded, need.Answer.Documents.Folded)
	v.TooFew = q.Asked && len(compared) < 2
	if len(compared) > 1 && !q.Filter {
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
