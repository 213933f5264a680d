package brokering

import (
	"slices"

	"hongniang/internal/account"
)

// Part is what somebody plays in one introduction.
type Part string

// The parts. An Outsider learns nothing, not even that the case exists.
const (
	Outsider      Part = ""
	Enterprise    Part = "enterprise"    // a member of a firm whose need it is
	Provider      Part = "provider"      // who stands behind a target that was invited
	Staff         Part = "broker"        // union staff in whose union's subtree the case lies
	Leader        Part = "leader"        // reads, takes no step
	Administrator Part = "administrator" // may do what staff may
)

// Label is the part in Chinese.
func (p Part) Label() string {
	switch p {
	case Enterprise:
		return "企业"
	case Provider:
		return "服务方"
	case Staff:
		return "红娘"
	case Leader:
		return "工会领导"
	case Administrator:
		return "管理员"
	}
	return "无关人员"
}

// staff tells whether the part leads cases.
func (p Part) staff() bool { return p == Staff || p == Administrator }

// seesWhole tells whether the part is shown the whole document.
func (p Part) seesWhole() bool { return p.staff() || p == Leader }

// Seat is somebody's place in one introduction.
type Seat struct {
	Part   Part
	Needs  []string // of an Enterprise: codes of its own needs
	Target string   // of a Provider: code of the target behind which it stands
}

// Actor is who takes a step.
type Actor struct {
	User string // code of the account, "" for the operator
	Name string
	Seat Seat
}

// Scope gives whom the introduction concerns, for account.May. unions are the
// managing union, that of the co-broker, and every union above them. Targets
// that were not invited are not among them: they must not learn of the case.
func (in *Introduction) Scope(unions []string) account.Target {
	t := account.Target{Unions: unions}
	for _, n := range in.Needs {
		if n.Org != "" {
			t.Orgs = append(t.Orgs, n.Org)
		}
	}
	for _, target := range in.Targets {
		if target.InvitedAt == nil {
			continue
		}
		if target.Org != "" {
			t.Orgs = append(t.Orgs, target.Org)
		}
		if target.Person != "" {
			t.Persons = append(t.Persons, target.Person)
		}
	}
	return t
}

// SeatOf finds the actor's seat. Whom the table of permissions keeps from
// reading the introduction is an Outsider.
func SeatOf(in *Introduction, a account.Actor, unions []string) Seat {
	if !account.May(a, account.IntroductionRead, in.Scope(unions)) {
		return Seat{}
	}
	switch a.Role {
	case account.Administrator:
		return Seat{Part: Administrator}
	case account.Broker:
		return Seat{Part: Staff}
	case account.Leader:
		return Seat{Part: Leader}
	}
	var own []string
	for _, n := range in.Needs {
		if n.Org != "" && n.Org == a.Org {
			own = append(own, n.Code)
		}
	}
	if len(own) > 0 {
		return Seat{Part: Enterprise, Needs: own}
	}
	if target := in.standsBehind(a); target != "" {
		return Seat{Part: Provider, Target: target}
	}
	return Seat{}
}

// standsBehind gives the code of the invited target that the actor may answer
// for: the current one if he can, else the last that ended.
func (in *Introduction) standsBehind(a account.Actor) string {
	found := ""
	for _, t := range in.Targets {
		his := t.Org != "" && t.Org == a.Org || t.Person != "" && t.Person == a.Person
		if !his || t.InvitedAt == nil {
			continue
		}
		if t.State == Current {
			return t.Code
		}
		found = t.Code
	}
	return found
}

// owns tells whether the seat is an enterprise's whose need it is; an empty
// code stands for what all needs share.
func (s Seat) owns(need string) bool {
	return s.Part == Enterprise && (need == "" || slices.Contains(s.Needs, need))
}
