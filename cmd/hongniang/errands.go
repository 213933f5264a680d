package main

import (
	"crypto/rand"
	"time"

	"hongniang/internal/batch"
	"hongniang/internal/campaign"
)

const (
	// lookForCampaigns and lookForBatches are how often work is looked for that another
	// process left; what is asked of this one is done at once.
	lookForCampaigns = time.Minute
	lookForBatches   = time.Minute
	// errandPatience is how long the work of another process on the same database may
	// be silent before it is taken over.
	errandPatience = 2 * time.Minute
)

// patience is how long this installation waits for other processes. On a file of our
// own none can be at work: what stands there as begun was killed.
func (in *installation) patience() time.Duration {
	if in.cfg.MongoDB.URI.Reveal() == "" {
		return 0
	}
	return errandPatience
}

// newCampaigns gives the campaigns of an installation.
func newCampaigns(in *installation) *campaign.Service {
	return campaign.New(campaign.Deps{
		Items: in.store.Accounts(), Records: in.store, Introductions: in.introductions, User: in.users.User, Planner: in.matcher,
		Now: time.Now, Log: in.log, Worker: rand.Text(), Patience: in.patience(),
	})
}

// newBatches gives the files on their way in.
func newBatches(in *installation) *batch.Service {
	return batch.New(batch.Deps{
		Items: in.store.Accounts(), Files: in.store.Introductions(), Catalog: in.service, User: in.users.User,
		Now: time.Now, Log: in.log, Worker: rand.Text(), Patience: in.patience(),
	})
}
