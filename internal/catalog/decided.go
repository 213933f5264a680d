package catalog

import (
	"slices"
	"time"
)

// Decided is what staff said of a record, or of a change of it, that its owner handed
// in: PublishNeed, ReturnNeed, RejectNeed, AcceptNeedChange or RefuseNeedChange, whose
// names serve records of every kind.
type Decided struct {
	Step NeedStepKind `json:"step"`
	At   time.Time    `json:"at"`
}

// decisions are the steps of staff for which an owner waits.
var decisions = []NeedStepKind{PublishNeed, ReturnNeed, RejectNeed, AcceptNeedChange, RefuseNeedChange}

// DecisionsOf lists what staff said of a record, the latest last: of a need as far
// back as its steps go, of another record the last alone.
func DecisionsOf(rec Record) []Decided {
	need, ok := rec.(*Need)
	if !ok {
		if d := rec.Base().Decided; d != nil {
			return []Decided{*d}
		}
		return nil
	}
	var out []Decided
	for _, e := range need.Steps {
		if slices.Contains(decisions, e.Step) {
			out = append(out, Decided{Step: e.Step, At: e.At})
		}
	}
	return out
}

// noteDecided notes in a record that is no need that it was published or returned
// after it waited for review: only staff bring it there.
func noteDecided(rec, old Record, now time.Time) {
	step := map[string]NeedStepKind{"published": PublishNeed, "returned": ReturnNeed}[rec.Base().Status]
	if old.Base().Status == "submitted" && step != "" {
		rec.Base().Decided = &Decided{Step: step, At: now}
	}
}
