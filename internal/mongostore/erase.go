package mongostore

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Resign relays what waits in outboxes and then writes over the signatures of the
// feed.
func (s *Store) Resign(ctx context.Context, from, to string) (int, error) {
	if err := s.relayPending(ctx); err != nil {
		return 0, err
	}
	res, err := s.changes.UpdateMany(ctx, bson.D{{Key: "by", Value: from}}, bson.D{{Key: "$set", Value: bson.D{{Key: "by", Value: to}}}})
	if err != nil {
		return 0, failure(err)
	}
	return int(res.ModifiedCount), nil
}

// Scrub does nothing: the server's engine writes over freed blocks by itself, and
// gives them back by its command compact, which is the operator's to run.
func (s *Store) Scrub(context.Context) error { return nil }
