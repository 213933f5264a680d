package main

import (
	"context"
	"time"

	"hongniang/internal/account"
	"hongniang/internal/brokering"
	"hongniang/internal/demo"
)

// How often introductions are looked at: for what is to be told, and for what
// stands still.
const (
	tellEvery   = time.Second
	remindEvery = time.Hour
)

// followedBy signs the changes of a need that follow from its introductions.
const followedBy = "对接进度"

// tellOfIntroductions delivers what happened in introductions, and lets needs
// follow them. What was not delivered when the process ended is delivered by the
// next, under the same ids.
func (in *installation) tellOfIntroductions(ctx context.Context) {
	every(ctx, tellEvery, func() {
		if err := in.introductions.Deliver(ctx, 100, in.notices.Tell); err != nil && ctx.Err() == nil {
			in.log.Warn("events of introductions are told later", "err", err)
		}
	})
}

func (in *installation) followNeeds(ctx context.Context, changed *brokering.Introduction) error {
	left, err := in.introductions.FollowNeeds(ctx, in.service, followedBy, changed)
	for _, code := range left {
		in.log.Warn("the need cannot be saved as it is; its state stays", "need", code, "introduction", changed.Code)
	}
	return err
}

// remind tells of introductions that stand still.
func (in *installation) remind(ctx context.Context) {
	every(ctx, remindEvery, func() {
		late, err := in.notices.Remind(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			in.log.Warn("reminders come later", "err", err)
		case late > 0:
			in.log.Info("introductions stand still", "count", late)
		}
	})
}

// every does something at once and then again and again until ctx ends.
func every(ctx context.Context, pause time.Duration, do func()) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// addDemoIntroductions begins the demonstration's cases, in the name of its
// broker.
func (in *installation) addDemoIntroductions(ctx context.Context) error {
	broker, err := in.users.ByLogin(ctx, demoBroker)
	if err != nil {
		return err
	}
	n, err := demo.Introductions(ctx, in.introductions, broker.Actor(), time.Now())
	if err != nil || n == 0 {
		return err
	}
	in.log.Info("demonstration cases begun", "count", n)
	if err := in.addDemoWork(ctx, broker.Actor()); err != nil {
		return err
	}
	if err := in.introductions.Deliver(ctx, n, in.notices.Tell); err != nil {
		return err
	}
	for _, d := range demoUsers { // of months they have read what they were told
		u, err := in.users.ByLogin(ctx, d.Login)
		if err == nil {
			err = in.notices.Looked(ctx, u.Actor(), time.Now().Add(-3*24*time.Hour))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// addDemoWork enters the demonstration's common needs, campaign and judgings; three
// of its users are jurors.
func (in *installation) addDemoWork(ctx context.Context, broker account.Actor) error {
	w := demo.Work{Groups: in.groups, Campaigns: in.campaigns, Reviews: in.reviews, Broker: broker, Now: time.Now()}
	for _, login := range []string{"gongjiang", "qiye", demoBroker} {
		u, err := in.users.ByLogin(ctx, login)
		if err != nil {
			return err
		}
		w.Jurors = append(w.Jurors, u)
	}
	return w.Do(ctx)
}
