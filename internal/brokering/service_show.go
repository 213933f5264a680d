package brokering

import (
	"context"
	"slices"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Sight is an introduction as one person sees it, with what of needs and
// contacts is open to him and what he may do now.
type Sight struct {
	Introduction *Introduction    `json:"introduction"`
	Part         Part             `json:"part" doc:"What you are in this introduction"`
	Needs        []*catalog.Need  `json:"needs" doc:"The needs as far as they are open to you"`
	Contact      *catalog.Contact `json:"contact,omitempty" doc:"Of the current target, when open to you"`
	Steps        []Way            `json:"steps" doc:"Steps that you may take now"`
	Alarm        Alarm            `json:"alarm"`
	Ladder       Ladder           `json:"ladder" doc:"Of what you see"`
}

// Way is a step that may be taken.
type Way struct {
	Step StepKind `json:"step"`
	What string   `json:"what" doc:"In Chinese, for a button"`
}

// Show gives an introduction to somebody. Errors: NotFound, also for whom it
// does not concern.
func (s *Service) Show(ctx context.Context, a account.Actor, code string) (Sight, error) {
	in, who, err := s.open(ctx, a, code)
	if err != nil {
		return Sight{}, err
	}
	view, ok := View(in, who.Seat)
	if !ok {
		return Sight{}, NotFoundError(code)
	}
	out := Sight{Introduction: view, Part: who.Seat.Part, Needs: []*catalog.Need{}, Steps: []Way{}, Ladder: LadderOf(view)}
	if view.Stage == in.Stage { // a former target is not told how the case goes on
		out.Alarm = Clock(in, s.Now())
		unions, err := s.unions(ctx, in)
		if err != nil {
			return Sight{}, err
		}
		for _, r := range Possible(in, who.Seat.Part) {
			if account.May(a, r.Action, in.Scope(unions)) {
				out.Steps = append(out.Steps, Way{Step: r.Step, What: r.What})
			}
		}
	}
	if out.Needs, err = s.needsFor(ctx, a, in, view, who.Seat); err != nil {
		return Sight{}, err
	}
	out.Contact, err = s.contactFor(ctx, a, in, who.Seat)
	return out, err
}

// needsFor reads the needs of a view as far as they are open.
func (s *Service) needsFor(ctx context.Context, a account.Actor, in, view *Introduction, seat Seat) ([]*catalog.Need, error) {
	out := []*catalog.Need{}
	for _, ref := range view.Needs {
		rec, err := s.Catalog.Get(ctx, catalog.KindNeed, ref.Code)
		if errs.Is(err, errs.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		need, ok := rec.(*catalog.Need)
		if !ok || need.Deleted() {
			continue
		}
		shown, err := s.needFor(ctx, a, in, need, seat)
		if err != nil {
			return nil, err
		}
		out = append(out, shown)
	}
	return out, nil
}

// needFor: who may read the need whole does; a provider reads what was released.
// A public need whose owner made it secret since is judged as it is now.
func (s *Service) needFor(ctx context.Context, a account.Actor, in *Introduction, need *catalog.Need, seat Seat) (*catalog.Need, error) {
	whole, err := s.mayRead(ctx, a, account.NeedReadWhole, need)
	if err != nil || whole {
		return need, err
	}
	if seat.Part != Provider {
		return NeedFor(need, Opened{}), nil
	}
	now := in.copy()
	for i := range now.Needs {
		if now.Needs[i].Code == need.Code {
			now.Needs[i] = refOf(need)
		}
	}
	return NeedFor(need, now.Opened(need.Code, seat.Target)), nil
}

func (s *Service) mayRead(ctx context.Context, a account.Actor, action account.Action, rec catalog.Record) (bool, error) {
	h, err := catalog.HoldersOf(ctx, s.Catalog, rec)
	return err == nil && account.May(a, action, account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}), err
}

// contactFor gives the contact of the current target: whole to an enterprise it
// was released to and to staff who may read it, masked to other staff.
func (s *Service) contactFor(ctx context.Context, a account.Actor, in *Introduction, seat Seat) (*catalog.Contact, error) {
	t, ok := in.CurrentTarget()
	if !ok || seat.Part == Provider {
		return nil, nil
	}
	open := slices.ContainsFunc(seat.Needs, func(need string) bool { return in.Opened(need, t.Code).Provider })
	if seat.Part == Enterprise && !open {
		return nil, nil
	}
	rec, err := s.Catalog.Get(ctx, catalog.Kind(t.Kind), t.Code)
	if errs.Is(err, errs.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	contact := contactOf(rec)
	if seat.Part == Enterprise {
		return contact, nil
	}
	whole, err := s.mayRead(ctx, a, account.ReadWhole(t.Kind), rec)
	if err == nil && !whole {
		contact = MaskContact(contact)
	}
	return contact, err
}

func contactOf(rec catalog.Record) *catalog.Contact {
	switch r := rec.(type) {
	case *catalog.Expert:
		return r.Contact
	case *catalog.Studio:
		return r.Contact
	case *catalog.Result:
		return r.Contact
	case *catalog.Organisation:
		return r.Contact
	}
	return nil
}

// Line is an introduction in a list.
type Line struct {
	Code      string      `json:"code"`
	Rev       int64       `json:"rev"`
	Part      Part        `json:"part" doc:"What you are in it"`
	Stage     Stage       `json:"stage"`
	Needs     []NeedRef   `json:"needs"`
	Target    string      `json:"target,omitempty" doc:"Name of the current target, when you know it"`
	Broker    Broker      `json:"broker"`
	Next      *NextAction `json:"next_action,omitempty"`
	Alarm     Alarm       `json:"alarm"`
	UpdatedAt string      `json:"updated_at" doc:"RFC 3339"`
}

// Filter selects lines of a list; what the caller may not see is never in it.
type Filter struct {
	Need   string
	Target string // code of the current target or of the expert behind it
	Broker string // account
	Stages []Stage
	Open   bool
	Level  Level // at least: OnTime lists all
	Mine   bool  // only where the caller owes the next action
	Who    Part  // only where this part owes it; "" for all
	Region string
	After  string
	Limit  int // 1 to 500
}

// Lines is a page of a list.
type Lines struct {
	Items []Line `json:"items"`
	Next  string `json:"next,omitempty" doc:"To be sent as after for the next page; absent on the last"`
}

// pageSize is how many introductions are read from the store at a time.
const pageSize = 100

// List gives a page of the caller's introductions, in order of their codes.
func (s *Service) List(ctx context.Context, a account.Actor, f Filter) (Lines, error) {
	out := Lines{Items: []Line{}}
	err := s.each(ctx, a, f, func(in *Introduction, seat Seat) bool {
		if len(out.Items) == f.Limit {
			out.Next = out.Items[len(out.Items)-1].Code
			return false
		}
		if line, ok := s.line(in, seat, f); ok {
			out.Items = append(out.Items, line)
		}
		return true
	})
	return out, err
}

// each calls visit for every introduction that the caller may see and that the
// filter lets through, until it answers false.
func (s *Service) each(ctx context.Context, a account.Actor, f Filter, visit func(*Introduction, Seat) bool) error {
	q, ok := queryOf(a, f)
	if !ok {
		return errs.New(errs.Denied, "introduction.not_yours", "请先登录；对接单只给有关各方看。")
	}
	if f.Level > OnTime {
		q.WakeBy = dateOf(s.Now(), -levelDays*int(f.Level-Remind))
	}
	from := s.With(catalog.Remember(s.Catalog), s.Now)
	for {
		list, err := s.Store.List(ctx, q)
		if err != nil {
			return err
		}
		for _, in := range list {
			q.After = in.Code
			who, err := from.actor(ctx, a, in)
			if err != nil {
				return err
			}
			// A party must not find out by a filter what it is not shown.
			inRegion := !who.Seat.Part.seesWhole() || within(in.RegionCode, f.Region)
			if who.Seat.Part != Outsider && inRegion && !visit(in, who.Seat) {
				return nil
			}
		}
		if len(list) < q.Limit {
			return nil
		}
		q.Limit = pageSize // the filter leaves out some of those that are found
	}
}

// queryOf turns a filter into a query of what the caller may see.
func queryOf(a account.Actor, f Filter) (Query, bool) {
	q := Query{Need: f.Need, Helping: f.Target, Broker: f.Broker, Stages: f.Stages, Open: f.Open || f.Mine || f.Level > OnTime, Owes: f.owes(a), After: f.After, Limit: pageSize}
	if f.Limit > 0 {
		q.Limit = f.Limit + 1 // the one behind says that there are more
	}
	switch account.ScopeOf(a, account.IntroductionRead) {
	case account.All:
	case account.Subtree:
		q.Unions = []string{a.Org}
	case account.Own:
		q.Orgs, q.Persons = unique([]string{a.Org}), unique([]string{a.Person})
		q.Helping, q.Stages, q.Open, q.Owes = "", nil, false, "" // decided on the view
		if len(q.Orgs)+len(q.Persons) == 0 {
			return q, false
		}
	default:
		return q, false
	}
	return q, a.Org != "" || a.Person != "" || a.Role == account.Administrator
}

// owes is who must owe the next action for staff to be shown a line.
func (f Filter) owes(a account.Actor) Part {
	if f.Mine && f.Who == "" && (a.Role == account.Broker || a.Role == account.Administrator) {
		return Staff
	}
	return f.Who
}

// line gives the line of a view, when it passes the rest of the filter.
func (s *Service) line(in *Introduction, seat Seat, f Filter) (Line, bool) {
	view, ok := View(in, seat)
	if !ok {
		return Line{}, false
	}
	alarm := Alarm{}
	if view.Stage == in.Stage {
		alarm = Clock(in, s.Now())
	}
	line := Line{
		Code: view.Code, Rev: view.Rev, Part: seat.Part, Stage: view.Stage, Needs: append([]NeedRef{}, view.Needs...), Broker: view.Broker,
		Next: view.Next, Alarm: alarm, UpdatedAt: view.UpdatedAt.Format("2006-01-02T15:04:05Z07:00"),
	}
	if t, ok := view.CurrentTarget(); ok {
		line.Target = t.Name
	}
	owes := view.Next != nil && (view.Next.Who == seat.Part || view.Next.Who == Staff && seat.Part == Administrator)
	if alarm.Level < f.Level || f.Mine && !owes || f.Who != "" && (view.Next == nil || view.Next.Who != f.Who) || !f.shows(view) {
		return Line{}, false
	}
	return line, true
}

// shows holds the filter against what the caller sees.
func (f Filter) shows(view *Introduction) bool {
	t, _ := view.CurrentTarget()
	_, ofNeed := view.Need(f.Need)
	switch {
	case len(f.Stages) > 0 && !slices.Contains(f.Stages, view.Stage), f.Open && view.ClosedAt != nil:
		return false
	case f.Need != "" && !ofNeed, f.Target != "" && t.Code != f.Target && t.Person != f.Target:
		return false
	}
	return true
}

// Figures are the numbers of the programme over what the caller may report.
type Figures struct {
	Four   FourNumbers `json:"four_numbers" doc:"劳模工匠助企行"`
	Ladder Ladder      `json:"ladder"`
	Stages []StageLine `json:"stages"`
	Cases  int         `json:"cases"`
}

// StageLine counts the cases of a stage.
type StageLine struct {
	Stage Stage `json:"stage"`
	Cases int   `json:"cases"`
}

// Figures sums up introductions of a region. The four numbers are of help given
// in the period; ladder and stages are of all cases, as they are now.
func (s *Service) Figures(ctx context.Context, a account.Actor, p Period, region string) (Figures, error) {
	if scope := account.ScopeOf(a, account.ReportRead); scope != account.All && scope != account.Subtree {
		return Figures{}, errs.New(errs.Denied, "introduction.not_yours", "报表只给工会工作人员看。")
	}
	tally, out := Tally{Period: p, Region: region}, Figures{Stages: []StageLine{}}
	count := map[Stage]int{}
	err := s.each(ctx, a, Filter{}, func(in *Introduction, _ Seat) bool {
		tally.Add(in)
		if within(in.RegionCode, region) {
			out.Cases++
			count[in.Stage]++
			out.Ladder = out.Ladder.Plus(LadderOf(in))
		}
		return true
	})
	for _, stage := range Stages() {
		if count[stage] > 0 {
			out.Stages = append(out.Stages, StageLine{Stage: stage, Cases: count[stage]})
		}
	}
	out.Four = tally.Numbers()
	out.Ladder.Benefits = append([]BenefitRung{}, out.Ladder.Benefits...)
	return out, err
}
