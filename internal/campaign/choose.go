package campaign

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// openStatuses are the states of a need for which people are looked for.
func openStatuses() []string { return []string{"published", "matching", "introduced"} }

// choose gives a campaign its settings, with the needs and people that they come
// to now. Needs that are not the caller's to plan with are not there for him.
func (s *Service) choose(ctx context.Context, a account.Actor, c *Campaign, set Settings) error {
	set, err := set.check()
	if err != nil {
		return err
	}
	c.Settings = set
	if c.Chosen, err = s.chooseNeeds(ctx, a, c); err != nil {
		return err
	}
	c.Taking, err = s.choosePeople(ctx, set)
	return err
}

func (s *Service) chooseNeeds(ctx context.Context, a account.Actor, c *Campaign) ([]string, error) {
	if len(c.Settings.Needs) == 0 {
		return s.needsBy(ctx, a, c)
	}
	var f errs.Faults
	known := catalog.Remember(s.Records)
	for _, code := range c.Settings.Needs {
		need, err := s.need(ctx, known, a, c.Union, code)
		switch {
		case errs.Is(err, errs.NotFound):
			f.Add("needs", "campaign.need_unknown", "没有这项需求，或不归您的工会管，请核对编号。", code)
		case err != nil:
			return nil, err
		case !slices.Contains(openStatuses(), need.Status):
			f.Add("needs", "campaign.need_closed", "这项需求没有发布，或已经签约、办结，不参加分派。", code)
		}
	}
	return c.Settings.Needs, f.Err()
}

// need reads a need that somebody may plan with, in a campaign of a union.
func (s *Service) need(ctx context.Context, known catalog.Getter, a account.Actor, union, code string) (*catalog.Need, error) {
	need, err := catalog.NeedOf(ctx, s.Records, code)
	if err != nil {
		return nil, err
	}
	ok, err := plannable(ctx, known, a, union, need)
	if err == nil && !ok {
		err = catalog.NotFoundError(catalog.KindNeed, code)
	}
	return need, err
}

// plannable tells whether a need is the caller's to plan with and is managed by
// the campaign's union or below it: all staff of that union read the campaign.
func plannable(ctx context.Context, known catalog.Getter, a account.Actor, union string, need *catalog.Need) (bool, error) {
	h, err := catalog.HoldersOf(ctx, known, need)
	if err != nil {
		return false, err
	}
	may := account.May(a, account.CampaignRun, account.Target{Orgs: h.Orgs, Unions: h.Unions})
	return may && (union == "" || slices.Contains(h.Unions, union)), nil
}

// needsBy finds the needs that the filter chooses.
func (s *Service) needsBy(ctx context.Context, a account.Actor, c *Campaign) ([]string, error) {
	var out []string
	by, known := c.Settings.NeedsBy, catalog.Remember(s.Records)
	err := s.scan(ctx, catalog.KindNeed, func(rec catalog.Record) error {
		need, ok := rec.(*catalog.Need)
		if !ok || need.Deleted() || !slices.Contains(openStatuses()[:2], need.Status) || !by.takes(need.RegionCode, need.TechField, need.NeedType) {
			return nil
		}
		ok, err := plannable(ctx, known, a, c.Union, need)
		if ok {
			out = append(out, need.Code)
		}
		return err
	})
	if n := len(out); err == nil && (n == 0 || n > MaxNeeds) {
		err = fault("needs_by", "campaign.range", fmt.Sprintf("这样选出 %d 项在寻找对接的需求，应在 1 到 %d 项之间，请改一改条件。", n, MaxNeeds), fmt.Sprint(n))
	}
	return out, err
}

// choosePeople finds the people who take part; none: everybody.
func (s *Service) choosePeople(ctx context.Context, set Settings) ([]string, error) {
	if len(set.People) > 0 {
		var f errs.Faults
		for _, code := range set.People {
			rec, err := s.Records.Get(ctx, catalog.KindExpert, code)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return nil, err
			}
			if err != nil || rec.Base().Deleted() {
				f.Add("people", "campaign.person_unknown", "没有这位专家，请核对编号。", code)
			}
		}
		return set.People, f.Err()
	}
	if set.PeopleBy == (Filter{}) {
		return nil, nil
	}
	var out []string
	err := s.scan(ctx, catalog.KindExpert, func(rec catalog.Record) error {
		if e, ok := rec.(*catalog.Expert); ok && !e.Deleted() && set.PeopleBy.takes(e.RegionCode, "", e.PersonKinds...) {
			if _, public := catalog.PublicView(e); public {
				out = append(out, e.Code)
			}
		}
		return nil
	})
	if n := len(out); err == nil && (n == 0 || n > MaxPeople) {
		err = fault("people_by", "campaign.range", fmt.Sprintf("这样选出 %d 位专家，应在 1 到 %d 位之间，请改一改条件。", n, MaxPeople), fmt.Sprint(n))
	}
	return out, err
}

func (s *Service) scan(ctx context.Context, kind catalog.Kind, visit func(catalog.Record) error) error {
	const slice = 500
	for after := ""; ; {
		recs, err := s.Records.Scan(ctx, kind, after, slice)
		if err != nil {
			return err
		}
		for _, rec := range recs {
			after = rec.Base().Code
			if err := visit(rec); err != nil {
				return err
			}
		}
		if len(recs) < slice {
			return nil
		}
	}
}

// takes tells whether a record of a region, field and types is chosen.
func (f Filter) takes(region, field string, types ...string) bool {
	within := strings.TrimRight(f.Region, "0")
	if len(within)%2 == 1 {
		within += "0"
	}
	return strings.HasPrefix(region, within) && (f.Field == "" || f.Field == field) && (f.Type == "" || slices.Contains(types, f.Type))
}
