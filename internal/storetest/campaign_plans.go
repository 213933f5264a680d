package storetest

import (
	"context"
	"strings"
	"testing"

	"hongniang/internal/account"
	"hongniang/internal/campaign"
	"hongniang/internal/errs"
)

// testPlanKilled ends the process at each write of planning: the next one plans anew,
// and no plan stays that no campaign names.
func testPlanKilled(t *testing.T, b Backend) {
	kills := 0
	for n := int64(1); ; n++ {
		f := newFair(t, b.New(t))
		c := f.planned(f.service("one", f.items, f.cases))
		killed := killedAt(n, false, func(end *fuse) {
			s := f.service("dying", dyingItems{f.items, end}, f.cases)
			ctx := context.WithoutCancel(t.Context())
			if _, err := s.Take(ctx, f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.MakePlan}); err != nil {
				t.Error(err)
			}
			if err := s.Pass(ctx); err != nil {
				t.Error(err)
			}
		})
		s := f.service("next", f.items, f.cases)
		if now := f.show(s, c.Code).Campaign; !killed || now.Job.State == campaign.Done { // it ended before it was asked
			f.step(s, now, campaign.MakePlan)
		} else if err := s.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		kept, err := f.items.Owned(t.Context(), account.KindPlan, c.Code)
		if now := f.show(s, c.Code).Campaign; err != nil || len(kept) != len(now.Plans) || now.Job.State != campaign.Done {
			t.Errorf("killed at write %d: %d plans are kept, %d are named, %v", n, len(kept), len(now.Plans), err)
		}
		if !killed {
			break
		}
		kills++
	}
	if kills < 4 {
		t.Errorf("only %d kills", kills)
	}
}

// deaf is a store that makes a write and then says that it could not be reached.
type deaf struct {
	account.Store
	lost func(account.Item) bool
}

// Replace is the write.
func (d deaf) Replace(ctx context.Context, it account.Item) error {
	if err := d.Store.Replace(ctx, it); err != nil || !d.lost(it) {
		return err
	}
	return errs.New(errs.Unavailable, "test.lost", "没有听到回答。")
}

// testPlanAnswerLost: a campaign that names a plan has it, also when the answer to the
// write that names it is lost.
func testPlanAnswerLost(t *testing.T, b Backend) {
	f := newFair(t, b.New(t))
	c := f.planned(f.service("one", f.items, f.cases))
	s := f.service("one", deaf{f.items, func(it account.Item) bool {
		return it.Kind == account.KindCampaign && strings.Contains(string(it.Body), `"state":"done"`)
	}}, f.cases)
	if _, err := s.Take(t.Context(), f.broker, c.Code, c.Rev, campaign.Step{Kind: campaign.MakePlan}); err != nil {
		t.Fatal(err)
	}
	_ = s.Pass(t.Context()) // what it says of the lost answer is not the matter
	named := f.show(f.service("two", f.items, f.cases), c.Code).Campaign.Plans
	if len(named) < 2 {
		t.Fatalf("the write did not come about: %+v", named)
	}
	for _, p := range named {
		if _, err := f.items.Get(t.Context(), account.KindPlan, p.ID); err != nil {
			t.Errorf("the plan %s is named and gone: %v", p.ID, err)
		}
	}
}
