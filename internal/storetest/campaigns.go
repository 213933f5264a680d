package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/campaign"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// CampaignKeeper is a store that keeps all that campaigns stand on.
type CampaignKeeper interface {
	AccountKeeper
	Introductions() brokering.Store
}

// Campaigns checks on a backend what campaigns and common needs promise: a step
// is taken once, whoever is first; work that a kill broke off is done to the end,
// and each introduction begun once.
func Campaigns(t *testing.T, b Backend) {
	t.Run("from draft to introductions", func(t *testing.T) { testCampaignLife(t, newFair(t, b.New(t))) })
	t.Run("two confirm at once", func(t *testing.T) { testConfirmRace(t, newFair(t, b.New(t))) })
	t.Run("two processes work at once", func(t *testing.T) { testWorkRace(t, newFair(t, b.New(t))) })
	t.Run("killed at every write", func(t *testing.T) { testCampaignKilled(t, b) })
	t.Run("planning killed at every write", func(t *testing.T) { testPlanKilled(t, b) })
	t.Run("a plan whose answer is lost stays", func(t *testing.T) { testPlanAnswerLost(t, b) })
	t.Run("common needs killed at every write", func(t *testing.T) { testGroupKilled(t, b) })
	t.Run("common needs, two processes at once", func(t *testing.T) { testGroupRace(t, b) })
}

// fair is a place with needs, people and a broker.
type fair struct {
	t       *testing.T
	records catalog.Store
	items   account.Store
	cases   brokering.Store
	broker  account.Actor
	needs   []string
}

const fairNeeds, fairPeople = 6, 3

func newFair(t *testing.T, p Place) *fair {
	t.Helper()
	keeper, ok := p.open(t).(CampaignKeeper)
	if !ok {
		t.Fatal("the store keeps no campaigns")
	}
	f := &fair{t: t, records: keeper, items: keeper.Accounts(), cases: keeper.Introductions(), broker: account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-1"}}
	meta := func(code string) catalog.Meta {
		return catalog.Meta{Code: code, Status: "published", Visibility: "public", Union: "GH-1", RegionCode: "371000"}
	}
	f.put(&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1", Status: "published", Visibility: "public"}, Name: "威海市总工会", OrganisationKind: "union"})
	for i := range fairNeeds {
		code := fmt.Sprintf("XQ-%d", i)
		f.needs = append(f.needs, code)
		f.put(&catalog.Need{Meta: meta(code), Title: fmt.Sprintf("轴承套圈开裂第%d项", i), EnterpriseCode: fmt.Sprintf("DW-%d", i), EnterpriseName: fmt.Sprintf("第%d轴承厂", i)})
	}
	for i := range fairPeople {
		f.put(&catalog.Expert{Meta: meta(fmt.Sprintf("ZJ-%d", i)), Name: fmt.Sprintf("师傅%d", i), Availability: &catalog.Availability{Accepting: true, MaxActiveCases: fairNeeds}})
	}
	return f
}

func (f *fair) put(rec catalog.Record) {
	f.t.Helper()
	w := catalog.Write{Record: rec, Action: catalog.Created, By: "王", At: caseDay}
	if err := f.records.Save(f.t.Context(), []catalog.Write{w})[0]; err != nil {
		f.t.Fatalf("%s: %v", rec.Base().Code, err)
	}
}

var caseDay = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// byTurns plans without looking: the i-th need goes to the person whose turn it is.
type byTurns struct{}

// Plan is campaign.Planner's.
func (byTurns) Plan(ctx context.Context, ask campaign.Ask) (campaign.Plan, error) {
	out := campaign.Plan{Floor: ask.Floor, Costs: []campaign.Cost{}, Bottlenecks: []campaign.Bottleneck{}}
	for i, need := range ask.Needs {
		ask.Progress(i, len(ask.Needs))
		who := fmt.Sprintf("ZJ-%d", i%fairPeople)
		out.Needs = append(out.Needs, campaign.Placed{Need: need.Code, Title: need.Title, Person: &campaign.Helper{Code: who, Name: who, Band: "high"}})
		out.Placed++
	}
	return out, ctx.Err()
}

// service gives campaigns as a process of that name does them.
func (f *fair) service(worker string, items account.Store, cases brokering.Store) *campaign.Service {
	now := func() time.Time { return caseDay }
	user := func(_ context.Context, code string) (account.User, error) {
		if code != f.broker.User {
			return account.User{}, account.NotFoundError()
		}
		return account.User{Code: code, Name: f.broker.Name, Role: f.broker.Role, Org: f.broker.Org}, nil
	}
	return campaign.New(campaign.Deps{
		Items: items, Records: f.records, User: user, Planner: byTurns{}, Now: now, Worker: worker, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Introductions: &brokering.Service{Store: cases, Catalog: f.records, Staff: user, Now: now, Random: rand.Reader},
	})
}

// planned makes a campaign with a plan.
func (f *fair) planned(s *campaign.Service) *campaign.Campaign {
	f.t.Helper()
	c, err := s.Create(f.t.Context(), f.broker, campaign.Settings{Name: "一场对接", Needs: f.needs})
	if err != nil {
		f.t.Fatal(err)
	}
	return f.step(s, c, campaign.MakePlan)
}

// step takes a step and does what it asks for.
func (f *fair) step(s *campaign.Service, c *campaign.Campaign, kind campaign.StepKind) *campaign.Campaign {
	f.t.Helper()
	if _, err := s.Take(f.t.Context(), f.broker, c.Code, c.Rev, campaign.Step{Kind: kind}); err != nil {
		f.t.Fatal(err)
	}
	if err := s.Pass(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	return f.show(s, c.Code).Campaign
}

func (f *fair) show(s *campaign.Service, code string) campaign.Sight {
	f.t.Helper()
	sight, err := s.Show(f.t.Context(), f.broker, code)
	if err != nil {
		f.t.Fatal(err)
	}
	return sight
}

// begunOnce checks that every need has one introduction and the campaign names it.
func (f *fair) begunOnce(sight campaign.Sight) {
	f.t.Helper()
	all, err := f.cases.List(f.t.Context(), brokering.Query{Limit: 1000})
	if err != nil {
		f.t.Fatal(err)
	}
	of := map[string][]string{}
	for _, in := range all {
		of[in.Needs[0].Code] = append(of[in.Needs[0].Code], in.Code)
	}
	c := sight.Campaign
	if len(all) != fairNeeds || len(c.Pairs) != fairNeeds || c.State != campaign.Running || c.Job.State != campaign.Done {
		f.t.Fatalf("%d introductions of %d pairs, %s, %+v", len(all), len(c.Pairs), c.State, c.Job)
	}
	for _, p := range sight.Progress {
		if codes := of[p.Need]; len(codes) != 1 || codes[0] != p.Introduction || p.State != campaign.Begun || p.Next == nil {
			f.t.Errorf("%s: introductions %v, the campaign says %+v", p.Need, codes, p)
		}
	}
}

func testCampaignLife(t *testing.T, f *fair) {
	s := f.service("one", f.items, f.cases)
	c := f.planned(s)
	if c.State != campaign.Planned || c.Plans[0].Placed != fairNeeds {
		t.Fatalf("planned: %+v", c)
	}
	for range 6 { // old plans go
		c = f.step(s, c, campaign.MakePlan)
	}
	plans, err := f.items.Owned(t.Context(), account.KindPlan, c.Code)
	if err != nil || len(plans) != len(c.Plans) || len(plans) > 5 {
		t.Errorf("%d plans are kept of %d, %v", len(plans), len(c.Plans), err)
	}
	c = f.step(s, c, campaign.Confirm)
	f.begunOnce(f.show(s, c.Code))
	if _, err := s.Take(t.Context(), f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.Retry}); !errs.Is(err, errs.Conflict) {
		t.Errorf("what is begun is tried again: %v", err)
	}
}

// testConfirmRace: many confirm the same revision, one does, and each pair is
// begun once.
func testConfirmRace(t *testing.T, f *fair) {
	s := f.service("one", f.items, f.cases)
	c := f.planned(s)
	var won, stale atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := s.Take(t.Context(), f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.Confirm})
			switch {
			case err == nil:
				won.Add(1)
			case errs.Is(err, errs.Stale):
				stale.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || stale.Load() != 7 {
		t.Errorf("%d confirmed, %d were told that somebody was faster", won.Load(), stale.Load())
	}
	if err := s.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.begunOnce(f.show(s, c.Code))
}

// testWorkRace: two processes do what was confirmed, without patience for each
// other.
func testWorkRace(t *testing.T, f *fair) {
	one, two := f.service("one", f.items, f.cases), f.service("two", f.items, f.cases)
	c := f.planned(one)
	if _, err := one.Take(t.Context(), f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.Confirm}); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for _, s := range []*campaign.Service{one, two} {
		both.Go(func() {
			if err := s.Pass(t.Context()); err != nil && !errs.Is(err, errs.Stale) {
				t.Error(err)
			}
		})
	}
	both.Wait()
	for range 3 { // whoever was overtaken leaves the rest to the next look
		if err := two.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.service("three", f.items, f.cases).Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.begunOnce(f.show(two, c.Code))
}

// fuse ends the process that writes through it, as far as a test can: the
// goroutine ends before or after a write and does nothing more.
type fuse struct {
	left  atomic.Int64 // writes until the end
	after bool         // the last write is done
}

// write does a write, unless the end comes before it.
func (f *fuse) write(do func() error) error {
	last := f.left.Add(-1) == 0
	if last && !f.after {
		runtime.Goexit()
	}
	err := do()
	if last {
		runtime.Goexit()
	}
	return err
}

type dyingItems struct {
	account.Store
	*fuse
}

// Insert and Replace are a write each.
func (d dyingItems) Insert(ctx context.Context, it account.Item) error {
	return d.write(func() error { return d.Store.Insert(ctx, it) })
}

// Replace is a write.
func (d dyingItems) Replace(ctx context.Context, it account.Item) error {
	return d.write(func() error { return d.Store.Replace(ctx, it) })
}

type dyingCases struct {
	brokering.Store
	*fuse
}

// Insert is a write.
func (d dyingCases) Insert(ctx context.Context, in *brokering.Introduction) error {
	return d.write(func() error { return d.Store.Insert(ctx, in) })
}

// killedAt does something in a process that ends at its n-th write; it tells
// whether that came.
func killedAt(n int64, after bool, do func(*fuse)) bool {
	end := &fuse{after: after}
	end.left.Store(n)
	finished := false
	var process sync.WaitGroup
	process.Go(func() {
		do(end)
		finished = true
	})
	process.Wait()
	return !finished
}

// testCampaignKilled ends the process at each write of confirming, before and
// after it; the next process goes on, and each introduction is begun once.
func testCampaignKilled(t *testing.T, b Backend) {
	kills := 0
	for _, after := range []bool{false, true} {
		for n := int64(1); ; n++ {
			f := newFair(t, b.New(t))
			c := f.planned(f.service("one", f.items, f.cases))
			killed := killedAt(n, after, func(end *fuse) {
				s := f.service("dying", dyingItems{f.items, end}, dyingCases{f.cases, end})
				if _, err := s.Take(context.WithoutCancel(t.Context()), f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.Confirm}); err != nil {
					t.Error(err)
				}
				if err := s.Pass(context.WithoutCancel(t.Context())); err != nil {
					t.Error(err)
				}
			})
			s := f.service("next", f.items, f.cases)
			if now := f.show(s, c.Code).Campaign; now.State == campaign.Planned { // it ended before it was asked
				f.step(s, now, campaign.Confirm)
			}
			if err := s.Pass(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.begunOnce(f.show(s, c.Code))
			if !killed {
				break
			}
			kills++
		}
	}
	if kills < 2*fairNeeds {
		t.Errorf("only %d kills", kills)
	}
	t.Logf("%d kills", kills)
}
