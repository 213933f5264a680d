package view

import (
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
)

// Invitation is the page behind a signed link.
type Invitation struct {
	Token     string
	Code      string
	Text      string
	Broker    string
	Due       string
	Links     []Link // the needs, as far as they are open
	Reasons   []FormOption
	Note      string
	Questions bool // accepted: the three questions are open
	Fields    []FormField
	Problem   string
	Thanks    string // what is said when all is done
	Over      string // why the link is no good
}

// Fill puts what is asked into the page, and what was typed and not taken.
func (v *Invitation) Fill(a brokering.Asked, typed *Typed) {
	v.Code, v.Text, v.Broker, v.Due = a.Introduction, a.Text, a.Broker, a.Due
	for _, n := range a.Needs {
		if n.Title == "" {
			v.Links = append(v.Links, Link{Text: "一项要求保密的需求（详情由企业开放）"})
			continue
		}
		v.Links = append(v.Links, Link{Text: n.Title, URL: RecordURL(catalog.KindNeed, n.Code)})
	}
	for _, c := range catalog.Vocab("decline_reason").Choices {
		v.Reasons = append(v.Reasons, FormOption{Value: c.Key, Label: c.Label})
	}
	v.Reasons = ownReasons(v.Reasons)
	in := &brokering.Introduction{Code: a.Introduction, Stage: brokering.Accepted, Needs: a.Needs}
	if typed != nil {
		v.Note = typed.Values.Get("note")
		choices(v.Reasons).choose(typed.Values["reason"]...)
	}
	if !v.Questions {
		v.Problem = ""
		if typed != nil {
			v.Problem = sentenceOf(typed.Err)
		}
		return
	}
	m := formMaker{sight: brokering.Sight{Introduction: in, Part: brokering.Provider}, typed: typed}
	f := m.form(brokering.Way{Step: brokering.Answer})
	v.Fields, v.Problem = f.Fields, f.Problem
}
