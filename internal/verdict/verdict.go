// Package verdict is what brokers say of the candidates that a need was given:
// of use or not, and why not. A verdict is kept with the run that it is of, so
// that matching can be measured by it and learn from it. Nothing confidential of
// the need is in it.
package verdict

import (
	"time"

	"hongniang/internal/catalog"
)

// Code is what a broker says; a key of the vocabulary verdict.
type Code string

// The codes, in the order of their keys on the page.
const (
	Strong       Code = "strong"        // grade 3: would solve it
	Useful       Code = "useful"        // grade 2: worth a call
	WrongField   Code = "wrong_field"   // grade 0: not this need's matter
	Unavailable  Code = "unavailable"   // no time: says nothing of fit
	AlreadyKnown Code = "already_known" // the firm knows him: nothing of fit
	Duplicate    Code = "duplicate"     // the same as another candidate: nothing of fit
	NotUseful    Code = "not_useful"    // grade 1: the right field, and no help
	// Withdrawn takes back what was said; it is nobody's verdict.
	Withdrawn Code = "withdrawn"
)

// Codes lists what may be said, in the order of the page.
func Codes() []Code {
	return []Code{Strong, Useful, WrongField, Unavailable, AlreadyKnown, Duplicate, NotUseful}
}

// Label is the code in Chinese.
func (c Code) Label() string {
	if c == Withdrawn {
		return "收回"
	}
	return catalog.Vocab("verdict").Label(string(c))
}

// Grade is what the code says of fit, 0 to 3 as in docs/judging.md; false when it
// says nothing of fit.
func (c Code) Grade() (grade int, fit bool) {
	grade, fit = map[Code]int{Strong: 3, Useful: 2, NotUseful: 1, WrongField: 0}[c]
	return grade, fit
}

// valid tells a code that may be said.
func (c Code) valid() bool {
	if c == Withdrawn {
		return true
	}
	for _, known := range Codes() {
		if c == known {
			return true
		}
	}
	return false
}

// Verdict is one judgement of a candidate for a need, with the run it is of.
type Verdict struct {
	Need      string       `json:"need" doc:"Code"`
	Kind      catalog.Kind `json:"kind"`
	Candidate string       `json:"candidate" doc:"Code"`
	Code      Code         `json:"verdict" enum:"strong,useful,wrong_field,unavailable,already_known,duplicate,not_useful,withdrawn"`
	Note      string       `json:"note,omitempty" doc:"One sentence, nothing confidential"`
	By        string       `json:"by" doc:"Account"`
	Name      string       `json:"name" doc:"Of who judged"`
	At        time.Time    `json:"at"`
	Run       Run          `json:"run"`
}

// Run is what the candidate was ranked with when he was judged.
type Run struct {
	NeedRev int64   `json:"need_rev"`
	Text    string  `json:"text" doc:"Fingerprint of the text that was matched"`
	Rank    int     `json:"rank" doc:"From 1 in its list; 0 when it was not among the first fifty"`
	Score   float64 `json:"score" doc:"0 to 100"`
	Band    string  `json:"band" enum:"very_high,high,medium,low,insufficient"`
	Weights string  `json:"weights" doc:"Name of the weights: equal names, equal weights"`
	Index   int64   `json:"index" doc:"Last change of the feed that the index had seen"`
}

// Opinion is a broker's verdict on one candidate, with what he said before.
type Opinion struct {
	Verdict
	Earlier []Verdict `json:"earlier" doc:"Oldest first"`
}

// Pair names a candidate of a need.
type Pair struct {
	Need      string
	Kind      catalog.Kind
	Candidate string
}

// Pair gives whom the verdict is of.
func (v Verdict) Pair() Pair { return Pair{v.Need, v.Kind, v.Candidate} }

// Standing gives the last word on each candidate, whoever said it; what was
// withdrawn is not there.
func Standing(list []Opinion) map[Pair]Verdict {
	out := map[Pair]Verdict{}
	for _, e := range list {
		if e.Code == Withdrawn {
			continue
		}
		if before, ok := out[e.Pair()]; !ok || e.At.After(before.At) || e.At.Equal(before.At) && e.By > before.By {
			out[e.Pair()] = e.Verdict
		}
	}
	return out
}
