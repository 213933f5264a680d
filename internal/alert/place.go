package alert

import (
	"cmp"
	"context"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// KindPlace is the kind of the one item that says how far the feed was read.
const KindPlace account.ItemKind = "alert_place"

const feedPage = 200

// place is how far the feed was read, in the store.
type place struct {
	Seq int64 `json:"seq"`
	rev int64
}

func (s *Service) kept() account.Place {
	return account.Place{Store: s.Store, Kind: KindPlace, Code: "alert", Name: "匹配提醒看"}
}

// place reads the place. In a new installation it is the end of the feed: what is
// there already is no news.
func (s *Service) place(ctx context.Context) (place, error) {
	var p place
	rev, err := s.kept().Read(ctx, &p)
	if errs.Is(err, errs.NotFound) {
		return s.begin(ctx)
	}
	p.rev = rev
	return p, err
}

func (s *Service) begin(ctx context.Context) (place, error) {
	head, err := catalog.Head(ctx, s.Feed)
	if err != nil {
		return place{}, err
	}
	p := place{Seq: head.Seq}
	return p, s.save(ctx, &p)
}

func (s *Service) save(ctx context.Context, p *place) (err error) {
	p.rev, err = s.kept().Keep(ctx, p, p.rev)
	return err
}

// CatchUp handles what changed since it was called last, and says how many records
// that were. It stops before a record that the index does not have yet. Errors:
// those of the stores, the index and the context; the next call goes on there.
func (s *Service) CatchUp(ctx context.Context) (handled int, err error) {
	p, err := s.place(ctx)
	if err == nil {
		err = s.passOver(ctx, &p)
	}
	for err == nil {
		var changes []catalog.Change
		if changes, err = s.Feed.Changes(ctx, p.Seq, feedPage); err != nil || len(changes) == 0 {
			break
		}
		before := p.Seq
		n, stop, failed := s.page(ctx, changes, &p)
		handled += n
		if p.Seq > before {
			err = s.save(ctx, &p)
		}
		if failed != nil {
			err = failed
		}
		if stop {
			break
		}
	}
	return handled, err
}

// passOver moves the place so near to the head of the feed that what is behind it is
// news: to match each of 200,000 records that were brought in at once would take the
// processor from everybody for hours, and tell people of what is years old.
func (s *Service) passOver(ctx context.Context, p *place) error {
	head, err := catalog.Head(ctx, s.Feed)
	if err != nil {
		return err
	}
	first := head.Seq - cmp.Or(s.News, DefaultNews)
	if p.Seq >= first {
		return nil
	}
	s.Log.WarnContext(ctx, "no alerts for what was brought in at once", "changes", first-p.Seq)
	p.Seq = first
	return s.save(ctx, p)
}

// page handles some changes, each record once, and moves the place behind those
// that are done.
func (s *Service) page(ctx context.Context, changes []catalog.Change, p *place) (handled int, stop bool, err error) {
	seen := map[string]bool{}
	for _, c := range changes {
		id := search.ID(c.Kind, c.Code)
		if !seen[id] && c.Action != catalog.Deleted && c.Kind != catalog.KindOrganisation {
			s.rest(ctx)
			begin := s.Now()
			state, err := s.record(ctx, c)
			if state == done {
				s.last.ended = s.Now()
				s.last.took = s.last.ended.Sub(begin)
			}
			if (err != nil || state == notIndexed) && !s.givesUp(ctx, c, err) {
				return handled, true, err
			}
			if state == done {
				handled++
			}
		}
		seen[id] = true
		p.Seq = c.Seq
	}
	return handled, false, nil
}

// rest is for whoever asks while many records come in, at once or one by one.
func (s *Service) rest(ctx context.Context) {
	if s.Rest != nil && !s.last.ended.IsZero() {
		s.Rest(ctx, s.last.took, s.Now().Sub(s.last.ended))
	}
}

// givesUp tells whether a change that cannot be handled has held up the others for
// long enough: nobody is told of it then, and that is logged.
func (s *Service) givesUp(ctx context.Context, c catalog.Change, err error) bool {
	if s.stuck.seq != c.Seq {
		s.stuck = stuck{c.Seq, s.Now()}
	}
	if ctx.Err() != nil || s.Now().Sub(s.stuck.since) < patience {
		return false
	}
	s.Log.ErrorContext(ctx, "no alerts for a record", "id", search.ID(c.Kind, c.Code), "err", err)
	return true
}
