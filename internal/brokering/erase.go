package brokering

import (
	"slices"
	"time"
)

// Erasing is no step that anybody takes: a person had his data erased, and this
// is the entry of the history that says so.
const Erasing StepKind = "erase"

// Erased gives a copy of an introduction without what a person wrote and
// attached: his messages, his answers, his files but for those that contract,
// acceptance and benefits rest on. Names are not touched here. files are the
// SHA-256 sums of what he attached and is to go; ok is false when he wrote and
// attached nothing. words stand in the place of his.
func Erased(in *Introduction, user, person, words string) (out *Introduction, files []string, ok bool) {
	data, err := Encode(in)
	if err != nil {
		return in, nil, false
	}
	if out, err = Decode(data, in.Rev); err != nil {
		return in, nil, false
	}
	e := eraser{in: out, user: user, person: person, words: words}
	e.messages()
	e.attachments()
	return out, e.files, e.changed
}

type eraser struct {
	in                  *Introduction
	user, person, words string
	files               []string
	changed             bool
}

// his tells whether something is of the person: of his account, or of the target
// behind which he alone stands.
func (e *eraser) his(by string, part Part, target string) bool {
	if e.user != "" && by == e.user {
		return true
	}
	return part == Provider && by == "" && e.stands(target)
}

func (e *eraser) stands(target string) bool {
	return e.person != "" && slices.ContainsFunc(e.in.Targets, func(t Target) bool { return t.Code == target && t.Person == e.person })
}

func (e *eraser) replace(text *string) {
	if *text != "" && *text != e.words {
		*text, e.changed = e.words, true
	}
}

func (e *eraser) messages() {
	for i := range e.in.Messages {
		if m := &e.in.Messages[i]; e.his(m.By, m.From, m.Target) {
			e.replace(&m.Text)
		}
	}
	for i := range e.in.Answers {
		if a := &e.in.Answers[i]; e.stands(a.Target) {
			e.replace(&a.HowWeHelp)
			e.replace(&a.WhatUnclear)
			e.replace(&a.AboutUs)
		}
	}
	for i := range e.in.Ratings {
		if r := &e.in.Ratings[i]; r.Part == Provider && e.stands(r.Target) {
			e.replace(&r.Positive)
			e.replace(&r.Negative)
		}
	}
	for i := range e.in.History {
		if h := &e.in.History[i]; e.his(h.By, h.Part, h.Target) {
			e.replace(&h.Note)
		}
	}
}

func (e *eraser) attachments() {
	proof := e.proof()
	for i := range e.in.Attachments {
		a := &e.in.Attachments[i]
		if !e.his(a.By, a.Part, a.Target) || slices.Contains(proof, a.ID) || a.Name == e.words {
			continue
		}
		a.Name, e.changed = e.words, true
		e.files = append(e.files, a.SHA256)
	}
}

// proof are the ids of the files that what is kept rests on.
func (e *eraser) proof() []string {
	var out []string
	if e.in.Intent != nil {
		out = append(out, e.in.Intent.Files...)
	}
	if c := e.in.Contract; c != nil {
		out = append(out, c.Files...)
		for _, p := range c.Payments {
			out = append(out, p.File)
		}
	}
	if e.in.Acceptance != nil {
		out = append(out, e.in.Acceptance.Files...)
	}
	for _, b := range e.in.Benefits {
		out = append(out, b.Evidence...)
	}
	for _, r := range e.in.Releases {
		out = append(out, r.NDA)
	}
	return out
}

// NoteErasure adds the entry of the history; the next Replace makes its revision.
func (in *Introduction) NoteErasure(now time.Time) {
	in.History = append(in.History, Entry{Seq: in.Rev + 1, At: now, Name: "系统", Part: Administrator, Step: Erasing, From: in.Stage, To: in.Stage})
	in.UpdatedAt = now
}
