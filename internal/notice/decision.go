package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
)

// KindDecided is the kind of the one item that says how far the feed of changes was
// read for what staff decided.
const KindDecided account.ItemKind = "decision_place"

const (
	decidedPage = 200
	// decidedWithin is how far a decision and the change that saved it are apart at most.
	decidedWithin = time.Minute
)

// decidedPlace is how far the feed was read, in the store.
type decidedPlace struct {
	Seq int64 `json:"seq"`
	rev int64
}

// Decisions tells owners what staff said of what they handed in: published, returned,
// not taken, a change of it accepted or given back. It reads the feed from where the
// last call ended, in a new installation from its end; what a killed process had not
// told is told by the next, once. Errors: the stores' and the context's.
func (s *Service) Decisions(ctx context.Context, feed catalog.Feed) error {
	if s.Readers == nil {
		return nil
	}
	p, err := s.decidedPlace(ctx, feed)
	for err == nil {
		var changes []catalog.Change
		if changes, err = feed.Changes(ctx, p.Seq, decidedPage); err != nil || len(changes) == 0 {
			return err
		}
		if err = s.tellDecided(ctx, changes); err == nil {
			p.Seq = changes[len(changes)-1].Seq
			err = s.keepDecided(ctx, &p)
		}
	}
	return err
}

func (s *Service) decidedKept() account.Place {
	return account.Place{Store: s.Store, Kind: KindDecided, Code: "notice", Name: "审核结果通知"}
}

func (s *Service) decidedPlace(ctx context.Context, feed catalog.Feed) (decidedPlace, error) {
	var p decidedPlace
	rev, err := s.decidedKept().Read(ctx, &p)
	if !errs.Is(err, errs.NotFound) {
		p.rev = rev
		return p, err
	}
	head, err := catalog.Head(ctx, feed)
	if err != nil {
		return p, err
	}
	p.Seq = head.Seq
	return p, s.keepDecided(ctx, &p)
}

func (s *Service) keepDecided(ctx context.Context, p *decidedPlace) (err error) {
	p.rev, err = s.decidedKept().Keep(ctx, p, p.rev)
	return err
}

// tellDecided tells of the decisions among some changes. A record that is gone, or that
// nobody can read, has no owner to be told.
func (s *Service) tellDecided(ctx context.Context, changes []catalog.Change) error {
	var people *People
	times := changedAt(changes)
	for _, c := range changes {
		id := changed{c.Kind, c.Code}
		at := times[id]
		if delete(times, id); len(at) == 0 {
			continue
		}
		rec, err := s.Readers.Records.Get(ctx, id.kind, id.code)
		if errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
			return err
		}
		if err != nil || rec.Base().Deleted() {
			continue
		}
		for _, d := range catalog.DecisionsOf(rec) {
			if !slices.ContainsFunc(at, func(t time.Time) bool { return d.At.Sub(t).Abs() <= decidedWithin }) {
				continue
			}
			if people == nil {
				if people, err = s.Readers.People(ctx); err != nil {
					return err
				}
			}
			if err := s.decided(ctx, people, rec, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// changed names a record.
type changed struct {
	kind catalog.Kind
	code string
}

// changedAt gives when each record was changed, so that one which is saved again and
// again is read once.
func changedAt(changes []catalog.Change) map[changed][]time.Time {
	out := map[changed][]time.Time{}
	for _, c := range changes {
		if c.Action == catalog.Updated {
			id := changed{c.Kind, c.Code}
			out[id] = append(out[id], c.At)
		}
	}
	return out
}

func (s *Service) decided(ctx context.Context, people *People, rec catalog.Record, d catalog.Decided) error {
	readers, err := people.owners(ctx, rec)
	if err != nil {
		return err
	}
	m := rec.Base()
	n := Notice{
		ID: fmt.Sprintf("decision/%s/%s/%s/%d", rec.Kind(), m.Code, d.Step, d.At.UnixMilli()), At: d.At, Topic: Decisions,
		Record: string(rec.Kind()) + "/" + m.Code, Text: fmt.Sprintf(decidedText(rec.Kind(), d.Step), nameOf(rec)),
	}
	if rec.Kind() == catalog.KindNeed {
		n.Need = m.Code
	}
	return s.Say(ctx, readers, n)
}

// decidedText says of a record what staff decided and what to do. Why stands on the record's own
// page: staff's words may quote what a letter must not say.
func decidedText(kind catalog.Kind, step catalog.NeedStepKind) string {
	switch {
	case step == catalog.PublishNeed:
		return "%s审核通过，已发布。"
	case step == catalog.RejectNeed:
		return "%s没有受理，原因请打开页面看。"
	case step == catalog.AcceptNeedChange:
		return "%s的修改审核通过，大家看到的是新的文字了。"
	case step == catalog.RefuseNeedChange:
		return "%s的修改退回了，大家看到的还是原来的文字；请打开修改页看原因，改好再交。"
	case kind == catalog.KindNeed:
		return "%s退回整改，原因请打开页面看；改好请再提交。"
	}
	return "%s退回整改，请补充以后再提交；不清楚补什么，请问红娘。"
}

// owners gives the addresses of those, with accounts, who hand a record in: the
// organisation whose it is; the person, of his own profile and where there is no
// organisation. Whom a record names without their word is not told.
func (p *People) owners(ctx context.Context, rec catalog.Record) ([]string, error) {
	held, err := catalog.HoldersOf(ctx, p.readers.Records, rec)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	var out []string
	if rec.Kind() != catalog.KindExpert {
		for _, org := range held.Orgs {
			out = append(out, ToOrg(org))
		}
	}
	for _, person := range held.Persons {
		if len(out) == 0 && !slices.Contains(rec.Base().Unconfirmed, person) || rec.Kind() == catalog.KindExpert {
			out = append(out, ToPerson(person))
		}
	}
	return slices.DeleteFunc(out, func(reader string) bool { return len(p.matching(reader)) == 0 }), nil
}
