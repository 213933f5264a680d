package campaign

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errand"
	"hongniang/internal/errs"
	"hongniang/internal/paper"
)

// beatEvery is how often a job says how far it is.
const beatEvery = time.Second

// Work does what is to be done in the background until ctx ends; see errand.Runner.
func (s *Service) Work(ctx context.Context, look time.Duration) {
	s.errands.Follow(ctx, look, s.Pass, func(err error) { s.Log.Warn("campaigns are worked on later", "err", err) })
}

// Pass does every job that is due, one after another. Errors: errs.Unavailable,
// the context's; a job that fails for its own reasons says so in its campaign.
func (s *Service) Pass(ctx context.Context) error { return errand.Pass(ctx, s.due, s.work) }

// due finds a campaign whose job nobody does.
func (s *Service) due(ctx context.Context) (string, error) {
	code, heads := "", s.heads()
	heads.Unreadable = func(id string, err error) {
		s.Log.ErrorContext(ctx, "a campaign is not worked on", "campaign", id, "err", err)
	}
	err := heads.Each(ctx, func(c *Campaign, _ int64) (bool, error) {
		if s.free(c) {
			code = c.Code
		}
		return code == "", nil
	})
	return code, err
}

// free tells whether nobody does the job of a campaign.
func (s *Service) free(c *Campaign) bool {
	return c.Job.busy() && s.errands.Free(c.Code, errand.Claim{Queued: c.Job.State == Queued, Worker: c.Job.Worker, Beat: c.Job.Beat})
}

// work takes a job over and does it.
func (s *Service) work(parent context.Context, code string) error {
	c, err := s.get(parent, code)
	if err != nil || !s.free(c) {
		return errand.Passing(err)
	}
	ctx, end := s.errands.Begin(parent, code)
	defer end()
	c.Job.State, c.Job.Worker, c.Job.Beat = Working, s.Worker, s.now()
	if err := s.put(ctx, c); err != nil {
		return errand.Passing(err)
	}
	if c.Job.Kind == Planning {
		err = s.plan(ctx, c)
	} else {
		err = s.begin(ctx, c)
	}
	return s.finish(parent, code, err)
}

// finish notes how a job ended that did not end itself. When this process stops,
// the job waits for the next.
func (s *Service) finish(ctx context.Context, code string, err error) error {
	if err == nil || errs.Is(err, errs.Stale) {
		return nil
	}
	keep := context.WithoutCancel(ctx)
	c, readErr := s.get(keep, code)
	if readErr != nil || c.Job == nil || c.Job.State != Working || c.Job.Worker != s.Worker {
		return errand.Passing(readErr)
	}
	switch c.Job.Beat = s.now(); {
	case ctx.Err() != nil:
		c.Job.State, c.Job.Worker = Queued, ""
	case errs.Is(err, errs.Unavailable):
		c.Job.State, c.Job.Fault = Broken, "数据库或检索暂时连不上，请稍后再试。"
	default:
		c.Job.State, c.Job.Fault = Broken, errs.As(err).Message
		s.Log.Warn("a campaign's work failed", "campaign", code, "job", c.Job.Kind, "err", err)
	}
	if err := s.put(keep, c); err != nil {
		return errand.Passing(err)
	}
	return ctx.Err()
}

// beat saves how far a job is; an error means that it is no longer ours.
func (s *Service) beat(ctx context.Context, c *Campaign, done int) error {
	c.Job.Done, c.Job.Beat = done, s.now()
	return s.put(ctx, c)
}

// plan makes the plan of a campaign.
func (s *Service) plan(ctx context.Context, c *Campaign) error {
	needs, left, err := s.needsNow(ctx, c)
	if err != nil {
		return err
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	set := c.Settings
	plan, err := s.Planner.Plan(inner, Ask{
		Needs: needs, People: c.Taking, Quota: set.Quota, Quotas: set.Quotas, Alternates: set.Alternates, Floor: set.Floor, MaxKM: set.MaxKM, Fresh: set.Fresh,
		Pins: c.Pins, Bans: c.Bans,
		Progress: func(done, _ int) {
			if s.now().Sub(c.Job.Beat) >= beatEvery {
				if err := s.beat(inner, c, done); err != nil {
					stop(err)
				}
			}
		},
	})
	if cause := context.Cause(inner); cause != nil && ctx.Err() == nil {
		return cause
	}
	if err != nil {
		return err
	}
	plan.Needs = append(plan.Needs, left...)
	return s.keep(ctx, c, plan)
}

// needsNow reads the needs as they are now. Those that closed meanwhile, or are
// no longer the asker's to plan with, are placed with nobody and a word.
func (s *Service) needsNow(ctx context.Context, c *Campaign) (needs []*catalog.Need, left []Placed, err error) {
	asker, err := s.actor(ctx, c.Job.By)
	if err != nil {
		return nil, nil, err
	}
	known := catalog.Remember(s.Records)
	for _, code := range c.Chosen {
		need, err := s.need(ctx, known, asker, c.Union, code)
		switch {
		case errs.Is(err, errs.NotFound):
			left = append(left, Placed{Need: code, Below: true, Why: "这项需求已经删除，或不再归本工会管。"})
		case err != nil:
			return nil, nil, err
		case !isOpen(need):
			left = append(left, Placed{Need: code, Title: need.Title, Below: true, Why: "这项需求已经签约、办结或撤回，没有参加分派。"})
		default:
			needs = append(needs, need)
		}
	}
	if len(needs) == 0 {
		return nil, nil, errs.New(errs.Conflict, "campaign.no_needs", "选定的需求都已经撤回、签约或办结，请重新选择。")
	}
	return needs, left, nil
}

func isOpen(need *catalog.Need) bool { return slices.Contains(openStatuses(), need.Status) }

// actor gives who asked, as he is now.
func (s *Service) actor(ctx context.Context, by Person) (account.Actor, error) {
	if by.User == "" {
		return account.Operator(), nil
	}
	u, err := s.User(ctx, by.User)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return account.Actor{}, err
	}
	if err != nil || u.Disabled {
		return account.Actor{}, errs.New(errs.Denied, "campaign.asker_gone", "办这一步的“"+by.Name+"”账号已停用，请由另一位红娘再办一次。")
	}
	return u.Actor(), nil
}

// keep saves a plan, then the campaign that names it; those that it does not name
// go last, so that a kill in between loses nothing.
func (s *Service) keep(ctx context.Context, c *Campaign, plan Plan) error {
	of := PlanOf{ID: fmt.Sprintf("%s/%06d", c.Code, c.Rev), At: s.now(), By: c.Job.By, Needs: len(plan.Needs), Placed: plan.Placed, Reached: plan.Reached, Total: plan.Total}
	if _, err := s.plans().Put(ctx, planHead(of.ID, c.Code), &plan); err != nil {
		return err
	}
	c.Plans = append([]PlanOf{of}, c.Plans...)
	c.Plans = c.Plans[:min(len(c.Plans), keptPlans)]
	c.State, c.Stale = Planned, false
	c.Job.State, c.Job.Done, c.Job.Beat = Done, c.Job.Total, s.now()
	if err := s.put(ctx, c); err != nil {
		if errs.Is(err, errs.Stale) { // nobody will name it; of another failure nothing is known, and the next plan sees to it
			s.dropPlan(context.WithoutCancel(ctx), of.ID)
		}
		return err
	}
	s.dropPlans(ctx, c)
	return nil
}

// dropPlans removes the plans that a campaign does not name: older ones, and what a
// process left that was killed before it could name its own. One that another process
// is about to name it cannot: the campaign has another revision by now.
func (s *Service) dropPlans(ctx context.Context, c *Campaign) {
	items, err := s.Items.Owned(ctx, account.KindPlan, c.Code)
	if err != nil {
		s.Log.Warn("old plans stay", "campaign", c.Code, "err", err)
		return
	}
	for _, it := range items {
		if !slices.ContainsFunc(c.Plans, func(p PlanOf) bool { return p.ID == it.ID }) {
			s.dropPlan(ctx, it.ID)
		}
	}
}

func (s *Service) dropPlan(ctx context.Context, id string) {
	if err := s.plans().Delete(ctx, id); err != nil {
		s.Log.Warn("an old plan stays", "plan", id, "err", err)
	}
}

// beatPairs is how many pairs are begun between two saves.
const beatPairs = 10

// begin begins the introductions of a campaign's pairs. Their codes are reserved
// and written down first: a pair that was begun before a kill is found by it.
func (s *Service) begin(ctx context.Context, c *Campaign) error {
	by, err := s.actor(ctx, c.Job.By)
	if err != nil {
		return err
	}
	if err := s.reserve(ctx, c); err != nil {
		return err
	}
	tried := 0
	for i := range c.Pairs {
		m := &c.Pairs[i]
		if m.State != Waiting {
			continue
		}
		if err := s.beginOne(ctx, by, c, m); err != nil {
			return err
		}
		if tried++; tried%beatPairs == 0 {
			if err := s.beat(ctx, c, c.tried()); err != nil {
				return err
			}
		}
	}
	c.State, c.Job.State = Running, Done
	return s.beat(ctx, c, c.tried())
}

func (c *Campaign) tried() int { return len(c.Pairs) - c.Summary()[Waiting] }

func (s *Service) reserve(ctx context.Context, c *Campaign) error {
	var want []int
	for i, m := range c.Pairs {
		if m.State == Waiting && m.Introduction == "" {
			want = append(want, i)
		}
	}
	if len(want) == 0 {
		return nil
	}
	codes, err := s.Introductions.Reserve(ctx, len(want))
	if err != nil {
		return err
	}
	for k, i := range want {
		c.Pairs[i].Introduction = codes[k]
	}
	return s.put(ctx, c)
}

// beginOne begins the introduction of a pair, or says why not. Alternates who
// cannot be proposed by now are left out. Errors: errs.Unavailable, the context's.
func (s *Service) beginOne(ctx context.Context, by account.Actor, c *Campaign, m *Match) error {
	p := brokering.Proposal{Needs: []string{m.Need}, Note: "批量对接“" + c.Settings.Name + "”（" + c.Code + "）"}
	for i, code := range append([]string{m.Person}, m.Alternates...) {
		t := brokering.Target{Kind: string(catalog.KindExpert), Code: code}
		if i == 0 {
			t.Band = m.Band
		}
		p.Targets = append(p.Targets, t)
	}
	_, err := s.Introductions.BeginReserved(ctx, by, m.Introduction, p)
	if errs.Is(err, errs.Invalid) && len(p.Targets) > 1 {
		if p.Targets = without(p.Targets, errs.As(err)); len(p.Targets) > 0 && p.Targets[0].Code == m.Person {
			m.Why = "有的候补现在不能推荐，没有列入。"
			_, err = s.Introductions.BeginReserved(ctx, by, m.Introduction, p)
		}
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errs.Is(err, errs.Unavailable):
		return err
	case err == nil:
		m.State = Begun
		return nil
	}
	existing, findErr := s.Introductions.Between(ctx, m.Need, m.Person)
	if findErr != nil {
		return findErr
	}
	if errs.Is(err, errs.Conflict) && existing != "" {
		m.State, m.Introduction, m.Why = Existing, existing, "两边已有对接单在办，接着办那一张。"
		return nil
	}
	m.State, m.Why = Failed, reason(err)
	return nil
}

func planHead(id, campaign string) paper.Head { return paper.Head{ID: id, Owner: campaign} }

// without drops the targets that an error names.
func without(list []brokering.Target, e *errs.Error) []brokering.Target {
	var out []brokering.Target
	for i, t := range list {
		if !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Field == fmt.Sprintf("targets[%d]", i) }) {
			out = append(out, t)
		}
	}
	return out
}

// reason says in Chinese what an error says of a pair.
func reason(err error) string {
	e := errs.As(err)
	if len(e.Fields) > 0 {
		return e.Fields[0].Message
	}
	return e.Message
}
