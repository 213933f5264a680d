package main

import (
	"context"
	"crypto/rand"
	"time"

	"hongniang/internal/alert"
	"hongniang/internal/catalog"
	"hongniang/internal/errs"
	"hongniang/internal/mail"
	"hongniang/internal/notice"
	"hongniang/internal/watch"
	"hongniang/matcher"
)

const (
	// sendEvery is how often the queue is looked at for letters that are due.
	sendEvery = 2 * time.Second
	// alertEvery is how often the feed is asked for what other processes
	// published; what this one saves is handled at once.
	alertEvery = time.Second
	// lookForSearches is how often saved searches are asked for what was published:
	// all of it at once, for people are told once a day.
	lookForSearches = 5 * time.Minute
)

// newNotices gives the notices of an installation, with letters when there is a
// mail server.
func newNotices(in *installation) (*notice.Service, *mail.Queue, error) {
	accounts := in.store.Accounts()
	out := &notice.Service{
		Store: accounts, Introductions: in.store.Introductions(), Now: time.Now, Cases: in.introductions, BaseURL: in.cfg.Server.BaseURL,
		Readers: &notice.Readers{Users: in.users.Users, User: in.users.User, Records: in.store, Store: accounts},
		Offs:    notice.Offs{Key: in.introductions.Links.Key},
	}
	if in.cfg.Mail.Host == "" {
		return out, nil, nil
	}
	post, err := newPost(in)
	if err != nil {
		return nil, nil, err
	}
	queue := &mail.Queue{Store: accounts, Now: time.Now, Log: in.log, Write: out.Write, Send: post.Send, GaveUp: out.Undelivered}
	out.Order = queue.Put
	return out, queue, nil
}

// newPost checks the settings of mail. Links in letters never come from a
// request: without an address of the service there are none.
func newPost(in *installation) (*mail.Post, error) {
	s := in.cfg.Mail
	if s.Host != "" && in.cfg.Server.BaseURL == "" {
		return nil, errs.New(errs.Invalid, "mail.no_base_url", "设置了 mail.host，还要设置 server.base_url：邮件里的链接要用本站对外的网址，如 https://hongniang.example.cn。")
	}
	return mail.NewPost(mail.Settings{Host: s.Host, Port: s.Port, User: s.User, Password: s.Password.Reveal(), From: s.From, TLS: s.TLS}, time.Now)
}

// newAlerts gives what finds new matches; nil when alerts are turned off.
func newAlerts(in *installation) *alert.Service {
	if in.cfg.Alerts.PerWeek == 0 {
		return nil
	}
	return &alert.Service{
		Feed: in.store, Index: in.index, Matcher: in.matcher, Notices: in.notices, Store: in.store.Accounts(), Now: time.Now, Log: in.log,
		Least: matcher.Band(in.cfg.Alerts.Least), PerWeek: in.cfg.Alerts.PerWeek, Rest: rest,
	}
}

// restFor is how many times as long as a record took alerts rest before the next one:
// while many records come in they take a tenth of one processor.
const (
	restFor     = 9
	longestRest = 5 * time.Second
)

func rest(ctx context.Context, took, ago time.Duration) {
	wait := time.NewTimer(min(restFor*took, longestRest) - ago)
	defer wait.Stop()
	select {
	case <-ctx.Done():
	case <-wait.C:
	}
}

// newSearches gives the searches that people saved.
func newSearches(in *installation) *watch.Service {
	return &watch.Service{Items: in.store.Accounts(), Engine: in.index, Feed: in.store, Tell: in.notices, Now: time.Now, Random: rand.Reader, Log: in.log}
}

// poked is an index that says when something was saved, so that nobody waits for
// the next look at the feed.
type poked struct {
	catalog.Indexer
	poke chan struct{}
}

// Apply hands on; a poke that waits already is enough.
func (p poked) Apply(ctx context.Context, recs []catalog.Record) error {
	err := p.Indexer.Apply(ctx, recs)
	select {
	case p.poke <- struct{}{}:
	default:
	}
	return err
}

// followMatches alerts of what is published until ctx ends.
func (in *installation) followMatches(ctx context.Context) {
	if alerts := newAlerts(in); alerts != nil {
		alerts.Follow(ctx, in.saved, alertEvery)
	}
}

// sendLetters sends what is due. What was not sent when the process ended is sent
// by the next.
func (in *installation) sendLetters(ctx context.Context) {
	if in.letters == nil {
		return
	}
	every(ctx, sendEvery, func() {
		if _, err := in.letters.Step(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("letters go out later", "err", err)
		}
	})
}
