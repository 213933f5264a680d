// Package alert matches in reverse: what was newly published with the needs that
// are open, and a new need with everybody, and tells the right people, with the
// reason. It follows the change feed from a place of its own, which is kept in the
// store, so that a killed process loses nothing and tells nothing twice.
//
// What an alert says comes from public text alone; only whom it must not go to is
// decided by the whole of a need. docs/alerts.md says who is told what.
package alert

import (
	"context"
	"log/slog"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/catalog"
	"hongniang/internal/notice"
	"hongniang/internal/search"
	"hongniang/matcher"
)

// Matcher judges needs and candidates; *matcher.Matcher is one.
type Matcher interface {
	Match(ctx context.Context, r matcher.Request) (matcher.Answer, error)
	Wanting(ctx context.Context, doc search.Document, top int) ([]string, error)
	Judge(ctx context.Context, r matcher.Request, id string) (float64, matcher.Band, error)
	Fit(ctx context.Context, r matcher.Request, ids []string, least matcher.Band) ([]matcher.Candidate, error)
}

// Feed is where records and their changes are read; catalog.Store is one.
type Feed interface {
	catalog.Getter
	Changes(ctx context.Context, after int64, limit int) ([]catalog.Change, error)
}

// Index tells what can be found already; search.Engine is one.
type Index interface {
	Documents(ctx context.Context, ids []string) (map[string]search.Document, error)
}

// Service finds whom to alert. One goroutine at a time calls it.
type Service struct {
	Feed    Feed
	Index   Index
	Matcher Matcher
	Notices *notice.Service
	Store   account.Store // of the place in the feed, and of what was told
	Now     func() time.Time
	Log     *slog.Logger
	// Least is the weakest band that is worth an alert; Medium when "".
	Least matcher.Band
	// PerWeek is how many alerts one person gets in seven days at most; staff, for
	// whom they are work, ten times as many.
	PerWeek int
	// News is how many changes of the feed are news at most, the last ones; 0 means
	// DefaultNews. Who brings in the records of a whole province tells nobody.
	News int64
	// Rest is called before a record is handled, with how long the one before took and
	// how long that was ago, so that whoever asks meanwhile has the processor; nil rests
	// not at all.
	Rest func(ctx context.Context, took, ago time.Duration)

	stuck stuck
	last  struct { // record that was handled
		took  time.Duration
		ended time.Time
	}
}

// stuck is the change that could not be handled last, and since when.
type stuck struct {
	seq   int64
	since time.Time
}

// patience is how long a change may hold up those behind it: for so long the index
// may be rebuilt, or the store be out of reach.
const patience = 6 * time.Hour

// DefaultNews is how many changes of the feed are news at most.
const DefaultNews = 5000

// MissesInARow is after how many needs that a new record does not fit, one behind
// the other, those behind them are not judged.
const MissesInARow = 40

const (
	// triedNeeds is how many needs are judged for a new record at most. Nearly all
	// that fit are among them (docs/alerts.md).
	triedNeeds = 100
	// wantedNeeds is how many are looked through for them; the others are closed.
	wantedNeeds = 1000
	// mostFits is how many needs a new record is told of at most, the best.
	mostFits = 10
	// toldNeeds is how many needs one alert names at most.
	toldNeeds = 5
	// toldPeople is how many people are told of a new need at most, the best.
	toldPeople = 20
	// staffTimes is how many times the alerts of anybody else staff get.
	staffTimes = 10
	// weekLong is the time over which alerts are counted.
	weekLong = 7 * 24 * time.Hour
)

func (s *Service) least() matcher.Band {
	if s.Least == "" {
		return matcher.Medium
	}
	return s.Least
}

// Follow handles what is published until ctx ends: whenever it is poked, and every
// interval for what other processes wrote. Failures are logged and tried again.
func (s *Service) Follow(ctx context.Context, poke <-chan struct{}, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for failing := false; ctx.Err() == nil; {
		_, err := s.CatchUp(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			s.Log.WarnContext(ctx, "alerts come later", "err", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
		case <-poke:
		case <-tick.C:
		}
	}
}

// open tells whether somebody is sought for a need.
func open(need *catalog.Need) bool {
	return !need.Deleted() && catalog.Sought(need.Status)
}

// request makes a request of a need: of its text the public part, of its limits
// all. The answer may be told to everybody.
func request(need *catalog.Need) matcher.Request {
	whole, out := matcher.FromNeed(need, true), matcher.FromNeed(need, false)
	whole.Title, whole.Text, whole.Lead = out.Title, out.Text, out.Lead
	return whole
}
