// Package group keeps common needs (共性需求): several needs, mostly of several
// firms, that ask for the same, so that one introduction may serve them all.
//
// A group has a public title and summary, which must not lead to any of its
// firms. Staff see its needs; a member's firm learns that its need is part of a
// common need, of how many needs and firms, and never which.
package group

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/catalog"
	"hongniang/internal/coach"
	"hongniang/internal/errs"
)

// State is what has become of a group.
type State string

// The states.
const (
	Open   State = "open"
	Merged State = "merged" // into another, which has its needs now
	Closed State = "closed"
)

// Label is the state in Chinese.
func (s State) Label() string {
	switch s {
	case Open:
		return "进行中"
	case Merged:
		return "已并入别的共性需求"
	case Closed:
		return "已撤销"
	}
	return string(s)
}

// Group is a common need.
type Group struct {
	Code    string   `json:"code" doc:"Such as GX-2026-0001"`
	Rev     int64    `json:"rev" doc:"Revision, from 1; a step must name the one it read"`
	State   State    `json:"state" enum:"open,merged,closed"`
	Title   string   `json:"title" doc:"Everybody may read it: it leads to no firm"`
	Summary string   `json:"summary,omitempty" doc:"Everybody may read it: it leads to no firm"`
	Needs   []string `json:"needs" doc:"Codes, in the order in which they came"`
	Union   string   `json:"union,omitempty" doc:"Code of the managing union"`
	Unions  []string `json:"unions,omitempty" doc:"The managing union and all above it, when last read"`
	From    string   `json:"from,omitempty" doc:"Code of the group that it was split from"`
	Into    string   `json:"into,omitempty" doc:"Code of the group that it was merged into"`
	History []Entry  `json:"history"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Person is a member of staff.
type Person struct {
	User string `json:"user,omitempty"`
	Name string `json:"name"`
}

// Entry is a line of a group's history, never changed.
type Entry struct {
	At      time.Time `json:"at"`
	By      Person    `json:"by"`
	Step    StepKind  `json:"step"`
	Needs   []string  `json:"needs,omitempty" doc:"Those that came or went"`
	Other   string    `json:"other,omitempty" doc:"The other group of split and merge"`
	Title   string    `json:"title,omitempty" doc:"As it was given, of the new group when split"`
	Summary string    `json:"summary,omitempty"`
	Note    string    `json:"note,omitempty"`
}

// StepKind names something that is done to a group.
type StepKind string

// The steps.
const (
	Create   StepKind = "create"
	Rename   StepKind = "rename" // other title and summary
	Add      StepKind = "add"
	Remove   StepKind = "remove"
	Split    StepKind = "split"       // some needs become a group of their own
	Merge    StepKind = "merge"       // another group's needs come to this one
	MergedIn StepKind = "merged_into" // the other side of merge
	Close    StepKind = "close"
)

// Label is the step in Chinese.
func (k StepKind) Label() string {
	return map[StepKind]string{
		Create: "确认为共性需求", Rename: "改名", Add: "加入需求", Remove: "移出需求", Split: "拆分", Merge: "并入另一项", MergedIn: "并到另一项", Close: "撤销",
	}[k]
}

// Step is something that a broker does to a group.
type Step struct {
	Kind    StepKind `json:"step" enum:"rename,add,remove,split,merge,close"`
	Title   string   `json:"title,omitempty" doc:"Of rename, and of the new group of split"`
	Summary string   `json:"summary,omitempty"`
	Needs   []string `json:"needs,omitempty" doc:"Codes; of add, remove and split"`
	Other   string   `json:"other,omitempty" max:"40" doc:"Code of the group that merge takes over"`
	Note    string   `json:"note,omitempty" max:"500" doc:"Of close: why"`
}

// Draft is a group to be.
type Draft struct {
	Title   string   `json:"title"`
	Summary string   `json:"summary,omitempty"`
	Needs   []string `json:"needs" doc:"Codes, two or more"`
}

// Bounds of a group; one introduction takes no more needs.
const (
	leastNeeds = 2
	mostNeeds  = 50
)

// apply takes a step on one group: a pure function. Of split and merge it does
// this group's half; other is the code of the group that is made, or whose needs
// come. Errors: errs.Invalid with fields, errs.Conflict.
func (g Group) apply(s Step, other string, by Person, now time.Time) (*Group, error) {
	if g.State != Open {
		return nil, errs.New(errs.Conflict, "group.over", "这项共性需求已经撤销或并入别的共性需求，不能再改。")
	}
	g.Needs, g.History = slices.Clone(g.Needs), slices.Clone(g.History)
	e := Entry{At: now, By: by, Step: s.Kind, Needs: codes(s.Needs), Other: other, Note: strings.TrimSpace(s.Note)}
	var err error
	switch s.Kind {
	case Rename:
		g.Title, g.Summary = strings.TrimSpace(s.Title), strings.TrimSpace(s.Summary)
		e.Title, e.Summary, e.Needs = g.Title, g.Summary, nil
	case Add, Merge:
		err = g.add(e.Needs)
	case Remove, Split:
		err = g.remove(e.Needs)
		e.Title, e.Summary = strings.TrimSpace(s.Title), strings.TrimSpace(s.Summary)
	case MergedIn:
		g.State, g.Into, e.Needs, g.Needs = Merged, other, g.Needs, []string{}
	case Close:
		if g.State = Closed; e.Note == "" {
			err = fault("note", "group.note", "请写明为什么撤销这项共性需求。", "")
		}
		e.Needs = g.Needs
	default:
		err = errs.New(errs.Invalid, "group.step_unknown", "没有这一步，请刷新页面再办。")
	}
	if err != nil {
		return nil, err
	}
	g.History, g.UpdatedAt = append(g.History, e), now
	return &g, nil
}

func (g *Group) add(needs []string) error {
	if len(needs) == 0 {
		return fault("needs", "group.needs", "请选要加入的需求。", "")
	}
	for _, code := range needs {
		if !slices.Contains(g.Needs, code) {
			g.Needs = append(g.Needs, code)
		}
	}
	if len(g.Needs) > mostNeeds {
		return fault("needs", "group.too_many", fmt.Sprintf("一项共性需求最多 %d 项需求，请先拆分。", mostNeeds), fmt.Sprint(len(g.Needs)))
	}
	return nil
}

func (g *Group) remove(needs []string) error {
	for _, code := range needs {
		if !slices.Contains(g.Needs, code) {
			return fault("needs", "group.not_member", "这项需求不在这项共性需求里。", code)
		}
	}
	g.Needs = slices.DeleteFunc(g.Needs, func(code string) bool { return slices.Contains(needs, code) })
	if len(needs) == 0 || len(g.Needs) < leastNeeds {
		return fault("needs", "group.too_few", "请选要移出的需求，并至少留下两项；只剩一项就不是共性需求了，可以撤销它。", "")
	}
	return nil
}

func fault(field, code, message, value string) error {
	var f errs.Faults
	f.Add(field, code, message, value)
	return f.Err()
}

// codes drops blanks and what stands twice.
func codes(list []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, code := range list {
		if code = strings.TrimSpace(code); !seen[code] {
			seen[code] = true
			out = append(out, code)
		}
	}
	return out
}

// firm is an enterprise of a group, as the coach knows it.
type firm struct {
	name string
	coach.Firm
}

// checkPublic refuses a title and summary that are too short or long, or that
// lead to one of the firms. Errors: errs.Invalid with fields.
func checkPublic(title, summary string, firms []firm, now time.Time) error {
	var f errs.Faults
	if n := utf8.RuneCountInString(title); n < 4 || n > 60 {
		f.Add("title", "group.title", "共性需求的名称应有 4 到 60 个字。", title)
	}
	if utf8.RuneCountInString(summary) > 300 {
		f.Add("summary", "group.summary", "简介最多 300 个字。", "")
	}
	if len(firms) == 0 {
		firms = []firm{{}}
	}
	told := map[string]bool{}
	for _, firm := range firms {
		need := &catalog.Need{Title: title, SummaryPublic: summary, EnterpriseName: firm.name}
		for _, m := range coach.Read(need, firm.Firm, now).Remarks {
			field := map[string]string{"title": "title", "summary_public": "summary"}[m.Field]
			if m.Level != coach.Must || !strings.HasPrefix(m.Code, "summary.") || field == "" || told[field+m.Message] {
				continue
			}
			told[field+m.Message] = true
			f.Add(field, m.Code, m.Message+m.Example, m.Found)
		}
	}
	return f.Err()
}
