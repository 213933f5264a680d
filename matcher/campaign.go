package matcher

import (
	"context"
	"fmt"
	"math"

	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
)

// Campaign asks who should take which of many needs.
type Campaign struct {
	Needs []*catalog.Need // whole: who plans may read them
	// People are the codes of the experts who take part; none: everybody.
	People []string
	// Quota is how many needs one person takes at most in this campaign, beside
	// what he has open already; DefaultQuota when 0.
	Quota      int
	Alternates int // further people a need, 0..MaxAlternates
	// Floor is the part of a need's best feasible score below which it should not
	// be put off; DefaultFloor when 0, at most 1.
	Floor float64
}

// Bounds and defaults of a campaign.
const (
	MaxCampaignNeeds  = 1000
	MaxCampaignPeople = 5000
	MaxAlternates     = 10
	DefaultFloor      = 0.8
	// considered is how many of the best people of a need may be given to it. More
	// never helped: what is worth having stands before.
	considered = 200
)

// Plan is what a campaign comes to; nothing is written anywhere.
type Plan struct {
	Needs   []Placed `json:"needs" doc:"In the order asked for"`
	Placed  int      `json:"placed" doc:"Needs that somebody takes"`
	Reached int      `json:"reached" doc:"Of these, at or above the floor"`
	Total   float64  `json:"total" doc:"Sum of the scores"`
	Best    float64  `json:"best" doc:"The largest sum there is when no need has a floor"`
	Costs   []Cost   `json:"costs" doc:"What each limit costs; limits that cost nothing are left out"`
	People  int      `json:"people" doc:"Different people who take something"`
}

// Placed is one need of a plan.
type Placed struct {
	Need       string   `json:"need"`
	Title      string   `json:"title"`
	Person     *Helper  `json:"person,omitempty" doc:"Who takes it; nobody when left out"`
	Best       float64  `json:"best" doc:"Score of the best person who may take it"`
	Alternates []Helper `json:"alternates,omitempty" doc:"Who could step in, best first; all have room left"`
	// NotShown counts who fits but must not be proposed.
	NotShown []NotShown `json:"not_shown,omitempty"`
	Why      string     `json:"why,omitempty" doc:"In Chinese: why nobody, or why not the best"`
}

// Helper is a person of a plan.
type Helper struct {
	Code  string  `json:"code"`
	Name  string  `json:"name"`
	Org   string  `json:"org,omitempty"`
	Score float64 `json:"score" doc:"0 to 100, as in a match"`
	Band  Band    `json:"band" enum:"very_high,high,medium,low"`

	Warnings []Warning `json:"warnings,omitempty"`
}

// Cost is what one limit costs: the sum that could be had without it, less the
// sum of the plan.
type Cost struct {
	Limit string  `json:"limit" enum:"own_group,conflict,no_consent,unavailable,over_quota,too_far,quota,floor"`
	Label string  `json:"label" doc:"In Chinese"`
	Score float64 `json:"score" doc:"Sum of scores lost"`
	Needs int     `json:"needs" doc:"Needs that somebody else, or nobody, takes because of it"`
}

// Check fills the defaults of a campaign and refuses what is out of bounds.
// Errors: errs.Invalid with fields.
func (c Campaign) Check() (Campaign, error) {
	var f errs.Faults
	within := func(field, what string, n, low, high int) {
		if n < low || n > high {
			f.Add(field, "campaign.range", fmt.Sprintf("%s应在 %d 到 %d 之间。", what, low, high), fmt.Sprint(n))
		}
	}
	if c.Quota == 0 {
		c.Quota = constraint.DefaultQuota
	}
	if c.Floor == 0 {
		c.Floor = DefaultFloor
	}
	within("needs", "需求数", len(c.Needs), 1, MaxCampaignNeeds)
	within("people", "人数", len(c.People), 0, MaxCampaignPeople)
	within("quota", "每人最多承接的需求数", c.Quota, 1, 100)
	within("alternates", "候补人数", c.Alternates, 0, MaxAlternates)
	if math.IsNaN(c.Floor) || c.Floor < 0 || c.Floor > 1 {
		f.Add("floor", "campaign.floor", "保底比例应在 0 到 1 之间，如 0.8。", fmt.Sprint(c.Floor))
	}
	return c, f.Err()
}

// Plan assigns the needs of a campaign. Errors: errs.Invalid with fields,
// errs.Unavailable, the context's.
func (m *Matcher) Plan(ctx context.Context, c Campaign) (Plan, error) {
	c, err := c.Check()
	if err != nil {
		return Plan{}, err
	}
	quick := *m
	if m.Facts != nil {
		quick.Facts = remember(m.Facts)
	}
	table, err := quick.pairs(ctx, c)
	if err != nil {
		return Plan{}, err
	}
	solved, err := table.solve(ctx, relaxed{floor: c.Floor})
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Total: score(solved.answer.Total), Reached: solved.answer.Reached}
	if plan.Costs, plan.Best, err = table.costs(ctx, solved, c.Floor); err != nil {
		return Plan{}, err
	}
	return plan, quick.tell(ctx, &plan, table, solved)
}
