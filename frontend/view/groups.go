package view

import (
	"fmt"
	"net/url"
	"slices"

	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/group"
	"hongniang/matcher"
)

// GroupsURL is where common needs are.
const GroupsURL = "/groups"

// GroupURL is the page of a common need.
func GroupURL(code string) string { return GroupsURL + "/" + url.PathEscape(code) }

// Groups is the list of common needs.
type Groups struct {
	Items  []GroupLine
	MayNew bool
}

// GroupLine is one common need in the list.
type GroupLine struct {
	URL, Code, Title, Summary, State string
	Facts                            []string
	Open                             bool
}

// BuildGroups makes the list.
func BuildGroups(lines []group.Line, mayNew bool) Groups {
	v := Groups{MayNew: mayNew}
	for _, l := range lines {
		v.Items = append(v.Items, GroupLine{
			URL: GroupURL(l.Code), Code: l.Code, Title: l.Title, Summary: l.Summary, State: l.State.Label(), Open: l.State == group.Open,
			Facts: []string{fmt.Sprintf("%d 家企业", l.Firms), fmt.Sprintf("%d 项需求", l.Needs)},
		})
	}
	return v
}

// Proposals are common needs that were found and nobody confirmed yet.
type Proposals struct {
	Items    []Proposal
	Searched int
	Whole    bool // all needs were looked at
	Running  bool // they are still being compared
	Done     int  // how many were
}

// Proposal is one of them: a form, so that what was typed stays.
type Proposal struct {
	Title string
	Needs []NeedPick
	Share string
	New   string // address of the form filled in with it
}

// NeedPick is a need that can be ticked.
type NeedPick struct {
	Code, Title, URL, Note string
	Chosen                 bool
}

// BuildProposals makes the page.
func BuildProposals(found matcher.Comparing, whole bool) Proposals {
	v := Proposals{Searched: found.Total, Whole: whole, Running: !found.Ready, Done: found.Done}
	for _, g := range found.Found {
		p := Proposal{Title: g.Title, Share: fmt.Sprintf("%.0f%%", 100*min(1, g.Strength))}
		q := url.Values{"title": {g.Title}}
		for _, n := range g.Needs {
			p.Needs = append(p.Needs, NeedPick{Code: n.Code, Title: n.Title, URL: "/needs/" + url.PathEscape(n.Code)})
			q.Add("need", n.Code)
		}
		p.New = GroupsURL + "/new?" + q.Encode()
		v.Items = append(v.Items, p)
	}
	return v
}

// GroupForm is the form of a new common need.
type GroupForm struct {
	Title, Summary, More string
	Needs                []NeedPick
	Problem              string
	Faults               map[string]string
}

// BuildGroupForm fills the form in; titles are those of needs that the caller
// may read.
func BuildGroupForm(v url.Values, titles map[string]string) GroupForm {
	f := GroupForm{Title: v.Get("title"), Summary: v.Get("summary"), More: v.Get("more")}
	chosen := v["need"]
	for _, code := range slices.Concat(v["offered"], chosen) {
		if !slices.ContainsFunc(f.Needs, func(p NeedPick) bool { return p.Code == code }) {
			f.Needs = append(f.Needs, NeedPick{Code: code, Title: titles[code], URL: "/needs/" + url.PathEscape(code), Chosen: slices.Contains(chosen, code)})
		}
	}
	return f
}

// ParseGroup reads the form.
func ParseGroup(v url.Values) group.Draft {
	return group.Draft{Title: v.Get("title"), Summary: v.Get("summary"), Needs: append(slices.Clone(v["need"]), codeWords(v.Get("more"))...)}
}

// Group is the page of one common need.
type Group struct {
	URL, Code, Title, Summary, State string
	Done, Problem                    string
	Rev                              int64
	Facts                            []string
	Members                          []NeedPick
	May                              bool // change it
	Introduce                        bool
	Asked                            string // what matching answered, or why it did not
	Faults                           map[string]string
	Typed                            url.Values
	Others                           []FormOption // groups to merge
	Lines                            []IntroductionLine
	People                           CandidateList
	History                          []string
	Open                             string // which form was open
	Into                             *Link
}

// GroupFacts is what the page is made of.
type GroupFacts struct {
	Sight     group.Sight
	Others    []group.Line
	Lines     []brokering.Line
	Answer    *Answer // who could help; nil: not asked
	Introduce bool
	Done      string
	Typed     url.Values // of a step that was not taken
	Err       error
}

// BuildGroup makes the page.
func BuildGroup(f GroupFacts) Group {
	g := f.Sight.Group
	v := Group{
		URL: GroupURL(g.Code), Code: g.Code, Title: g.Title, Summary: g.Summary, State: g.State.Label(), Rev: g.Rev, May: len(f.Sight.Steps) > 0, Typed: f.Typed,
		Facts: []string{g.Code, fmt.Sprintf("%d 家企业", f.Sight.Firms), fmt.Sprintf("%d 项需求", len(g.Needs))}, Introduce: f.Introduce && g.State == group.Open,
	}
	for _, m := range f.Sight.Members {
		v.Members = append(v.Members, NeedPick{
			Code: m.Code, Title: m.Title, URL: "/needs/" + url.PathEscape(m.Code), Chosen: slices.Contains(f.Typed["needs"], m.Code),
			Note: OrText(m.EnterpriseName, "企业未登记") + " · " + catalog.Vocab("need_status").Label(m.Status),
		})
	}
	for _, o := range f.Others {
		if o.State == group.Open && o.Code != g.Code {
			v.Others = append(v.Others, FormOption{Value: o.Code, Label: o.Code + " " + o.Title})
		}
	}
	for _, l := range f.Lines {
		v.Lines = append(v.Lines, BuildIntroductionLine(l))
	}
	if f.Answer != nil {
		v.People, v.Asked = f.Answer.People, OrText(f.Answer.Failed, f.Answer.Summary)
		for i := range v.People.Items {
			v.People.Items[i].Introduce = "" // from here one introduces for all needs at once
		}
	}
	if f.Done != "" {
		v.Done = "已办：" + group.StepKind(f.Done).Label() + "。"
	}
	if f.Err != nil {
		v.Problem, v.Faults = FormFaults(f.Err)
		v.Open = f.Typed.Get("step")
	}
	if g.Into != "" {
		v.Into = &Link{Text: g.Into, URL: GroupURL(g.Into)}
	}
	for _, e := range slices.Backward(g.History) {
		v.History = append(v.History, groupEntry(e))
	}
	return v
}

func groupEntry(e group.Entry) string {
	text := shortTime(e.At) + " " + e.By.Name + " " + e.Step.Label()
	for _, part := range []string{e.Other, e.Title} {
		if part != "" {
			text += " " + part
		}
	}
	if len(e.Needs) > 0 {
		text += fmt.Sprintf("（%d 项需求）", len(e.Needs))
	}
	return text + noteText(e.Note)
}

// Handover is the page on which one broker's cases are handed to another.
type Handover struct {
	From, To, Note  string // as typed: logins
	FromName        string
	Problem, Done   string
	Faults          map[string]string
	Lines           []HandoverLine
	Hidden          int
	Campaigns       []HandoverLine
	Asked           bool
	Failed          []string
	Moved           int
	Brokers         []FormOption
	AlreadyDisabled bool
}

// HandoverLine is something to be handed over.
type HandoverLine struct {
	Code, Title, URL, Stage string
	Next, Due               string // a day, 2006-01-02
	Chosen                  bool
}

// BuildHandoverLines lists cases; none chosen means all.
func BuildHandoverLines(lines []brokering.Line, chosen []string) []HandoverLine {
	var out []HandoverLine
	for _, l := range lines {
		in := BuildIntroductionLine(l)
		line := HandoverLine{Code: l.Code, Title: in.Title, URL: in.URL, Stage: in.Stage, Chosen: len(chosen) == 0 || slices.Contains(chosen, l.Code)}
		if l.Next != nil {
			line.Next, line.Due = l.Next.What, l.Next.Due
		}
		out = append(out, line)
	}
	return out
}

// Belonging is what a need's page says of the common need that it is part of.
type Belonging struct {
	Text string
	Link *Link // for staff
}

// BuildBelonging makes it.
func BuildBelonging(b group.Belonging) *Belonging {
	v := &Belonging{Text: fmt.Sprintf("这项需求属于一项共性需求：共 %d 家企业、%d 项需求。", b.Firms, b.Needs)}
	if b.Code != "" {
		v.Link = &Link{Text: b.Title, URL: GroupURL(b.Code)}
	}
	return v
}

// Codes parts codes that stand in lines or are set apart by commas or blanks.
func Codes(text string) []string { return codeWords(text) }
