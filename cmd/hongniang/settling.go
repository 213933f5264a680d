package main

import (
	"context"
	"time"

	"hongniang/internal/review"
	"hongniang/matcher"
)

// newReviews gives the judgings of results; which organisations are one group it
// knows as matching does.
func newReviews(in *installation, facts *matcher.Records) *review.Service {
	return &review.Service{
		Items: in.store.Accounts(), Records: in.store, Changes: in.service, Users: in.users, Organisations: facts.Organisations, Now: time.Now,
	}
}

// settleReviewsEvery is how often prizes are looked for that are announced and
// not entered.
const settleReviewsEvery = 10 * time.Minute

// settleGroups makes good what a killed process left of a split or a merge of common
// needs, once the store can be reached.
func (in *installation) settleGroups(ctx context.Context) {
	every(ctx, settleReviewsEvery, func() {
		if err := in.groups.Settle(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("common needs are settled later", "err", err)
		}
	})
}

// tellReviewsEvery is how often it is looked for what is new of judgings.
const tellReviewsEvery = time.Minute

// tellReviews tells jurors, applicants and staff what is new of judgings; what a
// killed process did not tell, the next one does.
func (in *installation) tellReviews(ctx context.Context) {
	every(ctx, tellReviewsEvery, func() {
		news, err := in.reviews.News(ctx)
		if err == nil {
			err = in.notices.Judging(ctx, news)
		}
		if err != nil && ctx.Err() == nil {
			in.log.Warn("who is told of judgings is told later", "err", err)
		}
	})
}

// settleReviews enters the prizes of announced judgings that a killed process, or
// a store out of reach, left open.
func (in *installation) settleReviews(ctx context.Context) {
	every(ctx, settleReviewsEvery, func() {
		if err := in.reviews.Settle(ctx); err != nil && ctx.Err() == nil {
			in.log.Warn("prizes are entered later", "err", err)
		}
	})
}
