package notice

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/review"
)

// judgingAgain is how long news that were told are not looked at again: as long may it
// be until who comes to the union later is told of them too.
const judgingAgain = time.Hour

// judgings remembers when this process told which news.
type judgings struct {
	mu   sync.Mutex
	told map[string]time.Time // by judgingKey
}

// judgingKey tells news for these readers apart.
func judgingKey(n review.News) string {
	return idOf(fmt.Sprint(n.Call, n.Union, n.Users, n.Staff, n.Open), n.ID)
}

// fresh gives the news that were not told lately, and forgets which were told long ago.
func (j *judgings) fresh(news []review.News, now time.Time) []review.News {
	j.mu.Lock()
	defer j.mu.Unlock()
	maps.DeleteFunc(j.told, func(_ string, at time.Time) bool { return now.Sub(at) >= judgingAgain })
	return slices.DeleteFunc(slices.Clone(news), func(n review.News) bool { return !j.told[judgingKey(n)].IsZero() })
}

func (j *judgings) note(n review.News, now time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.told == nil {
		j.told = map[string]time.Time{}
	}
	j.told[judgingKey(n)] = now
}

// Judging tells what is new of judgings of results: jurors, applicants, who
// objected, the brokers of the union, and of a new call all who may hand in. It may
// be done every minute: whoever was told is left alone.
func (s *Service) Judging(ctx context.Context, news []review.News) error {
	if s.Readers == nil {
		return nil
	}
	if news = s.judgings.fresh(news, s.Now()); len(news) == 0 {
		return nil
	}
	people, err := s.Readers.People(ctx)
	if err != nil {
		return err
	}
	known := catalog.Remember(s.Readers.Records)
	for _, n := range news {
		readers, err := people.ofJudging(ctx, known, n)
		if err != nil {
			return err
		}
		if err := s.Say(ctx, readers, Notice{ID: n.ID, Topic: Judgings, Record: "review/" + n.Call, Text: n.Text}); err != nil {
			return err
		}
		s.judgings.note(n, s.Now())
	}
	return nil
}

// ofJudging gives the addresses of those whom a piece of news is for.
func (p *People) ofJudging(ctx context.Context, known catalog.Getter, n review.News) ([]string, error) {
	var out []string
	for _, user := range n.Users {
		out = append(out, ToUser(user))
	}
	if n.Staff {
		unions, err := catalog.Lineage(ctx, known, n.Union)
		if err != nil {
			return nil, err
		}
		out = append(out, p.Brokers(unions)...)
	}
	if n.Open {
		below, err := p.below(ctx, known, n.Union)
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// below gives the addresses of the firms, people and brokers whom a union and those
// below it look after, as far as they have accounts; of all when there is no union.
func (p *People) below(ctx context.Context, known catalog.Getter, union string) ([]string, error) {
	var out []string
	add := func(address string, kind catalog.Kind, code string) error {
		if code == "" {
			return nil
		}
		under, err := isUnder(ctx, known, kind, code, union)
		if under {
			out = append(out, address+code)
		}
		return err
	}
	for _, u := range p.users {
		var err error
		switch u.Role {
		case account.Enterprise, account.Provider:
			if err = add(toOrg, catalog.KindOrganisation, u.Org); err == nil {
				err = add(toPerson, catalog.KindExpert, u.Person)
			}
		case account.Broker:
			var under bool
			if under, err = isUnder(ctx, known, catalog.KindOrganisation, u.Org, union); under {
				out = append(out, ToUser(u.Code))
			}
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// isUnder tells whether a record is looked after by a union or by one below it.
func isUnder(ctx context.Context, known catalog.Getter, kind catalog.Kind, code, union string) (bool, error) {
	if union == "" {
		return true, nil
	}
	rec, err := known.Get(ctx, kind, code)
	if errs.Is(err, errs.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	held, err := catalog.HoldersOf(ctx, known, rec)
	return slices.Contains(held.Unions, union), err
}
