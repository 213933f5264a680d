package campaign

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hongniang/internal/errs"
)

// State is how far a campaign is.
type State string

// The states, in order.
const (
	Draft     State = "draft"     // needs and people are chosen
	Planned   State = "planned"   // there is a plan
	Confirmed State = "confirmed" // its introductions are being begun
	Running   State = "running"   // all were begun, or it is said why not
	Ended     State = "ended"
)

// States lists the states in order.
func States() []State { return []State{Draft, Planned, Confirmed, Running, Ended} }

// Label is the state in Chinese.
func (s State) Label() string {
	switch s {
	case Draft:
		return "草稿"
	case Planned:
		return "已排方案"
	case Confirmed:
		return "正在开单"
	case Running:
		return "对接中"
	case Ended:
		return "已结束"
	}
	return string(s)
}

// Filter chooses needs or people; what is empty does not choose.
type Filter struct {
	Region string `json:"region,omitempty" max:"6" doc:"GB/T 2260; a province or city takes what lies in it"`
	Type   string `json:"type,omitempty" max:"40" doc:"Vocabulary need_type, or person_kind"`
	Field  string `json:"field,omitempty" max:"40" doc:"Vocabulary tech_field; of needs"`
}

// Settings are what is chosen for a campaign.
type Settings struct {
	Name string `json:"name" max:"60"`
	From string `json:"from,omitempty" doc:"First day, YYYY-MM-DD"`
	To   string `json:"to,omitempty" doc:"Last day, YYYY-MM-DD"`
	// Needs are the codes that take part; when there are none, the filter chooses.
	Needs    []string `json:"needs,omitempty" doc:"Codes; none: those that the filter chooses"`
	NeedsBy  Filter   `json:"needs_by,omitzero"`
	People   []string `json:"people,omitempty" doc:"Codes of experts; none: those that the filter chooses"`
	PeopleBy Filter   `json:"people_by,omitzero" doc:"Empty: everybody"`

	Quota      int            `json:"quota" doc:"How many needs one person takes at most"`
	Quotas     map[string]int `json:"quotas,omitempty" doc:"Otherwise for some, by code"`
	Alternates int            `json:"alternates" doc:"How many could step in, for each need"`
	Floor      float64        `json:"floor" doc:"Part of its best feasible score that every need is promised"`
	MaxKM      int            `json:"max_km,omitempty" doc:"Who is farther away is left out; 0: as far as each travels himself"`
	Fresh      bool           `json:"fresh,omitempty" doc:"Who was brought to the same firm before is left out"`
}

// Campaign is a batch of needs given to a batch of people.
type Campaign struct {
	Code     string   `json:"code" doc:"Such as PL-2026-0001"`
	Rev      int64    `json:"rev" doc:"Revision, from 1; a change must name the one it read"`
	State    State    `json:"state" enum:"draft,planned,confirmed,running,ended"`
	Settings Settings `json:"settings"`
	Union    string   `json:"union,omitempty" doc:"Code of the managing union"`
	Unions   []string `json:"unions,omitempty" doc:"The managing union and all above it, when last saved"`
	Broker   Person   `json:"broker"`
	Chosen   []string `json:"chosen" doc:"Codes of the needs that take part"`
	Taking   []string `json:"taking,omitempty" doc:"Codes of the experts who take part; none: everybody"`
	Pins     []Pair   `json:"pins,omitempty" doc:"Pairs that the broker decided on"`
	Bans     []Pair   `json:"bans,omitempty" doc:"Pairs that the broker ruled out"`
	Plans    []PlanOf `json:"plans,omitempty" doc:"The newest first; only the first counts"`
	Stale    bool     `json:"stale,omitempty" doc:"Something was changed since the plan was made"`
	Job      *Job     `json:"job,omitempty" doc:"The last work in the background"`
	Pairs    []Match  `json:"pairs,omitempty" doc:"What was confirmed"`
	History  []Entry  `json:"history"`

	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Person is a member of staff.
type Person struct {
	User string `json:"user,omitempty"`
	Name string `json:"name"`
}

// PlanOf says what a plan came to.
type PlanOf struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      Person    `json:"by"`
	Needs   int       `json:"needs"`
	Placed  int       `json:"placed"`
	Reached int       `json:"reached"`
	Total   float64   `json:"total"`
}

// keptPlans is how many plans of a campaign are kept.
const keptPlans = 4

// Match is a need with whom it was given to, and what came of beginning it.
type Match struct {
	Need         string     `json:"need"`
	Title        string     `json:"title"`
	Person       string     `json:"person"`
	Name         string     `json:"name"`
	Band         string     `json:"band"`
	Alternates   []string   `json:"alternates,omitempty"`
	Introduction string     `json:"introduction,omitempty" doc:"Code, reserved before it is begun"`
	State        MatchState `json:"state" enum:"waiting,begun,existing,failed"`
	Why          string     `json:"why,omitempty" doc:"In Chinese: why it could not be begun, or what was left out"`
}

// MatchState is what came of beginning an introduction.
type MatchState string

// What came of it.
const (
	Waiting  MatchState = "waiting"
	Begun    MatchState = "begun"
	Existing MatchState = "existing" // the same two were brought together already
	Failed   MatchState = "failed"
)

// Entry is a line of a campaign's history.
type Entry struct {
	At   time.Time `json:"at"`
	By   Person    `json:"by"`
	Step StepKind  `json:"step"`
	Note string    `json:"note,omitempty"`
}

// keptEntries bounds the history; the oldest go first.
const keptEntries = 200

// JobKind is what is done in the background.
type JobKind string

// The kinds.
const (
	Planning  JobKind = "plan"
	Beginning JobKind = "begin"
)

// JobState is how far a job is.
type JobState string

// The states of a job. One that is queued or working is the business of the
// process that is named in it, and of any other when that is gone.
const (
	Queued    JobState = "queued"
	Working   JobState = "working"
	Done      JobState = "done"
	Broken    JobState = "failed"
	Cancelled JobState = "cancelled"
)

// Job is work in the background.
type Job struct {
	Kind    JobKind   `json:"kind" enum:"plan,begin"`
	State   JobState  `json:"state" enum:"queued,working,done,failed,cancelled"`
	By      Person    `json:"by"`
	AskedAt time.Time `json:"asked_at"`
	Beat    time.Time `json:"beat" doc:"When it last said how far it is"`
	Worker  string    `json:"worker,omitempty" doc:"The process that does it"`
	Done    int       `json:"done"`
	Total   int       `json:"total"`
	Fault   string    `json:"fault,omitempty" doc:"In Chinese"`
}

// busy tells whether a job is waited for.
func (j *Job) busy() bool { return j != nil && (j.State == Queued || j.State == Working) }

// Plan gives what the present plan came to, false without one.
func (c *Campaign) Plan() (PlanOf, bool) {
	if len(c.Plans) == 0 {
		return PlanOf{}, false
	}
	return c.Plans[0], true
}

func (c *Campaign) note(by Person, step StepKind, note string, now time.Time) {
	c.UpdatedAt = now
	c.History = append(c.History, Entry{At: now, By: by, Step: step, Note: note})
	if n := len(c.History); n > keptEntries {
		c.History = slices.Clone(c.History[n-keptEntries:])
	}
}

// check fills the defaults of settings and refuses what cannot be. It does not
// know which codes there are.
func (s Settings) check() (Settings, error) {
	var f errs.Faults
	s.Name = strings.TrimSpace(s.Name)
	if n := utf8.RuneCountInString(s.Name); n < 2 || n > 60 {
		f.Add("name", "campaign.name", "请写批量对接的名称，2 到 60 个字。", s.Name)
	}
	for _, day := range []struct{ field, text string }{{"from", s.From}, {"to", s.To}} {
		if _, err := time.Parse(time.DateOnly, day.text); day.text != "" && err != nil {
			f.Add(day.field, "date.malformed", "日期应像 2026-12-01。", day.text)
		}
	}
	if s.From != "" && s.To != "" && s.To < s.From {
		f.Add("to", "campaign.period", "结束日期不能早于开始日期。", s.To)
	}
	ask := Ask{Quota: s.Quota, Floor: s.Floor}.filled()
	s.Quota, s.Floor = ask.Quota, ask.Floor
	s.Needs, s.People = codes(s.Needs), codes(s.People)
	if len(s.Needs) > MaxNeeds {
		within(&f, "needs", "需求数", len(s.Needs), 1, MaxNeeds)
	}
	checkLimits(&f, limits{people: len(s.People), quota: s.Quota, quotas: s.Quotas, alternates: s.Alternates, km: s.MaxKM, floor: s.Floor})
	return s, f.Err()
}

// codes drops blanks and what stands twice.
func codes(list []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, code := range list {
		if code = strings.TrimSpace(code); !seen[code] {
			seen[code] = true
			out = append(out, code)
		}
	}
	return out
}

// Summary counts what came of beginning the introductions.
func (c *Campaign) Summary() map[MatchState]int {
	out := map[MatchState]int{}
	for _, m := range c.Pairs {
		out[m.State]++
	}
	return out
}

func describe(c *Campaign) string {
	return fmt.Sprintf("%d 项需求，每人最多 %d 项", len(c.Chosen), c.Settings.Quota)
}
