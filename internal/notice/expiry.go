package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// lastDays: who was told a month before is told again in the last week.
const lastDays = 7

// Expiring tells of needs that run out soon, a month and a week before, and of
// those that did, just now or in the week before: the enterprise, and the brokers of the managing union. Each is
// told once a stage and last day, so that it may be done every hour.
func (s *Service) Expiring(ctx context.Context, due catalog.NeedsDue) error {
	over := slices.Concat(due.Expired, due.Lately)
	if len(due.Soon)+len(over) == 0 || s.Readers == nil {
		return nil
	}
	people, err := s.Readers.People(ctx)
	if err != nil {
		return err
	}
	today := catalog.Day(s.Now())
	for _, need := range due.Soon {
		stage, text := "month", fmt.Sprintf("%s将于 %s 到期。还需要解决的，请打开需求页点“续期”。", nameOf(need), need.ValidTo)
		if need.ValidTo <= addDays(today, lastDays) {
			stage = "week"
		}
		if err := s.expiring(ctx, people, need, stage, text); err != nil {
			return err
		}
	}
	for _, need := range over {
		text := fmt.Sprintf("%s已到期（%s），不再匹配。还需要解决的，请打开需求页点“续期”；解决了的，请点“关闭”。", nameOf(need), need.ValidTo)
		if err := s.expiring(ctx, people, need, "over", text); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) expiring(ctx context.Context, people *People, need *catalog.Need, stage, text string) error {
	held, err := catalog.HoldersOf(ctx, s.Readers.Records, need)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	readers := people.Brokers(held.Unions)
	if firm := FirmOf(need); firm != "" {
		readers = append(readers, ToOrg(firm))
	}
	return s.Say(ctx, readers, Notice{
		ID: fmt.Sprintf("expiry/%s/%s/%s", need.Code, need.ValidTo, stage), Topic: Expiry, Record: "need/" + need.Code, Need: need.Code, Text: text,
	})
}

// FirmOf is the organisation whose need it is.
func FirmOf(need *catalog.Need) string {
	if need.EnterpriseCode != "" {
		return need.EnterpriseCode
	}
	return need.OwnerOrg
}

// nameOf is how a notice, which may become a letter, calls a record: by its title
// only when everybody may read that.
func nameOf(rec catalog.Record) string {
	name := "需求 " + rec.Base().Code
	if rec.Kind() != catalog.KindNeed {
		name = catalog.Vocab("kind").Label(string(rec.Kind())) + " " + rec.Base().Code
	}
	if view, public := catalog.PublicView(rec); public {
		return name + "《" + view.Heading() + "》"
	}
	return name + " "
}

func addDays(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}
