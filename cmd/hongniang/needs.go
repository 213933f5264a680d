package main

import (
	"context"
	"time"
)

// How often needs are looked at for whose time is over, and how many days before
// it is their owners see it.
const (
	expireEvery = time.Hour
	expireSoon  = 30
)

// tellDecisions tells owners what staff said of what they handed in.
func (in *installation) tellDecisions(ctx context.Context) {
	every(ctx, tellEvery, func() {
		if err := in.notices.Decisions(ctx, in.store); err != nil && ctx.Err() == nil {
			in.log.Warn("owners are told later what was decided", "err", err)
		}
	})
}

// expireNeeds lets open needs run out on the day after their last; their firms and
// brokers are told a month and a week before, and then.
func (in *installation) expireNeeds(ctx context.Context) {
	every(ctx, expireEvery, func() {
		due, err := in.service.ExpireNeeds(ctx, expireSoon)
		if told := in.notices.Expiring(ctx, due); told != nil && ctx.Err() == nil {
			in.log.Warn("who is told of needs that run out is told later", "err", told)
		}
		switch {
		case err != nil && ctx.Err() == nil:
			in.log.Warn("needs run out later", "err", err)
		case len(due.Expired) > 0:
			in.log.Info("needs have run out", "count", len(due.Expired), "soon", len(due.Soon))
		}
	})
}
