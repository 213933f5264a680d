package main

import (
	"crypto/rand"
	"time"

	"hongniang/internal/batch"
)

const (
	// lookForBatches is how often files are looked for whose import another process
	// left; what is asked of this one is done at once.
	lookForBatches = time.Minute
	// batchPatience is how long the import of another process on the same database may
	// be silent before it is taken over.
	batchPatience = 2 * time.Minute
)

// newBatches gives the files on their way in. On a file of our own no other process
// can be at work: what stands there as begun was killed.
func newBatches(in *installation) *batch.Service {
	patience := time.Duration(0)
	if in.cfg.MongoDB.URI.Reveal() != "" {
		patience = batchPatience
	}
	return batch.New(batch.Deps{
		Items: in.store.Accounts(), Files: in.store.Introductions(), Catalog: in.service, User: in.users.User,
		Now: time.Now, Log: in.log, Worker: rand.Text(), Patience: patience,
	})
}
