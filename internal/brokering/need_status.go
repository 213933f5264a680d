package brokering

import (
	"context"
	"slices"

	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// NeedKeeper reads and changes needs; *catalog.Service is one.
type NeedKeeper interface {
	Get(ctx context.Context, kind catalog.Kind, code string) (catalog.Record, error)
	FollowNeed(ctx context.Context, by string, need *catalog.Need, status string) error
}

// NeedStatus gives the state of a need that stands in some state and has these
// introductions: that of the one which is furthest. A letter of intent is no
// signature; work that was accepted solved the need.
func NeedStatus(need, status string, all []*Introduction) string {
	followed := catalog.FollowedBy()
	if !slices.Contains(followed, status) || len(all) == 0 {
		return status
	}
	best := 0
	for _, in := range all {
		best = max(best, slices.Index(followed, in.needStatus(need)))
	}
	return followed[best]
}

// needStatus is what one introduction says of a need.
func (in *Introduction) needStatus(need string) string {
	switch in.Stage {
	case ClosedFail:
		return "published"
	case Proposed, Reviewed, Invited, Accepted, Declined:
		return "matching"
	case Implementing:
		return "implementing"
	case AcceptedWork, Benefiting, ClosedSuccess:
		return "solved"
	case ContractSigned:
		if in.Contract != nil && in.Contract.Need == need {
			return "signed"
		}
	}
	return "introduced"
}

// FollowNeeds gives each need of an introduction the state that its
// introductions ask for, signed by. Of a need that is gone, or that cannot be
// saved as it is, it leaves the state; the answer lists those. Errors:
// Unavailable, and Stale when others were faster again and again.
func (s *Service) FollowNeeds(ctx context.Context, keeper NeedKeeper, by string, in *Introduction) (left []string, err error) {
	for _, ref := range in.Needs {
		switch err := s.followNeed(ctx, keeper, by, ref.Code); {
		case err == nil, errs.Is(err, errs.NotFound):
		case errs.Is(err, errs.Unavailable), errs.Is(err, errs.Stale):
			return left, err
		default:
			left = append(left, ref.Code)
		}
	}
	return left, nil
}

func (s *Service) followNeed(ctx context.Context, keeper NeedKeeper, by, code string) error {
	for try := 1; ; try++ {
		rec, err := keeper.Get(ctx, catalog.KindNeed, code)
		if err != nil {
			return err
		}
		all, err := s.Store.List(ctx, Query{Need: code, Limit: 1000})
		if err != nil {
			return err
		}
		need, ok := rec.(*catalog.Need)
		if !ok {
			return catalog.NotFoundError(catalog.KindNeed, code)
		}
		status := NeedStatus(code, need.Status, all)
		if status == need.Status {
			return nil
		}
		if err = keeper.FollowNeed(ctx, by, need, status); !errs.Is(err, errs.Stale) || try == tries {
			return err
		}
	}
}
