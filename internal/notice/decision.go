package notice

import (
	"context"
	"encoding/json"
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
	decidedID   = "feed"
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

func (s *Service) decidedPlace(ctx context.Context, feed catalog.Feed) (decidedPlace, error) {
	var p decidedPlace
	it, err := s.Store.Get(ctx, KindDecided, decidedID)
	if errs.Is(err, errs.NotFound) {
		head, err := catalog.Head(ctx, feed)
		if err != nil {
			return p, err
		}
		p.Seq = head.Seq
		return p, s.keepDecided(ctx, &p)
	}
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(it.Body, &p); err != nil {
		return p, errs.Wrap(err, errs.Internal, "notice.unreadable", "读不出审核结果通知到了哪里，内容可能已损坏。请从备份恢复。")
	}
	p.rev = it.Rev
	return p, nil
}

// keepDecided writes the place. That another process was faster is no error: both tell
// the same, once.
func (s *Service) keepDecided(ctx context.Context, p *decidedPlace) error {
	body, err := json.Marshal(p)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "notice.unwritable", "通知无法保存，请联系管理员查看日志。")
	}
	it := account.Item{Kind: KindDecided, ID: decidedID, Rev: p.rev, Body: body}
	if p.rev == 0 {
		err = s.Store.Insert(ctx, it)
	} else {
		err = s.Store.Replace(ctx, it)
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Stale) {
		return nil
	}
	p.rev++
	return err
}

// tellDecided tells of the decisions among some changes. A record that is gone, or that
// nobody can read, has no owner to be told.
func (s *Service) tellDecided(ctx context.Context, changes []catalog.Change) error {
	var people *People
	for _, c := range changes {
		if c.Action != catalog.Updated {
			continue
		}
		rec, err := s.Readers.Records.Get(ctx, c.Kind, c.Code)
		if errs.Is(err, errs.Unavailable) || ctx.Err() != nil {
			return err
		}
		if err != nil || rec.Base().Deleted() {
			continue
		}
		for _, d := range catalog.DecisionsOf(rec) {
			if d.At.Sub(c.At).Abs() > decidedWithin {
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
