package notice

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/errs"
)

// Bounds of what is read: a leader of a province is told of thousands of cases
// that stand still, and every page of his shows how many are new.
const (
	// MostShown is how many notices a box holds, the newest.
	MostShown = 500
	// MostCounted is where counting stops: so many, or more.
	MostCounted = 100
)

// Box is what somebody was told.
type Box struct {
	Notices []Notice  `json:"notices" doc:"Newest first, at most 500"`
	Unread  int       `json:"unread" doc:"How many of these came since he last looked"`
	Seen    time.Time `json:"seen" doc:"When he last looked"`
}

// Of gives what somebody was told, newest first.
func (s *Service) Of(ctx context.Context, a account.Actor) (Box, error) {
	box := Box{Notices: []Notice{}}
	var err error
	if box.Notices, err = s.latest(ctx, a, s.Now(), MostShown); err != nil {
		return box, err
	}
	box.Seen, _, err = s.seen(ctx, a)
	for _, n := range box.Notices {
		if n.At.After(box.Seen) {
			box.Unread++
		}
	}
	return box, err
}

// Unread counts what somebody was told since he last looked, up to MostCounted.
// It reads no more than that.
func (s *Service) Unread(ctx context.Context, a account.Actor) (int, error) {
	seen, _, err := s.seen(ctx, a)
	if err != nil {
		return 0, err
	}
	behind := s.Now()
	if kept := seen.Add(keptFor); kept.After(behind) {
		behind = kept
	}
	list, err := s.latest(ctx, a, behind, MostCounted)
	return len(list), err
}

// latest reads what expires behind a moment, newest first: a notice expires a
// fixed time after it was told.
func (s *Service) latest(ctx context.Context, a account.Actor, behind time.Time, limit int) ([]Notice, error) {
	out := []Notice{}
	told := map[string]bool{} // one event may reach somebody by two addresses
	for _, owner := range audiences(a) {
		items, err := s.Store.Latest(ctx, account.Latest{Kind: account.KindNotice, Owner: owner, After: behind, Limit: limit})
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			var n Notice
			if err := json.Unmarshal(it.Body, &n); err != nil {
				return nil, errs.Wrap(err, errs.Internal, "notice.unreadable", "有一条通知读不出来，内容可能已损坏。请从备份恢复。")
			}
			if !told[n.ID] {
				told[n.ID] = true
				out = append(out, n)
			}
		}
	}
	slices.SortFunc(out, func(x, y Notice) int {
		if c := y.At.Compare(x.At); c != 0 {
			return c
		}
		return strings.Compare(y.ID, x.ID)
	})
	out = once(out)
	return out[:min(len(out), limit)], nil
}
