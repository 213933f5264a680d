// Package notice is the one place that decides who is told what: what happened
// in introductions, what stands still, which needs run out, and what package
// alert found. A notice is addressed to a user, to everybody of a firm or behind
// a person, or to the leaders of a union, so that whoever joins later finds it
// too. It says nothing confidential; what its reader may see, the page that it
// leads to decides. Letters are written from notices (letter.go), for who has an
// address and did not turn them off (preferences.go).
package notice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
)

// keptFor is how long a notice is kept.
const keptFor = 180 * 24 * time.Hour

// Notice is one thing that somebody is told.
type Notice struct {
	ID           string             `json:"id" doc:"The same when told again"`
	At           time.Time          `json:"at"`
	Topic        Topic              `json:"topic,omitempty" enum:"introduction,reminder,match,expiry,search,review,decision,mail" doc:"What it is about; by this it is turned off"`
	Introduction string             `json:"introduction,omitempty" doc:"Code"`
	Record       string             `json:"record,omitempty" doc:"What it leads to when there is no introduction: kind/code"`
	Need         string             `json:"need,omitempty" doc:"Code of the need that it is about"`
	Step         brokering.StepKind `json:"step,omitempty" doc:"What happened; empty when the clock rang"`
	Level        brokering.Level    `json:"level,omitempty" doc:"Of a clock that rang: 1 reminder, 2 broker's list, 3 leader's list"`
	Band         string             `json:"band,omitempty" doc:"Of a match, in Chinese"`
	Text         string             `json:"text" doc:"In Chinese, nothing confidential"`
	Why          []string           `json:"why,omitempty" doc:"Reasons of a match, in Chinese, from public text alone"`
}

// topic is what a notice is about; those of before there were topics are of
// introductions.
func (n Notice) topic() Topic {
	switch {
	case n.Topic != "":
		return n.Topic
	case n.Level > brokering.OnTime:
		return Reminders
	}
	return Introductions
}

// Service keeps and gives notices, and writes the letters that follow from them.
// It is safe for concurrent use.
type Service struct {
	Store         account.Store // where notices lie
	Introductions brokering.Store
	Now           func() time.Time
	// Readers finds who stands behind an address, for letters; nil: no letters.
	Readers *Readers
	// Order asks for a letter; nil: no letters.
	Order func(ctx context.Context, o mail.Order) error
	// Cases signs the links of invitations.
	Cases *brokering.Service
	// BaseURL is what links in letters begin with, without a slash at the end.
	BaseURL string
	// Offs signs the links by which letters are turned off.
	Offs Offs

	judgings judgings
}

// Tell keeps an event for whom it concerns; telling it again changes nothing.
// It is what brokering.Service.Deliver is given.
func (s *Service) Tell(ctx context.Context, e brokering.Event) error {
	in, err := s.Introductions.Get(ctx, e.Introduction)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.put(ctx, readersOf(in, e), Notice{ID: e.ID, At: e.At, Introduction: e.Introduction, Step: e.Step, Text: e.Text})
}

// Audiences of a notice, as they are kept.
const (
	toUser   = "user/"
	toOrg    = "org/"
	toPerson = "person/"
	toLeader = "leader/"
)

// ToUser, ToOrg and ToPerson give addresses: of an account, of everybody of an
// organisation, of everybody who is a person.
func ToUser(code string) string { return toUser + code }

// ToOrg is the address of an organisation.
func ToOrg(code string) string { return toOrg + code }

// ToPerson is the address of an expert.
func ToPerson(code string) string { return toPerson + code }

// readersOf gives whom an event is for.
func readersOf(in *brokering.Introduction, e brokering.Event) []string {
	switch e.Tell {
	case brokering.Staff:
		return address(toUser, e.User)
	case brokering.Enterprise:
		return firms(in, e.Need)
	case brokering.Provider:
		return helpers(in, e.Target)
	}
	return nil
}

func address(sort, code string) []string {
	if code == "" {
		return nil
	}
	return []string{sort + code}
}

// firms are the enterprises of a need, of all needs when it is "".
func firms(in *brokering.Introduction, need string) []string {
	var out []string
	for _, n := range in.Needs {
		if need == "" || n.Code == need {
			out = append(out, address(toOrg, n.Org)...)
		}
	}
	return out
}

// helpers are those who may answer for a target: the person, and the
// organisation behind it.
func helpers(in *brokering.Introduction, target string) []string {
	for _, t := range in.Targets {
		if t.Code == target {
			return append(address(toPerson, t.Person), address(toOrg, t.Org)...)
		}
	}
	return nil
}

// put keeps a notice for each reader who was not told yet, and asks for the
// letters that follow. Letters come first: a process that dies between the two
// asks again, under the same ids. Both are done again without harm.
func (s *Service) put(ctx context.Context, readers []string, n Notice) error {
	n.Topic = n.topic()
	body, err := json.Marshal(n)
	if err != nil {
		return errs.Wrap(err, errs.Internal, "notice.unwritable", "通知无法保存，请联系管理员查看日志。")
	}
	fresh, err := s.fresh(ctx, readers, n)
	if err != nil || len(fresh) == 0 {
		return err
	}
	if err := s.order(ctx, fresh, n); err != nil {
		return err
	}
	for _, r := range fresh {
		err := s.Store.Insert(ctx, account.Item{
			Kind: account.KindNotice, ID: idOf(r, n.ID), Owner: r, Expires: n.At.Add(keptFor).Truncate(time.Millisecond), Body: body,
		})
		if err != nil && !errs.Is(err, errs.Conflict) { // a conflict: another process told him
			return err
		}
	}
	return nil
}

// fresh keeps of readers those who were not told of a notice.
func (s *Service) fresh(ctx context.Context, readers []string, n Notice) ([]string, error) {
	var out []string
	for _, r := range readers {
		_, err := s.Store.Get(ctx, account.KindNotice, idOf(r, n.ID))
		switch {
		case errs.Is(err, errs.NotFound):
			out = append(out, r)
		case err != nil:
			return nil, err
		}
	}
	return out, nil
}

// idOf names a notice for one reader.
func idOf(reader, id string) string {
	sum := sha256.Sum256([]byte(reader + "\n" + id))
	return hex.EncodeToString(sum[:16])
}

// Say tells readers something that is not of an introduction. Telling it again,
// under the same ID, changes nothing.
func (s *Service) Say(ctx context.Context, readers []string, n Notice) error {
	if n.At.IsZero() {
		n.At = s.Now().UTC().Truncate(time.Millisecond)
	}
	return s.put(ctx, readers, n)
}

// audiences are the addresses under which somebody is told.
func audiences(a account.Actor) []string {
	out := address(toUser, a.User)
	switch a.Role {
	case account.Enterprise, account.Provider:
		out = append(out, append(address(toOrg, a.Org), address(toPerson, a.Person)...)...)
	case account.Leader:
		out = append(out, address(toLeader, a.Org)...)
	}
	return out
}

// once leaves out what says the same of the same moment again: somebody may be
// told of one event in two capacities, or a clock may ring at two levels at once.
func once(list []Notice) []Notice {
	type event struct {
		introduction, text string
		at                 int64
	}
	seen := map[event]bool{}
	return slices.DeleteFunc(list, func(n Notice) bool {
		key := event{n.Introduction, n.Text, n.At.UnixMilli()}
		again := seen[key]
		seen[key] = true
		return again
	})
}

// look is when somebody last looked.
type look struct {
	At time.Time `json:"at"`
}

func (s *Service) seen(ctx context.Context, a account.Actor) (time.Time, int64, error) {
	if a.User == "" {
		return time.Time{}, 0, nil
	}
	it, err := s.Store.Get(ctx, account.KindNoticed, a.User)
	if errs.Is(err, errs.NotFound) {
		return time.Time{}, 0, nil
	}
	if err != nil {
		return time.Time{}, 0, err
	}
	var l look
	if err := json.Unmarshal(it.Body, &l); err != nil {
		return time.Time{}, 0, errs.Wrap(err, errs.Internal, "notice.unreadable", "读不出上次看通知的时间，内容可能已损坏。请从备份恢复。")
	}
	return l.At, it.Rev, nil
}

// Looked notes that somebody has seen what came up to a moment. That another
// window noted it meanwhile is no error.
func (s *Service) Looked(ctx context.Context, a account.Actor, upTo time.Time) error {
	at, rev, err := s.seen(ctx, a)
	if err != nil || a.User == "" || !upTo.After(at) {
		return err
	}
	body, err := json.Marshal(look{At: upTo.UTC()})
	if err != nil {
		return errs.Wrap(err, errs.Internal, "notice.unwritable", "通知无法标为已读，请联系管理员查看日志。")
	}
	it := account.Item{Kind: account.KindNoticed, ID: a.User, Owner: toUser + a.User, Rev: rev, Body: body}
	if rev == 0 {
		err = s.Store.Insert(ctx, it)
	} else {
		err = s.Store.Replace(ctx, it)
	}
	if errs.Is(err, errs.Conflict) || errs.Is(err, errs.Stale) {
		return nil
	}
	return err
}

// Remind tells of every introduction that stands still: whoever owes the next
// action, a week later the broker, another week later the leaders of the
// managing union and of those above it. Each standstill is told once a level.
// It answers how many stand still.
func (s *Service) Remind(ctx context.Context) (int, error) {
	today := catalog.Day(s.Now())
	late := 0
	for q := (brokering.Query{Open: true, WakeBy: today, Limit: 100}); ; {
		list, err := s.Introductions.List(ctx, q)
		if err != nil || len(list) == 0 {
			return late, err
		}
		for _, in := range list {
			q.After = in.Code
			alarm := brokering.Clock(in, s.Now())
			if alarm.Level > brokering.OnTime {
				late++
			}
			if err := s.ring(ctx, in, alarm); err != nil {
				return late, err
			}
		}
	}
}

// ring tells of one standstill, at each level that was reached: whoever is told at
// a higher one is not told at a lower one too.
func (s *Service) ring(ctx context.Context, in *brokering.Introduction, alarm brokering.Alarm) error {
	now, told := s.Now().UTC().Truncate(time.Millisecond), map[string]bool{}
	for level := alarm.Level; level >= brokering.Remind; level-- {
		n := Notice{
			ID: fmt.Sprintf("%s/late/%s/%d", in.Code, in.WakeDate(), level), At: now, Introduction: in.Code, Level: level,
			Text: fmt.Sprintf("对接单 %s 停在“%s”，应由%s办理的下一步已超期 %d 天。", in.Code, in.Stage.Label(), alarm.Who.Label(), alarm.Days),
		}
		readers := slices.DeleteFunc(lateReaders(in, alarm.Who, level), func(r string) bool { return told[r] })
		for _, r := range readers {
			told[r] = true
		}
		if err := s.put(ctx, readers, n); err != nil {
			return err
		}
	}
	return nil
}

func lateReaders(in *brokering.Introduction, who brokering.Part, level brokering.Level) []string {
	switch {
	case level == brokering.OnBrokerList:
		return address(toUser, in.Broker.User)
	case level == brokering.OnLeaderList:
		var out []string
		for _, union := range in.Unions {
			out = append(out, address(toLeader, union)...)
		}
		return out
	case who == brokering.Enterprise:
		return firms(in, "")
	case who == brokering.Provider:
		t, _ := in.CurrentTarget()
		return helpers(in, t.Code)
	}
	return address(toUser, in.Broker.User)
}
