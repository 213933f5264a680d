package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/constraint"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// Reviews checks on a backend what judgings of results promise: a step is taken
// once, no sheet is lost, and a process that is killed at any write leaves a
// judging that the next one can carry to prizes that were each entered once.
func Reviews(t *testing.T, b Backend) {
	t.Run("killed at every write", func(t *testing.T) { testReviewKilled(t, b) })
	t.Run("two processes at once", func(t *testing.T) { testReviewRace(t, b) })
}

// panel is a union with results, jurors and a broker.
type panel struct {
	t      *testing.T
	keeper CampaignKeeper
	users  *account.Service
	broker account.Actor
	jury   []account.Actor
	clock  time.Time
	code   string
}

const panelResults, panelJurors = 2, 3

func newPanel(t *testing.T, p Place) *panel {
	t.Helper()
	keeper, ok := p.open(t).(CampaignKeeper)
	if !ok {
		t.Fatal("the store keeps no judgings")
	}
	hasher, err := account.NewHasher(account.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x := &panel{t: t, keeper: keeper, clock: caseDay, broker: account.Actor{User: "U-wang", Name: "红娘王", Role: account.Broker, Org: "GH-1"}}
	x.users = &account.Service{Store: keeper.Accounts(), Hasher: hasher, Now: x.now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Directory: catalog.Directory{From: keeper}}
	cat := &catalog.Service{Store: keeper, Now: x.now, Log: x.users.Log}
	recs := []catalog.Record{&catalog.Organisation{Meta: catalog.Meta{Code: "GH-1"}, Name: "市总工会", OrganisationKind: "union"}}
	for i := range panelResults {
		recs = append(recs, &catalog.Result{Meta: catalog.Meta{Code: fmt.Sprint("CG-", i), Union: "GH-1"}, Title: fmt.Sprint("夹具改造", i), ResultKind: "small_design", Completers: []catalog.Completer{{Name: fmt.Sprint("工人", i)}}})
	}
	for i := range panelJurors {
		recs = append(recs, &catalog.Expert{Meta: catalog.Meta{Code: fmt.Sprint("ZJ-", i)}, Name: fmt.Sprint("评委", i)})
	}
	for _, rec := range recs {
		if err := cat.Create(t.Context(), "test", rec); err != nil {
			t.Fatal(err)
		}
	}
	for i := range panelJurors {
		u, _, err := x.users.AddUser(t.Context(), account.NewUser{Login: fmt.Sprint("pingwei", i), Name: fmt.Sprint("评委", i), Role: account.Provider, Person: fmt.Sprint("ZJ-", i), Password: "铣床 晨雾 47 橘子树"})
		if err != nil {
			t.Fatal(err)
		}
		x.jury = append(x.jury, u.Actor())
	}
	return x
}

func (x *panel) now() time.Time { return x.clock }

// service is a process; end, when there is one, kills it at a write.
func (x *panel) service(end *fuse) *review.Service {
	cat := &catalog.Service{Store: x.keeper, Now: x.now, Log: x.users.Log}
	s := &review.Service{Items: x.keeper.Accounts(), Records: x.keeper, Changes: cat, Users: x.users, Now: x.now}
	s.Organisations = func(context.Context) (*constraint.Organisations, error) { return constraint.NewOrganisations(), nil }
	if end != nil {
		s.Items, s.Changes = dyingItems{x.keeper.Accounts(), end}, dyingChanges{cat, end}
	}
	return s
}

type dyingChanges struct {
	*catalog.Service
	*fuse
}

// Update is a write.
func (d dyingChanges) Update(ctx context.Context, by string, rec catalog.Record) error {
	return d.write(func() error { return d.Service.Update(ctx, by, rec) })
}

// step takes a step; one that was taken already is no fault.
func (x *panel) step(s *review.Service, step review.Step) error {
	ctx := context.WithoutCancel(x.t.Context())
	sight, err := s.Show(ctx, x.broker, x.code)
	if err != nil {
		return err
	}
	_, err = s.Take(ctx, x.broker, x.code, sight.Rev, step)
	return passed(err)
}

// passed takes what a killed process did already for done.
func passed(err error) error {
	if errs.Is(err, errs.Conflict) {
		return nil
	}
	return err
}

// carry takes a judging to its end, from wherever it is.
func (x *panel) carry(s *review.Service) error {
	ctx := context.WithoutCancel(x.t.Context())
	if x.code == "" {
		terms := review.DefaultTerms()
		terms.Title, terms.Year, terms.Deadline, terms.Issuer = "五小成果评审", 2026, x.clock.AddDate(0, 0, 3).Format(time.DateOnly), "市总工会"
		c, err := s.Create(ctx, x.broker, terms)
		if err != nil {
			return err
		}
		x.code = c.Code
	}
	do := []func() error{func() error { return x.step(s, review.Step{Kind: review.Publish}) }}
	for i := range panelJurors {
		do = append(do, func() error { return x.step(s, review.Step{Kind: review.Name, Juror: fmt.Sprint("pingwei", i)}) })
	}
	for i := range panelResults {
		do = append(do, func() error {
			_, err := s.Apply(ctx, x.broker, x.code, review.Application{Result: fmt.Sprint("CG-", i), Statement: "换型时间缩到八分钟，已用半年。", Declared: true})
			return passed(err)
		})
	}
	do = append(do, func() error { return x.step(s, review.Step{Kind: review.Begin, Note: "报齐了"}) })
	for i := range panelResults {
		for n, j := range x.jury {
			points := 90 - 10*i - n
			do = append(do, func() error {
				_, err := s.Score(ctx, j, x.code, fmt.Sprint("CG-", i), review.Marks{Points: []int{points, points, points, points}, Final: true})
				return passed(err)
			})
		}
	}
	for _, kind := range []review.StepKind{review.RankAll, review.Post} {
		do = append(do, func() error { return x.step(s, review.Step{Kind: kind}) })
	}
	do = append(do, func() error {
		x.clock = caseDay.AddDate(0, 1, 0)
		return x.step(s, review.Step{Kind: review.Declare})
	})
	for _, next := range do {
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

// testReviewKilled ends the process at each write, before and after it; the next
// one goes on, and each result has its prize once.
func testReviewKilled(t *testing.T, b Backend) {
	kills := 0
	for _, after := range []bool{false, true} {
		for n := int64(1); ; n++ {
			x := newPanel(t, b.New(t))
			killed := killedAt(n, after, func(end *fuse) {
				if err := x.carry(x.service(end)); err != nil {
					t.Error(err)
				}
			})
			whole := x.service(nil)
			if err := x.carry(whole); err != nil {
				t.Fatalf("killed at write %d (after: %v): %v", n, after, err)
			}
			if err := whole.Settle(t.Context()); err != nil {
				t.Fatal(err)
			}
			x.holdPrizes(whole, n)
			if !killed {
				break
			}
			kills++
		}
	}
	t.Logf("%d kills", kills)
}

func (x *panel) holdPrizes(s *review.Service, n int64) {
	x.t.Helper()
	sight, err := s.Show(x.t.Context(), x.broker, x.code)
	if err != nil || sight.Stage != review.Announced || !sight.Staff.Call.Granted || len(sight.Winners) != panelResults {
		x.t.Fatalf("killed at write %d: %v %+v", n, err, sight.Staff)
	}
	for i, prize := range []string{"一等奖", "二等奖"} {
		rec, err := x.keeper.Get(x.t.Context(), catalog.KindResult, fmt.Sprint("CG-", i))
		if err != nil {
			x.t.Fatal(err)
		}
		if r, ok := rec.(*catalog.Result); !ok || len(r.Awards) != 1 || r.Awards[0].Name != "五小成果评审"+prize {
			x.t.Errorf("killed at write %d: %+v", n, rec)
		}
	}
}

// testReviewRace lets two processes take every step and hand in every sheet at
// once.
func testReviewRace(t *testing.T, b Backend) {
	x := newPanel(t, b.New(t))
	one := x.service(nil)
	terms := review.DefaultTerms()
	terms.Title, terms.Year, terms.Deadline, terms.Issuer = "五小成果评审", 2026, x.clock.AddDate(0, 0, 3).Format(time.DateOnly), "市总工会"
	c, err := one.Create(t.Context(), x.broker, terms)
	if err != nil {
		t.Fatal(err)
	}
	x.code = c.Code
	taken := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := x.service(nil).Take(t.Context(), x.broker, c.Code, c.Rev, review.Step{Kind: review.Publish})
			taken <- err
		}()
	}
	first, second := <-taken, <-taken
	if (first == nil) == (second == nil) {
		t.Fatalf("published by both, or by none: %v, %v", first, second)
	}
	for _, err := range []error{first, second} {
		if err != nil && !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
	}
}
