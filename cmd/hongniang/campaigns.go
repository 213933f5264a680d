package main

import (
	"crypto/rand"
	"time"

	"hongniang/internal/campaign"
)

const (
	// lookForCampaigns is how often campaigns are looked for that another process
	// left; what is asked of this one is done at once.
	lookForCampaigns = time.Minute
	// campaignPatience is how long the work of another process on the same database
	// may be silent before it is taken over.
	campaignPatience = 2 * time.Minute
)

// newCampaigns gives the campaigns of an installation. On a file of our own no
// other process can be at work: what stands there as begun was killed.
func newCampaigns(in *installation) *campaign.Service {
	patience := time.Duration(0)
	if in.cfg.MongoDB.URI.Reveal() != "" {
		patience = campaignPatience
	}
	return campaign.New(campaign.Deps{
		Items: in.store.Accounts(), Records: in.store, Introductions: in.introductions, User: in.users.User, Planner: in.matcher,
		Now: time.Now, Log: in.log, Worker: rand.Text(), Patience: patience,
	})
}
