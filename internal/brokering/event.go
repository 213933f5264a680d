package brokering

import (
	"fmt"
	"slices"
	"time"
)

// Event says whom to tell of a step. It follows from the history, so that
// whoever delivers it can begin again after a crash; its ID stays the same.
// Text says nothing confidential: it may stand in a mail.
type Event struct {
	ID           string    `json:"id" doc:"Code, number of the step and part: the same when told again"`
	Introduction string    `json:"introduction"`
	Seq          int64     `json:"seq"`
	At           time.Time `json:"at"`
	Step         StepKind  `json:"step"`
	Stage        Stage     `json:"stage"`
	Tell         Part      `json:"tell"`
	User         string    `json:"user,omitempty" doc:"The broker's account, when a broker is told"`
	Target       string    `json:"target,omitempty" doc:"Which target, when a provider is told"`
	Need         string    `json:"need,omitempty" doc:"Whose need, when one enterprise is told; all when empty"`
	Text         string    `json:"text" doc:"In Chinese, nothing confidential"`
}

// EventsOf gives whom to tell of an entry of the history of in.
func EventsOf(in *Introduction, e Entry) []Event {
	rule, ok := ruleOf(e.Step)
	if !ok {
		return nil
	}
	var out []Event
	for _, p := range in.tells(e, rule) {
		himself := p == e.Part && p != Staff || p == Staff && e.By != "" && e.By == in.Broker.User
		if himself || !in.concerns(p, e) {
			continue
		}
		ev := Event{
			ID: fmt.Sprintf("%s/%d/%s", in.Code, e.Seq, p), Introduction: in.Code, Seq: e.Seq, At: e.At, Step: e.Step, Stage: e.To, Tell: p,
			Text: fmt.Sprintf("对接单 %s：%s，现为“%s”。", in.Code, rule.What, e.To.Label()),
		}
		switch p {
		case Staff:
			ev.User = in.Broker.User
		case Provider:
			ev.Target = e.Target
		case Enterprise:
			ev.Need = e.Need
		}
		out = append(out, ev)
	}
	if e.Step == Handover {
		out = append(out, handedOver(in, e))
	}
	return out
}

// tells gives whom to tell: for words and releases, those whom they are for.
func (in *Introduction) tells(e Entry, rule Rule) []Part {
	switch e.Step {
	case Write:
		for _, m := range in.Messages {
			if m.ID == e.Ref {
				return m.To.parts()
			}
		}
	case ReleaseStep:
		for _, r := range in.Releases {
			if r.ID == e.Ref && r.What == ProviderContact {
				return forFirm
			}
		}
		return forHelper
	}
	return rule.Tell
}

// parts are the readers of an audience; brokers always are.
func (a Audience) parts() []Part {
	switch a {
	case ToEnterprise:
		return forFirm
	case ToProvider:
		return forHelper
	case ToParties:
		return allParties
	}
	return staffOnly
}

// handedOver tells the new broker, who is not the one who took the step.
func handedOver(in *Introduction, e Entry) Event {
	return Event{
		ID: fmt.Sprintf("%s/%d/new", in.Code, e.Seq), Introduction: in.Code, Seq: e.Seq, At: e.At, Step: e.Step, Stage: e.To, Tell: Staff,
		User: in.Broker.User, Text: fmt.Sprintf("对接单 %s 已移交给您。", in.Code),
	}
}

// concerns: a provider is told only when invited, an enterprise of a target only
// when it was recommended, but of words to itself always.
func (in *Introduction) concerns(p Part, e Entry) bool {
	at := slices.IndexFunc(in.Targets, func(t Target) bool { return t.Code == e.Target })
	if at < 0 {
		return p == Staff
	}
	switch p {
	case Provider:
		return in.Targets[at].InvitedAt != nil
	case Enterprise:
		return in.Targets[at].RecommendedAt != nil || e.Step == CloseFail || e.Step == Write
	}
	return true
}
