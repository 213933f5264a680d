// Package brokering carries a need to a measured benefit. An Introduction
// (对接单) is one document: whose need, who may help, the brokers, the stage,
// everything that was said, visited, released, signed, paid and measured.
//
// It changes by steps alone. Apply is a pure function over one table (Rules):
// an introduction, a step, who takes it and the time give the next introduction
// and whom to tell, or an error in Chinese that says what is missing. A step is
// one atomic write of the document with its revision. View gives each side what
// was released to it and nothing else.
package brokering

import "time"

// Introduction is one attempt to bring needs and somebody who can help
// together. Dates are YYYY-MM-DD in Chinese time, money is integer 分; the
// amounts of different rungs have types of their own (see Ladder).
type Introduction struct {
	Code        string       `json:"code" doc:"Such as DJ-2026-0001"`
	Rev         int64        `json:"rev" doc:"Revision, from 1; a step must name the one it read"`
	Needs       []NeedRef    `json:"needs" doc:"The need, or all needs of a common one"`
	Group       string       `json:"group,omitempty" doc:"Code of the common need (共性需求)"`
	Targets     []Target     `json:"targets" doc:"Who may help, best first; one is current, those behind are alternates"`
	Broker      Broker       `json:"broker" doc:"Of the need's side; leads the case"`
	CoBroker    *Broker      `json:"co_broker,omitempty" doc:"Of the helping side"`
	Union       string       `json:"union,omitempty" doc:"Code of the managing union"`
	Unions      []string     `json:"unions,omitempty" doc:"The managing union, that of the co-broker, and all above them when the last step was taken"`
	RegionCode  string       `json:"region_code,omitempty" doc:"Of the need, GB/T 2260"`
	Mode        string       `json:"mode,omitempty" doc:"Vocabulary service_mode"`
	Stage       Stage        `json:"stage"`
	Next        *NextAction  `json:"next_action,omitempty" doc:"There while the case is open"`
	History     []Entry      `json:"history" doc:"Every step, one a revision, never changed"`
	Invitations []Invitation `json:"invitations,omitempty"`
	Answers     []Answers    `json:"answers,omitempty" doc:"The three questions, one entry a target"`
	Releases    []Release    `json:"releases,omitempty"`
	Messages    []Message    `json:"messages,omitempty"`
	Visits      []Visit      `json:"visits,omitempty"`
	Helps       []Help       `json:"helps,omitempty" doc:"Help that needs no contract"`
	Attachments []Attachment `json:"attachments,omitempty"`
	Intent      *Intent      `json:"intent,omitempty"`
	Contract    *Contract    `json:"contract,omitempty"`
	Acceptance  *Acceptance  `json:"acceptance,omitempty"`
	Benefits    []Benefit    `json:"benefits,omitempty"`
	Ratings     []Rating     `json:"ratings,omitempty"`
	Outcome     string       `json:"outcome,omitempty" doc:"Vocabulary outcome_kind: planned while open, final when closed"`
	Reason      string       `json:"outcome_reason,omitempty" doc:"Why it failed: vocabulary decline_reason"`
	CreatedAt   time.Time    `json:"created_at"`
	UpdatedAt   time.Time    `json:"updated_at"`
	ClosedAt    *time.Time   `json:"closed_at,omitempty"`
}

// NeedRef is a need as the introduction knows it. The confidential detail and
// the contact stay in the catalogue and are read from there when released.
type NeedRef struct {
	Code            string `json:"code"`
	Title           string `json:"title,omitempty"`
	Org             string `json:"enterprise_code,omitempty" doc:"Confidential until the name is released"`
	OrgName         string `json:"enterprise_name,omitempty" doc:"Confidential until the name is released"`
	RegionCode      string `json:"region_code,omitempty"`
	Confidentiality string `json:"confidentiality,omitempty" doc:"As it was when last read"`
}

// anonymous tells whether not even the title may be shown before a release.
func (n NeedRef) anonymous() bool {
	return n.Confidentiality == "nda" || n.Confidentiality == "broker_only"
}

// Target is a record of the catalogue that may help, and who stands behind it.
type Target struct {
	Kind          string      `json:"kind" doc:"expert, studio, result, patent or organisation"`
	Code          string      `json:"code"`
	Name          string      `json:"name"`
	Org           string      `json:"org,omitempty" doc:"Organisation that may answer for it"`
	OrgName       string      `json:"org_name,omitempty"`
	Person        string      `json:"person,omitempty" doc:"Expert that may answer for it"`
	Band          string      `json:"band,omitempty" doc:"Of the match that proposed it"`
	State         TargetState `json:"state"`
	InvitedAt     *time.Time  `json:"invited_at,omitempty" doc:"From then on the provider sees the case"`
	RecommendedAt *time.Time  `json:"recommended_at,omitempty" doc:"From then on the enterprise sees who it is"`
	EndedAt       *time.Time  `json:"ended_at,omitempty"`
	EndedBy       Part        `json:"ended_by,omitempty"`
	Reason        string      `json:"reason,omitempty" doc:"Vocabulary decline_reason"`
}

// TargetState is what has become of a target.
type TargetState string

// The states of a target.
const (
	Waiting TargetState = "waiting" // an alternate
	Current TargetState = "current"
	Ended   TargetState = "ended" // declined, or passed over
)

// Broker is the union staff member who has the case.
type Broker struct {
	User  string `json:"user" doc:"Code of the account"`
	Name  string `json:"name"`
	Union string `json:"union,omitempty"`
}

// NextAction is what is to be done next: an open case has exactly one.
type NextAction struct {
	What string `json:"what" max:"200" doc:"In Chinese"`
	Who  Part   `json:"who" doc:"enterprise, provider or broker"`
	User string `json:"user,omitempty" doc:"The broker's account"`
	Due  string `json:"due" doc:"YYYY-MM-DD"`
}

// Entry is a line of the history. Its number is the revision that it made.
type Entry struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty" doc:"Code of the account"`
	Name   string    `json:"name,omitempty"`
	Part   Part      `json:"part"`
	Step   StepKind  `json:"step"`
	From   Stage     `json:"from,omitempty"`
	To     Stage     `json:"to"`
	Target string    `json:"target,omitempty" doc:"Code of the target that was current when the step was taken"`
	Need   string    `json:"need,omitempty"`
	Ref    string    `json:"ref,omitempty" doc:"Id of what the step added or changed"`
	Reason string    `json:"reason,omitempty"`
	Note   string    `json:"note,omitempty"`
}

// current gives the place of the current target, -1 for none.
func (in *Introduction) current() int {
	for i, t := range in.Targets {
		if t.State == Current {
			return i
		}
	}
	return -1
}

// CurrentTarget gives the target that the case is about now.
func (in *Introduction) CurrentTarget() (Target, bool) {
	if i := in.current(); i >= 0 {
		return in.Targets[i], true
	}
	return Target{}, false
}

func (in *Introduction) currentCode() string {
	t, _ := in.CurrentTarget()
	return t.Code
}

// Need gives the reference to a need of the introduction.
func (in *Introduction) Need(code string) (NeedRef, bool) {
	for _, n := range in.Needs {
		if n.Code == code {
			return n, true
		}
	}
	return NeedRef{}, false
}

// AnswersOf gives what a target answered to the three questions.
func (in *Introduction) AnswersOf(target string) (Answers, bool) {
	for _, a := range in.Answers {
		if a.Target == target {
			return a, true
		}
	}
	return Answers{}, false
}
