package brokering

import "time"

// Invitation is a question to a target: will you help? It can be answered once,
// by its signed link (see Links) or signed in.
type Invitation struct {
	ID         string     `json:"id"`
	Target     string     `json:"target"`
	Text       string     `json:"text,omitempty" doc:"What the broker tells the invited; names nobody"`
	Nonce      string     `json:"nonce,omitempty" doc:"Random; shown to nobody"`
	At         time.Time  `json:"at"`
	Due        string     `json:"due" doc:"YYYY-MM-DD: the link holds to the end of it"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Answer     string     `json:"answer,omitempty" doc:"accept, decline, or asked_again"`
}

// Answers are a provider's answers to the three questions that every partner
// network asks first.
type Answers struct {
	Target      string    `json:"target,omitempty"`
	HowWeHelp   string    `json:"how_we_help" max:"3000" doc:"我们怎样帮"`
	WhatUnclear string    `json:"what_is_unclear" max:"3000" doc:"还有什么不清楚"`
	AboutUs     string    `json:"about_us" max:"3000" doc:"我们是谁"`
	Cooperation string    `json:"cooperation_mode,omitempty" doc:"Vocabulary cooperation_mode"`
	At          time.Time `json:"at,omitzero"`
}

// Release opens something of one side to the other.
type Release struct {
	ID      string      `json:"id"`
	What    ReleaseKind `json:"what"`
	Need    string      `json:"need,omitempty" doc:"Whose name, contact or detail, or to whose enterprise"`
	Target  string      `json:"target" doc:"To whom, or whose contact"`
	At      time.Time   `json:"at"`
	By      string      `json:"by,omitempty"`
	Name    string      `json:"name,omitempty"`
	Part    Part        `json:"part"`
	Consent string      `json:"consent,omitempty" max:"500" doc:"Who agreed, when and how: when staff release for a side"`
	NDA     string      `json:"nda,omitempty" doc:"Id of the attachment that is the signed agreement"`
	EndedAt *time.Time  `json:"ended_at,omitempty" doc:"Withdrawn"`
}

// ReleaseKind is what is opened, in the order in which it may be.
type ReleaseKind string

// What can be released. The first three are the enterprise's, the last the
// provider's.
const (
	NeedName        ReleaseKind = "need_name"
	NeedContact     ReleaseKind = "need_contact"
	NeedDetail      ReleaseKind = "need_detail"
	ProviderContact ReleaseKind = "provider_contact"
)

// Message is one note. Words go from side to side only when the contacts are
// open; until then each side writes to the brokers.
type Message struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Name   string    `json:"name,omitempty"`
	From   Part      `json:"from"`
	To     Audience  `json:"to"`
	Target string    `json:"target,omitempty"`
	Need   string    `json:"need,omitempty"`
	Text   string    `json:"text" max:"2000"`
}

// Audience is who may read a message or open an attachment; brokers always may.
type Audience string

// The audiences.
const (
	ToBrokers    Audience = "brokers"
	ToEnterprise Audience = "enterprise"
	ToProvider   Audience = "provider"
	ToParties    Audience = "parties" // both sides, as far as released
)

// Visit is a meeting: on site, online, or a consultation of several experts (会诊).
type Visit struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" doc:"Vocabulary visit_kind"`
	Date      string    `json:"date" doc:"YYYY-MM-DD"`
	Place     string    `json:"place,omitempty" max:"200"`
	Attendees []string  `json:"attendees,omitempty" max:"60" maxItems:"50"`
	Findings  string    `json:"findings,omitempty" max:"5000"`
	Need      string    `json:"need,omitempty"`
	Target    string    `json:"target,omitempty"`
	Files     []string  `json:"files,omitempty" doc:"Ids of attachments"`
	Part      Part      `json:"part,omitempty" doc:"Who recorded it"`
	At        time.Time `json:"at,omitzero"`
}

// Help is help that needs no contract: guidance on site, diagnosis, training,
// apprenticeship, skills brought to a firm. It counts when the enterprise or a
// broker recorded or confirmed it.
type Help struct {
	ID            string     `json:"id"`
	Kind          string     `json:"kind" doc:"Vocabulary help_kind"`
	Date          string     `json:"date" doc:"YYYY-MM-DD"`
	Persons       []string   `json:"persons" max:"60" maxItems:"100" doc:"Codes or names of the craftsmen who came"`
	Hours         float64    `json:"hours,omitempty" doc:"0 to 1000"`
	Problem       string     `json:"problem,omitempty" max:"500" doc:"What was to be solved"`
	ProblemSolved bool       `json:"problem_solved,omitempty"`
	PeopleTrained int        `json:"people_trained,omitempty" doc:"0 to 10000"`
	Note          string     `json:"note,omitempty" max:"2000"`
	Need          string     `json:"need,omitempty"`
	Target        string     `json:"target,omitempty"`
	Files         []string   `json:"files,omitempty"`
	Part          Part       `json:"part,omitempty" doc:"Who recorded it"`
	At            time.Time  `json:"at,omitzero"`
	ConfirmedBy   Part       `json:"confirmed_by,omitempty"`
	ConfirmedAt   *time.Time `json:"confirmed_at,omitempty"`
}

// Attachment describes a file; its bytes lie in the Room under their SHA-256.
type Attachment struct {
	ID         string    `json:"id"`
	Name       string    `json:"name" max:"120"`
	Type       string    `json:"type,omitempty" doc:"Media type"`
	Size       int64     `json:"size" doc:"Bytes"`
	SHA256     string    `json:"sha256"`
	Visibility Audience  `json:"visibility"`
	Need       string    `json:"need,omitempty"`
	Target     string    `json:"target,omitempty"`
	By         string    `json:"by,omitempty"`
	Part       Part      `json:"part"`
	At         time.Time `json:"at"`
}

// Acceptance is the enterprise's word on the work (验收).
type Acceptance struct {
	Date       string    `json:"date" doc:"YYYY-MM-DD"`
	Passed     bool      `json:"passed"`
	Conclusion string    `json:"conclusion" max:"2000"`
	Files      []string  `json:"files,omitempty"`
	At         time.Time `json:"at,omitzero"`
}

// Rating is what one side says of the other.
type Rating struct {
	Part     Part      `json:"part"`
	Need     string    `json:"need,omitempty"`
	Target   string    `json:"target,omitempty"`
	Score    int       `json:"score" doc:"1 to 5"`
	Positive string    `json:"positive,omitempty" max:"1000"`
	Negative string    `json:"negative,omitempty" max:"1000"`
	At       time.Time `json:"at,omitzero"`
}
