package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hongniang/internal/errs"
)

// StepKind names something that is done to a campaign.
type StepKind string

// The steps.
const (
	Create   StepKind = "create"
	Change   StepKind = "change"  // other settings
	MakePlan StepKind = "plan"    // have it planned, in the background
	Cancel   StepKind = "cancel"  // stop what is done in the background
	PinPair  StepKind = "pin"     // this person takes this need
	BanPair  StepKind = "ban"     // this person must not take this need
	Release  StepKind = "release" // take pins and bans of a need back
	Swap     StepKind = "swap"    // two needs exchange their people
	Confirm  StepKind = "confirm" // begin the introductions of all pairs
	Retry    StepKind = "retry"   // begin those that could not be begun, or are left
	End      StepKind = "end"
	Handover StepKind = "handover" // to another broker, by the page of handing over
)

// Step is something that a broker does to a campaign.
type Step struct {
	Kind   StepKind `json:"step" enum:"plan,cancel,pin,ban,release,swap,confirm,retry,end"`
	Need   string   `json:"need,omitempty" max:"40" doc:"Code; of pin, ban, release, swap"`
	Person string   `json:"person,omitempty" max:"40" doc:"Code of an expert; of pin and ban"`
	Other  string   `json:"other,omitempty" max:"40" doc:"Code of the other need; of swap"`
	Note   string   `json:"note,omitempty" max:"500" doc:"Of end: why, or what came of it"`
}

// rule is a line of the table of a campaign's steps.
type rule struct {
	what string
	from []State
	busy bool // while something is done in the background; else only while nothing is
}

// rules is a compiled table.
var rules = map[StepKind]rule{
	Create:   {"新建", nil, false},
	Change:   {"修改", []State{Draft, Planned}, false},
	MakePlan: {"排方案", []State{Draft, Planned}, false},
	Cancel:   {"停止", []State{Draft, Planned, Confirmed, Running}, true},
	PinPair:  {"指定人选", []State{Draft, Planned}, false},
	BanPair:  {"排除人选", []State{Draft, Planned}, false},
	Release:  {"取消指定和排除", []State{Draft, Planned}, false},
	Swap:     {"对调人选", []State{Planned}, false},
	Confirm:  {"确认并开单", []State{Planned}, false},
	Retry:    {"再试没开成的", []State{Confirmed, Running}, false},
	End:      {"结束", []State{Draft, Planned, Confirmed, Running}, false},
	Handover: {"移交", nil, false},
}

// Label is the step in Chinese.
func (k StepKind) Label() string { return rules[k].what }

// Steps lists what may be done to a campaign as it is now.
func (c *Campaign) Steps() []StepKind {
	var out []StepKind
	for _, k := range []StepKind{Change, MakePlan, Cancel, PinPair, BanPair, Release, Swap, Confirm, Retry, End} {
		if c.allows(k) == nil {
			out = append(out, k)
		}
	}
	return out
}

// allows refuses what the state does not let be.
func (c *Campaign) allows(k StepKind) error {
	r, ok := rules[k]
	switch {
	case !ok || k == Create:
		return errs.New(errs.Invalid, "campaign.step_unknown", "没有这一步，请刷新页面再办。")
	case !slices.Contains(r.from, c.State):
		return errs.New(errs.Conflict, "campaign.step_late", fmt.Sprintf("现在是“%s”，不能%s。", c.State.Label(), r.what))
	case c.Job.busy() && !r.busy:
		return errs.New(errs.Conflict, "campaign.busy", "后台正在排方案或开单，请等它做完，或先停止。")
	case !c.Job.busy() && r.busy:
		return errs.New(errs.Conflict, "campaign.idle", "后台没有在做的事，不用停止。")
	case k == Confirm:
		return c.confirmable()
	case k == Retry && !slices.ContainsFunc(c.Pairs, Match.open):
		return errs.New(errs.Conflict, "campaign.none_left", "对接单都已开好，没有要再试的。")
	}
	return nil
}

func (m Match) open() bool { return m.State == Waiting || m.State == Failed }

func (c *Campaign) confirmable() error {
	plan, ok := c.Plan()
	switch {
	case !ok || plan.Placed == 0:
		return errs.New(errs.Conflict, "campaign.no_plan", "还没有排出人选，先排方案。")
	case c.Stale:
		return errs.New(errs.Conflict, "campaign.stale_plan", "方案排好以后又改过，请重新排一次，看过再确认。")
	}
	return nil
}

// Apply takes a step: a pure function. plan is the present plan, for swap and
// confirm. What is done in the background is only asked for here. Errors:
// errs.Invalid with fields, errs.Conflict when the state does not allow it.
func Apply(c Campaign, s Step, plan *Plan, by Person, now time.Time) (*Campaign, error) {
	if err := c.allows(s.Kind); err != nil {
		return nil, err
	}
	next, note := c.copy(), s.Note
	var err error
	switch s.Kind {
	case MakePlan:
		next.Job = &Job{Kind: Planning, State: Queued, By: by, AskedAt: now, Beat: now, Total: len(c.Chosen)}
		note = describe(next)
	case Cancel:
		next.Job.State, next.Job.Beat = Cancelled, now
	case PinPair, BanPair, Release:
		note, err = next.decide(s)
	case Swap:
		note, err = next.swap(s, plan)
	case Confirm:
		note, err = next.confirm(plan, by, now)
	case Retry:
		next.retry(by, now)
	case End:
		if note = strings.TrimSpace(note); note == "" {
			err = fault("note", "campaign.note", "请写一句结果，或为什么不做了。", "")
		}
		next.State = Ended
	default:
		err = errs.New(errs.Invalid, "campaign.step_unknown", "没有这一步，请刷新页面再办。")
	}
	if err != nil {
		return nil, err
	}
	next.note(by, s.Kind, note, now)
	return next, nil
}

func (c Campaign) copy() *Campaign {
	c.Pins, c.Bans, c.Pairs, c.Plans, c.History = slices.Clone(c.Pins), slices.Clone(c.Bans), slices.Clone(c.Pairs), slices.Clone(c.Plans), slices.Clone(c.History)
	if c.Job != nil {
		job := *c.Job
		c.Job = &job
	}
	return &c
}

func fault(field, code, message, value string) error {
	var f errs.Faults
	f.Add(field, code, message, value)
	return f.Err()
}

// decide pins or bans a pair, or takes back what was decided of a need.
func (c *Campaign) decide(s Step) (string, error) {
	if !slices.Contains(c.Chosen, s.Need) {
		return "", fault("need", "campaign.need_unknown", "这项需求不在本次批量对接里。", s.Need)
	}
	if s.Kind != Release && s.Person == "" {
		return "", fault("person", "campaign.person_unknown", "请写专家编号。", "")
	}
	if s.Kind != Release && len(c.Taking) > 0 && !slices.Contains(c.Taking, s.Person) {
		return "", fault("person", "campaign.person_out", "这位专家不在本次参加的人里。", s.Person)
	}
	pair := Pair{Need: s.Need, Person: s.Person}
	of := func(p Pair) bool { return p.Need == s.Need }
	switch c.Stale = true; s.Kind {
	case PinPair:
		c.Pins = append(slices.DeleteFunc(c.Pins, of), pair)
		c.Bans = slices.DeleteFunc(c.Bans, func(p Pair) bool { return p == pair })
	case BanPair:
		c.Bans = append(slices.DeleteFunc(c.Bans, func(p Pair) bool { return p == pair }), pair)
		c.Pins = slices.DeleteFunc(c.Pins, func(p Pair) bool { return p == pair })
	default:
		c.Pins, c.Bans = slices.DeleteFunc(c.Pins, of), slices.DeleteFunc(c.Bans, of)
	}
	return strings.TrimSpace(s.Need + " " + s.Person), nil
}

// swap pins to each of two needs whom the other has.
func (c *Campaign) swap(s Step, plan *Plan) (string, error) {
	var who [2]string
	for i, need := range []string{s.Need, s.Other} {
		if plan != nil {
			for _, p := range plan.Needs {
				if p.Need == need && p.Person != nil {
					who[i] = p.Person.Code
				}
			}
		}
		if who[i] == "" {
			return "", fault([]string{"need", "other"}[i], "campaign.need_unknown", "方案里这项需求没有人选，不能对调。", need)
		}
	}
	if s.Need == s.Other || who[0] == who[1] {
		return "", fault("other", "campaign.swap_same", "两项需求的人选相同，不用对调。", s.Other)
	}
	for i, need := range []string{s.Need, s.Other} {
		if _, err := c.decide(Step{Kind: PinPair, Need: need, Person: who[1-i]}); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s 与 %s", s.Need, s.Other), nil
}

// confirm takes the pairs over from the plan and asks for their introductions.
func (c *Campaign) confirm(plan *Plan, by Person, now time.Time) (string, error) {
	if plan == nil {
		return "", c.confirmable()
	}
	c.Pairs = nil
	for _, p := range plan.Needs {
		if p.Person == nil {
			continue
		}
		m := Match{Need: p.Need, Title: p.Title, Person: p.Person.Code, Name: p.Person.Name, Band: p.Person.Band, State: Waiting}
		for _, a := range p.Alternates {
			m.Alternates = append(m.Alternates, a.Code)
		}
		c.Pairs = append(c.Pairs, m)
	}
	c.State = Confirmed
	c.Job = &Job{Kind: Beginning, State: Queued, By: by, AskedAt: now, Beat: now, Total: len(c.Pairs)}
	return fmt.Sprintf("%d 对", len(c.Pairs)), nil
}

// retry asks again for the introductions that are left.
func (c *Campaign) retry(by Person, now time.Time) {
	left := 0
	for i := range c.Pairs {
		if c.Pairs[i].open() {
			c.Pairs[i].State, c.Pairs[i].Why = Waiting, ""
			left++
		}
	}
	c.State = Confirmed
	c.Job = &Job{Kind: Beginning, State: Queued, By: by, AskedAt: now, Beat: now, Done: len(c.Pairs) - left, Total: len(c.Pairs)}
}
