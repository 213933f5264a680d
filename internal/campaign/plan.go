// Package campaign gives a batch of needs to a batch of people (批量对接): who
// asks, what was planned and what it cost, what the broker decided, and how the
// introductions that came of it stand.
//
// A campaign changes by steps alone, each one atomic write with its revision.
// Planning and beginning introductions are work in the background: what is to be
// done stands in the campaign itself, so that whoever starts next goes on after
// a kill. Who should take what is a Planner's answer; package matcher has one.
package campaign

import (
	"fmt"
	"math"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

// Ask says what is to be planned.
type Ask struct {
	Needs []*catalog.Need // whole: who plans may read them
	// People are the codes of the experts who take part; none: everybody.
	People []string
	// Quota is how many needs one person takes at most in this campaign, beside
	// what he has open already; constraint.DefaultQuota when 0. Quotas say otherwise
	// of some, by code.
	Quota      int
	Quotas     map[string]int
	Alternates int // further people a need, 0..MaxAlternates
	// Floor is the part of a need's best feasible score that it is promised;
	// DefaultFloor when 0, at most 1.
	Floor float64
	// MaxKM leaves out who is farther away, as the crow flies; 0: as far as each
	// travels himself. Fresh leaves out who was brought to the same firm before.
	MaxKM int
	Fresh bool
	// Pins are pairs that hold if they may, Bans pairs that must not be.
	Pins, Bans []Pair
	// Progress is told how many needs are ranked; nil: nobody.
	Progress func(done, total int)
}

// Pair is a need and the expert who takes it.
type Pair struct {
	Need   string `json:"need"`
	Person string `json:"person"`
}

// Bounds and defaults.
const (
	MaxNeeds      = 1000
	MaxPeople     = 5000
	MaxAlternates = 10
	MaxKM         = 5000
	DefaultFloor  = 0.8
)

// Reasons why somebody is left out that hold in one campaign alone, beside those
// of package constraint.
const (
	Distant constraint.Reason = "distant" // farther away than the campaign allows
	Met     constraint.Reason = "met"     // was brought to the same firm before
	Banned  constraint.Reason = "banned"  // the broker ruled the pair out
)

// Reasons lists every reason in order.
func Reasons() []constraint.Reason { return append(constraint.Reasons(), Distant, Met, Banned) }

// Label is a reason in Chinese, to stand before a count.
func Label(r constraint.Reason) string {
	switch r {
	case Distant:
		return "超出本次限定的距离"
	case Met:
		return "与这家企业对接过"
	case Banned:
		return "红娘排除"
	}
	return r.Label()
}

// Plan is what a campaign comes to; nothing is begun by it.
type Plan struct {
	Needs       []Placed     `json:"needs" doc:"In the order asked for"`
	Placed      int          `json:"placed" doc:"Needs that somebody takes"`
	Reached     int          `json:"reached" doc:"Of these, at or above the floor of their own best score"`
	Kept        int          `json:"kept" doc:"Of these, at or above the floor of their best feasible score"`
	Total       float64      `json:"total" doc:"Sum of the scores"`
	Best        float64      `json:"best" doc:"The largest sum there is when no need has a floor"`
	Floor       float64      `json:"floor" doc:"The part that was promised"`
	CommonFloor float64      `json:"common_floor" doc:"The largest part of its own best score that all needs could have at once"`
	Costs       []Cost       `json:"costs" doc:"What each limit costs; limits that cost nothing are left out"`
	Bottlenecks []Bottleneck `json:"bottlenecks" doc:"Why some needs cannot all reach the floor of their own best"`
	People      int          `json:"people" doc:"Different people who take something"`
	Considered  int          `json:"considered" doc:"Different people who fit any of the needs"`
	RankMillis  int64        `json:"rank_ms" doc:"How long ranking took"`
	SolveMillis int64        `json:"solve_ms" doc:"How long the assignment took, without the costs of limits"`
}

// Share is the part of the largest sum that the plan has, 1 when there is none.
func (p Plan) Share() float64 {
	if p.Best <= 0 {
		return 1
	}
	return p.Total / p.Best
}

// Placed is one need of a plan.
type Placed struct {
	Need       string   `json:"need"`
	Title      string   `json:"title"`
	Person     *Helper  `json:"person,omitempty" doc:"Who takes it; nobody when left out"`
	Pinned     bool     `json:"pinned,omitempty" doc:"The broker decided so"`
	Best       float64  `json:"best" doc:"Score of the best person who may take it"`
	Feasible   float64  `json:"feasible" doc:"The best that it can get while as many needs are served and those before it keep their floor"`
	Below      bool     `json:"below,omitempty" doc:"Below the floor of its own best, or left out"`
	Alternates []Helper `json:"alternates,omitempty" doc:"Who could step in, best first; all have room left"`
	// NotShown counts who fits but must not be proposed.
	NotShown []Withheld `json:"not_shown,omitempty"`
	Limits   []string   `json:"limits,omitempty" doc:"Limits without any one of which it would reach the floor of its own best"`
	Why      string     `json:"why,omitempty" doc:"In Chinese: why nobody, or why not the best"`
}

// Withheld counts the people who fit but are left out for one reason.
type Withheld struct {
	Reason constraint.Reason `json:"reason" enum:"own_group,conflict,no_consent,unavailable,over_quota,too_far,distant,met,banned"`
	Label  string            `json:"label" doc:"The reason in Chinese"`
	Count  int               `json:"count" doc:"Never who: that may be confidential"`
}

// Helper is a person of a plan.
type Helper struct {
	Code  string  `json:"code"`
	Name  string  `json:"name"`
	Org   string  `json:"org,omitempty"`
	Score float64 `json:"score" doc:"0 to 100, as in a match"`
	Band  string  `json:"band" enum:"very_high,high,medium,low,insufficient"`

	Cautions []Caution `json:"warnings,omitempty"`
}

// Caution is something that speaks against a person without ruling him out.
type Caution struct {
	Code    string `json:"code" doc:"worked_together, juror, unverified, stale, far"`
	Message string `json:"message"`
}

// Cost is what one limit costs: the plan made again without it, less the plan.
type Cost struct {
	Limit string     `json:"limit" enum:"own_group,conflict,no_consent,unavailable,over_quota,too_far,distant,met,banned,quota,pins,floor"`
	Label string     `json:"label" doc:"In Chinese"`
	Score float64    `json:"score" doc:"Sum of scores lost"`
	Needs int        `json:"needs" doc:"Needs that would get somebody better"`
	Lines []CostLine `json:"lines" doc:"Needs whose score would change, the largest gain first"`
}

// CostLine is what a limit costs one need.
type CostLine struct {
	Need    string  `json:"need"`
	Now     float64 `json:"now" doc:"0: nobody"`
	Without float64 `json:"without" doc:"0: nobody"`
}

// Bottleneck proves that some needs cannot all reach the floor of their own best
// score: the people who are good enough have too few places.
type Bottleneck struct {
	Needs  []string `json:"needs"`
	People []string `json:"people" doc:"All who are good enough for any of them"`
	Places int      `json:"places" doc:"How many needs these people can take together"`
	Why    string   `json:"why" doc:"In Chinese"`
}

// Check fills the defaults and refuses what is out of bounds. Errors:
// errs.Invalid with fields.
func (a Ask) Check() (Ask, error) {
	var f errs.Faults
	a = a.filled()
	within(&f, "needs", "需求数", len(a.Needs), 1, MaxNeeds)
	checkLimits(&f, limits{people: len(a.People), quota: a.Quota, quotas: a.Quotas, alternates: a.Alternates, km: a.MaxKM, floor: a.Floor})
	return a, f.Err()
}

func (a Ask) filled() Ask {
	if a.Quota == 0 {
		a.Quota = constraint.DefaultQuota
	}
	if a.Floor == 0 {
		a.Floor = DefaultFloor
	}
	return a
}

// limits are the numbers that an Ask and Settings share.
type limits struct {
	people, quota, alternates, km int
	quotas                        map[string]int
	floor                         float64
}

func checkLimits(f *errs.Faults, l limits) {
	within(f, "people", "人数", l.people, 0, MaxPeople)
	within(f, "quota", "每人最多承接的需求数", l.quota, 1, 100)
	within(f, "alternates", "候补人数", l.alternates, 0, MaxAlternates)
	within(f, "max_km", "最远距离（公里）", l.km, 0, MaxKM)
	for code, n := range l.quotas {
		within(f, "quotas", "“"+code+"”最多承接的需求数", n, 0, 100)
	}
	if math.IsNaN(l.floor) || l.floor < 0 || l.floor > 1 {
		f.Add("floor", "campaign.floor", "保底比例应在 0 到 1 之间，如 0.8。", fmt.Sprint(l.floor))
	}
}

func within(f *errs.Faults, field, what string, n, low, high int) {
	if n < low || n > high {
		f.Add(field, "campaign.range", fmt.Sprintf("%s应在 %d 到 %d 之间。", what, low, high), fmt.Sprint(n))
	}
}
