// Package matcher ranks what and who can help with a need, and says why. It
// knows only search.Engine.
package matcher

import (
	"hongniang/internal/catalog"
)

// Band says in words how strong a match is. The bounds are in bands.go.
type Band string

// The bands, strongest first. Below Low nothing is shown as a match.
const (
	VeryHigh     Band = "very_high"    // 极高
	High         Band = "high"         // 高
	Medium       Band = "medium"       // 中
	Low          Band = "low"          // 低
	Insufficient Band = "insufficient" // 不足
)

// Label gives the Chinese word of a band.
func (b Band) Label() string {
	return map[Band]string{VeryHigh: "极高", High: "高", Medium: "中", Low: "低", Insufficient: "不足"}[b]
}

// Request is a need to be matched: a saved one or a pasted paragraph.
type Request struct {
	Title string // may be empty
	Text  string // the whole need; MaxNeedRunes at most, the rest is cut and noted
	// What is known of the need beside its text; all optional.
	NeedCode   string   // the saved need, for the log
	Region     string   // GB/T 2260 code
	Enterprise string   // name or code: nobody of this firm or its group is proposed
	Excluded   []string // names or codes of organisations to be avoided
	// EnterpriseCode is the firm's code where Enterprise is its name.
	EnterpriseCode string
	// Lead is what is known of the need beside its text; it moves scores a little.
	Lead Lead
	// Onsite: nothing but work in the workshop will do.
	Onsite bool
	// Confidential: who asks may read all of the need. Then what firms declared of
	// competitors, and whom this firm was brought together with, counts too.
	Confidential bool
	// NoLimits lists those too who must not be proposed, for measuring how good a
	// ranking is. Nothing that it answers may be shown.
	NoLimits bool
	Top      int            // candidates a list, 1..MaxTop; 10 when 0
	Kinds    []catalog.Kind // result, patent, expert, studio; none: all four
}

// Bounds of a request.
const (
	MaxTop       = 100
	MaxNeedRunes = 20_000
	// maxTitleRunes is the longest title: who puts the whole need there has it
	// read as text.
	maxTitleRunes = 200
)

// Answer is the ranked candidates of a need.
type Answer struct {
	// Documents are results and patents, People experts and studios.
	Documents []Candidate `json:"documents"`
	People    []Candidate `json:"people"`
	// Nearest are the few best of a list that has no match: below Low, a hint for
	// staff who search on, no match.
	Nearest []Candidate `json:"nearest,omitempty" doc:"Where nothing or nobody fits: the nearest few, band insufficient, only a hint"`
	// NotShown counts who would be among the matches but must not be proposed.
	NotShown []NotShown `json:"not_shown,omitempty" doc:"How many fit but must not be proposed, and why"`
	// Summary says in one Chinese sentence what was found, also when nobody fits.
	Summary string   `json:"summary"`
	Notes   []string `json:"notes,omitempty" doc:"What of the need was read differently than given, in Chinese"`
}

// Candidate is one match with its reasons.
type Candidate struct {
	Kind      catalog.Kind `json:"kind"`
	Code      string       `json:"code"`
	Title     string       `json:"title"`
	Subtitle  string       `json:"subtitle,omitempty" doc:"Organisation, trade, region in one line"`
	Summary   string       `json:"summary,omitempty"`
	Score     float64      `json:"score" doc:"0 to 100: the chance in percent that staff would call the match strong or fairly strong"`
	Band      Band         `json:"band" enum:"very_high,high,medium,low,insufficient"`
	BandLabel string       `json:"band_label" doc:"极高, 高, 中 or 低; of the nearest 不足"`
	Rank      int          `json:"rank"`
	Reasons   []string     `json:"reasons" doc:"Chinese sentences, strongest first"`
	Evidence  []Evidence   `json:"evidence" doc:"The documents that speak for the candidate"`
	Features  []Feature    `json:"features,omitempty" doc:"What agrees beside the text and raised the score, by at most 15 %"`
	Warnings  []Warning    `json:"warnings,omitempty"`
}

// Evidence is one document that speaks for a candidate.
type Evidence struct {
	Kind  catalog.Kind `json:"kind"`
	Code  string       `json:"code"`
	Title string       `json:"title"`
	Terms []string     `json:"terms" doc:"Matched terms, strongest first"`
	Parts []float64    `json:"parts" doc:"For each term, what of the document's score would be lost without the terms and falls to this one, 0 to 1"`
	Place string       `json:"place" doc:"Where they stand, such as 标题, 创新点 or 绝技绝活"`
	Share float64      `json:"share" doc:"Part of the candidate's text score that it brings, 0 to 1"`
}

// Warning is something that speaks against a candidate.
type Warning struct {
	Code    string `json:"code" doc:"worked_together, juror, unverified, stale, far, legal_status"`
	Message string `json:"message"`
}
