package view

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/verdict"
)

// VerdictsURL is where the candidates of a need are judged.
func VerdictsURL(need string) string { return RecordURL(catalog.KindNeed, need) + "/verdicts" }

// AwayURL is where a person who has no time is said to be away.
func AwayURL(need string) string { return VerdictsURL(need) + "/away" }

// VerdictForm is what a broker may say of one candidate, and what was said.
type VerdictForm struct {
	Action  string
	Anchor  string // id of the card
	Kind    catalog.Kind
	Code    string
	Title   string
	Back    string // where to go on: "" the need's page, else the desk as it is
	Buttons []VerdictButton
	More    []VerdictButton
	Said    []Said
	Note    string
	Problem string
	Open    bool // the part that is folded
	Away    *AwayForm
}

// VerdictButton is one verdict; pressed, it takes itself back.
type VerdictButton struct {
	Value   verdict.Code
	Label   string
	Key     string
	Pressed bool
}

// Said is one verdict of somebody.
type Said struct{ Label, Who, Note string }

// AwayForm proposes to note that a person has no time.
type AwayForm struct {
	Action  string
	Until   string
	Problem string
}

// TypedVerdict is a form that was not taken.
type TypedVerdict struct {
	Kind      catalog.Kind
	Candidate string
	Note      string
	Until     string // of the form for who is away
	Err       error
}

// JudgeFacts are what the verdict forms of a need are made of.
type JudgeFacts struct {
	Need     string
	User     string // who is looking
	Opinions []verdict.Opinion
	Typed    *TypedVerdict
	Back     string
	Now      time.Time
}

const (
	// shownVerdicts are the buttons that are not folded away.
	shownVerdicts = 5
	// awayFor is the day that is proposed for who has no time.
	awayFor = 30 * 24 * time.Hour
)

// Judge gives every candidate of an answer its verdict form, and folds away whom
// the last word calls wrong for this need.
func (a *Answer) Judge(f JudgeFacts) {
	a.Judged = true
	last := verdict.Standing(f.Opinions)
	for _, list := range []*CandidateList{&a.People, &a.Documents} {
		var kept []Candidate
		for _, c := range list.Items {
			c.Verdict = f.form(c)
			if last[verdict.Pair{Need: f.Need, Kind: c.Kind, Candidate: c.Code}].Code == verdict.WrongField {
				list.Folded = append(list.Folded, c)
				continue
			}
			kept = append(kept, c)
		}
		list.Items = kept
		for i, c := range list.Nearest {
			list.Nearest[i].Verdict = f.form(c)
		}
	}
}

// form makes the form of one candidate.
func (f JudgeFacts) form(c Candidate) *VerdictForm {
	v := &VerdictForm{Action: VerdictsURL(f.Need), Anchor: VerdictAnchor(c.Kind, c.Code), Kind: c.Kind, Code: c.Code, Title: c.Title, Back: f.Back}
	own := verdict.Withdrawn
	for _, o := range f.Opinions {
		if o.Kind != c.Kind || o.Candidate != c.Code || o.Code == verdict.Withdrawn {
			continue
		}
		if o.By == f.User {
			own, v.Note = o.Code, o.Note
		}
		v.Said = append(v.Said, Said{Label: o.Code.Label(), Who: o.Name + " " + o.At.Format("1月2日"), Note: o.Note})
	}
	for i, code := range verdict.Codes() {
		b := VerdictButton{Value: code, Label: code.Label(), Key: strconv.Itoa(i + 1)}
		if code == own {
			b.Value, b.Pressed = verdict.Withdrawn, true
		}
		if i < shownVerdicts {
			v.Buttons = append(v.Buttons, b)
		} else {
			v.More = append(v.More, b)
		}
	}
	if own == verdict.Unavailable && c.Kind == catalog.KindExpert {
		v.Away = &AwayForm{Action: AwayURL(f.Need), Until: catalog.Day(f.Now.Add(awayFor))}
	}
	v.typed(f.Typed)
	v.Open = v.Problem != "" || slices.ContainsFunc(v.More, func(b VerdictButton) bool { return b.Pressed })
	return v
}

// typed puts back what was typed into the form that was not taken.
func (v *VerdictForm) typed(t *TypedVerdict) {
	if t == nil || t.Candidate != v.Code || t.Kind != v.Kind {
		return
	}
	if t.Until != "" {
		v.Away = &AwayForm{Action: v.Action + "/away", Until: t.Until, Problem: sentenceOf(t.Err)}
		return
	}
	v.Note, v.Problem = t.Note, sentenceOf(t.Err)
}

// VerdictAnchor is the id of a candidate's card.
func VerdictAnchor(kind catalog.Kind, code string) string { return "c-" + string(kind) + "-" + code }

// ReadVerdict reads the form of a verdict.
func ReadVerdict(need string, form url.Values) verdict.Judgement {
	return verdict.Judgement{
		Need: need, Kind: catalog.Kind(form.Get("kind")), Candidate: form.Get("candidate"), Code: verdict.Code(form.Get("verdict")), Note: form.Get("note"),
	}
}

// JudgedURL is the page on which to go on: at the card of the candidate, or, when
// he is folded away now, at the list that he was in.
func JudgedURL(j verdict.Judgement, back string) string {
	page := RecordURL(catalog.KindNeed, j.Need)
	q, desk := ReadDeskBack(back)
	if desk {
		page = DeskAgain(j.Need, q)
	}
	switch {
	case desk && j.Code == verdict.WrongField:
		return page + "#desk-folded"
	case j.Code != verdict.WrongField:
		return page + "#" + url.PathEscape(VerdictAnchor(j.Kind, j.Candidate))
	case j.Kind == catalog.KindExpert || j.Kind == catalog.KindStudio:
		return page + "#people"
	}
	return page + "#documents"
}
