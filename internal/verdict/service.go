package verdict

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/zh"
	"hongniang/matcher"
)

// Ranker tells where a candidate stands for a need; *matcher.Matcher is one.
type Ranker interface {
	RunOf(ctx context.Context, r matcher.Request, kind catalog.Kind, code string) (matcher.Run, error)
}

// Records are read and saved; *catalog.Service is one.
type Records interface {
	catalog.Getter
	Update(ctx context.Context, by string, rec catalog.Record) error
}

// Service keeps and gives verdicts. It is safe for concurrent use.
type Service struct {
	Store   account.Store // where verdicts lie
	Records Records
	Ranker  Ranker
	Now     func() time.Time
}

const (
	// MaxNote is the longest sentence in characters.
	MaxNote = 200
	// mostEarlier bounds what is kept of somebody who changes his mind: the
	// oldest goes first.
	mostEarlier = 50
	// tries bounds how often a verdict is saved again when the same broker saved
	// one elsewhere in the same moment.
	tries = 10
)

// Judgement is what a broker says of one candidate.
type Judgement struct {
	Need      string
	Kind      catalog.Kind
	Candidate string
	Code      Code
	Note      string
}

// Judge keeps a verdict in the name of who judges, with the run that ranks the
// candidate at this moment. What he said before is kept as history. Errors:
// NotFound for a need that he does not see or a candidate that is not public,
// Denied for a need that is not his to judge, Invalid with fields.
func (s *Service) Judge(ctx context.Context, a account.Actor, j Judgement) (Opinion, error) {
	need, err := s.need(ctx, a, account.MatchVerdict, j.Need)
	if err != nil {
		return Opinion{}, err
	}
	j.Note = zh.CleanLine(j.Note)
	if err := j.check(need); err != nil {
		return Opinion{}, err
	}
	if err := s.candidate(ctx, j); err != nil {
		return Opinion{}, err
	}
	run, err := s.Ranker.RunOf(ctx, matcher.FromNeed(need, true), j.Kind, j.Candidate)
	if err != nil {
		return Opinion{}, err
	}
	return s.put(ctx, Verdict{
		Need: need.Code, Kind: j.Kind, Candidate: j.Candidate, Code: j.Code, Note: j.Note, By: a.User, Name: a.Signature(),
		At: s.Now().UTC().Truncate(time.Millisecond),
		Run: Run{
			NeedRev: need.Rev, Text: run.Text, Rank: run.Rank, Score: run.Score, Band: string(run.Band), Weights: run.Weights, Index: run.Index,
		},
	})
}

func (j Judgement) check(need *catalog.Need) error {
	var f errs.Faults
	if !j.Code.valid() {
		f.Add("verdict", "verdict.unknown", "请选一个评价：很有用、有用、不对口、没空、已认识、重复或用处不大。", string(j.Code))
	}
	if !judged(j.Kind) {
		f.Add("kind", "verdict.kind", "只能评价成果、专利、专家和工作室。", string(j.Kind))
	}
	switch {
	case utf8.RuneCountInString(j.Note) > MaxNote:
		f.Add("note", "verdict.note_long", fmt.Sprintf("说明请写在 %d 个字以内。", MaxNote), "")
	case Reveals(need, j.Note):
		f.Add("note", "verdict.note_secret", "说明里有这条需求的保密内容（企业名称、联系人或未公开的文字），没有保存；请换个说法，只写对这个人选的看法。", "")
	}
	return f.Err()
}

func judged(kind catalog.Kind) bool {
	return slices.Contains([]catalog.Kind{catalog.KindResult, catalog.KindPatent, catalog.KindExpert, catalog.KindStudio}, kind)
}

// need reads a need on which somebody may do an action.
func (s *Service) need(ctx context.Context, a account.Actor, action account.Action, code string) (*catalog.Need, error) {
	rec, err := s.Records.Get(ctx, catalog.KindNeed, code)
	if err != nil {
		return nil, err
	}
	ok, err := s.may(ctx, a, action, rec)
	if err != nil {
		return nil, err
	}
	need, isNeed := rec.(*catalog.Need)
	if _, public := catalog.PublicView(rec); !ok && public {
		return nil, errs.New(errs.Denied, "access.not_yours", "这条需求不归您的工会管，不能评价它的候选，也看不到别人的评价。")
	}
	if !ok || !isNeed || need.Deleted() {
		return nil, catalog.NotFoundError(catalog.KindNeed, code)
	}
	return need, nil
}

func (s *Service) may(ctx context.Context, a account.Actor, action account.Action, rec catalog.Record) (bool, error) {
	return account.Allowed(a, action, func() (account.Target, error) {
		h, err := catalog.HoldersOf(ctx, s.Records, rec)
		return account.Target{Orgs: h.Orgs, Persons: h.Persons, Unions: h.Unions}, err
	})
}

// candidate refuses who is not there or not public.
func (s *Service) candidate(ctx context.Context, j Judgement) error {
	rec, err := s.Records.Get(ctx, j.Kind, j.Candidate)
	if err != nil {
		return err
	}
	if _, public := catalog.PublicView(rec); !public {
		return catalog.NotFoundError(j.Kind, j.Candidate)
	}
	return nil
}

// put writes over what the same broker said of the same candidate.
func (s *Service) put(ctx context.Context, v Verdict) (Opinion, error) {
	for try := 1; ; try++ {
		entry, err := s.putOnce(ctx, v)
		if try == tries || !errs.Is(err, errs.Stale) && !errs.Is(err, errs.Conflict) {
			return entry, err
		}
	}
}

func (s *Service) putOnce(ctx context.Context, v Verdict) (Opinion, error) {
	id := fmt.Sprintf("%s/%s/%s/%s", v.Need, v.Kind, v.Candidate, v.By)
	entry := Opinion{Verdict: v, Earlier: []Verdict{}}
	it, err := s.Store.Get(ctx, account.KindVerdict, id)
	fresh := errs.Is(err, errs.NotFound)
	if err != nil && !fresh {
		return entry, err
	}
	if !fresh {
		before, err := decode(it)
		if err != nil {
			return entry, err
		}
		entry.Earlier = append(before.Earlier, before.Verdict)
		entry.Earlier = entry.Earlier[max(0, len(entry.Earlier)-mostEarlier):]
	}
	if it.Body, err = json.Marshal(entry); err != nil {
		return entry, errs.Wrap(err, errs.Internal, "verdict.unwritable", "评价无法保存，请联系管理员查看日志。")
	}
	if fresh {
		return entry, s.Store.Insert(ctx, account.Item{Kind: account.KindVerdict, ID: id, Owner: v.Need, Body: it.Body})
	}
	return entry, s.Store.Replace(ctx, it)
}

func decode(it account.Item) (Opinion, error) {
	e := Opinion{Earlier: []Verdict{}}
	if err := json.Unmarshal(it.Body, &e); err != nil {
		return e, errs.Wrap(err, errs.Internal, "verdict.unreadable", fmt.Sprintf("评价 %s 读不出来，内容可能已损坏。请从备份恢复。", it.ID))
	}
	return e, nil
}

// Of gives the verdicts on the candidates of a need, of all brokers, in the order
// of candidates. Errors: NotFound, Denied for a need whose verdicts are not his
// to read.
func (s *Service) Of(ctx context.Context, a account.Actor, code string) ([]Opinion, error) {
	if _, err := s.need(ctx, a, account.VerdictRead, code); err != nil {
		return nil, err
	}
	items, err := s.Store.Owned(ctx, account.KindVerdict, code)
	return entries(items, err)
}

func entries(items []account.Item, err error) ([]Opinion, error) {
	out := []Opinion{}
	for _, it := range items {
		e, bad := decode(it)
		if bad != nil {
			return nil, bad
		}
		out = append(out, e)
	}
	return out, err
}

// slice is how many verdicts are read at a time.
const slice = 200

// Opinions is a part of all verdicts.
type Opinions struct {
	Items []Opinion `json:"items"`
	Next  string    `json:"next,omitempty" doc:"To be sent as after for what comes later; empty at the end"`
}

// List gives up to limit verdicts that somebody may read, behind a place in their
// order: by need, candidate and broker.
func (s *Service) List(ctx context.Context, a account.Actor, after string, limit int) (Opinions, error) {
	out := Opinions{Items: []Opinion{}}
	readable := map[string]bool{}
	for {
		items, err := s.Store.Scan(ctx, account.KindVerdict, after, slice)
		if err != nil {
			return out, err
		}
		for _, it := range items {
			if len(out.Items) == limit {
				out.Next = after
				return out, nil
			}
			after = it.ID
			ok, err := s.reads(ctx, a, it.Owner, readable)
			if err != nil {
				return out, err
			}
			if !ok {
				continue
			}
			e, err := decode(it)
			if err != nil {
				return out, err
			}
			out.Items = append(out.Items, e)
		}
		if len(items) < slice {
			return out, nil
		}
	}
}

// reads tells whether the verdicts of a need are somebody's to read.
func (s *Service) reads(ctx context.Context, a account.Actor, need string, known map[string]bool) (bool, error) {
	if ok, asked := known[need]; asked {
		return ok, nil
	}
	_, err := s.need(ctx, a, account.VerdictRead, need)
	if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Denied) {
		return false, err
	}
	known[need] = err == nil
	return err == nil, nil
}

// All reads every verdict of a store, for measuring.
func All(ctx context.Context, store account.Store) ([]Opinion, error) {
	out := []Opinion{}
	for after := ""; ; {
		items, err := store.Scan(ctx, account.KindVerdict, after, slice)
		some, err := entries(items, err)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
		if len(items) < slice {
			return out, nil
		}
		after = items[len(items)-1].ID
	}
}

// Away says of an expert that he takes nothing on up to a day, YYYY-MM-DD: what
// is proposed when a broker hears that he has no time. Errors: NotFound, Denied,
// Invalid for a day that has passed.
func (s *Service) Away(ctx context.Context, a account.Actor, code, until string) error {
	rec, err := s.Records.Get(ctx, catalog.KindExpert, code)
	if err != nil {
		return err
	}
	ok, err := s.may(ctx, a, account.PersonEdit, rec)
	if err != nil {
		return err
	}
	expert, person := catalog.Clone(rec).(*catalog.Expert)
	if !ok || !person {
		return errs.New(errs.Denied, "verdict.person_not_yours", "这位专家不归您的工会管，请告诉管理他的红娘，由他改服务意愿。")
	}
	day, err := time.Parse(time.DateOnly, until)
	if today := catalog.Day(s.Now()); err != nil || until < today || day.After(s.Now().AddDate(2, 0, 0)) {
		var f errs.Faults
		f.Add("until", "verdict.until", "请写到哪一天为止没空，例如 2026-12-31，不早于今天，不超过两年。", until)
		return f.Err()
	}
	if expert.Availability == nil {
		expert.Availability = &catalog.Availability{Accepting: true}
	}
	expert.Availability.UnavailableUntil = until
	return s.Records.Update(ctx, a.Signature(), expert)
}
