package brokering

import (
	"slices"

	"hongniang/internal/catalog"
)

// Stage is how far a case is. The labels are the vocabulary introduction_stage.
type Stage string

// The stages, in their usual order.
const (
	Proposed       Stage = "proposed"
	Reviewed       Stage = "reviewed"
	Invited        Stage = "invited"
	Accepted       Stage = "accepted"
	Declined       Stage = "declined" // nobody is left to ask: the broker adds somebody or closes
	Recommended    Stage = "recommended"
	Interested     Stage = "interested"
	Visiting       Stage = "visiting"
	Negotiating    Stage = "negotiating"
	IntentSigned   Stage = "intent_signed"
	ContractSigned Stage = "contract_signed"
	Implementing   Stage = "implementing"
	AcceptedWork   Stage = "accepted_work"
	Benefiting     Stage = "benefiting"
	ClosedSuccess  Stage = "closed_success"
	ClosedFail     Stage = "closed_fail"
)

// Stages lists every stage in order.
func Stages() []Stage {
	return []Stage{Proposed, Reviewed, Invited, Accepted, Declined, Recommended, Interested, Visiting, Negotiating,
		IntentSigned, ContractSigned, Implementing, AcceptedWork, Benefiting, ClosedSuccess, ClosedFail}
}

// Label is the stage in Chinese.
func (s Stage) Label() string { return catalog.Vocab("introduction_stage").Label(string(s)) }

// Open tells whether the case goes on.
func (s Stage) Open() bool { return s != ClosedSuccess && s != ClosedFail }

// Known tells whether there is such a stage.
func (s Stage) Known() bool { return slices.Contains(Stages(), s) }

// between gives the stages from one to another, Declined left out unless it is
// an end.
func between(first, last Stage) []Stage {
	all := Stages()
	out := slices.Clone(all[slices.Index(all, first) : slices.Index(all, last)+1])
	return slices.DeleteFunc(out, func(s Stage) bool { return s == Declined && first != Declined && last != Declined })
}

// openStages are all stages of an open case.
func openStages() []Stage {
	return slices.DeleteFunc(Stages(), func(s Stage) bool { return !s.Open() })
}
