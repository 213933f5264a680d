package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/search"
)

// The kinds of item by which a killed process goes on.
const (
	// KindFound is one new document of one search. ID: a hash of both; Owner: the
	// search. It stays after it was told, so that nothing is told twice.
	KindFound account.ItemKind = "saved_search_found"
	// KindPlace is the one item that says how far the feed was read, and which
	// day's digest went out.
	KindPlace account.ItemKind = "saved_search_place"
)

const (
	feedPage = 200
	keptFor  = 365 * 24 * time.Hour
)

// place is how far the service has come.
type place struct {
	Seq int64  `json:"seq"`
	Day string `json:"day"` // of the last digest, 2006-01-02 in China
	rev int64
}

func (s *Service) kept() account.Place {
	return account.Place{Store: s.Items, Kind: KindPlace, Code: "watch", Name: "保存的检索看"}
}

// place reads it; in a new installation it is the end of the feed.
func (s *Service) place(ctx context.Context) (place, error) {
	var p place
	rev, err := s.kept().Read(ctx, &p)
	if !errs.Is(err, errs.NotFound) {
		p.rev = rev
		return p, err
	}
	status, err := s.Engine.Status(ctx)
	if err != nil {
		return p, err
	}
	if p.Seq = status.Checkpoint; china(s.Now()).Hour() >= digestHour {
		p.Day = today(s.Now())
	}
	return p, s.keep(ctx, &p)
}

func (s *Service) keep(ctx context.Context, p *place) (err error) {
	p.rev, err = s.kept().Keep(ctx, p, p.rev)
	return err
}

// Follow looks at the feed every interval and tells once a day, until ctx ends.
// Failures are logged and tried again.
func (s *Service) Follow(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for failing := false; ctx.Err() == nil; {
		err := s.CatchUp(ctx)
		if err == nil {
			err = s.Digest(ctx)
		}
		if err != nil && ctx.Err() == nil && !failing {
			s.Log.WarnContext(ctx, "digests of saved searches come later", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// CatchUp notes, for every search that is on, which of the records that changed it
// finds anew. It goes as far as the index does.
func (s *Service) CatchUp(ctx context.Context) error {
	p, err := s.place(ctx)
	if err != nil {
		return err
	}
	status, err := s.Engine.Status(ctx)
	if err != nil {
		return err
	}
	for p.Seq < status.Checkpoint {
		changes, err := s.Feed.Changes(ctx, p.Seq, feedPage)
		if err != nil || len(changes) == 0 {
			return err
		}
		changed := map[string]catalog.Change{}
		for _, c := range changes {
			if c.Seq > status.Checkpoint {
				break
			}
			p.Seq = c.Seq
			changed[search.ID(c.Kind, c.Code)] = c
		}
		if err := s.look(ctx, changed); err != nil {
			return err
		}
		if err := s.keep(ctx, &p); err != nil {
			return err
		}
	}
	return nil
}

// look asks every search for the public ones among some records.
func (s *Service) look(ctx context.Context, changed map[string]catalog.Change) error {
	ids := make([]string, 0, len(changed))
	for id := range changed {
		ids = append(ids, id)
	}
	public, err := s.Engine.Documents(ctx, ids)
	if err != nil || len(public) == 0 {
		return err
	}
	ids = ids[:0]
	for id := range public {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return s.each(ctx, func(one Search) error {
		if one.Off {
			return nil
		}
		r := one.Ask.request()
		r.Only = ids
		for ; ; r.Page++ {
			res, err := s.Engine.Search(ctx, r)
			if err != nil {
				return err
			}
			for _, h := range res.Hits {
				if err := s.found(ctx, one, changed[h.ID], h.ID); err != nil {
					return err
				}
			}
			if r.Page*r.Size >= res.Total {
				return nil
			}
		}
	})
}

// each visits every saved search.
func (s *Service) each(ctx context.Context, visit func(Search) error) error {
	for after := ""; ; {
		items, err := s.Items.Scan(ctx, KindSearch, after, 100)
		if err != nil || len(items) == 0 {
			return err
		}
		for _, it := range items {
			after = it.ID
			one, err := read(it)
			if err != nil {
				return err
			}
			if err := visit(one); err != nil {
				return err
			}
		}
	}
}

// hit is one new document of one search.
type hit struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Batch string    `json:"batch,omitempty"` // names the digest that tells it
	Told  bool      `json:"told,omitempty"`  // that digest was said
	owner string
	item  account.Item
}

// found notes a hit, once.
func (s *Service) found(ctx context.Context, one Search, c catalog.Change, id string) error {
	if slices.Contains(one.Known, id) {
		return nil
	}
	if one.Wide {
		rec, err := s.Feed.Get(ctx, c.Kind, c.Code)
		if errs.Is(err, errs.NotFound) || err == nil && rec.Base().CreatedAt.Before(one.Made) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	sum := sha256.Sum256([]byte(one.Code + "\x00" + id))
	now := s.now()
	it := account.Item{Kind: KindFound, ID: hex.EncodeToString(sum[:16]), Owner: one.Code, Expires: now.Add(keptFor)}
	err := s.write(ctx, it, hit{ID: id, At: now}, s.Items.Insert)
	if errs.Is(err, errs.Conflict) {
		return nil
	}
	return err
}

func (s *Service) write(ctx context.Context, it account.Item, h hit, save func(context.Context, account.Item) error) error {
	body, err := json.Marshal(h)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "watch.unwritable", "检索的新结果无法保存，请联系管理员查看日志。")
	}
	it.Body = body
	return save(ctx, it)
}
