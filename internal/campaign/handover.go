package campaign

import (
	"context"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// Held lists the campaigns of a broker that are not over and that the caller may
// run, and so hand to another.
func (s *Service) Held(ctx context.Context, a account.Actor, user string) ([]Line, error) {
	out, known := []Line{}, catalog.Remember(s.Records)
	if user == "" {
		return out, nil
	}
	err := s.heads().Each(ctx, func(c *Campaign, _ int64) (bool, error) {
		if c.Broker.User != user || c.State == Ended {
			return true, nil
		}
		unions, err := catalog.Lineage(ctx, known, c.Union)
		if err == nil && account.May(a, account.CampaignRun, account.Target{Unions: unions}) {
			out = append(out, lineOf(c))
		}
		return true, err
	})
	return out, err
}

// HandOver gives a campaign to another broker; whose it is already stays so.
// Errors: errs.NotFound, errs.Denied, errs.Conflict when it is over or worked on, and Stale
// when others were faster again and again.
func (s *Service) HandOver(ctx context.Context, a account.Actor, code string, to account.User, note string) error {
	for try := 0; ; try++ {
		c, err := s.open(ctx, a, account.CampaignRun, code)
		if err != nil || c.Broker.User == to.Code {
			return err
		}
		if c.State == Ended {
			return errs.New(errs.Conflict, "campaign.step_late", "这次批量对接已经结束，不用移交。")
		}
		if c.Job.busy() {
			return errs.New(errs.Conflict, "campaign.busy", "后台正在排方案或开单，请等它做完，或先停止。")
		}
		c.note(personOf(a), Handover, c.Broker.Name+" → "+to.Name+noteOf(note), s.now())
		c.Broker = Person{User: to.Code, Name: to.Name}
		if err = s.put(ctx, c); !errs.Is(err, errs.Stale) || try == 20 {
			return err
		}
	}
}

func noteOf(note string) string {
	if note == "" {
		return ""
	}
	return "（" + note + "）"
}
