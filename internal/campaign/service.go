package campaign

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errand"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// Planner says who should take what. Errors: errs.Invalid with fields,
// errs.Unavailable, the context's.
type Planner interface {
	Plan(ctx context.Context, ask Ask) (Plan, error)
}

// Records are what campaigns choose from; a catalog.Store is one.
type Records interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	Scan(ctx context.Context, kind catalog.Kind, after string, limit int) ([]catalog.Record, error)
	TakeNumbers(ctx context.Context, series string, n int) (first int64, err error)
}

// Deps is what campaigns stand on. All are needed.
type Deps struct {
	Items         account.Store
	Records       Records
	Introductions *brokering.Service
	// User finds who confirmed, when another process goes on with it.
	User    func(ctx context.Context, code string) (account.User, error)
	Planner Planner
	Now     func() time.Time
	Log     *slog.Logger
	// Worker names this process among those on one database. Patience is how long
	// a job of another process may be silent before it is taken over: 0 where no
	// other process can be.
	Worker   string
	Patience time.Duration
}

// Service keeps campaigns and does their work. It is safe for concurrent use.
type Service struct {
	Deps
	errands *errand.Runner
}

// New gives a service on its parts.
func New(d Deps) *Service { return &Service{Deps: d, errands: errand.New(d.Worker, d.Patience, d.Now)} }

func (s *Service) heads() paper.Drawer[Campaign] {
	return paper.Drawer[Campaign]{Items: s.Items, Kind: account.KindCampaign, Code: "campaign", Name: "批量对接"}
}

func (s *Service) plans() paper.Drawer[Plan] {
	return paper.Drawer[Plan]{Items: s.Items, Kind: account.KindPlan, Code: "campaign", Name: "批量对接的方案"}
}

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

// get reads a campaign.
func (s *Service) get(ctx context.Context, code string) (*Campaign, error) {
	c, rev, err := s.heads().Get(ctx, code)
	if err != nil {
		return nil, err
	}
	c.Rev = rev
	return c, nil
}

// put saves a campaign over the revision that it has, and raises it.
func (s *Service) put(ctx context.Context, c *Campaign) error {
	rev, err := s.heads().Put(ctx, paper.Head{ID: c.Code, Owner: c.Union, Rev: c.Rev}, c)
	if err == nil {
		c.Rev = rev
	}
	return err
}

// open reads a campaign for somebody. Whose it is not is told that there is none.
func (s *Service) open(ctx context.Context, a account.Actor, action account.Action, code string) (*Campaign, error) {
	c, err := s.get(ctx, code)
	if err != nil {
		return nil, err
	}
	if c.Unions, err = catalog.Lineage(ctx, s.Records, c.Union); err != nil {
		return nil, err
	}
	target := account.Target{Unions: c.Unions}
	switch {
	case account.May(a, action, target):
		return c, nil
	case account.May(a, account.CampaignRead, target):
		return nil, errs.New(errs.Denied, "campaign.not_yours", "批量对接由红娘办理，您可以查看。")
	}
	return nil, s.heads().NotFound(code)
}

// Create begins a campaign as a draft. Errors: errs.Invalid with fields,
// errs.Denied.
func (s *Service) Create(ctx context.Context, a account.Actor, set Settings) (*Campaign, error) {
	scope := account.ScopeOf(a, account.CampaignRun)
	if scope != account.Subtree && scope != account.All {
		return nil, errs.New(errs.Denied, "campaign.not_yours", "批量对接由红娘办理。")
	}
	c := &Campaign{State: Draft, Broker: personOf(a), Union: a.Org, CreatedAt: s.now()}
	var err error
	if c.Unions, err = catalog.Lineage(ctx, s.Records, c.Union); err != nil {
		return nil, err
	}
	if err := s.choose(ctx, a, c, set); err != nil {
		return nil, err
	}
	series := fmt.Sprintf("PL-%d", s.Now().In(china()).Year())
	n, err := s.Records.TakeNumbers(ctx, series, 1)
	if err != nil {
		return nil, err
	}
	c.Code = fmt.Sprintf("%s-%04d", series, n)
	c.note(personOf(a), Create, describe(c), s.now())
	return c, s.put(ctx, c)
}

func china() *time.Location { return catalog.China() }

func personOf(a account.Actor) Person { return Person{User: a.User, Name: a.Signature()} }

// Change gives a campaign other settings; its plan no longer counts. Errors:
// errs.Invalid with fields, errs.Stale, errs.Conflict, errs.NotFound, errs.Denied.
func (s *Service) Change(ctx context.Context, a account.Actor, code string, rev int64, set Settings) (*Campaign, error) {
	c, err := s.openAt(ctx, a, code, rev)
	if err != nil {
		return nil, err
	}
	if err := c.allows(Change); err != nil {
		return nil, err
	}
	if err := s.choose(ctx, a, c, set); err != nil {
		return nil, err
	}
	out := func(p Pair) bool { return !slices.Contains(c.Chosen, p.Need) }
	c.Pins, c.Bans, c.Stale = slices.DeleteFunc(c.Pins, out), slices.DeleteFunc(c.Bans, out), true
	c.note(personOf(a), Change, describe(c), s.now())
	return c, s.put(ctx, c)
}

// openAt opens a campaign to be changed at the revision that was read.
func (s *Service) openAt(ctx context.Context, a account.Actor, code string, rev int64) (*Campaign, error) {
	c, err := s.open(ctx, a, account.CampaignRun, code)
	if err != nil {
		return nil, err
	}
	if rev != c.Rev {
		return nil, s.heads().Stale(code, c.Rev, rev)
	}
	return c, nil
}

// Take takes a step on the revision that was read; cancel needs none. Errors: those
// of Apply, errs.Stale, errs.NotFound, errs.Denied.
func (s *Service) Take(ctx context.Context, a account.Actor, code string, rev int64, step Step) (*Campaign, error) {
	for try := 0; ; try++ {
		c, err := s.open(ctx, a, account.CampaignRun, code)
		if err != nil {
			return nil, err
		}
		if step.Kind != Cancel && rev != c.Rev {
			return nil, s.heads().Stale(code, c.Rev, rev)
		}
		var plan *Plan
		if of, ok := c.Plan(); ok && (step.Kind == Swap || step.Kind == Confirm) {
			if plan, _, err = s.plans().Get(ctx, of.ID); err != nil {
				return nil, err
			}
		}
		next, err := Apply(*c, step, plan, personOf(a), s.now())
		if err != nil {
			return nil, err
		}
		switch err = s.put(ctx, next); {
		case err == nil:
			s.follow(next)
			return next, nil
		case step.Kind != Cancel || !errs.Is(err, errs.Stale) || try == 20:
			return nil, err
		}
	}
}

// follow stops or wakes the work of this process.
func (s *Service) follow(c *Campaign) {
	switch {
	case c.Job != nil && c.Job.State == Cancelled:
		s.errands.Stop(c.Code)
	case c.Job.busy():
		s.errands.Wake()
	}
}

// Line is a campaign in a list.
type Line struct {
	Code      string             `json:"code"`
	Name      string             `json:"name"`
	State     State              `json:"state"`
	Broker    Person             `json:"broker"`
	Needs     int                `json:"needs"`
	From      string             `json:"from,omitempty"`
	To        string             `json:"to,omitempty"`
	Plan      *PlanOf            `json:"plan,omitempty"`
	Pairs     map[MatchState]int `json:"pairs,omitempty" doc:"What was confirmed, by what came of it"`
	Job       *Job               `json:"job,omitempty"`
	UpdatedAt time.Time          `json:"updated_at"`
}

// List gives the campaigns that somebody may see, the newest first.
func (s *Service) List(ctx context.Context, a account.Actor) ([]Line, error) {
	out, known := []Line{}, catalog.Remember(s.Records)
	err := s.heads().Each(ctx, func(c *Campaign, _ int64) (bool, error) {
		unions, err := catalog.Lineage(ctx, known, c.Union)
		if err == nil && account.May(a, account.CampaignRead, account.Target{Unions: unions}) {
			out = append(out, lineOf(c))
		}
		return true, err
	})
	slices.SortStableFunc(out, func(x, y Line) int { return strings.Compare(y.Code, x.Code) })
	return out, err
}

func lineOf(c *Campaign) Line {
	l := Line{Code: c.Code, Name: c.Settings.Name, State: c.State, Broker: c.Broker, Needs: len(c.Chosen), From: c.Settings.From, To: c.Settings.To, Job: c.Job, UpdatedAt: c.UpdatedAt}
	if plan, ok := c.Plan(); ok {
		l.Plan = &plan
	}
	if len(c.Pairs) > 0 {
		l.Pairs = c.Summary()
	}
	return l
}

// Sight is a campaign with its plan, how its introductions stand, and what the
// reader may do.
type Sight struct {
	Campaign *Campaign  `json:"campaign"`
	Plan     *Plan      `json:"plan,omitempty"`
	Progress []Standing `json:"progress,omitempty" doc:"One a confirmed pair, in their order"`
	Steps    []StepKind `json:"steps" doc:"What you may do now"`
}

// Standing is how the introduction of a pair stands.
type Standing struct {
	Match
	Stage   brokering.Stage       `json:"stage,omitempty"`
	Target  string                `json:"target,omitempty" doc:"Name of who is asked now: an alternate may have stepped in"`
	Next    *brokering.NextAction `json:"next_action,omitempty"`
	Level   brokering.Level       `json:"level,omitempty" doc:"How late it is: 1 reminder, 2 broker's list, 3 leader's list"`
	Outcome string                `json:"outcome,omitempty" doc:"Vocabulary outcome_kind"`
}

// Show gives a campaign to somebody. Errors: errs.NotFound, also for whom it
// does not concern.
func (s *Service) Show(ctx context.Context, a account.Actor, code string) (Sight, error) {
	c, err := s.open(ctx, a, account.CampaignRead, code)
	if err != nil {
		return Sight{}, err
	}
	out := Sight{Campaign: c, Steps: []StepKind{}}
	if account.May(a, account.CampaignRun, account.Target{Unions: c.Unions}) {
		out.Steps = append(out.Steps, c.Steps()...)
	}
	if of, ok := c.Plan(); ok {
		if out.Plan, _, err = s.plans().Get(ctx, of.ID); err != nil {
			return Sight{}, err
		}
	}
	for _, m := range c.Pairs {
		standing, err := s.standing(ctx, m)
		if err != nil {
			return Sight{}, err
		}
		out.Progress = append(out.Progress, standing)
	}
	return out, nil
}

func (s *Service) standing(ctx context.Context, m Match) (Standing, error) {
	out := Standing{Match: m}
	if m.Introduction == "" || m.State != Begun && m.State != Existing {
		return out, nil
	}
	in, err := s.Introductions.Store.Get(ctx, m.Introduction)
	if errs.Is(err, errs.NotFound) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Stage, out.Next, out.Level, out.Outcome = in.Stage, in.Next, brokering.Clock(in, s.Now()).Level, in.Outcome
	if t, ok := in.CurrentTarget(); ok {
		out.Target = t.Name
	}
	return out, nil
}
